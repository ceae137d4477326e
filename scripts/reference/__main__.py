"""``python -m scripts.reference [--check]``: write the reference pages, or say which are not fresh."""

import argparse
import sys
from pathlib import Path

from scripts.reference import FOLDER, files

TOP = Path(__file__).resolve().parent.parent.parent
CHANGES_PENDING = 4


def stale(root: Path) -> dict[str, bytes]:
    """Give the pages whose file below ``root`` is missing or has other bytes."""
    folder = root / FOLDER
    return {name: data for name, data in files().items() if _bytes(folder / name) != data}


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 4 when a page is not fresh")
    check = parser.parse_args().check
    found = stale(TOP)
    for name, data in found.items():
        if not check:
            (TOP / FOLDER).mkdir(parents=True, exist_ok=True)
            (TOP / FOLDER / name).write_bytes(data)
        print(f"{FOLDER}/{name} {'is not fresh; run make reference' if check else 'written'}")
    return CHANGES_PENDING if check and found else 0


if __name__ == "__main__":
    sys.exit(main())

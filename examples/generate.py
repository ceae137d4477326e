"""``python -m examples.generate``: trains, evaluates, and writes everything that the examples consist of."""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from examples import baselines, cards, evidence, traffic
from examples.models import RECIPES, Trained, train
from mlgov.lifecycle import bytes_digest
from mlgov.names import Kind, path_of

TOP = Path(__file__).resolve().parent.parent


def generate(root: Path) -> list[str]:
    """Write evidence, cards, baselines and traffic of all example models.

    Args:
        root: Top of the repository to write to; its cards and monitor sets are read first.

    Returns:
        The paths whose bytes changed. A second run changes none.
    """
    changed = []
    for recipe in RECIPES.values():
        changed += [path for path, data in _files(root, train(recipe)) if _write(root / path, data)]
    return changed


def _files(root: Path, trained: Trained) -> Iterator[tuple[str, bytes]]:
    collected = evidence.collect(trained)
    report = evidence.render(collected)
    yield evidence.path_of(trained.recipe.name), report
    path = path_of(Kind.MODEL_CARD, trained.recipe.name)
    present = (root / path).read_bytes() if (root / path).exists() else None
    yield path, cards.update(present, trained.recipe, collected, bytes_digest(report))
    yield from baselines.files(root, trained).items()
    yield from traffic.files(trained).items()


def _write(path: Path, data: bytes) -> bool:
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m examples.generate", description=__doc__)
    parser.add_argument("--root", type=Path, default=TOP, help="top of the repository to write to (default: this one)")
    folders = Counter(path.split("/")[0] for path in generate(parser.parse_args().root))
    for folder, count in sorted(folders.items()):
        print(f"wrote {count} files below {folder}/")
    if not folders:
        print("Everything is up to date.")


if __name__ == "__main__":
    main()

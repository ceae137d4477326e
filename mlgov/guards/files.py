"""Every generated guard as a file: path from the top of the git repository -> bytes. Same input, same bytes."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from mlgov.errors import UsageError
from mlgov.guards.codeowners import PLACES, render_codeowners
from mlgov.guards.declared import Declared
from mlgov.guards.labels import LABELS
from mlgov.guards.rulesets import ledger_ruleset, main_ruleset

#: Issue forms in this package; their names lead to no file of others.
FORMS = ("access-request", "card-request", "change-request", "model-problem")


def guard_files(declared: Declared, written: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give every guard.

    Args:
        declared: Which guards are wanted.
        written: The files at ``PLACES`` that are there. The block goes into the one that GitHub reads.

    Raises:
        UsageError: CODEOWNERS is damaged or no text.
    """
    owners = next((place for place in PLACES if place in written), PLACES[0])
    return {
        owners: render_codeowners(declared, _text(owners, written.get(owners, b""))).encode(),
        ".github/rulesets/mlgov-main.json": _json(main_ruleset(declared)),
        ".github/rulesets/mlgov-ledger.json": _json(ledger_ruleset(declared)),
        ".github/mlgov-labels.json": _json([label._asdict() for label in LABELS]),
        **{f".github/ISSUE_TEMPLATE/mlgov-{name}.yml": _form(name) for name in FORMS},
    }


def _form(name: str) -> bytes:
    return files(__package__).joinpath(f"forms/{name}.yml").read_bytes()


def _json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return (json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False) + "\n").encode()


def _text(path: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text.", hint="Save it as UTF-8.") from None

"""What a command did with a document, as JSON for programs. One shape for all commands that change something."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import click

from mlgov.cli.reporters.json_report import to_json
from mlgov.names import Kind


class Result(StrEnum):
    """What came of a command."""

    DONE = "done"
    PARTIAL = "partial"
    PLANNED = "planned"
    UNCHANGED = "unchanged"


#: What a document of each kind is called in JSON.
NOUNS: dict[Kind, str] = {
    Kind.MODEL_CARD: "card",
    Kind.ROLE: "role",
    Kind.MONITOR_SET: "monitor_set",
    Kind.WAIVER: "waiver",
    Kind.ACCESS_GRANT: "grant",
}


def tell_deed(
    command: str,
    name: str,
    result: Result,
    *,
    kind: Kind = Kind.MODEL_CARD,
    files: Mapping[str, str] | None = None,
    left_to_do: Iterable[str] = (),
    **more: Any,  # noqa: ANN401 - any JSON
) -> None:
    """Print what was done.

    Args:
        command: The command, as ``submit``.
        name: Name of the document.
        result: done; partial (some of it, the trouble says why); planned (a dry run); unchanged (there was nothing to
            do, or nobody agreed to it).
        kind: Kind of the document; it stands in the format and is the key of the name.
        files: What was or would be done with each file: add, change or remove, by path.
        left_to_do: What people have to do by hand: commands, and what no command does.
        more: What this command alone tells. Every key of a proposal is there for the others too, with null.
    """
    click.echo(
        to_json(
            {
                "format": f"mlgov/{NOUNS[kind].replace('_', '-')}-deed/v1",
                "command": command,
                NOUNS[kind]: name,
                "result": result.value,
                "files": [{"path": path, "deed": deed} for path, deed in (files or {}).items()],
                "branch": None,
                "into": None,
                "commit": None,
                "pushed": False,
                "pull_request": None,
                "left_to_do": list(left_to_do),
                "trouble": None,
                **more,
            }
        ),
        nl=False,
    )

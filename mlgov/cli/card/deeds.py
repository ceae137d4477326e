"""What a command did with a card, as JSON for programs. One shape for all commands that change something."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import click

from mlgov.cli.reporters.json_report import to_json

FORMAT = "mlgov/card-deed/v1"

with_format = click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How what was done is told.",
)


class Result(StrEnum):
    """What came of a command."""

    DONE = "done"
    PARTIAL = "partial"
    PLANNED = "planned"
    UNCHANGED = "unchanged"


def tell_deed(
    command: str,
    card: str,
    result: Result,
    *,
    files: Mapping[str, str] | None = None,
    left_to_do: Iterable[str] = (),
    **more: Any,  # noqa: ANN401 - any JSON
) -> None:
    """Print what was done.

    Args:
        command: The command, as ``submit``.
        card: Name of the card.
        result: done; partial (some of it, the trouble says why); planned (a dry run); unchanged (there was nothing to
            do, or nobody agreed to it).
        files: What was or would be done with each file: add, change or remove, by path.
        left_to_do: What people have to do by hand: commands, and what no command does.
        more: What this command alone tells. Every key of a proposal is there for the others too, with null.
    """
    click.echo(
        to_json(
            {
                "format": FORMAT,
                "command": command,
                "card": card,
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

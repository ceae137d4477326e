"""Options that many commands share, so that they are called and explained alike everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]


def format_option(*formats: str, default: str = "text") -> Decorator[Any]:
    """Give ``-f/--format``, which a command receives as ``format_``.

    Args:
        formats: What may be chosen; text and json when nothing is named.
        default: What is taken without the option.
    """
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(formats or ("text", "json")),
        default=default,
        show_default=True,
        help="How it is told.",
    )


def ref_option(*names: str, **settings: Any) -> Decorator[Any]:  # noqa: ANN401 - what click.option takes
    """Give an option that names a commit. An empty one is refused: a variable of a script is not set."""
    return click.option(*names, callback=_not_empty, metavar="REF", **settings)


def _not_empty(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001
    if value is not None and not value.strip():
        raise click.BadParameter("an empty text names no commit; is a variable of the script not set?")
    return value


#: ``-o/--output``, which a command receives as ``output``: a path, or None for the terminal.
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal."
)

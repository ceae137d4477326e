"""Groups of commands that are imported when they are used, so that the command line starts fast."""

import importlib
from typing import Any

import click

#: Command -> where it is defined (``module:attribute``) and its one line of help.
Table = dict[str, tuple[str, str]]


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them when they are used, beside those it was given."""

    def __init__(self, *arguments: Any, table: Table, **options: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*arguments, **options)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*self.commands, *self._table]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._table:
            return super().get_command(ctx, cmd_name)
        module, attribute = self._table[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        given = [(name, command.get_short_help_str(100)) for name, command in self.commands.items()]
        if rows := [*given, *((name, line) for name, (_, line) in self._table.items())]:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

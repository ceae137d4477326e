"""The page of commands: every command with every option, from the command line itself."""

import inspect
from collections.abc import Iterator

import click

from mlgov.cli.main import main
from scripts.reference.markdown import code, plain, table
from scripts.reference.markdown import page as put_together

INTRO = (
    "Results go to standard output, chatter to standard error. Every command takes `--help`. Options of `mlgov` itself "
    "stand before the command: `mlgov -C models --now 2026-12-31T06:00:00Z check`."
)


def page() -> str:
    """Write the page."""
    return put_together("Commands", "the command line", INTRO, *(_written(*found) for found in commands()))


def commands() -> Iterator[tuple[click.Command, click.Context]]:
    """List ``mlgov`` and every command below it, each with a context that knows the commands above."""
    yield from _below(main, click.Context(main, info_name="mlgov", terminal_width=100))


def _below(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found and not found.hidden:
                yield from _below(found, click.Context(found, info_name=name, parent=context, terminal_width=100))


def _written(command: click.Command, context: click.Context) -> str:
    options = [_row(option) for option in command.params if isinstance(option, click.Option) and not option.hidden]
    parts = [
        f"{_level(command, context)} {context.command_path}",
        f"```text\n{_usage(command, context)}\n```",
        *map(_paragraph, inspect.cleandoc(command.help or "").split("\n\n")),
        table(["option", "meaning"], options) if options else "",
        _list_of_commands(command, context) if isinstance(command, click.Group) else "",
    ]
    return "\n\n".join(filter(None, parts))


def _paragraph(text: str) -> str:
    """Write a paragraph of a help text; one that click prints line by line keeps its lines."""
    first, _, lines = text.partition("\n")
    return f"```text\n{lines}\n```" if first == "\b" else plain(text)


def _level(command: click.Command, context: click.Context) -> str:
    """Commands of a group stand one level below it."""
    at_the_top = context.parent is None or context.parent.parent is None
    return "##" if at_the_top or isinstance(command, click.Group) else "###"


def _usage(command: click.Command, context: click.Context) -> str:
    """Give the line of use; a long one goes on below."""
    first, *rest = command.get_usage(context).removeprefix("Usage: ").splitlines()
    return "\n".join([first, *(f"    {line.strip()}" for line in rest)])


def _row(option: click.Option) -> tuple[str, str]:
    names = [*option.opts, *option.secondary_opts]
    takes = "" if option.is_flag or option.count else f" {option.metavar or _takes(option)}"
    said = plain(option.help or "")
    values = [code(str(value)) for value in option.type.choices] if isinstance(option.type, click.Choice) else []
    said += f" One of {', '.join(values)}." if values else ""
    if option.show_default and option.default not in (None, ()) and not option.is_flag:
        said += f" Default: {code(str(option.default))}."
    said += " Required." if option.required else ""
    return ", ".join(code(f"{name}{takes}") for name in names), said.strip()


def _takes(option: click.Option) -> str:
    return "WHICH" if isinstance(option.type, click.Choice) else option.type.name.upper()


def _list_of_commands(group: click.Group, context: click.Context) -> str:
    found = ((name, group.get_command(context, name)) for name in group.list_commands(context))
    rows = [
        (
            f"[{code(f'{context.command_path} {name}')}](#{f'{context.command_path} {name}'.replace(' ', '-')})",
            plain(command.get_short_help_str(200)),
        )
        for name, command in found
        if command and not command.hidden
    ]
    return table(["command", "does"], rows)

"""Where reports go: ``-f FORMAT`` and ``-o FILE``, several times in one run.

An ``-o`` belongs to the ``-f`` before it (or to the next one, when none stands before it), so one run can talk to the
log and write files: ``-f text -f sarif -o findings.sarif -f junit -o findings.xml``. The format without a file goes to
standard output.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from mlgov.cli.files import write_report
from mlgov.cli.reporters.context import ReportContext
from mlgov.cli.reporters.formats import FORMATS, render
from mlgov.findings import Finding


@dataclass(frozen=True, slots=True)
class Target:
    """One report to write.

    Attributes:
        format: A key of ``FORMATS``.
        path: The file to write; None for standard output.
    """

    format: str
    path: Path | None = None


class ReportCommand(click.Command):
    """A command that reports findings: gets ``-f`` and ``-o`` and hands its function ``targets``.

    Click keeps the values of each option but not their order between options, which is why the arguments are parsed
    here once more.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - click.Command's own
        super().__init__(*arguments, **settings)
        self.params += [_format_option(), _output_option()]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        values, _, order = self.make_parser(ctx).parse_args(args=list(args))
        rest = super().parse_args(ctx, args)
        pairs = _in_order(values, order)
        folder = getattr(ctx.obj, "directory", Path())
        ctx.params["targets"] = targets(pairs, os.environ, folder)
        return rest


def targets(pairs: Iterable[tuple[str, str]], environment: Mapping[str, str], folder: Path = Path()) -> list[Target]:
    """Pair formats with files.

    Args:
        pairs: ``("format", name)`` and ``("output", file)`` as they stand on the command line; the file ``-`` is
            standard output.
        environment: Decides the format when none is given: ``github`` in GitHub Actions, else ``text``.
        folder: What relative files are relative to.

    Raises:
        click.UsageError: Two reports for one place, or a file without a format.
    """
    found: list[Target] = []
    for kind, value in pairs:
        last = found[-1] if found else None
        if kind == "format" and last and not last.format:
            found[-1] = replace(last, format=value)
        elif kind == "output" and last and last.path is None:
            found[-1] = replace(last, path=_path(value, folder))
        else:
            found.append(Target(value) if kind == "format" else Target("", _path(value, folder)))
    found = _with_default(found, environment)
    _refuse_repetition(found)
    return found


def write_reports(findings: Sequence[Finding], targets: Sequence[Target], context: ReportContext) -> None:
    """Write one report per target. Only standard output is coloured.

    Raises:
        OutsideError: A file could not be written.
    """
    for target in targets:
        if target.path is None:
            click.echo(render(findings, target.format, context=context), nl=False, color=context.color)
        else:
            report = render(findings, target.format, context=replace(context, color=False))
            write_report(target.path, report.encode())


def _with_default(found: list[Target], environment: Mapping[str, str]) -> list[Target]:
    if not found:
        return [Target("github" if environment.get("GITHUB_ACTIONS") == "true" else "text")]
    if len(found) == 1:
        return [replace(found[0], format=found[0].format or "text")]
    for target in found:
        if not target.format:
            raise click.UsageError(f"-o {target.path}: there is no format for this file; add -f FORMAT.")
    return found


def _refuse_repetition(found: Sequence[Target]) -> None:
    places = [target.path for target in found]
    for place in places:
        if places.count(place) > 1:
            where = "standard output" if place is None else str(place)
            raise click.UsageError(f"Two reports go to {where}; give each format but one its own -o FILE.")


def _path(value: str, folder: Path) -> Path | None:
    return None if value == "-" else folder / value


def _in_order(values: Mapping[str, Any], order: Sequence[click.Parameter]) -> Iterator[tuple[str, str]]:
    left = {"format": iter(values.get("format", ())), "output": iter(values.get("output", ()))}
    for parameter in order:
        if parameter.name in left:
            yield parameter.name, str(next(left[parameter.name]))


def _format_option() -> click.Option:
    text = "How findings are written; repeat it for several reports. [default: github in GitHub Actions, else text]"
    choice = click.Choice(list(FORMATS))
    return click.Option(["-f", "--format"], type=choice, multiple=True, expose_value=False, help=text)


def _output_option() -> click.Option:
    text = "Write the report of the -f before it to this file."
    return click.Option(["-o", "--output"], metavar="FILE", multiple=True, expose_value=False, help=text)

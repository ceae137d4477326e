"""``mlgov fmt``: write documents in their one canonical form."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import one_at_a_time, replace_file
from mlgov.cli.plain import one_line, safe
from mlgov.events import Emit, stepwise
from mlgov.findings import Finding
from mlgov.ports import Snapshot

CHANGES_PENDING = 4


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file and its canonical form."""

    path: str
    before: bytes
    after: bytes


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit with 4 when a file would change.")
@click.option("--diff", "diff", is_flag=True, help="Write nothing; show what would change, and exit with 4 if any.")
@click.pass_obj
@one_at_a_time
def fmt(app: App, paths: Sequence[Path], check_only: bool, diff: bool) -> int:
    """Format documents: cards, roles and monitor sets, or only those in PATHS.

    Keys get the order of the schema, lists and indentation one style, quotes stay only where they are needed. Values,
    comments and the spelling of numbers never change, so approvals stay valid. A file that is not sound YAML, or not
    where it belongs, is reported and left alone.
    """
    from mlgov.cli.check import relative, within
    from mlgov.names import FOLDERS

    wanted = relative(app, paths)
    services = app.services(push=False)
    snapshot = services.repository.work_tree(list(FOLDERS))
    chosen = {path: file for path, file in snapshot.items() if within(path, wanted)}
    rewrites, findings = plan(chosen, services.events.emit)
    for rewrite in rewrites:
        if not (check_only or diff):
            replace_file(app.root / rewrite.path, rewrite.before, rewrite.after)
        click.echo(safe(_shown(rewrite)) if diff else one_line(rewrite.path), nl=not diff)
    _tell(app, len(chosen), rewrites, findings, pending=check_only or diff)
    if findings:
        return 1
    return CHANGES_PENDING if rewrites and (check_only or diff) else 0


def plan(snapshot: Snapshot, emit: Emit | None = None) -> tuple[list[Rewrite], list[Finding]]:
    """Work out which documents change, and what is wrong with those that cannot be formatted."""
    from mlgov.checks.layout import format_document
    from mlgov.checks.tree import governed_paths, read_document

    rewrites, findings = [], []
    for path, kind in stepwise(list(governed_paths(snapshot)), "Formatting", emit):
        reading = read_document(snapshot[path], kind)
        if reading.document is None:
            findings += reading.findings
            continue
        before = snapshot[path].data
        after = format_document(before, path, kind)
        if after != before:
            rewrites.append(Rewrite(path, before, after))
    return rewrites, findings


def _shown(rewrite: Rewrite) -> str:
    return "".join(changed_lines(rewrite.before, rewrite.after, rewrite.path))


def changed_lines(before: bytes, after: bytes, path: str) -> Iterator[str]:
    """Give the lines of a unified diff; a line without an end says so, as diff does."""
    old, new = before.decode().splitlines(keepends=True), after.decode().splitlines(keepends=True)
    for line in difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _tell(app: App, files: int, rewrites: list[Rewrite], findings: list[Finding], *, pending: bool) -> None:
    from mlgov.cli.reporters import ReportContext
    from mlgov.cli.reporters import render as report

    if findings:
        click.echo(report(findings, "text", context=ReportContext(files=files)), err=True, nl=False)
    if not rewrites:
        if not findings:
            app.chat("Every document is in canonical form.")
    elif pending:
        app.chat("Run 'mlgov fmt' to write them in canonical form.")

"""``mlgov check``: every document of the repository, or what a change does to it."""

from collections.abc import Sequence
from pathlib import Path

import click

from mlgov import settings as settings_module
from mlgov.checks.check import check_change, check_snapshot
from mlgov.checks.tree import check_top
from mlgov.cli.app import App
from mlgov.cli.reporters import ReportCommand, ReportContext, Target, write_reports
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity, in_order, worst
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, SETTINGS_FILE
from mlgov.ports import Repository, Snapshot
from mlgov.settings import Settings

GOVERNED = (*FOLDERS, *ATTACHMENT_FOLDERS)
LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}


@click.command(cls=ReportCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--base", metavar="REF", help="Also judge what changed since REF, by the rules of REF.")
@click.option("--head", metavar="REF", help="Judge the commit REF instead of the work tree.")
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="error",
    show_default=True,
    help="The lowest level that makes the exit code 1.",
)
@click.pass_obj
def check(
    app: App,
    paths: Sequence[Path],
    base: str | None,
    head: str | None,
    fail_on: str,
    targets: Sequence[Target],
) -> int:
    """Check the documents of the repository.

    PATHS limits the report to these files and folders; references are always followed everywhere.
    """
    services = app.services()
    snapshot = _snapshot(services.repository, head)
    settings = services.settings
    findings: list[Finding] = list(check_top(services.repository.top_names(head)))
    if base is not None:
        fork = services.repository.merge_base(base, "HEAD" if head is None else head)
        settings = _settings_at(services.repository, base, settings)
        findings += check_change(_snapshot(services.repository, fork), snapshot)
    findings += check_snapshot(snapshot, settings, today=services.clock.now().date())
    wanted = _relative(app, paths)
    chosen = [f for f in in_order(findings) if _within(f.location.path, wanted)]
    context = ReportContext(files=_count(snapshot, wanted), color=app.color(), fail_on=LEVELS.get(fail_on))
    write_reports(chosen, targets, context)
    level = worst(chosen)
    return int(fail_on != "never" and level is not None and level >= LEVELS[fail_on])


def _snapshot(repository: Repository, ref: str | None) -> Snapshot:
    if ref is not None:
        return repository.snapshot(ref, GOVERNED)
    return repository.work_tree(GOVERNED)


def _settings_at(repository: Repository, base: str, present: Settings) -> Settings:
    """Read the rules of the base; a change may not bring its own. Present rules judge the very first change."""
    file = repository.snapshot(base, (), (SETTINGS_FILE,)).get(SETTINGS_FILE)
    return settings_module.load(file.data, f"{base}:{SETTINGS_FILE}") if file else present


def _relative(app: App, paths: Sequence[Path]) -> list[str]:
    chosen = []
    for path in paths:
        there = app.directory / path
        absolute = there.parent.resolve() / there.name if there.name else there.resolve()
        if not absolute.exists() and not absolute.is_symlink():
            raise UsageError(f"{path} does not exist.")
        if not absolute.is_relative_to(app.root):
            raise UsageError(f"{path} is outside of {app.root}.")
        chosen.append(absolute.relative_to(app.root).as_posix())
    return chosen


def _within(path: str, chosen: list[str]) -> bool:
    return not chosen or any(path == c or c == "." or path.startswith(f"{c}/") for c in chosen)


def _count(snapshot: Snapshot, chosen: list[str]) -> int:
    return sum(path.split("/")[0] in FOLDERS and _within(path, chosen) for path in snapshot)

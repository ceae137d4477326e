"""``mlgov check``: every document of the repository, or what a change does to it."""

import contextlib
import gc
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov import wiring
from mlgov.checks.cache import Cache, cache_key
from mlgov.cli.app import App
from mlgov.cli.reporters import ReportCommand, ReportContext, Target, write_reports
from mlgov.cli.waiving import has_waivers, sifted
from mlgov.errors import UsageError
from mlgov.events import stepwise
from mlgov.findings import Finding, Severity, Waived, in_order, worst
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, FRAMEWORKS_FOLDER, SETTINGS_FILE, TEMPLATES_FOLDER, Kind, folder_of
from mlgov.ports import REGULAR_FILE, Repository, Shelf, Snapshot, WorkTreeState
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:  # pydantic and the rules are loaded when there is something to check
    from mlgov.settings import Settings
    from mlgov.wiring import Services

GOVERNED = (*FOLDERS, *ATTACHMENT_FOLDERS, TEMPLATES_FOLDER)
#: Folders whose files are checked for themselves, and not only because a document refers to them.
_CHECKED = (*FOLDERS, FRAMEWORKS_FOLDER, "templates")
#: How many cards' histories are held in memory at once.
_CARDS_AT_ONCE = 200
LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}


@click.command(cls=ReportCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--base", metavar="REF", help="Also judge what changed since REF, by the rules of REF.")
@click.option("--head", metavar="REF", help="Judge the commit REF instead of the work tree.")
@click.option(
    "--history",
    "with_history",
    is_flag=True,
    help="Also judge the whole history of the cards: was each criterion merged before its evidence? Reads all of it.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="error",
    show_default=True,
    help="The lowest level that makes the exit code 1.",
)
@click.option(
    "--cache/--no-cache",
    "use_cache",
    default=None,
    help="Skip what an earlier run found clean. On, but off where CI is set; "
    "never used with --base, --head or --history.",
)
@click.pass_obj
def check(
    app: App,
    paths: Sequence[Path],
    base: str | None,
    head: str | None,
    with_history: bool,
    fail_on: str,
    use_cache: bool | None,
    targets: Sequence[Target],
) -> int:
    """Check the documents of the repository.

    PATHS limits the report to these files and folders; references are always followed everywhere. What an approved
    waiver covers is told and counted, and fails nothing; waivers are read from the base, or from what is committed.
    """
    wanted = relative(app, paths)
    memory = None
    if (
        base is None
        and head is None
        and not with_history
        and (not os.environ.get("CI") if use_cache is None else use_cache)
    ):
        memory = _Memory.open(app)
    waived: tuple[Waived, ...] = ()
    if memory and memory.unchanged():
        findings: list[Finding] = []
        names: Collection[str] = memory.state.paths
    else:
        with _no_collector():
            findings, checked = look(app, base, head, memory)
            names = checked
            findings += _past(app, base, head, checked, wanted) if with_history else []
            findings, waived = sifted(app.services(), findings, checked, base or head or "HEAD")
    chosen = [f for f in in_order(findings) if within(f.location.path, wanted)]
    context = ReportContext(
        files=_count(names, wanted),
        color=app.color(),
        waived=tuple(each for each in waived if within(each.finding.location.path, wanted)),
        fail_on=LEVELS.get(fail_on),
    )
    write_reports(chosen, targets, context)
    level = worst(chosen)
    return int(fail_on != "never" and level is not None and level >= LEVELS[fail_on])


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Switch the garbage collector off: documents are trees, it finds nothing in them and takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Memory:
    """What earlier runs found clean, and how the work tree looks now."""

    cache: Cache
    shelf: Shelf
    state: WorkTreeState

    @classmethod
    def open(cls, app: App) -> "_Memory":
        shelf = wiring.shelf(app.root, "check.json")
        day = (app.frozen_now or wiring.clock().now()).date().isoformat()
        key = cache_key((app.root / SETTINGS_FILE).read_bytes(), day, shelf.place)
        return cls(Cache(key, shelf.read()), shelf, wiring.describe(app.root, GOVERNED))

    def unchanged(self) -> bool:
        """Say whether the last run found nothing at all, and nothing has changed since."""
        return self.cache.whole == self.state.digest

    def keep(self, *, clean: bool) -> None:
        self.cache.whole = self.state.digest if clean else ""
        self.shelf.write(self.cache.rendered())


def look(app: App, base: str | None, head: str | None, memory: _Memory | None) -> tuple[list[Finding], Snapshot]:
    from mlgov.checks.check import check_change, check_snapshot
    from mlgov.checks.tree import check_top

    settled = memory is not None and memory.shelf.settled(memory.state)
    services = app.services()
    snapshot = _snapshot(services.repository, head)
    settings = services.settings
    findings: list[Finding] = list(check_top(services.repository.top_names(head)))
    if base is not None:
        fork = services.repository.merge_base(base, "HEAD" if head is None else head)
        settings = _settings_at(services.repository, base, settings)
        findings += check_change(_snapshot(services.repository, fork), snapshot)
        if settings.approvals.rules:
            findings = _with_approvals(services, findings, base, head)
    cache = memory.cache if memory else None
    findings += check_snapshot(
        snapshot, settings, today=services.clock.now().date(), cache=cache, emit=services.events.emit
    )
    if memory:
        memory.keep(clean=settled and not findings and not has_waivers(snapshot))
    return findings, snapshot


def _with_approvals(services: "Services", findings: list[Finding], base: str, head: str | None) -> list[Finding]:
    """Leave out steps to approved whose approvals are proven, and say which approvals the change costs.

    What reviews at the forge may prove is left to the gate: no forge is asked here.
    """
    from mlgov.approvals.gate import cost_findings, left_to_the_gate, without_steps
    from mlgov.approvals.proposal import READ, read_proposal

    repository, ledger = services.repository, proof_ledger(services).records("reviews/")
    here = repository.work_tree(READ, (SETTINGS_FILE,)) if head is None else None
    now = services.clock.now()
    proposal = read_proposal(repository, ledger, base=base, head=head or "HEAD", at=now, work_tree=here)
    return left_to_the_gate(without_steps(findings, proposal, {}), proposal) + cost_findings(proposal)


def _past(app: App, base: str | None, head: str | None, snapshot: Snapshot, wanted: list[str]) -> list[Finding]:
    """Judge the history of the cards that are there; with a base, what is merged ends where the change begins."""
    from mlgov.checks.past import check_past, steps_by_path

    services, ref = app.services(), "HEAD" if head is None else head
    repository = services.repository
    merged = ref if base is None else repository.merge_base(base, ref)
    steps = steps_by_path(repository.history(merged, (folder_of(Kind.MODEL_CARD),)))
    paths = [path for path in _cards(snapshot) if within(path, wanted)]
    findings: list[Finding] = []
    blobs: dict[str, bytes] = {}
    for index, path in enumerate(stepwise(paths, "Reading history", services.events.emit)):
        if index % _CARDS_AT_ONCE == 0:
            some = paths[index : index + _CARDS_AT_ONCE]
            blobs = repository.blobs({change.blob for each in some for _, change in steps.get(each, ()) if change.blob})
        findings += check_past(steps.get(path, ()), blobs, snapshot[path].data, path)
    return findings


def _cards(snapshot: Snapshot) -> Iterator[str]:
    from mlgov.checks.tree import governed_paths

    for path, kind in governed_paths(snapshot):
        if kind is Kind.MODEL_CARD and snapshot[path].mode == REGULAR_FILE:
            yield path


def _snapshot(repository: Repository, ref: str | None) -> Snapshot:
    if ref is not None:
        return repository.snapshot(ref, GOVERNED)
    return repository.work_tree(GOVERNED)


def _settings_at(repository: Repository, base: str, present: "Settings") -> "Settings":
    """Read the rules of the base; a change may not bring its own. Present rules judge the very first change."""
    from mlgov import settings as settings_module

    file = repository.snapshot(base, (), (SETTINGS_FILE,)).get(SETTINGS_FILE)
    return settings_module.load(file.data, f"{base}:{SETTINGS_FILE}") if file else present


def relative(app: App, paths: Sequence[Path]) -> list[str]:
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


def within(path: str, chosen: list[str]) -> bool:
    return not chosen or any(path == c or c == "." or path.startswith(f"{c}/") for c in chosen)


def _count(paths: Collection[str], chosen: list[str]) -> int:
    return sum(path.split("/")[0] in _CHECKED and within(path, chosen) for path in paths)

"""``mlgov card diff``: what changed in the cards between two commits, or since one."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from mlgov import settings as settings_module
from mlgov.cards import CardDocument
from mlgov.cards.diff import CardVersion, DiffTable, Significance, diff_cards, table_of
from mlgov.checks.tree import read_tree
from mlgov.cli.app import App
from mlgov.cli.card.diff_formats import FORMATS, DiffReport
from mlgov.cli.files import write_report
from mlgov.cli.options import format_option, output_option
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.errors import GitError, UsageError
from mlgov.findings import Finding, in_order
from mlgov.names import SETTINGS_FILE, Kind, folder_of, path_of
from mlgov.ports import File, Repository, Snapshot
from mlgov.settings import Settings

FOLDER = folder_of(Kind.MODEL_CARD)
LEVELS = {level.label: level for level in reversed(Significance)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for.

    Attributes:
        before: The earlier commit.
        after: The later commit; None for the work tree.
        said_before: How the caller called it.
        said_after: The same for the later one; empty for the work tree.
        names: The cards to look at; all when empty.
    """

    before: str
    after: str | None
    said_before: str
    said_after: str
    names: tuple[str, ...]


@click.command()
@click.argument("words", nargs=-1, metavar="[NAME]... [A..B | A]")
@format_option(*FORMATS)
@output_option
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="never",
    show_default=True,
    help="The least significance that makes the exit code 1.",
)
@click.pass_obj
def diff(app: App, words: Sequence[str], format_: str, output: Path | None, fail_on: str) -> int:
    """Say what changed in the content of cards, and how much it matters.

    Compares the commit HEAD with the work tree; A with the work tree; or A with B. A...B begins where the two parted.
    A word that names a card is a card: write refs/heads/NAME for a branch of the same name. What matters how much is
    read from mlgov.toml of the earlier commit.
    """
    services = app.services(push=False)
    wanted = _wanted(services.repository, words)
    table = _table(services.repository, wanted.before, services.settings)
    old, new = _changed(services.repository, wanted)
    before, findings_before = _cards(old, wanted.said_before)
    after, findings_after = _cards(new, wanted.said_after)
    unreadable = _unreadable(old, before) | _unreadable(new, after)
    cards = diff_cards(_without(before, unreadable), _without(after, unreadable), table)
    findings = in_order([*findings_before, *findings_after])
    found = DiffReport(wanted.said_before, wanted.said_after, cards, findings, app.color() and output is None)
    _write(app, FORMATS[format_](found), output)
    if findings and format_ == "text":
        click.echo(report(findings, "text", context=ReportContext(files=len(unreadable))), err=True, nl=False)
    failing = fail_on != "never" and any(change.significance >= LEVELS[fail_on] for change in found.changes)
    return int(failing or bool(findings))


def _wanted(repository: Repository, words: Sequence[str]) -> Wanted:
    """Tell refs from names: what has two dots is a range; else a card of that name comes before a commit."""
    ranges = [word for word in words if ".." in word]
    others = [word for word in words if ".." not in word]
    known = repository.work_tree([FOLDER])
    if not ranges:
        ranges = [
            word
            for word in others
            if path_of(Kind.MODEL_CARD, _name(word)) not in known and _is_commit(repository, word)
        ]
        others = [word for word in others if word not in ranges]
    if len(ranges) > 1:
        raise UsageError(f"{' and '.join(ranges)}: one range can be compared at a time.", hint="Write A..B.")
    names = tuple(dict.fromkeys(map(_name, others)))
    said_before, dots, said_after = _split(ranges[0] if ranges else "HEAD")
    before = repository.resolve(said_before)
    after = repository.resolve(said_after) if said_after else None
    if dots == "..." and after:
        before = repository.merge_base(before, after)
    return Wanted(before, after, said_before, said_after, names)


def _split(text: str) -> tuple[str, str, str]:
    """Take ``A..B`` apart; a side left out is HEAD, as git has it. Without dots the other side is the work tree."""
    dots = "..." if "..." in text else ".."
    before, found, after = text.partition(dots)
    return before or "HEAD", found, (after or "HEAD") if found else ""


def _name(word: str) -> str:
    return word.removeprefix(f"{FOLDER}/").removesuffix(".yaml")


def _is_commit(repository: Repository, word: str) -> bool:
    try:
        repository.resolve(word)
    except GitError:
        return False
    return True


def _table(repository: Repository, before: str, present: Settings) -> DiffTable:
    """Read what matters from the earlier commit: a change may not say of itself that it is cosmetic."""
    file = repository.snapshot(before, (), (SETTINGS_FILE,)).get(SETTINGS_FILE)
    settings = settings_module.load(file.data, f"{before[:12]}:{SETTINGS_FILE}") if file else present
    return table_of(settings.diff)


def _changed(repository: Repository, wanted: Wanted) -> tuple[Snapshot, Snapshot]:
    """Read the cards of both sides whose files differ; equal bytes say the same and need no reading."""
    before = repository.snapshot(wanted.before, [FOLDER])
    after = repository.snapshot(wanted.after, [FOLDER]) if wanted.after else repository.work_tree([FOLDER])
    _refuse_unknown(wanted.names, {*before, *after})
    chosen = {path_of(Kind.MODEL_CARD, name) for name in wanted.names}
    paths = {path for path in {*before, *after} if _facts(before.get(path)) != _facts(after.get(path))}
    paths = paths & chosen if chosen else paths
    return ({p: before[p] for p in sorted(paths) if p in before}, {p: after[p] for p in sorted(paths) if p in after})


def _facts(file: File | None) -> tuple[str, bytes, int] | None:
    return (file.mode, file.data, file.omitted_bytes) if file else None


def _refuse_unknown(names: Sequence[str], paths: set[str]) -> None:
    for name in names:
        if path_of(Kind.MODEL_CARD, name) not in paths:
            close = difflib.get_close_matches(name, [_name(path) for path in paths], n=1)
            hint = f"Did you mean '{close[0]}'?" if close else f"Cards are the files in {FOLDER}/; a range is A..B."
            raise UsageError(f"There is no card and no commit called {name!r}.", hint=hint)


def _cards(snapshot: Snapshot, side: str) -> tuple[dict[str, CardVersion], list[Finding]]:
    """Type the cards of one side; what keeps one from being read is said of that side."""
    tree = read_tree(snapshot)
    cards = {
        found.name: CardVersion(found.document, found.typed)
        for found in tree.governed.values()
        if isinstance(found.typed, CardDocument)
    }
    where = f"In {side}: " if side else ""
    return cards, [replace(finding, message=where + finding.message) for finding in tree.findings]


def _unreadable(snapshot: Snapshot, cards: Mapping[str, CardVersion]) -> set[str]:
    """List the names of files that are there and are no card: they are neither added nor removed."""
    return {name for name in map(_name, snapshot) if name not in cards}


def _without(cards: Mapping[str, CardVersion], names: set[str]) -> dict[str, CardVersion]:
    return {name: card for name, card in cards.items() if name not in names}


def _write(app: App, text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False, color=app.color())
    else:
        write_report(app.directory / output, text.encode())

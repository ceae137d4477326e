"""``mlgov card todo``: what is missing for the next status, by whom, with which command."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import click

from mlgov.cards import CardDocument
from mlgov.cards.todo import CardFacts, Todo, todos
from mlgov.checks.check import check_snapshot
from mlgov.checks.tree import Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.approving import with_approvers
from mlgov.cli.card.finding_cards import FOLDER, card_path, check_names, names_of
from mlgov.cli.card.proposals import proposed
from mlgov.cli.card.reading import terminal_width
from mlgov.cli.card.tables import hanging
from mlgov.cli.options import format_option
from mlgov.cli.plain import fence_around, one_line
from mlgov.cli.reporters.json_report import to_json
from mlgov.monitors import MonitorSetDocument
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, Kind, MonitoringType, Status
from mlgov.ports import Snapshot
from mlgov.settings import Settings

NOTHING = "Nothing is missing."
CHANGES_PENDING = 4


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@format_option("text", "json", "markdown")
@click.option("--check", is_flag=True, help="Exit with 4 when there is something to do.")
@click.pass_obj
def todo(app: App, names: Sequence[str], format_: str, check: bool) -> int:
    """Say what is missing before cards can take their next step: by whom, and with which command.

    All cards when no NAME is given.
    """
    services = app.services(push=False)
    snapshot = services.repository.work_tree((*FOLDERS, *ATTACHMENT_FOLDERS))
    due = todos_of(snapshot, names, services.settings, services.clock.now().date())
    due = [proposed(each, services.repository, services.settings.ledger.remote, snapshot) for each in due]
    found = with_approvers(due, services)
    if format_ == "json":
        click.echo(to_json({"format": "mlgov/todo/v1", "todo": [*map(_values, found)]}), nl=False)
    elif format_ == "markdown":
        click.echo(markdown(found), nl=False)
    else:
        lines = [*_text(found, app.color(), terminal_width()), *_standing(snapshot, names, found)]
        click.echo("".join(f"{line}\n" for line in lines), nl=False)
    return CHANGES_PENDING if check and found else 0


def todos_of(snapshot: Snapshot, names: Sequence[str], settings: Settings, today: date) -> list[Todo]:
    """List what is to do for some cards, or for all when no name is given.

    Args:
        snapshot: All governed files.
        names: Names of cards.
        settings: What the organisation requires.
        today: The day on which review dates are judged.

    Raises:
        UsageError: A name has no card.
    """
    tree = read_tree(snapshot)
    check_names(tree, names)
    findings = check_snapshot(snapshot, settings, today=today)
    chosen = list(dict.fromkeys(names)) or sorted(names_of(snapshot))
    found: list[Todo] = []
    for name in chosen:
        path = f"{FOLDER}/{name}.yaml"
        governed = tree.governed.get(path)
        typed = governed.typed if governed and isinstance(governed.typed, CardDocument) else None
        own = [finding for finding in findings if finding.location.path == path]
        facts = CardFacts(name, path, tree.documents.get(path), typed, own, _monitored(tree, name))
        found += todos(facts, settings, today)
    return found


def markdown(found: Sequence[Todo]) -> str:
    """Write a list for an issue or a pull request. Text of documents stands in fences, where nothing acts."""
    if not found:
        return f"{NOTHING}\n"
    return "\n".join(f"**{card}**\n\n{fenced(list(group))}" for card, group in groupby(found, key=lambda t: t.card))


def fenced(found: Sequence[Todo]) -> str:
    """Write a list as a literal block whose fence is longer than any run of backticks in it."""
    lines = [f"{todo.who.value}: {one_line(todo.what)}\n    {one_line(todo.command)}\n" for todo in found]
    fence = fence_around("".join(lines))
    return f"{fence}text\n{''.join(lines)}{fence}\n"


def _monitored(tree: Tree, name: str) -> set[MonitoringType]:
    """Give the types of the monitors of a model that are switched on."""
    sets = [found.typed for found in tree.of(Kind.MONITOR_SET)]
    return {
        monitor.monitoring_type
        for monitor_set in sets
        if isinstance(monitor_set, MonitorSetDocument) and monitor_set.spec.model == name
        for monitor in monitor_set.spec.monitors
        if monitor.enabled
    }


def _text(found: Sequence[Todo], color: bool, width: int) -> Iterator[str]:
    if not found:
        yield NOTHING
    for number, (card, group) in enumerate(groupby(found, key=lambda todo: todo.card)):
        yield from ([""] if number else [])
        yield click.style(card, bold=True) if color else card
        for todo in group:
            before = f" (before {todo.before.value})" if todo.before else ""
            yield from hanging(f"  {todo.who.value:<9}", f"{one_line(todo.what)}{before}", width - 11)
            yield f"{'':11}{one_line(todo.command)}"


def _standing(snapshot: Snapshot, names: Sequence[str], found: Sequence[Todo]) -> Iterator[str]:
    """Say of approved cards that were asked for, and for which nothing is to do, until when that is so."""
    busy, tree = (
        {todo.card for todo in found},
        read_tree({p: f for p, f in snapshot.items() if p in map(card_path, names)}),
    )
    for card in tree.of(Kind.MODEL_CARD):
        life = card.typed.lifecycle
        if card.name not in busy and life.status is Status.APPROVED and life.review_by:
            yield f"{card.name} is approved until {life.review_by.isoformat()}."


def _values(todo: Todo) -> dict[str, Any]:
    return {
        "card": todo.card,
        "who": todo.who.value,
        "what": todo.what,
        "command": todo.command,
        "before": todo.before.value if todo.before else None,
        "path": todo.location.path,
        "line": todo.location.line,
        "column": todo.location.column,
        "code": todo.code or None,
    }

"""``mlgov events``: one event for every change of a card's status between two commits."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import check_report_place, write_report
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line
from mlgov.errors import OutsideError, UsageError
from mlgov.lifecycle.event_shapes import SHAPES
from mlgov.lifecycle.events import StatusChange, StatusHistory, blobs_of, status_history, touched
from mlgov.names import Kind, folder_of
from mlgov.ports import Message, MessageSink, Repository, Undelivered
from mlgov.wiring import message_sink

FOLDER = folder_of(Kind.MODEL_CARD)
PARTIAL, NOTHING_SENT = 5, OutsideError.exit_code


@dataclass(frozen=True, slots=True)
class NamedSink:
    """A sink and what it is called in messages: its kind and number, never its address."""

    name: str
    sink: MessageSink


@click.command()
@click.option("--from", "start", metavar="A", help="Tell what happened after this commit; everything when left out.")
@click.option(
    "--to", "end", metavar="B", default="HEAD", show_default=True, help="Tell what happened up to this commit."
)
@format_option("jsonl", "text", default="jsonl")
@click.option(
    "--shape",
    type=click.Choice(list(SHAPES)),
    default="eventbridge",
    show_default=True,
    help="Whose event format it is.",
)
@click.option(
    "--sink",
    "sinks",
    multiple=True,
    metavar="SINK",
    help="Send events instead of printing them: jsonl:FILE, webhook:URL or eventbridge:BUS. Repeat it for several.",
)
@output_option
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.pass_obj
def events(
    app: App,
    start: str | None,
    end: str,
    format_: str,
    shape: str,
    sinks: Sequence[str],
    output: Path | None,
    dry_run: bool,
) -> int:
    """Tell each change of a card's status, oldest first, along the first parents from A to B.

    A card that appears and a card that goes are told too. The ids of events stay the same whenever they are told, so
    who gets one twice can drop it. Events arrive at least once: after exit code 3 or 5, send the same range again.
    """
    services = app.services(push=False)
    settings = services.settings.events
    opened = [] if dry_run else _open(app, sinks, shape)
    found = _history(services.repository, start, end)
    _tell_unreadable(app, found)
    messages = [SHAPES[shape](change, settings) for change in found.changes]
    if opened:
        return _deliver(app, messages, opened)
    _write(app, FORMATS[format_](found.changes, messages), output)
    return 0


def _history(repository: Repository, start: str | None, end: str) -> StatusHistory:
    """Read the history of B, and tell the part that is not in the history of A."""
    commits = repository.history(end, [FOLDER])
    earlier: set[str] = set()
    if start is not None:
        if repository.merge_base(start, end) != repository.resolve(start):
            hint = "Give the older commit to --from; a branch that was rewritten has to be told from the beginning."
            raise UsageError(f"{start} does not come before {end}.", hint=hint)
        earlier = {commit.id for commit in repository.history(start, [FOLDER])}
    told = [commit for commit in commits if commit.id not in earlier]
    return status_history(commits, told, repository.blobs(blobs_of(commits, touched(told))))


def _tell_unreadable(app: App, found: StatusHistory) -> None:
    for path, commit in found.unreadable:
        app.chat(f"{path} cannot be read at {commit[:12]}; the status before it is taken to go on.")


def _open(app: App, sinks: Sequence[str], shape: str) -> list[NamedSink]:
    """Connect to all sinks before anything is sent."""
    opened = []
    for number, text in enumerate(sinks, 1):
        kind, _, target = text.partition(":")
        if not target:
            raise UsageError(
                f"Sink {number} names no target.", hint="Write jsonl:FILE, webhook:URL or eventbridge:BUS."
            )
        if kind == "eventbridge" and shape != "eventbridge":
            raise UsageError("EventBridge takes events in its own shape.", hint="Leave --shape out for this sink.")
        if kind == "jsonl":
            check_report_place(app.directory / target)
        sink = message_sink(kind, target, app.services(push=False).settings, os.environ, app.directory)
        opened.append(NamedSink(f"sink {number} ({kind})", sink))
    return opened


def _deliver(app: App, messages: Sequence[Message], sinks: Sequence[NamedSink]) -> int:
    """Send all events to all sinks and say which did not arrive."""
    failures = 0
    for named in sinks:
        undelivered = named.sink.deliver(messages) if messages else []
        failures += len(undelivered)
        app.chat(f"{named.name}: {len(messages) - len(undelivered)} of {len(messages)} events delivered.")
        for lost in undelivered:
            click.echo(_line(named.name, lost), err=True)
    if not failures:
        return 0
    return NOTHING_SENT if failures == len(messages) * len(sinks) else PARTIAL


def _line(name: str, lost: Undelivered) -> str:
    return one_line(f"{name}: not delivered: {lost.id}: {lost.reason}")


def _to_jsonl(changes: Sequence[StatusChange], messages: Sequence[Message]) -> str:  # noqa: ARG001 - one shape for both
    return "".join(message.data().decode() + "\n" for message in messages)


def _to_text(changes: Sequence[StatusChange], messages: Sequence[Message]) -> str:  # noqa: ARG001 - one shape for both
    return "".join(f"{line}\n" for line in _lines(changes))


def _lines(changes: Sequence[StatusChange]) -> Iterator[str]:
    for change in changes:
        before, after = change.previous or "new", change.status or "gone"
        what = f"{change.card} version {change.version}: {before} -> {after}"
        yield one_line(f"{change.at:%Y-%m-%d %H:%M} {change.commit[:12]} {what} (risk {change.risk_rating.lower()})")


FORMATS: dict[str, Callable[[Sequence[StatusChange], Sequence[Message]], str]] = {"jsonl": _to_jsonl, "text": _to_text}


def _write(app: App, text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
    else:
        write_report(app.directory / output, text.encode())

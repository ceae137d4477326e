"""``mlgov card refresh``: values of a card from what knows its model; what people wrote stays."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from mlgov.cards.populate import (
    SOURCES,
    Difference,
    Plan,
    Populated,
    State,
    describe_file,
    plan,
    populate,
    split_source,
)
from mlgov.cards.populate.group import group_of, inherit
from mlgov.cards.templates import built_in, fill
from mlgov.checks.layout import format_document
from mlgov.checks.schemas import modeline
from mlgov.checks.tree import read_tree
from mlgov.cli.app import App
from mlgov.cli.card.finding_cards import DROP_COMMENTS, drop_comments_option, find_card
from mlgov.cli.card.refresh_formats import as_text, values
from mlgov.cli.card.transfer import naming
from mlgov.cli.card.writing import DEFAULT, free_path, judged
from mlgov.cli.deeds import Result, tell_deed
from mlgov.cli.files import create_file, one_writer, replace_file
from mlgov.cli.finding import tell
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line, shortened
from mlgov.documents import Document, find, load
from mlgov.documents.losses import check_comments
from mlgov.errors import OutsideError, UsageError
from mlgov.findings import Finding
from mlgov.lifecycle import status_of
from mlgov.lifecycle.rules import CHANGED_WHILE_APPROVED
from mlgov.names import Kind, Status, folder_of, path_of
from mlgov.ports import Described
from mlgov.wiring import Services, model_source

PENDING = 4
SHOWN_NOTES = 20


@click.command()
@click.argument("name")
@click.option("--from", "source", metavar="SOURCE", help="What knows the model; what the card names when missing.")
@click.option("--create", is_flag=True, help="Make the card when there is none.")
@click.option("--overwrite", is_flag=True, help="Take the source's values also where people wrote others.")
@drop_comments_option
@click.option("--dry-run", is_flag=True, help="Show the differences and write nothing.")
@click.option("--check", is_flag=True, help="The same, and exit with 4 when the card would change.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@format_option()
@click.pass_obj
def refresh(
    app: App,
    name: str,
    source: str | None,
    create: bool,
    overwrite: bool,
    drop_comments: bool,
    dry_run: bool,
    check: bool,
    yes: bool,
    format_: str,
) -> int:
    """Take what SOURCE knows of a model into the card NAME. The differences are shown first.

    \b
    SOURCE is one of
      mlflow:RUN_ID                  a run of the server at MLFLOW_TRACKING_URI
      mlflow:registry/NAME           the newest version of a registered model;
                                     also registry/NAME/VERSION, registry/NAME@ALIAS
      sagemaker:MODEL                a model, and the training job that made it
      sagemaker:training-job/NAME    a training job
      sagemaker:model-package/ARN    a model package
      sklearn:FILE.skops             a scikit-learn model; it is not loaded
      json:FILE                      metadata that a notebook wrote

    Each value is noted in spec.imported with source, run, digest and time. Values that people wrote, edited or removed
    stay as they are unless --overwrite is given.

    Without --from, the sources that spec.imported names are read again, each for the values that came from it.
    """  # noqa: D301 - click keeps the lines of a paragraph that begins with \b
    services = app.services(push=False)
    before, findings = _card(services, name, create=create)
    if before is None:
        tell(app, findings)
        return 1
    planned, notes = _planned(app, services, before, source, overwrite=overwrite)
    is_new = not (app.root / before.path).exists()
    planned, notes = _begun(services, planned, notes, before.path) if is_new else (planned, notes)
    as_json = format_ == "json"
    _show(app, planned, as_json=as_json)
    _tell(app, planned, notes)
    told = partial(_tell_values, as_json, name, before.path, planned, notes, is_new)
    if planned.data == before.data and not is_new:
        return told(Result.UNCHANGED)
    if check:
        told(Result.PLANNED)
        return PENDING
    if found := judged(services, before, planned.data):
        tell(app, found)
        if any(each.rule is CHANGED_WHILE_APPROVED for each in found) and status_of(before) is Status.APPROVED:
            app.chat(f"First: mlgov card edit {name} --set lifecycle.status=pending_review")
        app.chat("Nothing was written.")
        return 1
    if dry_run:
        return told(Result.PLANNED)
    if not is_new and not _agreed(before, planned.data, yes=yes, drop_comments=drop_comments):
        app.chat("Nothing was written.")
        return told(Result.UNCHANGED)
    _write(app.root, before, planned.data, is_new=is_new)
    app.chat(f"{before.path}: {'written' if is_new else 'refreshed'}.")
    return told(Result.DONE)


def _show(app: App, planned: Plan, *, as_json: bool) -> None:
    """Show the differences, which people read before they agree; standard output is for one of the two forms."""
    if as_json:
        app.chat(as_text(planned).rstrip("\n"))
    else:
        click.echo(as_text(planned), nl=False)


def _tell_values(
    as_json: bool, name: str, path: str, planned: Plan, notes: tuple[str, ...], is_new: bool, result: Result
) -> int:
    if as_json:
        files = {} if result is Result.UNCHANGED else {path: "add" if is_new else "change"}
        tell_deed("refresh", name, result, files=files, differences=values(planned), notes=list(notes))
    return 0


def read_source(app: App, text: str, folder: Path) -> tuple[Described, Populated]:
    """Read a source that people named as ``KIND:REFERENCE``.

    Args:
        app: The call.
        text: How they named it.
        folder: What the path of a file is relative to. A card names a file of the repository by its path there, and
            another one by its name alone.

    Raises:
        UsageError: It is no source, or there is nothing of that name.
        OutsideError: It could not be read.
    """
    kind, reference = split_source(text)
    if not SOURCES[kind].is_file:
        described = model_source(kind, os.environ).describe(reference)
        return described, populate(kind, described)
    place, root = (folder / reference).resolve(), app.root.resolve()
    shown = place.relative_to(root).as_posix() if place.is_relative_to(root) else place.name
    try:
        if not place.is_file():
            raise UsageError(f"{reference} is no file.", hint=f"Write {kind}:{SOURCES[kind].form}.")
        with place.open("rb") as file, naming(reference):
            described = describe_file(kind, shown, file)
            return described, populate(kind, described)
    except OSError as error:
        raise OutsideError(f"{reference} could not be read: {error.strerror}.") from None


def planned_for(
    services: Services, before: Document, described: Described, populated: Populated, *, overwrite: bool
) -> Plan:
    """Plan a refresh; a card in canonical form stays in it."""
    found = plan(before, populated.fields, described, at=services.clock.now(), overwrite=overwrite)
    if found.data == before.data or format_document(before.data, before.path, Kind.MODEL_CARD) != before.data:
        return found
    return Plan(found.differences, format_document(found.data, before.path, Kind.MODEL_CARD))


def filled(app: App, services: Services, data: bytes, path: str, source: str) -> bytes:
    """Fill a new card from a source, and say what came of it; for ``mlgov card new --from``."""
    document = _document(data, path)
    described, populated = read_source(app, source, app.directory)
    planned = planned_for(services, document, described, populated, overwrite=False)
    _tell(app, planned, populated.notes)
    data, notes = _inherited(services, planned.data, path)
    for note in notes:
        app.chat(one_line(f"note: {note}"))
    return data


def _begun(services: Services, planned: Plan, notes: tuple[str, ...], path: str) -> tuple[Plan, tuple[str, ...]]:
    data, copied = _inherited(services, planned.data, path)
    return Plan(planned.differences, data), (*notes, *copied)


def _inherited(services: Services, data: bytes, path: str) -> tuple[bytes, tuple[str, ...]]:
    """Begin a new card of a model package group with what the newest card of the group says."""
    document = _document(data, path)
    if not group_of(document):
        return data, ()
    cards = read_tree(services.repository.work_tree((folder_of(Kind.MODEL_CARD),))).of(Kind.MODEL_CARD)
    found, name, fields = inherit(document, (card.document for card in cards))
    if not fields:
        return data, ()
    said = f"Copied from {name}, the newest card of the model package group: {', '.join(fields)}."
    if format_document(data, path, Kind.MODEL_CARD) == data:
        found = format_document(found, path, Kind.MODEL_CARD)
    return found, (f"{said} Read whether it still holds.",)


def _planned(
    app: App, services: Services, before: Document, source: str | None, *, overwrite: bool
) -> tuple[Plan, tuple[str, ...]]:
    """Plan to refresh a card from a source, or from all those that it names, one after the other."""
    if source is not None:
        described, populated = read_source(app, source, app.directory)
        return planned_for(services, before, described, populated, overwrite=overwrite), populated.notes
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    document = before
    for named in _named_sources(before):
        described, populated = _read_again(app, named)
        own = populated.without(each["field"] for each in _entries(before) if each["source"] != named)
        planned = planned_for(services, document, described, own, overwrite=overwrite)
        document = _document(planned.data, before.path)
        differences, notes = (*differences, *planned.differences), (*notes, *populated.notes)
    return Plan(differences, document.data), notes


def _named_sources(card: Document) -> list[str]:
    named = list(dict.fromkeys(str(each["source"]) for each in _entries(card)))
    if not named:
        raise UsageError(f"{card.path} names no source.", hint="Name one with --from.")
    return named


def _entries(card: Document) -> list[dict[str, Any]]:
    there, found = find(card.value, ("spec", "imported"))
    return [dict(each) for each in found or [] if isinstance(each, dict)] if there and isinstance(found, list) else []


def _read_again(app: App, named: str) -> tuple[Described, Populated]:
    """Read a source as a card names it; it has to be the same one, not one of that name at another server."""
    kind, reference = split_source(named.partition(" at ")[0])
    if SOURCES[kind].is_file and not (app.root / reference).is_file():
        message = f"The card was filled from {named}, and there is no such file in this repository."
        hint = f"A card keeps no path outside of its repository: say where it is now with --from {kind}:PATH."
        raise UsageError(message, hint=hint)
    described, populated = read_source(app, named.partition(" at ")[0], app.root)
    if described.source != named:
        hint = "Set MLFLOW_TRACKING_URI to that server, or name the source with --from."
        raise UsageError(f"The card names {named}, and this is {described.source}.", hint=hint)
    return described, populated


def _card(services: Services, name: str, *, create: bool) -> tuple[Document | None, list[Finding]]:
    """Give the card; a new one from the smallest template when there is none and one may be made."""
    path = path_of(Kind.MODEL_CARD, name)
    if create and not (services.root / path).exists():
        free_path(services, name)
        data = fill(built_in()[DEFAULT], name, modeline=modeline(Kind.MODEL_CARD))
        return _document(data, path), []
    found, findings = find_card(services.repository, name)
    return found.document if found else None, findings


def _document(data: bytes, path: str) -> Document:
    document, findings = load(data, path)
    if document is None:
        raise UsageError(f"{findings[0].location}: {findings[0].message}", hint=findings[0].fix)
    return document


def _agreed(before: Document, after: bytes, *, yes: bool, drop_comments: bool) -> bool:
    """Ask on a terminal; refuse where nobody can answer, and what takes comments away unless that was agreed to."""
    path = before.path
    if not drop_comments:
        check_comments(before.data, after, path, way=DROP_COMMENTS)
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"Nobody is there to ask whether to change {path}.", hint="Give --yes, or --dry-run to look.")
    return click.confirm(f"Change {path}?", err=True)


def _write(root: Path, before: Document, data: bytes, *, is_new: bool) -> None:
    """Write the card, unless somebody has changed it since it was read: sources and people take their time."""
    place = root / before.path
    if is_new:
        create_file(place, data)
        return
    with one_writer(root):
        replace_file(place, before.data, data)


def _tell(app: App, planned: Plan, notes: tuple[str, ...]) -> None:
    for note in notes[:SHOWN_NOTES]:
        app.chat(one_line(f"note: {shortened(note, 400)}"))
    if len(notes) > SHOWN_NOTES:
        app.chat(f"note: and {len(notes) - SHOWN_NOTES:,} more.")
    counted = [(planned.count(state), state.value) for state in State]
    said = "; ".join(f"{count} {what}" for count, what in counted if count)
    app.chat(f"{len(planned.differences)} values of the source: {said or 'none'}.")
    if planned.count(State.KEPT_EDITED, State.KEPT_REMOVED, State.KEPT_WRITTEN):
        app.chat("--overwrite takes the source's values also where people wrote others.")

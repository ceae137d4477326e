"""``mlgov card export`` and ``import``: cards out to other formats and in from them; what is lost is said."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cards import CardDocument, check_card
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.exports.paper import paper
from mlgov.cards.fields import is_empty
from mlgov.cards.imports import IMPORTERS, NAMED
from mlgov.cards.transfer import ExportContext, Exported, Imported, Unmapped
from mlgov.checks.layout import render_document
from mlgov.checks.tree import Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.writing import free_path
from mlgov.cli.files import create_file, write_report
from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.documents import Value, load
from mlgov.errors import GitError, ImportFormatError, OutsideError, UsageError
from mlgov.findings import Finding, Severity, in_order, worst
from mlgov.lifecycle import revisions, validate
from mlgov.names import Kind, folder_of, is_name, path_of

if TYPE_CHECKING:
    from mlgov.wiring import Services

#: No format needs more; what is longer is refused before it is read.
MAX_BYTES = 16 * 1024 * 1024
_SHOWN_PROBLEMS = 10
#: The one format that is printed by a port and not rendered by a pure function.
PDF = "pdf"


@click.command("export")
@click.argument("name")
@click.option("--to", "format_", type=click.Choice([*EXPORTERS, PDF]), required=True, help="The format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE.")
@click.option("--font-path", "fonts", multiple=True, type=click.Path(path_type=Path), help="More fonts for the PDF.")
@click.pass_obj
def export(app: App, name: str, format_: str, output: Path | None, fonts: Sequence[Path]) -> int:
    """Write the card NAME in another format, to standard output or to a file.

    What the format has no place for is listed on standard error. A card with errors is not exported.
    """
    services = app.services(push=False)
    tree = _card_tree(services, name)
    findings = _findings(tree, name)
    if told := [found for found in findings if found.severity is Severity.ERROR or not app.quiet]:
        click.echo(report(told, "text", context=ReportContext(files=1)), err=True, nl=False)
    if worst(findings) is Severity.ERROR:
        return 1
    card = tree.governed[path_of(Kind.MODEL_CARD, name)].typed
    assert isinstance(card, CardDocument)  # noqa: S101 - the folder decides the kind
    context = ExportContext(services.clock.now(), _version(services, name))
    exported = Exported(printed(app, card, context, fonts)) if format_ == PDF else EXPORTERS[format_](card, context)
    _write(app, exported.data, output)
    tell_unmapped(app, exported.unmapped, f"What {format_} has no place for, or tells otherwise")
    return 0


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "format_", type=click.Choice(list(IMPORTERS)), required=True, help="The format of FILE.")
@click.option("--name", metavar="NAME", help="Name of the card; the file's own, or the file's name, when missing.")
@click.pass_obj
def import_(app: App, file: Path, format_: str, name: str | None) -> int:
    """Make a draft card in cards/ of FILE.

    What a card has no place for is listed on standard error. A card that is there already is never overwritten.
    """
    if name is not None and format_ != "cloudformation":
        _check_name(name)
    services = app.services(push=False)
    with naming(file):
        imported = _imported(_bytes(app.directory / file), format_, name, file)
        value = imported.value
        _check_name(new := _name_in(value))
        path = free_path(services, new)
        if format_ not in NAMED and is_empty(value.get("spec")):  # the others describe a card, be it an empty one
            hint = f"Check the file and its format; 'mlgov card new {new}' begins a card without one."
            raise ImportFormatError(f"It holds nothing that a card takes from {format_}.", hint=hint)
        data = as_yaml(value, path)
    create_file(app.root / path, data)
    click.echo(path)
    tell_unmapped(app, imported.unmapped, "What a card has no place for, or tells otherwise")
    _tell_missing(app, services, path, data)
    return 0


@contextmanager
def naming(file: Path | str) -> Iterator[None]:
    """Put the name of a file before what is wrong with it."""
    try:
        yield
    except ImportFormatError as error:
        raise ImportFormatError(f"{file}: {error.message}", hint=error.hint) from None


def _tell_missing(app: App, services: "Services", path: str, data: bytes) -> None:
    """Say which files the card cites that are not here: they belong to it, and no format holds them."""
    document = load(data, path)[0]
    card = validate(document, CardDocument)[0] if document else None
    cited = card.cited_paths if card else []
    missing = sorted(set(cited) - set(services.repository.work_tree((), cited)))
    if missing:
        listed = "".join(f"\n  {one_line(each)}" for each in missing)
        app.chat(f"Evidence that the card cites and that is not here; put it there or attach it anew:{listed}")


def printed(app: App, card: CardDocument, context: ExportContext, fonts: Sequence[Path]) -> bytes:
    """Print a card as PDF."""
    from mlgov.wiring import pdf_printer

    printer = pdf_printer([app.directory / folder for folder in fonts])
    return printer.print(paper(card, context), at=context.now)


def _card_tree(services: "Services", name: str) -> Tree:
    """Read one card and the evidence that it cites, and none of the others."""
    path = path_of(Kind.MODEL_CARD, name)
    if not is_name(name) or path not in (snapshot := services.repository.work_tree((), [path])):
        raise UsageError(f"There is no {path}.", hint=f"The cards are in {folder_of(Kind.MODEL_CARD)}/.")
    tree = read_tree(snapshot)
    if path not in tree.governed:
        return tree
    card = tree.governed[path].typed
    assert isinstance(card, CardDocument)  # noqa: S101 - the folder decides the kind
    return read_tree(services.repository.work_tree((), [path, *card.asked_paths])) if card.asked_paths else tree


def _findings(tree: Tree, name: str) -> list[Finding]:
    found = tree.named(Kind.MODEL_CARD, name)
    if found is None:
        return in_order(tree.findings)
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - the folder decides the kind
    return in_order([*tree.findings, *check_card(found.document, found.typed, tree.snapshot)])


def _version(services: "Services", name: str) -> int | None:
    """Count the versions of the card's content in git; None when it was never committed."""
    if not services.repository.is_under_git():
        return None
    path = path_of(Kind.MODEL_CARD, name)
    try:
        commits = services.repository.history("HEAD", [folder_of(Kind.MODEL_CARD)])
    except GitError:
        return None  # nothing was committed yet
    blobs = services.repository.blobs(
        change.blob for commit in commits for change in commit.changes if change.path == path and change.blob
    )
    history = revisions(path, commits, blobs)
    return history[-1].version if history else None


def _write(app: App, data: bytes, output: Path | None) -> None:
    if output is None:
        if b"\0" in data and sys.stdout.isatty():
            raise UsageError("The format is not text.", hint="Name a file: -o FILE.")
        click.echo(data, nl=False)
        return
    place = app.directory / output
    before = place.read_bytes() if place.is_file() else None
    write_report(place, data)
    if before is not None:
        app.chat(f"Replaced {output}." if before != data else f"{output} was up to date.")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        hint = "Check the path." if isinstance(error, FileNotFoundError) else ""
        raise OutsideError(f"{path} could not be read: {error.strerror}.", hint=hint) from None
    if len(data) > MAX_BYTES:
        raise ImportFormatError(f"{path} is larger than {MAX_BYTES // 1024**2} MB.", hint="Export the card alone.")
    return data


def _imported(data: bytes, format_: str, name: str | None, file: Path) -> Imported:
    stem = re.sub(r"[^a-z0-9]+", "-", file.name.split(".")[0].lower()).strip("-")
    if name is None and format_ not in NAMED:
        name = stem
        _check_name(name)
    imported = IMPORTERS[format_](data, name or "")
    if _name_in(imported.value):
        return imported
    metadata = imported.value["metadata"]
    named = {**metadata, "name": stem} if isinstance(metadata, dict) else metadata
    return Imported({**imported.value, "metadata": named}, imported.unmapped)


def _name_in(value: dict[str, Value]) -> str:
    metadata = value.get("metadata")
    return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""


def _check_name(name: str) -> None:
    if not is_name(name):
        hint = "Give one with --name: 1 to 63 of a-z, 0-9 and hyphens, with a letter or digit at both ends."
        raise UsageError(f"{name!r} is not a legal name of a card.", hint=hint)


def as_yaml(value: dict[str, Value], path: str) -> bytes:
    """Write a card as `mlgov fmt` does, and refuse what `mlgov check` would not read as one."""
    try:
        data = render_document(value, Kind.MODEL_CARD)
    except UsageError as error:
        raise _does_not_fit([error.message]) from None
    document, findings = load(data, path)
    card = None
    if document is not None:
        card, findings = validate(document, CardDocument)
    if card is None:
        raise _does_not_fit([found.message for found in findings])
    return data


def _does_not_fit(problems: Sequence[str]) -> ImportFormatError:
    listed = "".join(f"\n  {shortened(one_line(problem), 300)}" for problem in problems[:_SHOWN_PROBLEMS])
    more = f"\n  and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
    hint = "Correct these places in the file (its keys are named like these) and import it again."
    return ImportFormatError(f"The file does not fit into a card:{listed}{more}", hint=hint)


def tell_unmapped(app: App, unmapped: Sequence[Unmapped], headline: str) -> None:
    """Say which fields have no place on the other side, one on a line."""
    if unmapped:
        lines = [f"  {shortened(one_line(each.path), 300)}: {one_line(each.reason)}" for each in unmapped]
        app.chat("\n".join([f"{headline}:", *lines]))

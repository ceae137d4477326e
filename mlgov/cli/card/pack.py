"""``mlgov card pack``: everything about one card in one file."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cards import CardDocument
from mlgov.cards.coverage import coverage
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.pack import pack as packed
from mlgov.cards.transfer import ExportContext
from mlgov.checks.check import check_snapshot
from mlgov.checks.tree import Governed, Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.coverage import is_monitored, known_frameworks, plain_sheet
from mlgov.cli.card.transfer import printed
from mlgov.cli.files import write_report
from mlgov.cli.plain import one_line
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.errors import UsageError
from mlgov.events import Progress
from mlgov.findings import Severity
from mlgov.lifecycle import Revision, content_digest, revisions
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, Kind, path_of

if TYPE_CHECKING:
    from mlgov.wiring import Services


@click.command("pack")
@click.argument("name")
@click.option("--at", "ref", default="HEAD", show_default=True, metavar="REF", help="The commit whose card is packed.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; NAME-evidence.zip when missing.")
@click.option(
    "--font-path", "fonts", multiple=True, type=click.Path(path_type=Path), help="Folder with fonts for the PDF."
)
@click.pass_obj
def pack(app: App, name: str, ref: str, output: Path | None, fonts: Sequence[Path]) -> int:
    """Pack the card NAME with its evidence, history, PDF, ML-BOM and framework coverage into one zip file.

    The pack is made of what is committed. It proves itself: 'sha256sum --check SHA256SUMS' in the opened folder. The
    same commit and --now give the same bytes. A card with errors is not packed.
    """
    services = app.services(push=False)
    tree = read_tree(services.repository.snapshot(ref, (*FOLDERS, *ATTACHMENT_FOLDERS)))
    found = _found(services, tree, name)
    if found is None:
        return 1
    history = _history(services, ref, found.document.path)
    context = ExportContext(services.clock.now(), history[-1].version if history else None)
    files: dict[str, bytes] = {}
    for path, data in _files(app, tree, found, history, context, fonts):
        files[path] = data
        services.events.emit(Progress(f"Packing {name}", len(files)))
    services.events.emit(Progress(f"Packing {name}", len(files), len(files)))
    about = _about(services, found, history, ref)
    place = app.directory / (output or Path(f"{name}-evidence.zip"))
    write_report(place, packed(files, about, context.now))
    click.echo(one_line(f"{place}: {len(files)} files, {about['digest']}"))
    return 0


def _found(services: "Services", tree: Tree, name: str) -> Governed | None:
    """Give the card when nothing is wrong with it; say what is otherwise."""
    path = path_of(Kind.MODEL_CARD, name)
    if path not in tree.snapshot:
        raise UsageError(f"There is no {path} in that commit.", hint="Packs are made of what is committed.")
    today = services.clock.now().date()
    findings = [f for f in check_snapshot(tree.snapshot, services.settings, today=today) if f.location.path == path]
    errors = [found for found in findings if found.severity is Severity.ERROR]
    if errors:
        click.echo(report(errors, "text", context=ReportContext(files=1)), err=True, nl=False)
    return None if errors else tree.governed[path]


def _history(services: "Services", ref: str, path: str) -> list[Revision]:
    commits = services.repository.history(ref, [path])
    ids = {change.blob for commit in commits for change in commit.changes if change.path == path and change.blob}
    return revisions(path, commits, services.repository.blobs(sorted(ids)))


def _files(
    app: App, tree: Tree, found: Governed, history: Sequence[Revision], context: ExportContext, fonts: Sequence[Path]
) -> Iterator[tuple[str, bytes]]:
    card = found.typed
    assert isinstance(card, CardDocument)  # noqa: S101 - the folder decides the kind
    yield found.document.path, found.document.data
    yield "card.pdf", printed(app, card, context, fonts)
    for file, format_ in (("card.json", "json"), ("card.md", "markdown"), ("bom.cdx.json", "cyclonedx")):
        yield file, EXPORTERS[format_](card, context).data
    yield "history.json", _json([_plain(revision) for revision in history])
    watched = is_monitored(tree, card.metadata.name)
    frameworks = known_frameworks(tree.snapshot)
    sheets = [coverage(card, framework, is_monitored=watched) for framework in frameworks.values()]
    yield "coverage.json", _json([plain_sheet(sheet) for sheet in sheets])
    yield from ((path, tree.snapshot[path].data) for path in card.cited_paths)


def _about(services: "Services", found: Governed, history: Sequence[Revision], ref: str) -> dict[str, Any]:
    return {
        "card": found.name,
        "status": found.typed.lifecycle.status.value,
        "version": history[-1].version if history else None,
        "digest": content_digest(found.document.value),
        "commit": services.repository.resolve(ref),
    }


def _plain(revision: Revision) -> dict[str, Any]:
    return {
        "version": revision.version,
        "status": revision.status.value if revision.status else None,
        "digest": revision.digest,
        "commit": revision.commit.id,
        "author": revision.commit.author,
        "at": revision.at.isoformat(),
        "subject": revision.commit.subject,
    }


def _json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()

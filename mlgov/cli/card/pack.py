"""``mlgov card pack``: everything about one card in one file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cards import CardDocument
from mlgov.cards.pack import pack as packed
from mlgov.cards.transfer import ExportContext
from mlgov.checks.check import check_snapshot
from mlgov.checks.tree import Governed, Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.transfer import printed
from mlgov.cli.files import write_report
from mlgov.cli.plain import one_line
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.dashboard.evidence_pack import about_pack, pack_files
from mlgov.errors import UsageError
from mlgov.events import Progress
from mlgov.findings import Severity
from mlgov.lifecycle import Revision, revisions
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
    card = found.typed
    assert isinstance(card, CardDocument)  # noqa: S101 - the folder decides the kind
    for path, data in pack_files(tree, found, history, context, printed(app, card, context, fonts)):
        files[path] = data
        services.events.emit(Progress(f"Packing {name}", len(files)))
    services.events.emit(Progress(f"Packing {name}", len(files), len(files)))
    about = about_pack(found, history, services.repository.resolve(ref))
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

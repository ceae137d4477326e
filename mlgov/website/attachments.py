"""Files that are printed for the site when ``mlgov.toml`` asks for them: the PDF of a card, and its evidence pack.

Each takes a printer and a while, so they are no part of the pages: they are made before, and the pages link to what is
there. Where one cannot be made, because a card has errors or is not committed as it lies there, the page names the
command, which says what is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mlgov.cards import CardDocument
from mlgov.cards.exports.paper import paper
from mlgov.cards.pack import pack
from mlgov.cards.transfer import ExportContext
from mlgov.checks.check import check_snapshot
from mlgov.checks.tree import Governed, Tree, read_tree
from mlgov.dashboard.evidence_pack import about_pack, pack_files
from mlgov.errors import PdfError
from mlgov.findings import Severity
from mlgov.lifecycle import Revision
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, Kind
from mlgov.ports import PdfPrinter
from mlgov.website.pages.downloads import FOLDER, MANY
from mlgov.website.values import SiteValues
from mlgov.wiring import Services, pdf_printer


def with_attachments(values: SiteValues, services: Services, at: str = "") -> SiteValues:
    """Add the files that the settings ask for.

    Args:
        values: What the site shows.
        services: The repository.
        at: As in `mlgov.website.values.site_values`, resolved to a commit; the work tree when empty.

    Raises:
        UsageError: A framework of the organisation cannot be used.
        ModuleNotFoundError: The extra ``pdf`` is not installed.
    """
    wanted = values.settings.site.downloads
    if not wanted or len(values.rows) > MANY:
        return values
    endings = tuple(_ENDINGS[each] for each in wanted)
    files = _files(values, services, at, pdf_printer())
    return replace(values, attached={path: data for path, data in files if path.endswith(endings)})


#: What is asked for -> how the name of the file ends.
_ENDINGS = {"pdf": ".pdf", "pack": ".zip"}


def pdf_of(model: str) -> str:
    """Give the path of the printed card in the site."""
    return f"{FOLDER}/{model}.pdf"


def pack_of(model: str) -> str:
    """Give the path of the evidence pack in the site."""
    return f"{FOLDER}/{model}-evidence.zip"


def _files(values: SiteValues, services: Services, at: str, printer: PdfPrinter) -> Iterator[tuple[str, bytes]]:
    folders, repository = (*FOLDERS, *ATTACHMENT_FOLDERS), services.repository
    tree = read_tree(repository.snapshot(at, folders) if at else repository.work_tree(folders))
    findings = check_snapshot(tree.snapshot, values.settings, today=values.now.date())
    broken = {each.location.path for each in findings if each.severity is Severity.ERROR}
    commit = repository.resolve(at or "HEAD") if values.collected.revisions else ""
    for found in tree.of(Kind.MODEL_CARD):
        history = values.collected.revisions.get(found.document.path, ())
        if found.document.path in broken or not (pdf := _printed(found, history, values, printer)):
            continue
        yield pdf_of(found.name), pdf
        if _is_committed(found, history, values):
            yield pack_of(found.name), _packed(tree, found, history, values, pdf, commit)


def _printed(found: Governed, history: Sequence[Revision], values: SiteValues, printer: PdfPrinter) -> bytes:
    """Print a card, or give what an earlier build printed of the same; empty when a letter of it has no font."""
    card, version = found.typed, _version(history)
    assert isinstance(card, CardDocument)  # noqa: S101 - the folder decides the kind
    key, known = (found.document.data, version), values.memory.printed.get(found.name) if values.memory else None
    if known and known[0] == key:
        return known[1]
    try:
        pdf = printer.print(paper(card, ExportContext(values.now, version)), at=values.now)
    except PdfError:
        pdf = b""
    if values.memory:
        values.memory.printed[found.name] = (key, pdf)
    return pdf


def _version(history: Sequence[Revision]) -> int | None:
    return history[-1].version if history else None


def _is_committed(found: Governed, history: Sequence[Revision], values: SiteValues) -> bool:
    """Say whether a card lies there as it was committed last; a pack is made of nothing else."""
    if not history:
        return False
    changes = history[-1].commit.changes
    blob = next((change.blob for change in changes if change.path == found.document.path), None)
    return values.collected.blobs.get(blob or "") == found.document.data


def _packed(
    tree: Tree, found: Governed, history: Sequence[Revision], values: SiteValues, pdf: bytes, commit: str
) -> bytes:
    context = ExportContext(values.now, history[-1].version)
    return pack(dict(pack_files(tree, found, history, context, pdf)), about_pack(found, history, commit), values.now)

"""What stands in the evidence pack of a card: the card, its proofs and its evidence. Values in, values out."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mlgov.cards import CardDocument
from mlgov.cards.coverage import Sheet, coverage
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.frameworks import Framework
from mlgov.cards.frameworks.organisation import all_frameworks
from mlgov.cards.transfer import ExportContext
from mlgov.checks.tree import Governed, Tree
from mlgov.errors import UsageError
from mlgov.lifecycle import Revision, content_digest
from mlgov.monitors import MonitorSetDocument
from mlgov.names import FRAMEWORKS_FOLDER, Kind, Status
from mlgov.ports import Snapshot


def pack_files(
    tree: Tree, found: Governed, history: Sequence[Revision], context: ExportContext, pdf: bytes
) -> Iterator[tuple[str, bytes]]:
    """Give the files of a pack: path in it, and bytes.

    Args:
        tree: The governed documents, with the evidence that the card cites.
        found: The card.
        history: Its revisions, oldest first.
        context: The time and the version that the formats say.
        pdf: The printed card.

    Raises:
        UsageError: A framework of the organisation cannot be used.
    """
    card = found.typed
    assert isinstance(card, CardDocument)  # noqa: S101 - the folder decides the kind
    yield found.document.path, found.document.data
    yield "card.pdf", pdf
    for file, format_ in (("card.json", "json"), ("card.md", "markdown"), ("bom.cdx.json", "cyclonedx")):
        yield file, EXPORTERS[format_](card, context).data
    yield "history.json", _json([_plain(revision) for revision in history])
    watched = is_monitored(tree, card.metadata.name)
    sheets = [coverage(card, each, is_monitored=watched) for each in known_frameworks(tree.snapshot).values()]
    yield "coverage.json", _json([plain_sheet(sheet) for sheet in sheets])
    yield from ((path, tree.snapshot[path].data) for path in card.cited_paths)


def about_pack(found: Governed, history: Sequence[Revision], commit: str) -> dict[str, Any]:
    """Give what the manifest of a pack says of the whole.

    Args:
        found: The card.
        history: Its revisions, oldest first.
        commit: The commit that the pack is made of.
    """
    return {
        "card": found.name,
        "status": found.typed.lifecycle.status.value,
        "version": history[-1].version if history else None,
        "digest": content_digest(found.document.value),
        "commit": commit,
    }


def known_frameworks(snapshot: Snapshot) -> dict[str, Framework]:
    """Give every framework by id.

    Raises:
        UsageError: A pack of the organisation cannot be used; a sheet without it would look whole.
    """
    known, findings = all_frameworks(snapshot)
    if findings:
        first = findings[0]
        hint = f"{first.fix} 'mlgov check {FRAMEWORKS_FOLDER}' says all that is wrong with the packs."
        raise UsageError(f"{first.location}: {first.message}", hint=hint)
    return known


def is_monitored(tree: Tree, model: str) -> bool:
    """Say whether a model has an enabled monitor in a set that is not archived."""
    return any(
        isinstance(found.typed, MonitorSetDocument)
        and found.typed.spec.model == model
        and found.typed.lifecycle.status is not Status.ARCHIVED
        and any(monitor.enabled for monitor in found.typed.spec.monitors)
        for found in tree.of(Kind.MONITOR_SET)
    )


def plain_sheet(sheet: Sheet) -> dict[str, Any]:
    """Give a sheet as JSON values."""
    lines = [
        {
            "requirement": line.requirement.id,
            "title": line.requirement.title,
            "answer": line.answer.value,
            "filled": list(line.filled),
            "missing": list(line.missing),
            "statement": line.statement or None,
            "outside": line.requirement.outside,
        }
        for line in sheet.lines
    ]
    counts = {"answered": sheet.answered, "answerable": sheet.answerable}
    return {"card": sheet.card, "framework": sheet.framework.id, **counts, "requirements": lines}


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

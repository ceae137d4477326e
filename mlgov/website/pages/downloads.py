"""Files that people take away from a card's page, and the contents of its versions for the comparison."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlgov.cards import CardDocument
from mlgov.cards.exports import cyclonedx, huggingface
from mlgov.cards.transfer import ExportContext, Exporter
from mlgov.dashboard import told_apart
from mlgov.documents import load
from mlgov.lifecycle import Revision
from mlgov.names import Kind
from mlgov.website.links import Links
from mlgov.website.values import SiteValues

FOLDER = "downloads"
INDEX = f"{FOLDER}/index.json"
#: Cards up to which the site holds them in foreign formats, too; beyond, the page names the command instead.
MANY = 500
#: Versions of a card that the comparison knows, the latest first.
VERSIONS = 10

_PDF = "A4 document for printing and archives (PDF/A, PDF/UA)"
_PACK = "Evidence pack: the card, its proofs and its evidence, with digests"


@dataclass(frozen=True, slots=True)
class Format:
    """A foreign format.

    Attributes:
        ending: Ending of the file on the site.
        file_name: What it is called when it is saved; ``{}`` stands for the model.
        what: What it is, for people.
        to: Name of the format on the command line.
        export: What renders it.
    """

    ending: str
    file_name: str
    what: str
    to: str
    export: Exporter


KINDS = (
    Format(".cdx.json", "{}.cdx.json", "ML-BOM: CycloneDX with the model card", "cyclonedx", cyclonedx.export),
    Format(".hf.txt", "README.md", "Model card for Hugging Face", "huggingface", huggingface.export),
)


@dataclass(frozen=True, slots=True)
class Download:
    """Something to take away: a file of the site, or the command that makes it."""

    what: str
    link: str = ""
    name: str = ""
    command: str = ""


def downloads_of(model: str, links: Links, values: SiteValues) -> list[Download]:
    """List what can be taken away from the page of a card."""
    found = [Download("The whole card as JSON", links.file(f"{FOLDER}/{model}.json"), f"{model}.json")]
    for kind in KINDS:
        name = kind.file_name.format(model)
        command = f"mlgov card export {model} --to {kind.to} -o {name}"
        link = links.file(f"{FOLDER}/{model}{kind.ending}")
        found.append(Download(kind.what, command=command) if _is_large(values) else Download(kind.what, link, name))
    for what, name, command in (
        (_PDF, f"{model}.pdf", f"mlgov card export {model} --to pdf -o {model}.pdf"),
        (_PACK, f"{model}-evidence.zip", f"mlgov card pack {model}"),
    ):
        path = f"{FOLDER}/{name}"
        is_there = path in values.attached
        found.append(Download(what, links.file(path), name) if is_there else Download(what, command=command))
    return found


def files(values: SiteValues) -> Iterator[tuple[str, str]]:
    """Give the files of every card that can be read."""
    listed: dict[str, list[Any]] = {}
    kinds = () if _is_large(values) else KINDS
    for found in values.collected.tree.of(Kind.MODEL_CARD):
        assert isinstance(found.typed, CardDocument)  # noqa: S101 - narrows the type; the kind says it
        history = values.collected.revisions.get(found.document.path, ())
        version = history[-1].version if history else None
        stem = f"{FOLDER}/{found.name}"
        yield f"{stem}.json", _json(found.document.value, indent=None if _is_large(values) else 1)
        for kind in kinds:
            yield f"{stem}{kind.ending}", kind.export(found.typed, ExportContext(values.now, version)).data.decode()
        earlier = dict(_earlier(found.document.path, history, values))
        for number, text in earlier.items():
            yield f"{stem}.v{number}.json", text
        listed[found.name] = [found.typed.title, version, sorted(earlier)]
    titles = told_apart({name: about[0] for name, about in listed.items()})
    listed = {name: [titles[name], *about[1:]] for name, about in listed.items()}
    yield INDEX, json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def _is_large(values: SiteValues) -> bool:
    return len(values.rows) > MANY


def _json(value: Mapping[str, Any], indent: int | None = None) -> str:
    """Write JSON; with indentation it is nicer to read and takes ten times as long."""
    return json.dumps(value, ensure_ascii=False, indent=indent) + "\n"


def _earlier(path: str, history: Sequence[Revision], values: SiteValues) -> Iterator[tuple[int, str]]:
    """Give the content of earlier versions, each as it was last."""
    last = {revision.version: revision.commit for revision in history if revision.digest}
    for version in sorted(last, reverse=True)[1 : VERSIONS + 1]:
        blob = next((change.blob for change in last[version].changes if change.path == path), None)
        document, _ = load(values.collected.blobs.get(blob or "", b""), path)
        if document:
            yield version, _json(document.value)

"""Which model reads which kind. The only place that knows all kinds; a new kind is a row here."""

from typing import Any

from mlgov.cards import CardDocument
from mlgov.documents import Document
from mlgov.findings import Finding, Location
from mlgov.lifecycle import Envelope, rules
from mlgov.monitors import MonitorSetDocument
from mlgov.names import API_VERSION, FOLDERS, Kind
from mlgov.roles import RoleDocument
from mlgov.roles.access_grants import AccessGrantDocument
from mlgov.waivers import WaiverDocument

MODELS: dict[Kind, type[Envelope[Any]]] = {
    Kind.MODEL_CARD: CardDocument,
    Kind.ROLE: RoleDocument,
    Kind.MONITOR_SET: MonitorSetDocument,
    Kind.WAIVER: WaiverDocument,
    Kind.ACCESS_GRANT: AccessGrantDocument,
}


def kind_of(document: Document, expected: Kind) -> tuple[Kind | None, list[Finding]]:
    """Choose the kind before anything is validated, so that authors never read errors of another kind's schema.

    Args:
        document: What the front door let in.
        expected: The kind of the folder that the file is in.

    Returns:
        The kind and no findings, or None and what is wrong with apiVersion or kind.
    """
    findings = [_wrong(document, key, said) for key, said in _complaints(document, expected)]
    return (None, findings) if findings else (expected, [])


def _complaints(document: Document, expected: Kind) -> list[tuple[str, str]]:
    version, kind = document.value.get("apiVersion"), document.value.get("kind")
    complaints = []
    if version != API_VERSION:
        complaints.append(("apiVersion", f"apiVersion is {version!r}; this mlgov reads {API_VERSION!r}."))
    if kind != expected.value:
        complaints.append(("kind", f"kind is {kind!r}; files in {_folder(expected)}/ are {expected.value!r}."))
    return complaints


def _wrong(document: Document, key: str, said: str) -> Finding:
    location = document.location((key,)) if key in document.value else Location(document.path)
    return rules.UNKNOWN_KIND.at(location, said, pointer=(key,))


def _folder(kind: Kind) -> str:
    return next(folder for folder, held in FOLDERS.items() if held is kind)

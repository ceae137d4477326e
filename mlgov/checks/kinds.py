"""Which model reads which kind. The only place that knows all kinds; a new kind is a row here."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mlgov.documents import Document
from mlgov.findings import Finding, Location
from mlgov.lifecycle import Envelope, rules
from mlgov.names import API_VERSION, FOLDERS, Kind


class _Models(Mapping[Kind, type[Envelope[Any]]]):
    """The model of each kind, loaded when a document of the kind is there: most checks see cards alone."""

    def __getitem__(self, kind: Kind) -> type[Envelope[Any]]:
        return _model(kind)

    def __iter__(self) -> Iterator[Kind]:
        return iter((Kind.MODEL_CARD, Kind.ROLE, Kind.MONITOR_SET, Kind.WAIVER, Kind.ACCESS_GRANT))

    def __len__(self) -> int:
        return len(list(iter(self)))


@cache
def _model(kind: Kind) -> type[Envelope[Any]]:
    match kind:
        case Kind.MODEL_CARD:
            from mlgov.cards import CardDocument

            return CardDocument
        case Kind.ROLE:
            from mlgov.roles import RoleDocument

            return RoleDocument
        case Kind.MONITOR_SET:
            from mlgov.monitors import MonitorSetDocument

            return MonitorSetDocument
        case Kind.WAIVER:
            from mlgov.waivers import WaiverDocument

            return WaiverDocument
        case Kind.ACCESS_GRANT:
            from mlgov.roles.access_grants import AccessGrantDocument

            return AccessGrantDocument
        case _:
            raise KeyError(kind)


MODELS: Mapping[Kind, type[Envelope[Any]]] = _Models()


def kind_of(document: Document, expected: Kind) -> tuple[Kind | None, list[Finding]]:
    """Choose the kind before anything is validated, so that authors never read errors of another kind's schema.

    Args:
        document: What the front door let in.
        expected: The kind of the folder that the file is in.

    Returns:
        The kind and no findings, or None and what is wrong with apiVersion or kind.
    """
    if document.value.get("apiVersion") == API_VERSION and document.value.get("kind") == expected:
        return expected, []
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

"""What approvals bind to, read from the bytes of a document without asking its schema.

The schema of today is not asked on purpose: a document that was approved years ago must be judged as it was then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mlgov.approvals.votes import Subject
from mlgov.documents import Document, find
from mlgov.lifecycle.digest import content_digest
from mlgov.names import FOLDERS, Kind, RiskRating, policy_path_of


def subject_of(document: Document, files: Mapping[str, str]) -> Subject | None:
    """Read what an approval of a document binds to.

    Args:
        document: The document, as the front door read it.
        files: Digest by path of the files that are there beside the documents.

    Returns:
        None when the kind or the name is not that of its place.
    """
    folder, name, kind = _place(document)
    value = document.value
    if kind is None:
        return None
    named = sorted(set(_NAMED[kind](value)))
    return Subject(
        folder=folder,
        name=name,
        path=document.path,
        kind=kind,
        digest=content_digest(value),
        risk_rating=_risk(value) if kind is Kind.MODEL_CARD else None,
        owners=tuple(_owners(value, kind)),
        review_by=review_by(document),
        evidence=dict(_evidence(named, kind, files)),
        rests_on=tuple(named),
        has_statements=kind is Kind.ROLE and _has_statements(value),
    )


def owners_of(document: Document) -> tuple[str, ...]:
    """List the owners that a document names; none when the kind or the name is not that of its place."""
    kind = _place(document)[2]
    return tuple(_owners(document.value, kind)) if kind else ()


def _place(document: Document) -> tuple[str, str, Kind | None]:
    """Give folder, name and kind of a document's place; no kind when the document says something else."""
    folder, _, stem = document.path.partition("/")
    name, kind = stem.removesuffix(".yaml"), FOLDERS.get(folder)
    said = (document.value.get("kind"), find(document.value, ("metadata", "name"))[1])
    return folder, name, kind if kind and said == (kind.value, name) else None


def review_by(document: Document) -> str | None:
    """Read the review date as it is written; None when there is none."""
    found = find(document.value, ("lifecycle", "review_by"))[1]
    return found if isinstance(found, str) else None


def _owners(value: dict[str, Any], kind: Kind) -> Iterator[str]:
    """List who answers for a document; who asks for a waiver is one of them."""
    asking = [find(value, ("spec", "requester"))[1]] if kind is Kind.WAIVER else []
    yield from (owner for owner in [*_list(value, ("metadata", "owners")), *asking] if isinstance(owner, str))


def _risk(value: dict[str, Any]) -> RiskRating:
    """Read the risk rating; one that cannot be read is unknown, for which an organisation sets its own rule."""
    found = find(value, ("spec", "intended_uses", "risk_rating"))[1]
    return RiskRating(found) if found in list(RiskRating) else RiskRating.UNKNOWN


def _evidence(named: Iterable[str], kind: Kind, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Digest what a card cites, file by file, what a role attaches if it is there, and the baselines of monitors."""
    for place in named:
        if kind is Kind.MODEL_CARD:
            yield place, files.get(place, "")
        elif kind is Kind.ROLE:
            yield from ((path, files[path]) for path in (place,) if path in files)
        else:
            below = [path for path in files if path.startswith(f"{place}/")]
            yield from ((path, files[path]) for path in below if path in files)
            if not below:
                yield place, ""  # a baseline that is not there, or is named otherwise than it lies


def _has_statements(value: dict[str, Any]) -> bool:
    """Say whether a role has statements of its own; anything that stands there and is not nothing counts."""
    return find(value, ("spec", "statements"))[1] not in (None, [])


def _attached(value: dict[str, Any]) -> set[str]:
    """List the files with the text of the policies that a role attaches."""
    arns = [*_list(value, ("spec", "managed_policy_arns")), find(value, ("spec", "permissions_boundary"))[1]]
    return {policy_path_of(arn) for arn in arns if isinstance(arn, str)}


def _baselines(value: dict[str, Any]) -> set[str]:
    folders = (monitor.get("baseline") for monitor in _mappings(_list(value, ("spec", "monitors"))))
    return {folder for folder in folders if isinstance(folder, str)}


def _cited(value: dict[str, Any]) -> Iterator[str]:
    for place in ("evaluation_details", "claims"):
        for entry in _mappings(_list(value, ("spec", place))):
            for evidence in _mappings(_list(entry, ("evidence",))):
                if isinstance(evidence.get("path"), str):
                    yield evidence["path"]


_NAMED: dict[Kind, Callable[[dict[str, Any]], Iterable[str]]] = {
    Kind.MODEL_CARD: _cited,
    Kind.ROLE: _attached,
    Kind.MONITOR_SET: _baselines,
    Kind.WAIVER: lambda _: (),  # it rests on nothing but itself
}


def _list(value: dict[str, Any], pointer: tuple[str, ...]) -> list[Any]:
    found = find(value, pointer)[1]
    return found if isinstance(found, list) else []


def _mappings(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)]

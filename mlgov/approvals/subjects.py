"""What approvals bind to, read from the bytes of a document without asking its schema.

The schema of today is not asked on purpose: a document that was approved years ago must be judged as it was then.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mlgov.approvals.votes import Subject
from mlgov.documents import Document, find, load
from mlgov.lifecycle.digest import bytes_digest, content_digest, json_digest
from mlgov.names import ATTACHMENT_FOLDERS, FOLDERS, Kind, RiskRating, folder_of, policy_path_of

#: Where the activities and personas of the repository itself lie, which roles are rendered from.
ACTIVITIES, PERSONAS = (f"{folder_of(Kind.ROLE)}/{part}" for part in ("activities", "personas"))


def is_rest(path: str) -> bool:
    """Say whether a document may rest on the file at a path."""
    return path.partition("/")[0] in ATTACHMENT_FOLDERS or path.rpartition("/")[0] in (ACTIVITIES, PERSONAS)


def rest_digest(path: str, data: bytes) -> str:
    """Digest a file that documents rest on: its bytes, or what it says when it is an activity or persona."""
    document = load(data, path)[0] if path.rpartition("/")[0] in (ACTIVITIES, PERSONAS) else None
    return json_digest(document.value) if document else bytes_digest(data)


def subject_of(
    document: Document, files: Mapping[str, str], personas: Mapping[str, bytes] | None = None
) -> Subject | None:
    """Read what an approval of a document binds to.

    Args:
        document: The document, as the front door read it.
        files: Digest by path (see `rest_digest`) of the files that are there beside the documents.
        personas: Bytes by path, those of the personas of the repository itself among them; none when None.

    Returns:
        None when the kind or the name is not that of its place.
    """
    folder, name, kind = _place(document)
    value = document.value
    if kind is None:
        return None
    named = sorted(set(_NAMED[kind](value, personas or {})))
    return Subject(
        folder=folder,
        name=name,
        path=document.path,
        kind=kind,
        digest=content_digest(value),
        risk_rating=_risk(value) if kind is Kind.MODEL_CARD else None,
        owners=tuple(_owners(value, kind)),
        requesters=tuple(_requesters(value, kind)),
        review_by=review_by(document),
        evidence=dict(_evidence(named, kind, files)),
        rests_on=tuple(filter(_is_place, named)),
        has_statements=kind is Kind.ROLE and _has_statements(value),
    )


def people_of(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the owners and the requesters that a document names; none when it is not what its place says."""
    kind, value = _place(document)[2], document.value
    return (tuple(_owners(value, kind)), tuple(_requesters(value, kind))) if kind else ((), ())


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


#: Kinds of documents that somebody asks for; they cannot approve what they ask for.
_ASKED_FOR = frozenset({Kind.WAIVER, Kind.ACCESS_GRANT})


def _owners(value: dict[str, Any], kind: Kind) -> Iterator[str]:
    """List who answers for a document; who asks for it is one of them."""
    owners = [*_list(value, ("metadata", "owners")), *_requesters(value, kind)]
    yield from (owner for owner in owners if isinstance(owner, str))


def _requesters(value: dict[str, Any], kind: Kind) -> list[str]:
    """List who asks for a waiver or an access grant."""
    asking = find(value, ("spec", "requester"))[1] if kind in _ASKED_FOR else None
    return [asking] if isinstance(asking, str) else []


def _risk(value: dict[str, Any]) -> RiskRating:
    """Read the risk rating; one that cannot be read is unknown, for which an organisation sets its own rule."""
    found = find(value, ("spec", "intended_uses", "risk_rating"))[1]
    return RiskRating(found) if found in list(RiskRating) else RiskRating.UNKNOWN


def _evidence(named: Iterable[str], kind: Kind, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Digest what a card cites, file by file, what a role is made of if it is there, and the baselines of monitors."""
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


def places_read(document: Document) -> tuple[str, ...]:
    """Name the files and folders that say what a document rests on, and hold it."""
    subject = subject_of(document, {})
    if subject is None:
        return ()
    return (*subject.rests_on, *((ACTIVITIES, PERSONAS) if subject.kind is Kind.ROLE else ()))


def _of_role(value: dict[str, Any], personas: Mapping[str, bytes]) -> Iterator[str]:
    """List the text of the policies that a role attaches, and where its own persona and activities would lie."""
    arns = [*_list(value, ("spec", "managed_policy_arns")), find(value, ("spec", "permissions_boundary"))[1]]
    yield from (policy_path_of(arn) for arn in arns if isinstance(arn, str))
    persona = find(value, ("spec", "persona"))[1]
    if isinstance(persona, str) and _is_file_name(persona):
        yield f"{PERSONAS}/{persona}.yaml"
    yield from (f"{ACTIVITIES}/{activity}.yaml" for activity in _activities(value, persona, personas))


def _activities(value: dict[str, Any], persona: object, personas: Mapping[str, bytes]) -> Iterator[str]:
    """List the activities of a role: its own, or else those of its persona."""
    if find(value, ("spec", "activities"))[1] is not None:
        chosen = (each.get("id") for each in _mappings(_list(value, ("spec", "activities"))))
        yield from (name for name in chosen if isinstance(name, str) and _is_file_name(name))
        return
    data = personas.get(f"{PERSONAS}/{persona}.yaml")
    if data is None:
        yield from _built_in(persona)
        return
    own = load(data, PERSONAS)[0]
    if own is None:
        return
    without = _list(own.value, ("without",))
    brought = [*_built_in(own.value.get("extends")), *_list(own.value, ("activities",))]
    yield from (name for name in brought if isinstance(name, str) and _is_file_name(name) and name not in without)


def _built_in(persona: object) -> list[str]:
    """List the activities of a persona that comes with mlgov; none for any other."""
    from mlgov.roles import built_in  # most histories have few roles, and reading the library takes a while

    found = built_in().personas.get(persona) if isinstance(persona, str) else None
    return list(found.activities) if found else []


def _is_file_name(text: str) -> bool:
    """Say whether a text may be the name of a file right in a folder."""
    return "/" not in text and _is_place(text)


def _is_place(text: str) -> bool:
    """Say whether a text may be a path of the repository as git writes it; anything else is nowhere."""
    return not {"", ".", ".."} & set(text.split("/"))


def _baselines(value: dict[str, Any], _: Mapping[str, bytes]) -> set[str]:
    folders = (monitor.get("baseline") for monitor in _mappings(_list(value, ("spec", "monitors"))))
    return {folder for folder in folders if isinstance(folder, str)}


def _cited(value: dict[str, Any], _: Mapping[str, bytes]) -> Iterator[str]:
    for place in ("evaluation_details", "claims"):
        for entry in _mappings(_list(value, ("spec", place))):
            for evidence in _mappings(_list(entry, ("evidence",))):
                if isinstance(evidence.get("path"), str):
                    yield evidence["path"]


_NAMED: dict[Kind, Callable[[dict[str, Any], Mapping[str, bytes]], Iterable[str]]] = {
    Kind.MODEL_CARD: _cited,
    Kind.ROLE: _of_role,
    Kind.MONITOR_SET: _baselines,
    Kind.WAIVER: lambda _, __: (),  # it rests on nothing but itself
    Kind.ACCESS_GRANT: lambda _, __: (),  # the role that it names has an approval of its own
}


def _list(value: dict[str, Any], pointer: tuple[str, ...]) -> list[Any]:
    found = find(value, pointer)[1]
    return found if isinstance(found, list) else []


def _mappings(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)]

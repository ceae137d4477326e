"""Signed approval records: an in-toto statement in a DSSE envelope, one file per person and round.

A record lies at ``approvals/<folder>/<name>/<round>-<person>.json``; ``<folder>`` is that of the document's kind, or
``rules`` for the approval rules themselves. Rounds count the approvals of one document; every record of a round names
the digest of all records of earlier rounds, so that none of them can be taken away, changed or used again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from mlgov.approvals import envelope
from mlgov.lifecycle.digest import bytes_digest, canonical_json, json_digest
from mlgov.names import APPROVALS_FOLDER, FOLDERS, SETTINGS_FILE, is_name

FOLDER = APPROVALS_FOLDER
RULES_FOLDER = "rules"
RULES_NAME = "mlgov"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:mlgov:approval:v1"
#: How a subject's digest is called: the content digest of mlgov's documents, version 1.
DIGEST_NAME = "mlgovContentV1"

Decision = Literal["approve", "reject", "revoke"]

_FILE = re.compile(r"(?P<round>[0-9]{4})-(?P<person>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)\.json")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class RecordError(ValueError):
    """The bytes are no record; the text says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What one person decided about one content.

    Attributes:
        folder: Folder of the document's kind; ``rules`` for the approval rules.
        name: Name of the document.
        digest: Content digest, ``sha256:`` and 64 hexadecimal digits.
        decision: approve, reject or revoke.
        round: Number of the round, from 1.
        prev: Digest of the records of all earlier rounds; None in the first round.
        person: Id of the person.
        policy: Digest of the approval rules in force.
        repository: What the repository calls itself.
        signed_at: Aware time, whole seconds; a claim of the signer.
        review_by: The document's review date as ``2026-12-31``; None when it has none.
        authors: Who wrote the content, as far as the signer could see: ``Name <email>``.
        evidence: Digest by path of every file that the document rests on.
    """

    folder: str
    name: str
    digest: str
    decision: Decision
    round: int
    prev: str | None
    person: str
    policy: str
    repository: str
    signed_at: datetime
    review_by: str | None
    authors: tuple[str, ...]
    evidence: Mapping[str, str]

    @property
    def path(self) -> str:
        """Where the record belongs."""
        return f"{FOLDER}/{self.folder}/{self.name}/{self.round:04d}-{self.person}.json"

    @property
    def subject(self) -> str:
        """Path of what is decided about."""
        return SETTINGS_FILE if self.folder == RULES_FOLDER else f"{self.folder}/{self.name}.yaml"

    def statement(self) -> bytes:
        """Give the bytes that are signed: an in-toto statement as RFC 8785 canonical JSON."""
        predicate = {
            "authors": list(self.authors),
            "decision": self.decision,
            "evidence": dict(self.evidence),
            "person": self.person,
            "policy": self.policy,
            "prev": self.prev,
            "repository": self.repository,
            "review_by": self.review_by,
            "round": self.round,
            "signed_at": self.signed_at.astimezone(UTC).strftime(_TIME),
        }
        return canonical_json(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": self.subject, "digest": {DIGEST_NAME: self.digest.removeprefix("sha256:")}}],
                "predicateType": PREDICATE_TYPE,
                "predicate": predicate,
            }
        )


def read_statement(payload: bytes, path: str) -> Decided:
    """Read the statement of the record at ``path``.

    Raises:
        RecordError: It is not exactly what `Decided.statement` writes for a record at that place.
    """
    try:
        value = json.loads(payload)
        found = _decided(value)
        canonical = found.statement()
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise RecordError(f"The statement in {path} cannot be read: {_short(error)}.") from None
    if canonical != payload:
        raise RecordError(f"The statement in {path} is not in its canonical form, or has other fields.")
    if found.path != path:
        raise RecordError(f"The statement in {path} belongs at {found.path}.")
    return found


@lru_cache(maxsize=64)
def read_record(data: bytes, path: str) -> tuple[Decided, envelope.Envelope]:
    """Read a record's envelope and statement; the signature is not looked at. The last ones read are remembered.

    Raises:
        RecordError: The bytes are no record for that place.
    """
    try:
        sealed = envelope.load(data)
    except ValueError as error:
        raise RecordError(f"{path}: {error}") from None
    return read_statement(sealed.payload, path), sealed


def place_of(path: str) -> tuple[str, str, int, str] | None:
    """Read folder, name, round and person from the path of a record; None for any other path."""
    parts = path.split("/")
    found = _FILE.fullmatch(parts[-1])
    if len(parts) != 4 or parts[0] != FOLDER or not found or int(found["round"]) < 1:
        return None
    folder, name = parts[1], parts[2]
    known = (folder == RULES_FOLDER and name == RULES_NAME) or (folder in FOLDERS and is_name(name))
    return (folder, name, int(found["round"]), found["person"]) if known else None


def record_folder(folder: str, name: str) -> str:
    """Give the folder of a document's records."""
    return f"{FOLDER}/{folder}/{name}"


def chain(records: Mapping[str, bytes], before_round: int) -> str | None:
    """Digest all records of the rounds before one; None when there are none.

    Args:
        records: Bytes by path, of one document.
        before_round: The round.
    """
    earlier = {path: bytes_digest(data) for path, data in records.items() if round_of(path) < before_round}
    return json_digest(earlier) if earlier else None


def round_of(path: str) -> int:
    """Give the round of a record's path; 0 for a path that is none."""
    place = place_of(path)
    return place[2] if place else 0


def sound(records: Mapping[str, bytes]) -> dict[str, bytes]:
    """Choose the records of one document that count as such: of their form, each round right after the one before.

    A file that only looks like a record would otherwise shift the rounds of all that come after it.
    """
    kept: dict[str, bytes] = {}
    for path in sorted(records):
        try:
            read_record(records[path], path)
        except RecordError:
            continue
        if round_of(path) <= max(map(round_of, kept), default=0) + 1:
            kept[path] = records[path]
    return kept


def _decided(value: Any) -> Decided:  # noqa: ANN401 - any JSON
    subject, predicate = value["subject"][0], value["predicate"]
    folder, name = _folder_and_name(subject["name"])
    decision = predicate["decision"]
    if decision not in ("approve", "reject", "revoke"):
        raise ValueError(f"there is no decision {decision!r}")
    prev, review_by = predicate["prev"], predicate["review_by"]
    number = predicate["round"]
    if type(number) is not int or not 1 <= number <= 9999:
        raise ValueError("the round is no number from 1 to 9999")
    return Decided(
        folder=folder,
        name=name,
        digest=_digest("sha256:" + subject["digest"][DIGEST_NAME]),
        decision=decision,
        round=number,
        prev=None if prev is None else _digest(prev),
        person=_text(predicate["person"]),
        policy=_digest(predicate["policy"]),
        repository=_text(predicate["repository"]),
        signed_at=datetime.strptime(predicate["signed_at"], _TIME).replace(tzinfo=UTC),
        review_by=None if review_by is None else _text(review_by),
        authors=tuple(_text(author) for author in predicate["authors"]),
        evidence={_text(file): _digest(digest) for file, digest in predicate["evidence"].items()},
    )


def _folder_and_name(subject: str) -> tuple[str, str]:
    if subject == SETTINGS_FILE:
        return RULES_FOLDER, RULES_NAME
    folder, _, name = subject.partition("/")
    return folder, name.removesuffix(".yaml")


def _digest(value: str) -> str:
    if not _DIGEST.fullmatch(value):
        raise ValueError("a digest is not sha256: and 64 hexadecimal digits")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is no text")
    return value


def _short(error: Exception) -> str:
    text = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return " ".join(text.split())[:120] or type(error).__name__

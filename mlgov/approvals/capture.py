"""Captured reviews: what the forge said about a merged change, written to the ledger while the forge still knows it.

One record is about one document and the commit of the first-parent line that moved it. It lies on the ledger at
``reviews/<commit>/<folder>-<name>.json``. Who captured it is trusted to have told what the forge said; that is the
difference to a signed record.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from mlgov.approvals.record import RecordError
from mlgov.lifecycle.digest import canonical_json, json_digest

PREFIX = "reviews"
_FORM = "mlgov/reviews/v1"
MAX_BYTES = 256 * 1024
_NAMES = ("authors", "pushers")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CapturedReview:
    """One review.

    Attributes:
        id: Its number at the forge.
        handle: Account of the reviewer.
        bot: Whether the forge says that the account is a machine.
        state: approved, changes_requested, commented or dismissed.
        commit: The commit that was reviewed.
        digest: Content digest of the document in that commit; empty when it was not there or could not be read.
        review_by: The document's review date in that commit; empty when it has none.
        evidence: Digest of what the document rested on in that commit, as `evidence_digest` gives it.
        submitted_at: Aware time of the forge, ISO 8601.
    """

    id: int
    handle: str
    bot: bool
    state: str
    commit: str
    digest: str
    review_by: str
    evidence: str
    submitted_at: str


@dataclass(frozen=True, slots=True)
class Capture:
    """The reviews that a document got in the pull request that moved it.

    Attributes:
        folder: Folder of the document's kind; ``rules`` for the approval rules.
        name: Name of the document.
        commit: The commit on the first-parent line.
        pull_request: Number of the pull request.
        url: Address of its page.
        base: Commit that the pull request went into.
        authors: Who wrote it, as the forge and git say: the account that opened it, accounts and ``Name <email>`` of
            the commits that changed the content.
        pushers: Accounts that pushed to it. They count against reviews alone: who signs a record pushes it as well.
        reviews: All its reviews, oldest first.
        captured_at: Aware time of the capture, ISO 8601.
    """

    folder: str
    name: str
    commit: str
    pull_request: int
    url: str
    base: str
    authors: tuple[str, ...]
    pushers: tuple[str, ...]
    reviews: tuple[CapturedReview, ...]
    captured_at: str

    @property
    def path(self) -> str:
        """Where the record lies on the ledger."""
        return f"{PREFIX}/{self.commit}/{self.folder}-{self.name}.json"


def render_capture(capture: Capture) -> bytes:
    """Write a captured record: the same bytes for the same capture."""
    return canonical_json({"form": _FORM, **_listed(asdict(capture))}) + b"\n"


def read_capture(data: bytes, path: str) -> Capture:
    """Read a captured record.

    Raises:
        RecordError: It is not exactly what `render_capture` writes for that place.
    """
    try:
        if len(data) > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES} bytes")
        found = _capture(json.loads(data))
        canonical = render_capture(found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordError(f"The captured review {path} cannot be read: {error}.") from None
    if canonical != data or found.path != path:
        raise RecordError(f"The captured review {path} is not in its canonical form, or at another's place.")
    return found


def read_captures(records: Mapping[str, bytes]) -> tuple[dict[tuple[str, str, str], Capture], list[tuple[str, str]]]:
    """Read all captured records of a ledger.

    Returns:
        Captures by commit, folder and name; and path and reason of each that was refused.
    """
    found: dict[tuple[str, str, str], Capture] = {}
    refused = []
    for path, data in sorted(records.items()):
        try:
            capture = read_capture(data, path)
        except RecordError as error:
            refused.append((path, str(error)))
        else:
            found[capture.commit, capture.folder, capture.name] = capture
    return found, refused


def evidence_digest(evidence: Mapping[str, str]) -> str:
    """Digest the digests, by path, of the files that a document rests on."""
    return json_digest(dict(evidence))


def when(text: str) -> datetime | None:
    """Read an aware ISO 8601 time; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _capture(value: Any) -> Capture:  # noqa: ANN401 - any JSON
    if value.pop("form") != _FORM:
        raise ValueError("it has another form")
    reviews = tuple(_typed(CapturedReview, review) for review in value.pop("reviews"))
    return _typed(Capture, value | {"reviews": reviews} | {key: tuple(value[key]) for key in _NAMES})


def _typed(kind: type[T], values: dict[str, Any]) -> T:
    found = kind(**values)
    for name, declared in kind.__annotations__.items():
        value = getattr(found, name)
        wanted = declared if isinstance(declared, type) else tuple
        if type(value) is not wanted and wanted in (int, str, bool):
            raise TypeError(f"{name} is of another type")
    if isinstance(found, Capture) and not all(isinstance(name, str) for name in (*found.authors, *found.pushers)):
        raise TypeError("an author is no text")
    return found


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

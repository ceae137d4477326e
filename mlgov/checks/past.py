"""What the history of a card proves: that each criterion was merged before the evidence that it judges.

Merged is what the first-parent line says: a merge commit is one step, whatever its branch did in between. Each step is
judged by the rules that judge a change against its base. Two things are remembered beyond the step before:

- A card that was gone or could not be read in between is compared with what was last read.
- Evidence that was taken out and comes back is compared with what was merged when it was last there, so that taking it
  out for a while does not make room for another limit.

Pure: commits and blobs in, findings out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlgov.cards import CardDocument, check_criteria, evidence_marks
from mlgov.documents import Document, load
from mlgov.findings import Finding, Location
from mlgov.lifecycle import validate
from mlgov.ports import REGULAR_FILE, Commit, FileChange

_CRITERIA = ("spec", "acceptance_criteria")
_FIX = (
    "What is merged stays in the history. Put the criterion back or evaluate anew under the one that stands, and let "
    "the approvers of the card know of this commit."
)

#: One commit, and how it changed one path.
Step = tuple[Commit, FileChange]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A card as it was once merged; ``commit`` is None for the present one."""

    commit: Commit | None
    document: Document
    card: CardDocument
    marks: frozenset[str]


def steps_by_path(commits: Iterable[Commit]) -> dict[str, list[Step]]:
    """Sort the changes of commits, oldest first, by the path that they changed."""
    found: dict[str, list[Step]] = {}
    for commit in commits:
        for change in commit.changes:
            found.setdefault(change.path, []).append((commit, change))
    return found


def check_past(steps: Sequence[Step], blobs: Mapping[str, bytes], present: bytes, path: str) -> list[Finding]:
    """Judge the order of criteria and evidence over the whole history of one card.

    Args:
        steps: The commits that changed the card, oldest first.
        blobs: Content by blob id, for every blob that the steps name and that is small enough to be read.
        present: The card as it is now. What it changes against the last commit is judged too, as any change is.
        path: Path of the card.

    Returns:
        One finding per violation, oldest first. Its place is the criterion in the present card; its message names the
        commit where it happened, unless that is the present change.
    """
    now = load(present, path)[0]
    found: list[Finding] = []
    past: list[_Seen] = []
    for seen in _readable(steps, blobs, now, path):
        told = _judge(past, seen)
        found += told if seen.commit is None else [_of_the_past(each, seen, seen.commit, now) for each in told]
        past.append(seen)
    return found


def _readable(steps: Sequence[Step], blobs: Mapping[str, bytes], now: Document | None, path: str) -> Iterator[_Seen]:
    last: bytes | None = None
    for commit, change in steps:
        last = blobs.get(change.blob or "") if change.mode == REGULAR_FILE else None
        document = load(last, path)[0] if last is not None else None
        yield from _seen(commit, document)
    if now is not None and now.data != last:
        yield from _seen(None, now)


def _seen(commit: Commit | None, document: Document | None) -> Iterator[_Seen]:
    card = validate(document, CardDocument)[0] if document else None
    if document and card:
        yield _Seen(commit, document, card, evidence_marks(card))


def _judge(past: Sequence[_Seen], seen: _Seen) -> list[Finding]:
    """Judge one step against the one before, and against the last ones that had the evidence which comes back."""
    before = past[-1] if past else None
    found = list(check_criteria(seen.document, before.card if before else None, seen.card))
    for index, marks in _returned(past, seen).items():
        found += check_criteria(seen.document, past[index].card, seen.card, evidence=frozenset(marks))
    worst: dict[object, Finding] = {}
    for finding in found:
        worst[_subject(finding)] = max(worst.get(_subject(finding), finding), finding, key=lambda each: each.severity)
    return list(worst.values())


def _returned(past: Sequence[_Seen], seen: _Seen) -> dict[int, set[str]]:
    """Give marks of evidence that the step before does not have but an earlier one has, by the last such one."""
    found: dict[int, set[str]] = {}
    for mark in seen.marks - (past[-1].marks if past else frozenset()):
        index = next((i for i in range(len(past) - 1, -1, -1) if mark in past[i].marks), None)
        if index is not None:
            found.setdefault(index, set()).add(mark)
    return dict(sorted(found.items()))


def _subject(finding: Finding) -> object:
    """Say which criterion a finding is about; one that is gone has no place, only a name in the message."""
    return finding.pointer[:3] if len(finding.pointer) > len(_CRITERIA) else finding.message


def _of_the_past(finding: Finding, seen: _Seen, commit: Commit, now: Document | None) -> Finding:
    pointer = _present_pointer(finding, seen, now)
    message = f"On {commit.committed_at:%Y-%m-%d}, in commit {commit.id[:12]}: {finding.message}"
    location = now.location(pointer) if now else Location(finding.location.path)
    return finding.rule.at(location, message, pointer=pointer, fix=_FIX, severity=finding.severity)


def _present_pointer(finding: Finding, seen: _Seen, now: Document | None) -> tuple[str | int, ...]:
    """Find the criterion of a finding in the present card by its name; that of all criteria when it is gone."""
    index = finding.pointer[2] if len(finding.pointer) > 2 else None
    if not isinstance(index, int) or now is None:
        return _CRITERIA
    name = seen.card.spec.acceptance_criteria[index].name
    places = (i for i, each in enumerate(_criteria(now)) if isinstance(each, dict) and each.get("name") == name)
    found = next(places, None)
    return _CRITERIA if found is None else (*_CRITERIA, found)


def _criteria(document: Document) -> list[object]:
    spec = document.value.get("spec")
    criteria = spec.get("acceptance_criteria") if isinstance(spec, dict) else None
    return criteria if isinstance(criteria, list) else []

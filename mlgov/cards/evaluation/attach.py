"""Planning to attach a report to a card: the card with the evaluation in it, and the file that it rests on.

Nothing is written here. A plan is whole and checked, or there is an error that says what is wrong.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlgov.cards.evaluation import Report
from mlgov.cards.rules import check_card, criterion_verdict
from mlgov.cards.schema import CardDocument
from mlgov.documents import Change, Document, Pointer, Value, edit, load
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity
from mlgov.lifecycle import bytes_digest, validate
from mlgov.names import Status
from mlgov.ports import REGULAR_FILE, File, Snapshot

FOLDER = "evidence"
_EVALUATIONS = ("spec", "evaluation_details")
_FULL_NAME = re.compile(r"metric_group_[0-9]+")
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]+")
_SHOWN_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What to attach, and how.

    Attributes:
        name: Name of the evaluation; None to take the report's own or that of the file.
        datasets: Data the model was evaluated on; none to take the report's.
        replace: Whether an evaluation of the same name gives way.
    """

    name: str | None = None
    datasets: tuple[str, ...] = ()
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A plan: two files as they will be.

    Attributes:
        evaluation: Name of the evaluation.
        is_replaced: Whether it takes the place of one of the same name.
        card: The card file.
        evidence: The evidence file.
        is_new_evidence: Whether the evidence has to be written; False when the very file is there.
        notes: What was kept or changed beside the report's own notes.
    """

    evaluation: str
    is_replaced: bool
    card: File
    evidence: File
    is_new_evidence: bool
    notes: tuple[str, ...]


def evidence_path(card: str, file_name: str) -> str:
    """Say where a report of a card belongs: its own name, with plain characters only."""
    plain = _UNUSUAL.sub("-", file_name).strip(".-")[-100:].strip(".-")
    return f"{FOLDER}/{card}/{plain or 'report.json'}"


def attach(
    document: Document, card: CardDocument, report: Report, evidence: File, wish: Wish, snapshot: Snapshot
) -> Attachment:
    """Plan to attach a report.

    Args:
        document: The card as written.
        card: The card as typed.
        report: What the report says.
        evidence: The report as it will lie in the repository.
        wish: What to attach, and how.
        snapshot: All cards and all evidence, as they are.

    Raises:
        UsageError: The card is archived, has such an evaluation already, or would break a rule; or the place of the
            evidence is taken.
    """
    if card.lifecycle.status is Status.ARCHIVED:
        hint = "Make a new card for what follows it."
        raise UsageError(f"{document.path} is archived; its content is frozen.", hint=hint)
    name = str(report.about.get("name") or _stem(evidence.path)) if wish.name is None else wish.name
    index = _index(card, name, replace=wish.replace)
    is_new = _check_place(document, card, evidence, index, snapshot)
    kept = document.value["spec"]["evaluation_details"][index] if index is not None else {}
    wanted = _evaluation(name, report, evidence, wish.datasets, kept)
    data = edit(document.data, _changes(card, index, wanted), document.path)
    _check_result(document, card, data, {**snapshot, evidence.path: evidence})
    notes = _kept_notes(kept, wanted)
    return Attachment(name, index is not None, File(document.path, REGULAR_FILE, data), evidence, is_new, notes)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0][:63] or "evaluation"


def _index(card: CardDocument, name: str, *, replace: bool) -> int | None:
    """Find the evaluation that gives way; None when there is none of that name."""
    places = [i for i, each in enumerate(card.spec.evaluation_details) if each.name == name]
    if len(places) > 1:
        raise UsageError(f"{len(places)} evaluations are called '{name}'.", hint="Rename them in the card first.")
    if places and not replace:
        hint = "Give --replace to put the report in its place, or --as NAME to add it beside it."
        raise UsageError(f"The card has an evaluation '{name}' already.", hint=hint)
    return places[0] if places else None


def _check_place(document: Document, card: CardDocument, evidence: File, index: int | None, snapshot: Snapshot) -> bool:
    """Say whether the evidence has to be written; refuse a place that holds something that others rest on."""
    parts = evidence.path.split("/")
    for end in range(1, len(parts)):
        if (folder := "/".join(parts[:end])) in snapshot:
            raise UsageError(f"{folder} is no folder but a file or a link.", hint="Move it out of the way.")
    there = snapshot.get(evidence.path)
    if there is None:
        return True
    if there.mode != REGULAR_FILE:
        raise UsageError(f"{evidence.path} is no plain file.", hint="Move it out of the way.")
    if there.data == evidence.data and not there.omitted_bytes:
        return False
    if index is None or _cited_elsewhere(document, card, evidence.path, index, snapshot):
        hint = "Rename the report: evidence that something rests on is not written over."
        raise UsageError(f"{evidence.path} is there already and says something else.", hint=hint)
    return True


def _cited_elsewhere(document: Document, card: CardDocument, path: str, index: int, snapshot: Snapshot) -> bool:
    others = [each.evidence for i, each in enumerate(card.spec.evaluation_details) if i != index]
    others += [claim.evidence for claim in card.spec.claims]
    if any(cited.path == path for group in others for cited in group):
        return True
    is_own = [cited.path for cited in card.spec.evaluation_details[index].evidence] == [path]
    quoted = path.encode()
    cards = (file for file in snapshot.values() if not file.path.startswith(f"{FOLDER}/"))
    return not is_own or any(file.path != document.path and quoted in file.data for file in cards)


def _evaluation(
    name: str, report: Report, evidence: File, datasets: Sequence[str], kept: Mapping[str, Any]
) -> dict[str, Value]:
    """Make the evaluation, its keys in the order of the schema; what people wrote into a replaced one stays."""
    about = report.about
    said = about.get("metadata")
    metadata: dict[str, Value] = {k: v for k, v in (kept.get("metadata") or {}).items() if not _FULL_NAME.fullmatch(k)}
    metadata |= said if isinstance(said, dict) else {}
    metadata |= report.metadata
    chosen: list[Value] = list(datasets)
    wanted: dict[str, Value] = {
        "name": name,
        "evaluation_observation": about.get("evaluation_observation") or kept.get("evaluation_observation"),
        "evaluation_job_arn": about.get("evaluation_job_arn") or kept.get("evaluation_job_arn"),
        "datasets": chosen or about.get("datasets") or kept.get("datasets"),
        "metadata": metadata,
        "evidence": [{"path": evidence.path, "digest": bytes_digest(evidence.data)}],
        "metric_groups": report.metric_groups,
    }
    filled: dict[str, Value] = {key: value for key, value in wanted.items() if value or key == "name"}
    if kept.get("metadata") and not metadata:
        filled["metadata"] = {}
    return filled


def _changes(card: CardDocument, index: int | None, wanted: dict[str, Value]) -> list[Change]:
    """Set a new evaluation as a whole, and a replaced one key by key, so that comments beside other keys stay."""
    if index is None:
        return [Change((*_EVALUATIONS, len(card.spec.evaluation_details)), wanted)]
    at: Pointer = (*_EVALUATIONS, index)
    return [Change((*at, key), value) for key, value in wanted.items()]


def _check_result(document: Document, card: CardDocument, data: bytes, snapshot: Snapshot) -> None:
    """Refuse what would break a rule that the card keeps now. Criteria that fail are news, and no reason to hide it."""
    after, findings = load(data, document.path)
    if after is not None:
        typed, findings = validate(after, CardDocument)
        if typed is not None:
            before = {_key(found) for found in _errors(document, card, snapshot)}
            findings = [found for found in _errors(after, typed, snapshot) if _key(found) not in before]
    if findings:
        said = "\n".join(
            f"  {found.location} {found.rule.code} {found.message}" for found in findings[:_SHOWN_FINDINGS]
        )
        hint = f"{findings[0].fix} (Places are in the card as it would be.) Nothing was written."
        raise UsageError(f"With this report {document.path} would be wrong:\n{said}", hint=hint)


def _errors(document: Document, card: CardDocument, snapshot: Snapshot) -> list[Finding]:
    found = check_card(document, card, snapshot)
    return [each for each in found if each.severity is Severity.ERROR and each.rule not in criterion_verdict.RULES]


def _key(found: Finding) -> tuple[str, Pointer, str]:
    return found.rule.code, found.pointer, found.message


def _kept_notes(kept: Mapping[str, Any], wanted: Mapping[str, Value]) -> tuple[str, ...]:
    notes = []
    if kept.get("evaluation_observation") and kept["evaluation_observation"] == wanted.get("evaluation_observation"):
        notes.append("The observation of the replaced evaluation was kept: read whether it still holds.")
    return tuple(notes)

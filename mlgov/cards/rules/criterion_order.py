"""A criterion is merged before the evidence that it judges. Seen in git: the base of a change is what was merged."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlgov.cards.additions import AcceptanceCriterion
from mlgov.cards.criteria import judged_metric, written
from mlgov.cards.schema import CardDocument, EvaluationDetail
from mlgov.documents import Document
from mlgov.findings import Finding, Rule, Severity

AFTER_EVIDENCE = Rule(
    "MLG-C008",
    "criterion-after-evidence",
    Severity.WARNING,
    "A criterion is merged before the evidence that it judges.",
    "A limit that is chosen when the result is known proves little: it can be put just below the result. The check "
    "compares with the base of the change, and with --history every merged change with the one before. A criterion "
    "that the base does not have, while the change or the base has the number that it judges, came with the evidence "
    "or after it. So did one that is changed together with the evaluation it judges.",
    "Merge the criterion first and the evaluation in a later change; or say in rationale why the limit is fair.",
    waivable=True,
)
LOOSENED = Rule(
    "MLG-C009",
    "criterion-loosened",
    Severity.ERROR,
    "A criterion is not loosened or removed while the evidence that it judges stays.",
    "The base has the criterion and the evidence; a change that only moves the limit towards the result, turns the "
    "criterion to another metric or drops it makes a pass out of a failure. The status does not matter: a draft that "
    "is loosened first and submitted later comes to the same. To tighten a criterion is always allowed.",
    "Put the criterion back. A limit that was wrong is corrected together with a new evaluation, and says why in "
    "rationale.",
)
RULES = (AFTER_EVIDENCE, LOOSENED)

_CRITERIA = ("spec", "acceptance_criteria")


def check_criteria(
    document: Document, before: CardDocument | None, after: CardDocument, *, evidence: frozenset[str] | None = None
) -> Iterator[Finding]:
    """Judge the criteria of a card between the base of a change and now.

    Args:
        document: The card as written now.
        before: The card at the base; None when it was not there or could not be read.
        after: The card now.
        evidence: Marks as `evidence_marks` gives them: only criteria that judge evidence with one of these marks are
            looked at. None for all criteria.
    """
    merged = [old for old in _judged(before) if _is_about(old, evidence)] if before else []
    now = _judged(after)
    weakened = [found for old in merged for found in _weakened(document, old, now, after)]
    yield from weakened
    told = {finding.pointer[:3] for finding in weakened}
    for index, new in enumerate(now):
        at = (*_CRITERIA, index)
        if at in told or new.value is None or any(_covers(new, old) for old in merged):
            continue
        if not _is_about(new, evidence):
            continue
        since = "after" if before and _stays(_judge(new.criterion, before), after) else "together with"
        message = f"The criterion '{new.criterion.name}' comes {since} the evidence that it judges."
        yield AFTER_EVIDENCE.at(document.location((*at, "name")), message, pointer=at)


def evidence_marks(card: CardDocument) -> frozenset[str]:
    """Give what the evidence of a card is known again by: the digests of its files, else the values themselves."""
    return frozenset(mark for evaluation in card.spec.evaluation_details for mark in _marks(evaluation))


def _marks(evaluation: EvaluationDetail, group: str | None = None) -> frozenset[str]:
    if evaluation.evidence:
        return frozenset(evidence.digest for evidence in evaluation.evidence)
    groups = (each for each in evaluation.metric_groups if group in (None, each.name))
    return frozenset(each.model_dump_json(exclude_defaults=True) for each in groups)


def _is_about(judged: "_Judged", evidence: frozenset[str] | None) -> bool:
    return evidence is None or bool(judged.marks & evidence)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A criterion with what it judges: the group and the value (None when there is no such number), and their marks."""

    criterion: AcceptanceCriterion
    group: str | None
    value: float | None
    marks: frozenset[str]


def _judged(card: CardDocument) -> list[_Judged]:
    return [_judge(criterion, card) for criterion in card.spec.acceptance_criteria]


def _judge(criterion: AcceptanceCriterion, card: CardDocument) -> _Judged:
    evaluations = card.spec.evaluation_details
    found = judged_metric(criterion, evaluations)
    group, value = (None, None) if isinstance(found, str) else found
    named = [evaluation for evaluation in evaluations if evaluation.name == criterion.evaluation]
    return _Judged(criterion, group, value, frozenset(mark for each in named for mark in _marks(each, group)))


def _weakened(document: Document, old: _Judged, now: list[_Judged], after: CardDocument) -> Iterator[Finding]:
    if not _stays(old, after) or any(_covers(new, old) for new in now):
        return
    new = next((i for i, each in enumerate(now) if each.criterion.name == old.criterion.name), None)
    if new is None:
        new = next((i for i, each in enumerate(now) if _about(each) == _about(old)), None)
    at = _CRITERIA if new is None else (*_CRITERIA, new, _changed(now[new].criterion, old.criterion))
    message = f"{_said(old.criterion, None if new is None else now[new].criterion)}, and its evidence stays."
    yield LOOSENED.at(document.location(at), message, pointer=at)


def _covers(new: _Judged, old: _Judged) -> bool:
    """Say whether whatever meets ``new`` meets ``old`` too: as strict, about the same number.

    It is about the same number when it names the same (a group that was left open may be named), or when a name
    changed and the number did not.
    """
    is_as_strict = (
        new.criterion.threshold >= old.criterion.threshold
        if new.criterion.condition == "at_least"
        else new.criterion.threshold <= old.criterion.threshold
    )
    same_names = _about(new) == _about(old) and bool(_groups(new) & _groups(old))
    same_number = new.value is not None and new.value == old.value
    return is_as_strict and new.criterion.condition == old.criterion.condition and (same_names or same_number)


def _groups(judged: _Judged) -> set[str | None]:
    """Give the group that a criterion names; one that names none is about the group that it finds."""
    named = judged.criterion.metric_group
    return {None, judged.group} if named is None else {named}


def _about(judged: _Judged) -> tuple[str, str]:
    return judged.criterion.evaluation, judged.criterion.metric


def _stays(old: _Judged, after: CardDocument) -> bool:
    """Say whether the number that a criterion judged at the base is there still.

    It is when the value is the same, or when an evaluation of now cites a file that the old one cited, or, where that
    cited none, has the same group of values: touching a word or the name of an evaluation makes no new evidence.
    """
    if old.value is None:
        return False
    same_value = _judge(old.criterion, after).value == old.value
    return same_value or bool(old.marks & evidence_marks(after))


def _changed(new: AcceptanceCriterion, old: AcceptanceCriterion) -> str:
    keys = ("condition", "evaluation", "metric", "metric_group")
    return next((key for key in keys if getattr(new, key) != getattr(old, key)), "threshold")


def _said(old: AcceptanceCriterion, new: AcceptanceCriterion | None) -> str:
    if new is None:
        return f"The criterion '{old.name}' is gone"
    if _changed(new, old) != "threshold":
        return f"The criterion '{old.name}' judges something else than it did"
    moved = f"from {written(old.threshold)} to {written(new.threshold)}"
    return f"The criterion '{old.name}' is loosened ({old.condition} moves {moved})"

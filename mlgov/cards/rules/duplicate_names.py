"""Names that a criterion refers to stand for one thing."""

from collections.abc import Iterator, Sequence

from mlgov.cards.schema import CardDocument
from mlgov.documents import Document, Pointer
from mlgov.findings import Finding, Rule, Severity
from mlgov.ports import Snapshot

TWICE = Rule(
    "MLG-C007",
    "duplicate-name",
    Severity.ERROR,
    "Evaluations, criteria, metric groups of an evaluation and metrics of a group have names of their own.",
    "Criteria refer by name, and people do too. Two evaluations or two criteria of one name are an error. Two groups "
    "or metrics of one name, which other tools write, are a warning; a criterion that refers to them judges nothing.",
    "Rename one of the two.",
)
RULES = (TWICE,)


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    spec = card.spec
    criteria = [criterion.name for criterion in spec.acceptance_criteria]
    yield from _twice(document, ("spec", "acceptance_criteria"), criteria, "criteria")
    evaluations = ("spec", "evaluation_details")
    yield from _twice(document, evaluations, [each.name for each in spec.evaluation_details], "evaluations")
    for i, evaluation in enumerate(spec.evaluation_details):
        groups = (*evaluations, i, "metric_groups")
        names = [group.name for group in evaluation.metric_groups]
        if len(set(names)) < len(names):
            yield from _twice(document, groups, names, "metric groups of the evaluation", Severity.WARNING)
        for j, group in enumerate(evaluation.metric_groups):
            names = [metric.name for metric in group.metric_data]
            if len(set(names)) < len(names):
                at = (*groups, j, "metric_data")
                yield from _twice(document, at, names, "metrics of the group", Severity.WARNING)


def _twice(
    document: Document, pointer: Pointer, names: Sequence[str], what: str, level: Severity = Severity.ERROR
) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        first = seen.setdefault(name, place)
        if first != place:
            at = (*pointer, place, "name")
            line = document.location((*pointer, first, "name")).line
            message = f"Two {what} are called '{name}'; the other stands in line {line}."
            yield TWICE.at(document.location(at), message, pointer=at, severity=level)

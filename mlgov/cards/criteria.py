"""Verdicts on acceptance criteria: worked out from the values of the card whenever somebody asks, never stored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from mlgov.cards.additions import AcceptanceCriterion
from mlgov.cards.metrics import Metric, MetricGroup, NumberMetric
from mlgov.cards.schema import CardDocument, EvaluationDetail


class Outcome(StrEnum):
    """What a verdict says."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the values of a card say about one of its criteria.

    Attributes:
        index: Place of the criterion in ``spec.acceptance_criteria``, from 0.
        criterion: The criterion.
        outcome: met, not_met, or cannot_tell: the metric is missing, is no number, or is there more than once.
        sentence: Why, for people.
        metric_group: Name of the group in which the metric was found; None when it was not.
        value: The number that was judged; None when there was none.
    """

    index: int
    criterion: AcceptanceCriterion
    outcome: Outcome
    sentence: str
    metric_group: str | None = None
    value: float | None = None


def verdicts(card: CardDocument) -> tuple[Verdict, ...]:
    """Judge every acceptance criterion of a card by the values that the card has now.

    The comparison is exact: ``value >= threshold`` for at_least, ``value <= threshold`` for at_most, without tolerance
    or rounding.
    """
    criteria, evaluations = card.spec.acceptance_criteria, card.spec.evaluation_details
    return tuple(_judge(index, criterion, evaluations) for index, criterion in enumerate(criteria))


def all_met(found: Iterable[Verdict]) -> bool:
    """Say whether every criterion is met; what cannot be told is not."""
    return all(verdict.outcome is Outcome.MET for verdict in found)


def judged_metric(criterion: AcceptanceCriterion, evaluations: Iterable[EvaluationDetail]) -> tuple[str, float] | str:
    """Find the number that a criterion is about.

    Returns:
        The name of its group and its value, or a sentence that says why there is none.
    """
    named = [evaluation for evaluation in evaluations if evaluation.name == criterion.evaluation]
    if not named:
        return f"There is no evaluation '{criterion.evaluation}'."
    if len(named) > 1:
        return f"{len(named)} evaluations are called '{criterion.evaluation}'."
    found = list(_metrics(criterion, named[0]))
    if not found:
        return f"{_where(criterion)} has no metric '{criterion.metric}'."
    if len(found) > 1:
        groups = sorted({group.name for group, _ in found})
        if len(groups) > 1:
            return f"'{criterion.metric}' is in the groups {_listed(groups)}; metric_group has to name one."
        return f"'{criterion.metric}' is {len(found)} times in '{groups[0]}' of '{criterion.evaluation}'."
    group, metric = found[0]
    if not isinstance(metric, NumberMetric):
        return f"'{criterion.metric}' is of type {metric.type}; only a number can be judged."
    return group.name, metric.value


def _judge(index: int, criterion: AcceptanceCriterion, evaluations: list[EvaluationDetail]) -> Verdict:
    found = judged_metric(criterion, evaluations)
    if isinstance(found, str):
        return Verdict(index, criterion, Outcome.CANNOT_TELL, found)
    group, value = found
    at_least = criterion.condition == "at_least"
    is_met = value >= criterion.threshold if at_least else value <= criterion.threshold
    asked = f"{'at least' if at_least else 'at most'} {written(criterion.threshold)}"
    sentence = f"{criterion.metric} is {written(value)}; {asked} is asked."
    return Verdict(index, criterion, Outcome.MET if is_met else Outcome.NOT_MET, sentence, group, value)


def written(value: float) -> str:
    """Write a number exactly, so that a verdict can be followed: shortest digits that give it back."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _metrics(criterion: AcceptanceCriterion, evaluation: EvaluationDetail) -> Iterator[tuple[MetricGroup, Metric]]:
    for group in evaluation.metric_groups:
        if criterion.metric_group in (None, group.name):
            yield from ((group, metric) for metric in group.metric_data if metric.name == criterion.metric)


def _where(criterion: AcceptanceCriterion) -> str:
    if criterion.metric_group is None:
        return f"'{criterion.evaluation}'"
    return f"The group '{criterion.metric_group}' of '{criterion.evaluation}'"


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"

"""Verdicts: worked out from values and criteria."""

from typing import Any

import pytest

from mlgov.cards import CardDocument, Outcome, Verdict, all_met, verdicts
from tests.website import documents as d

CRITERION: dict[str, Any] = {
    "name": "good enough",
    "evaluation": "holdout",
    "metric": "recall",
    "condition": "at_least",
    "threshold": 0.9,
}

ONLY = "only a number can be judged."


def metric(value: object, name: str = "recall", kind: str = "number") -> dict[str, Any]:
    """Make a metric."""
    return {"name": name, "type": kind, "value": value}


def evaluation(name: str = "holdout", **groups: list[dict[str, Any]]) -> dict[str, Any]:
    """Make an evaluation with groups of metrics."""
    return {"name": name, "metric_groups": [{"name": g, "metric_data": data} for g, data in groups.items()]}


def judge(*evaluations: dict[str, Any], **criterion: Any) -> Verdict:
    """Give the verdict on one criterion."""
    spec = {"evaluation_details": list(evaluations), "acceptance_criteria": [CRITERION | criterion]}
    card = CardDocument.model_validate(d.card("churn", spec))
    [verdict] = verdicts(card)
    return verdict


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("at_least", 0.9, Outcome.MET),
        ("at_least", 0.8999999999999999, Outcome.NOT_MET),
        ("at_least", 1, Outcome.MET),
        ("at_most", 0.9, Outcome.MET),
        ("at_most", 0.9000000000000001, Outcome.NOT_MET),
        ("at_most", -1, Outcome.MET),
    ],
)
def test_the_comparison_is_exact(condition: str, value: float, expected: Outcome) -> None:
    """No tolerance: the limit itself is met, the next number beyond is not."""
    assert judge(evaluation(g=[metric(value)]), condition=condition).outcome is expected


def test_a_verdict_says_what_was_compared() -> None:
    """Group, value and a sentence, with all digits."""
    verdict = judge(evaluation(quality=[metric(0.12345678901)]))
    assert (verdict.metric_group, verdict.value) == ("quality", 0.12345678901)
    assert verdict.sentence == "recall is 0.12345678901; at least 0.9 is asked."


@pytest.mark.parametrize(
    ("evaluations", "criterion", "why"),
    [
        ([], {}, "There is no evaluation 'holdout'."),
        ([evaluation("other", g=[metric(1)])], {}, "There is no evaluation 'holdout'."),
        ([evaluation(g=[metric(1)])] * 2, {}, "2 evaluations are called 'holdout'."),
        ([evaluation(g=[metric(1, "precision")])], {}, "'holdout' has no metric 'recall'."),
        ([evaluation(g=[metric(1)])], {"metric_group": "x"}, "The group 'x' of 'holdout' has no metric 'recall'."),
        (
            [evaluation(b=[metric(1)], a=[metric(1)])],
            {},
            "'recall' is in the groups 'a', 'b'; metric_group has to name one.",
        ),
        ([evaluation(g=[metric(1), metric(1)])], {}, "'recall' is 2 times in 'g' of 'holdout'."),
        (
            [evaluation(g=[metric(True, kind="boolean")])],
            {},
            "'recall' is of type boolean; only a number can be judged.",
        ),
        ([evaluation(g=[metric("1", kind="string")])], {}, "'recall' is of type string; only a number can be judged."),
    ],
)
def test_what_cannot_be_told(evaluations: list[dict[str, Any]], criterion: dict[str, Any], why: str) -> None:
    """Nothing is guessed, and equal values in two groups are two values."""
    verdict = judge(*evaluations, **criterion)
    assert (verdict.outcome, verdict.sentence, verdict.value) == (Outcome.CANNOT_TELL, why, None)
    assert not all_met([verdict])


def test_a_named_group_settles_it() -> None:
    """The other group does not count."""
    found = judge(evaluation(a=[metric(0.1)], b=[metric(0.95)]), metric_group="b")
    assert (found.outcome, found.value) == (Outcome.MET, 0.95)

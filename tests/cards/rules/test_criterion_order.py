"""Criteria and evidence between the base of a change and now."""

import copy
from typing import Any

import pytest

from mlgov.cards import CardDocument, check_criteria
from mlgov.documents import load
from mlgov.lifecycle import validate
from tests.cards.test_criteria import CRITERION, evaluation, metric
from tests.website import documents as d

FILES = [{"path": "evidence/churn/report.json", "digest": d.DIGEST}]
JUDGED = evaluation(g=[metric(0.85), metric(0.99, "precision")]) | {"evidence": FILES}
OTHER_FILES = [{"path": "evidence/churn/report.json", "digest": "sha256:" + "cd" * 32}]
AGAIN = evaluation(g=[metric(0.88)]) | {"evidence": OTHER_FILES}


def card(*criteria: dict[str, Any], evaluations: tuple[dict[str, Any], ...] = (JUDGED,)) -> dict[str, Any]:
    """Make a card."""
    return d.card("churn", {"evaluation_details": list(evaluations), "acceptance_criteria": list(criteria)})


def found(before: dict[str, Any] | None, after: dict[str, Any]) -> list[str]:
    """Judge a change; list codes and places."""
    typed = CardDocument.model_validate(before) if before else None
    document, _ = load(d.yaml_of(copy.deepcopy(after)), "cards/churn.yaml")
    assert document is not None
    now, findings = validate(document, CardDocument)
    assert now is not None, findings
    return [f"{f.rule.code} {'.'.join(map(str, f.pointer[2:]))}" for f in check_criteria(document, typed, now)]


def but(**changes: Any) -> dict[str, Any]:
    """Give the criterion, changed."""
    return CRITERION | changes


def test_the_right_order_is_clean() -> None:
    """First the criterion, then the evaluation, whatever it says."""
    assert found(None, card(CRITERION, evaluations=())) == []
    assert found(card(CRITERION, evaluations=()), card(CRITERION)) == []
    assert found(card(CRITERION), card(CRITERION)) == []


@pytest.mark.parametrize("before", [None, card(evaluations=()), card()])
def test_a_criterion_that_comes_with_its_evidence_or_after_it(before: dict[str, Any] | None) -> None:
    """Whoever wrote it knew the result."""
    assert found(before, card(CRITERION)) == ["MLG-C008 0"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        (but(threshold=0.8), "0.threshold"),
        (but(condition="at_most"), "0.condition"),
        (but(metric="precision"), "0.metric"),
        (but(evaluation="later"), "0.evaluation"),
        (but(name="other name", threshold=0.8), "0.threshold"),
        (but(metric_group="elsewhere"), "0.metric_group"),
    ],
)
def test_a_criterion_that_is_weakened_while_its_evidence_stays(changed: dict[str, Any], place: str) -> None:
    """Lower, turned round, or turned to something else; also under another name."""
    assert found(card(CRITERION), card(changed)) == [f"MLG-C009 {place}"]


def test_a_criterion_that_is_removed_while_its_evidence_stays() -> None:
    """Dropping it is the loosest of all."""
    assert found(card(CRITERION), card()) == ["MLG-C009 "]


@pytest.mark.parametrize(
    "changed",
    [
        but(threshold=0.95),
        but(name="other name"),
        but(metric_group="g"),
        but(rationale="because"),
    ],
)
def test_what_weakens_nothing_is_clean(changed: dict[str, Any]) -> None:
    """Tighter, renamed, more exact or explained."""
    assert found(card(CRITERION), card(changed)) == []


def test_the_direction_follows_the_condition() -> None:
    """For at_most, a higher threshold is looser."""
    at_most = but(condition="at_most")
    assert found(card(at_most), card(at_most | {"threshold": 0.95})) == ["MLG-C009 0.threshold"]
    assert found(card(at_most), card(at_most | {"threshold": 0.86})) == []


def test_touching_words_or_names_makes_no_new_evidence() -> None:
    """The same file under another name of the evaluation, with another value typed in."""
    touched = JUDGED | {"evaluation_observation": "read again"}
    assert found(card(CRITERION), card(but(threshold=0.8), evaluations=(touched,))) == ["MLG-C009 0.threshold"]
    renamed = evaluation("second", g=[metric(0.86)]) | {"evidence": FILES}
    weakened = but(evaluation="second", threshold=0.8)
    assert found(card(CRITERION), card(weakened, evaluations=(renamed,))) == ["MLG-C009 0.evaluation"]


def test_an_evaluation_that_is_renamed_with_its_criterion_is_clean() -> None:
    """The number and the limit are what they were."""
    renamed = JUDGED | {"name": "second"}
    assert found(card(CRITERION), card(but(evaluation="second"), evaluations=(renamed,))) == []


def test_a_group_that_is_named_may_not_be_a_better_one() -> None:
    """The criterion was about the only group there was."""
    better = evaluation(g=[metric(0.85)], easy=[metric(0.99)]) | {"evidence": FILES}
    assert found(card(CRITERION), card(but(metric_group="easy"), evaluations=(better,))) == ["MLG-C009 0.metric_group"]


def test_a_criterion_that_is_loosened_with_a_new_evaluation() -> None:
    """That is the way to correct a limit; it is seen, and no error."""
    assert found(card(CRITERION), card(but(threshold=0.8), evaluations=(AGAIN,))) == ["MLG-C008 0"]


def test_a_criterion_may_go_before_there_is_evidence() -> None:
    """Nobody knows the result yet."""
    assert found(card(CRITERION, evaluations=()), card(evaluations=())) == []
    assert found(card(CRITERION, evaluations=()), card(but(threshold=0.5), evaluations=())) == []


def test_each_criterion_is_judged_by_itself() -> None:
    """One stays, one is loosened, one is new."""
    second = but(name="exact", metric="precision")
    third = but(name="third", metric="precision", condition="at_most", threshold=1)
    before, after = card(CRITERION, second), card(CRITERION, second | {"threshold": 0.5}, third)
    assert found(before, after) == ["MLG-C009 1.threshold", "MLG-C008 2"]

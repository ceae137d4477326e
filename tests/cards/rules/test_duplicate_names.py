"""Names that stand for two things."""

from typing import Any

from mlgov.cards import CardDocument, check_card
from mlgov.documents import load
from mlgov.lifecycle import validate
from tests.cards.test_criteria import CRITERION, evaluation, metric
from tests.website import documents as d


def found(**spec: Any) -> list[str]:
    """Check a card; list levels, places and messages of this rule."""
    document, _ = load(d.yaml_of(d.card("churn", spec)), "cards/churn.yaml")
    assert document is not None
    card, _ = validate(document, CardDocument)
    assert card is not None
    findings = [finding for finding in check_card(document, card, {}) if finding.rule.code == "MLG-C007"]
    return [f"{f.severity.label} {'.'.join(map(str, f.pointer[1:]))} {f.message.split(';')[0]}" for f in findings]


def test_evaluations_and_criteria_are_errors() -> None:
    """A criterion could mean either."""
    said = found(evaluation_details=[evaluation(), evaluation()], acceptance_criteria=[CRITERION, CRITERION])
    assert said == [
        "error acceptance_criteria.1.name Two criteria are called 'good enough'",
        "error evaluation_details.1.name Two evaluations are called 'holdout'",
    ]


def test_groups_and_metrics_are_warnings() -> None:
    """Other tools write them."""
    twice = evaluation(a=[metric(1), metric(2)])
    twice["metric_groups"] *= 2
    assert found(evaluation_details=[twice]) == [
        "warning evaluation_details.0.metric_groups.1.name Two metric groups of the evaluation are called 'a'",
        "warning evaluation_details.0.metric_groups.0.metric_data.1.name Two metrics of the group are called 'recall'",
        "warning evaluation_details.0.metric_groups.1.metric_data.1.name Two metrics of the group are called 'recall'",
    ]


def test_the_same_name_in_different_places_is_fine() -> None:
    """Groups of two evaluations, metrics of two groups."""
    one, two = (evaluation(name, a=[metric(1)], b=[metric(2)]) for name in ("one", "two"))
    assert found(evaluation_details=[one, two]) == []

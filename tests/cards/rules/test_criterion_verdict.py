"""Verdicts as findings: how bad they are follows the status."""

import pytest

from mlgov.cards import CardDocument, check_card
from mlgov.documents import load
from mlgov.findings import Finding
from mlgov.lifecycle import validate
from tests.cards.test_criteria import CRITERION, evaluation, metric
from tests.website import documents as d

STATUSES = ("draft", "pending_review", "approved", "archived")


def found(status: str, value: float | None) -> list[Finding]:
    """Check a card with one criterion, and with a value for it or without."""
    evaluations = [] if value is None else [evaluation(g=[metric(value)])]
    spec = {"acceptance_criteria": [CRITERION], "evaluation_details": evaluations}
    document, _ = load(d.yaml_of(d.card("churn", spec, status=status)), "cards/churn.yaml")
    assert document is not None
    card, _ = validate(document, CardDocument)
    assert card is not None
    return list(check_card(document, card, {}))


@pytest.mark.parametrize(
    ("status", "level"), list(zip(STATUSES, ("warning", "error", "error", "warning"), strict=True))
)
def test_a_criterion_that_judges_nothing(status: str, level: str) -> None:
    """An early criterion is good; from the review on it has to judge something."""
    [finding] = found(status, None)
    assert (finding.rule.code, finding.severity.label) == ("MLG-C005", level)
    assert finding.message == "The criterion 'good enough' judges nothing: There is no evaluation 'holdout'."
    assert finding.pointer == ("spec", "acceptance_criteria", 0, "metric")


@pytest.mark.parametrize(("status", "level"), list(zip(STATUSES, ("note", "warning", "error", "note"), strict=True)))
def test_a_criterion_that_is_not_met(status: str, level: str) -> None:
    """Reviewers see it; nobody approves it."""
    [finding] = found(status, 0.85)
    assert (finding.rule.code, finding.severity.label) == ("MLG-C006", level)
    assert finding.message.endswith("is not met: recall is 0.85; at least 0.9 is asked.")


@pytest.mark.parametrize("status", STATUSES)
def test_a_criterion_that_is_met(status: str) -> None:
    """Nothing to say."""
    assert found(status, 0.9) == []

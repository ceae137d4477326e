"""What is missing for a card's next step."""

from datetime import date
from typing import Any

import pytest

from mlgov.cards import CardDocument
from mlgov.cards.todo import CardFacts, Todo, Who, todos
from mlgov.documents import load
from mlgov.documents.formatting import render
from mlgov.findings import Location, Severity
from mlgov.lifecycle import rules, validate
from mlgov.names import Kind, MonitoringType, RiskRating, Status
from mlgov.settings import MonitorSettings, RequiredFields, Settings

TODAY = date(2026, 11, 20)
PATH = "cards/churn.yaml"
REVIEW = (Status.PENDING_REVIEW, Status.APPROVED)


def facts(
    status: str = "draft",
    spec: dict[str, Any] | None = None,
    review_by: str | None = "2027-05-31",
    **more: Any,
) -> CardFacts:
    """Make the facts of a card that lacks nothing but what the arguments leave out."""
    lifecycle = {"status": status} | ({"review_by": review_by} if review_by else {})
    value: dict[str, Any] = {
        "apiVersion": "mlgov/v1",
        "kind": "ModelCard",
        "metadata": {"name": "churn"},
        "lifecycle": lifecycle,
    }
    document, _ = load(render({**value, "spec": spec or {"intended_uses": {"risk_rating": "low"}}}), PATH)
    assert document is not None
    card, findings = validate(document, CardDocument)
    assert findings == []
    return CardFacts("churn", PATH, document, card, **more)


def settings(*required: RequiredFields, **monitors: Any) -> Settings:
    """Make settings."""
    return Settings(required=required, monitors=MonitorSettings(**monitors))


def needs(*fields: str, status: tuple[Status, ...] = REVIEW) -> RequiredFields:
    """Require fields."""
    return RequiredFields(kind=Kind.MODEL_CARD, status=status, fields=fields)


def said(found: list[Todo]) -> list[tuple[str, str]]:
    """Give who and the command of each."""
    return [(todo.who.value, todo.command) for todo in found]


def test_a_draft_that_lacks_nothing_is_submitted() -> None:
    """The step itself is what is left."""
    found = todos(facts(), settings(), TODAY)
    assert said(found) == [("author", "mlgov card submit churn")]
    assert found[0].before is Status.PENDING_REVIEW


def test_a_card_in_review_waits_for_a_reviewer() -> None:
    """Nobody else has anything to do."""
    found = todos(facts("pending_review"), settings(), TODAY)
    assert said(found) == [("reviewer", "mlgov card edit churn --set lifecycle.status=approved")]


@pytest.mark.parametrize("status", ["approved", "archived"])
def test_a_card_that_lacks_nothing_has_nothing_to_do(status: str) -> None:
    """Approved or archived."""
    assert todos(facts(status), settings(), TODAY) == []


def test_a_required_field_is_asked_for_once_with_an_example_and_comes_before_the_step() -> None:
    """At the first status that needs it, and the step is not offered while it is missing."""
    wanted = settings(needs("metadata.owners", "spec.model_overview.model_owner", "spec.intended_uses.risk_rating"))
    found = todos(facts(), wanted, TODAY)
    assert said(found) == [
        ("author", "mlgov card edit churn --set 'metadata.owners=[\"@model-owners\"]'"),
        ("author", "mlgov card edit churn --set spec.model_overview.model_owner=@model-owners"),
    ]
    assert {(todo.code, todo.before) for todo in found} == {("MLG-L001", Status.PENDING_REVIEW)}
    assert str(found[0].location) == f"{PATH}:3:1"


def test_what_only_the_approval_needs_does_not_stop_the_submission() -> None:
    """It is said early, and the step is there."""
    found = todos(facts(), settings(needs("metadata.title", status=(Status.APPROVED,))), TODAY)
    assert [(todo.before, todo.command.split()[2]) for todo in found] == [
        (Status.PENDING_REVIEW, "submit"),
        (Status.APPROVED, "edit"),
    ]


def test_fields_that_the_risk_requires() -> None:
    """A rating that asks for more is followed; what the present status needs is due at once."""
    group = RequiredFields(
        kind=Kind.MODEL_CARD, risk_rating=(RiskRating.HIGH,), fields=("spec.business_details.business_problem",)
    )
    assert len(todos(facts(), settings(group), TODAY)) == 1
    high = facts(spec={"intended_uses": {"risk_rating": "high"}})
    assert [todo.before for todo in todos(high, settings(group), TODAY)] == [None]


def test_an_unknown_risk_is_to_be_rated() -> None:
    """Everything else depends on it."""
    found = todos(facts(spec={"model_overview": {"model_name": "churn"}}), settings(), TODAY)
    assert said(found) == [("author", "mlgov card edit churn --set spec.intended_uses.risk_rating=medium")]


def test_numbers_without_a_report_ask_for_one() -> None:
    """An evaluation with words alone does not."""
    group = {"name": "g", "metric_data": [{"name": "m", "type": "number", "value": 1.0}]}
    numbers = [{"name": "it's held out", "metric_groups": [group]}, {"name": "words"}]
    spec = {"intended_uses": {"risk_rating": "low"}, "evaluation_details": numbers}
    found = todos(facts("pending_review", spec), settings(), TODAY)
    assert said(found) == [("author", "mlgov card evaluate churn REPORT --as 'it'\"'\"'s held out' --replace")]


def test_monitors_that_the_risk_requires() -> None:
    """One that runs is enough; the others are for the owner."""
    needed = {RiskRating.LOW: (MonitoringType.DATA_QUALITY, MonitoringType.MODEL_QUALITY)}
    found = todos(facts("approved", monitored={MonitoringType.DATA_QUALITY}), settings(required=needed), TODAY)
    assert said(found) == [("owner", "mlgov monitor baseline churn --monitor MONITOR --from FILE")]
    assert "model quality monitor in monitors/churn.yaml" in found[0].what
    assert found[0].before is None  # it is approved already


@pytest.mark.parametrize("review_by", [None, "2026-11-19"])
@pytest.mark.parametrize("status", ["draft", "pending_review"])
def test_the_approval_needs_a_day_of_review_to_come(status: str, review_by: str | None) -> None:
    """Whether or not the settings say so; a past day is none."""
    found = todos(facts(status, review_by=review_by), settings(), TODAY)
    [asked] = [todo for todo in found if todo.who is Who.OWNER]
    assert asked.before is Status.APPROVED
    assert "lifecycle.review_by=2027-11-30" in asked.command


def test_an_overdue_review_goes_back_to_review() -> None:
    """On the day itself it is not overdue."""
    assert todos(facts("approved", review_by="2026-11-20"), settings(), TODAY) == []
    found = todos(facts("approved", review_by="2026-11-19"), settings(), TODAY)
    assert said(found) == [("owner", "mlgov card submit churn")]
    assert found[0].code == "MLG-L006"


def test_findings_come_first_and_once() -> None:
    """What is said in other words is not repeated, notes are left to the check, and no step is offered."""
    at = Location(PATH, 7, 3)
    wrong = [
        rules.UNKNOWN_KEY.at(at, "spec has the unknown key 'x'."),
        rules.REQUIRED_FIELD.at(at, "metadata.owners is empty.", pointer=("metadata", "owners")),
        rules.SCHEMA.at(at, "A note.", severity=Severity.NOTE),
    ]
    found = todos(facts(findings=wrong), settings(needs("metadata.owners")), TODAY)
    assert [(todo.code, todo.location.line) for todo in found] == [("MLG-S003", 7), ("MLG-L001", 3)]


def test_a_card_that_cannot_be_read_has_its_findings_alone() -> None:
    """Nothing else can be told."""
    wrong = [rules.UNKNOWN_KEY.at(Location(PATH), "spec has the unknown key 'x'.")]
    found = todos(CardFacts("churn", PATH, None, None, wrong), settings(needs("metadata.owners")), TODAY)
    assert said(found) == [("author", "mlgov check cards/churn.yaml")]


def test_fields_are_asked_for_in_the_order_of_the_schema() -> None:
    """Whatever the order of the settings; and dots are no content."""
    names = ("spec.lineage", "spec.model_overview.model_owner", "spec.business_details", "metadata.owners")
    spec = {"intended_uses": {"risk_rating": "low"}, "model_overview": {"model_owner": "…"}}
    found = todos(facts(spec=spec), settings(needs(*names)), TODAY)
    asked = [todo.command.split()[5].strip("'").partition("=")[0] for todo in found]
    assert asked == ["metadata.owners", "spec.model_overview.model_owner", "spec.business_details", "spec.lineage"]

"""Status changes found in a history, and the events that tell them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from mlgov.lifecycle.event_shapes import to_cloud_event, to_event_bridge
from mlgov.lifecycle.events import (
    StatusChange,
    StatusHistory,
    blobs_of,
    status_history,
    touched,
)
from mlgov.names import Status
from mlgov.settings import EventSettings
from tests.fakes.repository import MemoryRepository

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {{name: {name}}}
lifecycle: {{status: {status}}}
spec:
  model_overview: {{model_id: {model_id}}}
  intended_uses: {{risk_rating: {risk}}}
"""
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
CHANGE = StatusChange(
    card="churn",
    version=3,
    previous=Status.PENDING_REVIEW,
    status=Status.APPROVED,
    risk_rating="High",
    model_id="",
    commit="c" * 40,
    at=AT,
)


def card(name: str = "churn", status: str = "draft", *, risk: str = "high", model_id: str = "m-1") -> bytes:
    """Write a card."""
    return CARD.format(name=name, status=status, risk=risk, model_id=model_id).encode()


def history(repository: MemoryRepository, skip: int = 0) -> StatusHistory:
    """Tell all commits but the first ``skip``."""
    commits = repository.history("HEAD", ["cards"])
    told = commits[skip:]
    return status_history(commits, told, repository.blobs(blobs_of(commits, touched(told))))


def lived(*versions: bytes | None) -> MemoryRepository:
    """Make a repository in which one card had these versions, one commit each; None is no card."""
    repository = MemoryRepository()
    for version in versions:
        if version is None:
            repository.remove("cards/churn.yaml")
        else:
            repository.write("cards/churn.yaml", version)
        repository.save()
    return repository


def moves(found: StatusHistory) -> list[tuple[str | None, str | None, int]]:
    """Give previous status, status and version of each change."""
    return [(change.previous, change.status, change.version) for change in found.changes]


def test_a_life() -> None:
    """From the first appearance to the removal; a content change makes a version and no event."""
    repository = lived(
        card(), card(risk="low"), card(risk="low", status="pending_review"), card(risk="low", status="approved"), None
    )
    assert moves(history(repository)) == [
        (None, "draft", 1),
        ("draft", "pending_review", 2),
        ("pending_review", "approved", 2),
        ("approved", None, 2),
    ]


def test_only_what_is_asked_is_told_with_what_was_before_it() -> None:
    """The previous status and the version come from before the stretch."""
    repository = lived(card(), card(risk="low"), card(risk="low", status="pending_review"))
    assert moves(history(repository, skip=2)) == [("draft", "pending_review", 2)]


def test_a_card_that_comes_back_is_new() -> None:
    """With a version that goes on."""
    repository = lived(card(), None, card(status="draft", risk="low"))
    assert moves(history(repository)) == [(None, "draft", 1), ("draft", None, 1), (None, "draft", 2)]


@pytest.mark.parametrize(
    "broken", [b"spec: [", CARD.format(name="churn", status="done", risk="high", model_id="m-1").encode()]
)
def test_a_version_that_cannot_be_read_changes_no_status(broken: bytes) -> None:
    """It is told by itself; the status before it goes on, so no event is made up and none is lost."""
    found = history(lived(card(), broken, card(status="pending_review")))
    assert moves(found) == [(None, "draft", 1), ("draft", "pending_review", 1)]
    assert [path for path, _ in found.unreadable] == ["cards/churn.yaml"]


def test_a_link_is_no_card() -> None:
    """Whatever it leads to."""
    repository = lived(card())
    repository.write("cards/churn.yaml", card(status="approved"), mode="120000")
    repository.save()
    assert moves(history(repository)) == [(None, "draft", 1)]


def test_several_cards_in_one_commit() -> None:
    """By name; other files of the folder are no cards."""
    repository = MemoryRepository()
    for path in (
        "cards/fraud.yaml",
        "cards/churn.yaml",
        "cards/.gitkeep",
        "cards/a/b.yaml",
        "cards/NO.yaml",
        "roles/r.yaml",
    ):
        repository.write(path, card())
    repository.save()
    assert [change.card for change in history(repository).changes] == ["churn", "fraud"]


def test_ids_are_stable_and_differ() -> None:
    """By commit and card, so a replay tells the same ids."""
    repository = lived(card(), card(status="pending_review"), card())
    first, again = history(repository), history(repository, skip=1)
    ids = [change.id for change in first.changes]
    assert len(set(ids)) == 3
    assert [change.id for change in again.changes] == ids[1:]
    assert CHANGE.id == "41934cb0-25fd-59df-987a-8721fd3a27f4"


def test_the_shape_of_event_bridge() -> None:
    """As SageMaker spells it."""
    assert to_event_bridge(CHANGE, EventSettings()).body == {
        "version": "0",
        "id": CHANGE.id,
        "detail-type": "SageMaker Model Card State Change",
        "source": "mlgov",
        "account": "",
        "time": "2026-03-04T05:06:07Z",
        "region": "",
        "resources": ["model-card/churn"],
        "detail": {
            "ModelCardName": "churn",
            "ModelCardVersion": 3,
            "ModelCardStatus": "Approved",
            "PreviousStatus": "PendingReview",
            "RiskRating": "High",
            "CommitSha": "c" * 40,
        },
    }


def test_account_and_region_make_an_arn() -> None:
    """When the settings name both."""
    settings = EventSettings(account="111122223333", region="eu-west-1")
    body = to_event_bridge(CHANGE, settings).body
    assert body["resources"] == ["arn:aws:sagemaker:eu-west-1:111122223333:model-card/churn"]
    assert (body["account"], body["region"]) == ("111122223333", "eu-west-1")


def test_the_shape_of_cloud_events() -> None:
    """Version 1.0, with the same id and detail."""
    message = to_cloud_event(CHANGE, EventSettings(source="https://git.example.org/governance"))
    assert message.content_type == "application/cloudevents+json"
    assert {key: value for key, value in message.body.items() if key != "data"} == {
        "specversion": "1.0",
        "id": CHANGE.id,
        "source": "https://git.example.org/governance",
        "type": "mlgov.modelcard.status.changed.v1",
        "subject": "model-card/churn",
        "time": "2026-03-04T05:06:07Z",
        "datacontenttype": "application/json",
    }
    assert message.body["data"] == to_event_bridge(CHANGE, EventSettings()).body["detail"]


def detail(found: StatusHistory, position: int) -> Mapping[str, Any]:
    """Give the detail of an event."""
    body: dict[str, Any] = json.loads(to_event_bridge(found.changes[position], EventSettings()).data())
    return body["detail"]  # type: ignore[no-any-return]


def test_the_model_and_its_risk_are_those_of_the_version() -> None:
    """And of the last version when the card is gone, which SageMaker has no status for."""
    found = history(lived(card(risk="unknown"), card(risk="low", status="pending_review", model_id="m-2"), None))
    assert (detail(found, 0)["RiskRating"], detail(found, 0)["ModelId"]) == ("Unknown", "m-1")
    assert (detail(found, 1)["RiskRating"], detail(found, 1)["ModelId"]) == ("Low", "m-2")
    gone = detail(found, 2)
    assert (gone["ModelCardStatus"], gone["PreviousStatus"], gone["ModelId"]) == (None, "PendingReview", "m-2")
    assert gone["ModelCardProcessingStatus"] == "DeleteCompleted"


def test_one_line_of_ascii() -> None:
    """The same bytes whenever an event is told; a webhook's signature depends on them."""
    message = to_event_bridge(CHANGE, EventSettings())
    assert message.data() == message.data()
    assert message.data().isascii()
    assert b"\n" not in message.data()

"""Status changes told as events: in the shape that SageMaker sends through EventBridge, and as CloudEvents.

The detail is SageMaker's for a model card, with the previous status, the risk rating and the commit beside it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from mlgov.lifecycle.events import StatusChange, spelled
from mlgov.ports import Message
from mlgov.settings import EventSettings

DETAIL_TYPE = "SageMaker Model Card State Change"
CLOUD_EVENT_TYPE = "mlgov.modelcard.status.changed.v1"


def to_event_bridge(change: StatusChange, settings: EventSettings) -> Message:
    """Tell a change as EventBridge would.

    SageMaker has no status for a card that is gone: ModelCardStatus is null then and ModelCardProcessingStatus says it.
    """
    body = {
        "version": "0",
        "id": change.id,
        "detail-type": DETAIL_TYPE,
        "source": settings.source,
        "account": settings.account,
        "time": _time(change.at),
        "region": settings.region,
        "resources": [_resource(change.card, settings)],
        "detail": _detail(change),
    }
    return Message(change.id, body, "application/json")


def to_cloud_event(change: StatusChange, settings: EventSettings) -> Message:
    """Tell a change as a CloudEvent 1.0 in its JSON form."""
    body = {
        "specversion": "1.0",
        "id": change.id,
        "source": settings.source,
        "type": CLOUD_EVENT_TYPE,
        "subject": _resource(change.card, settings),
        "time": _time(change.at),
        "datacontenttype": "application/json",
        "data": _detail(change),
    }
    return Message(change.id, body, "application/cloudevents+json")


#: Shape -> how a change is told in it.
SHAPES: dict[str, Callable[[StatusChange, EventSettings], Message]] = {
    "eventbridge": to_event_bridge,
    "cloudevents": to_cloud_event,
}


def _detail(change: StatusChange) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "ModelCardName": change.card,
        "ModelCardVersion": change.version,
        "ModelCardStatus": spelled(change.status) if change.status else None,
        "PreviousStatus": spelled(change.previous) if change.previous else None,
        "RiskRating": change.risk_rating,
        "CommitSha": change.commit,
    }
    if change.model_id:
        detail["ModelId"] = change.model_id
    if change.status is None:
        detail["ModelCardProcessingStatus"] = "DeleteCompleted"
    return detail


def _resource(card: str, settings: EventSettings) -> str:
    if settings.account and settings.region:
        return f"arn:aws:sagemaker:{settings.region}:{settings.account}:model-card/{card}"
    return f"model-card/{card}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")

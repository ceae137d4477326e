"""The event that tells others of an alert. Its id stays the same for the same alert, whenever it is told."""

import uuid
from typing import Any

from mlgov.monitors.hooks import Raised
from mlgov.names import Kind, path_of
from mlgov.ports import Message
from mlgov.settings import EventSettings

CLOUD_EVENT_TYPE = "mlgov.monitor.alert.raised.v1"
DETAIL_TYPE = "mlgov Monitor Alert"
VIOLATION_LIMIT = 50

#: The names that event ids are made in; a constant of ours that never changes.
_NAMESPACE = uuid.UUID("a4f5a5a2-5f5e-5c39-9d56-2a6b9c6f0f11")


def to_cloud_event(alert: Raised, settings: EventSettings) -> Message:
    """Tell an alert as a CloudEvent 1.0 in its JSON form."""
    body = {
        "specversion": "1.0",
        "id": event_id(alert),
        "source": settings.source,
        "type": CLOUD_EVENT_TYPE,
        "subject": f"{alert.model}/{alert.monitor.name}",
        "time": _moment(alert),
        "datacontenttype": "application/json",
        "data": _detail(alert),
    }
    return Message(event_id(alert), body, "application/cloudevents+json")


def to_event_bridge(alert: Raised, settings: EventSettings) -> Message:
    """Tell an alert as EventBridge takes it."""
    body = {
        "version": "0",
        "id": event_id(alert),
        "detail-type": DETAIL_TYPE,
        "source": settings.source,
        "account": settings.account,
        "time": _moment(alert),
        "region": settings.region,
        "resources": [],
        "detail": _detail(alert),
    }
    return Message(event_id(alert), body)


def event_id(alert: Raised) -> str:
    """Give the id of the event about an alert."""
    return str(uuid.uuid5(_NAMESPACE, f"{alert.model}/{alert.monitor.name}/{_moment(alert)}"))


def _moment(alert: Raised) -> str:
    return f"{alert.since:%Y-%m-%dT%H:%M:%SZ}"


def _detail(alert: Raised) -> dict[str, Any]:
    """Say what is wrong: the first violations by what is broken where, in names of the data and never in rows of it."""
    violations = alert.last.violations
    return {
        "model": alert.model,
        "card": path_of(Kind.MODEL_CARD, alert.model),
        "monitor": alert.monitor.name,
        "monitoring_type": alert.monitor.monitoring_type.value,
        "in_alert_since": _moment(alert),
        "execution": alert.last.path,
        "window_end": f"{alert.last.window_end:%Y-%m-%dT%H:%M:%SZ}",
        "failure": alert.last.failure.kind.value if alert.last.failure else None,
        "violation_count": len(violations),
        "violations": [
            {"feature_name": found.feature_name, "constraint_check_type": found.constraint_check_type}
            for found in violations[:VIOLATION_LIMIT]
        ],
    }

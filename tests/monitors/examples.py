"""Monitors and executions for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from mlgov.monitors import Execution, ExecutionStatus, Failure, FailureKind, Monitor, MonitorSetDocument, Source
from mlgov.names import MonitoringType

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def monitor(**given: Any) -> Monitor:
    """Make a daily data quality monitor of the model churn."""
    values: dict[str, Any] = {
        "name": "data-quality",
        "monitoring_type": MonitoringType.DATA_QUALITY,
        "source": Source(uri="traffic"),
        "baseline": "baselines/churn/data-quality",
    }
    return Monitor(**{**values, **given})


def monitor_set(*monitors: Monitor, status: str = "draft", name: str = "churn") -> MonitorSetDocument:
    """Make a monitor set."""
    return MonitorSetDocument.model_validate(
        {
            "apiVersion": "mlgov/v1",
            "kind": "MonitorSet",
            "metadata": {"name": name, "owners": ["@model-owners"]},
            "lifecycle": {"status": status},
            "spec": {"model": name, "monitors": list(monitors or [monitor()])},
        }
    )


def execution(day: int = 0, status: str = "completed", **given: Any) -> Execution:
    """Make the execution of the day's window; ``failed`` is for a reason that is not the data's fault."""
    values: dict[str, Any] = {
        "model": "churn",
        "monitor": "data-quality",
        "monitoring_type": MonitoringType.DATA_QUALITY,
        "window_start": START + day * DAY,
        "window_end": START + (day + 1) * DAY,
        "executed_at": START + (day + 1) * DAY + timedelta(minutes=7),
        "status": ExecutionStatus(status),
        "source": "traffic",
        "baseline": "baselines/churn/data-quality",
    }
    if status == "failed":
        values["failure"] = Failure(FailureKind.MISSING_DATA, "There is no data at traffic.")
    return Execution(**{**values, **given})


STATUSES = {
    "V": "completed_with_violations",
    ".": "completed",
    "n": "no_data",
    "g": "no_ground_truth",
    "i": "insufficient_data",
    "f": "failed",
}


def history(letters: str) -> list[Execution]:
    """Make one execution a day: V violations, . none, n no data, g no ground truth, i insufficient data, f failed."""
    return [execution(day, STATUSES[letter]) for day, letter in enumerate(letters)]

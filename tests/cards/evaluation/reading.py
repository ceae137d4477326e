"""Reading reports in tests: from files beside them, or from values."""

import json
from pathlib import Path
from typing import Any

from mlgov.cards import MetricGroup
from mlgov.cards.evaluation import AUTO, DEFAULT_POINTS, Report, read_report

REPORTS = Path(__file__).parent / "reports"


def sample(name: str) -> bytes:
    """Give the bytes of a sample."""
    return (REPORTS / name).read_bytes()


def read(value: object, format_name: str = AUTO, *, points: int = DEFAULT_POINTS) -> Report:
    """Read bytes, or a value as JSON; every group has to fit a card."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    report = read_report(data, "report.json", format_name, points=points)
    for group in report.metric_groups:
        MetricGroup.model_validate(group)
    return report


def group_names(report: Report) -> list[str]:
    """List the names of the groups."""
    return [group["name"] for group in groups(report)]


def groups(report: Report) -> list[Any]:
    """List the groups."""
    return list(report.metric_groups)


def metrics(report: Report, group: str) -> dict[str, Any]:
    """Give the metrics of a group by name."""
    [found] = [each for each in groups(report) if each["name"] == group]
    return {metric["name"]: metric for metric in found["metric_data"]}


def values(report: Report, group: str) -> dict[str, Any]:
    """Give the values of a group by name."""
    return {name: metric["value"] for name, metric in metrics(report, group).items()}

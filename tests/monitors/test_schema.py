"""What a monitor set may say, and where a mistake is found."""

from typing import Any

import pytest

from mlgov.documents import load
from mlgov.lifecycle import validate
from mlgov.monitors import AlertRule, MonitorSetDocument, Thresholds
from mlgov.monitors.verdicts import DEFAULT_THRESHOLDS
from mlgov.names import MonitoringType
from tests.monitors.examples import monitor, monitor_set

HEAD = """\
apiVersion: mlgov/v1
kind: MonitorSet
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  model: churn
"""
SMALLEST = """\
  monitors:
    - name: data-quality
      monitoring_type: data_quality
      source: {uri: traffic}
      baseline: baselines/churn/data-quality
"""


def problems(text: str) -> list[str]:
    """Give the place and the words of everything that is wrong."""
    document, findings = load((HEAD + text).encode(), "monitors/churn.yaml")
    if document is None:
        return [finding.message for finding in findings]
    _, findings = validate(document, MonitorSetDocument)
    return [f"{f.location.line}:{f.location.column} {f.message}" for f in findings]


def test_the_smallest_monitor_has_sensible_defaults() -> None:
    """Daily at midnight, two of three, the standard mode."""
    found = monitor()
    assert (found.schedule, found.enabled, found.mode) == ("cron(0 0 ? * * *)", True, "standard")
    assert (found.alert.datapoints_to_alert, found.alert.evaluation_period) == (2, 3)
    assert problems(SMALLEST) == []


def test_default_thresholds_are_those_of_the_decision_rule() -> None:
    """One table of numbers, in two places that must agree."""
    ours = {name: (threshold.warn, threshold.violate) for name, threshold in Thresholds()}
    assert ours == {name: (limit.warn, limit.violate) for name, limit in DEFAULT_THRESHOLDS.items()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  deployments: [{name: e, kind: endpoint, status: stopped}]\n", "7:51 spec.deployments[0].status: 'stopped'"),
        (
            "  deployments: [{name: e, kind: batch_transform_job, status: in_service}]\n",
            "no status of batch_transform_job",
        ),
        ("  deployments: [{name: e, kind: lambda, status: in_service}]\n", "'lambda' is not one of"),
        (SMALLEST.replace("{uri: traffic}", "{uri: ../traffic}"), "'..' or a backslash"),
        (SMALLEST.replace("{uri: traffic}", "{uri: 'a\\b'}"), "'..' or a backslash"),
        (SMALLEST.replace("baselines/churn/data-quality", "baselines/../secret"), "spec.monitors[0].baseline"),
        (SMALLEST.replace("name: data-quality", "name: Data Quality"), "spec.monitors[0].name"),
        (SMALLEST.replace("data_quality", "data_quantity"), "spec.monitors[0].monitoring_type"),
        (SMALLEST + "      fdr_q: 1.5\n", "spec.monitors[0].fdr_q"),
        (SMALLEST + "      minimum_rows: 0\n", "spec.monitors[0].minimum_rows"),
        (SMALLEST + "      enabled: 1\n", "spec.monitors[0].enabled"),
        (SMALLEST + "      alert: {datapoints_to_alert: 4, evaluation_period: 3}\n", "can never happen"),
        (SMALLEST + "      alert: {datapoints_to_alert: 4}\n", "can never happen"),
        (SMALLEST + "      thresholds: {ks: {warn: 0.1}}\n", "has no violate"),
        (SMALLEST + "      thresholds: {kolmogorov: {warn: 0.1, violate: 0.2}}\n", "unknown key 'kolmogorov'"),
        (SMALLEST + "      notify: ['bad\tlabel']\n", "spec.monitors[0].notify[0]"),
    ],
)
def test_mistakes_are_found_where_they_are(text: str, said: str) -> None:
    """Each with its place."""
    found = problems(text)
    assert any(said in problem for problem in found), found


def test_a_whole_number_is_a_number() -> None:
    """warn: 1 needs no point."""
    assert problems(SMALLEST + "      thresholds: {w1_sigma: {warn: 1, violate: 2}}\n") == []


def test_the_default_evaluation_period_is_checked_too() -> None:
    """Four of the default three cannot happen, though only one number is written."""
    with pytest.raises(ValueError, match="can never happen"):
        AlertRule(datapoints_to_alert=4)


def test_monitors_are_found_by_type() -> None:
    """In the order of the document."""
    bias: dict[str, Any] = {"monitoring_type": MonitoringType.MODEL_BIAS, "enabled": False}
    found = monitor_set(monitor(), monitor(name="bias", **bias), monitor(name="scores"))
    assert [m.name for m in found.monitors_of(MonitoringType.DATA_QUALITY)] == ["data-quality", "scores"]
    assert found.monitors_of(MonitoringType.MODEL_QUALITY) == []


def test_segments_do_not_show_a_sensitive_column() -> None:
    """A segment is called by its value, in records and issues."""
    (said,) = problems(SMALLEST + "      sensitive_columns: [region]\n      segments: [{column: region}]\n")
    assert "segments of 'region' would show its values" in said

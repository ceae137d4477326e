"""Evaluation reports read by SageMaker's SDK v2 and by us: all that it finds, we find, under the same names."""

import json
from typing import Any

import pytest

from tests.cards.evaluation.reading import groups, read, sample
from tests.peers.test_sagemaker import ROOT, peer

pytestmark = pytest.mark.slow

CLARIFY: dict[str, Any] = json.loads(sample("clarify.json"))
BIAS = {key: value for key, value in CLARIFY.items() if key != "explanations"}  # the SDK refuses the two together
QUALITY: dict[str, Any] = json.loads(json.dumps(json.loads(sample("model_quality.json")), sort_keys=True))
REPORTS = [
    ("Clarify Bias", "clarify-bias", BIAS),
    ("Clarify Explainability", "clarify-explainability", CLARIFY),
    *(
        ("Model Monitor Model Quality", "model-quality", {section: QUALITY[section]})
        for section in ("regression_metrics", "binary_classification_metrics", "multiclass_classification_metrics")
    ),
]


def by_sdk(reports: list[tuple[str, Any]]) -> list[list[dict[str, Any]]]:
    """Let the SDK parse reports."""
    done = peer("python", str(ROOT / "tests/peers/parse_with_sdk.py"), stdin=json.dumps(reports).encode())
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found: list[list[dict[str, Any]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def has_a_value(metric: dict[str, Any]) -> bool:
    """Leave out what the SDK calls a number and is a text such as NaN."""
    return not (metric["type"] == "number" and isinstance(metric["value"], str))


def as_ours(metric: dict[str, Any]) -> dict[str, Any]:
    """Give a metric without notes, which the SDK never writes."""
    return {key: value for key, value in metric.items() if key != "notes"}


def test_everything_that_the_sdk_finds_is_found_under_the_same_names() -> None:
    """Group by group and value by value; our additions stand beside it."""
    for (_, format_name, value), expected in zip(REPORTS, by_sdk([(t, v) for t, _, v in REPORTS]), strict=True):
        report = read(value, format_name)
        full = {f"metric_group_{place}": group["name"] for place, group in enumerate(groups(report), 1)}
        short = {name: full[key] for key, name in report.metadata.items()}
        ours = {group["name"]: [as_ours(metric) for metric in group["metric_data"]] for group in groups(report)}
        assert expected
        for group in expected:
            found = ours[short.get(group["name"], group["name"])]
            assert [metric for metric in group["metric_data"] if has_a_value(metric) and metric not in found] == []


def test_the_sdk_keeps_the_first_of_two_classifications_and_we_keep_both() -> None:
    """The defect is there still; when this fails, take its mention out of the documentation."""
    two = {key: value for key, value in QUALITY.items() if "classification" in key}
    [expected] = by_sdk([("Model Monitor Model Quality", two)])
    assert len(expected) == 1
    assert len(groups(read(two, "model-quality"))) == 2

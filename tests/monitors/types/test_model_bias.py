"""Bias monitors: declared, run, judged."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors import ExecutionStatus, Facet, Monitor, Segment, Source
from mlgov.monitors.formats import violations
from mlgov.monitors.reasons import reasons_of
from mlgov.names import MonitoringType
from tests.monitors.examples import monitor
from tests.monitors.types.worlds import NOON, run, snapshot_of

#: The worked case of twenty rows: facet, group, label, answer.
WORKED = (
    "a11 a11 a10 a00 a01 a11 a11 a00 a00 a11 a00 a11",
    "d10 d00 d11 d00 d01 d10 d00 d11",
)
GROUPS = "11111" + "222222" + "1" + "1111" + "2222"


def worked() -> pa.RecordBatch:
    """Make the twenty rows."""
    rows = " ".join(WORKED).split()
    return pa.RecordBatch.from_pydict(
        {
            "at": [NOON] * len(rows),
            "facet": [row[0] for row in rows],
            "grp": list(GROUPS),
            "y": [int(row[1]) for row in rows],
            "said": [float(row[2]) for row in rows],
        }
    )


def biased(**given: Any) -> Monitor:
    """Make a bias monitor."""
    values: dict[str, Any] = {
        "name": "bias",
        "monitoring_type": MonitoringType.MODEL_BIAS,
        "baseline": "baselines/churn/bias",
        "source": Source(uri="rows", event_time="at"),
        "inference_attribute": "said",
        "ground_truth_attribute": "y",
        "label_values": [1],
        "facets": [Facet(name="facet", values=["d"])],
        "group_variable": "grp",
        "minimum_rows": 10,
    }
    return monitor(**{**values, **given})


WATCHED = biased()


def people(count: int, *, yes_d: float, seed: int = 1) -> pa.RecordBatch:
    """Make rows of two groups; answers of the group d are positive with a share of their own."""
    random = np.random.default_rng(seed)
    is_d = random.random(count) < 0.4
    label = random.random(count) < 0.5
    said = np.where(random.random(count) < 0.8, label, random.random(count) < np.where(is_d, yes_d, 0.5))
    return pa.RecordBatch.from_pydict(
        {
            "at": [NOON] * count,
            "facet": np.where(is_d, "d", "a"),
            "grp": np.where(random.random(count) < 0.5, "1", "2"),
            "y": label * 1,
            "said": np.where(is_d & (random.random(count) > 2 * yes_d), 0, said * 1),
        }
    )


def test_the_worked_case_through_the_whole_monitor() -> None:
    """Every metric that counts give, with labels as numbers of two types."""
    found = run(WATCHED, snapshot_of(WATCHED, worked()), [worked()])
    values = {metric.name: metric.value for metric in found.metrics}
    expected = {
        "CI": 0.2,
        "DPL": 0.083333,
        "KL": 0.013954,
        "JS": 0.003501,
        "LP": 0.117851,
        "TVD": 0.083333,
        "KS": 0.083333,
        "CDDL": 0.083333,
        "DPPL": 0.208333,
        "DI": 0.642857,
        "DCA": -0.333333,
        "DCR": -0.2,
        "RD": 0.357143,
        "SD": -0.05,
        "DAR": 0.190476,
        "DRR": -0.2,
        "AD": 0.208333,
        "TE": 1.0,
        "CDDPL": 0.2,
        "GE": 0.137119,
    }
    assert {name: values[name] for name in expected} == pytest.approx(expected, abs=1e-6)
    assert {metric.about for metric in found.metrics} == {"facet: d"}


def test_a_group_that_is_answered_no_more_often_is_a_violation() -> None:
    """Named with its facet, in Clarify's form."""
    snapshot = snapshot_of(WATCHED, people(4000, yes_d=0.5, seed=2))
    assert run(WATCHED, snapshot, [people(3000, yes_d=0.5)]).status is ExecutionStatus.COMPLETED
    found = run(WATCHED, snapshot, [people(3000, yes_d=0.25)])
    assert found.status is ExecutionStatus.COMPLETED_WITH_VIOLATIONS
    assert {"DPPL", "DI"} <= {violation.feature_name for violation in found.violations}
    reason = next(each for each in reasons_of(found) if each.place.startswith("DPPL"))
    assert {"value", "baseline", "limit", "rows", "window"} == {name for name, _ in reason.numbers}
    assert "95% interval" in reason.clears[0]
    written = json.loads(violations.render(found.violations, found.monitoring_type))
    first = written["violations"][0]
    assert (written["version"], first["facet"], first["facet_value"]) == ("1.0", "facet", "d")
    assert first["constraint_check_type"] == "bias_drift_check"


def test_few_rows_cannot_tell() -> None:
    """That is no pass."""
    snapshot = snapshot_of(WATCHED, people(4000, yes_d=0.5, seed=2))
    assert run(WATCHED, snapshot, [people(40, yes_d=0.5)]).status is ExecutionStatus.INSUFFICIENT_DATA
    few = run(WATCHED, snapshot, [people(5, yes_d=0.5)])
    assert (few.status, few.note) == (ExecutionStatus.INSUFFICIENT_DATA, "5 rows; the monitor wants 10.")


def test_without_labels_the_answers_are_judged_all_the_same() -> None:
    """DPPL and DI need none."""
    watched = biased(ground_truth_attribute=None)
    snapshot = snapshot_of(watched, people(4000, yes_d=0.5, seed=2))
    found = run(watched, snapshot, [people(3000, yes_d=0.25)])
    assert "DPPL" in {violation.feature_name for violation in found.violations}
    assert {m.name: m.verdict for m in found.metrics}["RD"] == "not_compared"


def test_a_facet_without_values_is_looked_at_value_by_value() -> None:
    """Each against all others; a threshold makes two groups of numbers."""
    each = biased(facets=[Facet(name="facet")])
    found = run(each, snapshot_of(each, worked()), [worked()])
    assert {metric.about for metric in found.metrics} == {"facet: a", "facet: d"}
    rows = worked().append_column("age", pa.array(range(20)))
    above = biased(facets=[Facet(name="age", threshold=11)])
    found = run(above, snapshot_of(above, rows), [rows])
    values = {metric.name: metric.value for metric in found.metrics}
    assert values["CI"] == pytest.approx(0.2)


def test_an_analysis_of_clarify_works_unchanged() -> None:
    """In mode sagemaker a value farther from zero than its value is a violation."""
    snapshot = snapshot_of(WATCHED, people(4000, yes_d=0.5, seed=2))
    path = f"{WATCHED.baseline}/analysis.json"
    value = json.loads(snapshot[path].data)
    for section in ("pre_training_bias_metrics", "post_training_bias_metrics"):
        for metric in value[section]["facets"]["facet"][0]["metrics"]:
            metric.pop("mlgov", None)
    plain = {path: snapshot[path].__class__(path, "100644", json.dumps(value).encode())}
    rows = [people(3000, yes_d=0.25)]
    assert "DPPL" in {v.feature_name for v in run(WATCHED, plain, rows).violations}
    strict = run(biased(mode="sagemaker"), plain, rows)
    assert "does not meet the constraint requirement" in strict.violations[0].description


def test_segments_of_bias() -> None:
    """Each group of people within each segment."""
    watched = biased(segments=[Segment(column="grp")])
    snapshot = snapshot_of(watched, people(4000, yes_d=0.5, seed=2))
    found = run(watched, snapshot, [people(3000, yes_d=0.25)])
    assert [segment.name for segment in found.segments] == ["grp: 1", "grp: 2"]
    assert any(v.segment == "grp: 1" and v.about == "facet: d" for v in found.violations)
    assert "DPPL (facet: d, grp: 1)" in {violation.place for violation in found.violations}


def test_order_and_cut_change_nothing() -> None:
    """Also the resampled intervals."""
    rows = people(800, yes_d=0.4)
    snapshot = snapshot_of(WATCHED, people(2000, yes_d=0.5, seed=2))
    order = pa.array(np.random.default_rng(0).permutation(800))
    pieces = [rows.take(order).slice(start, 70) for start in range(0, 800, 70)]
    assert run(WATCHED, snapshot, [rows]).metrics == run(WATCHED, snapshot, pieces).metrics

"""Bias monitors: declared, run, judged."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors import ExecutionStatus, Facet, GroundTruth, Monitor, Segment, Source
from mlgov.monitors.bias import flip_test
from mlgov.monitors.formats import violations
from mlgov.monitors.reasons import reasons_of
from mlgov.names import MonitoringType
from tests.monitors.bias import worked as twenty
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


def scored(count: int, *, held_back: float = 0.0, seed: int = 1) -> pa.RecordBatch:
    """Make people whose answer follows their income, but for a share of the group d that is refused anyway."""
    random = np.random.default_rng(seed)
    is_d, income = random.random(count) < 0.4, random.normal(0, 1, count)
    said = (income > 0) & ~(is_d & (random.random(count) < held_back))
    return pa.RecordBatch.from_pydict(
        {
            "at": [NOON] * count,
            "facet": np.where(is_d, "d", "a"),
            "grp": np.where(random.random(count) < 0.5, "1", "2"),
            "y": (income > 0) * 1,
            "said": said * 1,
            "income": income * 20_000 + 50_000,
            "noise": random.normal(0, 0.01, count).round(3),
        }
    )


FLIPPED = biased(features=["income"])


def test_the_flip_test_of_the_worked_case() -> None:
    """FT by the features of the twenty rows, each divided by its deviation."""
    rows = worked()
    for name, values in zip(("x1", "x2"), twenty.FEATURES.T, strict=True):
        rows = rows.append_column(name, pa.array(values))
    watched = biased(features=["x1", "x2"])
    found = run(watched, snapshot_of(watched, rows), [rows])
    ft = next(metric for metric in found.metrics if metric.name == "FT")
    expected = flip_test(twenty.FEATURES, np.array(twenty.FACETS) == "d", np.array(twenty.PREDICTIONS) == "1")
    assert (ft.value, ft.count) == (expected.value, 20)
    assert "FT" not in {metric.name for metric in run(WATCHED, snapshot_of(WATCHED, rows), [rows]).metrics}


def test_people_held_back_though_they_are_alike_are_found() -> None:
    """The flip test names it as a violation, and what would clear it."""
    snapshot = snapshot_of(FLIPPED, scored(4000, seed=2))
    calm = run(FLIPPED, snapshot, [scored(3000)])
    assert next(metric for metric in calm.metrics if metric.name == "FT").verdict == "ok"
    found = run(FLIPPED, snapshot, [scored(3000, held_back=0.6)])
    ft = next(metric for metric in found.metrics if metric.name == "FT")
    assert (ft.verdict, ft.about) == ("violation", "facet: d")
    assert ft.value == pytest.approx(0.3, abs=0.06)
    assert any(reason.place == "FT (facet: d)" and reason.clears for reason in reasons_of(found))


def test_a_window_larger_than_the_sample_is_tested_alike_in_any_order() -> None:
    """At most five thousand rows are looked at, and always the same."""
    rows = scored(9000, held_back=0.3)
    snapshot = snapshot_of(FLIPPED, scored(2000, seed=2))
    order = pa.array(np.random.default_rng(0).permutation(9000))
    pieces = [rows.take(order).slice(start, 1300) for start in range(0, 9000, 1300)]
    whole = run(FLIPPED, snapshot, [rows])
    assert whole.metrics == run(FLIPPED, snapshot, pieces).metrics
    assert next(metric for metric in whole.metrics if metric.name == "FT").count == 5000


def test_rows_without_facet_or_answer_are_on_no_side() -> None:
    """And facets among the features are passed over."""
    rows = scored(400)
    values = rows.column("facet").to_pylist()
    holes = pa.array([None if place % 4 == 0 else value for place, value in enumerate(values)])
    rows = rows.set_column(rows.schema.names.index("facet"), "facet", holes)
    watched = biased(features=["income", "facet"])
    found = run(watched, snapshot_of(watched, rows), [rows])
    assert next(metric for metric in found.metrics if metric.name == "FT").count == 300


def test_a_flip_test_of_clarify_is_not_compared() -> None:
    """Its sign is the opposite one."""
    snapshot = snapshot_of(FLIPPED, scored(2000, seed=2))
    path = f"{FLIPPED.baseline}/analysis.json"
    value = json.loads(snapshot[path].data)
    for metric in value["post_training_bias_metrics"]["facets"]["facet"][0]["metrics"]:
        metric.pop("mlgov", None)
    plain = {path: snapshot[path].__class__(path, "100644", json.dumps(value).encode())}
    found = run(FLIPPED, plain, [scored(3000, held_back=0.6)])
    ft = next(metric for metric in found.metrics if metric.name == "FT")
    assert (ft.verdict, "another sign" in ft.sentence) == ("not_compared", True)


def test_the_flip_test_of_labels_that_come_later() -> None:
    """Features are carried along while labels find their rows."""
    rows = scored(600, held_back=0.5)
    ids = pa.array([f"r{place}" for place in range(600)])
    labels = pa.RecordBatch.from_pydict({"id": ids, "y": rows.column("y")})
    data = rows.drop_columns(["y"]).append_column("id", ids)
    watched = biased(
        features=["income"],
        source=Source(uri="rows", event_time="at", event_id="id"),
        ground_truth=GroundTruth(uri="labels", id_attribute="id", format="csv"),
    )
    reference = biased(features=["income"])
    found = run(watched, snapshot_of(reference, scored(2000, seed=2)), [data], [labels])
    assert next(metric for metric in found.metrics if metric.name == "FT").verdict == "violation"

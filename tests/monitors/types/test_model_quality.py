"""Model quality from declaration to record: states, verdicts, segments, files of Model Monitor."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from mlgov.errors import UsageError
from mlgov.monitors import ExecutionStatus, FailureKind, GroundTruth, Monitor, Segment, Source
from mlgov.monitors.making import baseline_files
from mlgov.monitors.records import load, render
from mlgov.names import MonitoringType
from mlgov.ports import File, Snapshot
from tests.monitors.examples import monitor
from tests.monitors.types.worlds import NOON, run, scored, snapshot_of


def quality(**given: Any) -> Monitor:
    """Make a model quality monitor on rows that carry their labels."""
    values: dict[str, Any] = {
        "name": "quality",
        "monitoring_type": MonitoringType.MODEL_QUALITY,
        "baseline": "baselines/churn/quality",
        "source": Source(uri="rows", event_time="at", event_id="id"),
        "problem_type": "binary_classification",
        "inference_attribute": "said",
        "probability_attribute": "probability",
        "label_values": ["yes"],
        "ground_truth_attribute": "truth",
    }
    return monitor(**{**values, **given})


WATCHED = quality()
SNAPSHOT = snapshot_of(WATCHED, scored(2000, seed=9))


def test_a_model_as_good_as_before_passes() -> None:
    """With each metric, its interval, baseline and limit."""
    found = run(WATCHED, SNAPSHOT, [scored()])
    assert (found.status, found.violations) == (ExecutionStatus.COMPLETED, ())
    accuracy = next(metric for metric in found.metrics if metric.name == "accuracy")
    assert (accuracy.verdict, accuracy.operator, accuracy.count) == ("ok", "LessThanThreshold", 600)
    assert accuracy.value == pytest.approx(0.95, abs=0.03)
    assert accuracy.baseline == pytest.approx(0.95, abs=0.02)
    assert (accuracy.threshold or 1) < (accuracy.baseline or 0)


def test_a_worse_model_is_a_violation() -> None:
    """In the words of Model Monitor."""
    found = run(WATCHED, SNAPSHOT, [scored(flip=0.2)])
    assert found.status is ExecutionStatus.COMPLETED_WITH_VIOLATIONS
    said = {violation.feature_name: violation for violation in found.violations}
    assert {"accuracy", "precision", "recall", "f1"} <= set(said)
    assert said["accuracy"].constraint_check_type == "LessThanThreshold"
    assert said["false_positive_rate"].constraint_check_type == "GreaterThanThreshold"
    assert said["accuracy"].description.startswith("Metric accuracy with 0.8")
    assert "was LessThanThreshold 0.9" in said["accuracy"].description


def test_what_chance_may_have_done_is_a_warning() -> None:
    """And in mode sagemaker a violation, as there."""
    found = run(WATCHED, SNAPSHOT, [scored(60, flip=0.12, seed=5)])
    assert (found.status, found.violations) == (ExecutionStatus.COMPLETED, ())
    assert "accuracy" in {warning.feature_name for warning in found.warnings}
    strict = run(quality(mode="sagemaker"), SNAPSHOT, [scored(60, flip=0.12, seed=5)])
    assert "accuracy" in {violation.feature_name for violation in strict.violations}


def unlabelled(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Take the labels away."""
    return rows.set_column(rows.schema.names.index("truth"), "truth", pa.nulls(len(rows), pa.string()))


@pytest.mark.parametrize(
    ("rows", "status", "note"),
    [
        ([], "no_data", None),
        ([unlabelled(scored())], "no_ground_truth", "None of 600 rows has a true label yet."),
        ([scored(20)], "insufficient_data", "20 labelled rows; the monitor wants 30."),
        ([unlabelled(scored()), scored(20, seed=2)], "insufficient_data", "20 labelled rows; the monitor wants 30."),
    ],
)
def test_without_enough_there_is_no_verdict_and_no_failure(rows: list[pa.RecordBatch], status: str, note: str) -> None:
    """Each with a state of its own."""
    found = run(WATCHED, SNAPSHOT, rows)
    assert (found.status, found.note, found.failure) == (ExecutionStatus(status), note, None)
    assert not found.is_datapoint


def test_labels_by_themselves_find_their_rows() -> None:
    """Coverage and delay are recorded."""
    watched = quality(
        ground_truth=GroundTruth(uri="labels", id_attribute="id", time_attribute="at", end_time_offset="-P0D"),
    )
    rows = scored()
    labels = rows.select(["id", "truth", "at"]).slice(0, 400)
    found = run(watched, SNAPSHOT, [rows.drop_columns(["truth"])], [labels])
    assert found.labels is not None
    assert (found.labels.rows, found.labels.labelled, found.labels.delay_minutes) == (600, 400, (0, 0, 0))
    assert found.labels.coverage == pytest.approx(2 / 3)
    assert next(m for m in found.metrics if m.name == "accuracy").count == 400


def test_labels_of_another_type_are_the_same_labels() -> None:
    """1, "1.0" and true agree; a known defect elsewhere gives 0.0 for every metric."""
    rows = scored()
    positive = np.array(rows.column("truth").to_pylist()) == "yes"
    for column in (pa.array(positive), pa.array(positive * 1), pa.array(np.where(positive, "1.0", "0.0"))):
        given = rows.set_column(4, "truth", column).set_column(3, "said", pa.array(np.where(positive, "1", "0")))
        found = run(quality(label_values=[1]), SNAPSHOT, [given])
        assert next(m.value for m in found.metrics if m.name == "accuracy") == 1.0


def test_an_answer_is_made_of_a_probability() -> None:
    """Where there is no other: from the threshold on it is positive."""
    watched = quality(inference_attribute=None)
    direct, made = run(WATCHED, SNAPSHOT, [scored()]), run(watched, SNAPSHOT, [scored()])
    assert direct.metrics == made.metrics
    higher = run(quality(inference_attribute=None, probability_threshold=0.9), SNAPSHOT, [scored()])
    assert higher.metrics != made.metrics


def test_rows_that_cannot_be_used_are_told() -> None:
    """A few are a warning, many a violation."""
    broken = scored(30, seed=3).set_column(2, "probability", pa.array([7.0] * 30))
    few, many = run(WATCHED, SNAPSHOT, [scored(900), broken]), run(WATCHED, SNAPSHOT, [scored(300), broken])
    assert [w.constraint_check_type for w in few.warnings if not w.feature_name] == ["unusable_rows_check"]
    assert "unusable_rows_check" in {v.constraint_check_type for v in many.violations}


def test_a_missing_column_is_a_bad_monitor() -> None:
    """And says which is meant."""
    found = run(quality(inference_attribute="sayd"), SNAPSHOT, [scored()])
    assert found.failure is not None
    assert found.failure.kind is FailureKind.BAD_MONITOR
    assert "'sayd'" in found.failure.message


def test_a_baseline_of_another_problem_is_a_bad_baseline() -> None:
    """It has no limits for this one."""
    found = run(quality(problem_type="regression"), SNAPSHOT, [scored()])
    assert found.failure is not None
    assert found.failure.kind is FailureKind.BAD_BASELINE


# The other problems


def test_several_classes() -> None:
    """The matrix has their names, the metrics their weights."""
    random = np.random.default_rng(0)
    truth = random.choice(["a", "b", "c"], 800)

    def rows(right: float) -> pa.RecordBatch:
        said = np.where(random.random(800) < right, truth, random.choice(["a", "b", "c"], 800))
        return pa.RecordBatch.from_pydict({"at": [NOON] * 800, "said": said, "truth": truth})

    watched = quality(problem_type="multiclass_classification", probability_attribute=None, label_values=[])
    snapshot = snapshot_of(watched, rows(0.9))
    assert run(watched, snapshot, [rows(0.9)]).status is ExecutionStatus.COMPLETED
    worse = run(watched, snapshot, [rows(0.6)])
    assert {"accuracy", "weighted_f1"} <= {violation.feature_name for violation in worse.violations}


def test_numbers() -> None:
    """Larger errors break the limits of rmse and mae."""
    random = np.random.default_rng(0)
    truth = random.normal(100, 20, 500)

    def rows(error: float) -> pa.RecordBatch:
        said = truth + random.normal(0, error, 500)
        return pa.RecordBatch.from_pydict({"at": [NOON] * 500, "said": said, "truth": [str(t) for t in truth]})

    watched = quality(problem_type="regression", probability_attribute=None, label_values=[])
    snapshot = snapshot_of(watched, rows(5))
    assert run(watched, snapshot, [rows(5)]).status is ExecutionStatus.COMPLETED
    worse = run(watched, snapshot, [rows(8)])
    assert {v.feature_name: v.constraint_check_type for v in worse.violations}["rmse"] == "GreaterThanThreshold"


# Segments


def test_each_segment_has_its_own_verdict() -> None:
    """The whole may hide what happens to a part."""
    watched = quality(segments=[Segment(column="region")])
    snapshot = snapshot_of(watched, scored(2000, seed=9))
    rows = scored(1500)
    south = np.array(rows.column("region").to_pylist()) == "south"
    truth = np.array(rows.column("truth").to_pylist())
    hurt = south & (np.random.default_rng(2).random(1500) < 0.2)
    rows = rows.set_column(4, "truth", pa.array(np.where(hurt, np.where(truth == "yes", "no", "yes"), truth)))
    found = run(watched, snapshot, [rows])
    by_value = {segment.value: segment for segment in found.segments}
    assert by_value["south"].status is ExecutionStatus.COMPLETED_WITH_VIOLATIONS
    assert by_value["north"].status is ExecutionStatus.COMPLETED
    assert {v.segment for v in found.violations} >= {"region: south"}
    assert not any(v.segment == "region: north" for v in found.violations)
    assert by_value["north"].rows + by_value["south"].rows == 1500


def test_a_segment_without_baseline_or_rows_says_so() -> None:
    """Named ones are looked for, whether or not they are there."""
    watched = quality(segments=[Segment(column="region", values=["south", "west"])])
    snapshot = snapshot_of(watched, scored(2000, seed=9))
    north = scored(400).filter(pa.compute.equal(scored(400).column("region"), "north"))
    found = run(watched, snapshot, [north])
    assert {segment.value: segment.sentence for segment in found.segments} == {
        "south": "The window has no rows of this segment.",
        "west": "The baseline does not have this segment.",
    }


# Records and files


def test_order_and_cut_of_the_rows_change_nothing() -> None:
    """Bit for bit, also with segments."""
    watched = quality(segments=[Segment(column="region")])
    snapshot = snapshot_of(watched, scored(2000, seed=9))
    rows = scored(999)
    order = pa.array(np.random.default_rng(0).permutation(999))
    pieces = [rows.take(order).slice(start, 100) for start in range(0, 999, 100)]
    assert render(run(watched, snapshot, [rows])) == render(run(watched, snapshot, pieces))


def test_a_record_is_read_again() -> None:
    """With metrics, labels and segments."""
    watched = quality(segments=[Segment(column="region")])
    found = run(watched, snapshot_of(watched, scored(2000, seed=9)), [scored(flip=0.2)])
    assert load(render(found), found.path) == found


def of_model_monitor(**constraint: Any) -> Snapshot:
    """Make a baseline folder as Model Monitor writes it."""
    statistics = {
        "version": 0.0,
        "dataset": {"item_count": 500, "start_time": "x", "evaluation_time": "2026-01-01T00:00:00Z"},
        "binary_classification_metrics": {
            "confusion_matrix": {"0": {"0": 1, "1": 2}, "1": {"0": 0, "1": 1}},
            "accuracy": {"value": 0.93, "standard_deviation": "NaN"},
            "auc": {"value": 0.9, "standard_deviation": 0.01, "unknown": [1]},
        },
    }
    limit = {"threshold": 0.93, "comparison_operator": "LessThanThreshold", "additional_properties": None}
    constraints = {"version": 0.0, "binary_classification_constraints": {"accuracy": {**limit, **constraint}}}
    files = {"statistics.json": statistics, "constraints.json": constraints}
    paths = {f"{WATCHED.baseline}/{name}": json.dumps(value).encode() for name, value in files.items()}
    return {path: File(path, "100644", data) for path, data in paths.items()}


def test_files_of_model_monitor_work_unchanged() -> None:
    """Its limits are the baseline's own values."""
    found = run(quality(mode="sagemaker"), of_model_monitor(), [scored(flip=0.1)])
    assert [violation.feature_name for violation in found.violations] == ["accuracy"]
    accuracy = next(metric for metric in found.metrics if metric.name == "accuracy")
    assert (accuracy.baseline, accuracy.threshold) == (0.93, 0.93)


def test_a_limit_on_what_is_not_measured_is_told() -> None:
    """And not passed over in silence."""
    snapshot = of_model_monitor()
    path = f"{WATCHED.baseline}/constraints.json"
    data = snapshot[path].data.replace(b'"accuracy"', b'"profit"')
    found = run(WATCHED, {**snapshot, path: File(path, "100644", data)}, [scored()])
    profit = next(metric for metric in found.metrics if metric.name == "profit")
    assert (profit.verdict, found.status) == ("not_compared", ExecutionStatus.INSUFFICIENT_DATA)
    assert (profit.threshold, profit.limit) == (0.93, "at least 0.93")


def test_a_damaged_limit_is_a_bad_baseline() -> None:
    """With the place in the file."""
    found = run(WATCHED, of_model_monitor(comparison_operator="Below"), [scored()])
    assert found.failure is not None
    assert found.failure.kind is FailureKind.BAD_BASELINE
    assert "comparison_operator" in found.failure.message


def test_suggested_limits_leave_room_and_say_why() -> None:
    """1.96 standard errors on the worse side, unlike Model Monitor's own."""
    made = baseline_files(lambda: [scored(2000, seed=9)], WATCHED)
    limit = json.loads(made["constraints.json"])["binary_classification_constraints"]["accuracy"]
    value = json.loads(made["statistics.json"])["binary_classification_metrics"]["accuracy"]
    assert limit["threshold"] == pytest.approx(value["value"] - 1.96 * value["standard_deviation"], abs=1e-5)
    assert limit["reason"].startswith("0.95")
    assert "2,000 rows" in limit["reason"]


def test_reference_data_without_labels_makes_no_baseline() -> None:
    """An empty success would judge nothing for ever."""
    with pytest.raises(UsageError, match="no row with a usable answer and label"):
        baseline_files(lambda: [unlabelled(scored())], WATCHED)


@pytest.mark.slow
def test_false_alarms_are_rare() -> None:
    """Of 400 good windows as large as the baseline at most 2% raise any violation."""
    alarms = 0
    for seed in range(400):
        snapshot = snapshot_of(WATCHED, scored(500, flip=0.1, seed=2 * seed + 100_000))
        alarms += bool(run(WATCHED, snapshot, [scored(500, flip=0.1, seed=2 * seed + 100_001)]).violations)
    assert alarms <= 8


# Estimates

WORKED_LABELS = [1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1]
WORKED_SCORES = [91, 84, 35, 22, 66, 88, 79, 15, 31, 95, 8, 71, 42, 12, 77, 27, 58, 39, 19, 93]


def worked() -> pa.RecordBatch:
    """Make the worked case of twenty rows."""
    columns = {"probability": [score / 100 for score in WORKED_SCORES], "truth": WORKED_LABELS}
    return pa.RecordBatch.from_pydict({"at": [NOON] * 20, **columns})


def test_the_worked_case_is_measured_and_estimated() -> None:
    """Probabilities taken as calibrated: TP 8.02 of 10 positive answers, FN 2.50 of 10 negative ones."""
    watched = quality(inference_attribute=None, label_values=[1], minimum_rows=1)
    found = run(watched, of_model_monitor(), [worked()])
    measured = {metric.name: metric.value for metric in found.metrics if not metric.is_estimate}
    estimated = {metric.name: metric.value for metric in found.metrics if metric.is_estimate}
    expected = {"accuracy": 0.75, "precision": 0.8, "recall": 0.727273, "f1": 0.761905, "auc": 0.939394}
    assert {name: measured[name] for name in expected} == pytest.approx(expected, abs=1e-6)
    expected = {"accuracy": 0.776, "precision": 0.802, "recall": 0.762357, "f1": 0.781676}
    assert {name: estimated[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_an_estimate_needs_no_labels_and_decides_nothing() -> None:
    """It stands beside the state no_ground_truth, with what speaks against it."""
    found = run(WATCHED, SNAPSHOT, [unlabelled(scored(flip=0.4))])
    assert found.status is ExecutionStatus.NO_GROUND_TRUTH
    assert found.metrics
    assert all(metric.is_estimate and not metric.verdict for metric in found.metrics)
    assert "without labels" in found.metrics[0].sentence


def test_an_estimate_is_calibrated_on_the_baseline() -> None:
    """The model is sure of itself and wrong in one row of five: its probabilities alone would not say so."""
    wrong = snapshot_of(WATCHED, scored(3000, flip=0.2, seed=9))
    found = run(WATCHED, wrong, [unlabelled(scored(flip=0.2))])
    accuracy = next(metric for metric in found.metrics if metric.name == "accuracy")
    assert accuracy.value == pytest.approx(0.8, abs=0.02)
    assert (accuracy.lower or 1) < 0.8 < (accuracy.upper or 0)


@pytest.mark.parametrize("damage", ['{"format": "other"}', '{"format": "mlgov/estimate/v1", "edges": [0.5, 0.5]}', "["])
def test_damaged_scores_are_a_bad_baseline(damage: str) -> None:
    """An estimate on other numbers would mislead."""
    path = f"{WATCHED.baseline}/estimate.json"
    found = run(WATCHED, {**SNAPSHOT, path: File(path, "100644", damage.encode())}, [scored()])
    assert found.failure is not None
    assert found.failure.kind is FailureKind.BAD_BASELINE

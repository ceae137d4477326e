"""A model with a monitor in every state that its page knows, with executions and profiles."""

import dataclasses
import math
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from mlgov.adapters.git_ledger import GitLedger
from mlgov.lifecycle import bytes_digest
from mlgov.monitors import (
    ColumnResult,
    Execution,
    ExecutionStatus,
    Failure,
    FailureKind,
    LabelReport,
    MetricResult,
    Rows,
    SegmentResult,
    StatisticResult,
    Violation,
)
from mlgov.monitors import profile as profiles
from mlgov.monitors.execution import PROFILE_FOLDER, record_path
from mlgov.monitors.records import render
from mlgov.names import LEDGER_BRANCH, MonitoringType
from tests.git_world import GitWorld, new_world
from tests.website import documents as d

MODEL = "churn"
BASELINE = f"baselines/{MODEL}/data-quality/profile.json"
DAYS = 8


def _sample(shift: float) -> dict[str, list[Any]]:
    """Make 600 rows; a shift moves tenure and the share of a region, and brings a new one."""
    waves = [math.sin(place) * 10 + place % 7 for place in range(600)]
    regions = ["north", "south", "east"]
    return {
        "tenure": [30 + wave + shift for wave in waves],
        "calls": [float(place % 9) for place in range(600)],
        "region": [regions[place % 3] if place % 10 or not shift else "west" for place in range(600)],
        "spend": [wave * wave for wave in waves],
    }


def profiles_of(*shifts: float) -> list[bytes]:
    """Profile samples in the bins of the one without a shift."""

    def batches(shift: float) -> list[pa.RecordBatch]:
        return [pa.RecordBatch.from_pydict(_sample(shift))]

    layout = profiles.learn_layout(lambda: batches(0.0), rows_per_bin=5)
    return [profiles.render(profiles.profile(lambda shift=shift: batches(shift), layout)) for shift in shifts]


def columns(violated: bool) -> tuple[ColumnResult, ...]:
    """Give results of four columns, the worst last."""
    value = 0.31 if violated else 0.03
    verdict = "violation" if violated else "ok"
    said = "tenure moved: the Kolmogorov-Smirnov distance is 0.31 and may be 0.12."
    tenure = StatisticResult("ks", value, verdict, warn=0.08, violate=0.12, noise=0.05)
    region = StatisticResult("psi", 0.15, "warning", warn=0.1, violate=0.2, noise=0.02)
    calls = StatisticResult("ks", 0.02, "ok", warn=0.08, violate=0.12, noise=0.05)
    return (
        ColumnResult("calls", "numeric", "ok", "As before.", (calls,)),
        ColumnResult("spend", "numeric", "ok", "As before.", (dataclasses.replace(calls, value=0.04),)),
        ColumnResult("region", "categorical", "warning", "region moved a little.", (region,)),
        ColumnResult("tenure", "numeric", verdict, said if violated else "As before.", (tenure,)),
    )


def data_quality(baseline: bytes, windows: Mapping[bool, bytes]) -> tuple[list[Execution], dict[str, bytes]]:
    """Give eight executions, the last three with violations, and the profiles that they left."""
    found, left = [], {}
    for day in range(DAYS):
        violated = day >= 5
        made = d.execution(day, violated=violated)
        path = record_path(PROFILE_FOLDER, MODEL, made.monitor, made.window)
        data = left[path] = windows[violated]
        known = {"profile": path, "profile_digest": bytes_digest(data), "baseline_digest": bytes_digest(baseline)}
        found.append(dataclasses.replace(made, columns=columns(violated), **known))
    return found, left


def _metric(name: str, value: float, **keys: Any) -> MetricResult:
    return MetricResult(name, value, lower=value - 0.03, upper=value + 0.02, **keys)


def model_quality() -> list[Execution]:
    """Give eight executions with metrics, estimates, labels and segments; the last one has a violation."""
    found = []
    for day in range(DAYS):
        bad = day == DAYS - 1
        made = d.execution(day, monitor="quality")
        recall = 0.71 if bad else 0.9 - day / 100
        limit = {"baseline": 0.91, "threshold": 0.8, "operator": "LessThanThreshold", "count": 900}
        metrics = (
            _metric("auc", 0.93, verdict="ok", baseline=0.94),
            _metric("recall", recall, verdict="violation" if bad else "ok", **limit),
            _metric("recall", 0.88, verdict="", is_estimate=True, sentence="Calibrated on the baseline."),
        )
        violation = Violation("recall", "LessThanThreshold", "Recall is 0.71; at least 0.8 is asked for.")
        segments = (
            SegmentResult("region", "north", 500, ExecutionStatus.COMPLETED_WITH_VIOLATIONS, metrics=metrics[1:2]),
            SegmentResult("region", "south", 12, ExecutionStatus.INSUFFICIENT_DATA, "12 rows are too few."),
            SegmentResult("region", "east", 488, ExecutionStatus.COMPLETED),
        )
        labels = LabelReport(made.window_start, made.window_end, 1000, 700 + 20 * day, delay_minutes=(60, 900, 4000))
        found.append(
            dataclasses.replace(
                made,
                monitoring_type=MonitoringType.MODEL_QUALITY,
                status=ExecutionStatus.COMPLETED_WITH_VIOLATIONS if bad else ExecutionStatus.COMPLETED,
                columns=(),
                violations=(violation,) if bad else (),
                metrics=metrics,
                labels=labels,
                segments=segments if bad else (),
            )
        )
    return found


def failing() -> list[Execution]:
    """Give an execution that could not read its data."""
    failure = Failure(FailureKind.MISSING_DATA, "There is no file at traffic/churn.")
    made = d.execution(DAYS - 1, monitor="failing")
    return [dataclasses.replace(made, status=ExecutionStatus.FAILED, failure=failure, rows=Rows(), columns=())]


def documents() -> list[dict[str, Any]]:
    """Give the card and its monitors: in alert, near one, failing, not run yet, switched off."""
    card = d.card(MODEL, d.MAXIMAL, status="approved", review_by="2026-12-31", title="Customer churn", owners=["@mo"])
    watched = d.monitor_set(
        MODEL,
        d.monitor(),
        d.monitor("quality", monitoring_type="model_quality"),
        d.monitor("failing"),
        d.monitor("attribution", monitoring_type="model_explainability"),
        d.monitor("bias", monitoring_type="model_bias", enabled=False),
    )
    return [card, watched]


def executions() -> tuple[list[Execution], dict[str, bytes], bytes]:
    """Give all executions, the profiles by ledger path, and the baseline."""
    baseline, same, moved = profiles_of(0.0, 0.0, 9.0)
    found, left = data_quality(baseline, {False: same, True: moved})
    return [*found, *model_quality(), *failing()], left, baseline


def new_watched_world(root: Path) -> GitWorld:
    """Build the repository with its ledger."""
    world = new_world(root)
    found, left, baseline = executions()
    world.write("mlgov.toml", d.SETTINGS)
    world.write("mkdocs.yml", d.MKDOCS)
    world.write("docs/index.md", "# About us\n")
    world.write(BASELINE, baseline)
    for document, path in zip(documents(), (f"cards/{MODEL}.yaml", f"monitors/{MODEL}.yaml"), strict=True):
        world.write(path, d.yaml_of(document))
    world.commit("Watch churn")
    records = {execution.path: render(execution) for execution in found} | left
    GitLedger(world.root, branch=LEDGER_BRANCH).append(records, message="Executions", at=d.NOW + timedelta(minutes=1))
    return world

"""A model that all four types of monitors watch, its data in files of every format, and a reader that counts."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv, feather

from mlgov.monitors import Facet, GroundTruth, Monitor, Segment, Source, Window
from mlgov.monitors.making import baseline_files
from mlgov.monitors.records import render
from mlgov.monitors.run import Result
from mlgov.monitors.types import Job
from mlgov.names import MonitoringType
from mlgov.ports import File, Snapshot, Tables
from tests.monitors.examples import monitor

T = TypeVar("T")

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 0, 7, tzinfo=UTC)
DAYS = [Window(FIRST + timedelta(days=day), FIRST + timedelta(days=day + 1)) for day in range(30)]


def rows(count: int = 400, *, day: int = 0, days: int = 1, seed: int = 1) -> pa.RecordBatch:
    """Make rows of some days with features, their attributions, answers, true labels and two groups."""
    random = np.random.default_rng(seed)
    age, income = random.normal(40, 9, count).round(3), random.normal(0, 1, count).round(4)
    probability = random.random(count).round(4)
    said = probability >= 0.5
    seconds = np.sort(random.integers(day * 86_400, (day + days) * 86_400, count))
    return pa.RecordBatch.from_pydict(
        {
            "id": [f"r{seed}-{number}" for number in range(count)],
            "at": [FIRST + timedelta(seconds=int(second)) for second in seconds],
            "age": age,
            "income": income,
            "shap_age": (age - 40) * 2,
            "shap_income": income * 3,
            "probability": probability,
            "said": np.where(said, "yes", "no"),
            "truth": np.where(said ^ (random.random(count) < 0.1), "yes", "no"),
            "region": np.where(random.random(count) < 0.5, "north", "south"),
        }
    )


def watchers(source: Source, labels: GroundTruth | None = None, *, segments: bool = False) -> list[Monitor]:
    """Make one monitor of each type on a source."""
    beside = {"source": source, "minimum_rows": 50, "segments": [Segment(column="region")] if segments else []}
    answers = {"inference_attribute": "said", "label_values": ["yes"], "ground_truth_attribute": "truth"}
    answers |= {"ground_truth": labels}
    types: dict[str, dict[str, Any]] = {
        "data-quality": {"exclude_columns": ["id"]},
        "model-quality": {"problem_type": "binary_classification", "probability_attribute": "probability", **answers},
        "model-bias": {"facets": [Facet(name="region", values=["north"])], **answers},
        "model-explainability": {"attribution_prefix": "shap_"},
    }
    return [
        monitor(
            name=name,
            monitoring_type=MonitoringType(name.replace("-", "_")),
            baseline=f"baselines/churn/{name}",
            **beside,
            **own,
        )
        for name, own in types.items()
    ]


def snapshot_of(watched: Iterable[Monitor]) -> Snapshot:
    """Make a repository with the baselines of monitors."""
    reference = rows(2000, seed=99)
    found: dict[str, File] = {}
    for each in watched:
        made = baseline_files(lambda: [reference], each)
        found |= {(path := f"{each.baseline}/{name}"): File(path, "100644", data) for name, data in made.items()}
    return found


def jobs_of(watched: Sequence[Monitor], windows: Sequence[Window] = DAYS[:1]) -> list[Job]:
    """Run every monitor over every window."""
    return [Job("churn", each, window) for each in watched for window in windows]


def shown(result: Result) -> tuple[bytes, bytes, bool]:
    """Give what is kept of a result, and whether mlgov broke."""
    return render(result.execution), result.profile, bool(result.trace)


# Files


def write(folder: Path, name: str, table: pa.Table) -> str:
    """Write a table in the format of its ending."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.suffix:
        case ".parquet":
            pq.write_table(table, path, row_group_size=150)
        case ".csv":
            csv.write_csv(table, path)
        case ".feather":
            feather.write_feather(table, str(path), chunksize=100)
        case _:
            lines = [json.dumps({**row, "at": row["at"].isoformat()}) for row in table.to_pylist()]
            path.write_text("\n".join(lines) + "\n")
    return name


def write_captures(folder: Path, table: pa.Table) -> None:
    """Write captures below ``captures``, and their labels below ``labels``, both in folders of hours."""
    for row in table.to_pylist():
        at, truth, name = row.pop("at"), row.pop("truth"), row.pop("id")
        payload = {"data": json.dumps(row), "encoding": "JSON", "observedContentType": "application/json"}
        about = {"eventId": name, "inferenceTime": at.isoformat()}
        _append(folder / "captures", at, {"captureData": {"endpointInput": payload}, "eventMetadata": about})
        label = {"groundTruthData": {"data": truth, "encoding": "CSV"}, "eventMetadata": {"eventId": name}}
        _append(folder / "labels", at + timedelta(hours=1), {**label, "eventVersion": "0"})


def _append(folder: Path, at: datetime, record: object) -> None:
    path = folder / at.strftime("%Y/%m/%d/%H") / "data.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(record) + "\n")


# A reader that counts


@dataclass(frozen=True)
class Counted:
    """Tables that note what is read: how, and from where.

    Attributes:
        inner: What reads.
        reads: What was read so far.
        cluster: Whether to say that folds are done elsewhere.
    """

    inner: Tables
    reads: list[tuple[str, str]] = field(default_factory=list)
    cluster: bool = False

    @property
    def folds_here(self) -> bool:
        return not self.cluster

    def within(self, start: datetime, end: datetime) -> "Counted":
        return replace(self, inner=self.inner.within(start, end))

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
        return self.inner.minds_types(uri, data_format=data_format)

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, pa.DataType] | None = None
    ) -> Iterator[pa.RecordBatch]:
        self.reads.append(("batches", uri))
        yield from self.inner.batches(uri, data_format=data_format, columns=columns)

    def fold(
        self,
        uri: str,
        step: Callable[[Iterable[pa.RecordBatch]], T],
        join: Callable[[T, T], T],
        *,
        data_format: str | None = None,
        columns: Mapping[str, pa.DataType] | None = None,
        only: Collection[str] | None = None,
    ) -> T:
        self.reads.append(("fold", uri))
        return self.inner.fold(uri, step, join, data_format=data_format, columns=columns, only=only)

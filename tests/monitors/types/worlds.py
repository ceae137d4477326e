"""Repositories with baselines, and runs over windows, for tests of monitoring types."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from mlgov.monitors import Execution, Monitor, Window
from mlgov.monitors.making import baseline_files
from mlgov.monitors.run import execute
from mlgov.monitors.types import Job
from mlgov.ports import File, Snapshot
from tests.fakes.tables import MemoryTables

WINDOW = Window(datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
NOW = datetime(2026, 11, 20, 0, 7, tzinfo=UTC)
NOON = WINDOW.start + timedelta(hours=12)


def snapshot_of(watched: Monitor, *reference: pa.RecordBatch) -> Snapshot:
    """Make a repository with the baseline of a monitor."""
    made = baseline_files(lambda: list(reference), watched)
    paths = {f"{watched.baseline}/{name}": data for name, data in made.items()}
    return {path: File(path, "100644", data) for path, data in paths.items()}


def run(
    watched: Monitor,
    snapshot: Snapshot,
    rows: Sequence[pa.RecordBatch],
    labels: Sequence[pa.RecordBatch] = (),
    *,
    now: datetime = NOW,
) -> Execution:
    """Run a monitor over the window."""
    found = execute(Job("churn", watched, WINDOW), snapshot, MemoryTables({"rows": rows, "labels": labels}), now)
    assert not found.trace, found.trace
    return found.execution


def scored(count: int = 600, *, flip: float = 0.05, seed: int = 1, at: datetime = NOON) -> pa.RecordBatch:
    """Make rows with a probability, an answer, a label that differs from it in a share of rows, and two groups."""
    random = np.random.default_rng(seed)
    probability = random.random(count).round(4)
    said = probability >= 0.5
    truth = said ^ (random.random(count) < flip)
    return pa.RecordBatch.from_pydict(
        {
            "id": [f"r{seed}-{number}" for number in range(count)],
            "at": [at] * count,
            "probability": probability,
            "said": np.where(said, "yes", "no"),
            "truth": np.where(truth, "yes", "no"),
            "region": np.where(random.random(count) < 0.5, "north", "south"),
        }
    )

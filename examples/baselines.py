"""The baselines of the example monitors, made by the function behind ``mlgov monitor baseline``."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from examples.models import Trained
from examples.traffic import labels_of, reference
from mlgov.documents import load
from mlgov.errors import UsageError
from mlgov.lifecycle import validate
from mlgov.monitors.making import baseline_files
from mlgov.monitors.schema import Monitor, MonitorSetDocument
from mlgov.monitors.types import module_of
from mlgov.names import Kind, path_of


def files(root: Path, trained: Trained) -> dict[str, bytes]:
    """Make the files of the baselines that a model's monitor set names, by path.

    Args:
        root: Top of the repository, for the monitor set: where the baselines lie, and the limits they allow for.
        trained: The model.

    Raises:
        UsageError: The monitor set cannot be read.
    """
    return {
        f"{monitor.baseline}/{name}": data
        for monitor in _monitors(root, trained.recipe.name)
        for name, data in _made(trained, monitor).items()
    }


def _made(trained: Trained, monitor: Monitor) -> dict[str, bytes]:
    frame = reference(trained)
    if module_of(monitor.monitoring_type).READS_LABELS:
        frame = frame.assign(**{monitor.ground_truth_attribute or "": labels_of(trained)})
    batches = [_batch(frame)]
    return baseline_files(lambda: batches, monitor)


def _monitors(root: Path, name: str) -> Iterator[Monitor]:
    path = path_of(Kind.MONITOR_SET, name)
    if not (root / path).exists():
        return
    document, findings = load((root / path).read_bytes(), path)
    typed, problems = validate(document, MonitorSetDocument) if document else (None, findings)
    if typed is None:
        raise UsageError(f"{problems[0].location}: {problems[0].message}", hint=problems[0].fix)
    yield from typed.spec.monitors


def _batch(frame: pd.DataFrame) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({column: frame[column].tolist() for column in frame.columns})

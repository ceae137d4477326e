"""Making a baseline: the files of its folder, and those of its segments."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import pyarrow as pa

from mlgov.monitors import segments
from mlgov.monitors.labels import plain_rows
from mlgov.monitors.schema import Monitor
from mlgov.monitors.segments import Part
from mlgov.monitors.types import module_of
from mlgov.monitors.windows import RowCounter, Selection, select
from mlgov.ports import Scorers

Batches = Callable[[], Iterable[pa.RecordBatch]]


def baseline_files(
    batches: Batches, monitor: Monitor, *, at: datetime | None = None, scorers: Scorers | None = None
) -> dict[str, bytes]:
    """Make the files of a monitor's baseline.

    A segment gets a baseline of its own when the reference has `minimum_rows` rows of it.

    Args:
        batches: Gives the reference data; called several times.
        monitor: The monitor.
        at: When; written into the files where their format has a place for it.
        scorers: Gives the models that may be asked.

    Returns:
        Path inside the baseline folder -> bytes.

    Raises:
        UsageError: The data has no rows, or not the columns that the monitor names.
        TablesError: The data cannot be read.
        ScorerError: The model could not be asked.
    """
    module = module_of(monitor.monitoring_type)
    read = partial(_reference_rows, batches, monitor, reads_labels=module.READS_LABELS)
    made = module.make(read, monitor, at=at, scorers=scorers)
    for part in segments.found_in(read(), monitor):
        for name, data in module.make(partial(_rows_of, read, part), monitor, at=at, scorers=scorers).items():
            made[f"{part.folder}/{name}"] = data
    return made


def _reference_rows(batches: Batches, monitor: Monitor, *, reads_labels: bool) -> Iterable[pa.RecordBatch]:
    if reads_labels:
        return plain_rows(batches(), monitor)
    dropped = Selection(event_time=monitor.source.event_time, exclude=frozenset(monitor.exclude_columns))
    return select(batches(), dropped, RowCounter())


def _rows_of(read: Batches, part: Part) -> Iterable[pa.RecordBatch]:
    return segments.rows_of(read(), part)

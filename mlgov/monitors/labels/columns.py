"""The columns of labelled rows: always the same types, whatever the files have."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.monitors.cell_text import texts_of
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.schema import Monitor
from mlgov.names import MonitoringType

#: The column with the true label, as text; null where there is none.
TRUTH = "mlgov:ground_truth"


@dataclass(frozen=True, slots=True)
class LabelledColumns:
    """What labelled rows have, beside their true label.

    Attributes:
        texts: Columns whose values come as text, written in one way.
        numbers: Columns whose values come as doubles; NaN where there is no number.
    """

    texts: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def schema(self) -> pa.Schema:
        """The columns of labelled rows, the true label last."""
        fields = [pa.field(name, pa.string()) for name in self.texts]
        fields += [pa.field(name, pa.float64()) for name in self.numbers]
        return pa.schema([*fields, pa.field(TRUTH, pa.string())])

    def taken(self, batch: pa.RecordBatch, truth: pa.Array) -> pa.RecordBatch:
        """Make labelled rows. Raises UsageError when a column is missing."""
        texts = [texts_of(column_of(batch, name)) for name in self.texts]
        values = [_doubles(column_of(batch, name)) for name in self.numbers]
        return pa.RecordBatch.from_arrays([*texts, *values, truth], schema=self.schema)


def columns_of(monitor: Monitor) -> LabelledColumns:
    """Say which columns a monitor needs."""
    numeric = [monitor.probability_attribute] if monitor.probability_attribute else []
    answer = [monitor.inference_attribute] if monitor.inference_attribute else []
    if monitor.problem_type == "regression":
        numeric, answer = [*answer, *numeric], []
    named = [*answer, *(facet.name for facet in monitor.facets), *(segment.column for segment in monitor.segments)]
    named += [monitor.group_variable] if monitor.group_variable else []
    texts = tuple(name for name in dict.fromkeys(named) if name not in numeric)
    return LabelledColumns(
        texts, tuple(name for name in dict.fromkeys([*numeric, *_features(monitor)]) if name not in texts)
    )


def _features(monitor: Monitor) -> list[str]:
    """Name the features that a bias monitor looks for people alike by."""
    return monitor.features if monitor.monitoring_type is MonitoringType.MODEL_BIAS else []


def plain_rows(batches: Iterable[pa.RecordBatch], monitor: Monitor) -> Iterator[pa.RecordBatch]:
    """Make labelled rows from data that has its labels in a column, such as the data of a baseline.

    Raises:
        UsageError: A column is missing.
    """
    columns = columns_of(monitor)
    for batch in batches:
        yield columns.taken(batch, truth_of(batch, monitor))


def truth_of(batch: pa.RecordBatch, monitor: Monitor) -> pa.Array:
    """Give the labels that are a column of the data; nulls for a monitor that names none."""
    if monitor.ground_truth_attribute is None:
        return pa.nulls(len(batch), pa.string())
    return texts_of(column_of(batch, monitor.ground_truth_attribute))


def column_of(batch: pa.RecordBatch, name: str) -> pa.Array:
    """Give a column. Raises UsageError when there is none of that name."""
    place = batch.schema.names.index(name) if name in batch.schema.names else -1
    if place < 0:
        close = difflib.get_close_matches(name, batch.schema.names, n=1)
        meant = f"Did you mean '{close[0]}'?" if close else f"The columns are {', '.join(batch.schema.names[:20])}."
        raise UsageError(f"The data has no column '{name}'.", hint=meant)
    return batch.column(place)


def _doubles(column: pa.Array) -> pa.Array:
    values = numbers(arrow.stored(column)).values
    return pa.Array.from_buffers(pa.float64(), len(values), [None, pa.py_buffer(values)])

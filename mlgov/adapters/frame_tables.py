"""Data frames in memory behind the Tables port: pandas, and whatever speaks Arrow's stream interface or narwhals does.

polars, DuckDB relations, PyArrow tables and others hand out Arrow streams themselves. Lazy frames (Dask, Ibis, PySpark)
are collected through narwhals.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa

from mlgov.errors import TablesError, TablesMissingError, UsageError

T = TypeVar("T")

BATCH_ROWS = 65_536


class FrameTables:
    """Data frames by name.

    Args:
        frames: The frames. They are not copied as a whole, and not changed.
    """

    folds_here = True

    def __init__(self, frames: Mapping[str, Any]) -> None:
        self._frames = dict(frames)

    def within(self, start: datetime, end: datetime) -> "FrameTables":  # noqa: ARG002 - a frame has no folders
        """Read all: the rows say when they were."""
        return self

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:  # noqa: ARG002
        """Say no: a frame has types of its own."""
        return False

    def batches(
        self,
        uri: str,
        *,
        data_format: str | None = None,  # noqa: ARG002 - a frame has types of its own
        columns: Mapping[str, pa.DataType] | None = None,  # noqa: ARG002
    ) -> Iterator[pa.RecordBatch]:
        """Read the frame of a name; format and types are its own.

        Raises:
            TablesMissingError: There is no frame of that name.
            UsageError: It is no frame that can be read.
            TablesError: A column of it cannot be read.
        """
        if uri not in self._frames:
            raise TablesMissingError(f"There is no frame called {uri}.")
        try:
            yield from _batches(self._frames[uri])
        except (pa.ArrowException, TypeError, ValueError) as error:
            said = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            raise TablesError(f"The frame {uri} cannot be read: {said}") from None

    def fold(
        self,
        uri: str,
        step: Callable[[Iterable[pa.RecordBatch]], T],
        join: Callable[[T, T], T],  # noqa: ARG002 - a frame is one part
        *,
        data_format: str | None = None,
        columns: Mapping[str, pa.DataType] | None = None,
        only: Collection[str] | None = None,  # noqa: ARG002 - a frame is there already
    ) -> T:
        """Take in the frame of a name, as one part."""
        return step(self.batches(uri, data_format=data_format, columns=columns))


def _batches(frame: Any) -> Iterator[pa.RecordBatch]:  # noqa: ANN401 - any data frame
    pandas = sys.modules.get("pandas")  # whoever has a frame of it has loaded it
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        return _of_pandas(frame)
    if isinstance(frame, pa.RecordBatch):
        return iter([frame])
    if hasattr(frame, "__arrow_c_stream__"):
        return iter(pa.RecordBatchReader.from_stream(frame))
    return _through_narwhals(frame)


def _of_pandas(frame: Any) -> Iterator[pa.RecordBatch]:  # noqa: ANN401 - a frame of pandas
    """Convert some rows at a time; the index is left out, as Parquet files of others have none."""
    for start in range(0, len(frame), BATCH_ROWS):
        part = frame.iloc[start : start + BATCH_ROWS]
        columns = [_column(part.iloc[:, place]) for place in range(part.shape[1])]
        yield pa.RecordBatch.from_arrays(columns, [str(name) for name in part.columns])


def _column(series: Any) -> pa.Array:  # noqa: ANN401 - a column of pandas
    try:
        column = pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # objects of several types
        return pa.Array.from_pandas(series.map(str, na_action="ignore"), type=pa.string())
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _through_narwhals(frame: Any) -> Iterator[pa.RecordBatch]:  # noqa: ANN401 - any data frame
    import narwhals

    try:
        found = narwhals.from_native(frame)
    except TypeError:
        kind = f"{type(frame).__module__}.{type(frame).__name__}"
        raise UsageError(f"A {kind} is no data frame that can be read.", hint="Give pandas, polars or Arrow.") from None
    eager = found.collect(backend="pyarrow") if isinstance(found, narwhals.LazyFrame) else found
    return iter(eager.to_arrow().to_batches(max_chunksize=BATCH_ROWS))

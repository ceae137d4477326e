"""The Tables port on an existing Spark cluster: parts of the data are mapped and reduced where the workers are.

Workers read the data themselves, with the same reader as the embedded engine, so that the bytes of a profile are the
same. They need the same version of mlgov[monitors] and must reach the data under the same address.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from mlgov.adapters.arrow_tables import ArrowTables, Limits
from mlgov.adapters.arrow_tables.outcomes import Outcome, joined, outcome_of, shares, unwrapped
from mlgov.errors import TablesUnreachableError, UsageError

if TYPE_CHECKING:
    from pyspark import SparkContext

T = TypeVar("T")


class SparkTables:
    """Reads data files on Spark.

    Args:
        root: Folder that relative addresses start from, for the workers as well.
        master: Address of the cluster, such as ``spark://host:7077``.
        settings: Further settings of Spark by name.
        limits: How large a part may be.
    """

    folds_here = False

    def __init__(
        self,
        root: Path,
        master: str,
        *,
        settings: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._here = ArrowTables(root.resolve(), limits=limits)
        self._master = master
        self._settings = dict(settings or {})

    def within(self, start: datetime, end: datetime) -> "SparkTables":
        """Read only what may be of a time, as the port says."""
        narrowed = copy(self)
        narrowed._here = self._here.within(start, end)
        return narrowed

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
        """Say whether expected types decide how a source is read, as the port says."""
        return self._here.minds_types(uri, data_format=data_format)

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, pa.DataType] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read a source here, as the port says."""
        return self._here.batches(uri, data_format=data_format, columns=columns)

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
        """Take in a source on the cluster, as the port says.

        Raises:
            TablesError: As `batches` does.
            TablesUnreachableError: The cluster does not answer, or a worker was lost.
            UsageError: PySpark is not installed.
        """
        parts = self._here.parts(uri, data_format=data_format, columns=columns, only=only)
        context = self._context()
        dealt = shares(parts, context.defaultParallelism)
        try:
            outcomes = context.parallelize(dealt, len(dealt)).map(partial(outcome_of, step=step))
            outcome: Outcome[T] = outcomes.treeReduce(partial(joined, join=join))
        except Exception as error:
            raise self._explained(error) from None
        return unwrapped(outcome)

    def close(self) -> None:
        """Leave the cluster."""
        self._context().stop()

    def _context(self) -> "SparkContext":
        try:
            from pyspark import SparkConf, SparkContext
        except ModuleNotFoundError:
            hint = "Install it with: pip install 'mlgov[spark]'"
            raise UsageError("Spark needs pyspark, which is not installed.", hint=hint) from None
        settings = {"spark.ui.enabled": "false", "spark.log.level": "ERROR", **self._settings}
        configuration = SparkConf().setMaster(self._master).setAppName("mlgov").setAll(list(settings.items()))
        try:
            return SparkContext.getOrCreate(configuration)
        except Exception as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> Exception:
        """Turn what Spark raises into an error of ours; its own messages are pages of Java."""
        if not _is_spark(error):
            return error
        said = next((line for line in str(error).splitlines() if "Exception" in line or "Error" in line), "")
        hint = "Check the address, and that the workers have the same version of mlgov[monitors]."
        return TablesUnreachableError(f"Spark at {self._master} gave up: {said.strip()[:200]}", hint=hint)


def _is_spark(error: Any) -> bool:  # noqa: ANN401 - any exception
    return type(error).__module__.split(".")[0] in ("py4j", "pyspark")

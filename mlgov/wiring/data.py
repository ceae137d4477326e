"""Connects data: files, frames, clusters, what a model is asked and answers, and who has schedules for it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mlgov.errors import UsageError
from mlgov.ports import Tables

if TYPE_CHECKING:
    import pyarrow as pa

    from mlgov.adapters.capture_proxy import CaptureProxy
    from mlgov.adapters.sagemaker_schedules import SagemakerSchedules
    from mlgov.monitors.capturing import CaptureLog

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LazyTables:
    """Data files. PyArrow and pandas are loaded when the first one is read: most commands read none and start faster.

    Attributes:
        root: Folder that relative addresses start from.
        engine: Address of the cluster that takes data in; empty for this process.
        hours: The time outside of which folders of hours are passed over; None reads all.
    """

    root: Path
    engine: str = ""
    hours: tuple[datetime, datetime] | None = None

    @property
    def folds_here(self) -> bool:
        """Whether this process takes data in itself, as the port says."""
        return not self.engine

    def within(self, start: datetime, end: datetime) -> "LazyTables":
        """Read only what may be of a time, as the port says."""
        return replace(self, hours=(start, end))

    def _opened(self) -> Tables:
        opened = tables(self.root, self.engine)
        return opened.within(*self.hours) if self.hours else opened

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
        """Say whether expected types decide how a source is read, as the port says."""
        try:
            return self._opened().minds_types(uri, data_format=data_format)
        except UsageError:  # the engine has no such address; whoever reads is told
            return True

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, "pa.DataType"] | None = None
    ) -> Iterator["pa.RecordBatch"]:
        """Read a file or a folder of files, as the port says."""
        return self._opened().batches(uri, data_format=data_format, columns=columns)

    def fold(
        self,
        uri: str,
        step: "Callable[[Iterable[pa.RecordBatch]], T]",
        join: "Callable[[T, T], T]",
        *,
        data_format: str | None = None,
        columns: Mapping[str, "pa.DataType"] | None = None,
        only: Collection[str] | None = None,
    ) -> T:
        """Take in a source part by part, as the port says."""
        return self._opened().fold(uri, step, join, data_format=data_format, columns=columns, only=only)


def tables(root: Path, engine: str = "") -> Tables:
    """Connect to data files alone; relative addresses start from ``root``. Needs no governance repository.

    Args:
        root: Where relative addresses start.
        engine: Address of a cluster that takes the data in: ``spark://host:7077``, ``local[2]``, ``yarn`` or ``k8s://…``
            for Spark, ``tcp://host:8786`` or ``tls://…`` for Dask. Empty for this process.

    Raises:
        UsageError: The address is of neither.
    """
    from mlgov.adapters.arrow_tables import ArrowTables

    if not engine:
        return ArrowTables(root)
    if engine.startswith(("tcp://", "tls://")):
        from mlgov.adapters.dask_tables import DaskTables

        return DaskTables(root, engine)
    if engine.startswith(("spark://", "local", "k8s://")) or engine == "yarn":
        from mlgov.adapters.spark_tables import SparkTables

        return SparkTables(root, engine)
    raise UsageError(
        f"{engine!r} is no address of an engine.", hint="Write spark://HOST:PORT for Spark or tcp://HOST:PORT for Dask."
    )


def frames(named: Mapping[str, Any]) -> Tables:
    """Connect to data frames in memory, by name."""
    from mlgov.adapters.frame_tables import FrameTables

    return FrameTables(named)


def whole_file(root: Path, uri: str, limit: int) -> bytes:
    """Read a small file, wherever an address leads. Raises TablesError."""
    from mlgov.adapters.arrow_tables.whole_files import whole_file

    return whole_file(root, uri, limit)


def capture_proxy(
    upstream: str, log: "CaptureLog", *, path: str, listen: tuple[str, int], tell: Callable[[str], None]
) -> "CaptureProxy":
    """Stand before a scorer and write down what it is asked and answers.

    Args:
        upstream: Address of the scorer.
        log: Where captures go.
        path: What is captured: POSTs to it.
        listen: Host and port.
        tell: Told what went wrong with a capture.

    Raises:
        UsageError: ``upstream`` is no address.
        OutsideError: The port cannot be had.
    """
    from mlgov.adapters.capture_proxy import CaptureProxy
    from mlgov.monitors.capturing import BODY_BYTES

    host, port = listen
    return CaptureProxy(upstream, log, path=path, host=host, port=port, kept_bytes=BODY_BYTES, on_trouble=tell)


def schedule_source() -> "SagemakerSchedules":
    """Connect to the schedules of an AWS account. Raises OutsideError and UsageError."""
    from mlgov.adapters.sagemaker_schedules import SagemakerSchedules

    return SagemakerSchedules()

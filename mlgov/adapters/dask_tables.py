"""The Tables port on an existing Dask cluster: parts of the data are mapped and reduced where the workers are.

Workers read the data themselves, with the same reader as the embedded engine, so that the bytes of a profile are the
same. They need the same version of mlgov[monitors] and must reach the data under the same address.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from mlgov.adapters.arrow_tables import ArrowTables, Limits
from mlgov.adapters.arrow_tables.outcomes import Outcome, joined, outcome_of, shares, unwrapped
from mlgov.errors import TablesUnreachableError, UsageError

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")

#: Seconds that the scheduler has to answer.
CONNECT_S = 30


class DaskTables:
    """Reads data files on Dask.

    Args:
        root: Folder that relative addresses start from, for the workers as well.
        scheduler: Address of the cluster, such as ``tcp://host:8786``.
        limits: How large a part may be.
    """

    folds_here = False

    def __init__(self, root: Path, scheduler: str, *, limits: Limits | None = None) -> None:
        self._here = ArrowTables(root.resolve(), limits=limits)
        self._scheduler = scheduler

    def within(self, start: datetime, end: datetime) -> "DaskTables":
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
            TablesUnreachableError: The cluster does not answer, or its workers were lost.
            UsageError: Dask is not installed.
        """
        parts = self._here.parts(uri, data_format=data_format, columns=columns, only=only)
        with self._client() as client:
            waiting = client.map(outcome_of, shares(parts, sum(client.nthreads().values())), step=step, pure=False)
            while len(waiting) > 1:
                pairs = zip(waiting[::2], waiting[1::2], strict=False)
                left = waiting[-1:] if len(waiting) % 2 else []
                waiting = [client.submit(joined, one, other, join=join, pure=False) for one, other in pairs] + left
            try:
                outcome: Outcome[T] = waiting[0].result()
            except Exception as error:
                raise self._explained(error) from None
        return unwrapped(outcome)

    def _client(self) -> "Client":
        try:
            from distributed import Client
        except ModuleNotFoundError:
            hint = "Install it with: pip install 'mlgov[dask]'"
            raise UsageError("Dask needs distributed, which is not installed.", hint=hint) from None
        try:
            return Client(self._scheduler, timeout=CONNECT_S, set_as_default=False)
        except OSError as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> Exception:
        """Turn what Dask raises into an error of ours; a bug in a step stays one."""
        if not isinstance(error, OSError) and type(error).__module__.split(".")[0] != "distributed":
            return error
        said = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        hint = "Check the address, and that the workers have the same version of mlgov[monitors]."
        return TablesUnreachableError(f"Dask at {self._scheduler} gave up: {said}", hint=hint)

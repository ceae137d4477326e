"""What a monitoring type is to the frame that runs it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from mlgov.monitors.judgement import Judgement
from mlgov.monitors.schedule import Window
from mlgov.monitors.schema import Monitor
from mlgov.ports import Scorers, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

    from mlgov.monitors.windows import Reading, RowCounter


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be done.

    Attributes:
        model: Name of the model.
        monitor: The monitor.
        window: The window to look at.
        scorers: Gives the models that may be asked; None when there are none.
    """

    model: str
    monitor: Monitor
    window: Window
    scorers: Scorers | None = field(default=None, compare=False, repr=False)


class Tally(Protocol):
    """Counts the rows of a window, or of a part of it, and judges them."""

    def add(self, rows: "Iterable[pa.RecordBatch]") -> None:
        """Count rows. May be called many times; how rows are cut and ordered changes nothing.

        Args:
            rows: For a type that reads labels the rows of `mlgov.monitors.labels`; else those of the source, in the
                window, without the columns that are not looked at.
        """

    def judgement(self) -> Judgement:
        """Judge what was counted; asked once, and only when there were rows."""


class Prepared(Protocol):
    """A baseline that was read: what windows are held against."""

    @property
    def digest(self) -> str:
        """Digest of the file that decides."""

    @property
    def expected(self) -> "Mapping[str, pa.DataType]":
        """Types that columns should have, for readers of text; empty when any will do."""

    def tally(self, job: Job) -> Tally:
        """Start counting."""


@runtime_checkable
class Folding(Protocol):
    """A baseline whose windows can be read part by part, on all cores or machines of an engine."""

    def folded(self, reading: "Reading", counter: "RowCounter", job: Job) -> Tally:
        """Count the rows of a window. Raises as `mlgov.monitors.windows.select` does."""


class MonitoringModule(Protocol):
    """A module of this folder."""

    @property
    def READS_LABELS(self) -> bool:  # noqa: N802 - a constant of the module
        """Whether rows come with their true labels, as `mlgov.monitors.labels` gives them."""

    def make(
        self,
        batches: "Callable[[], Iterable[pa.RecordBatch]]",
        monitor: Monitor,
        *,
        at: datetime | None = None,
        scorers: Scorers | None = None,
    ) -> dict[str, bytes]:
        """Make the files of a baseline folder, by name.

        Args:
            batches: Gives the reference rows, as `Tally.add` takes them; may be called several times.
            monitor: The monitor.
            at: When; written into the files where their format has a place for it.
            scorers: Gives the models that may be asked; None when there are none.

        Raises:
            UsageError: There are no rows, or not those that are needed.
        """

    def prepare(self, snapshot: Snapshot, folder: str, monitor: Monitor) -> Prepared:
        """Read a baseline folder.

        Raises:
            BaselineError: A file is missing or damaged.
        """

    def statistics_file(self, kept: bytes) -> bytes:
        """Write what the ledger keeps of a window as the file of Model Monitor or Clarify.

        Args:
            kept: The profile of an execution.

        Raises:
            UsageError: It is damaged.
        """


def seed_of(digest: str) -> int:
    """Give the seed of resampling that belongs to a baseline, 0 to 2^32 - 1."""
    return int(digest.removeprefix("sha256:")[:8], 16)

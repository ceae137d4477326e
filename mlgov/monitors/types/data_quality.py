"""Data quality: the columns of a window against those of the baseline."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from mlgov.monitors import baseline
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import Reference, expected_types
from mlgov.monitors.check import criteria_of, judge
from mlgov.monitors.formats import files
from mlgov.monitors.formats.suggestions import statistics_of
from mlgov.monitors.judgement import Judgement
from mlgov.monitors.profile import Profile
from mlgov.monitors.schema import Monitor
from mlgov.monitors.types.protocol import Job
from mlgov.monitors.windows import Reading, RowCounter
from mlgov.ports import Scorers, Snapshot

READS_LABELS = False


def make(
    batches: Callable[[], Iterable[pa.RecordBatch]],
    monitor: Monitor,
    *,
    at: datetime | None = None,  # noqa: ARG001 - the files have no place for it
    scorers: Scorers | None = None,  # noqa: ARG001 - this type asks no model
) -> dict[str, bytes]:
    """Make profile.json, statistics.json and constraints.json."""
    return baseline.make(batches, monitor.thresholds, monitor.sensitive_columns)


def prepare(snapshot: Snapshot, folder: str, monitor: Monitor) -> "PreparedData":
    """Read a baseline folder. Raises BaselineError."""
    return PreparedData(baseline.hidden(baseline.load(snapshot, folder), monitor.sensitive_columns))


def statistics_file(kept: bytes) -> bytes:
    """Write statistics.json of a window. Raises UsageError."""
    return files.render(statistics_of(profiles.load(kept)))


@dataclass(frozen=True, slots=True)
class PreparedData:
    """A reference profile with its constraints."""

    reference: Reference

    @property
    def digest(self) -> str:
        """Digest of the reference profile."""
        return self.reference.digest

    @property
    def expected(self) -> Mapping[str, pa.DataType]:
        """The types of its columns, in its order."""
        return expected_types(self.reference.profile.layout)

    def tally(self, job: Job) -> "ColumnTally":
        """Start counting."""
        return ColumnTally(self.reference, job)

    def folded(self, reading: Reading, counter: RowCounter, job: Job) -> "ColumnTally":
        """Profile a window part by part."""
        return ColumnTally(self.reference, job, reading.profile(self.reference.profile.layout, counter))


class ColumnTally:
    """Profiles rows in the layout of the reference."""

    def __init__(self, reference: Reference, job: Job, known: Profile | None = None) -> None:
        self._reference, self._job = reference, job
        self._profile = known

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Profile rows; profiles of parts add up exactly."""
        window = (self._job.window.start, self._job.window.end)
        found = profiles.profile(rows, self._reference.profile.layout, window=window)
        self._profile = profiles.merge(self._profile, found) if self._profile else found

    def judgement(self) -> Judgement:
        """Judge by the constraints and distances."""
        if self._profile is None:
            self.add(())
        assert self._profile is not None  # noqa: S101 - for type checkers
        found = judge(self._reference, self._profile, criteria_of(self._job.monitor))
        return replace(found, profile=profiles.render(self._profile))

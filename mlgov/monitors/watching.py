"""One pass over the rows of a window: the whole and its segments counted side by side, then judged."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from mlgov.monitors import segments
from mlgov.monitors.judgement import Judgement
from mlgov.monitors.results import ExecutionStatus, SegmentResult, Violation
from mlgov.monitors.segments import Part
from mlgov.monitors.types import Job, MonitoringModule, Prepared, Tally
from mlgov.monitors.windows import RowCounter
from mlgov.ports import Snapshot

#: Rows of all segments that are held before they are counted: counting has a cost of its own each time.
HELD_ROWS = 1 << 18
#: Checks of the columns that there are.
COLUMN_CHECKS = frozenset({"extra_column_check", "missing_column_check"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a window comes to, with its segments.

    Attributes:
        whole: The judgement on all rows; its violations and warnings have those of the segments.
        segments: What was found about the segments.
    """

    whole: Judgement
    segments: tuple[SegmentResult, ...]


@dataclass(slots=True)
class _Watched:
    """A segment that is being counted."""

    part: Part
    tally: Tally | None
    rows: int = 0
    held: list[pa.RecordBatch] = field(default_factory=list)

    def count(self) -> None:
        if self.tally is not None and self.held:
            self.tally.add(self.held)
        self.held = []


def watch(
    rows: Iterable[pa.RecordBatch],
    counter: RowCounter,
    prepared: Prepared,
    module: MonitoringModule,
    job: Job,
    snapshot: Snapshot,
) -> Seen:
    """Count and judge the rows of a window.

    Args:
        rows: The rows.
        counter: Counts them while they are read.
        prepared: The baseline of the whole.
        module: The monitoring type.
        job: The monitor and its window.
        snapshot: The repository, for the baselines of the segments.

    Raises:
        BaselineError: The baseline of a segment is damaged.
    """
    whole = prepared.tally(job)
    watched = [_Watched(part, _tally(part, module, job, snapshot)) for part in segments.parts_of(snapshot, job.monitor)]
    whole.add(_teed(rows, watched) if watched else rows)
    for each in watched:
        each.count()
    if not counter.judged:
        return Seen(Judgement(ExecutionStatus.NO_DATA), ())
    return _seen(whole.judgement(), [(each, _judged(each)) for each in watched])


def alone(whole: Tally, counter: RowCounter) -> Seen:
    """Judge a window without segments whose rows are counted already."""
    return Seen(whole.judgement() if counter.judged else Judgement(ExecutionStatus.NO_DATA), ())


def _tally(part: Part, module: MonitoringModule, job: Job, snapshot: Snapshot) -> Tally | None:
    """Start counting a segment; None when the baseline does not have it."""
    folder = f"{job.monitor.baseline}/{part.folder}"
    if not any(path.startswith(f"{folder}/") for path in snapshot):
        return None
    return module.prepare(snapshot, folder, job.monitor).tally(job)


def _teed(rows: Iterable[pa.RecordBatch], watched: Sequence[_Watched]) -> Iterator[pa.RecordBatch]:
    """Give rows on, and keep those of segments until there are enough to count."""
    by_part = {each.part: each for each in watched}
    held = 0
    for batch in rows:
        for part, kept in segments.split(batch, list(by_part)):
            by_part[part].rows += kept.num_rows
            by_part[part].held.append(kept)
            held += kept.num_rows
        if held > HELD_ROWS:
            for each in watched:
                each.count()
            held = 0
        yield batch


def _judged(each: _Watched) -> Judgement:
    if each.tally is None:
        return Judgement(ExecutionStatus.INSUFFICIENT_DATA, sentence="The baseline does not have this segment.")
    if not each.rows:
        return Judgement(ExecutionStatus.NO_DATA, sentence="The window has no rows of this segment.")
    return each.tally.judgement()


def _seen(whole: Judgement, judged: Sequence[tuple[_Watched, Judgement]]) -> Seen:
    found = tuple(
        SegmentResult(
            each.part.column, each.part.value, each.rows, said.status, said.sentence, said.columns, said.metrics
        )
        for each, said in judged
    )
    told = {*map(_subject, whole.violations), *map(_subject, whole.warnings)}
    violations = [_placed(v, each.part) for each, said in judged for v in said.violations if _is_news(v, told)]
    warnings = [_placed(w, each.part) for each, said in judged for w in said.warnings if _is_news(w, told)]
    status = ExecutionStatus.COMPLETED_WITH_VIOLATIONS if violations else whole.status
    return Seen(
        Judgement(
            status,
            (*whole.violations, *violations),
            (*whole.warnings, *warnings),
            whole.columns,
            whole.metrics,
            whole.profile,
            whole.sentence,
        ),
        found,
    )


def _subject(remark: Violation) -> tuple[str, str]:
    return remark.feature_name, remark.constraint_check_type


def _is_news(remark: Violation, told: Collection[tuple[str, str]]) -> bool:
    """Say whether a segment's remark has to be made, too: which columns there are is the same in all of them."""
    return remark.constraint_check_type not in COLUMN_CHECKS or _subject(remark) not in told


def _placed(remark: Violation, part: Part) -> Violation:
    segment = f"{part.column}: {part.value}"
    return Violation(remark.feature_name, remark.constraint_check_type, remark.description, segment, remark.about)

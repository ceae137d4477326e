"""Model quality: how well the answers of a window agree with the true labels, against limits of the baseline."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors.baseline import BaselineError, read_file
from mlgov.monitors.cell_text import text_of
from mlgov.monitors.estimates import ScoreCounts
from mlgov.monitors.formats import files
from mlgov.monitors.formats.json_text import Damage
from mlgov.monitors.formats.model_quality import QualityConstraint, QualityStatistics, constraints_of, statistics_of
from mlgov.monitors.judgement import Judgement
from mlgov.monitors.labels import TRUTH
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.quality import estimating, limits, multiclass
from mlgov.monitors.quality.binary import BinaryTally
from mlgov.monitors.quality.estimating import EstimateTally
from mlgov.monitors.quality.measures import Measure
from mlgov.monitors.quality.multiclass import ClassTally
from mlgov.monitors.quality.reading import answers_of, is_positive, positive_labels
from mlgov.monitors.quality.regression import LARGEST, RegressionTally
from mlgov.monitors.quality.scores import ScoreCounts as ExactScores
from mlgov.monitors.quality.scores import curves
from mlgov.monitors.results import ExecutionStatus, Violation
from mlgov.monitors.schedule import moment_text
from mlgov.monitors.schema import Monitor
from mlgov.monitors.types.protocol import Job, seed_of
from mlgov.ports import Scorers, Snapshot

READS_LABELS = True

#: Share of labelled rows without a usable answer from which on that is a violation of its own.
UNUSABLE_SHARE = 0.05


def make(
    batches: Callable[[], Iterable[pa.RecordBatch]],
    monitor: Monitor,
    *,
    at: datetime | None = None,
    scorers: Scorers | None = None,  # noqa: ARG001 - this type asks no model
) -> dict[str, bytes]:
    """Make statistics.json and constraints.json from reference rows with labels. Raises UsageError."""
    counting = QualityTally(monitor)
    counting.add(batches())
    if not counting.usable:
        hint = "Name a file with answers and labels in the columns that the monitor names."
        raise UsageError("The reference data has no row with a usable answer and label.", hint=hint)
    problem = problem_of(monitor)
    made = {
        files.STATISTICS: files.render(counting.statistics(at)),
        files.CONSTRAINTS: files.render(constraints_of(problem, limits.suggest(problem, counting.metrics()))),
    }
    if estimating.applies(monitor) and counting.scores is not None:
        calibrating = EstimateTally(monitor, estimating.edges_of(counting.scores))
        calibrating.add(batches(), labelled=True)
        made |= {estimating.FILE: estimating.render(calibrating.counts)} if calibrating.counts else {}
    return made


def prepare(snapshot: Snapshot, folder: str, monitor: Monitor) -> "PreparedQuality":
    """Read a baseline folder. Raises BaselineError."""
    problem = problem_of(monitor)
    statistics = read_file(snapshot, f"{folder}/{files.STATISTICS}", files.read_quality_statistics)
    path = f"{folder}/{files.CONSTRAINTS}"
    found = read_file(snapshot, path, files.read_quality_constraints).of(problem)
    if not found:
        raise BaselineError(path, Damage(f"The file has no {problem}_constraints."))
    calibrated = f"{folder}/{estimating.FILE}"
    scores = read_file(snapshot, calibrated, estimating.read) if calibrated in snapshot else None
    return PreparedQuality(statistics, found, bytes_digest(snapshot[path].data), scores)


def statistics_file(kept: bytes) -> bytes:
    """Give what the ledger keeps of a window: it has the form of Model Monitor already."""
    return kept


def problem_of(monitor: Monitor) -> str:
    """Give the problem type. Raises UsageError for a monitor that names none."""
    if monitor.problem_type is None:
        raise UsageError(f"'{monitor.name}' has no problem_type.", hint="Say what the model predicts.")
    return monitor.problem_type


@dataclass(frozen=True, slots=True)
class PreparedQuality:
    """Limits, the baseline's own values, and its scores, by which estimates are calibrated."""

    statistics: QualityStatistics
    limits: Mapping[str, QualityConstraint]
    digest: str
    scores: ScoreCounts | None

    @property
    def edges(self) -> tuple[float, ...]:
        """Bins of the scores."""
        return self.scores.edges if self.scores else estimating.PLAIN_EDGES

    @property
    def expected(self) -> Mapping[str, pa.DataType]:
        """Any types will do: labels are compared as text, numbers are read from it."""
        return {}

    def tally(self, job: Job) -> "JudgedTally":
        """Start counting."""
        return JudgedTally(self, job)


class _Kind(Protocol):
    """What differs between the problems."""

    @property
    def scores(self) -> ExactScores | None:
        """Probabilities counted by label; None when there are none."""

    def add(self, rows: pa.RecordBatch) -> int:
        """Count labelled rows and give how many were usable."""

    def metrics(self) -> dict[str, Measure]:
        """Give all metrics by name."""

    def shown(self) -> dict[str, Any]:
        """Give the matrix and curves as statistics.json has them."""


class QualityTally:
    """Counts rows, labelled or not."""

    def __init__(self, monitor: Monitor) -> None:
        self.problem = problem_of(monitor)
        self._kind: _Kind = _KINDS[self.problem](monitor)
        self.rows = self.labelled = self.usable = 0

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Count rows."""
        for batch in rows:
            self.rows += batch.num_rows
            empty = arrow.gaps(batch.column(TRUTH))
            known = batch if empty is None else batch.filter(arrow.mask(~empty))
            self.labelled += known.num_rows
            if known.num_rows:
                self.usable += self._kind.add(known)

    @property
    def scores(self) -> ExactScores | None:
        """Probabilities counted by label; None when the problem has none."""
        return self._kind.scores

    def metrics(self) -> dict[str, Measure]:
        """Give all metrics by name."""
        return self._kind.metrics()

    def statistics(self, at: datetime | None = None) -> QualityStatistics:
        """Give what was counted as statistics.json."""
        written = {**self._kind.shown(), **self.metrics()}
        when = moment_text(at) if at else None
        return statistics_of(self.problem, written, rows=self.usable, evaluation_time=when)


class JudgedTally:
    """Counts rows and holds them against the limits."""

    def __init__(self, prepared: PreparedQuality, job: Job) -> None:
        self._prepared, self._job = prepared, job
        self._counting = QualityTally(job.monitor)
        self._estimate = EstimateTally(job.monitor, prepared.edges) if estimating.applies(job.monitor) else None

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Count rows."""
        for batch in rows:
            self._counting.add([batch])
            if self._estimate:
                self._estimate.add([batch])

    def judgement(self) -> Judgement:
        """Judge the metrics by their limits."""
        counting, monitor = self._counting, self._job.monitor
        seed = seed_of(self._prepared.digest)
        estimates = self._estimate.results(self._prepared.scores, seed) if self._estimate else ()
        if not counting.labelled:
            sentence = f"None of {counting.rows:,} rows has a true label yet."
            return Judgement(ExecutionStatus.NO_GROUND_TRUTH, metrics=estimates, sentence=sentence)
        found = limits.judge(
            counting.metrics(),
            self._prepared.limits,
            self._prepared.statistics.values(counting.problem),
            minimum_rows=monitor.minimum_rows,
            rows=counting.usable,
            standard=monitor.mode == "standard",
        )
        profile = files.render(counting.statistics(self._job.window.end))
        return _with_unusable(replace(found, profile=profile, metrics=found.metrics + estimates), counting)


def _with_unusable(found: Judgement, counting: QualityTally) -> Judgement:
    """Say how many labelled rows have an answer or a label that cannot be used."""
    unusable = counting.labelled - counting.usable
    if not unusable:
        return found
    share = unusable / counting.labelled
    text = (
        f"{unusable:,} of {counting.labelled:,} labelled rows ({share:.2%}) have no answer or label that can be read."
    )
    remark = (Violation("", "unusable_rows_check", text),)
    if share < UNUSABLE_SHARE:
        return replace(found, warnings=found.warnings + remark)
    return replace(found, violations=remark + found.violations, status=ExecutionStatus.COMPLETED_WITH_VIOLATIONS)


# The three problems


class _Binary:
    def __init__(self, monitor: Monitor) -> None:
        self._monitor, self._tally = monitor, BinaryTally()
        self._positive = positive_labels(monitor)

    @property
    def scores(self) -> ExactScores | None:
        return self._tally.scores

    def add(self, rows: pa.RecordBatch) -> int:
        said = answers_of(rows, self._monitor, self._positive)
        usable = said.usable
        truth = is_positive(rows.column(TRUTH), self._positive)
        probabilities = None if said.probabilities is None else said.probabilities[usable]
        self._tally.add(truth[usable], said.positive[usable], probabilities)
        return int(usable.sum())

    def metrics(self) -> dict[str, Measure]:
        return self._tally.metrics()

    def shown(self) -> dict[str, Any]:
        cells, named = self._tally.confusion, sorted(text or "" for text in self._positive)
        positive = named[0] if len(named) == 1 else " or ".join(named)
        negative = "0" if positive == "1" else f"not {positive}"
        matrix = {
            negative: {negative: cells.true_negative, positive: cells.false_positive},
            positive: {negative: cells.false_negative, positive: cells.true_positive},
        }
        return {"confusion_matrix": matrix, **(curves(self._tally.scores) if self._tally.scores else {})}


class _Multiclass:
    scores: ExactScores | None = None

    def __init__(self, monitor: Monitor) -> None:
        self._tally = ClassTally()
        self._answer = monitor.inference_attribute or ""
        self._positive = text_of(monitor.label_values[0]) if monitor.label_values else None

    def add(self, rows: pa.RecordBatch) -> int:
        empty = arrow.gaps(rows.column(self._answer))
        usable = rows if empty is None else rows.filter(arrow.mask(~empty))
        self._tally.add(usable.column(TRUTH).to_pylist(), usable.column(self._answer).to_pylist())
        return int(usable.num_rows)

    def metrics(self) -> dict[str, Measure]:
        return multiclass.metrics(self._tally.matrix(), self._positive)

    def shown(self) -> dict[str, Any]:
        matrix = self._tally.matrix()
        rows = [dict(zip(matrix.labels, row.tolist(), strict=True)) for row in matrix.counts]
        return {"confusion_matrix": dict(zip(matrix.labels, rows, strict=True))}


class _Regression:
    scores: ExactScores | None = None

    def __init__(self, monitor: Monitor) -> None:
        self._tally, self._answer = RegressionTally(), monitor.inference_attribute or ""

    def add(self, rows: pa.RecordBatch) -> int:
        truth = numbers(rows.column(TRUTH)).values
        answers = numbers(rows.column(self._answer)).values
        usable = (np.abs(truth) <= LARGEST) & (np.abs(answers) <= LARGEST)
        self._tally.add(truth[usable], answers[usable])
        return int(usable.sum())

    def metrics(self) -> dict[str, Measure]:
        return self._tally.metrics()

    def shown(self) -> dict[str, Any]:
        return {}


_KINDS: Mapping[str, Callable[[Monitor], _Kind]] = {
    "binary_classification": _Binary,
    "multiclass_classification": _Multiclass,
    "regression": _Regression,
}

"""Bias: how differently the model, or its data, treats the people of a facet, against limits of the baseline."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors.baseline import read_file
from mlgov.monitors.bias import (
    METRICS,
    BiasReport,
    BiasTable,
    Choice,
    Coded,
    above,
    clarify,
    count,
    flip_test,
    measure,
    of_values,
)
from mlgov.monitors.bias import merge as merged
from mlgov.monitors.bias.clarify import BiasAnalysis, MetricEntry
from mlgov.monitors.bias.flips import Flips
from mlgov.monitors.bias.limits import Limits, decide, farther_from_zero, suggest
from mlgov.monitors.bias.measure import BiasEstimate
from mlgov.monitors.cell_text import text_of
from mlgov.monitors.judgement import Judgement, status_of
from mlgov.monitors.labels import TRUTH, columns_of
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.quality.intervals import tidy
from mlgov.monitors.results import ExecutionStatus, MetricResult, Violation
from mlgov.monitors.row_sample import RowSample, features_of
from mlgov.monitors.schema import Facet, Monitor
from mlgov.monitors.types.protocol import Job, seed_of
from mlgov.monitors.verdicts import Verdict
from mlgov.ports import Scorers, Snapshot

READS_LABELS = True
ANALYSIS = "analysis.json"
CHECK = "bias_drift_check"

#: The flip test needs the features of single rows, which no count has: it runs on a sample, when features are named.
COUNTED = tuple(code for code in METRICS if code != "FT")


def make(
    batches: Callable[[], Iterable[pa.RecordBatch]],
    monitor: Monitor,
    *,
    at: datetime | None = None,  # noqa: ARG001 - the file has no place for it
    scorers: Scorers | None = None,  # noqa: ARG001 - this type asks no model
) -> dict[str, bytes]:
    """Make analysis.json with a limit for each metric that could be measured. Raises UsageError."""
    counting = BiasTally(monitor)
    counting.add(batches())
    if not counting.rows:
        raise UsageError("The reference data has no rows.", hint="Name a file with rows.")
    reports = counting.reports(0)
    limits = {
        (report.facet, report.choice.label, each.code): suggest(each)
        for report in reports
        for each in report.estimates
        if each.value is not None
    }
    analysis = clarify.analysis_of(reports, monitor.ground_truth_attribute or "label", limits=limits)
    return {ANALYSIS: clarify.render(analysis)}


def prepare(snapshot: Snapshot, folder: str, monitor: Monitor) -> "PreparedBias":
    """Read a baseline folder. Raises BaselineError."""
    path = f"{folder}/{ANALYSIS}"
    found = read_file(snapshot, path, clarify.read)
    return PreparedBias(found, bytes_digest(snapshot[path].data), monitor)


def statistics_file(kept: bytes) -> bytes:
    """Give what the ledger keeps of a window: it has the form of Clarify already."""
    return kept


@dataclass(frozen=True, slots=True)
class PreparedBias:
    """The baseline's values and limits."""

    analysis: BiasAnalysis
    digest: str
    monitor: Monitor

    @property
    def expected(self) -> Mapping[str, pa.DataType]:
        """Any types will do."""
        return {}

    def tally(self, job: Job) -> "JudgedTally":
        """Start counting."""
        return JudgedTally(self, job)


class BiasTally:
    """Counts rows by group, facet, label and answer, for every facet of a monitor."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self._positive = positive_of(monitor)
        self._tables: dict[str, BiasTable] = {}
        kept = columns_of(monitor)
        self._features = [name for name in monitor.features if name in kept.numbers]
        self._sample = RowSample() if self._features else None
        self.rows = self.labelled = 0

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Count rows. Raises UsageError when a column has too many values."""
        for batch in rows:
            self.rows += batch.num_rows
            self.labelled += batch.num_rows - batch.column(TRUTH).null_count
            if self._sample:
                self._sample.add(batch)
            for facet in self._monitor.facets:
                found = self._counted(facet, batch)
                known = self._tables.get(facet.name)
                self._tables[facet.name] = merged([known, found]) if known else found

    def _counted(self, facet: Facet, batch: pa.RecordBatch) -> BiasTable:
        monitor = self._monitor
        has_labels = monitor.ground_truth is not None or monitor.ground_truth_attribute is not None
        groups = monitor.group_variable
        return count(
            facet.name,
            coded_column(batch.column(facet.name)),
            facet_choice=choice_of(facet),
            labels=coded_column(batch.column(TRUTH)) if has_labels else None,
            predictions=self._answers(batch),
            label_choice=self._positive,
            groups=coded_column(batch.column(groups)) if groups else None,
        )

    def _answers(self, batch: pa.RecordBatch) -> Coded:
        monitor = self._monitor
        if monitor.inference_attribute:
            return coded_column(batch.column(monitor.inference_attribute))
        probabilities = numbers(batch.column(monitor.probability_attribute or "")).values
        yes = self._positive.values[0] if self._positive.values else "1"
        codes = (probabilities >= monitor.probability_threshold).astype(np.int64)
        codes[np.isnan(probabilities)] = 2
        return Coded(codes, ("1" if yes == "0" else "0", yes, None))

    def reports(self, seed: int) -> list[BiasReport]:
        """Measure every facet; one without values measures each of its values against the others."""
        return [report for facet in self._monitor.facets for report in self._reports(facet, seed)]

    def _reports(self, facet: Facet, seed: int) -> Sequence[BiasReport]:
        table, choice = self._tables.get(facet.name), choice_of(facet)
        if table is None:
            return ()
        choices = [choice] if choice else [of_values(value) for value in table.facet_values]
        codes = tuple(METRICS) if self._sample else COUNTED
        return [
            measure(table, each, self._positive, metrics=codes, flips=self._flips(facet, each), seed=seed)
            for each in choices
        ]

    def _flips(self, facet: Facet, choice: Choice) -> Flips | None:
        """Run the flip test on the sampled rows whose facet and answer are known."""
        rows = self._sample.rows if self._sample else None
        if rows is None:
            return None
        in_facet = _held(choice, coded_column(rows.column(facet.name)))
        positive = _held(self._positive, self._answers(rows))
        known = (in_facet >= 0) & (positive >= 0)
        table = features_of(rows, self._features)
        return flip_test(table[known], in_facet[known] == 1, positive[known] == 1)


def choice_of(facet: Facet) -> Choice | None:
    """Give the values of a facet that are looked at; None for each in turn."""
    if facet.threshold is not None:
        return above(facet.threshold)
    return of_values(*map(text_of, facet.values)) if facet.values else None


def positive_of(monitor: Monitor) -> Choice:
    """Give the labels that are positive."""
    if monitor.label_threshold is not None:
        return above(monitor.label_threshold)
    return of_values(*map(text_of, monitor.label_values or ["1"]))


def _held(choice: Choice, column: Coded) -> npt.NDArray[np.int64]:
    """Say of each row whether its value counts: 1, 0, or -1 where there is none, shape ``(rows,)``."""
    column = choice.coded(column)
    return np.array([-1 if text is None else int(choice.holds(text)) for text in column.texts])[column.codes]


def coded_column(column: pa.Array) -> Coded:
    """Give a column as places in a list of its different values."""
    encoded = column.dictionary_encode()
    texts = [text_of(value) for value in encoded.dictionary.to_pylist()]
    return Coded(arrow.word_index(encoded), (*texts, None))


class JudgedTally:
    """Counts rows and holds the metrics against the baseline."""

    def __init__(self, prepared: PreparedBias, job: Job) -> None:
        self._prepared, self._monitor = prepared, job.monitor
        self._counting = BiasTally(job.monitor)

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Count rows."""
        self._counting.add(rows)

    def judgement(self) -> Judgement:
        """Judge every metric of every facet."""
        counting, monitor = self._counting, self._monitor
        reports = counting.reports(seed_of(self._prepared.digest))
        profile = clarify.render(clarify.analysis_of(reports, monitor.ground_truth_attribute or "label"))
        enough = counting.rows >= monitor.minimum_rows
        judged = [
            _judged(report, each, self._prepared.analysis, enough=enough, standard=monitor.mode == "standard")
            for report in reports
            for each in report.estimates
        ]
        violations, warnings = tuple(_remarks(judged, Verdict.VIOLATION)), tuple(_remarks(judged, Verdict.WARNING))
        sentence = "" if enough else f"{counting.rows:,} rows; the monitor wants {monitor.minimum_rows:,}."
        status = status_of([result.verdict for result in judged]) if enough else ExecutionStatus.INSUFFICIENT_DATA
        return Judgement(status, violations, warnings, metrics=tuple(judged), profile=profile, sentence=sentence)


def _judged(
    report: BiasReport, each: BiasEstimate, analysis: BiasAnalysis, *, enough: bool, standard: bool
) -> MetricResult:
    known = analysis.metric(report.facet, report.choice, each.code)
    limits = _limits(each.code, known)
    verdict, sentence = Verdict.INSUFFICIENT, ""
    if each.code == "FT" and known is not None and known.limits is None:
        verdict, sentence = Verdict.NOT_COMPARED, "Clarify's flip test has another sign: make a baseline with mlgov."
    elif known is None or limits is None:
        verdict, sentence = Verdict.NOT_COMPARED, "The baseline does not have this metric."
    elif enough:
        verdict, sentence = _verdict(each, limits, known, standard=standard)
    return MetricResult(
        name=each.code,
        value=tidy(each.value),
        verdict=verdict.value,
        sentence=sentence,
        about=f"{report.facet}: {report.choice.label}",
        standard_error=tidy(each.standard_error),
        lower=tidy(each.low),
        upper=tidy(each.high),
        baseline=known.number if known else None,
        lowest=limits.low if limits else None,
        highest=limits.high if limits else None,
        count=each.a_rows + each.d_rows,
    )


def _limits(code: str, known: MetricEntry | None) -> Limits | None:
    """Give the limits of the file; those that mlgov would suggest where Clarify made it."""
    if known is None or (known.limits is None and known.number is None):
        return None
    return known.limits or suggest(BiasEstimate(code, known.number))


def _verdict(each: BiasEstimate, limits: Limits, known: MetricEntry, *, standard: bool) -> tuple[Verdict, str]:
    if standard:
        found = decide(each, limits)
        return found.verdict, found.reason
    if each.value is None or known.number is None:
        return Verdict.NOT_COMPARED, each.reason
    if farther_from_zero(each.value, known.number):
        return Verdict.VIOLATION, f"Value {each.value} does not meet the constraint requirement"
    return Verdict.OK, ""


def _remarks(judged: Sequence[MetricResult], verdict: Verdict) -> Iterator[Violation]:
    for result in judged:
        if result.verdict == verdict:
            yield Violation(result.name, CHECK, result.sentence, about=result.about)

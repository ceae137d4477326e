"""Feature attribution drift: whether the predictions of a window rest on the same features as those of the baseline.

Attributions come with the data, one column per feature (SHAP values, for instance). For a monitor that names a scorer
they are worked out: the model is asked about a sample of the rows, chosen by what they hold.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors.attribution import (
    AttributionComparison,
    AttributionSums,
    AttributionVerdict,
    add_up,
    asking,
    clarify,
    compare,
    compare_values,
    decide,
    loaded,
    rendered,
)
from mlgov.monitors.attribution import merge as merged
from mlgov.monitors.attribution.verdicts import SAGEMAKER_NDCG
from mlgov.monitors.baseline import BaselineError, read_file
from mlgov.monitors.formats import json_text
from mlgov.monitors.formats.json_text import Damage, DamageError
from mlgov.monitors.judgement import Judgement, status_of
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.numbers import Floats, numbers
from mlgov.monitors.quality.intervals import tidy
from mlgov.monitors.results import ExecutionStatus, MetricResult, Portion, Violation
from mlgov.monitors.row_sample import RowSample
from mlgov.monitors.schema import Monitor
from mlgov.monitors.types.needs import BACKGROUND
from mlgov.monitors.types.protocol import Job, seed_of
from mlgov.monitors.verdicts import Verdict
from mlgov.ports import Scorers, Snapshot

READS_LABELS = False
ANALYSIS = "analysis.json"
#: Exact sums over the baseline's rows, from which chance is known; Clarify's own baselines have none.
SUMS = "attributions.json"
FORMAT = "mlgov/attributions/v1"
LABEL = "label0"
CHECK = clarify.CHECK_TYPE
#: Features that a record lists when attributions moved.
MOST_PORTIONS = 10


def make(
    batches: Callable[[], Iterable[pa.RecordBatch]],
    monitor: Monitor,
    *,
    at: datetime | None = None,  # noqa: ARG001 - the files have no place for it
    scorers: Scorers | None = None,
) -> dict[str, bytes]:
    """Make analysis.json and the sums behind it, for a model that is asked its background. Raises UsageError."""
    counting = AskedTally(monitor, LABEL, scorers) if monitor.scorer else AttributionTally(monitor, LABEL)
    counting.add(batches())
    if counting.sums is None:
        raise UsageError("The reference data has no rows.", hint="Name a file with rows.")
    files = {
        ANALYSIS: clarify.render(clarify.explanation_of([counting.sums])),
        SUMS: _written(counting.sums),
    }
    if isinstance(counting, AskedTally):
        files[BACKGROUND] = asking.render(counting.background)
    return files


def prepare(snapshot: Snapshot, folder: str, monitor: Monitor) -> "PreparedAttributions":
    """Read a baseline folder, or the file that the monitor names instead. Raises BaselineError."""
    own = monitor.shap_baseline if folder == monitor.baseline else None
    path = own or f"{folder}/{ANALYSIS}"
    values = read_file(snapshot, path, clarify.read, is_ours=not own).global_values
    if not values:
        raise BaselineError(path, Damage("The file has no explanations.kernel_shap."))
    sums = read_file(snapshot, f"{folder}/{SUMS}", _read_sums) if not own and f"{folder}/{SUMS}" in snapshot else None
    label = next(iter(values))
    background = read_file(snapshot, f"{folder}/{BACKGROUND}", asking.read) if monitor.scorer else None
    return PreparedAttributions(label, values[label], sums, bytes_digest(snapshot[path].data), background)


def statistics_file(kept: bytes) -> bytes:
    """Write Clarify's analysis.json of a window. Raises UsageError."""
    try:
        return clarify.render(clarify.explanation_of([_read_sums(kept)]))
    except DamageError as error:
        raise UsageError(str(error), hint="Run the window again.") from None


def _written(sums: AttributionSums) -> bytes:
    return (json.dumps({"format": FORMAT, **rendered(sums)}, indent=1, sort_keys=True) + "\n").encode()


def _read_sums(data: bytes) -> AttributionSums:
    value = json_text.read(data)
    try:
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise ValueError(f"its format should be {FORMAT}")
        return loaded(value)
    except ValueError as error:
        raise DamageError(Damage(f"The sums of attributions are damaged: {error}.")) from None


@dataclass(frozen=True, slots=True)
class PreparedAttributions:
    """The baseline's attributions of one label."""

    label: str
    values: Mapping[str, float]
    sums: AttributionSums | None
    digest: str
    background: Mapping[str, float] | None = None

    @property
    def expected(self) -> Mapping[str, pa.DataType]:
        """Any types will do: numbers are read from text."""
        return {}

    def tally(self, job: Job) -> "JudgedTally":
        """Start counting."""
        return JudgedTally(self, job)


class AttributionTally:
    """Adds up attributions."""

    def __init__(self, monitor: Monitor, label: str) -> None:
        self._prefix, self._label = monitor.attribution_prefix or "", label
        self._name = monitor.name
        self.sums: AttributionSums | None = None
        self.rows = 0

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Add up rows. Raises UsageError when no column holds attributions."""
        for batch in rows:
            self.rows += batch.num_rows
            found = self._added(batch)
            self.sums = merged([self.sums, found]) if self.sums else found

    def _added(self, batch: pa.RecordBatch) -> AttributionSums:
        names = batch.schema.names
        prefix = self._prefix
        features = {name.removeprefix(prefix): name for name in names if name.startswith(prefix) and name != prefix}
        if not features:
            hint = "Name what the columns with attributions start with in attribution_prefix."
            raise UsageError(f"No column starts with '{prefix}'.", hint=hint)
        attributions = {feature: _numbers(batch, name) for feature, name in features.items()}
        values = {
            feature: _numbers(batch, feature)
            for feature in features
            if feature in names and arrow.is_number(batch.column(feature).type)
        }
        return add_up(attributions, values=values, label=self._label)


class AskedTally:
    """Keeps a sample of rows and asks the model about them at the end.

    Args:
        monitor: The monitor; it names a scorer and features.
        label: The label that the attributions are for.
        scorers: Gives the model.
        background: Values by feature that stand for "not known"; the medians of the sample when None.
        seed: Of the orders in which features are looked at, 0 to 2^32 - 1.
    """

    def __init__(
        self,
        monitor: Monitor,
        label: str,
        scorers: Scorers | None,
        background: Mapping[str, float] | None = None,
        seed: int = 0,
    ) -> None:
        self._names, self._label, self._seed = list(dict.fromkeys(monitor.features)), label, seed
        self._scorer, self._scorers, self._known = monitor.scorer or "", scorers, background
        self._sample = RowSample(asking.ASKED_ROWS)
        self._sums: AttributionSums | None = None
        self.rows = 0

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Keep some of the rows; those with a feature that is no finite number are not asked about."""
        for batch in rows:
            self.rows += batch.num_rows
            self._sample.add(asking.features_of(batch, self._names))

    @property
    def background(self) -> Mapping[str, float]:
        """What stands for "not known". Raises UsageError when it lacks a feature."""
        return self._known if self._known is not None else asking.medians(self._sample.rows, self._names)

    @property
    def sums(self) -> AttributionSums | None:
        """The attributions, added up; None without rows. Raises ScorerError and UsageError."""
        rows = self._sample.rows
        if self._sums is None and rows is not None and rows.num_rows:  # no cached_property: it locks out other tallies
            self._sums = self._asked(rows)
        return self._sums

    def _asked(self, rows: pa.RecordBatch) -> AttributionSums:
        if self._scorers is None:
            raise UsageError("No model may be asked here.", hint="Run the monitor with 'mlgov monitor run'.")
        model = self._scorers(self._scorer)
        return asking.asked(model, rows, self._names, self.background, seed=self._seed, label=self._label)


def _numbers(batch: pa.RecordBatch, name: str) -> Floats:
    return numbers(arrow.stored(batch.column(name))).values


class JudgedTally:
    """Adds up attributions and holds them against the baseline."""

    def __init__(self, prepared: PreparedAttributions, job: Job) -> None:
        self._prepared, self._monitor = prepared, job.monitor
        self._counting: AttributionTally | AskedTally = AttributionTally(job.monitor, prepared.label)
        if job.monitor.scorer:
            seed = seed_of(prepared.digest)
            self._counting = AskedTally(job.monitor, prepared.label, job.scorers, prepared.background, seed)

    def add(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Add up rows."""
        self._counting.add(rows)

    def judgement(self) -> Judgement:
        """Judge by what moved."""
        sums, prepared = self._counting.sums, self._prepared
        if sums is None:
            said = "No row has all features of the monitor as finite numbers." if self._counting.rows else ""
            return Judgement(ExecutionStatus.INSUFFICIENT_DATA if said else ExecutionStatus.NO_DATA, sentence=said)
        found = (
            compare(prepared.sums, sums, seed=seed_of(prepared.digest))
            if prepared.sums
            else compare_values(prepared.values, sums.global_values, label=prepared.label)
        )
        if self._counting.rows < self._monitor.minimum_rows:
            said = f"{self._counting.rows:,} rows; the monitor wants {self._monitor.minimum_rows:,}."
            return Judgement(ExecutionStatus.INSUFFICIENT_DATA, profile=_written(sums), sentence=said)
        results = _standard(found) if self._monitor.mode == "standard" else _sagemaker(found)
        violations, warnings = tuple(_remarks(results, Verdict.VIOLATION)), tuple(_remarks(results, Verdict.WARNING))
        status = status_of([result.verdict for result in results if result.verdict])
        return Judgement(status, violations, warnings, metrics=tuple(results), profile=_written(sums))


def _standard(found: AttributionComparison) -> list[MetricResult]:
    return [*_shown(found), *(_result(each, found) for each in decide(found))]


def _portions(found: AttributionComparison) -> tuple[Portion, ...]:
    """Give the features whose share of all attribution changed most, on both sides."""
    return tuple(
        Portion(each.feature, tidy(each.baseline_share) or 0.0, tidy(each.current_share) or 0.0)
        for each in found.shifts[:MOST_PORTIONS]
    )


def _sagemaker(found: AttributionComparison) -> list[MetricResult]:
    verdict, text = Verdict.NOT_COMPARED, "NDCG is not defined."
    if found.ndcg is not None and found.ndcg < SAGEMAKER_NDCG:
        verdict, text = (
            Verdict.VIOLATION,
            f"Feature attribution drift {found.ndcg} exceeds threshold {SAGEMAKER_NDCG:g}",
        )
    elif found.ndcg is not None:
        verdict, text = Verdict.OK, ""
    judged = MetricResult(
        clarify.METRIC_NAME,
        tidy(found.ndcg),
        verdict.value,
        text,
        found.label,
        lowest=SAGEMAKER_NDCG,
        portions=_portions(found) if verdict is Verdict.VIOLATION else (),
    )
    return [judged, *_shown(found)[1:]]


def _shown(found: AttributionComparison) -> list[MetricResult]:
    """Give numbers that are only shown: those judged say how far they are from no change."""
    rows = found.m or 0
    pairs = (("ndcg", found.ndcg), ("spearman", found.spearman), ("scale", found.scale))
    return [MetricResult(name, tidy(value), about=found.label, count=rows) for name, value in pairs]


def _result(each: AttributionVerdict, found: AttributionComparison) -> MetricResult:
    return MetricResult(
        name=each.statistic,
        value=tidy(each.value),
        verdict=each.verdict.value,
        sentence=each.reason,
        about=each.label,
        highest=each.threshold.violate,
        count=found.m or 0,
        portions=_portions(found) if each.verdict in (Verdict.VIOLATION, Verdict.WARNING) else (),
    )


def _remarks(results: Sequence[MetricResult], verdict: Verdict) -> Iterator[Violation]:
    for result in results:
        if result.verdict == verdict:
            yield Violation(result.name, CHECK, result.sentence, about=result.about)

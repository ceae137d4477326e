"""Judging a window: constraints and distances in, verdicts, violations and a status out. Pure.

Two modes:

- standard: distances by the decision rule of `verdicts` (effect size first, chance second, "cannot tell yet" as an
  answer). Constraints are shares of rows that must be right; one is broken when too few are and chance does not explain
  it. A new column is a warning.
- sagemaker: what Model Monitor does with constraints.json, number by number; chance is not asked.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import inf, isfinite

from mlgov.monitors.baseline import Reference
from mlgov.monitors.column_result import BrokenLimit, ColumnResult, StatisticResult
from mlgov.monitors.constraint_checks import shares_of, unchecked
from mlgov.monitors.distances import ColumnComparison, compare, deequ_robust
from mlgov.monitors.explaining import explained
from mlgov.monitors.formats.constraints import Applied, applied
from mlgov.monitors.judgement import Judgement
from mlgov.monitors.profile import ColumnKind, Profile
from mlgov.monitors.results import ExecutionStatus, Violation
from mlgov.monitors.schema import Monitor, Thresholds
from mlgov.monitors.verdicts import ColumnVerdict, Rule, Threshold, Verdict, decide
from mlgov.monitors.windows import ignored_columns

#: What decided -> Model Monitor's name of the check; anything else is a drifted distribution.
CHECK_TYPES = {
    "null_share": "completeness_check",
    "unseen_share": "categorical_values_check",
    Rule.MISSING_COLUMN: "missing_column_check",
    Rule.DATA_TYPE: "data_type_check",
}
DRIFT = "baseline_drift_check"
CHI_SQUARED = "chi-squared p-value"

#: How cells of captures are called whose number is not that of the baseline's columns.
_NAMELESS = re.compile(r"_c\d+")
_ORDER = list(Verdict)
_NEVER = Threshold(inf, inf)


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a window is judged by.

    Attributes:
        mode: ``standard`` or ``sagemaker``.
        thresholds: Limits by statistic, for mode standard.
        fdr_q: Accepted share of false alarms among the columns called drifted.
        minimum_rows: A window with fewer rows is not judged by its distributions.
        ignored: Columns that are not looked at.
    """

    mode: str = "standard"
    thresholds: Thresholds = field(default_factory=Thresholds)
    fdr_q: float = 0.05
    minimum_rows: int = 30
    ignored: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Remark:
    """Something that was found about a column."""

    verdict: Verdict
    check_type: str
    sentence: str
    limit: BrokenLimit | None = None


def criteria_of(monitor: Monitor) -> Criteria:
    """Say what the windows of a monitor are judged by."""
    return Criteria(monitor.mode, monitor.thresholds, monitor.fdr_q, monitor.minimum_rows, ignored_columns(monitor))


def judge(reference: Reference, current: Profile, criteria: Criteria) -> Judgement:
    """Judge a window against its reference.

    Args:
        reference: The baseline.
        current: The window, profiled in the reference's layout; it has rows.
        criteria: What it is judged by.
    """
    found = compare(reference.profile, current)
    comparisons = [_known(c, reference) for c in found if _is_compared(c.column, reference, criteria)]
    verdicts = {verdict.column: verdict for verdict in _decided(comparisons, reference, criteria)}
    remarks: dict[str, list[_Remark]] = defaultdict(list)
    standard = criteria.mode == "standard"
    for comparison in comparisons:
        said = (
            _standard(verdicts[comparison.column], current.rows, criteria.minimum_rows)
            if standard
            else _sagemaker(comparison, applied(reference.constraints, comparison.column))
        )
        remarks[comparison.column].extend(said)
    for column, remark in _constraints(reference, current, criteria.ignored, standard=standard):
        remarks[column].append(remark)
    thresholds = dict(criteria.thresholds) if standard else {}
    columns = tuple(_column(c, verdicts[c.column], remarks[c.column], thresholds) for c in comparisons)
    return _judgement(explained(columns, reference.profile, current), remarks)


def _is_compared(column: str, reference: Reference, criteria: Criteria) -> bool:
    return column not in criteria.ignored and applied(reference.constraints, column).compare


def _known(comparison: ColumnComparison, reference: Reference) -> ColumnComparison:
    """Leave out what the reference is too coarse for."""
    unknown = reference.unknown.get(comparison.column, ())
    kept = {name: estimate for name, estimate in comparison.statistics.items() if name not in unknown}
    return replace(comparison, statistics=kept)


def _decided(comparisons: list[ColumnComparison], reference: Reference, criteria: Criteria) -> list[ColumnVerdict]:
    """Apply the decision rule.

    Columns with a list of allowed values are judged by that list and not by the values of the baseline; types are
    judged by the constraints. Where the Wasserstein distance is not known, the shift of the mean takes its place, which
    it never is below.
    """
    shift = Threshold(criteria.thresholds.w1_sigma.warn, criteria.thresholds.w1_sigma.violate)
    moved = {column: {"mean_shift": shift} for column, names in reference.unknown.items() if "w1_sigma" in names}
    listed = [f.name for f in reference.constraints.features if f.string_constraints and f.string_constraints.domains]
    return decide(
        comparisons,
        {name: Threshold(threshold.warn, threshold.violate) for name, threshold in criteria.thresholds},
        q=criteria.fdr_q,
        overrides=moved | {name: {"unseen_share": _NEVER} for name in listed},
        type_tolerance=1.0,
    )


def _standard(verdict: ColumnVerdict, rows: int, minimum_rows: int) -> Iterator[_Remark]:
    if rows < minimum_rows and verdict.rule is Rule.DISTANCE:
        yield _Remark(Verdict.INSUFFICIENT, DRIFT, _too_few(verdict, rows, minimum_rows))
        return
    decided_by = verdict.statistic if verdict.rule is Rule.DISTANCE else verdict.rule
    yield _Remark(verdict.verdict, CHECK_TYPES.get(decided_by or "", DRIFT), _reason(verdict))


def _too_few(verdict: ColumnVerdict, rows: int, minimum_rows: int) -> str:
    least = f"The window has {rows:,} rows; the monitor wants {minimum_rows:,}"
    if verdict.rows_needed is None or verdict.rows_needed <= minimum_rows:
        return f"{least}."
    return f"{least}, and at least {verdict.rows_needed:,} are needed to tell drift from chance."


def _sagemaker(comparison: ColumnComparison, config: Applied) -> Iterator[_Remark]:
    if comparison.missing:
        sentence = "There are missing columns in the current dataset. Number of columns in current dataset is lower."
        yield _Remark(Verdict.VIOLATION, CHECK_TYPES[Rule.MISSING_COLUMN], sentence)
        return
    if comparison.not_compared:
        yield _Remark(Verdict.NOT_COMPARED, DRIFT, f"Not compared, because {comparison.not_compared}.")
        return
    categorical = comparison.kind is ColumnKind.CATEGORICAL
    if categorical and config.chi_squared:
        if comparison.p is not None and comparison.p < config.categorical_comparison_threshold:
            limit = config.categorical_comparison_threshold
            sentence = f"Chi-squared p-value: {comparison.p} is below threshold: {limit}"
            broken = BrokenLimit(DRIFT, _tidy(comparison.p), limit, CHI_SQUARED)
            yield _Remark(Verdict.VIOLATION, DRIFT, sentence, broken)
        return
    distance = linf(comparison, robust=config.robust)
    threshold = config.categorical_comparison_threshold if categorical else config.comparison_threshold
    if distance is not None and distance > threshold:
        sentence = f"Baseline drift distance: {distance} exceeds threshold: {threshold}"
        yield _Remark(Verdict.VIOLATION, DRIFT, sentence, BrokenLimit(DRIFT, _tidy(distance), threshold, "distance"))


def linf(comparison: ColumnComparison, *, robust: bool) -> float | None:
    """Give Model Monitor's distance: L-infinity of distribution functions or of category shares.

    The robust one takes off what chance gives: ``max(0, D - 1.8 * sqrt(1/n + 1/m))``.

    Returns:
        The distance, 0 to 1; None without values.
    """
    found = comparison.statistics.get("linf" if comparison.kind is ColumnKind.CATEGORICAL else "ks")
    if found is None or found.value is None or not comparison.n or not comparison.m:
        return None
    return deequ_robust(found.value, comparison.n, comparison.m) if robust else found.value


def _constraints(
    reference: Reference, current: Profile, ignored: Collection[str], *, standard: bool
) -> Iterator[tuple[str, _Remark]]:
    for share in shares_of(reference.constraints, current, ignored=ignored, standard=standard):
        if share.is_below_beyond_chance if standard else share.is_below:
            sentence = share.sentence if standard else share.sagemaker_text
            what = f"share of {share.wrong_words.replace(' ', ' that ', 1)}"
            broken = BrokenLimit(share.check_type, _tidy(1 - share.share), _tidy(1 - share.required), what)
            yield share.column, _Remark(Verdict.VIOLATION, share.check_type, sentence, broken)
    for name, check, sentence in unchecked(reference.constraints, current, ignored=ignored):
        yield name, _Remark(Verdict.WARNING, check, sentence)
    nameless = _nameless(current)
    for name, rows in current.extra_columns:
        if name not in ignored:
            sentence = f"The baseline does not know this column; {rows:,} rows have it."
            if name in nameless[:1]:
                cells, columns = len(nameless), len(current.columns)
                sentence += f" Rows have {cells} cells without names, the baseline {columns} columns: none is named."
            verdict = Verdict.WARNING if standard else Verdict.VIOLATION
            yield name, _Remark(verdict, "extra_column_check", sentence)


def _nameless(current: Profile) -> list[str]:
    """List the columns that are called by their places, where columns of the baseline are missing from all rows."""
    if not any(column.absent == current.rows for column in current.columns):
        return []
    return [name for name, _ in current.extra_columns if _NAMELESS.fullmatch(name)]


def _column(
    comparison: ColumnComparison, verdict: ColumnVerdict, remarks: list[_Remark], thresholds: dict[str, object]
) -> ColumnResult:
    worst = _worst(remarks)
    sentences = [remark.sentence for remark in _distinct(remarks) if remark.verdict is worst] or [_reason(verdict)]
    return ColumnResult(
        name=comparison.column,
        kind=comparison.kind.value,
        verdict=worst.value,
        sentence=" ".join(sentences),
        statistics=tuple(_statistics(comparison, verdict, thresholds)),
        limits=tuple(remark.limit for remark in remarks if remark.limit),
    )


def _statistics(
    comparison: ColumnComparison, verdict: ColumnVerdict, thresholds: dict[str, object]
) -> Iterator[StatisticResult]:
    # What decided on a column that is not compared is fine itself.
    decided = Verdict.OK if verdict.verdict is Verdict.NOT_COMPARED else verdict.verdict
    for name, estimate in comparison.statistics.items():
        limit = thresholds.get(name)
        yield StatisticResult(
            statistic=name,
            value=_finite(estimate.value),
            verdict=decided.value if name == verdict.statistic else "",
            warn=getattr(limit, "warn", None),
            violate=getattr(limit, "violate", None),
            lower=_finite(estimate.low),
            noise=_finite(estimate.noise_99),
            p_value=_finite(estimate.p),
            p_adjusted=verdict.adjusted_p if name == verdict.statistic else None,
            reference_count=verdict.n if name == verdict.statistic else comparison.n,
            current_count=verdict.m if name == verdict.statistic else comparison.m,
        )


def _finite(value: float | None) -> float | None:
    """Give a number for records: no infinities, and no digits in which two machines may differ."""
    return _tidy(value) if value is not None and isfinite(value) else None


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")


def _reason(verdict: ColumnVerdict) -> str:
    """Give the sentence without the column, which stands beside it, and with a capital letter."""
    sentence = verdict.reason.removeprefix(f"{verdict.column}: ")
    return sentence[:1].upper() + sentence[1:]


def _worst(remarks: Iterable[_Remark]) -> Verdict:
    return min((remark.verdict for remark in remarks), key=_ORDER.index, default=Verdict.OK)


def _distinct(remarks: Iterable[_Remark]) -> list[_Remark]:
    """Keep one remark per check, the worst: a constraint and the decision rule may say the same."""
    kept: dict[str, _Remark] = {}
    for remark in sorted(remarks, key=lambda remark: _ORDER.index(remark.verdict)):
        kept.setdefault(remark.check_type, remark)
    return list(kept.values())


def _judgement(columns: tuple[ColumnResult, ...], remarks: dict[str, list[_Remark]]) -> Judgement:
    def of(verdict: Verdict) -> tuple[Violation, ...]:
        return tuple(
            Violation(column, remark.check_type, remark.sentence)
            for column, found in remarks.items()
            for remark in _distinct(found)
            if remark.verdict is verdict
        )

    unclear = sum(column.verdict == Verdict.INSUFFICIENT for column in columns)
    status = ExecutionStatus.COMPLETED
    if violations := of(Verdict.VIOLATION):
        status = ExecutionStatus.COMPLETED_WITH_VIOLATIONS
    elif 2 * unclear > sum(column.verdict != Verdict.NOT_COMPARED for column in columns):
        status = ExecutionStatus.INSUFFICIENT_DATA
    return Judgement(status, violations, of(Verdict.WARNING), columns=columns)

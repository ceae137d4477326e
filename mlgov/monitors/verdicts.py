"""The decision rule: effect first, significance second, and "cannot tell yet" as an answer of its own.

Each statistic that has thresholds is judged in this order:

1. VIOLATION: it reaches the violate threshold, and its adjusted p-value is at most q.
2. INSUFFICIENT: chance alone would exceed the violate threshold 1 time in 100 or more often; so few rows cannot tell.
3. WARNING: it reaches the warn threshold, and its adjusted p-value is at most q.
4. OK.

A column gets the first of these that any of its statistics gets. A column whose values cannot be compared (ids, times,
lists) is NOT COMPARED instead of OK; its null share is judged. Hard rules come before all statistics: a column that
no row has, and values of the wrong type. The p-values of a run are adjusted together (Benjamini and Hochberg): the test
of each column's distribution, and the tests of its shares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, sqrt

from mlgov.monitors.distances import DISTANCES, ColumnComparison, Estimate, adjusted

#: Name of the test of a column's whole distribution among the tests of a run.
_COLUMN_TEST = ""
#: Smaller probabilities are beyond what floats can hold with their digits.
_LEAST_P = 1e-300
_Z_99 = 2.5758293035489004


class Verdict(StrEnum):
    """What a comparison comes to, worst first."""

    VIOLATION = "violation"
    INSUFFICIENT = "insufficient"
    WARNING = "warning"
    NOT_COMPARED = "not_compared"
    OK = "ok"


class Rule(StrEnum):
    """What decided."""

    MISSING_COLUMN = "missing_column"
    DATA_TYPE = "data_type"
    NO_DATA = "no_data"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which value on (of either sign) a statistic warns and violates.

    Attributes:
        warn: Smallest value that warns.
        violate: Smallest value that violates.
    """

    warn: float
    violate: float


#: Thresholds of about equal effect: a normal column reaches "violate" when it moves by 0.28 to 0.46 sigma.
DEFAULT_THRESHOLDS: Mapping[str, Threshold] = {
    "ks": Threshold(0.08, 0.12),
    "js": Threshold(0.08, 0.12),
    "w1_sigma": Threshold(0.15, 0.30),
    "psi": Threshold(0.10, 0.20),
    "linf": Threshold(0.05, 0.10),
    "null_share": Threshold(0.01, 0.05),
    "unseen_share": Threshold(0.005, 0.02),
    "outside_share": Threshold(0.005, 0.02),
}


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """The verdict on one column.

    Attributes:
        column: Its name.
        verdict: What it comes to.
        rule: What decided.
        statistic: The deciding statistic; None when a hard rule decided.
        estimate: Its numbers; None when a hard rule decided.
        threshold: Its thresholds; None when a hard rule decided.
        adjusted_p: Its p-value after adjustment over every test of the run; None without one.
        n: Reference values (rows for a null share).
        m: Window values.
        rows_needed: Window values that it takes to tell an effect as large as the violate threshold from chance; None
            when no number is enough (the reference is too small) or no statistic decided.
        reason: The verdict in a sentence.
    """

    column: str
    verdict: Verdict
    rule: Rule
    statistic: str | None
    estimate: Estimate | None
    threshold: Threshold | None
    adjusted_p: float | None
    n: int
    m: int
    rows_needed: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Judged:
    """One statistic of a column, judged."""

    name: str
    verdict: Verdict
    estimate: Estimate
    threshold: Threshold
    adjusted_p: float | None

    @property
    def weight(self) -> float:
        """How much this statistic speaks for its verdict, in units of its threshold."""
        speaks = self.estimate.noise_99 if self.verdict is Verdict.INSUFFICIENT else self.estimate.value
        return abs(speaks or 0.0) / self.threshold.violate if self.threshold.violate else abs(speaks or 0.0)


def decide(
    comparisons: Sequence[ColumnComparison],
    thresholds: Mapping[str, Threshold] = DEFAULT_THRESHOLDS,
    *,
    q: float = 0.05,
    overrides: Mapping[str, Mapping[str, Threshold]] | None = None,
    type_tolerance: float = 0.0,
) -> list[ColumnVerdict]:
    """Decide on every column of a run.

    Args:
        comparisons: What ``compare`` gave: all columns of the run, because their p-values are adjusted together.
        thresholds: By statistic; a statistic without thresholds is shown but does not decide.
        q: Share of false alarms among the alarms that is put up with (false discovery rate), 0 to 1.
        overrides: Further thresholds by column, then statistic; they win over ``thresholds``.
        type_tolerance: Largest share of values with a wrong type that is let pass beyond the reference's own, 0 to 1.

    Returns:
        One verdict per column, in the same order.
    """
    limits = {each.column: {**thresholds, **(overrides or {}).get(each.column, {})} for each in comparisons}
    tests = _adjusted_tests(comparisons, limits)
    return [_decided(each, limits[each.column], tests, q, type_tolerance) for each in comparisons]


_Tests = Mapping[tuple[str, str], float]


def _adjusted_tests(comparisons: Sequence[ColumnComparison], limits: Mapping[str, Mapping[str, Threshold]]) -> _Tests:
    """Adjust every test that may decide: by column and, for tests of their own, statistic."""
    raw: dict[tuple[str, str], float] = {}
    for each in comparisons:
        for name, estimate in each.statistics.items():
            if name in limits[each.column] and estimate.p is not None:
                raw[each.column, _test_of(name)] = estimate.p
    return dict(zip(raw, adjusted(list(raw.values())).tolist(), strict=True)) if raw else {}


def _test_of(statistic: str) -> str:
    return statistic if DISTANCES[statistic].own_test else _COLUMN_TEST


def _decided(
    each: ColumnComparison, limits: Mapping[str, Threshold], tests: _Tests, q: float, type_tolerance: float
) -> ColumnVerdict:
    if each.missing:
        return _hard(each, Verdict.VIOLATION, Rule.MISSING_COLUMN, _missing(each))
    wrong = each.mistyped_share.current or 0.0
    if wrong > _allowed(each, type_tolerance):
        return _hard(each, Verdict.VIOLATION, Rule.DATA_TYPE, _mistyped(each, wrong))
    judged = [
        _judged(name, estimate, limits[name], tests.get((each.column, _test_of(name))), q)
        for name, estimate in each.statistics.items()
        if name in limits and estimate.value is not None
    ]
    order = list(Verdict)
    worst = min(judged, key=lambda one: (order.index(one.verdict), -one.weight), default=None)
    if worst is None or (each.m == 0 < each.n and worst.verdict is not Verdict.VIOLATION):
        return _undecided(each)
    told = _told(each, worst, q)
    return _blind(each, told) if each.not_compared and worst.verdict is Verdict.OK else told


def _allowed(each: ColumnComparison, tolerance: float) -> float:
    """Give the share of wrong types that passes: more than the reference's own only as far as chance goes."""
    usual = each.mistyped_share.reference or 0.0
    chance = _Z_99 * sqrt(usual * (1 - usual) * (1 / each.n + 1 / each.m)) if usual and each.n and each.m else 0.0
    return usual + tolerance + chance


def _judged(name: str, estimate: Estimate, limit: Threshold, adjusted_p: float | None, q: float) -> _Judged:
    size = abs(estimate.value or 0.0)
    significant = adjusted_p is not None and adjusted_p <= q
    if size >= limit.violate and significant:
        verdict = Verdict.VIOLATION
    elif (estimate.noise_99 or 0.0) > limit.violate:
        verdict = Verdict.INSUFFICIENT
    elif size >= limit.warn and significant:
        verdict = Verdict.WARNING
    else:
        verdict = Verdict.OK
    return _Judged(name, verdict, estimate, limit, adjusted_p)


def _hard(each: ColumnComparison, verdict: Verdict, rule: Rule, reason: str) -> ColumnVerdict:
    return ColumnVerdict(each.column, verdict, rule, None, None, None, None, each.n, each.m, None, reason)


def _blind(each: ColumnComparison, told: ColumnVerdict) -> ColumnVerdict:
    reason = f"{each.column}: not compared, because {each.not_compared}; the share of missing values is as usual."
    return replace(told, verdict=Verdict.NOT_COMPARED, reason=reason)


def _undecided(each: ColumnComparison) -> ColumnVerdict:
    if each.m or not each.n:
        reason = f"{each.column}: not compared, because {each.not_compared or 'no statistic applies'}."
        return _hard(each, Verdict.NOT_COMPARED, Rule.NO_DATA, reason)
    reason = f"{each.column}: the window has no values ({each.current_rows:,} rows), so nothing can be told."
    return _hard(each, Verdict.INSUFFICIENT, Rule.NO_DATA, reason)


def _missing(each: ColumnComparison) -> str:
    return f"{each.column}: the column is missing from all {each.current_rows:,} rows of the window."


def _mistyped(each: ColumnComparison, wrong: float) -> str:
    usual = each.mistyped_share.reference or 0.0
    return f"{each.column}: {wrong:.2%} of the values have the wrong type; in the reference {usual:.2%} have."


def _told(each: ColumnComparison, judged: _Judged, q: float) -> ColumnVerdict:
    row = DISTANCES[judged.name]
    n, m = (each.reference_rows, each.current_rows) if row.counts_rows else (each.n, each.m)
    needed = rows_needed(judged.estimate.noise_99, judged.threshold.violate, n, m, power=row.noise_power)
    return ColumnVerdict(
        column=each.column,
        verdict=judged.verdict,
        rule=Rule.DISTANCE,
        statistic=judged.name,
        estimate=judged.estimate,
        threshold=judged.threshold,
        adjusted_p=judged.adjusted_p,
        n=n,
        m=m,
        rows_needed=needed,
        reason=f"{each.column}: {_sentence(judged, n, m, needed, q)}.",
    )


def rows_needed(noise_99: float | None, violate: float, n: int, m: int, *, power: float = 0.5) -> int | None:
    """Give the number of window values from which on chance stays under ``violate`` 99 times in 100.

    Noise is proportional to (1/n + 1/m) ** power, so the noise at one size tells it at every other.

    Args:
        noise_99: The noise at the present sizes.
        violate: The threshold to be told from chance.
        n: Reference values.
        m: Window values, at least 1.
        power: 0.5 for distances, 1 for the PSI.

    Returns:
        The number; None when the reference itself is too small, or the noise is not known.
    """
    if noise_99 is None or not (n and m):
        return None
    if noise_99 == 0:
        return 1
    room = (1 / n + 1 / m) * (violate / noise_99) ** (1 / power) - 1 / n
    return ceil(1 / room - 1e-9) if room > 0 else None


def _sentence(judged: _Judged, n: int, m: int, needed: int | None, q: float) -> str:
    title, limit = DISTANCES[judged.name].title, judged.threshold
    found = f"{title} {judged.estimate.value:.4g}"
    sizes = f"{m:,} values against {n:,} of the reference"
    if judged.verdict is Verdict.INSUFFICIENT:
        enough = f"at least {needed:,} are needed" if needed else "the reference is too small for any number"
        return f"{sizes} cannot tell {title} {limit.violate:g} from chance ({judged.estimate.noise_99:.4g}); {enough}"
    if judged.verdict is Verdict.OK:
        return f"{found}, {_why_ok(judged, q)} ({sizes})"
    reached = limit.violate if judged.verdict is Verdict.VIOLATION else limit.warn
    return f"{found} reaches {reached:g}; {_p(judged.adjusted_p)} ({sizes})"


def _why_ok(judged: _Judged, q: float) -> str:
    if abs(judged.estimate.value or 0.0) < judged.threshold.warn:
        return f"below {judged.threshold.warn:g}"
    return f"which chance may have made: {_p(judged.adjusted_p)}, more than {q:g}"


def _p(adjusted_p: float | None) -> str:
    if adjusted_p is None:
        return "no test"
    return f"adjusted p {adjusted_p:.2g}" if adjusted_p >= _LEAST_P else f"adjusted p < {_LEAST_P:g}"

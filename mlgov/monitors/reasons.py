"""Why something is broken: numbers, both distributions, what would clear it, likely causes and history. Pure.

Everything comes from executions as the ledger has them: no profile and no data is read again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from mlgov.monitors.column_result import BrokenLimit, ColumnResult, StatisticResult
from mlgov.monitors.execution import Execution, latest
from mlgov.monitors.results import MetricResult, SegmentResult, Violation
from mlgov.monitors.schedule import moment_text
from mlgov.monitors.wording import number_text, p_text, plainly, words_of

#: Executions that a history goes back.
REMEMBERED = 10
#: What a constraint is about -> the statistic whose history tells of it.
_TOLD_BY = {"completeness_check": "null_share", "categorical_values_check": "unseen_share"}
_DONE_BY_HAND = {
    "missing_column_check": "The data must have the column again.",
    "extra_column_check": "The column must leave the data, or become part of the baseline.",
}

Shares = list[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier execution, or this one, found about the same.

    Attributes:
        window_end: End of its window, UTC.
        value: The value of the statistic or metric; None where there is none.
        verdict: What it came to; how the execution ended where there is no verdict.
    """

    window_end: datetime
    value: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a column or a metric is broken, or close to it.

    Attributes:
        place: The column or metric, with facet and segment in brackets.
        verdict: violation or warning.
        found: What was found, a sentence for each check.
        clears: What must be otherwise for the next window to pass.
        causes: What may have happened, the most telling first.
        numbers: Statistic, test, sizes, window and so on: what it is, and the number.
        unit: What the shares below are made of; empty when there are none.
        shares: Label, share of the baseline and share of the window, each 0 to 1: both distributions.
        history: What the last executions found, oldest first, this one last.
        weight: How far from its limit, to put the worst first.
    """

    place: str
    verdict: str
    found: tuple[str, ...]
    clears: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    shares: tuple[tuple[str, float, float], ...] = ()
    history: tuple[Past, ...] = ()
    weight: float = 0.0


def reasons_of(execution: Execution, history: Iterable[Execution] = ()) -> list[Reason]:
    """Explain everything that an execution calls broken or close to it, the worst first.

    Args:
        execution: The execution.
        history: The executions of the same monitor, in any order; later windows are passed over.
    """
    known = history_before(execution, history)
    window = f"{moment_text(execution.window_start)} to {moment_text(execution.window_end)}"
    found = []
    for said in _grouped(execution.violations, execution.warnings):
        part = _part(execution, said[0][1].segment)
        columns, metrics = (part.columns, part.metrics) if part else ((), ())
        found.append(_reason(said, columns, metrics, known, (("window", window),)))
    return _worst_first(found)


def reasons_of_columns(
    columns: Sequence[ColumnResult], violations: Iterable[Violation], warnings: Iterable[Violation]
) -> list[Reason]:
    """Explain what a comparison of two data sets calls broken or close to it, the worst first."""
    return _worst_first(_reason(said, columns, (), (), ()) for said in _grouped(violations, warnings))


_Remarks = list[tuple[str, Violation]]


def _grouped(violations: Iterable[Violation], warnings: Iterable[Violation]) -> Iterable[_Remarks]:
    """Put remarks about the same thing together, each with its verdict."""
    found: dict[tuple[str, str | None, str | None], _Remarks] = {}
    for verdict, said in (("violation", violations), ("warning", warnings)):
        for each in said:
            found.setdefault((each.feature_name, each.about, each.segment), []).append((verdict, each))
    return found.values()


def _worst_first(reasons: Iterable[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda reason: (reason.verdict != "violation", -reason.weight))


def history_before(execution: Execution, history: Iterable[Execution]) -> list[Execution]:
    """Give the last executions up to one and with it: the last revision of each window, oldest first."""
    earlier = [each for each in latest(history) if each.window_end < execution.window_end]
    return [*earlier[len(earlier) - min(len(earlier), REMEMBERED - 1) :], execution]


def history_of(
    executions: Iterable[Execution],
    name: str,
    *,
    statistic: str = "",
    about: str | None = None,
    segment: str | None = None,
) -> tuple[Past, ...]:
    """Follow one column or metric through executions.

    Args:
        executions: Executions of one monitor, oldest first.
        name: The column or the metric.
        statistic: The statistic of the column; empty for a metric.
        about: The facet or label that the metric is about.
        segment: The part of the data, as in ``region: north``; None for the whole.

    Returns:
        One entry for each execution, in their order.
    """
    return tuple(_past(each, name, statistic, about, segment) for each in executions)


def _past(execution: Execution, name: str, statistic: str, about: str | None, segment: str | None) -> Past:
    part = _part(execution, segment)
    columns, metrics = (part.columns, part.metrics) if part else ((), ())
    for column in columns:
        if column.name == name:
            values = {each.statistic: each.value for each in column.statistics}
            return Past(execution.window_end, values.get(statistic), words_of(column.verdict))
    for metric in metrics:
        if (metric.name, metric.about) == (name, about) and not metric.is_estimate:
            return Past(execution.window_end, metric.value, words_of(metric.verdict))
    return Past(execution.window_end, None, words_of((part or execution).status.value))


def _part(execution: Execution, segment: str | None) -> Execution | SegmentResult | None:
    if segment is None:
        return execution
    return next((each for each in execution.segments if each.name == segment), None)


def _reason(
    remarks: _Remarks,
    columns: Iterable[ColumnResult],
    metrics: Iterable[MetricResult],
    known: Sequence[Execution],
    numbers: tuple[tuple[str, str], ...],
) -> Reason:
    """Explain one thing from what was found about columns and metrics of its part of the data."""
    verdict, first = remarks[0]
    found = tuple(dict.fromkeys(plainly(each.description) for _, each in remarks))
    by_hand = tuple(_DONE_BY_HAND[each.constraint_check_type] for _, each in remarks if _is_by_hand(each))
    plain = Reason(first.place, verdict, found, by_hand, numbers=numbers, weight=inf if by_hand else 0.0)
    for column in columns:
        if column.name == first.feature_name:
            return _of_column(plain, column, first, known)
    for metric in metrics:
        if _is_about(metric, first):
            return _of_metric(plain, metric, first, known)
    return plain


def _is_about(metric: MetricResult, remark: Violation) -> bool:
    return (metric.name, metric.about) == (remark.feature_name, remark.about) and not metric.is_estimate


def _is_by_hand(remark: Violation) -> bool:
    return remark.constraint_check_type in _DONE_BY_HAND


# Columns


def _of_column(plain: Reason, column: ColumnResult, remark: Violation, known: Sequence[Execution]) -> Reason:
    decided = column.decided if column.decided and column.decided.verdict == plain.verdict else None
    told_by = decided.statistic if decided else _TOLD_BY.get(remark.constraint_check_type, _any_statistic(column))
    clears = [_clears(decided), _clears_others(column, decided)] if decided else []
    return Reason(
        plain.place,
        plain.verdict,
        plain.found,
        clears=(*plain.clears, *filter(None, clears), *map(_clears_limit, column.limits)),
        causes=tuple(each.sentence for each in column.causes),
        numbers=(*_numbers(column, decided), *plain.numbers),
        unit="rows",
        shares=tuple(column.shares),
        history=history_of(known, column.name, statistic=told_by, segment=remark.segment),
        weight=max(plain.weight, *map(_excess, column.limits), _weight(decided) if decided else 0.0),
    )


def _any_statistic(column: ColumnResult) -> str:
    return column.decided.statistic if column.decided else ""


def _numbers(column: ColumnResult, decided: StatisticResult | None) -> list[tuple[str, str]]:
    found = []
    if decided:
        limits = f"warns at {number_text(decided.warn)}, broken at {number_text(decided.violate)}"
        chance = f"chance alone gives up to {number_text(decided.noise)}; " if decided.noise is not None else ""
        found.append(("statistic", f"{decided.statistic} {number_text(decided.value)}; {chance}{limits}"))
    others = [
        f"{each.statistic} {number_text(each.value)}"
        for each in column.statistics
        if each is not decided and each.value is not None
    ]
    found += [("others", ", ".join(others))] if others else []
    if decided:
        adjusted = f", adjusted for all tests of the run {p_text(decided.p_adjusted)}"
        found.append(("p-value", p_text(decided.p_value) + (adjusted if decided.p_adjusted is not None else "")))
    sized = decided or column.decided
    if sized:
        found.append(("sizes", f"{sized.current_count:,} in the window, {sized.reference_count:,} in the baseline"))
    return found


def _clears(decided: StatisticResult) -> str:
    limit = decided.violate if decided.verdict == "violation" else decided.warn
    if limit is None or decided.value is None:
        return ""
    must = f"fall below {number_text(limit)}" if decided.value >= 0 else f"rise above -{number_text(limit)}"
    return f"{decided.statistic} must {must}; it is {number_text(decided.value)}."


def _clears_others(column: ColumnResult, decided: StatisticResult) -> str:
    """Name the other statistics that are at or over their limit, too."""
    over = [
        f"{each.statistic} {number_text(each.value)} (limit {number_text(each.violate)})"
        for each in column.statistics
        if each is not decided and each.violate is not None and abs(each.value or 0.0) >= each.violate
    ]
    return f"Also over its limit: {', '.join(over)}." if over and decided.verdict == "violation" else ""


def _clears_limit(broken: BrokenLimit) -> str:
    if broken.what.startswith("share of"):
        return f"The {broken.what} must fall to {broken.limit:.2%} or less; it is {broken.value:.2%}."
    must = "rise to" if "p-value" in broken.what else "fall to"
    return f"The {broken.what} must {must} {number_text(broken.limit)}; it is {number_text(broken.value)}."


def _weight(decided: StatisticResult) -> float:
    return abs(decided.value or 0.0) / decided.violate if decided.violate else 0.0


def _excess(broken: BrokenLimit) -> float:
    if "p-value" in broken.what:
        return 1.0
    return min(broken.value / broken.limit, 1e6) if broken.limit > 0 else 1 + 1e3 * broken.value


# Metrics


def _of_metric(plain: Reason, metric: MetricResult, remark: Violation, known: Sequence[Execution]) -> Reason:
    name = f"{metric.name} ({metric.about})" if metric.about else metric.name
    clear = f"{name} must be {metric.limit}; it is {number_text(metric.value)}{_interval(metric)}."
    return Reason(
        plain.place,
        plain.verdict,
        plain.found,
        clears=(*plain.clears, clear) if metric.limit else plain.clears,
        numbers=(*_metric_numbers(metric), *plain.numbers),
        unit="all attribution" if metric.portions else "",
        shares=tuple((each.label, each.reference, each.current) for each in metric.portions),
        history=history_of(known, metric.name, about=metric.about, segment=remark.segment),
        weight=_metric_weight(metric),
    )


def _interval(metric: MetricResult) -> str:
    if metric.lower is None or metric.upper is None:
        return ""
    return f" (95% interval {number_text(metric.lower)} to {number_text(metric.upper)})"


def _metric_numbers(metric: MetricResult) -> list[tuple[str, str]]:
    found = [("value", f"{number_text(metric.value)}{_interval(metric)}")]
    found += [("baseline", number_text(metric.baseline))] if metric.baseline is not None else []
    found += [("limit", metric.limit)] if metric.limit else []
    return [*found, ("rows", f"{metric.count:,}")] if metric.count else found


def _metric_weight(metric: MetricResult) -> float:
    """Give how far a metric is from its limit, in standard errors where they are known, else in limits."""
    ends = [end for end in (metric.threshold, metric.lowest, metric.highest) if end is not None]
    if metric.value is None or not ends:
        return 0.0
    value = metric.value
    near = min(ends, key=lambda end: abs(value - end))
    return abs(value - near) / (metric.standard_error or abs(near) or 1.0)

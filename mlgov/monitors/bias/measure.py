"""All bias metrics of one facet value, from its table."""

from collections.abc import Collection
from dataclasses import dataclass

from mlgov.monitors.bias.choices import Choice, of_values
from mlgov.monitors.bias.flips import Flips
from mlgov.monitors.bias.intervals import LEVEL, REPLICATES, Interval, interval, normal_quantile, resampled
from mlgov.monitors.bias.metric import Kind, Metric, evaluate, unmet
from mlgov.monitors.bias.metrics import METRICS
from mlgov.monitors.bias.split import A, D, Split, places, split
from mlgov.monitors.bias.table import BiasTable


@dataclass(frozen=True, slots=True)
class BiasEstimate:
    """One metric of one facet value.

    Attributes:
        code: The metric, a key of ``METRICS``.
        value: Its value; None when it is not defined.
        reason: Why it is not defined; empty when it is.
        rows_help: Whether more rows could change that.
        low: Lower end of its interval; None without one.
        high: Upper end of its interval.
        standard_error: Of the value; None when not known.
        skipped: Share of bootstrap resamples in which the metric is not defined.
        a_rows: Rows outside the facet.
        d_rows: Rows in the facet.
    """

    code: str
    value: float | None
    reason: str = ""
    rows_help: bool = True
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    skipped: float = 0.0
    a_rows: int = 0
    d_rows: int = 0

    @property
    def metric(self) -> Metric:
        """Its row of the table."""
        return METRICS[self.code]


@dataclass(frozen=True, slots=True)
class BiasReport:
    """All metrics of one facet value.

    Attributes:
        facet: Column of the facet.
        choice: Which of its values were looked at.
        positive: Which labels are positive.
        estimates: One per metric asked for, in the order of ``METRICS``.
        unknown_rows: Rows without a facet value; only GE looks at them.
    """

    facet: str
    choice: Choice
    positive: Choice
    estimates: tuple[BiasEstimate, ...]
    unknown_rows: int = 0

    def of(self, code: str) -> BiasEstimate:
        """Give one metric. Raises KeyError."""
        for estimate in self.estimates:
            if estimate.code == code:
                return estimate
        raise KeyError(code)


def measure(
    table: BiasTable,
    choice: Choice,
    positive: Choice,
    *,
    metrics: Collection[str] = tuple(METRICS),
    flips: Flips | None = None,
    collapsed: bool = False,
    level: float = LEVEL,
    seed: int = 0,
    replicates: int = REPLICATES,
) -> BiasReport:
    """Measure the bias of one facet value.

    Each metric uses the rows that have what it needs: labels, predictions, or both. A window whose labels are not there
    yet thus has its DPPL and DI.

    Args:
        table: The counts.
        choice: Which facet values are d; every other known value is a.
        positive: Which labels are positive.
        metrics: Codes of the metrics to give.
        flips: What the flip test counted on a sample; without it FT is not defined.
        collapsed: Whether KL, JS, LP, TVD and KS tell positive and negative labels only, as Clarify's library does.
        level: Confidence of the intervals.
        seed: Of the bootstrap, 0 to 2^32 - 1; the same seed gives the same intervals.
        replicates: Resamples of the bootstrap.
    """
    at = places(table, choice, positive, collapsed=collapsed)
    counts = split(at.rows, at)
    wanted = [metric for code, metric in METRICS.items() if code in metrics]
    drawn = at.rows.any() and any(_is_resampled(metric) for metric in wanted)
    resamples = resampled(at, seed=seed, replicates=replicates) if drawn else counts
    estimates = tuple(
        _flipped(flips, level) if metric.kind is Kind.SAMPLED else _estimate(metric, counts, resamples, level)
        for metric in wanted
    )
    unknown = sum(cell.rows for cell in table.cells if cell.facet is None)
    return BiasReport(table.facet, choice, positive, estimates, unknown)


def measure_each(
    table: BiasTable,
    positive: Choice,
    *,
    metrics: Collection[str] = tuple(METRICS),
    collapsed: bool = False,
    level: float = LEVEL,
    seed: int = 0,
) -> tuple[BiasReport, ...]:
    """Measure every value of a facet against all others, in sorted order; the arguments are those of ``measure``."""
    return tuple(
        measure(table, of_values(value), positive, metrics=metrics, collapsed=collapsed, level=level, seed=seed)
        for value in table.facet_values
    )


def _is_resampled(metric: Metric) -> bool:
    return metric.kind in (Kind.DISTANCE, Kind.OTHER)


def _estimate(metric: Metric, counts: Split, resamples: Split, level: float) -> BiasEstimate:
    a_rows, d_rows = int(counts.rows[0, A]), int(counts.rows[0, D])
    lacking = unmet(metric, counts)
    if lacking:
        return BiasEstimate(metric.code, None, lacking.reason, lacking.rows_help, a_rows=a_rows, d_rows=d_rows)
    value = float(evaluate(metric, counts)[0])
    return _with(metric.code, value, interval(metric, value, counts, resamples, level=level), a_rows, d_rows)


def _with(code: str, value: float, found: Interval, a_rows: int, d_rows: int) -> BiasEstimate:
    return BiasEstimate(
        code, value, low=found.low, high=found.high, standard_error=found.standard_error, skipped=found.skipped,
        a_rows=a_rows, d_rows=d_rows,
    )  # fmt: skip


def _flipped(flips: Flips | None, level: float) -> BiasEstimate:
    if flips is None:
        return BiasEstimate("FT", None, "It needs features of single rows, which were not given.", rows_help=False)
    value, error = flips.value, flips.standard_error
    if value is None or error is None:
        side = "in the facet" if not flips.d_rows else "outside the facet"
        return BiasEstimate("FT", None, f"No sampled row is {side}.", a_rows=flips.a_rows, d_rows=flips.d_rows)
    low, high = flips.interval(normal_quantile(level))
    found = Interval(low, high, error)
    return _with("FT", value, found, flips.a_rows, flips.d_rows)

"""Limits of bias metrics: suggested from a baseline, and judged.

A limit never forbids to be fair: what is allowed reaches from the neutral value to the baseline's, and a margin beyond
both. A window breaks it when its whole interval lies outside; a point outside alone is a warning, and a window whose
interval is wider than what is allowed cannot tell.

Clarify's two documented rules are here for comparison. The one by distance from 0 is wrong for DI, which is neutral at
1: from 0.5 to 0.9 would break it, and from 1.0 to 0.4 would not. ``from_neutral`` measures from the neutral value.
"""

from dataclasses import dataclass
from math import inf, isfinite, log

from mlgov.monitors.bias.measure import BiasEstimate
from mlgov.monitors.bias.metric import Kind, Metric
from mlgov.monitors.bias.metrics import METRICS
from mlgov.monitors.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """What a metric may be.

    Attributes:
        low: Smallest allowed value; None for no limit.
        high: Largest allowed value; None for no limit.
        reason: Why these.
    """

    low: float | None
    high: float | None
    reason: str = ""

    @property
    def text(self) -> str:
        """The limits for people."""
        if self.low is None:
            return "anything" if self.high is None else f"at most {self.high:.4g}"
        return f"at least {self.low:.4g}" if self.high is None else f"{self.low:.4g} to {self.high:.4g}"


@dataclass(frozen=True, slots=True)
class BiasVerdict:
    """The verdict on one metric.

    Attributes:
        code: The metric.
        verdict: What it comes to.
        reason: The verdict in a sentence.
    """

    code: str
    verdict: Verdict
    reason: str


def suggest(baseline: BiasEstimate, *, margin: float | None = None) -> Limits:
    """Suggest limits from a baseline.

    Args:
        baseline: The metric in the reference.
        margin: How far beyond the neutral and the baseline's value is let pass; the metric's own when None. For DI a
            factor: 1.25 gives the four-fifths rule around 1.
    """
    metric = baseline.metric
    room = metric.margin if margin is None else margin
    inner = [metric.neutral] if baseline.value is None else [metric.neutral, baseline.value]
    low, high = _beyond(min(inner), -1, room, metric), _beyond(max(inner), 1, room, metric)
    return Limits(
        _rounded(low) if low > metric.low else None,
        _rounded(high) if high < metric.high else None,
        _why(baseline, room),
    )


def _beyond(value: float, sign: int, room: float, metric: Metric) -> float:
    if metric.kind is Kind.RATIO:
        return value * room**sign
    return value + sign * room


def _rounded(value: float) -> float:
    return round(value, 6)


def _why(baseline: BiasEstimate, room: float) -> str:
    metric = baseline.metric
    beyond = f"a factor of {room:g}" if metric.kind is Kind.RATIO else f"{room:.3g}"
    if baseline.value is None:
        return (
            f"Neutral is {metric.neutral:g}; the baseline has no value ({baseline.reason}) {beyond} beyond is allowed."
        )
    found = f"the baseline has {baseline.value:.4g}"
    if baseline.low is not None and baseline.high is not None:
        found += f" ({baseline.low:.4g} to {baseline.high:.4g})"
    return f"Neutral is {metric.neutral:g} and {found}; {beyond} beyond both is allowed."


def decide(current: BiasEstimate, limits: Limits) -> BiasVerdict:
    """Judge a window: significant and beyond the limit is a violation.

    Args:
        current: The metric in the window.
        limits: What it may be.
    """
    if current.value is None:
        verdict = Verdict.INSUFFICIENT if current.rows_help else Verdict.NOT_COMPARED
        return BiasVerdict(current.code, verdict, f"{current.code} is not defined. {current.reason}")
    low, high = _bounds(limits)
    if current.low is None or current.high is None:
        reason = f"{current.skipped:.0%} of the resamples have no value, so nothing can be told from so few rows"
        return _told(current, limits, Verdict.INSUFFICIENT, reason)
    span = f"with {current.low:.4g} to {current.high:.4g}"
    if current.high < low or current.low > high:
        return _told(current, limits, Verdict.VIOLATION, f"{span} it is outside beyond chance")
    if _width(current.low, current.high, current.metric) > _allowed_width(limits, current.metric):
        return _told(current, limits, Verdict.INSUFFICIENT, f"{span} it cannot tell: more rows are needed")
    if not low <= current.value <= high:
        return _told(current, limits, Verdict.WARNING, f"{span} it is outside, which chance may have made")
    return _told(current, limits, Verdict.OK, span)


def _bounds(limits: Limits) -> tuple[float, float]:
    return -inf if limits.low is None else limits.low, inf if limits.high is None else limits.high


def _told(current: BiasEstimate, limits: Limits, verdict: Verdict, reason: str) -> BiasVerdict:
    sizes = f"{current.d_rows:,} rows in the facet against {current.a_rows:,}"
    text = f"{current.code} is {current.value:.4g}, allowed is {limits.text}; {reason} ({sizes})."
    return BiasVerdict(current.code, verdict, text)


def _width(low: float, high: float, metric: Metric) -> float:
    """Give the length of an interval; of ratios, of its logarithms."""
    if metric.kind is not Kind.RATIO:
        return high - low
    return log(high) - log(low) if low > 0 and isfinite(high) else inf


def _allowed_width(limits: Limits, metric: Metric) -> float:
    """Give the length of what is allowed; with one limit only, twice its distance from neutral (or the margin)."""
    low, high = _bounds(limits)
    if isfinite(low) and isfinite(high):
        return _width(low, high, metric)
    ends = [end for end in (low, high) if isfinite(end)]
    if not ends:
        return inf
    neutral, end = sorted((metric.neutral, ends[0]))
    least = 2 * (log(metric.margin) if metric.kind is Kind.RATIO else metric.margin)
    return max(2 * _width(neutral, end, metric), least)


# Clarify's own rules


def farther_from_zero(current: float, baseline: float) -> bool:
    """Clarify's documented rule for violations: the value is farther from 0 than the baseline's."""
    return abs(current) > abs(baseline)


def from_neutral(code: str, value: float) -> float:
    """Give how far a value is from neutral, at least 0; of DI, the absolute logarithm (infinite at 0)."""
    metric = METRICS[code]
    if metric.kind is Kind.RATIO:
        return abs(log(value)) if value > 0 else inf
    return abs(value - metric.neutral)


def farther_from_neutral(code: str, current: float, baseline: float) -> bool:
    """The same rule, measured from the neutral value: right for DI too."""
    return from_neutral(code, current) > from_neutral(code, baseline)


def disjoint(current: BiasEstimate, low: float, high: float) -> bool | None:
    """Clarify's other documented rule: the interval and the allowed range do not meet; None without an interval."""
    if current.low is None or current.high is None:
        return None
    return current.high < low or current.low > high

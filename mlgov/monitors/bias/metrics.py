"""Every bias metric by code: name, formula, range, what is neutral, and how it is computed from counts.

The names and formulas are those of SageMaker Clarify. d is the facet value looked at, a is everyone else; (1) is the
positive label and (0) the negative one, n' counts predictions. Where Clarify's library differs from its documentation,
the documentation is followed:

- KL, JS, LP, TVD and KS use every label; the library leaves out labels that one side lacks (its KL can be negative).
- A metric that divides by zero is not defined, with a reason; the library gives 0 for 0 / 0, infinity for the rest, and
  0 for infinity less infinity.
- More than two labels stay apart in those five, as in Clarify's own example; the library tells positive and negative
  only (``collapsed``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf, log, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mlgov.monitors.bias.split import A, D, Ints, Split

Floats = npt.NDArray[np.float64]
#: How many, of how many; shape ``(replicates,)`` each.
Proportion: TypeAlias = tuple[Ints, Ints]
NEGATIVE, POSITIVE = 0, 1


class Stage(StrEnum):
    """When a metric can be measured."""

    PRE_TRAINING = "pre_training"
    POST_TRAINING = "post_training"


class Kind(StrEnum):
    """How a metric is built, which decides how its interval is made."""

    DIFFERENCE = "difference"  # of two proportions
    RATIO = "ratio"  # of two proportions
    DISTANCE = "distance"  # of two distributions, never negative
    IMBALANCE = "imbalance"  # one proportion, rescaled
    OTHER = "other"
    SAMPLED = "sampled"  # from rows, not from counts


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must not be zero.

    Attributes:
        counts: Gives it, shape ``(replicates,)``.
        reason: Why the metric is not defined when it is.
    """

    counts: Callable[[Split], Ints]
    reason: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A row of the table.

    Attributes:
        code: What Clarify calls it in files.
        name: What people call it.
        stage: When it can be measured.
        kind: How it is built.
        low: Smallest possible value.
        high: Largest possible value.
        neutral: Its value when both sides fare alike.
        margin: Distance from neutral that limits allow at least: a difference, or a factor for ratios.
        formula: The formula.
        source: Where it comes from.
        needs: What must not be zero.
        of: Gives the values, shape ``(replicates,)``; what it gives where a need is not met is not used.
        proportions: Of a difference (first less second) or a ratio (first by second): the two.
    """

    code: str
    name: str
    stage: Stage
    kind: Kind
    low: float
    high: float
    neutral: float
    margin: float
    formula: str
    source: str
    needs: tuple[Need, ...]
    of: Callable[[Split], Floats]
    proportions: tuple[Callable[[Split], Proportion], Callable[[Split], Proportion]] | None = None


def evaluate(metric: Metric, counts: Split) -> Floats:
    """Give a metric's values, shape ``(replicates,)``, NaN where it is not defined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.array(metric.of(counts), dtype=np.float64)
    for need in metric.needs:
        values[need.counts(counts) == 0] = np.nan
    return values


def why_undefined(metric: Metric, counts: Split) -> str:
    """Say why a metric is not defined for counts without replicates; empty when it is."""
    return next((need.reason for need in metric.needs if need.counts(counts)[0] == 0), "")


def _share(of: Callable[[Split], Proportion]) -> Callable[[Split], Floats]:
    def share(s: Split) -> Floats:
        k, n = of(s)
        return np.asarray(k / n, dtype=np.float64)

    return share


# Proportions


def label_rate(side: int) -> Callable[[Split], Proportion]:
    """Positive labels among a side's rows with a label."""
    return lambda s: (s.label[:, side, POSITIVE], s.label[:, side].sum(axis=-1))


def predicted_rate(side: int) -> Callable[[Split], Proportion]:
    """Positive predictions among a side's rows with a prediction."""
    return lambda s: (s.predicted[:, side, POSITIVE], s.predicted[:, side].sum(axis=-1))


def recall(side: int, label: int) -> Callable[[Split], Proportion]:
    """Right predictions among a side's rows of one label: TPR of the positive one, TNR of the negative one."""
    return lambda s: (s.confusion[:, side, label, label], s.confusion[:, side, label].sum(axis=-1))


def precision(side: int, label: int) -> Callable[[Split], Proportion]:
    """Right predictions among a side's rows with one prediction: PPV of the positive one, NPV of the negative one."""
    return lambda s: (s.confusion[:, side, label, label], s.confusion[:, side, :, label].sum(axis=-1))


def accuracy(side: int) -> Callable[[Split], Proportion]:
    """Right predictions among a side's rows."""
    return lambda s: (
        s.confusion[:, side, 0, 0] + s.confusion[:, side, 1, 1],
        s.confusion[:, side].sum(axis=(-1, -2)),
    )


# Needs

_A_ROWS = Need(lambda s: s.rows[:, A], "No row is outside the facet.")
_D_ROWS = Need(lambda s: s.rows[:, D], "No row is in the facet.")
_A_LABELS = Need(lambda s: s.label[:, A].sum(axis=-1), "No row outside the facet has a label.")
_D_LABELS = Need(lambda s: s.label[:, D].sum(axis=-1), "No row in the facet has a label.")
_A_PREDICTIONS = Need(lambda s: s.predicted[:, A].sum(axis=-1), "No row outside the facet has a prediction.")
_D_PREDICTIONS = Need(lambda s: s.predicted[:, D].sum(axis=-1), "No row in the facet has a prediction.")
_A_BOTH = Need(lambda s: s.confusion[:, A].sum(axis=(-1, -2)), "No row outside the facet has label and prediction.")
_D_BOTH = Need(lambda s: s.confusion[:, D].sum(axis=(-1, -2)), "No row in the facet has label and prediction.")


def _labelled(side: int, label: int) -> Need:
    return Need(
        lambda s: s.confusion[:, side, label].sum(axis=-1), f"No row {_SIDES[side]} is labelled {_SIGNS[label]}."
    )


def _predicted(side: int, label: int) -> Need:
    return Need(
        lambda s: s.confusion[:, side, :, label].sum(axis=-1), f"No row {_SIDES[side]} is predicted {_SIGNS[label]}."
    )


_SIDES = {A: "outside the facet", D: "in the facet"}
_SIGNS = {NEGATIVE: "negative", POSITIVE: "positive"}
_GROUPED_LABELS = Need(
    lambda s: s.rows.sum(axis=-1) * (s.label_groups is not None), "There is no group variable to compare within."
)
_GROUPED_PREDICTIONS = Need(
    lambda s: s.rows.sum(axis=-1) * (s.predicted_groups is not None), "There is no group variable to compare within."
)


def _support(s: Split) -> Ints:
    """1 where every label of a is also one of d, else 0."""
    lacking = (s.classes[:, A] > 0) & (s.classes[:, D] == 0)
    return np.asarray(1 - lacking.any(axis=-1), np.int64)


_D_HAS_ALL_LABELS = Need(
    _support, "Infinite: some label occurs outside the facet and never in it (TVD and JS are defined)."
)
_SOME_BENEFIT = Need(
    lambda s: s.everyone[:, 1, 1] + s.everyone[:, 0, 0] + s.everyone[:, 0, 1],
    "Every row is a false negative, so the mean benefit is 0.",
)
_FALSE_POSITIVE = {
    side: Need(lambda s, side=side: s.confusion[:, side, 0, 1], f"No row {name} is a false positive.")  # type: ignore[misc]
    for side, name in _SIDES.items()
}
_SOME_BOTH = Need(lambda s: s.everyone.sum(axis=(-1, -2)), "No row has label and prediction.")
_FROM_ROWS = Need(lambda s: np.zeros(len(s.rows), np.int64), "It needs features of single rows, which were not given.")


# Values


def _imbalance(s: Split) -> Floats:
    return np.asarray((s.rows[:, A] - s.rows[:, D]) / s.rows.sum(axis=-1))


def _class_shares(s: Split) -> tuple[Floats, Floats]:
    p, q = (s.classes[:, side] / s.classes[:, side].sum(axis=-1, keepdims=True) for side in (A, D))
    return p, q


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    """Give sum p ln(p / q) with 0 ln 0 = 0."""
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / np.where(q > 0, q, 1)), 0)
    return np.asarray(terms.sum(axis=-1))


def _kl(s: Split) -> Floats:
    return np.asarray(np.maximum(_relative_entropy(*_class_shares(s)), 0))


def _js(s: Split) -> Floats:
    p, q = _class_shares(s)
    middle = (p + q) / 2
    return np.clip((_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2, 0, log(2))


def _lp(s: Split) -> Floats:
    p, q = _class_shares(s)
    return np.asarray(np.sqrt(((p - q) ** 2).sum(axis=-1)))


def _tvd(s: Split) -> Floats:
    p, q = _class_shares(s)
    return np.asarray(np.minimum(np.abs(p - q).sum(axis=-1) / 2, 1))


def _ks(s: Split) -> Floats:
    p, q = _class_shares(s)
    return np.asarray(np.abs(p - q).max(axis=-1, initial=0))


def _disparity(groups: Ints | None, s: Split) -> Floats:
    """Give sum over groups of n_i DD_i / n, DD_i = n_d,i(0) / n_i(0) - n_d,i(1) / n_i(1); 0 / 0 counts as 0."""
    if groups is None:
        return np.full(len(s.rows), np.nan)
    of_d, of_all = groups[:, :, D], groups.sum(axis=2)  # both (replicates, group, positive)
    shares = of_d / np.maximum(of_all, 1)
    sizes = of_all.sum(axis=-1)
    return np.asarray(((shares[..., 0] - shares[..., 1]) * sizes).sum(axis=-1) / sizes.sum(axis=-1))


def _acceptance(side: int, s: Split) -> Floats:
    """Give n(1) / n'(1) of a side."""
    return np.asarray(s.confusion[:, side, 1].sum(axis=-1) / s.confusion[:, side, :, 1].sum(axis=-1))


def _rejection(side: int, s: Split) -> Floats:
    """Give n(0) / n'(0) of a side."""
    return np.asarray(s.confusion[:, side, 0].sum(axis=-1) / s.confusion[:, side, :, 0].sum(axis=-1))


def _treatment(side: int, s: Split) -> Floats:
    return np.asarray(s.confusion[:, side, 1, 0] / s.confusion[:, side, 0, 1])


def _entropy(s: Split) -> Floats:
    """Give mean((b / mean b)^2 - 1) / 2 with b = y' - y + 1: 2 for a false positive, 0 for a false negative, else 1."""
    n = s.everyone.sum(axis=(-1, -2))
    false_positive, false_negative = s.everyone[:, 0, 1], s.everyone[:, 1, 0]
    right = n - false_positive - false_negative
    mean = (right + 2 * false_positive) / n
    return np.asarray(np.maximum(((right + 4 * false_positive) / n / mean**2 - 1) / 2, 0))


def _undefined(s: Split) -> Floats:
    return np.full(len(s.rows), np.nan)


# The table


def _difference(
    code: str, name: str, stage: Stage, formula: str, source: str, needs: tuple[Need, ...],
    first: Callable[[Split], Proportion], second: Callable[[Split], Proportion],
) -> Metric:  # fmt: skip
    one, other = _share(first), _share(second)
    return Metric(
        code, name, stage, Kind.DIFFERENCE, -1, 1, 0, 0.1, formula, source, needs, lambda s: one(s) - other(s),
        (first, second),
    )  # fmt: skip


def _distance(
    code: str, name: str, high: float, margin: float, formula: str, source: str,
    of: Callable[[Split], Floats], *needs: Need,
) -> Metric:  # fmt: skip
    needs = (_A_LABELS, _D_LABELS, *needs)
    return Metric(code, name, Stage.PRE_TRAINING, Kind.DISTANCE, 0, high, 0, margin, formula, source, needs, of)


_PRE, _POST = Stage.PRE_TRAINING, Stage.POST_TRAINING
_PAPER = "Das et al. 2021, Fairness Measures for Machine Learning in Finance"
_BOTH = (_A_BOTH, _D_BOTH)

_ROWS = (
    Metric(
        "CI", "Class imbalance", _PRE, Kind.IMBALANCE, -1, 1, 0, 0.1, "(n_a - n_d) / (n_a + n_d)", _PAPER,
        (_A_ROWS, _D_ROWS), _imbalance,
    ),
    _difference(
        "DPL", "Difference in proportions of labels", _PRE, "n_a(1) / n_a - n_d(1) / n_d", _PAPER,
        (_A_LABELS, _D_LABELS), label_rate(A), label_rate(D),
    ),
    _distance(
        "KL", "Kullback-Leibler divergence", inf, 0.02, "sum P_a ln(P_a / P_d)", "Kullback and Leibler 1951", _kl,
        _D_HAS_ALL_LABELS,
    ),
    _distance(
        "JS", "Jensen-Shannon divergence", log(2), 0.005, "(KL(P_a, P) + KL(P_d, P)) / 2, P = (P_a + P_d) / 2",
        "Lin 1991", _js,
    ),
    _distance("LP", "Lp-norm", sqrt(2), 0.1 * sqrt(2), "sqrt(sum (P_a - P_d)^2)", _PAPER, _lp),
    _distance("TVD", "Total variation distance", 1, 0.1, "sum |P_a - P_d| / 2", _PAPER, _tvd),
    _distance("KS", "Kolmogorov-Smirnov", 1, 0.1, "max |P_a - P_d|, label by label", _PAPER, _ks),
    Metric(
        "CDDL", "Conditional demographic disparity in labels", _PRE, Kind.OTHER, -1, 1, 0, 0.1,
        "sum n_i DD_i / n, DD_i = n_d,i(0) / n_i(0) - n_d,i(1) / n_i(1)", "Wachter et al. 2021, Why Fairness Cannot Be"
        " Automated", (_GROUPED_LABELS, _A_LABELS, _D_LABELS), lambda s: _disparity(s.label_groups, s),
    ),
    _difference(
        "DPPL", "Difference in positive proportions in predicted labels", _POST, "n'_a(1) / n_a - n'_d(1) / n_d",
        _PAPER, (_A_PREDICTIONS, _D_PREDICTIONS), predicted_rate(A), predicted_rate(D),
    ),
    Metric(
        "DI", "Disparate impact", _POST, Kind.RATIO, 0, inf, 1, 1.25, "(n'_d(1) / n_d) / (n'_a(1) / n_a)",
        "Feldman et al. 2015, Certifying and Removing Disparate Impact",
        (
            _A_PREDICTIONS,
            _D_PREDICTIONS,
            Need(lambda s: s.predicted[:, A, POSITIVE], "No row outside the facet is predicted positive."),
        ),
        lambda s: _share(predicted_rate(D))(s) / _share(predicted_rate(A))(s), (predicted_rate(D), predicted_rate(A)),
    ),
    Metric(
        "DCA", "Difference in conditional acceptance", _POST, Kind.OTHER, -inf, inf, 0, 0.2,
        "n_a(1) / n'_a(1) - n_d(1) / n'_d(1)", _PAPER, (*_BOTH, _predicted(A, POSITIVE), _predicted(D, POSITIVE)),
        lambda s: _acceptance(A, s) - _acceptance(D, s),
    ),
    Metric(
        "DCR", "Difference in conditional rejection", _POST, Kind.OTHER, -inf, inf, 0, 0.2,
        "n_d(0) / n'_d(0) - n_a(0) / n'_a(0)", _PAPER, (*_BOTH, _predicted(D, NEGATIVE), _predicted(A, NEGATIVE)),
        lambda s: _rejection(D, s) - _rejection(A, s),
    ),
    _difference(
        "RD", "Recall difference", _POST, "TP_a / n_a(1) - TP_d / n_d(1)", "Hardt et al. 2016, Equality of Opportunity",
        (*_BOTH, _labelled(A, POSITIVE), _labelled(D, POSITIVE)), recall(A, POSITIVE), recall(D, POSITIVE),
    ),
    _difference(
        "SD", "Specificity difference", _POST, "TN_d / n_d(0) - TN_a / n_a(0)", _PAPER,
        (*_BOTH, _labelled(D, NEGATIVE), _labelled(A, NEGATIVE)), recall(D, NEGATIVE), recall(A, NEGATIVE),
    ),
    _difference(
        "DAR", "Difference in acceptance rates", _POST, "TP_a / n'_a(1) - TP_d / n'_d(1)", _PAPER,
        (*_BOTH, _predicted(A, POSITIVE), _predicted(D, POSITIVE)), precision(A, POSITIVE), precision(D, POSITIVE),
    ),
    _difference(
        "DRR", "Difference in rejection rates", _POST, "TN_d / n'_d(0) - TN_a / n'_a(0)", _PAPER,
        (*_BOTH, _predicted(D, NEGATIVE), _predicted(A, NEGATIVE)), precision(D, NEGATIVE), precision(A, NEGATIVE),
    ),
    _difference(
        "AD", "Accuracy difference", _POST, "(TP_a + TN_a) / n_a - (TP_d + TN_d) / n_d", _PAPER, _BOTH, accuracy(A),
        accuracy(D),
    ),
    Metric(
        "TE", "Treatment equality", _POST, Kind.OTHER, -inf, inf, 0, 0.25, "FN_d / FP_d - FN_a / FP_a",
        "Berk et al. 2018, Fairness in Criminal Justice Risk Assessments",
        (*_BOTH, _FALSE_POSITIVE[D], _FALSE_POSITIVE[A]), lambda s: _treatment(D, s) - _treatment(A, s),
    ),
    Metric(
        "CDDPL", "Conditional demographic disparity in predicted labels", _POST, Kind.OTHER, -1, 1, 0, 0.1,
        "as CDDL, with predictions for labels", "Wachter et al. 2021, Why Fairness Cannot Be Automated",
        (_GROUPED_PREDICTIONS, _A_PREDICTIONS, _D_PREDICTIONS), lambda s: _disparity(s.predicted_groups, s),
    ),
    Metric(
        "FT", "Counterfactual fliptest", _POST, Kind.SAMPLED, -1, 1, 0, 0.1, "(F+ - F-) / n_d",
        "Black et al. 2020, FlipTest", (_FROM_ROWS,), _undefined,
    ),
    Metric(
        "GE", "Generalized entropy", _POST, Kind.OTHER, 0, inf, 0, 0.05,
        "mean((b / mean b)^2 - 1) / 2, b = y' - y + 1, over both sides", "Speicher et al. 2018, A Unified Approach to"
        " Quantifying Algorithmic Unfairness", (_SOME_BOTH, _SOME_BENEFIT), _entropy,
    ),
)  # fmt: skip

#: Every metric, pre-training ones first, in Clarify's order.
METRICS: Mapping[str, Metric] = {metric.code: metric for metric in _ROWS}

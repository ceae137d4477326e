"""Every bias metric by code: name, formula, range, what is neutral, and how it is computed from counts.

The names and formulas are those of SageMaker Clarify. d is the facet value looked at, a is everyone else; (1) is the
positive label and (0) the negative one, n' counts predictions. Where Clarify's library differs from its documentation,
the documentation is followed:

- KL, JS, LP, TVD and KS use every label; the library leaves out labels that one side lacks (its KL can be negative).
- A metric that divides by zero is not defined, with a reason; the library gives 0 for 0 / 0, infinity for the rest, and
  0 for infinity less infinity.
- More than two labels stay apart in those five, as in Clarify's own example; the library tells positive and negative
  only (``collapsed``).
- The flip test has the documented sign; the library's is turned.
- What is a category and what a threshold is said, not guessed; the library takes a column of at most 40 labels 0 and 1
  for a continuous one, in which nothing is positive.
"""

from collections.abc import Callable, Mapping
from math import inf, log, sqrt

from mlgov.monitors.bias import formulas as f
from mlgov.monitors.bias import needs as n
from mlgov.monitors.bias.metric import NEGATIVE, POSITIVE, Floats, Kind, Metric, Need, Proportion, Stage
from mlgov.monitors.bias.split import A, D, Split


def _difference(
    code: str, name: str, stage: Stage, formula: str, source: str, needs: tuple[Need, ...],
    first: Callable[[Split], Proportion], second: Callable[[Split], Proportion],
) -> Metric:  # fmt: skip
    one, other = f.share(first), f.share(second)
    return Metric(
        code, name, stage, Kind.DIFFERENCE, -1, 1, 0, 0.1, formula, source, needs, lambda s: one(s) - other(s),
        (first, second),
    )  # fmt: skip


def _distance(
    code: str, name: str, high: float, margin: float, formula: str, source: str,
    of: Callable[[Split], Floats], *needs: Need,
) -> Metric:  # fmt: skip
    needs = (n.A_LABELS, n.D_LABELS, *needs)
    return Metric(code, name, Stage.PRE_TRAINING, Kind.DISTANCE, 0, high, 0, margin, formula, source, needs, of)


_PRE, _POST = Stage.PRE_TRAINING, Stage.POST_TRAINING
_PAPER = "Das et al. 2021, Fairness Measures for Machine Learning in Finance"
_BOTH = (n.A_BOTH, n.D_BOTH)

_ROWS = (
    Metric(
        "CI", "Class imbalance", _PRE, Kind.IMBALANCE, -1, 1, 0, 0.1, "(n_a - n_d) / (n_a + n_d)", _PAPER,
        (n.A_ROWS, n.D_ROWS), f.imbalance,
    ),
    _difference(
        "DPL", "Difference in proportions of labels", _PRE, "n_a(1) / n_a - n_d(1) / n_d", _PAPER,
        (n.A_LABELS, n.D_LABELS), f.label_rate(A), f.label_rate(D),
    ),
    _distance(
        "KL", "Kullback-Leibler divergence", inf, 0.02, "sum P_a ln(P_a / P_d)", "Kullback and Leibler 1951", f.kl,
        n.D_HAS_ALL_LABELS,
    ),
    _distance(
        "JS", "Jensen-Shannon divergence", log(2), 0.005, "(KL(P_a, P) + KL(P_d, P)) / 2, P = (P_a + P_d) / 2",
        "Lin 1991", f.js,
    ),
    _distance("LP", "Lp-norm", sqrt(2), 0.1 * sqrt(2), "sqrt(sum (P_a - P_d)^2)", _PAPER, f.lp),
    _distance("TVD", "Total variation distance", 1, 0.1, "sum |P_a - P_d| / 2", _PAPER, f.tvd),
    _distance("KS", "Kolmogorov-Smirnov", 1, 0.1, "max |P_a - P_d|, label by label", _PAPER, f.ks),
    Metric(
        "CDDL", "Conditional demographic disparity in labels", _PRE, Kind.OTHER, -1, 1, 0, 0.1,
        "sum n_i DD_i / n, DD_i = n_d,i(0) / n_i(0) - n_d,i(1) / n_i(1)", "Wachter et al. 2021, Why Fairness Cannot Be"
        " Automated", (n.GROUPED_LABELS, n.A_LABELS, n.D_LABELS, *n.BOTH_LABELS),
        lambda s: f.disparity(s.label_groups, s),
    ),
    _difference(
        "DPPL", "Difference in positive proportions in predicted labels", _POST, "n'_a(1) / n_a - n'_d(1) / n_d",
        _PAPER, (n.A_PREDICTIONS, n.D_PREDICTIONS), f.predicted_rate(A), f.predicted_rate(D),
    ),
    Metric(
        "DI", "Disparate impact", _POST, Kind.RATIO, 0, inf, 1, 1.25, "(n'_d(1) / n_d) / (n'_a(1) / n_a)",
        "Feldman et al. 2015, Certifying and Removing Disparate Impact",
        (
            n.A_PREDICTIONS,
            n.D_PREDICTIONS,
            Need(lambda s: s.predicted[:, A, POSITIVE], "No row outside the facet is predicted positive."),
        ),
        lambda s: f.share(f.predicted_rate(D))(s) / f.share(f.predicted_rate(A))(s),
        (f.predicted_rate(D), f.predicted_rate(A)),
    ),
    Metric(
        "DCA", "Difference in conditional acceptance", _POST, Kind.OTHER, -inf, inf, 0, 0.2,
        "n_a(1) / n'_a(1) - n_d(1) / n'_d(1)", _PAPER, (*_BOTH, n.predicted(A, POSITIVE), n.predicted(D, POSITIVE)),
        lambda s: f.acceptance(A, s) - f.acceptance(D, s),
    ),
    Metric(
        "DCR", "Difference in conditional rejection", _POST, Kind.OTHER, -inf, inf, 0, 0.2,
        "n_d(0) / n'_d(0) - n_a(0) / n'_a(0)", _PAPER, (*_BOTH, n.predicted(D, NEGATIVE), n.predicted(A, NEGATIVE)),
        lambda s: f.rejection(D, s) - f.rejection(A, s),
    ),
    _difference(
        "RD", "Recall difference", _POST, "TP_a / n_a(1) - TP_d / n_d(1)", "Hardt et al. 2016, Equality of Opportunity",
        (*_BOTH, n.labelled(A, POSITIVE), n.labelled(D, POSITIVE)), f.recall(A, POSITIVE), f.recall(D, POSITIVE),
    ),
    _difference(
        "SD", "Specificity difference", _POST, "TN_d / n_d(0) - TN_a / n_a(0)", _PAPER,
        (*_BOTH, n.labelled(D, NEGATIVE), n.labelled(A, NEGATIVE)), f.recall(D, NEGATIVE), f.recall(A, NEGATIVE),
    ),
    _difference(
        "DAR", "Difference in acceptance rates", _POST, "TP_a / n'_a(1) - TP_d / n'_d(1)", _PAPER,
        (*_BOTH, n.predicted(A, POSITIVE), n.predicted(D, POSITIVE)),
        f.precision(A, POSITIVE), f.precision(D, POSITIVE),
    ),
    _difference(
        "DRR", "Difference in rejection rates", _POST, "TN_d / n'_d(0) - TN_a / n'_a(0)", _PAPER,
        (*_BOTH, n.predicted(D, NEGATIVE), n.predicted(A, NEGATIVE)),
        f.precision(D, NEGATIVE), f.precision(A, NEGATIVE),
    ),
    _difference(
        "AD", "Accuracy difference", _POST, "(TP_a + TN_a) / n_a - (TP_d + TN_d) / n_d", _PAPER, _BOTH, f.accuracy(A),
        f.accuracy(D),
    ),
    Metric(
        "TE", "Treatment equality", _POST, Kind.OTHER, -inf, inf, 0, 0.25, "FN_d / FP_d - FN_a / FP_a",
        "Berk et al. 2018, Fairness in Criminal Justice Risk Assessments",
        (*_BOTH, n.FALSE_POSITIVE[D], n.FALSE_POSITIVE[A]), lambda s: f.treatment(D, s) - f.treatment(A, s),
    ),
    Metric(
        "CDDPL", "Conditional demographic disparity in predicted labels", _POST, Kind.OTHER, -1, 1, 0, 0.1,
        "as CDDL, with predictions for labels", "Wachter et al. 2021, Why Fairness Cannot Be Automated",
        (n.GROUPED_PREDICTIONS, n.A_PREDICTIONS, n.D_PREDICTIONS, *n.BOTH_PREDICTIONS),
        lambda s: f.disparity(s.predicted_groups, s),
    ),
    Metric(
        "FT", "Counterfactual fliptest", _POST, Kind.SAMPLED, -1, 1, 0, 0.1, "(F+ - F-) / n_d",
        "Black et al. 2020, FlipTest", (n.FROM_ROWS,), f.undefined,
    ),
    Metric(
        "GE", "Generalized entropy", _POST, Kind.OTHER, 0, inf, 0, 0.05,
        "mean((b / mean b)^2 - 1) / 2, b = y' - y + 1, over both sides", "Speicher et al. 2018, A Unified Approach to"
        " Quantifying Algorithmic Unfairness", (n.SOME_BOTH, n.SOME_BENEFIT), f.entropy,
    ),
)  # fmt: skip

#: Every metric, pre-training ones first, in Clarify's order.
METRICS: Mapping[str, Metric] = {metric.code: metric for metric in _ROWS}

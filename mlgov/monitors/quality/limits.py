"""Limits of metrics: suggested from a baseline, and held against a window.

In mode standard a limit is broken when the whole 95% interval of the window lies on its wrong side. A value on the
wrong side whose interval reaches over is a warning: chance may have done it. Mode sagemaker compares the value alone.

How often does chance alone break a suggested limit? With as many rows in the window as in the baseline the value must
fall by 2 * 1.96 standard errors, 2.77 standard errors of the difference: about 3 times in 1,000 for each metric.
"""

from collections.abc import Iterator, Mapping

from mlgov.monitors.formats.model_quality import GREATER, LESS, QualityConstraint
from mlgov.monitors.judgement import Judgement
from mlgov.monitors.quality.intervals import Z, rounded
from mlgov.monitors.quality.measures import Measure
from mlgov.monitors.results import ExecutionStatus, MetricResult, Violation

#: Metrics that get a limit, by problem. The others say the same again, or say nothing by themselves.
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "binary_classification": (
        "accuracy",
        "precision",
        "recall",
        "false_positive_rate",
        "f0_5",
        "f1",
        "f2",
        "auc",
        "brier_score",
    ),
    "multiclass_classification": ("accuracy", "weighted_precision", "weighted_f0_5", "weighted_f1", "weighted_f2"),
    "regression": ("mae", "mse", "rmse", "r2"),
}
#: What an answer without a model would reach stands in the statistics; executions do not repeat it.
CONSTANT = ("_always_positive", "_majority_class")
#: Metrics of which less is better.
LOWER_IS_BETTER = frozenset(
    {
        "false_positive_rate",
        "false_negative_rate",
        "brier_score",
        "log_loss",
        "expected_calibration_error",
        "mae",
        "mse",
        "rmse",
        "mape",
        "smape",
    }
)


def suggest(problem: str, metrics: Mapping[str, Measure]) -> dict[str, QualityConstraint]:
    """Suggest a limit for each metric that has a standard error: 1.96 of them on the worse side of the baseline.

    Model Monitor suggests the baseline's value itself, which half of all good windows break.
    """
    return {
        name: _suggested(name, metrics[name])
        for name in SUGGESTED[problem]
        if name in metrics and metrics[name].value is not None and metrics[name].standard_error is not None
    }


def _suggested(name: str, measure: Measure) -> QualityConstraint:
    value, error = measure.value or 0.0, measure.standard_error or 0.0
    lower_is_better = name in LOWER_IS_BETTER
    sign, word = (1, "plus") if lower_is_better else (-1, "minus")
    reason = f"{value:.4g} in the baseline, {word} {Z:.2f} standard errors of {error:.4g} ({measure.count:,} rows)"
    limit = {
        "threshold": _short(value + sign * Z * error),
        "comparison_operator": GREATER if lower_is_better else LESS,
        "additional_properties": None,
        "reason": reason,
    }
    return QualityConstraint.model_validate(limit)


def _short(value: float) -> float:
    return float(f"{value:.6g}") + 0.0


def judge(
    metrics: Mapping[str, Measure],
    limits: Mapping[str, QualityConstraint],
    known: Mapping[str, float],
    *,
    minimum_rows: int,
    rows: int,
    standard: bool,
) -> Judgement:
    """Judge the metrics of a window.

    Args:
        metrics: What was measured.
        limits: What they must not fall below or rise above.
        known: The values of the baseline, to be shown beside.
        minimum_rows: Labelled rows that a verdict takes.
        rows: Labelled rows that there are.
        standard: Whether chance is asked (mode standard).
    """
    enough = rows >= minimum_rows
    results = tuple(
        _result(name, measure, limits.get(name), known.get(name), enough=enough, standard=standard)
        for name, measure in metrics.items()
        if name in limits or not name.endswith(CONSTANT)
    )
    missing = [_unmeasured(name, limit) for name, limit in limits.items() if name not in metrics]
    violations = tuple(_remarks(results, "violation"))
    status = ExecutionStatus.COMPLETED_WITH_VIOLATIONS if violations else ExecutionStatus.COMPLETED
    sentence = ""
    if not enough:
        status = ExecutionStatus.INSUFFICIENT_DATA
        sentence = f"{rows:,} labelled rows; the monitor wants {minimum_rows:,}."
    elif limits and not any(result.verdict in ("ok", "warning", "violation") for result in results):
        status, sentence = ExecutionStatus.INSUFFICIENT_DATA, "No metric that has a limit could be measured."
    return Judgement(
        status, violations, tuple(_remarks(results, "warning")), metrics=(*results, *missing), sentence=sentence
    )


def _result(
    name: str,
    measure: Measure,
    limit: QualityConstraint | None,
    known: float | None,
    *,
    enough: bool,
    standard: bool,
) -> MetricResult:
    verdict, sentence = _verdict(name, measure, limit, enough=enough, standard=standard)
    return MetricResult(
        name=name,
        value=measure.value,
        verdict=verdict,
        sentence=sentence,
        standard_error=measure.standard_error,
        lower=measure.lower,
        upper=measure.upper,
        baseline=known,
        threshold=float(limit.threshold) if limit else None,
        operator=limit.comparison_operator if limit else None,
        count=measure.count,
    )


def _verdict(
    name: str, measure: Measure, limit: QualityConstraint | None, *, enough: bool, standard: bool
) -> tuple[str, str]:
    if limit is None:
        return "", ""
    if measure.value is None:
        return "not_compared", f"{name} is not defined in this window."
    if not enough:
        return "insufficient", ""
    if not _is_beyond(measure.value, limit):
        return "ok", ""
    said = f"Metric {name} with {written(measure)} was {limit.comparison_operator} {limit.threshold:.6g}"
    nearer = measure.upper if limit.comparison_operator == LESS else measure.lower
    if standard and nearer is not None and not _is_beyond(nearer, limit):
        return (
            "warning",
            f"{said}, which chance may have done (95% interval {measure.lower:.4g} to {measure.upper:.4g})",
        )
    return "violation", said


def _is_beyond(value: float, limit: QualityConstraint) -> bool:
    return value > limit.threshold if limit.comparison_operator == GREATER else value < limit.threshold


def written(measure: Measure) -> str:
    """Write a value with its standard error, as in ``0.61 +/- 0.02``."""
    error = f" +/- {measure.standard_error:.4g}" if measure.standard_error is not None else ""
    return f"{rounded(measure.value or 0.0):.4g}{error}"


def _unmeasured(name: str, limit: QualityConstraint) -> MetricResult:
    return MetricResult(
        name,
        verdict="not_compared",
        sentence=f"{name} has a limit, and mlgov does not measure it here.",
        threshold=float(limit.threshold),
        operator=limit.comparison_operator,
    )


def _remarks(results: tuple[MetricResult, ...], verdict: str) -> Iterator[Violation]:
    for result in results:
        if result.verdict == verdict:
            yield Violation(result.name, result.operator or "", result.sentence)

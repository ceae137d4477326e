"""Metrics and curves from what scikit-learn models answer. scikit-learn computes; this gives them a card's shape."""

from collections.abc import Sequence
from typing import Any

from mlgov.errors import CardValueError
from mlgov.sdk.sections import Metric, MetricGroup

#: SageMaker's first schema took at most this many points a curve, and more cannot be seen anyway.
CURVE_POINTS = 20
#: A matrix of a card has at most this many rows.
MATRIX_ROWS = 20


def classification_metrics(
    y_true: Any,  # noqa: ANN401 - anything that scikit-learn takes
    y_pred: Any,  # noqa: ANN401
    *,
    y_score: Any = None,  # noqa: ANN401
    pos_label: Any = None,  # noqa: ANN401
    group: str = "Classification",
) -> list[MetricGroup]:
    """Judge a classifier.

    Args:
        y_true: True classes, ``(n_rows,)``.
        y_pred: Predicted classes, ``(n_rows,)``.
        y_score: For two classes: score of the positive class, ``(n_rows,)``; adds the area under ROC and both curves.
        pos_label: The positive class; the larger of two when None.
        group: Name of the group of numbers.

    Returns:
        A group of numbers (accuracy; precision, recall and F1, for more than two classes as macro averages), one with
        the confusion matrix, and one with the curves when there are scores.

    Raises:
        ValueError: scikit-learn refused, or scores were given for other than two classes.
    """
    from sklearn import metrics

    _check_rows(y_true=y_true, y_pred=y_pred)
    classes = sorted({*_listed(y_true), *_listed(y_pred)})
    is_binary = len(classes) <= 2
    positive = pos_label if pos_label is not None else classes[-1]
    average: dict[str, Any] = {"pos_label": positive} if is_binary else {"average": "macro"}
    prefix = "" if is_binary else "macro "
    numbers = [
        Metric(name="accuracy", value=metrics.accuracy_score(y_true, y_pred)),
        Metric(name=f"{prefix}precision", value=metrics.precision_score(y_true, y_pred, zero_division=0, **average)),
        Metric(name=f"{prefix}recall", value=metrics.recall_score(y_true, y_pred, zero_division=0, **average)),
        Metric(name=f"{prefix}f1", value=metrics.f1_score(y_true, y_pred, zero_division=0, **average)),
    ]
    groups = [MetricGroup(name=group, metric_data=numbers)]
    if len(classes) <= MATRIX_ROWS:
        groups.append(MetricGroup(name="Confusion", metric_data=[confusion_matrix(y_true, y_pred)]))
    if y_score is not None:
        if not is_binary:
            raise ValueError(f"y_score is for two classes; there are {len(classes)}")
        truth = [each == positive for each in _listed(y_true)]
        numbers.append(Metric(name="area under ROC", value=metrics.roc_auc_score(truth, y_score)))
        curves = [roc_curve(truth, y_score), precision_recall_curve(truth, y_score)]
        groups = [MetricGroup(name=group, metric_data=numbers), *groups[1:]]
        groups.append(MetricGroup(name="Curves", metric_data=curves))
    return groups


def regression_metrics(y_true: Any, y_pred: Any, *, group: str = "Regression") -> list[MetricGroup]:  # noqa: ANN401
    """Judge a regressor: mean absolute error, root mean squared error and R2, for ``(n_rows,)`` true and predicted."""
    from sklearn import metrics

    _check_rows(y_true=y_true, y_pred=y_pred)

    numbers = [
        Metric(name="mean absolute error", value=metrics.mean_absolute_error(y_true, y_pred)),
        Metric(name="root mean squared error", value=metrics.root_mean_squared_error(y_true, y_pred)),
        Metric(name="r2", value=metrics.r2_score(y_true, y_pred)),
    ]
    return [MetricGroup(name=group, metric_data=numbers)]


def confusion_matrix(y_true: Any, y_pred: Any) -> Metric:  # noqa: ANN401 - anything that scikit-learn takes
    """Count rows by true class (rows of the matrix) and predicted class (columns)."""
    from sklearn import metrics

    _check_rows(y_true=y_true, y_pred=y_pred)
    classes = sorted({*_listed(y_true), *_listed(y_pred)})
    labels = [str(each) for each in classes]
    return Metric(
        name="confusion matrix",
        type="matrix",
        value=metrics.confusion_matrix(y_true, y_pred, labels=classes),
        x_axis_name=labels,
        y_axis_name=labels,
        notes="Rows are true classes, columns are predicted classes.",
    )


def roc_curve(y_true: Any, y_score: Any) -> Metric:  # noqa: ANN401 - anything that scikit-learn takes
    """Draw the ROC curve of truths ``(n_rows,)`` and scores ``(n_rows,)``, with at most `CURVE_POINTS` points."""
    from sklearn import metrics

    _check_rows(y_true=y_true, y_score=y_score)
    false_positives, true_positives, _ = metrics.roc_curve(y_true, y_score)
    axes = ("false positive rate", "true positive rate")
    return _curve("ROC curve", _listed(false_positives), _listed(true_positives), axes)


def precision_recall_curve(y_true: Any, y_score: Any) -> Metric:  # noqa: ANN401 - anything that scikit-learn takes
    """Draw precision over recall, with at most `CURVE_POINTS` points."""
    from sklearn import metrics

    _check_rows(y_true=y_true, y_score=y_score)
    precisions, recalls, _ = metrics.precision_recall_curve(y_true, y_score)
    return _curve("precision-recall curve", _listed(recalls), _listed(precisions), ("recall", "precision"))


def _curve(name: str, x: Sequence[float], y: Sequence[float], axes: tuple[str, str]) -> Metric:
    points = [[a, b] for a, b in zip(x, y, strict=True)]
    kept = _spread(points)
    notes = f"{len(kept)} of {len(points)} points." if len(kept) < len(points) else None
    return Metric(name=name, type="linear_graph", value=kept, x_axis_name=axes[0], y_axis_name=axes[1], notes=notes)


def _spread(points: list[list[float]]) -> list[list[float]]:
    """Keep both ends and points at even steps between them."""
    last = len(points) - 1
    if last < CURVE_POINTS:
        return points
    return [points[round(i * last / (CURVE_POINTS - 1))] for i in range(CURVE_POINTS)]


def _check_rows(**columns: Any) -> None:  # noqa: ANN401 - arrays, series, lists
    """Refuse columns without rows or of different lengths: scikit-learn's words for that speak of other things."""
    counts = {name: len(_listed(values)) for name, values in columns.items()}
    if len(set(counts.values())) > 1 or not all(counts.values()):
        said = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise CardValueError(f"A metric needs the same number of rows on both sides, and at least one: {said}.")


def _listed(values: Any) -> list[Any]:  # noqa: ANN401 - arrays, series, lists
    return list(values.tolist() if hasattr(values, "tolist") else values)

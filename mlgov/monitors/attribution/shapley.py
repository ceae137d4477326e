"""Shapley values for a model that can be asked, when no attributions come with the data.

Attribution is interventional: a feature that is left out takes its values from background rows. The values of one row
add up to its prediction less the mean prediction of the background, exactly.

- ``linear`` is exact for linear models.
- ``sampled`` is for any function of numbers: it walks from background rows to the row, feature by feature in random
  orders, and each order also backwards (Mitchell et al. 2022), which makes it exact for models without interactions of
  three or more features, from one pair of orders on. It asks the model for
  rows * background rows * 2 * orders * (features - 1) + rows + background rows predictions.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError

Floats = npt.NDArray[np.float64]
#: Gives a number per row of a table ``(rows, features)``.
Predict = Callable[[Floats], npt.ArrayLike]

ORDERS = 8


def linear(weights: npt.ArrayLike, features: npt.ArrayLike, background: npt.ArrayLike) -> Floats:
    """Give the exact Shapley values of a linear model: weight times distance from the background's mean.

    Args:
        weights: One per feature, shape ``(features,)``.
        features: The rows, shape ``(rows, features)``.
        background: Rows that stand for "not known", shape ``(any, features)``.

    Returns:
        Shape ``(rows, features)``.
    """
    rows, others = _tables(features, background)
    slopes = np.asarray(weights, np.float64)
    if slopes.shape != (rows.shape[1],):
        raise UsageError("A linear model has one weight per feature.", hint="Give as many weights as columns.")
    return np.asarray(slopes * (rows - others.mean(axis=0)), np.float64)


def sampled(
    predict: Predict, features: npt.ArrayLike, background: npt.ArrayLike, *, orders: int = ORDERS, seed: int = 0
) -> Floats:
    """Estimate the Shapley values of any model.

    Args:
        predict: The model; called once for each row, with background rows * 2 * orders * (features - 1) rows.
        features: The rows, shape ``(rows, features)``.
        background: Rows that stand for "not known"; a few dozen do.
        orders: Random orders per row, each walked both ways; the error falls with its root.
        seed: Of the orders, 0 to 2^32 - 1. The orders of a row depend on its place.

    Returns:
        Shape ``(rows, features)``.

    Raises:
        UsageError: The shapes do not fit, or the model does not give one finite number per row.
    """
    rows, others = _tables(features, background)
    if orders < 1:
        raise UsageError("At least one order is needed.", hint="Leave the default.")
    random = np.random.RandomState(seed)
    base = _asked(predict, others)
    ends = _asked(predict, rows) if len(rows) else np.zeros(0)
    found = np.zeros(rows.shape)
    for place, (row, end) in enumerate(zip(rows, ends, strict=True)):
        ways: list[npt.NDArray[np.int64]] = []
        for _ in range(orders):
            order = random.permutation(rows.shape[1])
            ways += [order, order[::-1]]
        for way, change in zip(ways, _walked(predict, row, others, ways, base, float(end)), strict=True):
            found[place, way] += change
    return found / (2 * orders)


def _walked(
    predict: Predict, row: Floats, background: Floats, ways: list[npt.NDArray[np.int64]], base: Floats, end: float
) -> list[Floats]:
    """Give each step's mean change on each way from the background to the row; the model is asked once for all."""
    steps = len(row)
    tables = np.tile(background, (len(ways), steps - 1, 1, 1))
    for table, order in zip(tables, ways, strict=True):
        for step in range(steps - 1):
            table[step:, :, order[step]] = row[order[step]]
    asked = _asked(predict, tables.reshape(-1, steps)) if steps > 1 else np.zeros(0)
    between = asked.reshape(len(ways), steps - 1, len(background)).mean(axis=2)
    return [np.diff([float(np.mean(base)), *means.tolist(), end]) for means in between]


def _tables(features: npt.ArrayLike, background: npt.ArrayLike) -> tuple[Floats, Floats]:
    rows, others = np.asarray(features, np.float64), np.asarray(background, np.float64)
    if rows.ndim != 2 or others.ndim != 2 or rows.shape[1] != others.shape[1] or not rows.shape[1]:
        raise UsageError("Rows and background need the same features.", hint="Give tables (rows, features).")
    if not len(others):
        raise UsageError("The background has no rows.", hint="Give some rows of the reference.")
    return rows, others


def _asked(predict: Predict, table: Floats) -> Floats:
    answers = np.asarray(predict(table.copy()), np.float64)
    if answers.shape != (len(table),) or not np.isfinite(answers).all():
        raise UsageError(
            "The model does not give one finite number per row.", hint="For a classifier, give the score of one class."
        )
    return answers

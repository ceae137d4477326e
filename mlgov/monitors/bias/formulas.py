"""The formulas of the bias metrics on counts, all with a first axis of replicates."""

from collections.abc import Callable
from math import log

import numpy as np

from mlgov.monitors.bias.metric import POSITIVE, Floats, Proportion
from mlgov.monitors.bias.split import A, D, Ints, Split


def share(of: Callable[[Split], Proportion]) -> Callable[[Split], Floats]:
    def share(s: Split) -> Floats:
        k, n = of(s)
        return np.asarray(k / n, dtype=np.float64)

    return share


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


def imbalance(s: Split) -> Floats:
    return np.asarray((s.rows[:, A] - s.rows[:, D]) / s.rows.sum(axis=-1))


def _class_shares(s: Split) -> tuple[Floats, Floats]:
    p, q = (s.classes[:, side] / s.classes[:, side].sum(axis=-1, keepdims=True) for side in (A, D))
    return p, q


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    """Give sum p ln(p / q) with 0 ln 0 = 0."""
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / np.where(q > 0, q, 1)), 0)
    return np.asarray(terms.sum(axis=-1))


def kl(s: Split) -> Floats:
    return np.asarray(np.maximum(_relative_entropy(*_class_shares(s)), 0))


def js(s: Split) -> Floats:
    p, q = _class_shares(s)
    middle = (p + q) / 2
    return np.clip((_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2, 0, log(2))


def lp(s: Split) -> Floats:
    p, q = _class_shares(s)
    return np.asarray(np.sqrt(((p - q) ** 2).sum(axis=-1)))


def tvd(s: Split) -> Floats:
    p, q = _class_shares(s)
    return np.asarray(np.minimum(np.abs(p - q).sum(axis=-1) / 2, 1))


def ks(s: Split) -> Floats:
    p, q = _class_shares(s)
    return np.asarray(np.abs(p - q).max(axis=-1, initial=0))


def disparity(groups: Ints | None, s: Split) -> Floats:
    """Give sum over groups of n_i DD_i / n, DD_i = n_d,i(0) / n_i(0) - n_d,i(1) / n_i(1); 0 / 0 counts as 0."""
    if groups is None:
        return np.full(len(s.rows), np.nan)
    of_d, of_all = groups[:, :, D], groups.sum(axis=2)  # both (replicates, group, positive)
    shares = of_d / np.maximum(of_all, 1)
    sizes = of_all.sum(axis=-1)
    return np.asarray(((shares[..., 0] - shares[..., 1]) * sizes).sum(axis=-1) / sizes.sum(axis=-1))


def acceptance(side: int, s: Split) -> Floats:
    """Give n(1) / n'(1) of a side."""
    return np.asarray(s.confusion[:, side, 1].sum(axis=-1) / s.confusion[:, side, :, 1].sum(axis=-1))


def rejection(side: int, s: Split) -> Floats:
    """Give n(0) / n'(0) of a side."""
    return np.asarray(s.confusion[:, side, 0].sum(axis=-1) / s.confusion[:, side, :, 0].sum(axis=-1))


def treatment(side: int, s: Split) -> Floats:
    return np.asarray(s.confusion[:, side, 1, 0] / s.confusion[:, side, 0, 1])


def entropy(s: Split) -> Floats:
    """Give mean((b / mean b)^2 - 1) / 2 with b = y' - y + 1: 2 for a false positive, 0 for a false negative, else 1."""
    n = s.everyone.sum(axis=(-1, -2))
    false_positive, false_negative = s.everyone[:, 0, 1], s.everyone[:, 1, 0]
    right = n - false_positive - false_negative
    mean = (right + 2 * false_positive) / n
    return np.asarray(np.maximum(((right + 4 * false_positive) / n / mean**2 - 1) / 2, 0))


def undefined(s: Split) -> Floats:
    return np.full(len(s.rows), np.nan)

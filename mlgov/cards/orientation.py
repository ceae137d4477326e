"""Which way a measure is better, by its name: higher, lower, near zero or near one; unknown when in doubt.

A wrong "better" does more harm than none, so the table names only measures whose direction is beyond question, and the
words that turn a measure into something else (the *standard deviation* of an accuracy) come first.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache


class Orientation(StrEnum):
    """Which values of a measure are good."""

    HIGHER = "higher"
    LOWER = "lower"
    ZERO = "zero"
    ONE = "one"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """What became of a measure."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNKNOWN = "unknown"


#: Words in a name -> what they say of it; the first row that fits decides. Words are whole words, in this order.
_TABLE: tuple[tuple[Orientation, str], ...] = (
    (
        Orientation.UNKNOWN,
        "standard deviation, standard error, std, stderr, stdev, variance of, interval, bound, ci, baseline, guessing, "
        "dummy, random, threshold, cut off, cutoff, support",
    ),
    (Orientation.ZERO, "difference, gap, disparity, dpl, dppl, cddl, cddpl, dar, drr, dca, dcr"),
    (Orientation.ONE, "disparate impact, impact ratio"),
    (
        Orientation.LOWER,
        "loss, logloss, cross entropy, brier, perplexity, deviance, aic, bic, error, errors, rmse, mse, mae, mape, "
        "smape, rmsle, msle, medae, wape, mase, wer, cer, ece, false positive, false negative, false positives, "
        "false negatives, fpr, fnr, fdr, false discovery, false alarm, miss rate, fall out, misclassification, "
        "latency, hamming, distance, divergence, wasserstein, jensen shannon, kullback leibler, kolmogorov smirnov, "
        "total variation, tvd, psi, population stability, fid",
    ),
    (
        Orientation.HIGHER,
        "accuracy, auc, auroc, auprc, area under, average precision, f1, f2, f0 5, f score, f measure, fbeta, f beta, "
        "precision, recall, sensitivity, specificity, true positive rate, true negative rate, tpr, tnr, ppv, npv, "
        "predictive value, r2, r squared, r square, explained variance, mcc, matthews, kappa, gini, ndcg, mrr, bleu, "
        "rouge, iou, dice, silhouette, concordance, c index, youden, hit rate, throughput",
    ),
)
_PHRASES = tuple((orientation, tuple(phrases.split(", "))) for orientation, phrases in _TABLE)
#: Clarify's short names that mean something else inside a longer name: they count only as the whole name.
_WHOLE = {
    "di": Orientation.ONE,
    "ad": Orientation.ZERO,
    "rd": Orientation.ZERO,
    "te": Orientation.ZERO,
    "ge": Orientation.ZERO,
    "js": Orientation.LOWER,
    "kl": Orientation.LOWER,
    "ks": Orientation.LOWER,
    "lp": Orientation.LOWER,
}


def orientation_of(name: str, configured: Mapping[str, Orientation] | None = None) -> Orientation:
    """Say which values of the measure ``name`` are good.

    Args:
        name: Name of the measure, as people write it: ``ROC AUC``, ``log_loss``, ``R²``.
        configured: Pattern (``*`` and ``?``) of a name -> orientation; the last that fits goes before the table.
    """
    normal = words(name)
    for pattern, orientation in reversed(list((configured or {}).items())):
        if fnmatchcase(normal, _pattern(pattern)):
            return orientation
    return _built_in(normal)


def direction_of(before: float, after: float, orientation: Orientation) -> Direction:
    """Say whether a measure became better or worse when it went from ``before`` to ``after``."""
    if before == after:
        return Direction.SAME
    if orientation is Orientation.UNKNOWN:
        return Direction.UNKNOWN
    goodness = {
        Orientation.HIGHER: (before, after),
        Orientation.LOWER: (-before, -after),
        Orientation.ZERO: (-abs(before), -abs(after)),
        Orientation.ONE: (-abs(before - 1), -abs(after - 1)),
    }
    then, now = goodness[orientation]
    if then == now:
        return Direction.SAME
    return Direction.BETTER if now > then else Direction.WORSE


def words(name: str) -> str:
    """Write a name as lower-case words with single spaces: ``R²`` becomes ``r2``, ``logLoss`` becomes ``log loss``."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", unicodedata.normalize("NFKC", name))
    return " ".join(re.findall(r"[^\W_]+", split.casefold()))


def _pattern(pattern: str) -> str:
    parts = re.split(r"([*?])", unicodedata.normalize("NFKC", pattern).casefold())
    return "".join(part if part in ("*", "?") else re.sub(r"[\W_]+", " ", part) for part in parts).strip()


@lru_cache(maxsize=4096)
def _built_in(normal: str) -> Orientation:
    if normal in _WHOLE:
        return _WHOLE[normal]
    padded = f" {normal} "
    for orientation, phrases in _PHRASES:
        if any(f" {phrase} " in padded for phrase in phrases):
            return orientation
    return Orientation.UNKNOWN

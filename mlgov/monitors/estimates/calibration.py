"""From scores to probabilities: how often scores like these turned out positive in the reference.

Isotonic regression (pool adjacent violators, Barlow et al. 1972): the rising curve that fits the reference best.
Between its points it is interpolated, beyond them it is level.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising curve from scores to probabilities.

    Attributes:
        scores: Scores of its points, rising strictly.
        chances: Probabilities there, rising.
        rows: Labelled rows that it was learned from; 0 when scores are taken for probabilities.
    """

    scores: tuple[float, ...]
    chances: tuple[float, ...]
    rows: int

    def of(self, scores: npt.ArrayLike) -> Floats:
        """Give the probabilities of scores."""
        return np.interp(np.asarray(scores, np.float64), self.scores, self.chances)


#: Takes scores for probabilities.
IDENTITY = Calibration((0.0, 1.0), (0.0, 1.0), 0)


def learn(scores: npt.ArrayLike, positives: npt.ArrayLike, rows: npt.ArrayLike | None = None) -> Calibration:
    """Learn a calibration.

    Args:
        scores: Scores, or mean scores of bins, shape ``(points,)``.
        positives: How many of a point's rows are positive.
        rows: How many rows a point stands for; one each when None. Points without rows are left out.

    Returns:
        The curve; ``IDENTITY`` without any rows.
    """
    x, hits = np.asarray(scores, np.float64), np.asarray(positives, np.float64)
    weights = np.ones(len(x)) if rows is None else np.asarray(rows, np.float64)
    held = weights > 0
    points, place = np.unique(x[held], return_inverse=True)
    if not len(points):
        return IDENTITY
    at_hits, at_rows = (np.bincount(place, weights=column[held]).astype(np.float64) for column in (hits, weights))
    return Calibration(tuple(points.tolist()), tuple(rising(at_hits, at_rows).tolist()), int(at_rows.sum()))


def rising(hits: Floats, weights: Floats) -> Floats:
    """Fit a rising sequence to the shares hits / weights, least squares by weight, shape ``(points,)``."""
    blocks: list[tuple[float, float, int]] = []
    for hit, weight in zip(hits.tolist(), weights.tolist(), strict=True):
        blocks.append((hit, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            (h, w, n), (k, v, m) = blocks[-2], blocks[-1]
            blocks[-2:] = [(h + k, w + v, n + m)]
    return np.repeat([h / w for h, w, _ in blocks], [n for *_, n in blocks])


def calibration_error(chances: npt.ArrayLike, positives: npt.ArrayLike, rows: npt.ArrayLike) -> float | None:
    """Expected calibration error over bins: the mean absolute gap of predicted and observed shares, 0 to 1.

    Args:
        chances: Mean predicted probability per bin.
        positives: Positive rows per bin.
        rows: Rows per bin.
    """
    weights = np.asarray(rows, np.float64)
    held = weights > 0
    if not held.any():
        return None
    gaps = np.abs(np.asarray(positives, np.float64)[held] / weights[held] - np.asarray(chances, np.float64)[held])
    return float((gaps * weights[held]).sum() / weights.sum())

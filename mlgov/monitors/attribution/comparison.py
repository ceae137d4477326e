"""Attributions of a window against those of the baseline: numbers, noise, and what each feature did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import copysign, inf, log, sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.attribution import ranking
from mlgov.monitors.attribution.sums import AttributionSums, FeatureSums
from mlgov.monitors.distances.significance import adjusted, welch

Floats = npt.NDArray[np.float64]

#: Draws from which the noise is taken: with so many, what is called 99% is 98.7% to 99.3% (19 times in 20).
DRAWS = 4_000
_PIECE = 1 << 20  # numbers drawn at once
_Z = 2.5758293035489004
#: A mean attribution or a correlation that is smaller has no direction worth naming.
LEAST_DIRECTION = 0.1


@dataclass(frozen=True, slots=True)
class FeatureShift:
    """What one feature did.

    Attributes:
        feature: Its name.
        baseline: Global attribution in the baseline; 0 when it is new.
        current: Global attribution in the window; 0 when it is missing.
        baseline_share: Part of all attribution, 0 to 1; None when there is none.
        current_share: The same in the window.
        baseline_rank: 1 is the largest; tied ones share a rank.
        current_rank: The same in the window.
        p: Adjusted p-value of the change (Welch, over all features); None without the sums of rows.
        sign_flipped: Whether it now pushes the other way, beyond chance; None when that is not known.
    """

    feature: str
    baseline: float
    current: float
    baseline_share: float | None
    current_share: float | None
    baseline_rank: float
    current_rank: float
    p: float | None = None
    sign_flipped: bool | None = None

    @property
    def share_change(self) -> float:
        """Change of its share, -1 to 1."""
        return (self.current_share or 0.0) - (self.baseline_share or 0.0)


@dataclass(frozen=True, slots=True)
class AttributionComparison:
    """The attributions of one label in a window against the baseline.

    Attributes:
        label: The label.
        ndcg: As SageMaker has it, 0 to 1, falling with drift; None when not defined.
        share_moved: Part of all attribution that lies on other features now, 0 to 1.
        scale: All attribution now by that of the baseline.
        spearman: Rank correlation, -1 to 1.
        shifts: By feature, the largest change of share first.
        noise_99: By ``share_moved``, ``log_scale`` and ``ndcg_loss`` (1 - NDCG): what it stays under 99 times in 100
            when nothing changed; empty when the sums of rows are not known.
        n: Rows of the baseline (of the feature with most); None when not known.
        m: Rows of the window.
    """

    label: str
    ndcg: float | None
    share_moved: float | None
    scale: float | None
    spearman: float | None
    shifts: tuple[FeatureShift, ...]
    noise_99: Mapping[str, float]
    n: int | None
    m: int | None

    @property
    def log_scale(self) -> float | None:
        """Absolute logarithm of ``scale``: 0 when nothing changed, the same for twice and half."""
        if self.scale is None:
            return None
        return abs(log(self.scale)) if self.scale > 0 else inf

    @property
    def sign_flips(self) -> tuple[FeatureShift, ...]:
        """Features that push the other way."""
        return tuple(shift for shift in self.shifts if shift.sign_flipped)


def compare_values(
    baseline: Mapping[str, float], current: Mapping[str, float], *, label: str = "label0"
) -> AttributionComparison:
    """Compare global attributions of which no more is known, as in Clarify's files: without noise and tests."""
    return _compared(label, baseline, current, {}, {}, {}, None, None)


def compare(baseline: AttributionSums, current: AttributionSums, *, seed: int = 0) -> AttributionComparison:
    """Compare the attributions of rows.

    Args:
        baseline: Sums over the baseline's rows.
        current: Sums over the window's rows.
        seed: Of the draws that the noise is taken from, 0 to 2^32 - 1.
    """
    before, now = dict(baseline.features), dict(current.features)
    both = [name for name in sorted({*before, *now}) if before.get(name, _NONE).n and now.get(name, _NONE).n]
    tests = _tests([(before[name], now[name]) for name in both])
    return _compared(
        current.label,
        baseline.global_values,
        current.global_values,
        dict(zip(both, tests, strict=True)),
        {name: sign_flipped(before[name], now[name]) for name in both},
        noise(before, now, seed=seed),
        max((each.n for each in before.values()), default=0),
        max((each.n for each in now.values()), default=0),
    )


_NONE = FeatureSums()


def _compared(
    label: str,
    baseline: Mapping[str, float],
    current: Mapping[str, float],
    tests: Mapping[str, float | None],
    flips: Mapping[str, bool | None],
    noise_99: Mapping[str, float],
    n: int | None,
    m: int | None,
) -> AttributionComparison:
    names = sorted({*baseline, *current})
    before, now = ({name: abs(side.get(name, 0.0)) for name in names} for side in (baseline, current))
    ranks = [ranking.ranks(side) for side in (before, now)]
    shares = [ranking.shares(side) or {} for side in (before, now)]
    shifts = [
        FeatureShift(
            feature=name,
            baseline=before[name],
            current=now[name],
            baseline_share=shares[0].get(name),
            current_share=shares[1].get(name),
            baseline_rank=ranks[0][name],
            current_rank=ranks[1][name],
            p=tests.get(name),
            sign_flipped=flips.get(name),
        )
        for name in names
    ]
    return AttributionComparison(
        label=label,
        ndcg=ranking.ndcg(before, now),
        share_moved=ranking.share_moved(before, now),
        scale=ranking.scale(before, now),
        spearman=ranking.spearman(before, now),
        shifts=tuple(sorted(shifts, key=lambda shift: (-abs(shift.share_change), shift.feature))),
        noise_99=noise_99,
        n=n,
        m=m,
    )


def _tests(pairs: Sequence[tuple[FeatureSums, FeatureSums]]) -> list[float | None]:
    """Give the adjusted p-value of each feature's change of its mean absolute attribution."""
    found = [
        welch(h.mean_absolute or 0.0, h.absolute_variance, h.n, g.mean_absolute or 0.0, g.absolute_variance, g.n)
        for h, g in pairs
    ]
    raw = [test.p for test in found if test]
    after = iter(adjusted(raw).tolist() if raw else [])
    return [next(after) if test else None for test in found]


def sign_flipped(before: FeatureSums, now: FeatureSums) -> bool | None:
    """Say whether a feature pushes the other way now.

    With the feature's values known, the direction is the sign of their correlation with the attributions; else it is
    the sign of the mean attribution. Both sides must have one beyond chance (99%) that is worth naming.

    Returns:
        True or False; None when a side has no direction.
    """
    directions = [_by_values(before), _by_values(now)]
    if None in directions:
        directions = [_by_mean(before), _by_mean(now)]
    first, second = directions
    return None if first is None or second is None or 0.0 in (first, second) else first != second


def _by_values(side: FeatureSums) -> float | None:
    r = side.correlation
    if r is None:
        return None
    certain = abs(r) * sqrt(side.paired - 2) > _Z * sqrt(max(1 - r * r, 0.0))
    return copysign(1.0, r) if certain and abs(r) >= LEAST_DIRECTION else 0.0


def _by_mean(side: FeatureSums) -> float | None:
    if side.mean is None or not side.mean_absolute:
        return None
    certain = abs(side.mean) > _Z * sqrt(side.variance / side.n)
    return copysign(1.0, side.mean) if certain and abs(side.mean) >= LEAST_DIRECTION * side.mean_absolute else 0.0


def noise(before: Mapping[str, FeatureSums], now: Mapping[str, FeatureSums], *, seed: int) -> dict[str, float]:
    """Give the 99% quantiles of the statistics when nothing changed, at these numbers of rows.

    Both sides are drawn around the baseline's means with the standard errors that their rows give, each feature for
    itself (attributions of one row depend on each other, but their means hardly matter to one another here). The
    generator is numpy's legacy one, whose stream never changes.
    """
    names = sorted(name for name, each in before.items() if each.n)
    if not names:
        return {}
    centre = np.array([before[name].mean_absolute for name in names])
    rows = [(before[name], now.get(name, _NONE)) for name in names]
    errors = np.array([[sqrt(h.absolute_variance / h.n), _error(h, g)] for h, g in rows]).T
    random, step = np.random.RandomState(seed), max(1, _PIECE // len(names))
    pieces = [
        _statistics(np.abs(centre + errors * random.standard_normal((min(step, DRAWS - at), 2, len(names)))))
        for at in range(0, DRAWS, step)
    ]
    quantiles = np.quantile(np.concatenate(pieces), 0.99, axis=0).tolist()
    return dict(zip(("share_moved", "log_scale", "ndcg_loss"), quantiles, strict=True))


def _error(h: FeatureSums, g: FeatureSums) -> float:
    """Give the standard error of the window's mean; a window without rows of the feature borrows the baseline's."""
    if g.n < 2:
        return sqrt(h.absolute_variance / max(g.n, 1))
    return sqrt(max(h.absolute_variance, g.absolute_variance) / g.n)


def _statistics(draws: Floats) -> Floats:
    """Give share moved, log scale and NDCG loss per draw, shape ``(draws, 3)``, of ``(draws, side, features)``."""
    totals = np.maximum(draws.sum(axis=-1, keepdims=True), np.finfo(float).tiny)
    moved = np.abs(np.diff(draws / totals, axis=1)).sum(axis=(1, 2)) / 2
    scale = np.abs(np.log(totals[:, 1, 0] / totals[:, 0, 0]))
    before, now = draws[:, 0], draws[:, 1]
    weights = 1 / np.log2(np.arange(2, before.shape[1] + 2))
    gained = (np.take_along_axis(before, np.argsort(-now, axis=1, kind="stable"), axis=1) * weights).sum(axis=1)
    ideal = (np.sort(before, axis=1)[:, ::-1] * weights).sum(axis=1)
    loss = 1 - gained / np.maximum(ideal, np.finfo(float).tiny)
    return np.column_stack([moved, scale, loss])

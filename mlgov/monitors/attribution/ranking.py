"""How far the order of features by attribution has moved: NDCG as SageMaker has it, and what it cannot see.

NDCG ranks the features by the live attributions and adds up the baseline's attributions with falling weights; only the
order of the live side counts, and the baseline's large features dominate. So

- with a baseline of 14 features of a real model, an attribution of the top feature that falls to zero gives 0.916,
  above the usual limit of 0.90;
- attributions that are all ten times as large give 1.0;
- a baseline that is the same for all features gives 1.0 whatever happens.

That is why ``mlgov.monitors.attribution.compare`` has more than this number.
"""

from collections.abc import Mapping, Sequence
from math import fsum, log2, sqrt


def ndcg(baseline: Mapping[str, float], current: Mapping[str, float]) -> float | None:
    """Normalised discounted cumulative gain of the current ranking, 0 to 1; 1 when the order is the baseline's.

    DCG = sum over ranks i of a(f_i) / log2(i + 1), with a the absolute baseline attribution of the feature that the
    current attributions rank i-th; divided by the same sum in the baseline's own order. Features that are tied in the
    current ranking get the mean weight of their ranks, as in scikit-learn.

    Args:
        baseline: Global attribution by feature.
        current: The same of the window. A feature that is missing counts as 0; so does a new one in the baseline.

    Returns:
        The number; None when the baseline has no attribution that is not 0.
    """
    names = sorted({*baseline, *current})
    gains = {name: abs(baseline.get(name, 0.0)) for name in names}
    ideal = _cumulative_gain(gains, gains)
    if not ideal:
        return None
    return min(_cumulative_gain(gains, {name: abs(current.get(name, 0.0)) for name in names}) / ideal, 1.0)


def _cumulative_gain(gains: Mapping[str, float], ranking: Mapping[str, float]) -> float:
    weights = _weights(ranking)
    return fsum(sorted(gain * weights[ranking[name]] for name, gain in gains.items()))


def _weights(ranking: Mapping[str, float]) -> dict[float, float]:
    """Give each value of the ranking the mean of 1 / log2(rank + 1) over the ranks that it holds."""
    held: dict[float, list[float]] = {}
    for rank, value in enumerate(sorted(ranking.values(), reverse=True), 1):
        held.setdefault(value, []).append(1 / log2(rank + 1))
    return {value: fsum(weights) / len(weights) for value, weights in held.items()}


def ranks(values: Mapping[str, float]) -> dict[str, float]:
    """Rank features by absolute attribution: 1 is the largest, tied ones share the mean of their ranks."""
    held: dict[float, list[int]] = {}
    for rank, value in enumerate(sorted((abs(value) for value in values.values()), reverse=True), 1):
        held.setdefault(value, []).append(rank)
    return {name: sum(held[abs(value)]) / len(held[abs(value)]) for name, value in values.items()}


def shares(values: Mapping[str, float]) -> dict[str, float] | None:
    """Divide absolute attributions by their sum; None when that is 0."""
    total = fsum(abs(value) for value in values.values())
    return {name: abs(value) / total for name, value in values.items()} if total else None


def share_moved(baseline: Mapping[str, float], current: Mapping[str, float]) -> float | None:
    """Share of all attribution that lies on other features than before: half the sum of absolute differences.

    0 to 1, symmetric, and the same at any scale; None when a side has no attribution at all.
    """
    before, now = shares(baseline), shares(current)
    if before is None or now is None:
        return None
    moved = fsum(abs(before.get(name, 0.0) - now.get(name, 0.0)) for name in sorted({*before, *now})) / 2
    return min(moved, 1.0)


def scale(baseline: Mapping[str, float], current: Mapping[str, float]) -> float | None:
    """Sum of all current attributions by that of the baseline; None when the baseline has none."""
    before = fsum(abs(value) for value in baseline.values())
    return fsum(abs(value) for value in current.values()) / before if before else None


def spearman(baseline: Mapping[str, float], current: Mapping[str, float]) -> float | None:
    """Spearman's rank correlation over the features of both, -1 to 1; None when a side ranks nothing."""
    names = sorted({*baseline, *current})
    sides = [ranks({name: side.get(name, 0.0) for name in names}) for side in (baseline, current)]
    return _correlation([sides[0][name] for name in names], [sides[1][name] for name in names])


def _correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    middle = (len(x) + 1) / 2
    both = fsum((a - middle) * (b - middle) for a, b in zip(x, y, strict=True))
    spread = fsum((a - middle) ** 2 for a in x) * fsum((b - middle) ** 2 for b in y)
    return max(-1.0, min(1.0, both / sqrt(spread))) if spread else None

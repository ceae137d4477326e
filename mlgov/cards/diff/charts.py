"""What changed in the numbers of a chart, in a few words."""

from collections.abc import Callable
from typing import Any


def chart_summary(chart: str, before: Any, after: Any) -> str:  # noqa: ANN401 - a chart's own lists of numbers
    """Say how two charts differ: in size, or where the numbers differ most.

    Args:
        chart: ``linear_graph`` (points ``[x, y]``), ``bar_chart`` (heights) or ``matrix`` (rows of numbers).
        before: The earlier numbers.
        after: The later numbers.
    """
    summaries: dict[str, Callable[[Any, Any], str]] = {"linear_graph": _curve, "bar_chart": _bars, "matrix": _matrix}
    return summaries[chart](before, after)


def _curve(before: list[list[float]], after: list[list[float]]) -> str:
    if len(before) != len(after):
        return f"{len(before)} points became {len(after)}"
    if [point[0] for point in before] != [point[0] for point in after]:
        return f"{_moved(before, after)} of {len(after)} points moved"
    step, at = max((abs(new[1] - old[1]), -i) for i, (old, new) in enumerate(zip(before, after, strict=True)))
    return f"{_moved(before, after)} of {len(after)} points moved, most by {step:.4g} at x = {after[-at][0]:g}"


def _bars(before: list[float], after: list[float]) -> str:
    if len(before) != len(after):
        return f"{len(before)} bars became {len(after)}"
    step, at = max((abs(new - old), -i) for i, (old, new) in enumerate(zip(before, after, strict=True)))
    return f"{_moved(before, after)} of {len(after)} bars changed, most by {step:.4g} (bar {1 - at})"


def _matrix(before: list[list[float]], after: list[list[float]]) -> str:
    old, new = (f"{len(side)} x {len(side[0])}" for side in (before, after))
    if old != new:
        return f"{old} cells became {new}"
    places = [(i, j) for i, row in enumerate(after) for j in range(len(row)) if row[j] != before[i][j]]
    i, j = max(places, key=lambda at: abs(after[at[0]][at[1]] - before[at[0]][at[1]]))
    cell = f"row {i + 1}, column {j + 1}: {before[i][j]:g} became {after[i][j]:g}"
    return f"{len(places)} of {len(after) * len(after[0])} cells changed, most in {cell}"


def _moved(before: list[Any], after: list[Any]) -> int:
    return sum(old != new for old, new in zip(before, after, strict=True))

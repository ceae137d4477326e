"""Counting a numeric column, piece by piece."""

from math import ceil, floor

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.types as pt

from mlgov.monitors.profile import logbuckets, sums
from mlgov.monitors.profile.layout import ColumnKind, NumericLayout
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.profile.numeric import Buckets, FarValues, NumericProfile, far_added
from mlgov.monitors.profile.parts import Types, tallied

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Pieces whose sums of steps stay below ``2 ** 63``: 2 ** 10 times 2 ** 16 rows below 2 ** 36.
PIECES_BEFORE_CARRY = 1 << 10

#: Whole numbers are looked up one by one when there can be so many at most: more would cost as much as rounding all.
FEW_WHOLE = 256
#: Up to here each whole number is a float.
EXACT_WHOLE = 1 << 52


class Scratch:
    """Room that the tallies of one pass use one after the other, so that no piece allocates it anew."""

    def __init__(self) -> None:
        self.values = np.empty(sums.PIECE_ROWS)
        self.steps = np.empty(sums.PIECE_ROWS)
        self.flags = np.empty(sums.PIECE_ROWS, bool)


class NumericTally:
    """Counts a numeric column: sort the piece, look the edges up in it, add on the grid.

    Args:
        layout: The frozen bins.
        scratch: Room for one piece.
    """

    def __init__(self, layout: NumericLayout, scratch: Scratch) -> None:
        self.absent = 0
        self._scratch = scratch
        self._layout = layout
        # How many values are at most: -inf, the largest negative, 0, the ends of the grid, the largest finite, inf.
        ends = sums.grid_limits(layout.grid_centre, layout.grid_exponent)
        marks = (-np.inf, -5e-324, 0.0, *ends, np.finfo(np.float64).max, np.inf)
        self._lookups = np.array([*layout.edges, *marks])
        self._rows = self._null = self._nan = self._zero = self._negative = self._integral = 0
        self._infinite = [0, 0]
        self._types = Types()
        self._range = (np.inf, -np.inf)
        self._counts: Ints = np.zeros(layout.bins, np.int64)
        self._steps: Ints = np.zeros(layout.bins, np.int64)
        self._bounds: Ints = np.zeros(layout.bins + 1, np.int64)
        self._carried = [0] * layout.bins
        self._pieces = 0
        self._squares = self._far_squares = 0
        self._far: tuple[FarValues, ...] = ()
        self._below: Buckets = ()
        self._above: Buckets = ()

    def add(self, column: pa.Array) -> None:
        piece = numbers(column, time=self._layout.kind is ColumnKind.TIME, out=self._scratch.values)
        values, types = piece.values, piece.types
        values.sort()  # NaN goes last
        found = np.searchsorted(values, self._lookups, side="right")
        first, below_zero, to_zero, near, far, last, real = found[len(self._layout.edges) :].tolist()
        self._rows += len(values)
        self._null += piece.null
        self._nan += len(values) - real - piece.null - types.text - types.other
        self._infinite = [self._infinite[0] + first, self._infinite[1] + real - last]
        self._negative += below_zero - first
        self._zero += to_zero - below_zero
        self._types += types
        if not types.boolean:
            self._integral += last - first if pt.is_integer(column.type) else self._whole(values[first:last])
        if first < last:
            self._range = (min(self._range[0], values[first]), max(self._range[1], values[last - 1]))
            bounds = self._bounds
            bounds[0], bounds[1:-1], bounds[-1] = first, found[: len(self._layout.edges)], last
            self._add_finite(values, bounds, near, far)

    def _whole(self, values: Floats) -> int:
        """Count whole numbers among sorted finite values: where they lie close, look up each that could be there."""
        tail = len(values) >> 6
        if not tail:
            return self._rounded(values)
        inner = values[tail:-tail]
        low, high = ceil(inner[0]), floor(inner[-1])
        if high - low > FEW_WHOLE or max(-low, high) > EXACT_WHOLE:
            return self._rounded(values)
        whole = np.arange(low, high + 1, dtype=np.float64)
        found = np.searchsorted(inner, whole, side="right") - np.searchsorted(inner, whole, side="left")
        return int(found.sum()) + self._rounded(values[:tail]) + self._rounded(values[-tail:])

    def _rounded(self, values: Floats) -> int:
        rounded = np.rint(values, out=self._scratch.steps[: len(values)])
        return int(np.count_nonzero(np.equal(rounded, values, out=self._scratch.flags[: len(values)])))

    def _add_finite(self, values: Floats, bounds: Ints, near: int, far: int) -> None:
        """Count sorted values whose bin ``i`` is ``bounds[i]:bounds[i + 1]`` and whose grid part is ``near:far``."""
        self._counts += bounds[1:] - bounds[:-1]
        centre, exponent = self._layout.grid_centre, self._layout.grid_exponent
        inner = np.minimum(np.maximum(bounds, near), far) - near
        filled = np.flatnonzero(inner[1:] > inner[:-1])
        if len(filled):
            found = sums.grid_sums(values[near:far], inner[filled], centre, exponent, out=self._scratch.steps)
            self._steps[filled] += found.steps
            self._squares += found.squares
            self._carry()
        self._add_far(values, bounds, bounds[0], near)
        self._add_far(values, bounds, far, bounds[-1])
        below, above = (bounds[1], bounds[-2]) if self._layout.edges else (bounds[0], bounds[0])
        self._below = _bucketed(self._below, values[bounds[0] : below])
        self._above = _bucketed(self._above, values[above : bounds[-1]])

    def _carry(self) -> None:
        self._pieces += 1
        if self._pieces == PIECES_BEFORE_CARRY:
            self._carried = self._all_steps()
            self._steps[:] = 0
            self._pieces = 0

    def _all_steps(self) -> list[int]:
        return [carried + steps for carried, steps in zip(self._carried, self._steps.tolist(), strict=True)]

    def _add_far(self, values: Floats, bounds: Ints, start: int, end: int) -> None:
        if start == end:
            return
        self._far_squares += sums.far_sum_of_squares(values[start:end])
        inner = np.minimum(np.maximum(bounds, start), end)
        parts = [
            FarValues(bin=int(index), count=int(high - low), total=sums.far_sum(values[low:high]))
            for index in np.flatnonzero(inner[1:] > inner[:-1])
            for low, high in [inner[index : index + 2]]
        ]
        self._far = far_added((*self._far, *parts))

    def profile(self) -> NumericProfile:
        found = any(self._counts.tolist())
        held = int(self._counts.sum()) + sum(self._infinite) + self._nan
        numeric = Types(integral=self._integral, fractional=held - self._types.boolean - self._integral)
        return NumericProfile(
            layout=self._layout,
            rows=self._rows,
            absent=self.absent,
            null=self._null,
            nan=self._nan,
            positive_infinity=self._infinite[1],
            negative_infinity=self._infinite[0],
            zero=self._zero,
            negative=self._negative,
            minimum=float(self._range[0]) + 0.0 if found else None,  # adding 0 turns -0 into 0
            maximum=float(self._range[1]) + 0.0 if found else None,
            types=self._types + numeric,
            counts=tuple(self._counts.tolist()),
            steps=tuple(self._all_steps()),
            squares=self._squares,
            far=self._far,
            far_squares=self._far_squares,
            below=self._below,
            above=self._above,
        )


def _bucketed(counted: Buckets, values: Floats) -> Buckets:
    return tallied((*counted, *logbuckets.counts_of(values).items())) if len(values) else counted

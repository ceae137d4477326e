"""What a reference freezes: the bins, vocabularies and grids that every later window is counted in."""

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

#: The edge just below zero. A normal number, because some libraries make the processor treat subnormal ones as zero.
BELOW_ZERO = -2.2250738585072014e-308

#: Nothing is below it.
LOWEST = -1.7976931348623157e308


class ColumnKind(StrEnum):
    """How a column is profiled."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    TIME = "time"


def just_below(value: float) -> float:
    """Give the edge just below ``value``: the next smaller number, for zero the next smaller normal one.

    The lowest number is its own edge, and so counts as outside the range.
    """
    if value == 0:
        return BELOW_ZERO
    return max(math.nextafter(value, -math.inf), LOWEST)


@dataclass(frozen=True)
class NumericLayout:
    """The frozen bins of a numeric column, or of a time column in seconds since 1970.

    Bin ``i`` holds ``edges[i - 1] < x <= edges[i]``; the first and the last bin are open. The first edge lies just
    below the smallest reference value and the last edge is the largest, so the two end bins hold what is outside the
    reference's range. A value that many reference rows share (an atom) has an edge at itself and one just below it,
    so its bin holds nothing else (that of zero holds negative subnormal numbers, too). Without any reference value
    there are no edges and one bin.

    Attributes:
        name: The column.
        edges: Finite and strictly increasing; there is one bin more than edges.
        deciles: First bin of each coarse group after the first: up to ten groups with about equal reference shares,
            or one group per value when the reference is discrete.
        discrete: Whether the reference has at most 20 different values that repeat (five rows each on average).
        integral: Whether every reference value is a whole number.
        grid_centre: Zero of the grid that sums are kept on.
        grid_exponent: The grid has steps of ``2 ** grid_exponent``.
        kind: ``numeric`` or ``time``.
    """

    name: str
    edges: tuple[float, ...]
    deciles: tuple[int, ...]
    discrete: bool
    integral: bool
    grid_centre: float
    grid_exponent: int
    kind: ColumnKind = ColumnKind.NUMERIC

    @property
    def bins(self) -> int:
        """Number of bins."""
        return len(self.edges) + 1

    @cached_property
    def atoms(self) -> npt.NDArray[np.bool_]:
        """Whether a bin holds one value only, shape ``(bins,)``."""
        found = np.zeros(self.bins, dtype=bool)
        for index in range(1, len(self.edges)):
            found[index] = just_below(self.edges[index]) == self.edges[index - 1]
        return found

    def grouped(self, counts: tuple[int, ...]) -> npt.NDArray[np.int64]:
        """Add the counts of the bins of each coarse group, shape ``(len(deciles) + 1,)``."""
        return np.add.reduceat(np.asarray(counts, dtype=np.int64), (0, *self.deciles))


@dataclass(frozen=True)
class CategoricalLayout:
    """The frozen vocabulary of a categorical, boolean, text or id column.

    Attributes:
        name: The column.
        vocabulary: The named values, in order of their code points.
        complete: Whether the vocabulary names every reference value. A value outside a complete vocabulary is
            *unseen*; outside one that was cut it is *other*.
        kind: ``categorical``.
        sensitive: Whether no value outside the vocabulary may be shown, however many rows share it.
    """

    name: str
    vocabulary: tuple[str, ...]
    complete: bool
    kind: ColumnKind = ColumnKind.CATEGORICAL
    sensitive: bool = False


ColumnLayout = NumericLayout | CategoricalLayout


@dataclass(frozen=True)
class Layout:
    """The layouts of all columns.

    Attributes:
        columns: One layout per column; names are unique.
    """

    columns: tuple[ColumnLayout, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def digest(self) -> str:
        """``sha256:`` and 64 hexadecimal digits over the canonical JSON of the layout."""
        text = canonical([layout_value(column) for column in self.columns])
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def layout_value(column: ColumnLayout) -> dict[str, Any]:
    """Give a column's layout as JSON values; only sensitive columns say that they are, so others keep their bytes."""
    value = asdict(column)
    if not value.get("sensitive", True):
        del value["sensitive"]
    return value


def canonical(value: object) -> str:
    """Write JSON in the one way we write it: sorted keys, no spaces, ASCII, shortest numbers, never NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)

"""The flip test: would people in the facet have fared better if they were like their neighbours outside it?

Each row of the facet (d) is compared with the rows outside it (a) that resemble it most. F+ are rows of d with a
negative prediction whose neighbours mostly have a positive one: they would gain. F- are the rows that would lose.
FT = (F+ - F-) / n_d, so a positive value means that the facet is at a disadvantage. (Clarify documents this sign; its
library computes the opposite one.)

It needs the features of single rows, so it runs on a sample of a window. How it goes here:

- neighbours: 5, or 1 when a has fewer than 10 rows (as in Clarify's library);
- distance: Euclidean, each feature divided by its standard deviation over both sides, or else the feature with the
  largest numbers alone would decide (Clarify's library takes features as they are: ``scaled=False``);
- several rows at the distance of the last neighbour share what is left of the votes, so the order of the rows does not
  matter; neighbours that are split in half flip nobody.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEIGHBOURS = 5
#: With fewer rows outside the facet one neighbour is asked.
ROWS_FOR_MANY = 10
_PIECE = 1 << 22  # distances in memory at once


@dataclass(frozen=True, slots=True)
class Flips:
    """What the flip test counted. Counts of different samples of d against the same a add up.

    Attributes:
        gained: F+, rows of d that their neighbours' predictions would lift.
        lost: F-, rows that they would lower.
        d_rows: Rows of the facet, n_d.
        a_rows: Rows outside it that were compared with.
    """

    gained: int
    lost: int
    d_rows: int
    a_rows: int

    @property
    def value(self) -> float | None:
        """FT, -1 to 1; None when a side has no rows."""
        return (self.gained - self.lost) / self.d_rows if self.d_rows and self.a_rows else None

    @property
    def standard_error(self) -> float | None:
        """Of FT as the mean of +1, 0 and -1 over the rows of d; the rows of a are taken as given."""
        if self.value is None:
            return None
        return sqrt(max((self.gained + self.lost) / self.d_rows - self.value**2, 0.0) / self.d_rows)

    def interval(self, z: float) -> tuple[float, float]:
        """Give value plus or minus z errors, after half a row is added to each of four kinds (Agresti and Min 2005).

        Without that, no flips among few rows would be taken for certainty. Needs a value.
        """
        value, n = self.value or 0.0, self.d_rows + 2
        gained, lost = (self.gained + 0.5) / n, (self.lost + 0.5) / n
        middle, reach = gained - lost, z * sqrt((gained + lost - (gained - lost) ** 2) / n)
        return max(-1.0, min(middle - reach, value)), min(1.0, max(middle + reach, value))


def flip_test(
    features: npt.ArrayLike,
    in_facet: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    neighbours: int = NEIGHBOURS,
    scaled: bool = True,
) -> Flips:
    """Run the flip test on a sample of rows.

    Args:
        features: Numbers, shape ``(rows, features)``; rows with one that is not finite are left out.
        in_facet: Which rows are in the facet, shape ``(rows,)``.
        positive: Which rows are predicted positive.
        neighbours: How many rows outside the facet are asked, when there are at least 10.
        scaled: Whether features are divided by their standard deviation.

    Raises:
        UsageError: The shapes do not fit together.
    """
    table, facet, predicted = np.asarray(features, np.float64), np.asarray(in_facet, bool), np.asarray(positive, bool)
    if table.ndim != 2 or len({len(table), len(facet), len(predicted)}) != 1:
        raise UsageError("The flip test needs a row of features for every row.", hint="Give a table (rows, features).")
    whole = np.isfinite(table).all(axis=1)
    table, facet, predicted = table[whole], facet[whole], predicted[whole]
    table = _scaled(table) if scaled else table
    a, d = table[~facet], table[facet]
    if not len(a) or not len(d):
        return Flips(0, 0, len(d), len(a))
    asked = min(neighbours, len(a)) if len(a) >= ROWS_FOR_MANY else 1
    votes = _votes(d, a, predicted[~facet], asked)
    half = asked / 2
    own = predicted[facet]
    return Flips(int(np.sum(~own & (votes > half))), int(np.sum(own & (votes < half))), len(d), len(a))


def _scaled(table: Floats) -> Floats:
    """Divide by the deviation; sorted first, so that its last digits do not depend on the order of the rows."""
    deviation = np.sort(table, axis=0).std(axis=0) if len(table) else np.ones(table.shape[1])
    return table / np.where(deviation > 0, deviation, 1)


def _votes(d: Floats, a: Floats, positive: Flags, asked: int) -> Floats:
    """Give the positive votes of each row's neighbours, shape ``(d rows,)``, 0 to ``asked``."""
    step = max(1, _PIECE // len(a))
    return np.concatenate([_piece_votes(d[at : at + step], a, positive, asked) for at in range(0, len(d), step)])


def _piece_votes(d: Floats, a: Floats, positive: Flags, asked: int) -> Floats:
    distances = np.zeros((len(d), len(a)))
    for column in range(a.shape[1]):  # feature by feature: equal rows are then equally far, to the last bit
        distances += (d[:, column, None] - a[None, :, column]) ** 2
    last = np.partition(distances, asked - 1, axis=1)[:, asked - 1 : asked]
    nearer, level = distances < last, distances == last
    left = asked - nearer.sum(axis=1)
    share = (level & positive).sum(axis=1) / level.sum(axis=1)
    return np.asarray((nearer & positive).sum(axis=1) + left * share, np.float64)

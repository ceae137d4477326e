"""Attributions of rows (SHAP values, for instance) added up exactly, so that parts add up in any order.

Every sum is a whole number of units of a power of two, as ``mlgov.monitors.profile.sums`` has them: no term is rounded
(only the product of value and attribution is, once per row).
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from fractions import Fraction
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError
from mlgov.monitors.profile import sums

Floats = npt.NDArray[np.float64]

_UNIT = Fraction(1, 1 << sums.UNIT)
_SQUARE = _UNIT**2


@dataclass(frozen=True, slots=True)
class FeatureSums:
    """The attributions of one feature.

    Attributes:
        n: Rows with a finite attribution.
        left_out: Rows without one.
        absolute: Sum of absolute attributions, in units of ``2 ** -sums.UNIT``.
        signed: Sum of attributions.
        squares: Sum of squared attributions, in units of ``2 ** (-2 * sums.UNIT)``.
        paired: Rows that also have a finite value of the feature.
        values: Sum of these values.
        value_squares: Sum of their squares.
        paired_signed: Sum of the attributions of these rows.
        paired_squares: Sum of their squares.
        products: Sum of value times attribution over them.
    """

    n: int = 0
    left_out: int = 0
    absolute: int = 0
    signed: int = 0
    squares: int = 0
    paired: int = 0
    values: int = 0
    value_squares: int = 0
    paired_signed: int = 0
    paired_squares: int = 0
    products: int = 0

    @property
    def mean_absolute(self) -> float | None:
        """Mean absolute attribution: the global value. None without rows."""
        return float(self.absolute * _UNIT / self.n) if self.n else None

    @property
    def mean(self) -> float | None:
        """Mean attribution; None without rows."""
        return float(self.signed * _UNIT / self.n) if self.n else None

    @property
    def mean_square(self) -> float | None:
        """Mean squared attribution; None without rows."""
        return float(self.squares * _SQUARE / self.n) if self.n else None

    @property
    def absolute_variance(self) -> float:
        """Population variance of the absolute attributions; 0 without rows."""
        return self._variance(self.absolute)

    @property
    def variance(self) -> float:
        """Population variance of the attributions; 0 without rows."""
        return self._variance(self.signed)

    def _variance(self, total: int) -> float:
        if not self.n:
            return 0.0
        return float(self.squares * _SQUARE / self.n - (total * _UNIT / self.n) ** 2)

    @property
    def correlation(self) -> float | None:
        """Correlation of value and attribution, -1 to 1: which way the feature pushes; None without spread."""
        n = self.paired
        both = n * self.products * _UNIT - self.values * self.paired_signed * _UNIT**2
        of_values = n * self.value_squares * _SQUARE - (self.values * _UNIT) ** 2
        of_attributions = n * self.paired_squares * _SQUARE - (self.paired_signed * _UNIT) ** 2
        if n < 3 or of_values <= 0 or of_attributions <= 0:
            return None
        ratio = both**2 / (of_values * of_attributions)
        return max(-1.0, min(1.0, sqrt(float(min(ratio, Fraction(1)))) * (1 if both > 0 else -1)))

    def plus(self, other: "FeatureSums") -> "FeatureSums":
        """Add the sums of other rows."""
        return FeatureSums(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class AttributionSums:
    """The attributions of one label.

    Attributes:
        label: The label that the attributions are for; Clarify calls them label0, label1, ...
        features: Sums by feature, sorted by name.
    """

    label: str
    features: tuple[tuple[str, FeatureSums], ...]

    @property
    def global_values(self) -> dict[str, float]:
        """Mean absolute attribution by feature, of those that have rows."""
        found = {name: each.mean_absolute for name, each in self.features}
        return {name: value for name, value in found.items() if value is not None}


def add_up(
    attributions: Mapping[str, npt.ArrayLike],
    *,
    values: Mapping[str, npt.ArrayLike] | None = None,
    label: str = "label0",
) -> AttributionSums:
    """Add up the attributions of a batch.

    Args:
        attributions: By feature, shape ``(rows,)``; what is not finite is left out.
        values: The features' own values, for the ones that are numbers: tells which way each pushes.
        label: The label that the attributions are for.

    Raises:
        UsageError: A column of values has another length than its attributions.
    """
    columns = {name: np.asarray(column, np.float64) for name, column in sorted(attributions.items())}
    own = {name: np.asarray(column, np.float64) for name, column in (values or {}).items() if name in columns}
    for name, column in own.items():
        if len(column) != len(columns[name]):
            raise UsageError(
                f"The values of '{name}' are not as many as its attributions.", hint="Give one value per row."
            )
    return AttributionSums(label, tuple((name, _summed(column, own.get(name))) for name, column in columns.items()))


def merge(parts: Iterable[AttributionSums]) -> AttributionSums:
    """Add sums of one label, in any order. Raises UsageError when they are of different labels, or there are none."""
    listed = list(parts)
    if len({part.label for part in listed}) != 1:
        raise UsageError("Attributions of different labels do not add up.", hint="Add up each label on its own.")
    total: dict[str, FeatureSums] = {}
    for part in listed:
        for name, each in part.features:
            total[name] = total.get(name, FeatureSums()).plus(each)
    return AttributionSums(listed[0].label, tuple(sorted(total.items())))


def rendered(part: AttributionSums) -> dict[str, object]:
    """Give the sums as a JSON value; whole numbers are hexadecimal text, for they have hundreds of digits."""
    names = [field.name for field in fields(FeatureSums)]
    features = {
        feature: {name: format(number, "x") for name, number in zip(names, astuple(each), strict=True)}
        for feature, each in part.features
    }
    return {"label": part.label, "features": features}


def loaded(value: Mapping[str, object]) -> AttributionSums:
    """Read what ``rendered`` gave. Raises ValueError."""
    label, features = value.get("label"), value.get("features")
    if not isinstance(label, str) or not isinstance(features, Mapping):
        raise ValueError("label and features are missing")
    return AttributionSums(label, tuple(sorted((str(name), _loaded(each)) for name, each in features.items())))


def _loaded(value: object) -> FeatureSums:
    names = {field.name for field in fields(FeatureSums)}
    if not isinstance(value, Mapping) or set(value) != names:
        raise ValueError(f"the sums of a feature are {', '.join(sorted(names))}")
    found = FeatureSums(**{name: int(str(text), 16) for name, text in value.items()})
    if min(found.n, found.left_out, found.absolute, found.squares, found.value_squares, found.paired) < 0:
        raise ValueError("counts and sums of squares are not negative")
    return found


def _summed(column: Floats, values: Floats | None) -> FeatureSums:
    finite = np.isfinite(column)
    total = FeatureSums(left_out=int(np.count_nonzero(~finite)))
    pairs = np.isfinite(values) & finite if values is not None else None
    for at in range(0, len(column), sums.PIECE_ROWS):
        piece = slice(at, at + sums.PIECE_ROWS)
        alone = _of_attributions(column[piece][finite[piece]])
        total = total.plus(alone)
        if values is not None and pairs is not None:
            total = total.plus(_of_pairs(column[piece][pairs[piece]], values[piece][pairs[piece]], alone))
    return total


def _of_attributions(column: Floats) -> FeatureSums:
    up = column > 0
    raised, lowered = sums.far_sum(column[up]), sums.far_sum(column[~up])
    return FeatureSums(
        n=len(column),
        absolute=raised - lowered,
        signed=raised + lowered,
        squares=sums.far_sum_of_squares(column),
    )


def _of_pairs(column: Floats, values: Floats, alone: FeatureSums) -> FeatureSums:
    """Add up rows with a value; ``alone`` has the sums of all rows with an attribution, mostly the same rows."""
    with np.errstate(over="ignore"):
        products = column * values
    kept = np.isfinite(products)
    column, values, products = column[kept], values[kept], products[kept]
    same = len(column) == alone.n
    return FeatureSums(
        paired=len(column),
        values=sums.far_sum(values),
        value_squares=sums.far_sum_of_squares(values),
        paired_signed=alone.signed if same else sums.far_sum(column),
        paired_squares=alone.squares if same else sums.far_sum_of_squares(column),
        products=sums.far_sum(products),
    )

"""Was a unit changed? Quantiles of both sides tell: of meters and feet they are all in the same ratio."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from mlgov.monitors.profile import NumericProfile

Floats = npt.NDArray[np.float64]

SHARES = tuple((np.arange(1, 20) / 20).tolist())
#: Both sides need so many values before a unit is named.
LEAST_VALUES = 100
#: Mean gap of the quantiles, in units of the spread: what fits, and what had to be explained at least.
_FITS, _UNEXPLAINED = 0.08, 0.25

#: A known factor is named when the measured one is as near; a known offset when it is so many times the spread. On
#: a smaller scale, anything that moved would be near some conversion.
_NEAR_FACTOR, _LARGE_OFFSET = 0.03, 5.0

#: Known conversions ``factor * x + offset`` and what they mean.
CONVERSIONS: tuple[tuple[float, float, str], ...] = (
    *((10.0**power, 0.0, f"a factor of {10**power:,}") for power in range(1, 10)),
    *((10.0**-power, 0.0, f"a factor of 1/{10**power:,}") for power in range(1, 10)),
    (-1.0, 0.0, "the other sign"),
    (60.0, 0.0, "minutes to seconds, or hours to minutes"),
    (1 / 60, 0.0, "seconds to minutes, or minutes to hours"),
    (3600.0, 0.0, "hours to seconds"),
    (1 / 3600, 0.0, "seconds to hours"),
    (24.0, 0.0, "days to hours"),
    (1 / 24, 0.0, "hours to days"),
    (7.0, 0.0, "weeks to days"),
    (1 / 7, 0.0, "days to weeks"),
    (12.0, 0.0, "years to months"),
    (1 / 12, 0.0, "months to years"),
    (365.25, 0.0, "years to days"),
    (1 / 365.25, 0.0, "days to years"),
    (1024.0, 0.0, "a factor of 1,024 (bytes)"),
    (1 / 1024, 0.0, "a factor of 1/1,024 (bytes)"),
    (2.54, 0.0, "inches to centimetres"),
    (1 / 2.54, 0.0, "centimetres to inches"),
    (0.3048, 0.0, "feet to metres"),
    (1 / 0.3048, 0.0, "metres to feet"),
    (1.609344, 0.0, "miles to kilometres"),
    (1 / 1.609344, 0.0, "kilometres to miles"),
    (0.45359237, 0.0, "pounds to kilograms"),
    (1 / 0.45359237, 0.0, "kilograms to pounds"),
    (1.8, 32.0, "Celsius to Fahrenheit"),
    (1 / 1.8, -32 / 1.8, "Fahrenheit to Celsius"),
    (1.0, 273.15, "Celsius to kelvin"),
    (1.0, -273.15, "kelvin to Celsius"),
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """How the window's values come from the reference's.

    Attributes:
        factor: They are this times as large ...
        offset: ... plus this.
        meaning: What a known conversion means; empty for any other.
        gap_before: Mean gap of the quantiles in units of the reference's spread, unconverted.
        gap_after: The same, converted, in units of the converted spread.
    """

    factor: float
    offset: float
    meaning: str
    gap_before: float
    gap_after: float


def quantiles(side: NumericProfile) -> Floats | None:
    """Give 19 quantiles, 5% to 95%; None without values or when most are the same."""
    found = [side.quantile(share) for share in SHARES]
    values = np.array([value for value in found if value is not None])
    return values if len(values) == len(SHARES) and values[-1] > values[0] else None


def conversion(reference: NumericProfile, current: NumericProfile) -> Conversion | None:
    """Find the conversion that explains a window: a known one, else any factor, else any offset; None if none does."""
    if min(reference.n, current.n) < LEAST_VALUES:
        return None
    q, g = quantiles(reference), quantiles(current)
    if q is None or g is None:
        return None
    before = _gap(q, g, 1.0, 0.0)
    allowed = _FITS + 2 * sqrt(1 / reference.n + 1 / current.n)
    if before < max(_UNEXPLAINED, 3 * allowed):
        return None
    any_factor, any_offset = float((q @ g) / (q @ q)), float(np.mean(g - q))
    known = [
        Conversion(f, o, meaning, before, _gap(q, g, f, o))
        for f, o, meaning in CONVERSIONS
        if _is_telling(f, o, any_factor, float(np.std(q)))
    ]
    others = [
        Conversion(any_factor, 0.0, "", before, _gap(q, g, any_factor, 0.0)),
        Conversion(1.0, any_offset, "", before, _gap(q, g, 1.0, any_offset)),
    ]
    for group in (known, others):
        best = min(group, key=lambda each: each.gap_after, default=None)
        if best and best.gap_after <= allowed:
            return best
    return None


def _is_telling(factor: float, offset: float, measured: float, spread: float) -> bool:
    """Say whether a known conversion is more than one of the many that fit a shift."""
    if factor == 1:
        return abs(offset) >= _LARGE_OFFSET * spread
    return factor < 0 or offset != 0 or abs(measured / factor - 1) <= _NEAR_FACTOR


def _gap(q: Floats, g: Floats, factor: float, offset: float) -> float:
    """Give the mean gap of converted and found quantiles, in units of the converted spread."""
    converted = np.sort(factor * q + offset)
    spread = abs(factor) * float(np.std(q))
    return float(np.mean(np.abs(converted - g))) / spread if spread > 0 else np.inf

"""Counts in buckets that grow by 1%: what values outside every bin look like, at any scale.

The form of DDSketch (Masson, Rim, Lee 2019): bucket ``i`` holds ``gamma ** (i - 1) < x <= gamma ** i``, so a value is
known to within alpha = (gamma - 1) / (gamma + 1). With 70 buckets per factor of two, gamma is 2 ** (1 / 70) and alpha
0.00495. The logarithm is never taken: a last-bit difference between machines would move a value into the next bucket.
The exponent is read from the float and the mantissa is looked up in a table of thresholds that decimal arithmetic
rounds correctly.
"""

from decimal import Decimal, localcontext
from itertools import accumulate, repeat
from operator import mul

import numpy as np
import numpy.typing as npt

PER_OCTAVE = 70
ALPHA = 0.005

#: Keys of positive values are above zero, those of negative values mirror them, zero has key 0: keys sort as values do.
_OFFSET = 1100 * PER_OCTAVE


def _thresholds() -> npt.NDArray[np.float64]:
    with localcontext() as context:
        context.prec = 60  # powers in turn: each costs a digit at most, and a power by itself a hundred times the time
        growth = Decimal(2) ** (Decimal(1) / PER_OCTAVE)
        ends = accumulate(repeat(growth, PER_OCTAVE), mul, initial=Decimal("0.5"))
        return np.array([float(end) for end in ends])


_THRESHOLDS = _thresholds()


def keys_of(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Give each finite value's bucket."""
    mantissas, exponents = np.frexp(np.abs(values))
    index = exponents.astype(np.int64) * PER_OCTAVE + np.searchsorted(_THRESHOLDS, mantissas, side="left")
    keys: npt.NDArray[np.int64] = np.where(values == 0, 0, index + _OFFSET) * np.sign(values).astype(np.int64)
    return keys


def value_of(key: int) -> float:
    """Give the value that a bucket stands for, within 0.5% of all it holds."""
    if key == 0:
        return 0.0
    gamma = 2.0 ** (1 / PER_OCTAVE)
    quarter = 2.0 ** ((abs(key) - _OFFSET) / PER_OCTAVE - 3)  # of the bucket's end, which may be beyond all floats
    return float(np.copysign(quarter * (8 / (gamma + 1)), key))


def counts_of(values: npt.NDArray[np.float64]) -> dict[int, int]:
    """Count finite values per bucket."""
    keys, counts = np.unique(keys_of(values), return_counts=True)
    return dict(zip(keys.tolist(), counts.tolist(), strict=True))

"""Which values of a column count: listed values, or everything above a threshold.

A facet or a label comes as numbers from one file and as text from the next. Both are first written in one way, or the
label ``1`` and the prediction ``1.0`` would never meet.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError
from mlgov.monitors.cell_text import text_of

Codes = npt.NDArray[np.int64]

_INTERVAL = re.compile(r"\(\s*(?P<low>[^,\s]+)\s*,\s*(?P<high>[^\])\s]+)\s*[\])]")


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as places in a list of its different values: what a dictionary-encoded column is already.

    Attributes:
        codes: Place of each row's value in ``texts``, shape ``(rows,)``.
        texts: The values, written in one way; None where there is none. They may repeat.
    """

    codes: Codes
    texts: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def kept(self, written: Callable[[str | None], str | None]) -> "Coded":
        """Write every value anew; each different one is looked at once."""
        return Coded(self.codes, tuple(written(text) for text in self.texts))


def coded(values: npt.ArrayLike | Coded) -> Coded:
    """Write every value of a column in one way; each different value is looked at once.

    Args:
        values: The column, shape ``(rows,)``: numbers, texts, booleans, None; or one that is coded already.
    """
    if isinstance(values, Coded):
        return values
    column = values.tolist() if isinstance(values, np.ndarray) else list(np.asarray(values, dtype=object))
    places: dict[Any, int] = {}
    keys = ((type(value), value if value == value else None) for value in column)  # 1 is True, NaN is not itself
    codes = np.fromiter((places.setdefault(key, len(places)) for key in keys), np.int64, len(column))
    return Coded(codes, tuple(text_of(value) for _, value in places))


@dataclass(frozen=True, slots=True)
class Choice:
    """Values that count, as listed or above a threshold. Exactly one of the two is given.

    Attributes:
        values: The values, as ``text_of`` writes them, sorted.
        above: The threshold; larger numbers count, it does not.
    """

    values: tuple[str, ...] = ()
    above: float | None = None

    def __post_init__(self) -> None:
        if bool(self.values) == (self.above is not None):
            raise UsageError("A choice has either values or a threshold.", hint="Give one of the two.")
        if self.above is not None and not math.isfinite(self.above):
            raise UsageError("A threshold is a finite number.", hint="Give the largest number that does not count.")

    def holds(self, text: str | None) -> bool:
        """Say whether a value counts, as ``text_of`` or ``coded`` writes it."""
        if text is None:
            return False
        return text in self.values if self.above is None else text == self.label

    @property
    def label(self) -> str:
        """The choice as Clarify writes it: ``1``, ``a,b``, ``(40.0, inf]``."""
        return self.written()

    def written(self, largest: float = math.inf) -> str:
        """Write the choice as Clarify does.

        Args:
            largest: Where the interval of a threshold ends; Clarify writes the largest value of its data.
        """
        return ",".join(self.values) if self.above is None else f"({self.above}, {largest}]"

    def coded(self, values: npt.ArrayLike | Coded) -> Coded:
        """Write a column for counting: its values, or for a threshold only on which side of it they are.

        Args:
            values: The column, shape ``(rows,)``. What is no number has no side of a threshold: None.
        """
        column = coded(values)
        return column if self.above is None else column.kept(self._side)

    def _side(self, text: str | None) -> str | None:
        try:
            number = float(text) if text is not None else math.nan
        except ValueError:
            return None
        if math.isnan(number) or self.above is None:
            return None
        return self.label if number > self.above else f"<= {self.above}"


def of_values(*values: Any) -> Choice:  # noqa: ANN401 - any cell of a table
    """Choose listed values, however they are written."""
    return Choice(values=tuple(sorted({text for value in values if (text := text_of(value)) is not None})))


def above(threshold: float) -> Choice:
    """Choose the numbers above a threshold; the threshold itself does not count, as in Clarify."""
    return Choice(above=float(threshold))


def parse(text: str) -> Choice:
    """Read a ``value_or_threshold`` of Clarify: ``1``, ``a,b`` or ``(40.0, 90.0]``.

    The upper end of an interval is the largest value of the data that Clarify saw, not a limit that was asked for, so
    it is left out. A value that has a comma in it cannot be told from two values.
    """
    interval = _INTERVAL.fullmatch(text.strip())
    if interval:
        try:
            return above(float(interval["low"]))
        except ValueError:
            pass
    return of_values(*(part for part in text.split(",") if part.strip()))

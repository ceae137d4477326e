"""Which values of a column count: listed values, or everything above a threshold.

A facet or a label comes as numbers from one file and as text from the next. Both are first written in one way, or the
label ``1`` and the prediction ``1.0`` would never meet.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mlgov.errors import UsageError

Texts = npt.NDArray[np.object_]

#: Numbers as programs write them. Codes such as 007 and 1_000 are no numbers: they stay as they are.
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTERVAL = re.compile(r"\(\s*(?P<low>[^,\s]+)\s*,\s*(?P<high>[^\])\s]+)\s*[\])]")
_BOOLEANS = {"true": "true", "false": "false"}


def text_of(value: Any) -> str | None:  # noqa: ANN401 - any cell of a table
    """Write a value in one way: 1, 1.0, "1" and "1.0" are "1"; True is "true"; None and NaN are None.

    Text that is neither a number nor true or false stays as it is, without blanks around it.
    """
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    text = str(value).strip()
    if _NUMBER.fullmatch(text):
        return _number_text(text)
    return _BOOLEANS.get(text.lower(), text)


def _number_text(text: str) -> str:
    if not set(text) & set(".eE"):
        return "0" if text == "-0" else text
    number = float(text)
    if number.is_integer() and abs(number) < 2**53:
        return str(int(number))
    return repr(number) if math.isfinite(number) else text


def texts_of(values: npt.ArrayLike) -> Texts:
    """Write every value of a column in one way, shape ``(rows,)``; each different value is looked at once."""
    column = values.tolist() if isinstance(values, np.ndarray) else list(np.asarray(values, dtype=object))
    known: dict[Any, str | None] = {}
    result = np.empty(len(column), dtype=object)
    for place, value in enumerate(column):
        key = (type(value), value if value == value else None)  # 1 and True are equal, NaN is not even itself
        if key not in known:
            known[key] = text_of(value)
        result[place] = known[key]
    return result


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

    def coded(self, values: npt.ArrayLike) -> Texts:
        """Write a column for counting: its values, or for a threshold only on which side of it they are.

        Args:
            values: The column, shape ``(rows,)``. What is no number has no side of a threshold: None.
        """
        texts = texts_of(values)
        if self.above is None:
            return texts
        sides = {text: self._side(text) for text in set(texts.tolist())}
        result = np.empty(len(texts), dtype=object)
        result[:] = [sides[text] for text in texts.tolist()]
        return result

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

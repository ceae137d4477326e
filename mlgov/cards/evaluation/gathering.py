"""Collects what a report says as metric groups that a card can hold, and notes what does not fit.

Parsers say what they found; here it is decided what becomes of it, in one way for all formats: values that are no
numbers are left out with a note, long names are shortened, long curves keep evenly chosen points with both ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from mlgov.documents import Value
from mlgov.documents.front_door import hidden_character
from mlgov.errors import ImportFormatError

NAME_CHARACTERS = 63
METRIC_NAME_CHARACTERS = 255
LONG_CHARACTERS = 1024
MATRIX_SIZE = 20
#: Texts that programs write where a number is missing.
_NO_NUMBERS = frozenset({"nan", "inf", "-inf", "+inf", "infinity", "-infinity", "+infinity", "null", "none", ""})


@dataclass
class Gatherer:
    """What a report says, so far.

    Attributes:
        name: Name of the file, for messages.
        points: Most points that a curve keeps, at least 2.
        notes: What was left out or changed, as sentences.
        about: What the report says beside metrics: keys of an evaluation.
    """

    name: str
    points: int
    notes: list[str] = field(default_factory=list)
    about: dict[str, Value] = field(default_factory=dict)
    _groups: list["Group"] = field(default_factory=list)

    def group(self, name: str) -> "Group":
        """Begin a metric group."""
        found = Group(self, self.text(name, "a metric group") or "unnamed")
        self._groups.append(found)
        return found

    def wrong(self, where: str, said: str) -> NoReturn:
        """Give up: the report has not the shape of its format."""
        raise ImportFormatError(
            f"{self.name}: {where} {said}.",
            hint="Name the right format with --from, or write the report again with the tool that made it.",
        )

    def mapping(self, value: object, where: str) -> dict[str, Any]:
        """Give a value that has to be an object."""
        if not isinstance(value, dict):
            self.wrong(where, "is not an object")
        return value

    def listed(self, value: object, where: str) -> list[Any]:
        """Give a value that has to be a list."""
        if not isinstance(value, list):
            self.wrong(where, "is not a list")
        return value

    def text(self, value: object, where: str) -> str:
        """Give a name that has to be text, or a number that stands for one; refuse characters that nobody sees."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.wrong(where, "is not text")
        if hidden := hidden_character(str(value), in_name=True):
            self.wrong(where, f"has the hidden character {hidden} in a name")
        return str(value)

    def note(self, where: str, said: str) -> None:
        """Note what was left out or changed."""
        self.notes.append(f"{where}: {said}.")

    def groups(self) -> tuple[list[Value], dict[str, str]]:
        """Give the metric groups, and metadata with the full names of those whose name is shortened."""
        kept = [group for group in self._groups if group.metrics]
        for group in self._groups:
            if not group.metrics:
                self.note(group.name, "the group has no value that a card can hold; left out")
        names = _distinct([shortened(group.name, NAME_CHARACTERS) for group in kept], NAME_CHARACTERS)
        metadata = {
            f"metric_group_{place}": shortened(group.name, LONG_CHARACTERS)
            for place, (group, name) in enumerate(zip(kept, names, strict=True), 1)
            if group.name != name
        }
        for place in metadata:
            self.note(f"metadata.{place}", "keeps the full name of a group, whose name in the card is shortened")
        found: list[Value] = [
            {"name": name, "metric_data": group.listed()} for group, name in zip(kept, names, strict=True)
        ]
        return found, metadata


@dataclass
class Group:
    """One metric group, so far."""

    gatherer: Gatherer
    name: str
    metrics: list[dict[str, Value]] = field(default_factory=list)

    def value(self, name: str, value: object, **about: str | None) -> None:
        """Add a single value; what is no finite number, text of 63 characters, or yes or no is noted and left out."""
        where = self._where(name)
        match value:
            case None:
                self.gatherer.note(where, "has no value (null); left out")
            case bool():
                self._add(name, "boolean", value, **about)
            case int() | float():
                self._add(name, "number", value, **about)
            case str() if value.strip().lower() in _NO_NUMBERS:
                self.gatherer.note(where, f"is {value.strip()!r}, which is no number; left out")
            case str():
                self._add(name, "string", self._label(value, where), **about)
            case _:
                self.gatherer.note(where, f"holds {_kind(value)}, which is no single value; left out")

    def curve(
        self, name: str, xs: object, ys: object, *, x_axis: str = "", y_axis: str = "", notes: str | None = None
    ) -> None:
        """Add a curve from two lists of one length; long ones are thinned and say so."""
        where = self._where(name)
        first, second = self.gatherer.listed(xs, where), self.gatherer.listed(ys, where)
        if len(first) != len(second):
            self.gatherer.wrong(where, f"has {len(first)} values on one axis and {len(second)} on the other")
        pairs = [[x, y] for x, y in zip(first, second, strict=True) if is_number(x) and is_number(y)]
        if left_out := len(first) - len(pairs):
            self.gatherer.note(where, f"{left_out} of {len(first)} points have no numbers; left out")
        if not pairs:
            self.gatherer.note(where, "the curve has no points; left out")
            return
        kept = thinned(pairs, self.gatherer.points)
        if len(kept) < len(pairs):
            said = f"{len(kept)} of {len(pairs):,} points, evenly chosen, with both ends"
            self.gatherer.note(where, f"keeps {said}")
            notes = f"{said}; the evidence has them all." + (f" {notes}" if notes else "")
        self._add(name, "linear_graph", kept, x_axis=x_axis, y_axis=y_axis, notes=notes)

    def bars(self, name: str, labels: object, heights: object, *, y_axis: str = "", notes: str | None = None) -> None:
        """Add bars from two lists of one length."""
        where = self._where(name)
        names, values = self.gatherer.listed(labels, where), self.gatherer.listed(heights, where)
        if len(names) != len(values):
            self.gatherer.wrong(where, f"has {len(values)} bars and {len(names)} labels")
        kept = [(self._label(label, where), value) for label, value in zip(names, values, strict=True)]
        there = [(label, value) for label, value in kept if is_number(value)]
        if left_out := len(kept) - len(there):
            self.gatherer.note(where, f"{left_out} of {len(kept)} bars have no number; left out")
        if not there:
            self.gatherer.note(where, "the chart has no bars; left out")
            return
        axis: list[Value] = [label for label, _ in there]
        self._add(name, "bar_chart", [value for _, value in there], x_axis=axis, y_axis=y_axis, notes=notes)

    def matrix(
        self,
        name: str,
        rows: Sequence[Sequence[object]],
        *,
        labels: tuple[Sequence[object], Sequence[object]] = ((), ()),
        notes: str | None = None,
    ) -> None:
        """Add a matrix; ``labels`` are those of the rows and those of the columns."""
        where = self._where(name)
        widths = {len(row) for row in rows}
        if not rows or widths == {0}:
            self.gatherer.note(where, "the matrix is empty; left out")
        elif len(widths) > 1:
            self.gatherer.wrong(where, f"has rows of different lengths: {', '.join(map(str, sorted(widths)[:5]))}")
        elif max(len(rows), *widths) > MATRIX_SIZE:
            size = f"{len(rows)} by {max(widths)}"
            self.gatherer.note(
                where, f"the matrix is {size}, and a card holds {MATRIX_SIZE} by {MATRIX_SIZE}; left out"
            )
        elif not all(is_number(value) for row in rows for value in row):
            self.gatherer.note(where, "the matrix has cells that are no numbers; left out")
        else:
            axes = [[self._label(label, where) for label in axis] for axis in labels]
            self._check_labels(where, axes, (len(rows), max(widths)))
            self._add(name, "matrix", [list(row) for row in rows], x_axis=axes[0], y_axis=axes[1], notes=notes)

    def listed(self) -> list[Value]:
        """Give the metrics, each under a name of its own."""
        names = _distinct([str(metric["name"]) for metric in self.metrics], METRIC_NAME_CHARACTERS)
        for metric, name in zip(self.metrics, names, strict=True):
            if metric["name"] != name:
                self.gatherer.note(self._where(name), "is named so because another metric has its name")
        return [metric | {"name": name} for metric, name in zip(self.metrics, names, strict=True)]

    def _check_labels(self, where: str, axes: list[list[str]], shape: tuple[int, int]) -> None:
        for axis, count in zip(axes, shape, strict=True):
            if axis and len(axis) != count:
                self.gatherer.wrong(where, f"has {count} rows or columns and {len(axis)} labels")

    def _add(self, name: str, kind: str, value: object, **about: object) -> None:
        where = self._where(name)
        full = self.gatherer.text(name, where) or "unnamed"
        metric: dict[str, Any] = {"name": shortened(full, METRIC_NAME_CHARACTERS), "type": kind, "value": value}
        if metric["name"] != full:
            self.gatherer.note(where, f"the name has {len(full)} characters; shortened to {METRIC_NAME_CHARACTERS}")
        for key, given in (("x_axis_name", about.get("x_axis")), ("y_axis_name", about.get("y_axis"))):
            if given:
                metric[key] = given if isinstance(given, list) else self._label(given, where)
        if notes := about.get("notes"):
            metric["notes"] = shortened(self.gatherer.text(notes, where), LONG_CHARACTERS)
        self.metrics.append(metric)

    def _label(self, value: object, where: str) -> str:
        """Give a word of at most 63 characters."""
        full = self.gatherer.text(value, where) or "(empty)"
        if len(full) > NAME_CHARACTERS:
            self.gatherer.note(where, f"a word has {len(full)} characters; shortened to {NAME_CHARACTERS}")
        return shortened(full, NAME_CHARACTERS)

    def _where(self, name: object) -> str:
        return f"{shortened(self.name, 80)} / {shortened(str(name), 80)}"


def is_number(value: object) -> bool:
    """Say whether a JSON value is a number; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shortened(text: str, limit: int) -> str:
    """Cut the middle out of a text that is too long; names of one report often differ at their ends."""
    if len(text) <= limit:
        return text
    end = (limit - 1) * 2 // 5
    return f"{text[: limit - 1 - end]}…{text[-end:]}"


def thinned(points: list[list[float]], count: int) -> list[list[float]]:
    """Take ``count`` points at most, evenly by their place, the first and the last among them."""
    if len(points) <= count:
        return points
    last = len(points) - 1
    return [points[(place * last + (count - 1) // 2) // (count - 1)] for place in range(count)]


def _distinct(names: Iterable[str], limit: int) -> list[str]:
    """Give every name once: the second of two equal ones gets `` (2)``."""
    seen: set[str] = set()
    counts: dict[str, int] = {}
    found = []
    for name in names:
        chosen = name
        while chosen in seen:
            counts[name] = counts.get(name, 1) + 1
            mark = f" ({counts[name]})"
            chosen = shortened(name, limit - len(mark)) + mark
        seen.add(chosen)
        found.append(chosen)
    return found


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else "an object"

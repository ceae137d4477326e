"""Values of a card as blocks of Markdown: headings, labelled texts, lists, tables. All text is escaped."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mlgov.cards.escaping import line, paragraphs
from mlgov.cards.fields import is_empty
from mlgov.documents import Value

#: Mappings whose keys are the author's own words.
FREE_KEYS = frozenset({"labels", "annotations", "custom_details", "metadata"})
#: What an item of a list is called when it needs a heading of its own.
ITEM_NAMES = {"evaluation_details": "Evaluation", "metric_groups": "Metrics", "claims": "Claim"}
#: Words of keys that are written in capitals.
CAPITALS = frozenset({"arn", "id", "uri", "url"})
#: Columns of metrics come in this order.
FIRST_COLUMNS = ("name", "type", "value", "condition", "threshold")
DEEPEST = 6


def words(key: str) -> str:
    """Write a key such as ``model_overview`` as words, escaped."""
    said = " ".join(word.upper() if word in CAPITALS else word for word in key.split("_"))
    return line(said[:1].upper() + said[1:])


def number(value: float) -> str:
    """Write a number in full; a whole one without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def scalar(value: Value) -> str:
    """Write a text, number, truth value or missing value for one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, int | float) else line(str(value or ""))


def heading(level: int, text: str) -> str:
    """Write a heading of an escaped text, level 1 to 6."""
    return f"{'#' * min(level, DEEPEST)} {text}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of escaped cells."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def records(rows: Sequence[dict[str, Any]]) -> str:
    """Write flat mappings as a table with a column for every key that any of them has."""
    found = dict.fromkeys(key for row in rows for key, value in row.items() if not is_empty(value))
    keys = [key for key in FIRST_COLUMNS if key in found] + [key for key in found if key not in FIRST_COLUMNS]
    return table([words(key) for key in keys], [[scalar(row.get(key)) for key in keys] for row in rows])


def bullets(values: Sequence[Value]) -> str:
    """Write scalars as a list."""
    return "\n".join(f"- {scalar(value)}" for value in values)


def labelled(label: str, value: Value) -> str:
    """Write a scalar behind its label: on one line, or as paragraphs when it is long."""
    if isinstance(value, str) and ("\n" in value or len(value) > 100):
        return f"**{label}:**\n\n{paragraphs(value)}"
    return f"**{label}:** {scalar(value)}"


def blocks(key: str, value: Value, level: int) -> Iterator[str]:
    """Write a field of a card, whatever it holds; nothing when it is empty.

    Args:
        key: Name of the field.
        value: Its value.
        level: Level of the heading that it gets when it is a section, 1 to 6.
    """
    if is_empty(value):
        return
    if isinstance(value, dict):
        yield heading(level, words(key))
        yield from _mapping(key, value, level + 1)
    elif isinstance(value, list):
        yield from _list(key, value, level)
    else:
        yield labelled(words(key), value)


def _mapping(key: str, value: dict[str, Value], level: int) -> Iterator[str]:
    if key in FREE_KEYS and all(not isinstance(each, dict | list) for each in value.values()):
        yield table(["Name", "Value"], [[line(name), scalar(each)] for name, each in value.items()])
        return
    for name in sorted(value, key=lambda name: _rank(name, value[name])):
        yield from blocks(name, value[name], level)


def _rank(key: str, value: Value) -> int:
    """Put what has no heading before what has one, so that nothing seems to belong to a neighbour."""
    if isinstance(value, list):
        return 1 if key not in ITEM_NAMES else 3
    return 2 if isinstance(value, dict) else 0


def _list(key: str, values: list[Value], level: int) -> Iterator[str]:
    rows = [value for value in values if isinstance(value, dict)]
    if len(rows) < len(values):
        yield f"**{words(key)}:**\n\n{bullets(values)}"
    elif key == "metric_data":
        yield from metrics(rows)
    elif all(_is_flat(row) for row in rows):
        yield heading(level, words(key)) if level <= 2 else f"**{words(key)}:**"
        yield records(rows)
    else:
        yield from _sections(key, rows, level)


def _is_flat(row: dict[str, Value]) -> bool:
    return not any(isinstance(value, dict | list) and not is_empty(value) for value in row.values())


def _sections(key: str, rows: list[dict[str, Any]], level: int) -> Iterator[str]:
    for place, row in enumerate(rows, start=1):
        name = f": {line(row['name'])}" if row.get("name") else f" {place}"
        yield heading(level, ITEM_NAMES.get(key, words(key)) + name)
        yield from _mapping(key, {k: v for k, v in row.items() if k != "name"}, level + 1)


def metrics(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Write the metrics of a group: numbers, words and truth values in one table, then each chart as its own table."""
    plain = [row for row in rows if not isinstance(row["value"], list)]
    if plain:
        yield records(plain)
    for row in rows:
        if isinstance(row["value"], list):
            yield f"**{line(row['name'])}** ({words(row['type']).lower()})"
            yield from (paragraphs(note) for note in [row.get("notes")] if note)
            yield _CHARTS[row["type"]](row)


def _curve(row: dict[str, Any]) -> str:
    head = [line(row.get("x_axis_name") or "x"), line(row.get("y_axis_name") or "y")]
    return table(head, [list(map(number, point)) for point in row["value"]])


def _bars(row: dict[str, Any]) -> str:
    labels = row.get("x_axis_name") or [str(place) for place in range(1, len(row["value"]) + 1)]
    head = ["Bar", line(row.get("y_axis_name") or "Value")]
    return table(head, [[line(label), number(value)] for label, value in zip(labels, row["value"], strict=True)])


def _matrix(row: dict[str, Any]) -> str:
    columns = row.get("y_axis_name") or [str(place) for place in range(1, len(row["value"][0]) + 1)]
    labels = row.get("x_axis_name") or [str(place) for place in range(1, len(row["value"]) + 1)]
    cells = [[line(label), *map(number, values)] for label, values in zip(labels, row["value"], strict=True)]
    return table(["", *map(line, columns)], cells)


_CHARTS = {"linear_graph": _curve, "bar_chart": _bars, "matrix": _matrix}

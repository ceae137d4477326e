"""A card for a terminal: its sections as headings, labelled text, lists and tables. Pure: values in, text out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import click
from pydantic import BaseModel

from mlgov.cards import BarChartMetric, CardDocument, LinearGraphMetric, MatrixMetric, Metric, MetricGroup
from mlgov.cli.card.tables import LAST_WIDTH, hanging, least_width, table
from mlgov.cli.plain import one_line

LABEL = 26
BAR = 20
#: Text that has less room beside its label goes below it.
LEAST_ROOM = 30
_ACRONYMS = {"arn": "ARN", "id": "id", "uri": "URI", "url": "URL"}


def card_text(card: CardDocument, facts: Sequence[tuple[str, str]], *, width: int, color: bool) -> str:
    """Write a card.

    Args:
        card: The card.
        facts: What is known beside it, as label and text, for instance its version and digest.
        width: Characters of a line.
        color: Whether headings stand out by escape sequences.
    """
    lines = [_heading(card.title, color)]
    lines += table((), [*_about(card), *facts], width)
    for name in type(card.spec).model_fields:
        section = list(_value(name, getattr(card.spec, name), 0, width))
        if section:
            lines += ["", _heading(title(name), color), *_without_own_title(section, name)]
    return "\n".join(lines) + "\n"


def title(name: str) -> str:
    """Turn a key into words: ``training_job_details`` into ``Training job details``."""
    words = [_ACRONYMS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def number(value: float) -> str:
    """Write a number as people do: whole ones without a point, others with all their digits."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(value)


def _heading(text: str, color: bool) -> str:
    return click.style(one_line(text), bold=True) if color else one_line(text)


def _about(card: CardDocument) -> Iterator[tuple[str, str]]:
    about, life = card.metadata, card.lifecycle
    yield "Name", about.name
    yield "Status", life.status.value.replace("_", " ")
    yield "Risk", card.risk_rating.value
    if about.owners:
        yield "Owners", ", ".join(about.owners)
    if life.review_by:
        yield "Review by", life.review_by.isoformat()
    if about.labels:
        yield "Labels", ", ".join(f"{key}={value}" for key, value in about.labels.items())
    for key, value in about.annotations.items():
        yield f"Note {key}", value


def _without_own_title(section: list[str], name: str) -> list[str]:
    """Drop the title that a list or a part writes over itself: the section's heading says it already."""
    return section[1:] if section[0].strip() == title(name) else section


def _value(name: str, value: Any, indent: int, width: int) -> Iterator[str]:  # noqa: ANN401 - any value of a card
    if value in (None, "", [], {}):
        return
    if isinstance(value, BaseModel):
        yield from _titled(name, indent, _fields(value, indent + 2, width))
    elif isinstance(value, list):
        yield from _titled(name, indent, _items(value, indent + 2, width))
    elif isinstance(value, dict):
        rows = [(key, _scalar(each)) for key, each in value.items()]
        yield from _titled(name, indent, table((), rows, width, indent + 2))
    else:
        yield from _labelled(title(name), _scalar(value), indent, width)


def _titled(name: str, indent: int, lines: Iterator[str]) -> Iterator[str]:
    inner = list(lines)
    if inner:
        yield " " * indent + title(name)
        yield from inner


def _fields(part: BaseModel, indent: int, width: int, leave_out: Sequence[str] = ()) -> Iterator[str]:
    for name in type(part).model_fields:
        if name not in leave_out:
            yield from _value(name, getattr(part, name), indent, width)


def _items(items: Sequence[Any], indent: int, width: int) -> Iterator[str]:
    if isinstance(items[0], MetricGroup):
        for group in items:
            yield " " * indent + one_line(group.name)
            yield from _metrics(group.metric_data, indent + 2, width)
    elif not isinstance(items[0], BaseModel):
        for item in items:
            yield from hanging(" " * indent + "- ", _scalar(item), max(LAST_WIDTH, width - indent - 2))
    elif all(map(_is_flat, items)) and (lines := list(_flat_table(items, indent, width))):
        yield from lines
    else:
        for count, item in enumerate(items, 1):
            yield " " * indent + one_line(str(getattr(item, "name", "") or f"No. {count}"))
            yield from _fields(item, indent + 2, width, ("name",))


def _is_flat(part: BaseModel) -> bool:
    values = [getattr(part, name) for name in type(part).model_fields]
    return not any(isinstance(value, BaseModel | dict) or (isinstance(value, list) and value) for value in values)


def _flat_table(items: Sequence[BaseModel], indent: int, width: int) -> Iterator[str]:
    """Write items as a table; nothing when it would be too wide, so that they are written one below the other."""
    fields = type(items[0]).model_fields
    names = [name for name in fields if any(getattr(item, name) not in (None, []) for item in items)]
    rows = [[title(name) for name in names], *([_scalar(getattr(item, name)) for name in names] for item in items)]
    if indent + least_width(rows) <= width:
        yield from table(rows[0], rows[1:], width, indent)


def _metrics(metrics: Sequence[Metric], indent: int, width: int) -> Iterator[str]:
    plain = [metric for metric in metrics if type(metric) not in _DRAWN]
    rows = [(metric.name, _scalar(metric.value), _remarks(metric)) for metric in plain]
    if indent + least_width(rows) <= width:
        yield from table(("Metric", "Value", "Notes"), rows, width, indent) if rows else ()
    else:
        for name, value, remarks in rows:
            yield from _labelled(name, f"{value}  {remarks}".rstrip(), indent, width)
    for metric in metrics:
        if type(metric) in _DRAWN:
            yield " " * indent + one_line(metric.name)
            yield from _DRAWN[type(metric)](metric, indent + 2, width)
            if metric.notes:
                yield from _labelled("Notes", metric.notes, indent + 2, width)


def _remarks(metric: Any) -> str:  # noqa: ANN401 - a number, a word or a yes or no
    axes = [f"{axis}: {name}" for axis, name in (("x", metric.x_axis_name), ("y", metric.y_axis_name)) if name]
    return " ".join([*([metric.notes] if metric.notes else []), *([f"({', '.join(axes)})"] if axes else [])])


def _bars(metric: BarChartMetric, indent: int, width: int) -> Iterator[str]:
    longest = max(map(abs, metric.value)) or 1.0
    labels = metric.x_axis_name or [str(count) for count in range(1, len(metric.value) + 1)]
    pairs = zip(labels, metric.value, strict=True)
    rows = [(label, number(value), "█" * round(BAR * abs(value) / longest)) for label, value in pairs]
    yield from table((), rows, width, indent)
    if metric.y_axis_name:
        yield from _labelled("Bars", metric.y_axis_name, indent, width)


def _curve(metric: LinearGraphMetric, indent: int, width: int) -> Iterator[str]:
    for axis, name in enumerate((metric.x_axis_name or "x", metric.y_axis_name or "y")):
        values = [point[axis] for point in metric.value]
        span = f"{number(values[0])} to {number(values[-1])}"
        said = f"{span}, between {number(min(values))} and {number(max(values))}, {len(values)} points"
        yield from _labelled(name, said, indent, width)


def _matrix(metric: MatrixMetric, indent: int, width: int) -> Iterator[str]:
    rows = [[number(value) for value in row] for row in metric.value]
    if metric.x_axis_name:
        rows = [[name, *row] for name, row in zip(metric.x_axis_name, rows, strict=True)]
    corner = [""] if metric.x_axis_name else []
    yield from table([*corner, *metric.y_axis_name] if metric.y_axis_name else (), rows, width, indent)


_DRAWN: dict[type, Callable[[Any, int, int], Iterator[str]]] = {
    BarChartMetric: _bars,
    LinearGraphMetric: _curve,
    MatrixMetric: _matrix,
}


def _labelled(label: str, text: str, indent: int, width: int) -> Iterator[str]:
    """Write a label and its text side by side; below each other when the label is long or the room is small."""
    label, room = one_line(label), width - indent - LABEL - 2
    if room < LEAST_ROOM:
        yield " " * indent + label
        yield from hanging(" " * (indent + 2), text, max(LAST_WIDTH, width - indent - 2))
    elif len(label) > LABEL:
        yield " " * indent + label
        yield from hanging(" " * (indent + LABEL + 2), text, room)
    else:
        yield from hanging(f"{' ' * indent}{label:<{LABEL}}  ", text, room)


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    return value.isoformat() if isinstance(value, date) else str(value)

"""The whole card laid out for paper: a list of blocks, without any markup of the printer."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from mlgov.cards.criteria import verdicts
from mlgov.cards.fields import card_value
from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import ExportContext
from mlgov.lifecycle import content_digest

Block = dict[str, Any]
#: Parts of an axis between its ends.
_TICKS = 4
#: A word longer than this may be broken after a sign that stands between its parts, or anywhere.
_LONG_WORD = 36
_JOINT = re.compile(r"(?<=[/_.:@=&?-])(?=\S)")


def paper(card: CardDocument, context: ExportContext) -> Block:
    """Lay out a card.

    Args:
        card: The card.
        context: Version and time of the print.

    Returns:
        JSON values: ``title``, ``author``, ``description``, ``footer``, ``language`` and ``blocks``. A block has a
        ``kind``: heading (``level`` 1 to 3), facts, table, curve and bars (coordinates from 0 to 1) or text.
    """
    value = card_value(card)
    digest = content_digest(value)
    return {
        "title": card.title,
        "author": ", ".join(card.metadata.owners) or "mlgov",
        "description": f"Model card {card.metadata.name}",
        "footer": f"{card.metadata.name} · {card.lifecycle.status} · {digest[:19]}",
        "language": "en",
        "blocks": list(_blocks(card, value, digest, context)),
    }


def _blocks(card: CardDocument, value: dict[str, Any], digest: str, context: ExportContext) -> Iterator[Block]:
    yield {"kind": "facts", "rows": [[label, _broken(text)] for label, text in _top(card, digest, context)]}
    for section, content in value["spec"].items():
        if section == "evaluation_details":
            yield from _evaluations(content)
        elif section == "acceptance_criteria":
            yield from _criteria(card)
        elif content not in ({}, [], None):
            yield _heading(1, _words(section))
            yield from _part(content, 2)


def _top(card: CardDocument, digest: str, context: ExportContext) -> Iterator[tuple[str, str]]:
    yield "Card", card.metadata.name
    yield "Status", _words(card.lifecycle.status)
    yield "Risk rating", _words(card.risk_rating)
    yield "Version", str(context.version) if context.version else "not committed yet"
    yield "Content digest", digest
    if card.metadata.owners:
        yield "Owners", " ".join(card.metadata.owners)
    if card.lifecycle.review_by:
        yield "Review by", card.lifecycle.review_by.isoformat()
    yield from (*card.metadata.labels.items(), *card.metadata.annotations.items())
    yield "Printed", context.now.strftime("%Y-%m-%d %H:%M UTC")


def _part(content: Any, level: int) -> Iterator[Block]:  # noqa: ANN401 - any value of a card
    """Lay out a mapping or a list of mappings: plain values as facts first, then what has parts of its own."""
    if isinstance(content, list):
        numbered = {str(number): each for number, each in enumerate(content, start=1)}
        yield _table_of(content) if all(map(_is_flat, content)) else _facts(numbered)
        return
    plain = {key: each for key, each in content.items() if _is_plain(each)}
    if plain:
        yield _facts(plain)
    for key, each in content.items():
        if not _is_plain(each) and each not in ({}, []):
            yield _heading(min(level, 3), _words(key))
            yield from _part(each, level + 1)


def _is_plain(value: Any) -> bool:  # noqa: ANN401 - any value of a card
    if isinstance(value, list):
        return bool(value) and not any(isinstance(each, dict | list) for each in value)
    return not isinstance(value, dict)


def _is_flat(value: Any) -> bool:  # noqa: ANN401 - any value of a card
    return isinstance(value, dict) and all(map(_is_plain, value.values()))


def _facts(values: dict[str, Any]) -> Block:
    return {"kind": "facts", "rows": [[_words(key), _broken(_text(each))] for key, each in values.items()]}


def _table_of(items: Sequence[dict[str, Any]]) -> Block:
    keys = list(dict.fromkeys(key for item in items for key in item))
    rows = [[_broken(_text(item.get(key))) for key in keys] for item in items]
    return _table([_words(key) for key in keys], rows)


def _table(head: list[str], rows: list[list[str]], numeric: Sequence[int] = ()) -> Block:
    longest = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    widths = [max(1.0, math.sqrt(min(length, 400))) for length in longest]
    return {"kind": "table", "head": head, "rows": rows, "widths": widths, "numeric": list(numeric)}


def _criteria(card: CardDocument) -> Iterator[Block]:
    yield _heading(1, "Acceptance criteria")
    rows = []
    for verdict in verdicts(card):
        criterion = verdict.criterion
        place = (criterion.evaluation, criterion.metric_group, criterion.metric)
        limit = f"{_words(criterion.condition).lower()} {_number(criterion.threshold)}"
        asked = f"{' / '.join(filter(None, place))} {limit}"
        rows.append([criterion.name, asked, _words(verdict.outcome), verdict.sentence, criterion.rationale or ""])
    yield _table(["Criterion", "Asked", "Verdict", "Found", "Why this limit"], rows)


def _evaluations(evaluations: Sequence[dict[str, Any]]) -> Iterator[Block]:
    yield _heading(1, "Evaluation")
    for evaluation in evaluations:
        yield _heading(2, evaluation["name"])
        rest = {key: each for key, each in evaluation.items() if key not in ("name", "metric_groups")}
        yield from _part(rest, 3)
        for group in evaluation.get("metric_groups", ()):
            yield _heading(3, group["name"])
            yield from _metrics(group.get("metric_data", ()))


def _metrics(metrics: Sequence[dict[str, Any]]) -> Iterator[Block]:
    scalars = [metric for metric in metrics if not isinstance(metric["value"], list)]
    if scalars:
        rows = [[each["name"], _text(each["value"]), _remarks(each)] for each in scalars]
        yield _table(["Metric", "Value", "Notes"], rows, numeric=[1])
    for metric in metrics:
        if isinstance(metric["value"], list):
            yield from _DRAWN[metric["type"]](metric)


def _matrix(metric: dict[str, Any]) -> Iterator[Block]:
    rows, columns = metric.get("x_axis_name"), metric.get("y_axis_name")
    values = metric["value"]
    names = rows or [str(i + 1) for i in range(len(values))]
    yield {"kind": "text", "text": _caption(metric)}
    body = [[name, *map(_number, row)] for name, row in zip(names, values, strict=True)]
    head = ["", *(columns or [str(i + 1) for i in range(len(values[0]))])]
    yield _table(head, body, numeric=range(1, len(head)))


def _curve(metric: dict[str, Any]) -> Iterator[Block]:
    xs, ys = ([point[i] for point in metric["value"]] for i in (0, 1))
    (left, right), (bottom, top) = _range(xs), _range(ys)
    points = [[_share(x, left, right), _share(y, bottom, top)] for x, y in metric["value"]]
    ends = f"from ({_number(xs[0])}, {_number(ys[0])}) to ({_number(xs[-1])}, {_number(ys[-1])})"
    yield {
        "kind": "curve",
        "points": points if len(points) > 1 else points * 2,
        "x_ticks": _ticks(left, right),
        "y_ticks": _ticks(bottom, top),
        "caption": _caption(metric),
        "alt": f"Curve {metric['name']} with {len(points)} points {ends}.",
    }


def _bars(metric: dict[str, Any]) -> Iterator[Block]:
    values = metric["value"]
    labels = metric.get("x_axis_name") or [str(i + 1) for i in range(len(values))]
    bottom, top = _range([0.0, *values])
    said = ", ".join(f"{label} {_number(value)}" for label, value in zip(labels, values, strict=True))
    yield {
        "kind": "bars",
        "bars": [{"from": _share(0.0, bottom, top), "to": _share(value, bottom, top)} for value in values],
        "x_ticks": [{"at": (i + 0.5) / len(values), "text": label[:20]} for i, label in enumerate(labels)],
        "y_ticks": _ticks(bottom, top),
        "caption": _caption(metric),
        "alt": f"Bars {metric['name']}: {said}.",
    }


_DRAWN = {"linear_graph": _curve, "bar_chart": _bars, "matrix": _matrix}


def _caption(metric: dict[str, Any]) -> str:
    remarks = _remarks(metric)
    return f"{metric['name']}. {remarks}" if remarks else str(metric["name"])


def _remarks(metric: dict[str, Any]) -> str:
    """Give the names of the axes, as far as they are not drawn, and the notes."""
    axes = [axis for axis in (metric.get("x_axis_name"), metric.get("y_axis_name")) if isinstance(axis, str)]
    said = [" / ".join(axes)] if axes else []
    return ". ".join([*said, *([metric["notes"]] if metric.get("notes") else [])])


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _share(value: float, low: float, high: float) -> float:
    """Place a value between 0 and 1; halves keep far apart values from overflowing."""
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span else 0.5


def _ticks(low: float, high: float) -> list[Block]:
    shares = [i / _TICKS for i in range(_TICKS + 1)]
    return [{"at": share, "text": _number(low * (1 - share) + high * share)} for share in shares]


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _text(value: Any) -> str:  # noqa: ANN401 - any value of a card
    if isinstance(value, dict):
        return "\n".join(f"{_words(key)}: {_text(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value)
    return "" if value is None else str(value).rstrip()


def _words(key: str) -> str:
    text = key.replace("_", " ")
    return text[:1].upper() + text[1:]


def _heading(level: int, text: str) -> Block:
    return {"kind": "heading", "level": level, "text": text}


def _broken(text: str) -> str:
    """Let long words break: with zero-width spaces after joints, or after every so many letters."""
    return re.sub(rf"\S{{{_LONG_WORD},}}", lambda found: _softened(found[0]), text)


def _softened(word: str) -> str:
    parts = _JOINT.split(word)
    pieces = [part[i : i + _LONG_WORD] for part in parts for i in range(0, len(part), _LONG_WORD)]
    return "\u200b".join(pieces)

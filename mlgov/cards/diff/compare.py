"""Two versions of a card -> the changes between them. Pure; whatever differs in the content is in some change.

What is compared is what is *written*: a default that is left out and the same default written out are two contents to
the content digest, which an approval binds to, so they are a change here too (a cosmetic one).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mlgov.cards.diff import changes, measures
from mlgov.cards.diff.changes import Change, Side
from mlgov.cards.diff.naming import noun_of, shown
from mlgov.cards.diff.places import MISSING, Item, Place, Significance
from mlgov.cards.diff.significance import DiffTable
from mlgov.cards.orientation import direction_of, orientation_of
from mlgov.cards.schema import CardDocument

Walk = Iterator[Change]

#: List -> what names its items. Lists that are not here and hold plain values are matched by value; containers, whose
#: order is that of a pipeline, by position.
_KEYS: dict[str, tuple[str, ...]] = {
    "code": ("repository", "path"),
    "claims": ("framework", "requirement"),
    "evidence": ("path",),
    "source_algorithms": ("algorithm_name",),
    "containers": (),
    "imported": ("field",),
}
_NAME = ("name",)
#: The keys of a criterion that decide a verdict; the others explain it.
_DECIDING = ("evaluation", "metric_group", "metric", "condition", "threshold")


def diff(before: CardDocument | None, after: CardDocument | None, table: DiffTable | None = None) -> list[Change]:
    """List what changed in a card.

    Args:
        before: The earlier version; None when there was no card.
        after: The later version; None when there is no card.
        table: What matters how much, and which way metrics are better; the default tables when None.

    Returns:
        Changes in the order of a card's fields; none when both say the same.
    """
    table = table or DiffTable()
    if before is None or after is None:
        return _whole(before, after)
    return list(_mapping(written(before), written(after), Place(), table))


def written(card: CardDocument) -> dict[str, Any]:
    """Give what a card says as plain values, without what it leaves out."""
    return card.model_dump(mode="json", exclude_unset=True)


def _whole(before: CardDocument | None, after: CardDocument | None) -> list[Change]:
    if before is None and after is None:
        return []
    old, new = (MISSING if card is None else written(card) for card in (before, after))
    return [changes.CardChanged(place=Place(), before=old, after=new, significance=Significance.MATERIAL)]


def _mapping(before: dict[str, Any], after: dict[str, Any], place: Place, table: DiffTable) -> Walk:
    for key in dict.fromkeys((*before, *after)):
        yield from _walk(before.get(key, MISSING), after.get(key, MISSING), place.key(key), table)


def _walk(before: Any, after: Any, place: Place, table: DiffTable) -> Walk:  # noqa: ANN401 - any YAML value
    if before == after:
        return
    if is_nothing(before) and is_nothing(after):
        yield changes.EmptyChanged(place=place, before=before, after=after, significance=Significance.COSMETIC)
    elif special := _SPECIAL.get(place.shape) or _ENDING.get(place.shape[-1]):
        yield from special(before, after, place, table)
    else:
        yield from _plain(before, after, place, table)


def is_nothing(side: Side) -> bool:
    """Say whether a side says nothing: it is not written, or empty."""
    return side is MISSING or side is None or (isinstance(side, (str, list, dict)) and not side)


def _plain(before: Any, after: Any, place: Place, table: DiffTable) -> Walk:  # noqa: ANN401 - any YAML value
    filled = after if is_nothing(before) else before
    if isinstance(filled, dict):
        yield from _mapping(_or_empty(before, {}), _or_empty(after, {}), place, table)
    elif isinstance(filled, list):
        yield from _items(_or_empty(before, []), _or_empty(after, []), place, table)
    elif isinstance(filled, str):
        same_words = isinstance(before, str) and isinstance(after, str) and before.split() == after.split()
        level = Significance.COSMETIC if same_words else table.of(place.shape)
        yield changes.TextChanged(place=place, before=before, after=after, significance=level)
    else:
        yield from _value(before, after, place, table)


def _or_empty(side: Any, empty: Any) -> Any:  # noqa: ANN401 - any YAML value
    return empty if side is MISSING or side is None else side


def _value(before: Side, after: Side, place: Place, table: DiffTable) -> Walk:
    yield changes.ValueChanged(place=place, before=before, after=after, significance=table.of(place.shape))


def _items(before: list[Any], after: list[Any], place: Place, table: DiffTable) -> Walk:
    """Compare two lists item by item; items are the same when they have the same name."""
    key = str(place.path[-1])
    old, new = _named(before, key), _named(after, key)
    for item in dict.fromkeys((*old, *new)):
        i, j = old.get(item), new.get(item)
        below = place.item(item, i, j)
        if i is not None and j is not None:
            yield from _walk(before[i], after[j], below, table)
        else:
            yield _item(before[i] if i is not None else MISSING, after[j] if j is not None else MISSING, below, table)
    if [item for item in old if item in new] != [item for item in new if item in old]:
        yield changes.Reordered(place=place, before=before, after=after, significance=Significance.COSMETIC)


def _named(items: Sequence[Any], key: str) -> dict[Item, int]:
    """Name every item of a list: by the keys that name it, by its value, or by its position."""
    seen: Counter[str] = Counter()
    found: dict[Item, int] = {}
    for position, item in enumerate(items):
        name = _name(item, key, position)
        seen[name] += 1
        found[Item(name, seen[name])] = position
    return found


def _name(item: Any, key: str, position: int) -> str:  # noqa: ANN401 - any YAML value
    if not isinstance(item, dict):
        return str(item)
    parts = [str(item[part]) for part in _KEYS.get(key, _NAME) if item.get(part) is not None]
    return " ".join(parts) or str(position + 1)


def _item(before: Side, after: Side, place: Place, table: DiffTable) -> Change:
    key, there = str(place.path[-2]), after if before is MISSING else before
    return changes.ItemChanged(
        place=place,
        before=before,
        after=after,
        significance=table.of(place.shape),
        noun=noun_of(key),
        gist=_gist(key, there),
    )


def _gist(key: str, item: Side) -> str:
    """Say in a few words what an item holds; empty when its name says it all."""
    if not isinstance(item, dict):
        return ""
    if key == "acceptance_criteria":
        return measures.criterion_gist(item)
    value = item.get("value")
    if value is not None and not isinstance(value, (list, dict)):
        return shown(value)
    return shown(item.get("statement") or item.get("uri") or item.get("digest") or "")


def _status(before: Side, after: Side, place: Place, table: DiffTable) -> Walk:
    yield changes.StatusMoved(place=place, before=before, after=after, significance=table.of(place.shape))


def _review(before: Side, after: Side, place: Place, table: DiffTable) -> Walk:
    yield changes.ReviewMoved(place=place, before=before, after=after, significance=table.of(place.shape))


def _risk(before: Side, after: Side, place: Place, table: DiffTable) -> Walk:
    known = "unknown" if before is MISSING else before, "unknown" if after is MISSING else after
    level = Significance.COSMETIC if known[0] == known[1] else table.of(place.shape)
    yield changes.RiskRated(place=place, before=before, after=after, significance=level)


def _card_name(before: Side, after: Side, place: Place, table: DiffTable) -> Walk:
    yield changes.CardChanged(place=place, before=before, after=after, significance=table.of(place.shape))


def _owners(before: Side, after: Side, place: Place, table: DiffTable) -> Walk:
    same = isinstance(before, list) and isinstance(after, list) and sorted(map(str, before)) == sorted(map(str, after))
    level = Significance.COSMETIC if same else table.of(place.shape)
    yield changes.OwnersChanged(place=place, before=before, after=after, significance=level)


def _digest(before: Side, after: Side, place: Place, table: DiffTable) -> Walk:
    yield changes.DigestChanged(place=place, before=before, after=after, significance=table.of(place.shape))


def _training_value(before: float, after: float, place: Place, table: DiffTable) -> Walk:
    yield _number(before, after, place, table)


def _number(before: float, after: float, place: Place, table: DiffTable) -> Change:
    item = place.path[-2]
    name = item.name if isinstance(item, Item) else str(item)
    direction = direction_of(before, after, orientation_of(name, table.orientation))
    level = table.of(place.shape)
    return measures.MetricChanged(place=place, before=before, after=after, significance=level, direction=direction)


def _metric(before: dict[str, Any], after: dict[str, Any], place: Place, table: DiffTable) -> Walk:
    """Compare two metrics of one name; what their values mean depends on their type."""
    if before["type"] != after["type"]:
        old, new = ({key: metric[key] for key in ("type", "value")} for metric in (before, after))
        yield measures.MetricRetyped(place=place, before=old, after=new, significance=table.of(place.shape))
    elif before["value"] != after["value"]:
        yield from _measured(before["type"], before["value"], after["value"], place.key("value"), table)
    rest = [{key: metric[key] for key in metric if key not in ("type", "value")} for metric in (before, after)]
    yield from _mapping(rest[0], rest[1], place, table)


def _measured(kind: str, before: Any, after: Any, place: Place, table: DiffTable) -> Walk:  # noqa: ANN401 - by type
    if kind == "number":
        yield _number(before, after, place, table)
    elif kind in ("string", "boolean"):
        yield from _plain(before, after, place, table)
    else:
        level = table.of(place.shape)
        yield measures.ChartChanged(place=place, before=before, after=after, significance=level, chart=kind)


def _criterion(before: dict[str, Any], after: dict[str, Any], place: Place, table: DiffTable) -> Walk:
    old, new = ({key: side[key] for key in _DECIDING if key in side} for side in (before, after))
    if old != new:
        yield measures.CriterionChanged(place=place, before=old, after=new, significance=table.of(place.shape))
    rest = [{key: side[key] for key in side if key not in _DECIDING} for side in (before, after)]
    yield from _mapping(rest[0], rest[1], place, table)


def _shape(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


Special = Callable[[Any, Any, Place, DiffTable], Walk]

_JOB = "spec.training_details.training_job_details"
#: Path -> how it is compared, where that is not how any value of its type is.
_SPECIAL: dict[tuple[str, ...], Special] = {
    _shape("metadata.name"): _card_name,
    _shape("metadata.owners"): _owners,
    _shape("lifecycle.status"): _status,
    _shape("lifecycle.review_by"): _review,
    _shape("spec.intended_uses.risk_rating"): _risk,
    _shape(f"{_JOB}.training_metrics.*.value"): _training_value,
    _shape(f"{_JOB}.user_provided_training_metrics.*.value"): _training_value,
    _shape("spec.evaluation_details.*.metric_groups.*.metric_data.*"): _metric,
    _shape("spec.acceptance_criteria.*"): _criterion,
    _shape("spec.evaluation_details.*.evidence.*.digest"): _digest,
    _shape("spec.claims.*.evidence.*.digest"): _digest,
    _shape("spec.lineage.datasets.*.digest"): _digest,
}
#: Last key -> the same, wherever it stands: labels of axes belong together and are no list of items.
_ENDING: dict[str, Special] = {"x_axis_name": _value, "y_axis_name": _value}

"""How the differences of a refresh look."""

import json
from collections.abc import Iterator
from typing import Any

from mlgov.cards.populate import Difference, Plan, State
from mlgov.cards.populate.plan import TAKEN
from mlgov.cli.plain import one_line, shortened
from mlgov.documents import Value

SHOWN_TEXT = 120
SHOWN_ITEMS = 12
_SIGNS = {State.NEW: "+", State.CHANGED: "~", State.SAME: "="}


def as_text(planned: Plan) -> str:
    """Write what a refresh would do, a line for each value that does not stay as it is."""
    lines = [line for each in planned.differences if each.state is not State.SAME for line in _lines(each)]
    return "".join(f"{one_line(line)}\n" for line in lines)


def _lines(each: Difference) -> Iterator[str]:
    """Say what becomes of a value: ``+`` new, ``~`` changed, ``!`` kept as people have it."""
    sign = _SIGNS.get(each.state, "!")
    came = f", imported from {each.came_from}" if each.came_from and each.state not in TAKEN else ""
    head = f"{sign} {each.path}" + ("" if each.state in TAKEN else f" ({each.state}{came})")
    if _rows(each.new) is None or (each.old is not None and _rows(each.old) is None):
        yield f"{head}: {_change(each.old, each.new)}"
        return
    yield head
    old, new = _rows(each.old) or {}, _rows(each.new) or {}
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    for key in changed[:SHOWN_ITEMS]:
        yield f"    {key}: {_change(old.get(key), new.get(key))}"
    if len(changed) > SHOWN_ITEMS:
        yield f"    and {len(changed) - SHOWN_ITEMS} more"


def _rows(value: Value) -> dict[str, Any] | None:
    """Give a list of ``{name, value}`` as a mapping; None when it is none."""
    if not isinstance(value, list) or not value:
        return None
    if any(not isinstance(item, dict) or item.keys() != {"name", "value"} for item in value):
        return None
    return {str(item["name"]): item["value"] for item in value if isinstance(item, dict)}


def _change(old: Value, new: Value) -> str:
    return _shown(new) if old is None else f"{_shown(old)} -> {'nothing' if new is None else _shown(new)}"


def _shown(value: Value) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shortened(one_line(text), SHOWN_TEXT)


def values(planned: Plan) -> list[dict[str, Any]]:
    """Give the differences as JSON values."""
    return [
        {"field": each.path, "state": each.state.name.lower(), "old": each.old, "new": each.new, "from": each.came_from}
        for each in planned.differences
    ]

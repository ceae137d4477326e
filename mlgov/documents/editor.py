"""Edits that keep comments, order, quotes and indentation. ruamel.yaml does the work; the front door checks it."""

import io
import itertools
from dataclasses import dataclass
from typing import Any

from mlgov.documents.reader import Pointer, Value, find, load
from mlgov.errors import UsageError


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: put ``value`` at ``pointer``. An index equal to a list's length appends."""

    pointer: Pointer
    value: Value


def edit(data: bytes, changes: list[Change], path: str = "document.yaml") -> bytes:
    """Apply changes to YAML text.

    Args:
        data: The file as it is.
        changes: What to set, in order.
        path: Path for error messages.

    Returns:
        The new file; ``data`` itself when nothing changes.

    Raises:
        UsageError: The file does not pass the front door before or after, or a pointer leads nowhere.
    """
    before = _value(data, path)
    wanted = [change for change in changes if find(before, change.pointer) != (True, change.value)]
    if not wanted:
        return data
    edited = _edited(data.decode(), wanted)
    after = _value(edited, path)
    for change in wanted:
        if find(after, change.pointer) != (True, change.value):
            raise UsageError(f"{path}: the edit of {_written(change.pointer)} did not take.")
    return edited


def _edited(text: str, changes: list[Change]) -> bytes:
    from ruamel.yaml import YAML  # only edits need it, and checks should not pay for it
    from ruamel.yaml.util import load_yaml_guess_indent

    _, indent, offset = load_yaml_guess_indent(text)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 2**16
    yaml.indent(mapping=2, sequence=indent or 2, offset=offset or 0)
    tree = yaml.load(text)
    for change in changes:
        _put(tree, change)
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue().encode()


def _put(tree: dict[str, Any], change: Change) -> None:
    parent: Any = tree
    for key, following in itertools.pairwise(change.pointer):
        if not find(parent, (key,))[0]:
            _set(parent, key, [] if isinstance(following, int) else {}, change.pointer)
        parent = parent[key]
    _set(parent, change.pointer[-1], change.value, change.pointer)


def _set(parent: Any, key: str | int, value: Value, pointer: Pointer) -> None:  # noqa: ANN401 - any YAML value
    is_place = isinstance(parent, dict) and isinstance(key, str)
    if isinstance(parent, list) and key == len(parent):
        parent.append(_styled(value))
    elif is_place or find(parent, (key,))[0]:
        parent[key] = _styled(value)
    else:
        raise UsageError(f"There is nothing at {_written(pointer)}.")


def _styled(value: Value) -> Any:  # noqa: ANN401 - ruamel's own containers
    """Keep the order of keys, and put a list of numbers (a point, a row of a matrix) on one line."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, dict):
        return CommentedMap((key, _styled(each)) for key, each in value.items())
    if isinstance(value, list):
        items = CommentedSeq(map(_styled, value))
        if items and all(isinstance(item, int | float) for item in items):
            items.fa.set_flow_style()
        return items
    return value


def _value(data: bytes, path: str) -> Value:
    document, findings = load(data, path)
    if document is None:
        raise UsageError(f"{findings[0].location}: {findings[0].message}", hint=findings[0].fix)
    return document.value


def _written(pointer: Pointer) -> str:
    return ".".join(map(str, pointer))

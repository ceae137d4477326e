"""Edits that keep comments, order, quotes and indentation. ruamel.yaml does the work; the front door checks it."""

import io
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.util import load_yaml_guess_indent

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


def _put(tree: CommentedMap, change: Change) -> None:
    parent: CommentedMap | CommentedSeq = tree
    for key in change.pointer[:-1]:
        if isinstance(parent, CommentedMap) and key not in parent:
            parent[key] = CommentedMap()
        try:
            parent = parent[key]
        except (KeyError, IndexError, TypeError):
            raise UsageError(f"There is nothing at {_written(change.pointer)}.") from None
    last, value = change.pointer[-1], _styled(change.value)
    if isinstance(parent, CommentedSeq) and last == len(parent):
        parent.append(value)
    else:
        parent[last] = value


def _styled(value: Value) -> Value:
    """Keep the order of keys, and put a list of numbers (a point, a row of a matrix) on one line."""
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

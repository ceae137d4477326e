"""Edits that change what they name and not one byte more: comments, order, quotes and indentation stay.

An edit is worked out on values, applied as splices of the text, and then proved: the new text must read as the value
that was wanted, and no comment may be missing except those of what was removed.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from difflib import SequenceMatcher

import rfc8785

from mlgov.documents.changes import Change, Removal
from mlgov.documents.formatting import same
from mlgov.documents.nodes import Comment
from mlgov.documents.reader import Pointer, Value, find, load
from mlgov.documents.source import parse
from mlgov.documents.splices import splices_of
from mlgov.documents.steps import Add, Drop, Put, Step, differences
from mlgov.errors import UsageError


def edit(data: bytes, changes: Sequence[Change | Removal], path: str = "document.yaml") -> bytes:
    """Apply changes to YAML text, as `mlgov.documents.edit` says."""
    before = _value(data, path)
    wanted, text = deepcopy(before), data.decode()
    removed: list[Comment] = []
    for change in changes:
        steps = _steps(wanted, change)
        _set(wanted, change)
        text = _applied(text, steps, removed)
    if not same(before, wanted):
        edited = text.encode()
        _prove(data, edited, wanted, removed, path)
        return edited
    return data


def _steps(value: Value, change: Change | Removal) -> list[Step]:
    """Work out the smallest steps that make a change."""
    pointer = change.pointer
    there, found = find(value, pointer)
    if not pointer:
        raise UsageError("An edit needs a path.")
    if isinstance(change, Change):
        _check_value(change)
    if isinstance(change, Removal):
        if not there:
            raise UsageError(f"There is nothing at {written(pointer)}.")
        return [Drop(pointer)]
    if there:
        return list(differences(found, change.value, pointer))
    reached = next(n for n in range(len(pointer) - 1, -1, -1) if find(value, pointer[:n])[0])
    parent, wrapped = find(value, pointer[:reached])[1], _wrapped(pointer[reached + 1 :], change)
    key = pointer[reached]
    fits = isinstance(parent, dict) and isinstance(key, str)
    fits |= isinstance(parent, list) and key == len(parent)
    if parent is None and (isinstance(key, str) or key == 0):
        return [Put(pointer[:reached], {key: wrapped} if isinstance(key, str) else [wrapped])]
    if not fits:
        raise UsageError(f"There is nothing at {written(pointer)}.")
    return [Add(pointer[: reached + 1], wrapped)]


def _check_value(change: Change) -> None:
    try:
        rfc8785.dumps(change.value)
    except rfc8785.CanonicalizationError as error:
        raise UsageError(f"{written(change.pointer)} cannot be set: {error}.") from None


def _wrapped(keys: Pointer, change: Change) -> Value:
    value = change.value
    for key in reversed(keys):
        if not isinstance(key, str) and key != 0:
            raise UsageError(f"There is nothing at {written(change.pointer)}.")
        value = {key: value} if isinstance(key, str) else [value]
    return value


def _set(value: Value, change: Change | Removal) -> None:
    """Do to a plain value what the change asks for; `_steps` has found it possible."""
    *above, last = change.pointer
    parent: Value = value
    for key, following in zip(above, change.pointer[1:], strict=True):
        there, found = find(parent, (key,))
        if not there or found is None:
            found = {} if isinstance(following, str) else []
            _store(parent, key, found)
        parent = found
    if isinstance(change, Removal):
        del parent[last]  # type: ignore[union-attr, arg-type]
    else:
        _store(parent, last, deepcopy(change.value))


def _store(parent: Value, key: str | int, value: Value) -> None:
    if isinstance(parent, list) and key == len(parent):
        parent.append(value)
    else:
        parent[key] = value  # type: ignore[index]


def _applied(text: str, steps: list[Step], removed: list[Comment]) -> str:
    """Apply steps; those that only replace one scalar by another share one look at the text."""
    waiting = list(steps)
    while waiting:
        source = parse(text)
        splices: list[tuple[int, int, str]] = []
        while waiting:
            found, comments, alone = splices_of(source, waiting[0])
            if alone and splices:
                break
            waiting.pop(0)
            splices += found
            removed += comments
            if alone:
                break
        for start, end, new in sorted(splices, reverse=True):
            text = text[:start] + new + text[end:]
    return text


def _prove(data: bytes, edited: bytes, wanted: Value, removed: list[Comment], path: str) -> None:
    if not same(_value(edited, path), wanted):
        raise UsageError(f"{path}: the edit did not take.", hint="Change the file by hand.")
    before = Counter(comment.text for comment in parse(data.decode()).comments)
    after = Counter(comment.text for comment in parse(edited.decode()).comments)
    lost = before - after - Counter(comment.text for comment in removed)
    if lost:
        text = f"{path}: the edit would lose the comment {next(iter(lost))!r}."
        raise UsageError(text, hint="Move the comment to a line of its own above a key, or change the file by hand.")


def lost_comments(before: bytes, after: bytes) -> list[tuple[int, str]]:
    """List the comments of a text that an edited one no longer has: their lines, from 1, and what they say.

    Both must pass the front door. A comment that moved is not lost.
    """
    old, new = (parse(data.decode()) for data in (before, after))
    said = [comment.text for comment in old.comments]
    left = Counter(said) - Counter(comment.text for comment in new.comments)
    codes = SequenceMatcher(None, said, [comment.text for comment in new.comments], autojunk=False).get_opcodes()
    gone = [index for code, i, end, _, _ in codes if code != "equal" for index in range(i, end)]
    lost = []
    for index in gone:
        if left[said[index]] > 0:
            left[said[index]] -= 1
            lost.append((old.text.count("\n", 0, old.comments[index].start) + 1, said[index]))
    return lost


def _value(data: bytes, path: str) -> Value:
    document, findings = load(data, path)
    if document is None:
        raise UsageError(f"{findings[0].location}: {findings[0].message}", hint=findings[0].fix)
    return document.value


def written(pointer: Pointer) -> str:
    """Write a pointer as people type it: ``spec.evaluation_details[0].name``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in pointer).lstrip(".")

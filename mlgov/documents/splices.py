"""One step of an edit as splices of the text: (start, end, what to put there)."""

import re

from mlgov.documents import style
from mlgov.documents.emitter import block_lines
from mlgov.documents.formatting import is_written_as_block, node_of, value_lines
from mlgov.documents.nodes import BLOCK_STYLES, Comment, Entry, Node, Source, comments_in, value_of
from mlgov.documents.reader import Pointer, Value
from mlgov.documents.source import indicator
from mlgov.documents.steps import Add, Drop, Put, Step

Splice = tuple[int, int, str]
#: Splices, the comments that go with what they remove, and whether the text must be read anew afterwards.
Plan = tuple[list[Splice], list[Comment], bool]


def splices_of(source: Source, step: Step) -> Plan:
    """Plan one step on a text."""
    match step:
        case Put(pointer, value):
            return _put(source, pointer, value)
        case Add(pointer, value):
            return _add(source, pointer, value)
        case Drop(pointer):
            return _drop(source, pointer)


def _put(source: Source, pointer: Pointer, value: Value) -> Plan:
    entry = _entry(source, pointer)
    node = entry.value
    if entry.parent.flow:
        return [_in_flow(source, entry, value)], comments_in(node), not _is_scalar(node, value)
    lines = _lines(source, entry, value)
    if len(lines) == 1 and _is_simple(source, entry):
        return [(node.start, node.end, lines[0])], comments_in(node), not _is_scalar(node, value)
    inside = comments_in(node)
    end = max([node.end, *(c.end for c in inside), entry.eol.end if entry.eol else 0])
    end = max(len(source.text[:end].rstrip()), entry.indicator_end)
    if _would_swallow(source, max(end, entry.eol.end if entry.eol else 0), entry.column, lines):
        lines = [style.inline(value)]
    if lines[0] == "|+":
        end = max(end, _lines_after(source, end) - len(_newline(source)))
    first, *more = lines
    eol = f" {entry.eol.text}" if entry.eol else ""
    if eol and entry.key is None and first and is_written_as_block(node_of(value), 0):
        first, more = "", [" " * (entry.column + 2) + first, *more]  # a comment behind the dash stays there
    text = _newline(source).join([(f" {first}" if first else "") + eol, *more])
    if more and not source.text[end:]:
        text += _newline(source)  # the last line of a block of text needs its end
    return [(entry.indicator_end, end, text), *_rescued(source, entry, end)], inside, True


def _in_flow(source: Source, entry: Entry, value: Value) -> Splice:
    node = entry.value
    if node.start < node.end and node.raw != "":
        return node.start, node.end, style.inline(value, in_flow=True, quote=_quote(node))
    if node.kind != "scalar":
        return node.start, node.end, style.inline(value, in_flow=True)
    has_colon = source.text[entry.indicator_end - 1] == ":"
    return node.end, node.end, (" " if has_colon else ": ") + style.inline(value, in_flow=True)


def _lines(source: Source, entry: Entry, value: Value) -> list[str]:
    """Write a value: what follows the colon or dash (empty when it begins below), and the lines under it."""
    new, old = node_of(value), entry.value
    taken = entry.indicator_end - _line_start(source.text, entry.indicator_end)
    if not is_written_as_block(new, taken):
        lines = value_lines(new, entry.column + 2, taken)
        keeps_quotes = len(lines) == 1 and isinstance(value, str) and isinstance(old.value, str) and _quote(old)
        return [style.inline(value, quote=_quote(old))] if keeps_quotes else lines
    if entry.key is None:
        first, *more = block_lines(value, entry.column + 2, dash_offset(source))
        return [first.lstrip(" "), *more]
    below = entry.column + (dash_offset(source) if isinstance(value, list) else 2)
    return ["", *block_lines(value, below, dash_offset(source))]


def _is_simple(source: Source, entry: Entry) -> bool:
    """Whether the value stands behind its key, on the same line, and is not empty."""
    node = entry.value
    between = source.text[entry.indicator_end : node.start]
    is_block = node.is_block or node.style in BLOCK_STYLES
    return node.start < node.end and not is_block and bool(between) and not between.strip(" ")


def _rescued(source: Source, entry: Entry, end: int) -> list[Splice]:
    """Put comments that stood between a key and its value above the key."""
    between = [c for c in entry.leading if entry.start < c.start < end]
    line = _line_start(source.text, entry.start)
    if source.text[line : entry.start].strip():
        return []
    return [(line, line, " " * entry.column + c.text + _newline(source)) for c in reversed(between)]


def _add(source: Source, pointer: Pointer, value: Value) -> Plan:
    *above, key = pointer
    parent = source.node(tuple(above))
    assert parent is not None  # noqa: S101 - steps are made from what is there
    item: Value = {key: value} if isinstance(key, str) else [value]
    if not parent.entries:
        return _put(source, tuple(above), item) if above else _root(source, item)
    index = key if isinstance(key, int) else len(parent.entries)
    if parent.flow:
        text = style.inline(item, in_flow=True)[1:-1]
        if index < len(parent.entries):
            at = parent.entries[index].start
            return [(at, at, f"{text}, ")], [], True
        at = _flow_end(parent.entries[-1])
        return [(at, at, f", {text}")], [], True
    lines = block_lines(item, parent.column, dash_offset(source))
    if _would_swallow(source, _entry_end(parent.entries[max(index - 1, 0)]), parent.column, lines):
        lines = [" " * parent.column + (f"{style.text(key)}: " if isinstance(key, str) else "- ") + style.inline(value)]
    if index == 0:
        return _add_first(source, tuple(above), parent, value, lines)
    end = _entry_end(parent.entries[index - 1])
    at, newline = _after(source.text, end), _newline(source)
    before = "" if source.text[:at].endswith("\n") else newline
    return [(at, at, before + newline.join([*lines, ""]))], [], True


def _add_first(source: Source, above: Pointer, parent: Node, value: Value, lines: list[str]) -> Plan:
    first = parent.entries[0]
    line = _line_start(source.text, first.start)
    if source.text[line : first.start].strip():
        old = value_of(parent)
        assert isinstance(old, list)  # noqa: S101 - only items are added at the front
        return _put(source, above, [value, *old])
    own = [c.start - c.column for c in first.leading if c.own_line and c.start < first.start]
    at = min([line, *own])
    return [(at, at, _newline(source).join([*lines, ""]))], [], True


def _root(source: Source, value: Value) -> Plan:
    text = _newline(source).join(block_lines(value, 0, dash_offset(source)))
    return [(source.root.start, source.root.end, text)], [], True


def _drop(source: Source, pointer: Pointer) -> Plan:
    entry = _entry(source, pointer)
    parent = entry.parent
    if len(parent.entries) == 1:
        return _drop_only(source, pointer[:-1], entry)
    index = next(i for i, each in enumerate(parent.entries) if each is entry)
    following = parent.entries[index + 1] if index + 1 < len(parent.entries) else None
    if parent.flow:
        return [_drop_from_flow(source, parent.entries[index - 1], entry, following)], entry.comments(), True
    line = _line_start(source.text, entry.start)
    if source.text[line : entry.start].strip() and following:
        return [_drop_behind_dash(source, entry, following)], entry.comments(), True
    adjacent = _adjacent(entry)
    start = min([line, *(c.start - c.column for c in adjacent)])
    return [(start, _lines_after(source, _entry_end(entry)), "")], entry.comments(), True


def _drop_only(source: Source, above: Pointer, entry: Entry) -> Plan:
    """Leave an empty mapping or list where its last entry goes; comments below it stay."""
    parent = entry.parent
    empty: Value = {} if parent.kind == "mapping" else []
    if not above:
        return [(parent.start, _entry_end(entry), "{}")], entry.comments(), True
    splices, removed, _ = _put(source, above, empty)
    newline = _newline(source)
    kept = "".join(f"{newline}{' ' * parent.column}{c.text}" for c in parent.foot if not parent.flow)
    start, end, text = splices[0]
    gone = [c for c in removed if all(c is not foot for foot in parent.foot)]
    return [(start, end, text + kept), *splices[1:]], gone, True


def _drop_from_flow(source: Source, before: Entry, entry: Entry, following: Entry | None) -> Splice:
    if following:
        own = [c.start for c in following.leading if c.start > entry.start]
        return entry.start, min([following.start, *own]), ""
    if comma := indicator(source.text, _flow_end(entry), entry.parent.end, ",", missing=0):
        return entry.start, comma, ""
    if before.eol or entry.leading:
        return entry.start, _flow_end(entry), ""
    return _flow_end(before), _flow_end(entry), ""


def _drop_behind_dash(source: Source, entry: Entry, following: Entry) -> Splice:
    own = [c.start - c.column for c in following.leading if c.own_line and c.start > entry.start]
    if not own:
        return entry.start, following.start, ""
    start = len(source.text[: entry.start].rstrip(" "))
    return start, min(own), _newline(source)


def _adjacent(entry: Entry) -> list[Comment]:
    """List the comments right above an entry, without a blank line between."""
    found: list[Comment] = []
    blank = entry.blank_before
    for comment in reversed([c for c in entry.leading if c.start < entry.start]):
        if blank or not comment.own_line:
            break
        found.append(comment)
        blank = comment.blank_before
    return found


def _entry(source: Source, pointer: Pointer) -> Entry:
    entry = source.entry(pointer)
    assert entry is not None  # noqa: S101 - steps are made from what is there
    return entry


def _entry_end(entry: Entry) -> int:
    """Index after an entry and its comments."""
    return max([entry.value.end, entry.indicator_end, *(c.end for c in entry.comments())])


def _flow_end(entry: Entry) -> int:
    """Index after an entry in brackets."""
    return max(entry.value.end, entry.indicator_end)


def _after(text: str, at: int) -> int:
    """Index of the line that begins after ``at``."""
    if at and text[at - 1] == "\n":
        return at
    end = text.find("\n", at)
    return len(text) if end == -1 else end + 1


def _would_swallow(source: Source, at: int, column: int, lines: list[str]) -> bool:
    """Say whether a comment that follows stands so far to the right that a block of text above would take it in."""
    following = next((comment for comment in source.comments if comment.start > at), None)
    if following is None or not following.own_line or source.text[at : following.start].strip():
        return False
    return following.column > column and any(line.endswith(("|", "|-", "|+", ">-")) for line in lines)


def _lines_after(source: Source, at: int) -> int:
    """The same; behind a ``|+`` block the blank lines that follow go too, or they would become a part of its text."""
    after = _after(source.text, at)
    if re.search(r"[|>][0-9]?\+", source.text):
        blank = re.compile(r"(?:[ \t]*\r?\n)*").match(source.text, after)
        after = blank.end() if blank else after
    return after


def _is_scalar(node: Node, value: Value) -> bool:
    return node.kind == "scalar" and not isinstance(value, dict | list)


def _quote(node: Node) -> str:
    return node.style if node.style in ("'", '"') else ""


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _newline(source: Source) -> str:
    return "\r\n" if "\r\n" in source.text else "\n"


def dash_offset(source: Source) -> int:
    """How far the dashes of lists stand to the right of their keys in this text; 2 when it has none."""
    waiting = list(source.root.entries)
    while waiting:
        entry = waiting.pop(0)
        if entry.key is not None and entry.value.kind == "list" and entry.value.is_block and entry.value.entries:
            return max(entry.value.entries[0].column - entry.column, 0)
        waiting += entry.value.entries
    return 2

"""Canonical formatting: the same document in the one form that `mlgov fmt` writes.

What it changes: the order of keys, indentation, quotes, the style of lists, blank lines beyond one. What it never
changes: values, comments (each goes with its key), the spelling of numbers, the line breaks inside block text.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

import rfc8785

from mlgov.documents import style
from mlgov.documents.emitter import block_lines
from mlgov.documents.nodes import BLOCK_STYLES, Comment, Entry, Node, Source, comments_in, value_of
from mlgov.documents.reader import Pointer, Value, load
from mlgov.documents.source import parse
from mlgov.errors import UsageError

#: Where a mapping stands -> its known keys in order; keys that are not named keep their order after them.
KeyOrder = Callable[[Pointer], Sequence[str]]
MODELINE_SIGN = "yaml-language-server:"
REFUSED = "Nothing was written. This is a mistake in mlgov: please report the file, and format it by hand."


def canonical(data: bytes, path: str, *, order: KeyOrder = lambda _: (), modeline: str = "") -> bytes:
    """Write a document in canonical form.

    Args:
        data: The file; it must pass the front door.
        path: Path for messages.
        order: The order of keys, by the schema.
        modeline: The comment by which editors find the schema; put first where the file has none.

    Returns:
        The new bytes. They read as the same value and hold the same comments; this was verified.

    Raises:
        UsageError: The front door refuses the file, or the new text would not say the same.
    """
    document, findings = load(data, path)
    if document is None:
        raise UsageError(f"{findings[0].location}: {findings[0].message}", hint=findings[0].fix)
    source = parse(data.decode().replace("\r\n", "\n"))
    header = _header(source, modeline)
    _arrange(source.root, (), order)
    lines = [*header, *_block(source.root, 0)]
    formatted = ("\n".join(lines) + "\n").encode()
    _verify(document.value, source, formatted, path, added=modeline)
    return formatted


def render(value: dict[str, Value], *, order: KeyOrder = lambda _: (), modeline: str = "") -> bytes:
    """Write values as a new document in canonical form. The keys keep their order where ``order`` names none."""
    lines = block_lines(value, 0)
    return canonical(("\n".join(lines) + "\n").encode(), "document.yaml", order=order, modeline=modeline)


def node_of(value: Value) -> Node:
    """Make a tree from a plain value."""
    node = Node("scalar", 0, 0, 0)
    if isinstance(value, dict):
        node.kind = "mapping"
        node.entries = [Entry(key, 0, 0, 0, node_of(each), node) for key, each in value.items()]
    elif isinstance(value, list):
        node.kind = "list"
        node.entries = [Entry(None, 0, 0, 0, node_of(each), node) for each in value]
    else:
        node.value = value
    return node


def same(one: Value, other: Value) -> bool:
    """Say whether two values are the same to the content digest: types count, the order of keys does not."""
    return rfc8785.dumps(one) == rfc8785.dumps(other)


def value_lines(node: Node, indent: int, taken: int) -> list[str]:
    """Write a value that is no block: what follows the colon, and the lines of a block scalar.

    Args:
        node: A scalar, or a mapping or list that goes on one line.
        indent: Spaces before the lines of a block scalar.
        taken: Characters that stand on the first line already.
    """
    if node.kind != "scalar":
        return [_row(node) if node.entries else style.inline(value_of(node))]
    if not isinstance(node.value, str):
        return [_spelled(node)]
    short = style.text(node.value)
    if node.style in BLOCK_STYLES and (lines := _same_lines(node)):
        return [lines[0], *_indented(lines[1:], indent)]
    if "\n" in node.value:
        lines = style.literal(node.value)
        return [lines[0], *_indented(lines[1:], indent)] if lines else [short]
    lines = style.folded(node.value, indent) if taken + 1 + len(short) > style.WIDTH else None
    return [">-", *_indented(lines, indent)] if lines else [short]


def is_written_as_block(node: Node, taken: int) -> bool:
    """Say whether a value is written below its key.

    That is all but scalars, what is empty, and short rows: lists of numbers, and mappings of numbers that their author
    put in brackets (``{warn: 0.1, violate: 0.2}``).
    """
    if node.kind == "scalar" or not node.entries:
        return False
    is_row = (node.kind == "list" or node.flow) and all(_is_number(e.value) for e in node.entries)
    return not is_row or bool(comments_in(node)) or taken + 1 + len(_row(node)) > style.WIDTH


def _block(node: Node, indent: int) -> list[str]:
    """Write the entries of a mapping or list."""
    if not node.entries:
        return [" " * indent + style.inline(value_of(node)), *_comments(node.foot, indent)]
    lines: list[str] = []
    for entry in node.entries:
        above = [*_comments(entry.leading, indent), *([""] if entry.blank_before else [])]
        _add(lines, [*above, *_entry(entry, indent)])
    _add(lines, _comments(node.foot, indent))
    return lines


def _add(lines: list[str], more: list[str]) -> None:
    """Add lines; a blank one first only after a line. A second one would belong to the block text above (``|+``)."""
    lines += more[1:] if more and not more[0] and not (lines and lines[-1]) else more


def _entry(entry: Entry, indent: int) -> list[str]:
    lead = " " * indent + ("-" if entry.key is None else f"{style.text(entry.key)}:")
    node, eol = entry.value, f" {entry.eol.text}" if entry.eol else ""
    if not is_written_as_block(node, len(lead)):
        first, *more = value_lines(node, indent + 2, len(lead))
        return [f"{lead} {first}".rstrip() + eol, *more]
    if entry.key is not None:
        return [lead + eol, *_block(node, indent + 2)]
    return _item(entry, indent)


def _item(entry: Entry, indent: int) -> list[str]:
    """Write a block behind a dash; `_arrange` has moved what would stand between."""
    first, *more = _block(entry.value, indent + 2)
    return [f"{' ' * indent}- {first[indent + 2 :]}", *more]


def _arrange(node: Node, pointer: Pointer, order: KeyOrder) -> None:
    """Put the keys of every mapping in order, and comments between a dash and its block above the dash."""
    if node.kind == "mapping":
        known = {key: index for index, key in enumerate(order(pointer))}
        node.entries.sort(key=lambda entry: known.get(str(entry.key), len(known)))
    for index, entry in enumerate(node.entries):
        _arrange(entry.value, (*pointer, index if entry.key is None else entry.key), order)
        if entry.key is None and entry.value.entries:
            _hoist(entry, entry.value.entries[0], indent=2 * len(pointer))


def _hoist(entry: Entry, first: Entry, indent: int) -> None:
    moved, first.leading = first.leading, []
    if entry.eol and is_written_as_block(entry.value, indent + 1):
        moved, entry.eol = [entry.eol, *moved], None
    if moved:
        moved[0].blank_before = entry.blank_before or (bool(entry.leading) and moved[0].blank_before)
        entry.leading += moved
        entry.blank_before, first.blank_before = first.blank_before, False


def _header(source: Source, modeline: str) -> list[str]:
    comments = source.header
    own = [c for c in comments if MODELINE_SIGN in c.text][:1]
    lines = [c.text for c in own] or ([modeline] if modeline else [])
    rest = _comments([c for c in comments if c not in own], 0)
    lines += rest if lines or rest[:1] != [""] else rest[1:]
    blank = bool(lines) and bool(source.root.entries) and source.root.entries[0].blank_before
    return [*lines, ""] if blank else lines


def _comments(comments: Sequence[Comment], indent: int) -> list[str]:
    lines: list[str] = []
    for comment in comments:
        lines += ["", " " * indent + comment.text] if comment.blank_before else [" " * indent + comment.text]
    return lines


def _row(node: Node) -> str:
    cells = [(f"{style.text(e.key, in_flow=True)}: " if e.key else "") + _spelled(e.value) for e in node.entries]
    return ("{%s}" if node.kind == "mapping" else "[%s]") % ", ".join(cells)


def _is_number(node: Node) -> bool:
    return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _spelled(node: Node) -> str:
    """Write a number as its author spelled it, what is empty as nothing, and else one word for each value."""
    return node.raw if node.raw is not None and (_is_number(node) or not node.raw) else style.inline(node.value)


def _same_lines(node: Node) -> list[str] | None:
    """Give header and lines of a block scalar with the author's line breaks; None where those are no use."""
    value = node.value
    header, *body = (node.raw or "").split("\n")
    if not isinstance(value, str) or re.match(r"[|>][-+]?[0-9]", header) or not value.strip():
        return None
    ends = len(value) - len(value.rstrip("\n"))
    if value.rstrip("\n") != value.rstrip():
        return None
    while body and not body[-1].strip():
        body.pop()
    first = next(line for line in body if line.strip())
    depth = len(first) - len(first.lstrip(" "))
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    return [
        node.style + chomp,
        *(line[depth:] for line in body),
        *[""] * (ends - 1),
    ]


def _indented(lines: Sequence[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _verify(value: Value, source: Source, formatted: bytes, path: str, *, added: str) -> None:
    document, findings = load(formatted, path)
    if document is None or not same(document.value, value):
        said = f" ({findings[0].message})" if findings else ""
        raise UsageError(f"{path}: formatting it would change what it says{said}.", hint=REFUSED)
    before = Counter(comment.text for comment in source.comments)
    after = Counter(comment.text for comment in parse(formatted.decode()).comments)
    after.subtract([added] if added and not any(MODELINE_SIGN in c.text for c in source.header) else [])
    if any((before - after).values()) or any((after - before).values()):
        lost = ", ".join((before - after) or (after - before))
        raise UsageError(f"{path}: formatting it would lose the comment {lost!r}.", hint=REFUSED)

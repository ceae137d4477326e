"""The text of a document as a tree that forgets nothing: where every value stands, and whose every comment is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from mlgov.documents.reader import Pointer, Value

BLOCK_STYLES = ("|", ">")


@dataclass(slots=True)
class Comment:
    """A comment.

    Attributes:
        start: Index of its ``#``.
        text: From the ``#`` to the end of its line, without blanks at the end.
        column: Of the ``#``, from 0.
        own_line: Whether nothing but blanks stands before it.
        blank_before: Whether the line before it is blank.
    """

    start: int
    text: str
    column: int
    own_line: bool
    blank_before: bool

    @property
    def end(self) -> int:
        """Index after its last character."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Node:
    """A value where it stands.

    Attributes:
        kind: What it is.
        start: Index of its first character.
        end: Index after its last; for a block, after the last character of what it holds, comments left out.
        column: Of its first character, from 0.
        style: Of a scalar: empty when plain, else ``'``, ``"``, ``|`` or ``>``.
        flow: Whether a mapping or list is written in brackets.
        value: Of a scalar.
        raw: Of a scalar that was read: how it is written; empty where nothing stands.
        entries: Of a mapping or list, in order.
        foot: Comments after the last entry that belong to no entry.
    """

    kind: Literal["mapping", "list", "scalar"]
    start: int
    end: int
    column: int
    style: str = ""
    flow: bool = False
    value: str | int | float | bool | None = None
    raw: str | None = None
    entries: list["Entry"] = field(default_factory=list)
    foot: list[Comment] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it is a mapping or list whose entries stand on lines of their own."""
        return self.kind != "scalar" and not self.flow


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list.

    Attributes:
        key: The key; None in a list.
        start: Index of the key, or of the dash.
        indicator_end: Index after the colon or the dash; after the key where there is no colon.
        column: Of ``start``, from 0.
        value: The value.
        parent: What it stands in.
        leading: Comments above it that belong to it.
        eol: Comment at the end of its line.
        blank_before: Whether the line before it is blank.
    """

    key: str | None
    start: int
    indicator_end: int
    column: int
    value: Node
    parent: Node
    leading: list[Comment] = field(default_factory=list)
    eol: Comment | None = None
    blank_before: bool = False

    def comments(self) -> list[Comment]:
        """List the comments that belong to it and to everything in it."""
        own = [*self.leading, *([self.eol] if self.eol else [])]
        return own + comments_in(self.value)


@dataclass(slots=True)
class Source:
    """A document: its text, its tree, and the comments above its first key."""

    text: str
    root: Node
    header: list[Comment]
    comments: list[Comment]

    def node(self, pointer: Pointer) -> Node | None:
        """Find the value at ``pointer``."""
        entry = self.entry(pointer)
        return entry.value if entry else None if pointer else self.root

    def entry(self, pointer: Pointer) -> Entry | None:
        """Find the entry whose value stands at ``pointer``."""
        node, entry = self.root, None
        for key in pointer:
            entry = child(node, key)
            if entry is None:
                return None
            node = entry.value
        return entry


def child(node: Node, key: str | int) -> Entry | None:
    """Find an entry of a mapping by key, or of a list by index."""
    if node.kind == "list" and isinstance(key, int):
        return node.entries[key] if -1 < key < len(node.entries) else None
    return next((entry for entry in node.entries if entry.key == key and node.kind == "mapping"), None)


def comments_in(node: Node) -> list[Comment]:
    """List the comments inside a value."""
    return [comment for entry in node.entries for comment in entry.comments()] + node.foot


def value_of(node: Node) -> Value:
    """Give the plain value of a node."""
    if node.kind == "mapping":
        return {str(entry.key): value_of(entry.value) for entry in node.entries}
    if node.kind == "list":
        return [value_of(entry.value) for entry in node.entries]
    return node.value


def every_entry(node: Node) -> Iterator[Entry]:
    """List the entries of a value and of everything in it, in the order of the text."""
    for entry in node.entries:
        yield entry
        yield from every_entry(entry.value)


def keeps_breaks(text: str, start: int) -> bool:
    """Say whether a block scalar takes the blank lines at its end for text (``|+``)."""
    return text[start] in BLOCK_STYLES and "+" in text[start + 1 : start + 3]


def line_end(text: str, at: int) -> int:
    """Index of the end of the line that ``at`` is in, before its newline."""
    end = text.find("\n", at)
    return len(text) if end == -1 else end

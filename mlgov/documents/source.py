"""Reading text into nodes.

The front door must have accepted the text before. It lets no anchors, tags or directives in, so what lies between two
scalars is only indicators, blanks and comments, and a ``#`` there always begins a comment.
"""

from typing import Any, Literal

import yaml
from yaml._yaml import CParser

from mlgov.documents import scalars
from mlgov.documents.comments import attach, find_comments
from mlgov.documents.nodes import BLOCK_STYLES, Entry, Node, Source, keeps_breaks, line_end

Event = Any  # libyaml's events; their type stubs leave out half of the attributes


def parse(text: str) -> Source:
    """Read text that the front door let in.

    Args:
        text: The text; line ends may be LF or CRLF.
    """
    parser = CParser(text)
    try:
        events = _Events(parser)
        root = _Tree(text, events).root
    finally:
        parser.dispose()
    source = Source(text, root, [], list(find_comments(text, events.scalars)))
    attach(source, events.scalars)
    return source


class _Events:
    """The events of a document, without those that frame it; remembers where scalars stand."""

    def __init__(self, parser: Any) -> None:  # noqa: ANN401 - libyaml has no types
        self.scalars: list[Event] = []
        self._parser = parser

    def take(self) -> Event:
        framing = (yaml.StreamStartEvent, yaml.DocumentStartEvent)
        event = self._parser.get_event()
        while isinstance(event, framing):
            event = self._parser.get_event()
        if isinstance(event, yaml.ScalarEvent):
            self.scalars.append(event)
        return event


class _Tree:
    """Builds nodes from events. Depth is bounded by the front door."""

    def __init__(self, text: str, events: _Events) -> None:
        self._text, self._events = text, events
        self.root = self._node(events.take())

    def _node(self, event: Event) -> Node:
        start, column = event.start_mark.index, event.start_mark.column
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        kind: Literal["mapping", "list"] = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
        node = Node(kind, start, start, column, flow=bool(event.flow_style))
        last = self._fill(node)
        node.end = last if node.flow else max((each.value.end for each in node.entries), default=start)
        return node

    def _fill(self, node: Node) -> int:
        """Read entries until the end of the mapping or list; gives the index where it is said to end."""
        reached = node.start
        while not isinstance(event := self._events.take(), yaml.MappingEndEvent | yaml.SequenceEndEvent):
            entry = self._pair(node, event) if node.kind == "mapping" else self._item(node, event, reached)
            node.entries.append(entry)
            reached = max(entry.value.end, entry.indicator_end)
        end: Event = event.end_mark
        return int(end.index)

    def _pair(self, parent: Node, event: Event) -> Entry:
        start, end = event.start_mark.index, event.end_mark.index
        value = self._node(self._events.take())
        colon = indicator(self._text, end, value.start, ":", missing=end)
        asked = self._text[:start].rstrip(" ")
        if asked.endswith("?") and not parent.flow:
            start = len(asked) - 1
        value.end = max(value.end, colon)
        return Entry(event.value, start, colon, _column(self._text, start), value, parent)

    def _item(self, parent: Node, event: Event, reached: int) -> Entry:
        value = self._node(event)
        if parent.flow:
            return Entry(None, value.start, value.start, value.column, value, parent)
        dash = indicator(self._text, reached, value.start, "-", missing=reached + 1) - 1
        value.end = max(value.end, dash + 1)
        return Entry(None, dash, dash + 1, _column(self._text, dash), value, parent)

    def _scalar(self, event: Event) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        style = event.style or ""
        value = scalars.resolve(event.value) if event.implicit[0] else event.value
        if style in BLOCK_STYLES and not keeps_breaks(self._text, start):
            end = start + len(self._text[start:end].rstrip())
        return Node("scalar", start, end, event.start_mark.column, style, value=value, raw=self._text[start:end])


def indicator(text: str, start: int, end: int, sign: str, *, missing: int) -> int:
    """Index after the first ``sign`` between two entries, comments skipped; ``missing`` when there is none."""
    at = start
    while at < end:
        if text[at] == sign:
            return at + 1
        at = line_end(text, at) if text[at] == "#" else at + 1
    return missing


def _column(text: str, at: int) -> int:
    return at - (text.rfind("\n", 0, at) + 1)

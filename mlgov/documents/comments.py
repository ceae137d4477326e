"""Comments: found in the gaps between scalars, and given to the entry or block that they belong to."""

from collections.abc import Iterator
from typing import Any

from mlgov.documents.nodes import BLOCK_STYLES, Comment, Entry, Node, Source, every_entry, keeps_breaks, line_end

Event = Any  # libyaml's events; their type stubs leave out half of the attributes


def find_comments(text: str, scalar_events: list[Event]) -> Iterator[Comment]:
    """Find every comment: after block scalar indicators, and in the gaps between scalars."""
    reached = 0
    for event in scalar_events:
        start, end = event.start_mark.index, event.end_mark.index
        yield from _comments_between(text, reached, start)
        if (event.style or "") in BLOCK_STYLES:
            yield from _comments_between(text, start, min(line_end(text, start), end))
        reached = end
    yield from _comments_between(text, reached, len(text))


def _comments_between(text: str, start: int, end: int) -> Iterator[Comment]:
    at = text.find("#", start, end)
    while at != -1:
        line = text.rfind("\n", 0, at) + 1
        stop = line_end(text, at)
        own_line = not text[line:at].strip()
        yield Comment(at, text[at:stop].rstrip(), at - line, own_line, own_line and _is_after_blank(text, line))
        at = text.find("#", stop, end)


def attach(source: Source, scalar_events: list[Event]) -> None:
    """Give every comment to the entry or block that it belongs to, and note blank lines."""
    kept = _keeps(source.text, scalar_events)
    for comment in source.comments:
        comment.blank_before = comment.blank_before and not _within(comment.start - comment.column - 1, kept)
    _Attachment(source).run()
    for entry in every_entry(source.root):
        line = source.text.rfind("\n", 0, entry.start) + 1
        alone = not source.text[line : entry.start].strip()
        entry.blank_before = alone and _is_after_blank(source.text, line) and not _within(line - 1, kept)


class _Attachment:
    """Walks through comments and entries side by side.

    A comment at the end of a line belongs to what stands before it. A comment on its own line belongs to the next
    entry, unless it is indented deeper: then it is the foot of the block that it is indented like.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._entries = list(every_entry(source.root))
        self._chain: dict[int, list[Entry]] = {}
        self._owners(source.root, [])

    def _owners(self, node: Node, above: list[Entry]) -> None:
        for entry in node.entries:
            self._chain[id(entry)] = [*above, entry]
            self._owners(entry.value, [*above, entry])

    def run(self) -> None:
        position, lowest, foot_column = 0, -1, 0
        for comment in self._source.comments:
            while position < len(self._entries) and self._entries[position].start < comment.start:
                position += 1
            before = self._entries[position - 1] if position else None
            after = self._entries[position] if position < len(self._entries) else None
            if position != lowest:
                lowest, foot_column = position, 1 << 30
            if before is None:
                self._source.header.append(comment)
            elif not comment.own_line:
                self._at_end(comment, before)
            else:
                foot_column = self._on_own_line(comment, before, after, foot_column)

    def _at_end(self, comment: Comment, before: Entry) -> None:
        chain = self._chain[id(before)]
        while len(chain) > 1 and chain[-1].parent.flow and chain[-1].parent.end <= comment.start:
            chain = chain[:-1]
        owner = chain[-1]
        if owner.eol is None:
            owner.eol = comment
        else:
            owner.leading.append(comment)

    def _on_own_line(self, comment: Comment, before: Entry, after: Entry | None, foot_column: int) -> int:
        """Place a comment; gives the column below which the next ones of the same gap must stay."""
        chain = self._chain[id(before)]
        if before.value.start > comment.start and not before.value.is_block:
            before.leading.append(comment)  # between a key and its value
            return foot_column
        brackets = [e.value for e in chain if e.value.flow and e.value.start < comment.start < e.value.end]
        brackets += [e.parent for e in chain if e.parent.flow and e.parent.start < comment.start < e.parent.end]
        if brackets:
            inside = after is not None and after.start < brackets[-1].end
            below = brackets[-1].foot if brackets[-1].entries else before.leading
            (after.leading if after and inside else below).append(comment)
            return foot_column
        ended = self._ended(chain, after)
        fitting = [node for node in ended if node.column <= min(comment.column, foot_column)]
        deeper = after is None or comment.column > after.column
        if fitting and deeper and (after is None or fitting[-1].column > after.column):
            best = next(node for node in fitting if node.column == fitting[-1].column)
            best.foot.append(comment)
            return best.column
        if after is None:
            self._source.root.foot.append(comment)
        else:
            after.leading.append(comment)
        return -1

    def _ended(self, chain: list[Entry], after: Entry | None) -> list[Node]:
        """List the blocks that end between two entries, outermost first."""
        open_still = {id(entry.parent) for entry in self._chain[id(after)]} if after else set()
        return [entry.parent for entry in chain if not entry.parent.flow and id(entry.parent) not in open_still]


def _keeps(text: str, scalar_events: list[Event]) -> list[range]:
    """Find block scalars whose blank lines at the end are part of the text (``|+``)."""
    return [
        range(event.start_mark.index, event.end_mark.index)
        for event in scalar_events
        if keeps_breaks(text, event.start_mark.index)
    ]


def _within(index: int, ranges: list[range]) -> bool:
    return any(index in each for each in ranges)


def _is_after_blank(text: str, line: int) -> bool:
    """Say whether the line before the one that begins at index ``line`` is blank."""
    if line == 0:
        return False
    before = text.rfind("\n", 0, line - 1) + 1
    return not text[before : line - 1].strip()

"""Tables and paragraphs of fixed width for a terminal. Text of documents is made harmless here."""

import textwrap
from collections.abc import Iterator, Sequence

from mlgov.cli.plain import one_line

GAP = "  "
#: The last column of a table keeps at least so many characters, however narrow the terminal is.
LAST_WIDTH = 20


def table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int, indent: int = 0) -> Iterator[str]:
    """Write a table; the last column is wrapped when the lines would be wider than ``width`` characters.

    Args:
        head: Titles of the columns; none when empty.
        rows: Cells, as many in each row.
        width: Characters of a line.
        indent: Blanks before each line.
    """
    lines = [[one_line(cell) for cell in row] for row in ([head] if head else []) + list(rows)]
    if not lines:
        return
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    before = indent + sum(widths[:-1]) + len(GAP) * (len(widths) - 1)
    room = max(LAST_WIDTH, width - before)
    for line in lines:
        start = " " * indent + "".join(f"{cell:<{w}}{GAP}" for cell, w in zip(line[:-1], widths[:-1], strict=True))
        yield from hanging(start, line[-1], room)


def least_width(rows: Sequence[Sequence[str]]) -> int:
    """Give the characters that a table needs when its last column is as narrow as may be."""
    widths = [max(len(one_line(cell)) for cell in column) for column in zip(*rows, strict=True)]
    return sum(widths[:-1]) + len(GAP) * (len(widths) - 1) + min(LAST_WIDTH, widths[-1]) if widths else 0


def hanging(start: str, text: str, room: int) -> Iterator[str]:
    """Write text behind ``start``, wrapped to ``room`` characters; later lines stand below the first one's text."""
    paragraphs = [one_line(line) for line in text.split("\n")]
    wrapped = [part for line in paragraphs for part in (textwrap.wrap(line, room) or [""])]
    for number, part in enumerate(wrapped):
        # Again after wrapping: a new line may begin with what a CI runner obeys.
        yield ((start if number == 0 else " " * len(start)) + one_line(part)).rstrip()

"""What changed inside a text: word by word, or counted when it is long."""

import difflib
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

#: Texts up to this many characters are shown word by word.
SHORT = 240
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A run of words: kept, removed or added."""

    how: Literal["kept", "removed", "added"]
    text: str


def is_short(before: str, after: str) -> bool:
    """Say whether two texts are short enough to be shown word by word."""
    return len(before) <= SHORT and len(after) <= SHORT


def pieces(before: str, after: str) -> list[Piece]:
    """Compare two texts word by word."""
    return list(_pieces(_WORD.findall(before), _WORD.findall(after)))


def counted(before: str, after: str) -> tuple[int, int]:
    """Count the words that went and the words that came."""
    old, new = before.split(), after.split()
    kept = sum(block.size for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return len(old) - kept, len(new) - kept


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, end in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("kept", "".join(old[i:j]))
            continue
        if j > i:
            yield Piece("removed", "".join(old[i:j]))
        if end > k:
            yield Piece("added", "".join(new[k:end]))

"""Counting texts."""

import numpy as np
import pytest

from mlgov.monitors.profile import arrow, words
from mlgov.monitors.profile.words import WordCounts


def counted(*pieces: dict[str, int]) -> dict[str, int]:
    """What is found after some pieces."""
    counts = WordCounts()
    for piece in pieces:
        counts.add(arrow.texts(list(piece)), np.array(list(piece.values()), np.int64))
    texts, found = counts.found()
    return dict(zip(texts.to_pylist(), found.tolist(), strict=True))


@pytest.mark.parametrize("waiting", [0, 3, 1 << 16])
def test_texts_of_several_pieces_add_up(monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    """Whether they wait for each other or not, and whether two pieces have the same texts or not."""
    monkeypatch.setattr(words, "WAITING", waiting)
    found = counted({"a": 1, "b": 2}, {"a": 10, "b": 20}, {"b": 100, "c": 3}, {}, {"a": 1000})
    assert found == {"a": 1011, "b": 122, "c": 3}


def test_a_text_that_no_row_holds_is_not_found() -> None:
    """Dictionaries of Parquet name texts of other rows, too."""
    assert counted({"a": 0, "b": 1}, {"c": 0}) == {"b": 1}


def test_counts_are_not_those_of_the_caller() -> None:
    """A caller may use its array again."""
    counts, held = WordCounts(), np.array([1], np.int64)
    counts.add(arrow.texts(["a"]), held)
    counts.add(arrow.texts(["a"]), held)
    assert held.tolist() == [1]
    assert counts.found()[1].tolist() == [2]

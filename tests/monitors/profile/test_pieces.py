"""Batches of any size in pieces of one size."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.monitors.profile.pieces import pieces
from mlgov.monitors.profile.sums import PIECE_ROWS
from tests.monitors.profile.frames import batch


@given(st.lists(st.integers(0, 3 * PIECE_ROWS), max_size=8))
@settings(max_examples=30)
def test_every_row_comes_once_in_pieces_that_fit(sizes: list[int]) -> None:
    """No row is lost or doubled, and no piece is too large."""
    whole = batch(x=pa.array(range(3 * PIECE_ROWS)))
    found = list(pieces(whole.slice(0, size) for size in sizes))
    assert all(len(piece) <= PIECE_ROWS for piece in found)
    assert sum(map(len, found)) == sum(sizes)


def test_small_batches_are_joined() -> None:
    """A thousand batches of ten rows are one piece."""
    assert len(list(pieces([batch(x=[1] * 10)] * 1_000))) == 1


def test_batches_of_different_columns_are_not_joined() -> None:
    """Each keeps its own schema."""
    found = list(pieces([batch(x=[1]), batch(y=[1]), batch(y=[2])]))
    assert [(piece.schema.names, len(piece)) for piece in found] == [(["x"], 1), (["y"], 2)]


def test_a_batch_without_rows_keeps_its_columns() -> None:
    """A reference may be empty and still have a schema."""
    (found,) = pieces([batch(x=[1]).slice(0, 0), batch(x=[1]).slice(0, 0)])
    assert (found.schema.names, len(found)) == (["x"], 0)

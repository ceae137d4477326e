"""Batches of any size, cut and joined to one size."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from mlgov.monitors.profile.sums import PIECE_ROWS


def pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut and join batches into pieces of at most 65,536 rows, so that small ones cost no more than large ones."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if waiting and (batch.schema != waiting[0].schema or sum(map(len, waiting)) + len(batch) > PIECE_ROWS):
            yield from _joined(waiting)
            waiting = []
        if len(batch) > PIECE_ROWS // 2:
            yield from (batch.slice(start, PIECE_ROWS) for start in range(0, len(batch), PIECE_ROWS))
        else:
            waiting.append(batch)
    yield from _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    if len(batches) < 2:
        return batches
    joined = pa.Table.from_batches(batches).combine_chunks()
    return joined.to_batches() or [batches[0]]

"""One pass over a window: batches in, a profile out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.categorical_tally import CategoricalTally
from mlgov.monitors.profile.layout import CategoricalLayout, ColumnLayout, Layout
from mlgov.monitors.profile.numeric_tally import NumericTally, Scratch
from mlgov.monitors.profile.parts import tallied
from mlgov.monitors.profile.pieces import pieces
from mlgov.monitors.profile.values import Profile, Window

#: Batches, or a function that starts reading them.
Batches = Callable[[], Iterable[pa.RecordBatch]] | Iterable[pa.RecordBatch]


def profile(batches: Batches, layout: Layout, *, window: Window | None = None, sources: Sequence[str] = ()) -> Profile:
    """Profile a window in one pass and bounded memory.

    The same rows give the same profile however they are cut into batches, in whatever order, and whether strings come
    as dictionaries or not. Columns that the layout does not have are named and otherwise passed over.

    Args:
        batches: The window's rows.
        layout: The baseline's layout.
        window: Its start (inclusive) and end (exclusive), aware.
        sources: Digests of the files that the rows come from.

    Raises:
        UsageError: The window has no time zone or ends before it starts.
    """
    window = in_utc(window)
    scratch = Scratch()
    tallies = {column.name: _tally(column, scratch) for column in layout.columns}
    extra: Counter[str] = Counter()
    rows = 0
    for piece in pieces(opened(batches)):
        if len(piece):
            rows += len(piece)
            _add(piece, tallies, extra)
    return Profile(
        layout=layout,
        rows=rows,
        window=window,
        sources=tuple(sorted(set(sources))),
        columns=tuple(tally.profile() for tally in tallies.values()),
        extra_columns=tallied(extra.items()),
    )


def _tally(layout: ColumnLayout, scratch: Scratch) -> NumericTally | CategoricalTally:
    return CategoricalTally(layout) if isinstance(layout, CategoricalLayout) else NumericTally(layout, scratch)


def _add(piece: pa.RecordBatch, tallies: dict[str, NumericTally | CategoricalTally], extra: Counter[str]) -> None:
    places = first_places(piece.schema)
    for name, tally in tallies.items():
        if name in places:
            tally.add(arrow.stored(piece.column(places[name])))
        else:
            tally.absent += len(piece)
    for place, name in enumerate(piece.schema.names):
        if name not in tallies or places[name] != place:
            extra[name] += len(piece)


def opened(batches: Batches) -> Iterable[pa.RecordBatch]:
    """Give the batches, started anew when they can be."""
    return batches() if callable(batches) else batches


def first_places(schema: pa.Schema) -> dict[str, int]:
    """Give the place of each column; of columns with one name, the first."""
    return {name: place for place, name in reversed(list(enumerate(schema.names)))}


def in_utc(window: tuple[datetime, datetime] | None) -> Window | None:
    """Give a window in UTC. Raises UsageError for one without time zone or with its end not after its start."""
    if window is None:
        return None
    if any(moment.tzinfo is None for moment in window):
        raise UsageError("A window's times need a time zone.", hint="Write them as 2026-12-31T06:00:00Z.")
    start, end = (moment.astimezone(UTC) for moment in window)
    if start >= end:
        raise UsageError(f"The window ends at {end}, not after it starts at {start}.")
    return start, end

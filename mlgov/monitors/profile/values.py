"""The profile of a window: a frozen value that adds up."""

from dataclasses import dataclass
from datetime import datetime

from mlgov.errors import UsageError
from mlgov.monitors.profile.categorical import CategoricalProfile, empty_categorical
from mlgov.monitors.profile.layout import CategoricalLayout, ColumnLayout, Layout
from mlgov.monitors.profile.numeric import NumericProfile, empty_numeric
from mlgov.monitors.profile.parts import tallied

Window = tuple[datetime, datetime]
ColumnProfile = NumericProfile | CategoricalProfile


@dataclass(frozen=True, slots=True)
class Profile:
    """What a window holds.

    Attributes:
        layout: What it was counted in.
        rows: Number of rows.
        window: Start (inclusive) and end (exclusive), aware UTC; None when not known.
        sources: Digests of the files that were read, sorted.
        columns: One profile per column of the layout, in its order.
        extra_columns: Columns outside the layout by name, and the rows of the batches that have them.
    """

    layout: Layout
    rows: int
    window: Window | None
    sources: tuple[str, ...]
    columns: tuple[ColumnProfile, ...]
    extra_columns: tuple[tuple[str, int], ...]

    def column(self, name: str) -> ColumnProfile:
        """Give the profile of one column. Raises KeyError."""
        for column in self.columns:
            if column.layout.name == name:
                return column
        raise KeyError(name)

    @property
    def missing_columns(self) -> tuple[str, ...]:
        """Columns of the layout that no row has; empty when there are no rows."""
        return tuple(column.layout.name for column in self.columns if column.absent == self.rows > 0)


def merge(left: Profile, right: Profile) -> Profile:
    """Add two profiles: the profile of both windows' rows, whatever their order.

    Raises:
        UsageError: They were not counted in the same layout.
    """
    if left.layout.digest != right.layout.digest:
        raise UsageError(
            "Two profiles with different layouts do not add up.", hint="Profile both with the same baseline."
        )
    windows = [window for window in (left.window, right.window) if window]
    return Profile(
        layout=left.layout,
        rows=left.rows + right.rows,
        window=(min(start for start, _ in windows), max(end for _, end in windows)) if windows else None,
        sources=tuple(sorted({*left.sources, *right.sources})),
        columns=tuple(_plus(one, other) for one, other in zip(left.columns, right.columns, strict=True)),
        extra_columns=tallied(left.extra_columns + right.extra_columns),
    )


def _plus(left: ColumnProfile, right: ColumnProfile) -> ColumnProfile:
    if isinstance(left, NumericProfile) and isinstance(right, NumericProfile):
        return left + right
    if isinstance(left, CategoricalProfile) and isinstance(right, CategoricalProfile):
        return left + right
    raise TypeError("profiles of different kinds")


def empty(layout: Layout) -> Profile:
    """Give the profile of nothing: merging it changes nothing."""
    columns = tuple(_empty_column(column) for column in layout.columns)
    return Profile(layout=layout, rows=0, window=None, sources=(), columns=columns, extra_columns=())


def _empty_column(layout: ColumnLayout) -> ColumnProfile:
    return empty_categorical(layout) if isinstance(layout, CategoricalLayout) else empty_numeric(layout)

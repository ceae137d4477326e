"""Baselines: making the files of a baseline folder, and reading one as the reference of a monitor.

`profile.json` is the baseline of record. A folder that another program made (SageMaker's statistics.json alone) works
as well: a reference is rebuilt from the points of its sketches, or from its buckets.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors import profile as profiles
from mlgov.monitors.formats import files
from mlgov.monitors.formats.constraints import Constraints
from mlgov.monitors.formats.json_text import Damage, DamageError
from mlgov.monitors.formats.rebuilding import rebuilt, unknown_distances
from mlgov.monitors.formats.statistics import Statistics
from mlgov.monitors.formats.suggestions import constraints_of, statistics_of
from mlgov.monitors.profile import (
    CategoricalLayout,
    CategoricalProfile,
    ColumnKind,
    ColumnLayout,
    ColumnProfile,
    Layout,
    NumericLayout,
    Profile,
)
from mlgov.monitors.schema import Thresholds
from mlgov.names import NAMED_FROM
from mlgov.ports import REGULAR_FILE, Snapshot

T = TypeVar("T")

#: Share of values seen once from which on a column has values that the reference does not show.
OPEN_SHARE = 0.005
#: Rows between two edges: a baseline is published, and edges that are single rows would publish the data.
ROWS_PER_BIN = 5

Batches = Callable[[], Iterable[pa.RecordBatch]]

#: Recorded in the ledger, so it is the same whoever runs the monitor, and wherever.
_MISSING = "There is no such plain file. One that git ignores does not count."
_MADE_BY = "'mlgov monitor baseline NAME -m MONITOR --from FILE' makes it."


@dataclass(frozen=True, slots=True)
class Reference:
    """What a monitor compares with.

    Attributes:
        profile: The reference profile.
        constraints: What the data must look like.
        digest: Digest of the file that the profile comes from.
        is_rebuilt: Whether the profile was rebuilt from another program's statistics, so that it is approximate.
        unknown: Statistics by column that such a profile is too coarse for.
    """

    profile: Profile
    constraints: Constraints
    digest: str
    is_rebuilt: bool = False
    unknown: Mapping[str, Collection[str]] = field(default_factory=dict)


class BaselineError(ValueError):
    """A baseline folder cannot be used. Never leaves `mlgov.monitors`.

    Args:
        path: The file.
        damage: What is wrong with it.
    """

    def __init__(self, path: str, damage: Damage) -> None:
        super().__init__(f"{path}:{damage.line}: {damage.message}")
        self.path, self.damage = path, damage


def make(batches: Batches, thresholds: Thresholds, sensitive: Collection[str] = ()) -> dict[str, bytes]:
    """Make the files of a baseline folder.

    Args:
        batches: Gives the reference data; called twice, because bins are learnt before anything is counted.
        thresholds: The slack that the suggested constraints get.
        sensitive: Columns of which only values are named that at least five rows share.

    Returns:
        File name -> bytes: profile.json, statistics.json and constraints.json.

    Raises:
        UsageError: The data has no rows or no columns, or a column has no name.
        TablesError: The data cannot be read.
    """
    reference = reference_of(batches, thresholds, sensitive)
    return {
        files.PROFILE: profiles.render(reference.profile),
        files.STATISTICS: files.render(statistics_of(reference.profile, reference.digest)),
        files.CONSTRAINTS: files.render(reference.constraints),
    }


def reference_of(batches: Batches, thresholds: Thresholds, sensitive: Collection[str] = ()) -> Reference:
    """Make a reference straight from data, with the constraints that are suggested for it. Raises as `make` does."""
    layout = profiles.learn_layout(batches, rows_per_bin=ROWS_PER_BIN)
    return reference_from(layout, lambda layout: profiles.profile(batches, layout), thresholds, sensitive)


def reference_from(
    layout: Layout,
    profiled: Callable[[Layout], Profile],
    thresholds: Thresholds,
    sensitive: Collection[str] = (),
) -> Reference:
    """Make a reference from a layout that was learnt from data, and a function that profiles this data in a layout.

    Raises as `make` does.
    """
    if "" in layout.names:
        raise UsageError("A column of the reference data has no name.", hint="Give each column a name.")
    found = profiled(layout)
    if not found.rows or not found.columns:
        raise UsageError("The reference data has no rows.", hint="Name a file with rows.")
    settled = Layout(tuple(_settled(column, sensitive) for column in found.columns))
    if settled != found.layout:
        found = profiled(settled)
    return Reference(found, constraints_of(found, thresholds), bytes_digest(profiles.render(found)))


def hidden(reference: Reference, sensitive: Collection[str]) -> Reference:
    """Have windows show no value of a sensitive column that the reference does not name.

    A baseline that was made before the column was marked, or by another program, is used as it is.
    """
    columns = tuple(
        _hidden(column) if column.layout.name in sensitive else column for column in reference.profile.columns
    )
    layout = Layout(tuple(column.layout for column in columns))
    if layout == reference.profile.layout:
        return reference
    return replace(reference, profile=replace(reference.profile, layout=layout, columns=columns))


def _hidden(column: ColumnProfile) -> ColumnProfile:
    if not isinstance(column, CategoricalProfile):
        return column
    return replace(column, layout=replace(column.layout, sensitive=True), sample=())


def _settled(column: ColumnProfile, sensitive: Collection[str]) -> ColumnLayout:
    """Cut the vocabulary of a column whose reference does not show nearly all of its values: ids, names, long tails.

    By Good and Turing, the share of values that the next rows bring for the first time is about the share of values
    that the reference has once. Where that is more than chance, a new value is no news, and a list that calls itself
    complete would raise an alarm on every window.
    """
    layout = column.layout
    if not isinstance(column, CategoricalProfile) or not isinstance(layout, CategoricalLayout):
        return layout
    if column.layout.name in sensitive:
        return replace(_cut(column, layout), sensitive=True)
    if not layout.complete:
        return layout
    once = sum(count == 1 for count in column.counts)
    if once <= max(1, OPEN_SHARE * column.n):
        return layout
    return _cut(column, layout)


def _cut(column: CategoricalProfile, layout: CategoricalLayout) -> CategoricalLayout:
    pairs = zip(layout.vocabulary, column.counts, strict=True)
    return replace(layout, vocabulary=tuple(value for value, count in pairs if count >= NAMED_FROM), complete=False)


def expected_types(layout: Layout) -> dict[str, pa.DataType]:
    """Say which types the columns of a layout have, in its order, for readers of text."""
    return {column.name: _expected_type(column) for column in layout.columns}


def load(snapshot: Snapshot, folder: str) -> Reference:
    """Read a baseline folder.

    Args:
        snapshot: The files of the repository.
        folder: The baseline folder.

    Raises:
        BaselineError: A file is missing or damaged.
    """
    constraints = read_file(snapshot, f"{folder}/{files.CONSTRAINTS}", files.read_constraints)
    statistics_path, profile_path = f"{folder}/{files.STATISTICS}", f"{folder}/{files.PROFILE}"
    statistics: Statistics = read_file(snapshot, statistics_path, files.read_statistics)
    if profile_path not in snapshot:
        digest = bytes_digest(snapshot[statistics_path].data)
        unknown = unknown_distances(statistics)
        return Reference(rebuilt(statistics), constraints, digest, is_rebuilt=True, unknown=unknown)
    reference = read_file(snapshot, profile_path, _load_profile)
    data = snapshot[profile_path].data
    if damage := files.unbound(statistics, data):
        raise BaselineError(statistics_path, damage)
    return Reference(reference, constraints, bytes_digest(data))


def _expected_type(column: ColumnLayout) -> pa.DataType:
    if not isinstance(column, NumericLayout):
        return pa.bool_() if column.vocabulary and {*column.vocabulary} <= {"true", "false"} else pa.string()
    if column.kind is ColumnKind.TIME:
        return pa.timestamp("us", tz="UTC")
    return pa.int64() if column.integral else pa.float64()


def _load_profile(data: bytes) -> Profile:
    try:
        return profiles.load(data)
    except UsageError as error:
        raise DamageError(Damage(error.message)) from None


def read_file(snapshot: Snapshot, path: str, reader: Callable[[bytes], T], *, is_ours: bool = True) -> T:
    """Read a file of a baseline.

    Args:
        snapshot: The files of the repository.
        path: The file.
        reader: Reads its bytes. Raises DamageError.
        is_ours: Whether `mlgov monitor baseline` makes it; it does not where a monitor names a file by itself.

    Raises:
        BaselineError: The file is missing or damaged.
    """
    file = snapshot.get(path)
    if file is None or file.mode != REGULAR_FILE:
        raise BaselineError(path, Damage(f"{_MISSING} {_MADE_BY}" if is_ours else _MISSING))
    if file.omitted_bytes:
        raise BaselineError(path, Damage(f"The file has {file.omitted_bytes:,} bytes, which is too much."))
    try:
        return reader(file.data)
    except DamageError as error:
        raise BaselineError(path, error.damage) from None

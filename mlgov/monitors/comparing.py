"""Two data sets compared, without a repository."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from functools import partial

import pyarrow as pa

from mlgov.errors import UsageError
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import expected_types, reference_of
from mlgov.monitors.check import Criteria, judge
from mlgov.monitors.report import Comparison
from mlgov.monitors.windows import RowCounter, Selection, select
from mlgov.ports import Tables


def compare_sources(
    tables: Tables, reference: str, current: str, criteria: Criteria | None = None, *, data_format: str | None = None
) -> Comparison:
    """Compare two sources as a monitor would compare a window with its baseline.

    Args:
        tables: The data.
        reference: Address of the reference.
        current: Address of what is compared with it.
        criteria: What it is judged by; the defaults when None.
        data_format: Format of both; by the files' endings when None.

    Raises:
        UsageError: One of the sources has no rows; no column is left to look at, or neither has one that is ignored.
        TablesError: One of them cannot be read.
    """
    criteria = criteria or Criteria()
    seen: dict[str, None] = {}
    read = partial(_rows, tables, data_format=data_format, criteria=criteria, seen=seen)
    found = reference_of(partial(read, reference, types=None), criteria.thresholds)
    layout = found.profile.layout
    window = profiles.profile(read(current, types=expected_types(layout)), layout)
    if not window.rows:
        raise UsageError(f"{current} has no rows.", hint="Name a file with rows.")
    _refuse_unknown(criteria.ignored, seen)
    judged = judge(found, window, criteria)
    return Comparison(
        reference=reference,
        current=current,
        reference_rows=found.profile.rows,
        current_rows=window.rows,
        columns=judged.columns,
        violations=judged.violations,
        warnings=judged.warnings,
        status=judged.status.value,
    )


def _rows(
    tables: Tables,
    uri: str,
    *,
    types: Mapping[str, pa.DataType] | None,
    data_format: str | None,
    criteria: Criteria,
    seen: dict[str, None],
) -> Iterator[pa.RecordBatch]:
    """Read a source without the columns that are ignored, and note in ``seen`` which columns there are."""

    def noted() -> Iterator[pa.RecordBatch]:
        for batch in tables.batches(uri, data_format=data_format, columns=types):
            seen.update(dict.fromkeys(batch.schema.names))
            yield batch

    yield from select(noted(), Selection(exclude=criteria.ignored), RowCounter())
    if seen and set(seen) <= set(criteria.ignored):
        raise UsageError(f"Every column of {uri} is excluded.", hint="Leave one to compare.")


def _refuse_unknown(ignored: Collection[str], seen: Collection[str]) -> None:
    for name in ignored:
        if name not in seen:
            close = difflib.get_close_matches(name, seen, n=1)
            meant = f"Did you mean '{close[0]}'? " if close else ""
            raise UsageError(f"No column is called '{name}'.", hint=f"{meant}The columns are {', '.join(seen)}.")

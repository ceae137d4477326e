"""Two data sets compared, without a repository."""

import difflib
from collections.abc import Collection
from functools import partial

from mlgov.errors import UsageError
from mlgov.monitors.baseline import ROWS_PER_BIN, expected_types, reference_from
from mlgov.monitors.check import Criteria, judge
from mlgov.monitors.report import Comparison
from mlgov.monitors.windows import Reading, RowCounter, Selection
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
    seen = RowCounter()
    selection = Selection(exclude=criteria.ignored)
    source = Reading(tables, reference, selection, data_format)
    learned = source.learned(seen)
    layout = learned.layout(rows_per_bin=ROWS_PER_BIN)
    _refuse_nothing(reference, criteria.ignored, seen)
    counted = source.profile(learned.open_columns(layout), RowCounter(), only=True)
    found = reference_from(layout, partial(learned.completed, counted), criteria.thresholds)
    layout, met = found.profile.layout, RowCounter()
    window = Reading(tables, current, selection, data_format, expected_types(layout)).profile(layout, met)
    _refuse_nothing(current, criteria.ignored, met)
    if not window.rows:
        raise UsageError(f"{current} has no rows.", hint="Name a file with rows.")
    seen.join(met)
    _refuse_unknown(criteria.ignored, seen.names)
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


def _refuse_nothing(uri: str, ignored: Collection[str], met: RowCounter) -> None:
    if met.names and set(met.names) <= set(ignored):
        raise UsageError(f"Every column of {uri} is excluded.", hint="Leave one to compare.")


def _refuse_unknown(ignored: Collection[str], seen: Collection[str]) -> None:
    for name in ignored:
        if name not in seen:
            close = difflib.get_close_matches(name, seen, n=1)
            meant = f"Did you mean '{close[0]}'? " if close else ""
            raise UsageError(f"No column is called '{name}'.", hint=f"{meant}The columns are {', '.join(seen)}.")

"""Data frames in memory: the same profile as a file of the same rows."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import narwhals
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import mlgov
from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.adapters.frame_tables import FrameTables
from mlgov.errors import TablesMissingError, UsageError
from mlgov.monitors.profile import render
from mlgov.monitors.windows import Reading, RowCounter, Selection

ROWS = pa.table(
    {
        "age": pa.array([21, 45, 33] * 40),
        "score": pa.array([0.5, None, 0.25] * 40),
        "state": ["CA", "NY", None] * 40,
        "at": [dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (1, 2, 3)] * 40,
    }
)


def expected(folder: Path) -> bytes:
    pq.write_table(ROWS, folder / "a.parquet")
    source = Reading(ArrowTables(folder), "a.parquet", Selection())
    return render(source.profile(source.learn(RowCounter(), rows_per_bin=5), RowCounter()))


@pytest.mark.parametrize("kind", ["pandas", "arrow", "batch", "duckdb", "narwhals", "lazy"])
def test_a_frame_has_the_profile_of_its_rows(tmp_path: Path, kind: str) -> None:
    """Byte for byte what a Parquet file of it has."""
    frames: dict[str, Any] = {
        "pandas": ROWS.to_pandas().set_index(pd.Index(range(7, 127))),
        "arrow": ROWS,
        "batch": ROWS.combine_chunks().to_batches()[0],
        "duckdb": duckdb.from_arrow(ROWS),
        "narwhals": narwhals.from_native(ROWS),
        "lazy": narwhals.from_native(ROWS).lazy(),
    }
    assert render(mlgov.profile(frames[kind])) == expected(tmp_path)


def test_objects_of_several_types_are_texts() -> None:
    """Pandas allows them; a category of each is what can be counted."""
    found = mlgov.profile(pd.DataFrame({"x": ["a", 1, None, "a", 2.5] * 10}, dtype=object))
    assert (found.column("x").layout.vocabulary, found.column("x").null) == (("1", "2.5", "a"), 10)


def test_a_profile_is_made_like_another() -> None:
    """Then the two add up and can be compared."""
    reference = mlgov.profile(ROWS)
    assert mlgov.profile(ROWS.slice(0, 6), like=reference).layout == reference.layout


def test_two_frames_are_compared() -> None:
    """A shift of one column is found, and the other is left alone."""
    random = np.random.default_rng(1)
    one = pd.DataFrame({"x": random.normal(size=2000), "y": random.normal(size=2000)})
    other = pd.DataFrame({"x": random.normal(size=2000) + 1, "y": random.normal(size=2000)})
    found = mlgov.compare(one, other)
    assert [violation.feature_name for violation in found.violations] == ["x"]


def test_what_is_no_frame_is_refused() -> None:
    """Wrong usage, and a name that is not there."""
    with pytest.raises(UsageError, match="is no data frame"):
        mlgov.profile([1, 2, 3])
    with pytest.raises(TablesMissingError):
        list(FrameTables({}).batches("x"))

"""What every Tables port must do: the one in memory, and PyArrow's on real files of each format."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv, feather

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.adapters.frame_tables import FrameTables
from mlgov.errors import TablesError, TablesLimitError, TablesMissingError
from mlgov.ports import Tables
from tests.fakes.tables import MemoryTables

ROWS = pa.table({"age": [21, 45, 33], "state": ["CA", "NY", None], "score": [0.5, None, 0.25]})


def write_parquet(folder: Path) -> str:
    pq.write_table(ROWS, folder / "data.parquet")
    return "data.parquet"


def write_csv(folder: Path) -> str:
    csv.write_csv(ROWS, folder / "data.csv")
    return "data.csv"


def write_arrow(folder: Path) -> str:
    feather.write_feather(ROWS, str(folder / "data.feather"))
    return "data.feather"


def write_json(folder: Path) -> str:
    (folder / "data.ndjson").write_text("".join(json.dumps(row) + "\n" for row in ROWS.to_pylist()))
    return "data.ndjson"


def write_sql(folder: Path) -> str:
    pq.write_table(ROWS, folder / "rows.parquet")
    (folder / "data.sql").write_text("SELECT * FROM 'rows.parquet'")
    return "data.sql"


def write_capture(folder: Path) -> str:
    lines = []
    for row in ROWS.to_pylist():
        payload = {"data": json.dumps(row), "encoding": "JSON", "observedContentType": "application/json"}
        lines.append({"captureData": {"endpointInput": payload}, "eventMetadata": {"eventId": "e"}})
    (folder / "data.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return "data.jsonl"


WRITERS: dict[str, Callable[[Path], str]] = {
    "parquet": write_parquet,
    "csv": write_csv,
    "capture": write_capture,
    "arrow": write_arrow,
    "json": write_json,
    "sql": write_sql,
}


@pytest.fixture(params=["memory", "frame", *WRITERS])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Tables, str]:
    """Tables of every kind that hold the same rows."""
    if request.param == "memory":
        return MemoryTables({"data": ROWS.to_batches()}), "data"
    if request.param == "frame":
        return FrameTables({"data": ROWS}), "data"
    return ArrowTables(tmp_path), WRITERS[request.param](tmp_path)


def test_every_row_comes_once_and_in_order(source: tuple[Tables, str]) -> None:
    """The rows of the source come out, nulls included."""
    tables, uri = source
    read = pa.Table.from_batches(list(tables.batches(uri))).select(["age", "state", "score"])
    assert read.to_pylist() == ROWS.to_pylist()


def test_a_time_leaves_out_nothing_that_is_in_no_folder_of_an_hour(source: tuple[Tables, str]) -> None:
    """Whoever reads asks the rows when they were."""
    tables, uri = source
    within = tables.within(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert sum(map(len, within.batches(uri))) == len(ROWS)


def test_nothing_at_the_address_is_its_own_error(source: tuple[Tables, str]) -> None:
    """A missing source is told apart from a damaged one."""
    tables, _ = source
    with pytest.raises(TablesMissingError):
        list(tables.batches("nowhere.parquet"))


@pytest.mark.parametrize("error", [TablesError("damaged"), TablesLimitError("too large")])
def test_the_fake_can_fail_like_the_real_one(error: TablesError) -> None:
    """Tests of monitors can ask for each failure."""
    with pytest.raises(type(error)):
        list(MemoryTables({"data": error}).batches("data"))


def test_folding_takes_in_every_row(source: tuple[Tables, str]) -> None:
    """Steps see all rows once, and their results are joined."""
    tables, uri = source
    ages = tables.fold(uri, lambda batches: [age for b in batches for age in b.column("age").to_pylist()], list.__add__)
    assert sorted(ages) == [21, 33, 45]


def test_folding_nothing_is_an_error_as_reading_is(source: tuple[Tables, str]) -> None:
    """A missing source is missing for every engine."""
    tables, _ = source
    with pytest.raises(TablesMissingError):
        tables.fold("nowhere.parquet", lambda batches: len(list(batches)), int.__add__)

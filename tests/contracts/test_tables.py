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
from mlgov.adapters.dask_tables import DaskTables
from mlgov.adapters.frame_tables import FrameTables
from mlgov.adapters.spark_tables import SparkTables
from mlgov.errors import TablesError, TablesLimitError, TablesMissingError, UsageError
from mlgov.ports import Tables
from mlgov.wiring.data import LazyTables
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


def test_types_that_do_not_matter_change_nothing(source: tuple[Tables, str]) -> None:
    """Whoever shares a read because of that gets what it would have got."""
    tables, uri = source
    read = [
        pa.Table.from_batches(list(tables.batches(uri, columns=types)))
        for types in ({}, {"age": pa.string(), "state": pa.int64(), "more": pa.float64()})
    ]
    assert read[0].equals(read[1]) or tables.minds_types(uri)


def test_asking_about_types_never_fails(source: tuple[Tables, str], tmp_path: Path) -> None:
    """Reading says what is wrong."""
    tables, _ = source
    assert isinstance(tables.minds_types("nowhere.parquet"), bool)
    (tmp_path / "odd").mkdir()
    for name in ("a.csv", "b.parquet", "c.xyz"):
        (tmp_path / "odd" / name).touch()
    assert isinstance(tables.minds_types("odd"), bool)


@pytest.mark.parametrize("data_format", ["csv", "sagemaker_capture", "parquet", "json_lines", "no format"])
def test_types_matter_to_a_format_by_its_name(data_format: str, tmp_path: Path) -> None:
    """Then nothing is looked at."""
    tables = ArrowTables(tmp_path)
    assert tables.minds_types("nowhere", data_format=data_format) == (data_format in ("csv", "sagemaker_capture"))


def test_clusters_fold_elsewhere_and_read_alike(source: tuple[Tables, str], tmp_path: Path) -> None:
    """What is not a cluster folds here."""
    tables, uri = source
    assert tables.folds_here
    if not isinstance(tables, ArrowTables):
        return
    for other in (DaskTables(tmp_path, "tcp://127.0.0.1:9"), SparkTables(tmp_path, "spark://127.0.0.1:9")):
        assert (other.folds_here, other.minds_types(uri)) == (False, tables.minds_types(uri))
    for engine in ("", "tcp://127.0.0.1:9", "spark://127.0.0.1:9"):
        lazy = LazyTables(tmp_path, engine)
        assert (lazy.folds_here, lazy.minds_types(uri)) == (not engine, tables.minds_types(uri))


def test_an_engine_that_is_none_is_told_by_reading(tmp_path: Path) -> None:
    """Not by a question about types."""
    lazy = LazyTables(tmp_path, "nonsense")
    assert lazy.minds_types("data.parquet")
    with pytest.raises(UsageError):
        lazy.batches("data.parquet")

"""What every Tables port must do: the one in memory, and PyArrow's on real files of each format."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from mlgov.adapters.arrow_tables import ArrowTables
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


def write_capture(folder: Path) -> str:
    lines = []
    for row in ROWS.to_pylist():
        payload = {"data": json.dumps(row), "encoding": "JSON", "observedContentType": "application/json"}
        lines.append({"captureData": {"endpointInput": payload}, "eventMetadata": {"eventId": "e"}})
    (folder / "data.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return "data.jsonl"


@pytest.fixture(params=["memory", "parquet", "csv", "capture"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Tables, str]:
    if request.param == "memory":
        return MemoryTables({"data": ROWS.to_batches()}), "data"
    write: Callable[[Path], str] = {"parquet": write_parquet, "csv": write_csv, "capture": write_capture}[request.param]
    return ArrowTables(tmp_path), write(tmp_path)


def test_every_row_comes_once_and_in_order(source: tuple[Tables, str]) -> None:
    """The rows of the source come out, nulls included."""
    tables, uri = source
    read = pa.Table.from_batches(list(tables.batches(uri))).select(["age", "state", "score"])
    assert read.to_pylist() == ROWS.to_pylist()


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

"""SQL queries: one SELECT in a file, run by DuckDB in bounded memory."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlgov.adapters.arrow_tables import Limits
from mlgov.errors import TablesError, TablesLimitError, TablesMissingError
from tests.adapters.arrow_tables.reading import read, write


def test_a_query_reads_files_below_the_root(tmp_path: Path) -> None:
    """Relative paths start from the root, wherever the process is."""
    (tmp_path / "traffic").mkdir()
    pq.write_table(pa.table({"age": [21, 45], "state": ["CA", "NY"]}), tmp_path / "traffic/a.parquet")
    write(tmp_path / "q.sql", "SELECT age * 2 AS twice, state FROM 'traffic/*.parquet' WHERE age > 30\n")
    assert read(tmp_path, "q.sql") == [{"twice": 90, "state": "NY"}]


def test_a_query_reads_a_database_that_it_names(tmp_path: Path) -> None:
    """The file is opened for reading only."""
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute("CREATE TABLE scores AS SELECT i AS id, i / 2 AS score FROM range(3) t(i)")
    write(tmp_path / "q.sql", "-- database: t.duckdb\nSELECT score FROM scores ORDER BY id")
    assert [row["score"] for row in read(tmp_path, "q.sql")] == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("CREATE TABLE t AS SELECT 1", "not one SELECT"),
        ("COPY (SELECT 1) TO 'stolen.csv'", "not one SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS b", "not one SELECT"),
        ("SET memory_limit = '1TB'", "not one SELECT"),
        ("INSTALL httpfs", "not one SELECT"),
        ("SELEKT 1", "fails"),
        ("SELECT nothing FROM nowhere", "fails"),
        ("SELECT 1 AS a, 2 AS a", "two columns named 'a'"),
        ("-- database: ../else.duckdb\nSELECT 1", "leads out of"),
    ],
)
def test_what_does_more_than_read_or_cannot_is_refused(tmp_path: Path, query: str, said: str) -> None:
    """The query is text of a pull request: it must not write, load or change limits."""
    write(tmp_path / "root/q.sql", query)
    with pytest.raises(TablesError, match=said):
        read(tmp_path / "root", "q.sql")
    assert not list(tmp_path.rglob("stolen*"))


@pytest.mark.parametrize("query", ["SELECT * FROM 'none/*.parquet'", "-- database: none.duckdb\nSELECT 1"])
def test_what_is_not_there_is_missing(tmp_path: Path, query: str) -> None:
    """A state of its own, told apart from a query that is wrong."""
    write(tmp_path / "q.sql", query)
    with pytest.raises(TablesMissingError):
        read(tmp_path, "q.sql")


def test_a_query_without_end_is_refused(tmp_path: Path) -> None:
    """Rows are counted while they stream."""
    write(tmp_path / "q.sql", "SELECT i FROM range(1000000000000) t(i)")
    with pytest.raises(TablesLimitError, match="1,000,000 rows"):
        read(tmp_path, "q.sql", limits=Limits(rows=1_000_000))


def test_a_query_that_needs_much_memory_is_refused(tmp_path: Path) -> None:
    """It may neither take the machine's memory nor fill its disk."""
    write(tmp_path / "q.sql", "SELECT list(i) AS l FROM range(300000000) t(i)")
    with pytest.raises(TablesLimitError, match="512MB"):
        read(tmp_path, "q.sql")

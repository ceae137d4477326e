"""Arrow IPC files and streams, and what hostile ones promise."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather

from mlgov.adapters.arrow_tables import ArrowTables, Limits
from mlgov.adapters.arrow_tables.ipc_sizes import batch_sizes
from mlgov.errors import TablesError, TablesLimitError
from tests.adapters.arrow_tables.reading import read

ROWS = pa.table({"age": [21, 45, None], "state": pa.array(["CA", "NY", "CA"]).dictionary_encode()})


def write_file(table: pa.Table, path: Path, compression: str | None = None) -> None:
    with pa.OSFile(str(path), "wb") as out:
        options = pa.ipc.IpcWriteOptions(compression=compression)
        with pa.ipc.new_file(out, table.schema, options=options) as writer:
            writer.write_table(table)


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_files_and_streams_give_their_rows(tmp_path: Path, compression: str | None) -> None:
    """Feather, IPC file and IPC stream hold the same, packed or not."""
    options = pa.ipc.IpcWriteOptions(compression=compression)
    write_file(ROWS, tmp_path / "a.arrow", compression)
    with pa.OSFile(str(tmp_path / "b.arrows"), "wb") as out, pa.ipc.new_stream(out, ROWS.schema, options=options) as to:
        to.write_table(ROWS)
    feather.write_feather(ROWS, str(tmp_path / "c.feather"), compression=compression or "uncompressed")
    for name in ("a.arrow", "b.arrows", "c.feather"):
        assert read(tmp_path, name) == ROWS.to_pylist()


def test_string_views_and_runs_come_through(tmp_path: Path) -> None:
    """The forms that other data frames write."""
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", "b"]))
    views = pa.array(["x", "a longer text than a view holds", None], pa.string_view())
    write_file(pa.table({"runs": runs, "views": views}), tmp_path / "a.arrow")
    assert [row["views"] for row in read(tmp_path, "a.arrow")] == views.to_pylist()


def test_nested_columns_are_left_out(tmp_path: Path) -> None:
    """As they are of Parquet."""
    write_file(pa.table({"a": [1], "deep": [[1, 2]]}), tmp_path / "a.arrow")
    assert read(tmp_path, "a.arrow") == [{"a": 1}]


def test_the_sizes_of_the_headers_are_those_of_the_batches(tmp_path: Path) -> None:
    """What is promised is what comes: rows and unpacked bytes, padding aside."""
    table = pa.table({"x": np.zeros(100_000), "c": pa.array(["a"] * 100_000).dictionary_encode()})
    write_file(table, tmp_path / "a.arrow", "zstd")
    with pa.OSFile(str(tmp_path / "a.arrow")) as source:
        words, rows = batch_sizes(source)
    assert (words.is_dictionary, words.rows, rows.is_dictionary, rows.rows) == (True, 1, False, 100_000)
    assert 1_200_000 <= rows.bytes <= 1_201_000


def test_a_batch_that_unpacks_to_too_much_is_refused_from_its_header(tmp_path: Path) -> None:
    """80 MB of zeros in a few thousand bytes."""
    write_file(pa.table({"x": np.zeros(10_000_000)}), tmp_path / "a.arrow", "zstd")
    assert (tmp_path / "a.arrow").stat().st_size < 100_000
    with pytest.raises(TablesLimitError, match="80,000,000 unpacked bytes"):
        read(tmp_path, "a.arrow", limits=Limits(text_group_bytes=50_000_000))


def test_rows_without_bytes_are_counted_too(tmp_path: Path) -> None:
    """A column of nulls takes no room, however many rows it has."""
    write_file(pa.table({"x": pa.nulls(2_000_000)}), tmp_path / "a.arrow")
    with pytest.raises(TablesLimitError, match="1,000,000 rows"):
        read(tmp_path, "a.arrow", limits=Limits(rows=1_000_000))


def test_a_giant_text_of_many_rows_is_refused(tmp_path: Path) -> None:
    """A dictionary holds it once; each row would get a copy."""
    words = pa.DictionaryArray.from_arrays(np.zeros(50_000, np.int32), pa.array(["x" * 100_000]))
    write_file(pa.table({"x": words}), tmp_path / "a.arrow", "zstd")
    with pytest.raises(TablesLimitError, match="5,000,000,000 bytes"):
        read(tmp_path, "a.arrow")


@pytest.mark.parametrize("data", [b"", b"ARROW1", b"ARROW1\0\0", b"FEA1" + bytes(20), bytes(64), b"\xff" * 64])
def test_what_is_no_arrow_is_our_error(tmp_path: Path, data: bytes) -> None:
    """Empty, cut off, of another kind, of the first version."""
    (tmp_path / "a.arrow").write_bytes(data)
    with pytest.raises(TablesError):
        read(tmp_path, "a.arrow")


def test_parts_of_several_files_are_read_together(tmp_path: Path) -> None:
    """Files of two ways of packing in one folder."""
    (tmp_path / "traffic").mkdir()
    write_file(ROWS, tmp_path / "traffic/a.arrow", "lz4")
    write_file(ROWS, tmp_path / "traffic/b.feather")
    counted = ArrowTables(tmp_path).fold("traffic", lambda batches: sum(map(len, batches)), lambda a, b: a + b)
    assert counted == 6

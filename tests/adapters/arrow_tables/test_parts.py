"""Parts of a source, and taking them in on several threads."""

import gc
import pickle
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlgov.adapters.arrow_tables import ArrowTables, Limits, parquet_files
from mlgov.adapters.arrow_tables.limits import Tally
from mlgov.adapters.arrow_tables.sources import ENDINGS
from mlgov.adapters.arrow_tables.threads import folded
from mlgov.errors import TablesError, TablesLimitError, TablesUnreachableError
from mlgov.monitors.schema import Source
from mlgov.ports import DATA_FORMATS
from tests.adapters.arrow_tables.reading import read, write


def total(batches: Iterable[pa.RecordBatch]) -> int:
    return sum(sum(batch.column("n").to_pylist()) for batch in batches)


def plus(left: int, right: int) -> int:
    return left + right


def test_a_large_file_is_several_parts_that_travel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of row groups; each can be sent to another process and read there."""
    monkeypatch.setattr(parquet_files, "PART_ROWS", 250)
    pq.write_table(pa.table({"n": list(range(1000))}), tmp_path / "a.parquet", row_group_size=100)
    parts = ArrowTables(tmp_path).parts("a.parquet")
    assert [part.groups for part in parts] == [(0, 3), (3, 6), (6, 9), (9, 10)]
    sent = [pickle.loads(pickle.dumps(part)) for part in parts]  # noqa: S301 - our own
    assert [row for part in sent for batch in part.batches() for row in batch.column("n").to_pylist()] == [*range(1000)]


def test_no_part_leaves_its_footer_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A footer of many row groups takes megabytes, and there are many parts before Python looks for cycles."""
    monkeypatch.setattr(parquet_files, "PART_ROWS", 250)
    pq.write_table(pa.table({"n": list(range(1000)), "t": ["x"] * 1000}), tmp_path / "a.parquet", row_group_size=100)
    parts = ArrowTables(tmp_path).parts("a.parquet")
    gc.collect()
    gc.disable()
    try:
        assert sum(len(batch) for part in parts for batch in part.batches()) == 1000
        assert not [each for each in gc.get_objects() if isinstance(each, pq.FileMetaData)]
    finally:
        gc.enable()


def test_a_file_of_many_groups_is_cut_so_that_cores_end_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """About sixteen parts: of five, one of two cores would take three."""
    monkeypatch.setattr(parquet_files, "LEAST_PART_ROWS", 100)
    pq.write_table(pa.table({"n": list(range(6400))}), tmp_path / "a.parquet", row_group_size=100)
    groups = [part.groups for part in ArrowTables(tmp_path).parts("a.parquet")]
    assert groups == [(start, start + 4) for start in range(0, 64, 4)]


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_take_in_every_part_once(tmp_path: Path, threads: int) -> None:
    """However many there are."""
    for number in range(20):
        write(tmp_path / f"t/{number}.csv", f"n\n{number}\n")
    assert ArrowTables(tmp_path, threads=threads).fold("t", total, plus) == 190


def test_threads_work_at_the_same_time(tmp_path: Path) -> None:
    """Each waits for the other: one alone would wait for ever."""
    meeting = threading.Barrier(2, timeout=30)
    for number in range(2):
        write(tmp_path / f"t/{number}.csv", "n\n1\n")

    def step(batches: Iterable[pa.RecordBatch]) -> int:
        for batch in batches:
            meeting.wait()
            return len(batch)
        return 0

    assert ArrowTables(tmp_path, threads=2).fold("t", step, plus) == 2


class Broken:
    """A part that cannot be read, found out after some time."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds

    def batches(self, tally: Tally | None = None) -> Iterator[pa.RecordBatch]:
        time.sleep(self.seconds)
        raise TablesError(f"{self.name} is damaged.")
        yield


def test_the_error_of_the_first_part_is_the_one_that_is_told() -> None:
    """Which thread fails first is chance; records are not."""
    parts: Any = [Broken("a", 0.2), Broken("b", 0.0), Broken("c", 0.0)]
    with pytest.raises(TablesError, match="a is damaged"):
        folded(parts, total, plus, threads=2, limits=Limits())


def test_rows_of_all_threads_are_counted_together(tmp_path: Path) -> None:
    """The limit is one of the source and not of a thread."""
    for number in range(4):
        write(tmp_path / f"t/{number}.csv", "n\n" + "1\n" * 30)
    with pytest.raises(TablesLimitError, match="more than 100 rows"):
        ArrowTables(tmp_path, threads=2, limits=Limits(rows=100)).fold("t", total, plus)


def test_fsspec_knows_what_pyarrow_does_not(tmp_path: Path) -> None:
    """Its file systems are read like others; here the one in memory."""
    import fsspec

    with fsspec.open("memory://bucket/traffic/a.csv", "w") as out:
        out.write("n\n7\n")
    assert read(tmp_path, "memory://bucket/traffic") == [{"n": 7}]
    assert read(tmp_path, "memory://bucket/traffic/a.csv") == [{"n": 7}]


def test_a_scheme_that_nobody_knows_is_unreachable(tmp_path: Path) -> None:
    """That says nothing about the data."""
    with pytest.raises(TablesUnreachableError, match="is not an address"):
        read(tmp_path, "nonsense://bucket/a.csv")


def test_every_list_of_formats_is_the_same() -> None:
    """The reader, the command line and the document know the same formats."""
    declared = get_args(get_args(Source.model_fields["format"].annotation)[0])
    labels = {"sagemaker_ground_truth"}  # named in ground_truth.format alone: labels are no source of rows
    assert {*DATA_FORMATS} == {*ENDINGS} - labels == {*declared}

"""Folders of hours: files of other times are not opened, and nothing else is passed over."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlgov.adapters.arrow_tables import ArrowTables, Limits
from mlgov.adapters.arrow_tables.hours import hour_of, is_within
from mlgov.errors import TablesError

DAY = datetime(2026, 11, 20, tzinfo=UTC)
SPAN = (DAY.replace(hour=6), DAY.replace(hour=8))


def write(folder: Path, place: str, age: int) -> None:
    record = {"captureData": {"endpointInput": {"data": f"{age}", "encoding": "CSV"}}}
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text(json.dumps(record) + "\n")


def damage(folder: Path, place: str) -> None:
    """Write a file that raises an error when it is opened and read."""
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text("this is no JSON\n")


def ages(tables: ArrowTables, uri: str) -> list[int]:
    found = tables.batches(uri, data_format="sagemaker_capture")
    return [age for batch in found for age in batch.column("_c0").to_pylist()]


def test_files_of_other_hours_are_not_opened(tmp_path: Path) -> None:
    """Damage in them is not met; in the hours themselves it is, and so it is without a time."""
    for hour in (6, 7):
        write(tmp_path, f"capture/churn/AllTraffic/2026/11/20/{hour:02}/a.jsonl", hour)
    for place in ("2026/11/20/05", "2026/11/20/08", "2026/11/19/06", "2025/11/20/06"):
        damage(tmp_path, f"capture/churn/AllTraffic/{place}/a.jsonl")
    tables = ArrowTables(tmp_path)
    assert ages(tables.within(*SPAN), "capture") == [6, 7]
    with pytest.raises(TablesError):
        ages(tables, "capture")
    damage(tmp_path, "capture/churn/AllTraffic/2026/11/20/07/b.jsonl")
    with pytest.raises(TablesError, match=r"07/b\.jsonl"):
        ages(tables.within(*SPAN), "capture")


def test_all_cores_pass_over_the_same_files(tmp_path: Path) -> None:
    """`fold` as `batches`."""
    write(tmp_path, "capture/2026/11/20/06/a.jsonl", 6)
    damage(tmp_path, "capture/2026/11/20/09/a.jsonl")
    tables = ArrowTables(tmp_path, threads=2).within(*SPAN)
    count = tables.fold("capture", lambda batches: sum(map(len, batches)), int.__add__, data_format="sagemaker_capture")
    assert count == 1


def test_a_file_without_an_hour_is_read(tmp_path: Path) -> None:
    """Beside the folders, in one that is no hour, and when the address itself leads into an hour."""
    for number, place in enumerate(
        ("a.jsonl", "2026/11/20/a.jsonl", "2026/13/40/06/a.jsonl", "2026/11/20/06/b/a.jsonl")
    ):
        write(tmp_path, f"capture/{place}", number)
    write(tmp_path, "capture/2026/11/20/20/a.jsonl", 20)
    tables = ArrowTables(tmp_path).within(*SPAN)
    assert sorted(ages(tables, "capture")) == [0, 1, 2, 3]
    assert ages(tables, "capture/2026/11/20/20") == [20]


def test_other_hours_do_not_count_for_the_limit_of_files(tmp_path: Path) -> None:
    """A year of captures may be more files than one window reads."""
    for hour in range(12):
        write(tmp_path, f"capture/2026/11/20/{hour:02}/a.jsonl", hour)
    tables = ArrowTables(tmp_path, limits=Limits(files=3)).within(*SPAN)
    assert ages(tables, "capture") == [6, 7]


def test_manifests_of_batch_jobs_are_all_read(tmp_path: Path) -> None:
    """Their folder says when the job ran."""
    for side, text in (("input", "21\n"), ("output", "0.5\n")):
        name = "a.csv" + ".out" * (side == "output")
        (tmp_path / f"{side}-files").mkdir()
        (tmp_path / f"{side}-files" / name).write_text(text)
        manifest = tmp_path / f"batch/{side}/2026/01/02/03/m"
        manifest.parent.mkdir(parents=True)
        manifest.write_text(json.dumps([{"prefix": f"{tmp_path}/{side}-files/"}, name]))
    assert ages(ArrowTables(tmp_path).within(*SPAN), "batch") == [0.5]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("x/2026/11/20/06/a", True), ("2026/11/20/05/a", False), ("2026/11/20/08/a", False), ("a", True)],
)
def test_an_hour_is_within_a_time_that_it_touches(path: str, expected: bool) -> None:
    """The end is not in the time."""
    assert is_within(path, SPAN) is expected
    assert is_within("2026/11/20/05/a", (DAY.replace(hour=5, minute=59), SPAN[1]))


def test_a_folder_that_is_no_hour_has_none() -> None:
    """February has no 30th."""
    assert hour_of("/2026/02/30/06/a") is None
    assert hour_of("/2026/11/20/06/a") == SPAN[0]

"""Labels in SageMaker's format, read through the Tables port."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.errors import TablesError


def record(name: object = "i-1", data: str = "1", encoding: str = "CSV", **more: Any) -> dict[str, Any]:
    """Make a record as the documentation shows it."""
    truth = {"data": data, "encoding": encoding, **more}
    return {"groundTruthData": truth, "eventMetadata": {"eventId": name}, "eventVersion": "0"}


def read(tmp_path: Path, *records: Any, at: str = "2026/11/19/07/labels.jsonl") -> list[dict[str, Any]]:
    """Write records, one per line, and read them."""
    path = tmp_path / "labels" / at
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    batches = ArrowTables(tmp_path).batches("labels", data_format="sagemaker_ground_truth")
    return [row for batch in batches for row in batch.to_pylist()]


def test_a_label_has_id_value_and_hour(tmp_path: Path) -> None:
    """The hour is that of its folder: when it was collected."""
    (found,) = read(tmp_path, record())
    assert (found["eventId"], found["groundTruth"]) == ("i-1", "1")
    assert found["collectedTime"].isoformat() == "2026-11-19T07:00:00+00:00"


@pytest.mark.parametrize("at", ["labels.jsonl", "2026/13/19/07/labels.jsonl", "2026/11/19/labels.jsonl"])
def test_outside_of_such_folders_there_is_no_hour(tmp_path: Path, at: str) -> None:
    """And a label without a time counts at any."""
    assert read(tmp_path, record(), at=at)[0]["collectedTime"] is None


@pytest.mark.parametrize(
    ("data", "encoding", "values"),
    [
        ("malignant\n", "CSV", ["malignant"]),
        ("0.25", "JSON", ["0.25"]),
        ('{"label": 1}', "JSON", ["1"]),
        (base64.b64encode(b"1").decode(), "BASE64", ["1"]),
        ("1\n0\n", "CSV", ["1", "0"]),
    ],
)
def test_every_encoding_is_read(tmp_path: Path, data: str, encoding: str, values: list[str]) -> None:
    """Labels of a request with several rows are numbered like its rows."""
    found = read(tmp_path, record(data=data, encoding=encoding))
    assert [row["groundTruth"] for row in found] == values
    names = ["i-1"] if len(values) == 1 else ["i-1#0", "i-1#1"]
    assert [row["eventId"] for row in found] == names


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"captureData": {}}, "has no groundTruthData"),
        ({"groundTruthData": {"data": "1", "encoding": "CSV"}}, "has no eventMetadata.eventId"),
        (record(data="1,2"), "this record has 2"),
        (record(encoding="XML"), "cannot be read"),
        ([1], "has no groundTruthData"),
    ],
)
def test_what_is_no_label_names_its_line(tmp_path: Path, broken: Any, said: str) -> None:
    """File and line."""
    with pytest.raises(TablesError) as caught:
        read(tmp_path, record(), broken)
    assert said in caught.value.message
    assert "labels.jsonl:2" in caught.value.message


def test_by_its_ending_a_file_is_taken_for_captures(tmp_path: Path) -> None:
    """Those have no hour: the format must be named."""
    read(tmp_path, record())
    (batch,) = ArrowTables(tmp_path).batches("labels")
    assert "collectedTime" not in batch.schema.names

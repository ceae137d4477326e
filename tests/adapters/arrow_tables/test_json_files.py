"""JSON lines: one object per line."""

import json
from pathlib import Path

import pytest

from mlgov.adapters.arrow_tables import ArrowTables, Limits
from mlgov.adapters.arrow_tables.captured_rows import BATCH_CELLS
from mlgov.errors import TablesError, TablesLimitError
from tests.adapters.arrow_tables.reading import read, write


@pytest.mark.parametrize(("name", "wanted"), [("a.ndjson", None), ("a.jsonl", None), ("a.jsonl", "json_lines")])
def test_each_line_is_a_row(tmp_path: Path, name: str, wanted: str | None) -> None:
    """Types are those of JSON, nested values are named with dots, and a key that is not there is null."""
    write(tmp_path / name, '{"age": 21, "zip": "01234", "at": {"x": 1.5}}\n\n{"age": 22, "ok": true}\n')
    assert read(tmp_path, name, data_format=wanted) == [
        {"age": 21, "zip": "01234", "at.x": 1.5, "ok": None},
        {"age": 22, "zip": None, "at.x": None, "ok": True},
    ]


def test_lines_of_sagemaker_are_told_apart_by_their_keys(tmp_path: Path) -> None:
    """Both are .jsonl: in one folder each file is read as what it is."""
    record = {"captureData": {"endpointInput": {"data": '{"age": 21}', "encoding": "JSON"}}}
    write(tmp_path / "traffic/a.jsonl", json.dumps(record))
    write(tmp_path / "traffic/b.jsonl", '{"age": 22}')
    assert [row["age"] for row in read(tmp_path, "traffic")] == [21, 22]


def test_whoever_asks_for_captures_gets_no_others(tmp_path: Path) -> None:
    """A named format is not guessed over."""
    write(tmp_path / "a.jsonl", '{"age": 22}')
    with pytest.raises(TablesError, match="no captureData"):
        read(tmp_path, "a.jsonl", data_format="sagemaker_capture")


def test_true_among_texts_is_called_as_a_column_of_booleans_calls_it(tmp_path: Path) -> None:
    """Otherwise one odd value would rename the category."""
    write(tmp_path / "a.ndjson", '{"ok": true}\n{"ok": "maybe"}\n')
    assert [row["ok"] for row in read(tmp_path, "a.ndjson")] == ["true", "maybe"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", r"not JSON \(Expecting value at character 1\)"),
        ('{"a": "\t"}', r"not JSON \(Invalid control character at character 8\)"),
        ("[1]", "no object"),
        ('{"a": ' + "[" * 100_000, "nested deeper"),
        ('{"a": ' + "9" * 5000 + "}", "too many digits"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    """File, line and what is wrong; nothing of what the line holds."""
    write(tmp_path / "a.ndjson", f'{{"a": 1}}\n{line}\n')
    with pytest.raises(TablesError, match=said) as caught:
        read(tmp_path, "a.ndjson")
    assert caught.value.message.startswith("a.ndjson:2: ")


def test_ever_new_keys_make_small_batches_and_an_end(tmp_path: Path) -> None:
    """A row with a key of its own widens the table for every row beside it, so few rows stay together."""
    write(tmp_path / "a.ndjson", "".join(f'{{"k{n % 4000}": {n}}}\n' for n in range(9000)))
    batches = list(ArrowTables(tmp_path).batches("a.ndjson"))
    assert sum(len(batch) for batch in batches) == 9000
    assert max(batch.num_rows * batch.num_columns for batch in batches) <= BATCH_CELLS


def test_a_line_that_is_too_long_is_refused(tmp_path: Path) -> None:
    """It is not read to its end."""
    write(tmp_path / "a.ndjson", '{"a": "' + "x" * 2000 + '"}')
    with pytest.raises(TablesLimitError, match="1,000 bytes"):
        read(tmp_path, "a.ndjson", limits=Limits(line_bytes=1000))

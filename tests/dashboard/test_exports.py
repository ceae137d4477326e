"""Rows for programs."""

import csv
import io
import json
from pathlib import Path

import pytest

from mlgov.dashboard import to_csv, to_json
from tests.website import documents as d
from tests.website.values import alarming, maximal, site

GOLDEN = Path(__file__).parent.parent / "golden" / "dashboard.json"


def test_json_keeps_its_shape() -> None:
    """What programs read changes only on purpose."""
    rows = site(*maximal(), d.card("broken", {"x": 1}), executions=alarming()).rows
    assert to_json(rows, d.NOW) == GOLDEN.read_text(encoding="utf-8")


def test_json_of_nothing_is_whole() -> None:
    """An empty repository has counts and an empty list."""
    found = json.loads(to_json([], d.NOW))
    assert found["models"] == []
    assert found["counts"]["models"] == 0


def test_csv_has_one_line_a_model_and_one_head() -> None:
    """Every line has as many fields as the head."""
    rows = site(*maximal(), d.card("pricing"), executions=alarming()).rows
    lines = list(csv.reader(io.StringIO(to_csv(rows))))
    assert len(lines) == 3
    assert {len(line) for line in lines} == {len(lines[0])}
    first = dict(zip(lines[0], lines[1], strict=True))
    assert (first["model"], first["data_quality"], first["data_quality_violations"]) == ("churn", "in_alert", "1")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＠"])
def test_csv_calculates_nothing(start: str) -> None:
    """Text that a spreadsheet would take for a formula is marked as text; the words stay."""
    rows = site(d.card("churn", title=f"{start}HYPERLINK(1)")).rows
    [line] = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert line["title"] == f"'{start}HYPERLINK(1)"


def test_csv_owners_are_names_that_programs_can_read() -> None:
    """Without the mark that a spreadsheet would calculate, so without a quote either."""
    [line] = list(csv.DictReader(io.StringIO(to_csv(site(d.card("churn", owners=["@risk", "@model-owners"])).rows))))
    assert line["owners"] == "risk model-owners"


def test_csv_numbers_stay_numbers() -> None:
    """Counts and versions carry no mark."""
    [line] = list(csv.DictReader(io.StringIO(to_csv(site(*maximal()).rows))))
    assert (line["version"], line["data_quality_violations"]) == ("1", "0")

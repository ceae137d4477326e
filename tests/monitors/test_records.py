"""Executions as records of the ledger."""

import json
from dataclasses import replace

import pytest

from mlgov.errors import LedgerError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors import (
    ColumnResult,
    LikelyCause,
    Rows,
    SegmentResult,
    Slice,
    SliceKind,
    StatisticResult,
    Violation,
    load_all,
)
from mlgov.monitors.records import load, render, result_digest
from tests.monitors.examples import DAY, execution

FULL = execution(
    status="completed_with_violations",
    rows=Rows(read=10, judged=8, outside=1, undated=1),
    columns=(
        ColumnResult(
            "age", "numeric", "violation", "It moved.", (StatisticResult("ks", 0.4, "violation", 0.08, 0.12),)
        ),
    ),
    violations=(Violation("age", "baseline_drift_check", "It moved."),),
    profile="profiles/churn/data-quality/2026-11-02T000000Z.json",
    profile_digest="sha256:" + "0" * 64,
)


def test_a_record_is_read_as_it_was_written() -> None:
    """Every field survives."""
    assert load(render(FULL), FULL.path) == FULL
    failed = execution(status="failed")
    assert load(render(failed), failed.path) == failed


def test_a_record_is_the_same_bytes_every_time() -> None:
    """Keys are sorted, times are UTC, and the file ends with a newline."""
    text = render(FULL).decode()
    keys = list(json.loads(text))
    assert keys == sorted(keys)
    assert '"window_end": "2026-11-02T00:00:00Z"' in text
    assert text.endswith("}\n")


def test_the_result_digest_knows_what_was_found_and_not_when() -> None:
    """Running the same window again at another time finds the same result."""
    assert result_digest(replace(FULL, executed_at=FULL.executed_at + DAY, revision=3)) == result_digest(FULL)
    assert result_digest(replace(FULL, rows=Rows(read=11))) != result_digest(FULL)


EXPLAINED = replace(
    FULL.columns[0],
    causes=(LikelyCause("moved_range", "Rows moved."),),
    distribution=(Slice(SliceKind.RANGE, "20 to 30", 60, 10), Slice(SliceKind.ABOVE, "above 30", 40, 30)),
)
SEGMENT = SegmentResult("region", "north", 4, FULL.status, columns=(EXPLAINED,))


def test_causes_and_distributions_are_read_as_they_were_written() -> None:
    """Of the whole and of segments."""
    full = replace(FULL, columns=(EXPLAINED,), segments=(SEGMENT,))
    assert load(render(full), full.path) == full
    assert EXPLAINED.shares == [("20 to 30", 0.6, 0.25), ("above 30", 0.4, 0.75)]


def test_a_record_without_them_has_the_bytes_that_it_had_before_there_were_any() -> None:
    """Old records keep their digests."""
    assert bytes_digest(render(FULL)) == "sha256:9836271e867fd0e9bba71c2a05ceb4d75869e688af7e276cfae703e6f84025f2"
    assert b"causes" not in render(FULL)
    assert b"distribution" not in render(FULL)


def test_a_better_explanation_is_no_new_result() -> None:
    """What explains follows from profiles that the record names by their digests."""
    explained = replace(FULL, columns=(EXPLAINED,), segments=(SEGMENT,))
    bare = replace(FULL, segments=(replace(SEGMENT, columns=FULL.columns),))
    assert result_digest(explained) == result_digest(bare)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"format": "mlgov/execution/v1"}', b'{"format": "x"}'])
def test_a_damaged_record_is_an_error_with_its_path(data: bytes) -> None:
    """A record that cannot be read is never passed over."""
    with pytest.raises(LedgerError, match=r"executions/a\.json"):
        load(data, "executions/a.json")


@pytest.mark.parametrize(
    "changes",
    [
        {"window_end": "2026-11-02T00:00:00"},
        {"window_end": "2026-11-02T00:00:00+05:00"},
        {"window_start": "0001-01-01T00:00:00+14:00"},
        {"window_start": "2026-11-02T00:00:00Z"},
        {"executed_at": "2026-11-02T00:07:00"},
        {"revision": 0},
        {"revision": 2},
        {"model": "credit"},
        {"monitor": "model-quality"},
        {"window_end": "2026-11-03T00:00:00Z"},
        {
            "columns": [
                {
                    "name": "a",
                    "kind": "",
                    "verdict": "",
                    "sentence": "",
                    "statistics": [{"statistic": "ks", "value": float("nan")}],
                }
            ]
        },
        {
            "columns": [
                {
                    "name": "a",
                    "kind": "",
                    "verdict": "",
                    "sentence": "",
                    "statistics": [{"statistic": "ks", "lower": float("inf")}],
                }
            ]
        },
    ],
)
def test_a_record_that_contradicts_itself_or_its_path_is_damaged(changes: dict[str, object]) -> None:
    """Times without a zone, numbers that are none, and another model's record are never taken."""
    data = json.dumps(json.loads(render(FULL)) | changes).encode()
    with pytest.raises(LedgerError, match="damaged") as caught:
        load(data, FULL.path)
    assert FULL.path in caught.value.message


def test_a_slash_in_a_name_does_not_make_the_path_of_another_model() -> None:
    """Names are compared part by part."""
    odd = replace(FULL, model="churn/data-quality", monitor="x")
    with pytest.raises(LedgerError, match="damaged"):
        load(render(odd), odd.path)


def test_other_records_of_the_ledger_are_left_alone() -> None:
    """Approvals and profiles lie on the same branch."""
    assert load_all({"approvals/x.json": b"{}", FULL.path: render(FULL)}) == [FULL]

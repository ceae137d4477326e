"""Data that breaks naive programs: from a file to a baseline, a verdict and a record, without an error or a warning."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from mlgov.monitors import Thresholds
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import load, make
from mlgov.monitors.check import Criteria, judge
from mlgov.monitors.records import load as load_record
from mlgov.monitors.records import render
from mlgov.ports import File
from tests.monitors.examples import execution

MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
NAN, INF = float("nan"), float("inf")
COLUMNS: dict[str, Any] = {
    "constant": [1.0] * 60,
    "huge": [1.7e308, -1.7e308, 1e300] * 20,
    "tiny": [5e-324, 0.0, -5e-324] * 20,
    "infinite": [INF, -INF, NAN] * 20,
    "mixed infinite": [INF, 1.0, None] * 20,
    "nulls": pa.nulls(60, pa.float64()),
    "null type": pa.nulls(60),
    "large integers": [2**62, -(2**62), 0] * 20,
    "booleans": [True, False, None] * 20,
    "empty texts": ["", " ", None] * 20,
    "long texts": ["x" * 5000, "y" * 5000, "z"] * 20,
    "hostile texts": ["</script>", "\u202e", "=cmd()"] * 20,
    "not UTF-8": pa.array([b"\xff", b"a", None] * 20),
    "lists": [[1, 2], [], None] * 20,
    "structs": [{"a": 1}, {"a": None}, None] * 20,
    "days": [date(1, 1, 1), date(9999, 12, 31), None] * 20,
    "times": pa.array([MOMENT, MOMENT.replace(year=2262), None] * 20, pa.timestamp("ns", tz="UTC")),
    "durations": pa.array([1, 2, None] * 20, pa.duration("s")),
    "decimals": [Decimal("1.10"), Decimal("-99999999999999.99"), None] * 20,
    "dictionary": pa.array(["a", "b", None] * 20).dictionary_encode(),
    "half floats": pa.array([1.0, 2.0, None] * 20, pa.float16()),
    "unsigned": pa.array([2**64 - 1, 0, None] * 20, pa.uint64()),
}


@pytest.mark.parametrize("mode", ["standard", "sagemaker"])
@pytest.mark.parametrize("changed", [False, True], ids=["same", "other"])
@pytest.mark.parametrize("name", list(COLUMNS))
def test_every_sort_of_column_comes_to_a_verdict(name: str, changed: bool, mode: str) -> None:
    """As reference and as window; a window of other values may be a violation and never an error."""
    table = pa.table({name: COLUMNS[name], "calm": list(range(60))})
    folder = "baselines/churn/data-quality"
    made = make(table.to_batches, Thresholds())
    reference = load({f"{folder}/{file}": File(file, "100644", data) for file, data in made.items()}, folder)
    others = pa.table({name: list(reversed(COLUMNS["mixed infinite"])), "calm": list(range(60))})
    current = profiles.profile((others if changed else table).to_batches(), reference.profile.layout)
    found = judge(reference, current, Criteria(mode=mode))
    record = execution(columns=found.columns, violations=found.violations, warnings=found.warnings)
    assert load_record(render(record), record.path) == record
    if not changed:
        assert found.violations == ()

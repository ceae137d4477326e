"""A reference profile from another program's statistics.json."""

from typing import Any

import numpy as np
import pytest

from mlgov.monitors.formats.rebuilding import MOST_ROWS, rebuilt
from mlgov.monitors.formats.statistics import Statistics
from mlgov.monitors.profile import CategoricalProfile, NumericProfile


def numeric(
    name: str, kll: dict[str, Any], present: float, missing: float = 0, kind: str = "Fractional"
) -> dict[str, Any]:
    """Describe a numeric column."""
    common = {"num_present": present, "num_missing": missing}
    return {
        "name": name,
        "inferred_type": kind,
        "numerical_statistics": {"common": common, "distribution": {"kll": kll}},
    }


def text(name: str, counts: dict[str, float] | None, present: float, missing: float = 0) -> dict[str, Any]:
    """Describe a column of text."""
    found: dict[str, Any] = {"common": {"num_present": present, "num_missing": missing}}
    if counts:
        buckets = [{"value": value, "count": count} for value, count in counts.items()]
        found["distribution"] = {"categorical": {"buckets": buckets}}
    return {"name": name, "inferred_type": "String", "string_statistics": found}


def statistics(*features: dict[str, Any], rows: float = 0) -> Statistics:
    return Statistics.model_validate({"dataset": {"item_count": rows}, "features": list(features)})


def test_a_sketch_comes_back_as_its_weighted_values() -> None:
    """Level 0 weighs one, level 1 two, level 2 four."""
    kll = {"sketch": {"data": [[1.0, 2.0], [3.0], [10.0]]}}
    column = rebuilt(statistics(numeric("x", kll, 8), rows=8)).column("x")
    assert isinstance(column, NumericProfile)
    assert (column.n, column.minimum, column.maximum) == (8, 1.0, 10.0)
    assert column.mean == pytest.approx((1 + 2 + 2 * 3 + 4 * 10) / 8)


def test_buckets_alone_give_the_shape() -> None:
    """Mean and quartiles of a uniform distribution over 0 to 100."""
    kll = {"buckets": [{"lower_bound": 10.0 * i, "upper_bound": 10.0 * (i + 1), "count": 100} for i in range(10)]}
    column = rebuilt(statistics(numeric("x", kll, 1000), rows=1000)).column("x")
    assert isinstance(column, NumericProfile)
    assert column.mean == pytest.approx(50, abs=0.5)
    assert column.quantile(0.25) == pytest.approx(25, abs=2)


def test_a_large_sketch_keeps_its_distribution_and_nulls() -> None:
    """More rows than are laid out: shares stay, the reference counts as fewer rows."""
    values = [list(np.linspace(0, 1, 1000)) for _ in range(1)]
    kll = {"sketch": {"data": [[]] * 12 + values}}
    found = rebuilt(statistics(numeric("x", kll, 4_096_000, missing=1_024_000), rows=5_120_000))
    column = found.column("x")
    assert isinstance(column, NumericProfile)
    assert found.rows == MOST_ROWS
    assert column.null / column.rows == pytest.approx(0.2)
    assert column.quantile(0.5) == pytest.approx(0.5, abs=0.01)


def test_whole_numbers_stay_whole() -> None:
    """The type of an integral column is known from the file."""
    kll = {"sketch": {"data": [[1.0, 2.0, 3.0]]}}
    column = rebuilt(statistics(numeric("x", kll, 3, kind="Integral"), rows=3)).column("x")
    assert (column.types.integral, column.types.fractional) == (3, 0)


def test_categories_come_back_with_their_counts() -> None:
    """And with their nulls."""
    column = rebuilt(statistics(text("state", {"CA": 6, "NY": 3}, 9, missing=1), rows=10)).column("state")
    assert isinstance(column, CategoricalProfile)
    assert dict(zip(column.layout.vocabulary, column.counts, strict=True)) == {"CA": 6, "NY": 3}
    assert (column.null, column.layout.complete) == (1, True)


def test_a_column_without_a_list_keeps_only_its_nulls() -> None:
    """Ids: nothing later can be called unseen, missing values still count."""
    column = rebuilt(statistics(text("id", None, 8, missing=2), rows=10)).column("id")
    assert isinstance(column, CategoricalProfile)
    assert (column.layout.vocabulary, column.layout.complete) == ((), False)
    assert (column.null, column.other, column.unseen) == (2, 8, 0)


def test_numbers_that_the_file_only_counts_are_not_missing() -> None:
    """Model Monitor may write counts and no distribution; a quarter of the rows has no value."""
    feature = numeric("x", {}, 75, missing=25)
    del feature["numerical_statistics"]["distribution"]
    column = rebuilt(statistics(feature, rows=100)).column("x")
    assert isinstance(column, NumericProfile)
    assert (column.rows, column.null, column.n) == (100, 25, 0)

"""What a reference profile says in Model Monitor's words."""

import json

import numpy as np
import pyarrow as pa
import pytest

from mlgov.monitors import Thresholds
from mlgov.monitors import profile as profiles
from mlgov.monitors.formats.files import damages, render
from mlgov.monitors.formats.statistics import Statistics
from mlgov.monitors.formats.suggestions import constraints_of, statistics_of
from mlgov.monitors.profile import Profile

RANDOM = np.random.default_rng(11)
AMOUNT = RANDOM.lognormal(3, 1, 5000)
SIGNED = RANDOM.normal(0, 1, 5000)
DATA = pa.table(
    {
        "amount": AMOUNT,
        "signed": SIGNED,
        "count": RANDOM.integers(0, 9, 5000),
        "state": RANDOM.choice(["CA", "NY", "WA"], 5000, p=[0.6, 0.3, 0.1]),
        "id": [f"id-{i}" for i in range(5000)],
        "flag": RANDOM.choice([True, False], 5000),
        "holes": pa.array([None if i % 4 == 0 else 1.5 * i for i in range(5000)]),
        "nothing": pa.nulls(5000, pa.float64()),
        "constant": [7] * 5000,
    }
)


def reference(table: pa.Table = DATA) -> Profile:
    """Profile a table in its own layout."""
    layout = profiles.learn_layout(table.to_batches())
    return profiles.profile(table.to_batches(), layout)


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    return statistics_of(reference(), "sha256:" + "0" * 64)


def feature(statistics: Statistics, name: str) -> dict[str, object]:
    return next(f for f in json.loads(render(statistics))["features"] if f["name"] == name)


def test_what_we_write_passes_the_schemas_of_the_format(statistics: Statistics) -> None:
    """Our files are files of Model Monitor."""
    assert damages(render(statistics), "statistics.json") == []
    assert damages(render(constraints_of(reference(), Thresholds())), "constraints.json") == []


@pytest.mark.parametrize(
    ("name", "inferred"),
    [
        ("amount", "Fractional"),
        ("count", "Integral"),
        ("state", "String"),
        ("flag", "String"),
        ("nothing", "Unknown"),
        ("constant", "Integral"),
    ],
)
def test_types_are_inferred_as_model_monitor_does(statistics: Statistics, name: str, inferred: str) -> None:
    """Whole numbers, numbers, everything else is text, and nothing is unknown."""
    assert feature(statistics, name)["inferred_type"] == inferred


def test_moments_are_exact_and_deviations_divide_by_n(statistics: Statistics) -> None:
    """Against numpy."""
    found = feature(statistics, "amount")["numerical_statistics"]
    assert isinstance(found, dict)
    expected = {
        "mean": AMOUNT.mean(),
        "sum": AMOUNT.sum(),
        "std_dev": AMOUNT.std(),
        "min": AMOUNT.min(),
        "max": AMOUNT.max(),
    }
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9), key


def test_buckets_are_ten_of_equal_width_and_close_to_the_data(statistics: Statistics) -> None:
    """Counts add up exactly and differ from the true ones by less than two bins' worth of rows."""
    found = feature(statistics, "signed")["numerical_statistics"]
    assert isinstance(found, dict)
    buckets = found["distribution"]["kll"]["buckets"]
    true, bounds = np.histogram(SIGNED, 10)
    assert [b["lower_bound"] for b in buckets] == pytest.approx(list(bounds[:-1]))
    assert sum(b["count"] for b in buckets) == 5000
    assert max(abs(b["count"] - int(t)) for b, t in zip(buckets, true, strict=True)) <= 2 * 5000 / 256


def test_no_raw_values_are_published(statistics: Statistics) -> None:
    """No sketch, no list of ids; the file says that its buckets are approximate."""
    text = render(statistics).decode()
    assert "sketch" not in text
    assert "id-42" not in text
    assert "approximate" in json.loads(text)["mlgov"]["note"]


def test_missing_values_are_counted(statistics: Statistics) -> None:
    """A quarter of the rows has no value."""
    found = feature(statistics, "holes")["numerical_statistics"]
    assert isinstance(found, dict)
    assert found["common"] == {"num_present": 3750, "num_missing": 1250}
    assert found["completeness"] == 0.75


def test_categories_are_listed_with_the_frequent_ones_first(statistics: Statistics) -> None:
    """As far as there are few of them."""
    found = feature(statistics, "state")["string_statistics"]
    assert isinstance(found, dict)
    buckets = found["distribution"]["categorical"]["buckets"]
    assert [bucket["value"] for bucket in buckets] == ["CA", "NY", "WA"]
    ids = feature(statistics, "id")["string_statistics"]
    assert isinstance(ids, dict)
    assert "distribution" not in ids
    assert ids["distinct_count"] == pytest.approx(5000, rel=0.06)


def test_constraints_have_slack_for_chance() -> None:
    """Completeness by the null threshold, known categories by the unseen threshold."""
    found = constraints_of(reference(), Thresholds())
    by_name = {feature.name: feature for feature in found.features}
    assert by_name["holes"].completeness == 0.7
    assert by_name["amount"].completeness == 0.95
    assert found.monitoring_config.domain_content_threshold == 0.98
    assert found.monitoring_config.datatype_check_threshold == 1.0


def test_constraints_know_categories_and_numbers_that_are_never_negative() -> None:
    """Only where the reference says so."""
    by_name = {feature.name: feature for feature in constraints_of(reference(), Thresholds()).features}
    state, amount = by_name["state"].string_constraints, by_name["amount"].num_constraints
    assert state is not None
    assert state.domains == ["CA", "NY", "WA"]
    assert amount is not None
    assert amount.is_non_negative
    assert by_name["signed"].num_constraints is None
    assert by_name["id"].string_constraints is None


def test_the_files_are_the_same_bytes_every_time() -> None:
    """A baseline change is a diff that means something."""
    assert render(statistics_of(reference(), "x")) == render(statistics_of(reference(), "x"))

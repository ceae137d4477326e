"""Profiles on paper."""

import datetime as dt
import json

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.monitors.profile import learn_layout, load, merge, profile, render
from tests.monitors.profile.frames import batch, numbers, words

columns = st.lists(st.tuples(numbers, words), max_size=40)


def pair(rows: list[tuple[object, object]]) -> pa.RecordBatch:
    """A float and a string column."""
    return batch(x=pa.array([x for x, _ in rows], pa.float64()), c=pa.array([c for _, c in rows], pa.string()))


@given(columns, columns)
@settings(max_examples=60)
def test_reading_back_and_writing_again_changes_nothing(reference: list, current: list) -> None:  # type: ignore[type-arg]
    """A file is its own canonical form, and what is read merges like what was written."""
    layout = learn_layout([pair(reference)])
    found = profile([pair(current)], layout, sources=["sha256:1"])
    data = render(found)
    assert render(load(data)) == data
    assert load(data).layout == layout
    assert render(merge(load(data), load(data))) == render(load(render(merge(load(data), load(data)))))


def test_the_file_is_ascii_json_with_one_column_per_line() -> None:
    """So that a change of the baseline is a diff that people can read, whatever the data held."""
    layout = learn_layout([batch(a=[1, 2], b=["\u202eevil", "x"])])
    found = profile([batch(a=[1, 2], b=["\u202eevil", "naïve"])], layout)
    lines = render(found).decode("ascii").splitlines()
    assert sum('"name":"a"' in line for line in lines) == 1
    assert json.loads(render(found))["columns"][1]["layout"]["vocabulary"] == ["x", "\u202eevil"]
    assert render(found).endswith(b"\n}\n")


def test_the_header_is_readable() -> None:
    """Rows, window, sources, schema and layout."""
    day = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    layout = learn_layout([batch(a=[1])])
    found = profile([batch(a=[1], z=[2])], layout, window=(day, day + dt.timedelta(1)), sources=["s"])
    value = json.loads(render(found))
    assert {key: value[key] for key in value if key != "columns"} == {
        "extra_columns": {"z": 1},
        "layout": layout.digest,
        "rows": 1,
        "schema": "mlgov/profile/v1",
        "sources": ["s"],
        "window": ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"],
    }


def test_values_of_few_rows_are_not_shown() -> None:
    """A value outside the vocabulary that fewer than five rows share is a hash and a count."""
    found = profile([batch(c=["rare person"] * 4 + ["common"] * 5)], learn_layout([batch(c=["a"])]))
    data = render(found)
    assert b"rare person" not in data
    assert b"common" in data
    assert sorted((value.text, value.count) for value in load(data).column("c").sample if value.text) == [("common", 5)]  # type: ignore[union-attr]


def test_an_empty_profile_can_be_written() -> None:
    """No columns, no rows."""
    found = profile([], learn_layout([]))
    assert load(render(found)) == found


def test_two_hundred_features_fit_in_two_megabytes() -> None:
    """Profiles are kept in git, so they are small."""
    rng = np.random.default_rng(1)
    whole = batch(**{f"feature_{number}": rng.lognormal(0, 1, 20_000) for number in range(20)})
    assert len(render(profile([whole], learn_layout([whole])))) * 10 < 2_000_000

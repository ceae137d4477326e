"""Paths of imported values."""

from typing import Any

import pytest
from pydantic import ValidationError

from mlgov.cards import Provenance
from mlgov.cards.imported import Hand, fields_of, hand_on, pointer_of
from mlgov.documents import find
from mlgov.lifecycle import json_digest

SPEC: dict[str, Any] = {
    "model_overview": {"model_id": "a", "model_artifact": ["x", "y"]},
    "additional_information": {"custom_details": {"team": "retention"}},
    "lineage": {"datasets": [{"name": "rows [2]"}, {"name": "plain rows"}], "code": [{"repository": "r"}]},
}


def entry(**more: str) -> Provenance:
    """Make an entry of the list of imported values."""
    usual = {
        "field": "model_overview.model_id",
        "source": "s",
        "digest": json_digest("a"),
        "at": "2026-01-02T03:04:05Z",
    }
    return Provenance.model_validate({**usual, **more})


def test_a_spec_is_split_into_values() -> None:
    """Mappings by key, lists whole, datasets by their names."""
    assert [field.path for field in fields_of(SPEC)] == [
        "model_overview.model_id",
        "model_overview.model_artifact",
        "additional_information.custom_details.team",
        'lineage.datasets[name="rows [2]"]',
        "lineage.datasets[name=plain rows]",
        "lineage.code",
    ]


def test_every_path_leads_to_its_value_and_is_legal() -> None:
    """What is split is found again, and may stand in a card."""
    for field in fields_of(SPEC):
        assert find({"spec": SPEC}, pointer_of(field.path, SPEC)) == (True, field.value)
        assert entry(field=field.path).field == field.path


@pytest.mark.parametrize("names", [["a", "a"], ['a "b"', "c"]])
def test_datasets_whose_names_do_not_tell_are_one_value(names: list[str]) -> None:
    """A path could not say which one is meant."""
    datasets = [{"name": name} for name in names]
    assert [(field.path, field.value) for field in fields_of({"lineage": {"datasets": datasets}})] == [
        ("lineage.datasets", datasets)
    ]


def test_a_dataset_that_is_missing_would_be_the_next() -> None:
    """An edit that puts a value there appends it."""
    assert pointer_of("lineage.datasets[name=new]", SPEC) == ("spec", "lineage", "datasets", 2)
    assert pointer_of("lineage.datasets[name=new]", {}) == ("spec", "lineage", "datasets", 0)


@pytest.mark.parametrize(
    ("value", "hand"), [("a", Hand.UNTOUCHED), ("b", Hand.EDITED), (None, Hand.EDITED), ("gone", Hand.REMOVED)]
)
def test_a_hand_is_seen(value: str | None, hand: Hand) -> None:
    """By the digest, or by the value that is not there."""
    overview = {} if value == "gone" else {"model_id": value}
    assert hand_on({"spec": {"model_overview": overview}}, "model_overview.model_id", json_digest("a")) is hand


@pytest.mark.parametrize(
    "at", ["2026-13-01T00:00:00Z", "2026-01-02", "2026-1-2T3:4:5Z", "2026-01-02T03:04:05+00:00", ""]
)
def test_times_are_seconds_in_utc(at: str) -> None:
    """One way of writing a time, so that equal times are equal texts."""
    with pytest.raises(ValidationError, match="is no time in UTC"):
        entry(at=at)


@pytest.mark.parametrize("field", ["", ".a", "a.", "a..b", "a[0]", "a[name=x", "spec.*", "a b", 'a[name="x"y]', "a\n"])
def test_other_paths_are_refused(field: str) -> None:
    """A path that leads nowhere by its form is a mistake."""
    with pytest.raises(ValidationError):
        entry(field=field)

"""Planning a refresh: what people wrote stays, and a second refresh changes nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.cards import CardDocument
from mlgov.cards.imported import Field
from mlgov.cards.populate import State, plan
from mlgov.documents import Change, Document, Removal, edit, load
from mlgov.lifecycle import json_digest, validate
from mlgov.ports import Described

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUN = Described("mlflow:runs/r1 at http://127.0.0.1", "r1", {})
CARD = b"""\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn # the name
lifecycle:
  status: draft
spec:
  model_overview:
    model_owner: "@owners" # by people
    model_description:
"""
ID, OWNER, DESCRIPTION = (f"model_overview.{key}" for key in ("model_id", "model_owner", "model_description"))
TRAIN = "lineage.datasets[name=train]"


def document(data: bytes = CARD) -> Document:
    """Read a card that has to be one."""
    found, findings = load(data, "cards/churn.yaml")
    assert found is not None, findings
    assert validate(found, CardDocument)[1] == []
    return found


def fields(**values: Any) -> tuple[Field, ...]:
    """Name values by the last key of their path in the overview."""
    return tuple(Field(f"model_overview.{key}", value) for key, value in values.items())


def refreshed(data: bytes, given: tuple[Field, ...], described: Described = RUN, **more: Any) -> bytes:
    """Give the card as a refresh makes it."""
    return plan(document(data), given, described, at=more.pop("at", NOON), **more).data


def states(data: bytes, given: tuple[Field, ...], **more: Any) -> list[State]:
    """Say what a refresh would do to each value."""
    return [each.state for each in plan(document(data), given, RUN, at=NOON, **more).differences]


def test_a_value_is_put_in_and_noted() -> None:
    """With source, run, digest and time; comments stay."""
    data = refreshed(CARD, fields(model_id="models:/churn/1", model_description="Finds leavers"))
    spec = document(data).value["spec"]
    assert spec["model_overview"]["model_id"] == "models:/churn/1"
    assert spec["model_overview"]["model_description"] == "Finds leavers"
    assert spec["imported"][0] == {
        "field": ID,
        "source": "mlflow:runs/r1 at http://127.0.0.1",
        "run": "r1",
        "digest": json_digest("models:/churn/1"),
        "at": "2026-11-20T12:00:00Z",
    }
    assert b"# the name" in data and b"# by people" in data


def test_what_people_wrote_stays() -> None:
    """And is noted nowhere, unless the source goes first."""
    given = fields(model_owner="@others")
    assert states(CARD, given) == [State.KEPT_WRITTEN]
    assert refreshed(CARD, given) == CARD
    assert b"@others" in refreshed(CARD, given, overwrite=True)


def test_the_same_value_by_hand_stays_the_peoples() -> None:
    """Nobody imported it."""
    assert refreshed(CARD, fields(model_owner="@owners")) == CARD


def test_a_new_value_of_the_source_is_taken() -> None:
    """When nobody touched the old one; the entry changes with it."""
    first = refreshed(CARD, fields(model_id="a"))
    later = Described(RUN.source, "r2", {})
    second = refreshed(first, fields(model_id="b"), later, at=NOON + timedelta(days=1))
    spec = document(second).value["spec"]
    assert spec["model_overview"]["model_id"] == "b"
    (entry,) = spec["imported"]
    assert (entry["run"], entry["digest"], entry["at"]) == ("r2", json_digest("b"), "2026-11-21T12:00:00Z")


def test_comments_beside_imported_values_stay() -> None:
    """Also in lists of which one item changes, and in the list of imported values."""
    job = "training_details.training_job_details.training_metrics"
    rows = [{"name": f"m{i}", "value": i} for i in range(3)]
    first = refreshed(CARD, (*fields(model_id="a"), Field(job, rows)))
    marked = b"".join(
        line.replace(b"\n", f" # note {number}\n".encode()) if b"#" not in line and line.rstrip()[-1:] != b":" else line
        for number, line in enumerate(first.splitlines(keepends=True))
    )
    changed = [rows[0], {"name": "m1", "value": 0.5}, rows[2], {"name": "m3", "value": 3}]
    given = (*fields(model_id="b"), Field(job, changed))
    second = refreshed(marked, given, Described(RUN.source, "r2", {}))
    spec = document(second).value["spec"]
    assert spec["training_details"]["training_job_details"]["training_metrics"] == changed
    assert [entry["run"] for entry in spec["imported"]] == ["r2", "r2"]
    assert marked.count(b"# note") == second.count(b"# note") > 15


def test_the_same_value_of_another_run_changes_the_entry_alone() -> None:
    """The card says which run its values are of."""
    first = refreshed(CARD, fields(model_id="a"))
    assert refreshed(first, fields(model_id="a"), Described(RUN.source, "r2", {})) == first.replace(
        b"run: r1", b"run: r2"
    )


@pytest.mark.parametrize(
    ("by_hand", "state"),
    [
        (Change(("spec", "model_overview", "model_id"), "mine"), State.KEPT_EDITED),
        (Removal(("spec", "model_overview", "model_id")), State.KEPT_REMOVED),
    ],
)
def test_what_people_edited_stays(by_hand: Change | Removal, state: State) -> None:
    """Also when they took it away."""
    edited = edit(refreshed(CARD, fields(model_id="a")), [by_hand])
    assert states(edited, fields(model_id="b")) == [state]
    assert refreshed(edited, fields(model_id="b")) == edited
    taken = refreshed(edited, fields(model_id="b"), overwrite=True)
    assert document(taken).value["spec"]["imported"][0]["digest"] == json_digest("b")


def test_an_edit_that_the_source_confirms_is_imported_again() -> None:
    """What both say is the source's value."""
    edited = edit(refreshed(CARD, fields(model_id="a")), [Change(("spec", "model_overview", "model_id"), "b")])
    spec = document(refreshed(edited, fields(model_id="b"))).value["spec"]
    assert spec["imported"][0]["digest"] == json_digest("b")


def test_datasets_of_people_stand_beside_imported_ones() -> None:
    """They are told apart by their names."""
    own = edit(CARD, [Change(("spec", "lineage"), {"datasets": [{"name": "own", "used_for": "test"}]})])
    data = refreshed(own, (Field(TRAIN, {"name": "train", "used_for": "training"}),))
    assert [each["name"] for each in document(data).value["spec"]["lineage"]["datasets"]] == ["own", "train"]
    again = refreshed(data, (Field(TRAIN, {"name": "train", "used_for": "training", "uri": "s3://x"}),))
    assert document(again).value["spec"]["lineage"]["datasets"][1]["uri"] == "s3://x"


def test_credentials_never_reach_the_card() -> None:
    """Also when a source names itself by such an address."""
    data = refreshed(CARD, fields(model_id="a"), Described("json:https://me:hidden@example.org/x", "", {}))
    assert b"hidden" not in data
    assert document(data).value["spec"]["imported"][0].keys() == {"field", "source", "digest", "at"}


#: Sources give texts without blanks at their ends.
WORDS = st.text("ab\u00e9: #'\"\n-", min_size=1, max_size=20).map(str.strip).filter(bool)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "model_id": WORDS,
        "model_owner": st.text("@ab", min_size=1, max_size=5),
        "model_description": WORDS,
        "model_artifact": st.lists(st.text("s3:/ab", min_size=1, max_size=8), min_size=1, max_size=4),
        "model_version": st.integers(1, 9),
    },
)
NAMES = ("train", "other rows", "x [1]")
DATASETS = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES, DATASETS, VALUES, st.booleans())
def test_a_second_refresh_changes_nothing(
    first: dict[str, Any], by_hand: dict[str, Any], names: list[str], second: dict[str, Any], overwrite: bool
) -> None:
    """Whatever was imported and edited before: planning what was just done plans nothing, at any later time."""
    data = refreshed(CARD, fields(**first))
    changes = [Change(("spec", "model_overview", key), value) for key, value in by_hand.items()]
    data = edit(data, changes) if changes else data
    quoted = {name: f'"{name}"' if "]" in name else name for name in names}
    rows = tuple(Field(f"lineage.datasets[name={quoted[n]}]", {"name": n, "used_for": "test"}) for n in names)
    given = (*fields(**second), *rows)
    once = refreshed(data, given, overwrite=overwrite)
    assert refreshed(once, given, overwrite=overwrite, at=NOON + timedelta(days=9)) == once
    assert refreshed(once, given, at=NOON + timedelta(days=9)) == once
    kept = document(once).value["spec"]["model_overview"]
    if not overwrite:
        # what people changed after the import is still theirs
        assert all(kept[key] == value for key, value in by_hand.items() if value != first.get(key))

"""Edits keep what they do not touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.documents import Change, edit, load
from mlgov.errors import UsageError

CARD = b"""\
# yaml-language-server: $schema=../schemas/x.json
apiVersion: mlgov/v1   # the format
kind: ModelCard

metadata:
  name: churn          # never changes
  owners:
    - "@team"          # quoted
spec:
  model_overview:
    model_version: 1
    long: a line that is longer than eighty characters and must not be folded by anybody who edits something else
  evaluation_details:
    - name: first      # keep me
      datasets: [a, 'b']
"""


def test_no_change_gives_the_same_bytes() -> None:
    """An edit that changes nothing returns the very bytes."""
    assert edit(CARD, []) is CARD
    assert edit(CARD, [Change(("metadata", "name"), "churn")]) is CARD


def test_a_scalar_changes_alone() -> None:
    """One value changes on its own line; every other byte stays."""
    edited = edit(CARD, [Change(("spec", "model_overview", "model_version"), 2)])
    assert edited == CARD.replace(b"model_version: 1", b"model_version: 2")


def test_a_new_key_and_a_new_item_are_added() -> None:
    """Missing mappings on the way are made; an index at the end of a list appends."""
    changes = [
        Change(("lifecycle", "status"), "draft"),
        Change(("spec", "evaluation_details", 1), {"name": "second"}),
    ]
    changes.append(Change(("metadata", "tags", 0, "name"), "first of a new list"))
    edited = edit(CARD, changes)
    document, _ = load(edited, "x")
    assert document is not None
    assert document.value["lifecycle"] == {"status": "draft"}
    assert document.value["metadata"]["tags"] == [{"name": "first of a new list"}]
    assert [e["name"] for e in document.value["spec"]["evaluation_details"]] == ["first", "second"]
    assert all(line in edited.splitlines() for line in CARD.splitlines())


def test_a_new_list_of_numbers_stands_on_one_line() -> None:
    """Points and rows of a matrix stay readable, and new keys keep the order they were given in."""
    graph = {"name": "roc", "type": "linear_graph", "value": [[0.0, 0.5], [1.0, 1.0]], "axis": ["a", "b"]}
    edited = edit(CARD, [Change(("spec", "graph"), graph)]).decode()
    assert "    value:\n      - [0.0, 0.5]\n      - [1.0, 1.0]\n    axis:\n      - a\n      - b\n" in edited
    assert edited.index("name: roc") < edited.index("type: linear_graph") < edited.index("- [0.0")


def test_a_pointer_that_leads_nowhere_is_refused() -> None:
    """A typing mistake in a pointer changes nothing."""
    with pytest.raises(UsageError, match=r"spec\.evaluation_details\.7"):
        edit(CARD, [Change(("spec", "evaluation_details", 7, "name"), "x")])


def test_a_bad_value_is_refused() -> None:
    """What would not pass the front door is not written."""
    with pytest.raises(UsageError, match="hidden character"):
        edit(CARD, [Change(("metadata", "title"), "a\u202eb")])


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30))
def test_any_text_survives(text: str) -> None:
    """Whatever text is set comes back, and no comment is lost."""
    try:
        edited = edit(CARD, [Change(("metadata", "title"), text)])
    except UsageError:
        return
    document, _ = load(edited, "x")
    assert document is not None
    assert document.value["metadata"]["title"] == text
    assert all(comment in edited for comment in (b"# the format", b"# never changes", b"# quoted", b"# keep me"))

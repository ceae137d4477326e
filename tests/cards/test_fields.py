"""The bookkeeping that makes exports and imports complete."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mlgov.cards.fields import Fields, is_empty, written

leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
trees = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


def paths(fields: Fields) -> list[str]:
    """List what was not taken."""
    return [entry.path for entry in fields.left("No place.")]


def test_what_nobody_takes_is_left() -> None:
    """A part of which nothing was taken is named as a whole; empty values are not worth a word."""
    fields = Fields({"a": {"b": 1, "c": [1, {"d": 2}]}, "e": {"f": [3]}, "g": "", "h": None, "i": [{}]})
    assert fields.take("a", "c", 1, "d") == 2
    assert paths(fields) == ["a.b", "a.c[0]", "e"]


def test_a_document_of_which_nothing_was_taken_is_left() -> None:
    """Its parts are named."""
    assert paths(Fields({"a": 1, "b": {"c": 2}})) == ["a", "b"]


def test_a_part_that_was_taken_is_taken_whole() -> None:
    """Nothing below it is left."""
    fields = Fields({"a": {"b": {"c": 1}}})
    fields.take("a")
    assert paths(fields) == []


def test_text_leaves_what_is_no_text() -> None:
    """A mapping where a text was expected is reported, not written as text."""
    fields = Fields({"a": {"b": 1}, "c": True, "d": 2.5, "e": " f "})
    assert [fields.text(key) for key in "acde"] == ["", "", "2.5", "f"]
    assert paths(fields) == ["a", "c"]


def test_the_rest_is_a_copy_without_what_was_taken() -> None:
    """For sections that show what no other section showed."""
    fields = Fields({"a": {"b": 1, "c": 2}, "d": [{"e": 3, "f": 4}, 5], "g": 6})
    fields.take("a", "b"), fields.take("d", 0, "e"), fields.take("g")
    assert fields.rest() == {"a": {"c": 2}, "d": [{"f": 4}, 5]}


@given(trees.filter(lambda tree: isinstance(tree, dict)), st.data())
def test_every_leaf_is_taken_or_left(tree: dict[str, Any], data: st.DataObject) -> None:
    """By construction, whatever is taken in whatever order."""
    every = list(leaves(tree))
    taken = data.draw(st.lists(st.sampled_from(every), unique=True) if every else st.just([]))
    fields = Fields(tree)
    for pointer in taken:
        fields.take(*pointer)
    left = list(fields.untaken())
    for pointer in every:
        is_left = any(pointer[: len(each)] == each for each in left)
        assert is_empty(fields.see(*pointer)) or is_left == (pointer not in taken)


def leaves(value: Any, pointer: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the places of values that hold no others."""
    if isinstance(value, dict | list) and value:
        keys = value if isinstance(value, dict) else range(len(value))
        return [found for key in keys for found in leaves(value[key], (*pointer, key))]
    return [pointer] if pointer else []


def test_pointers_are_written_as_people_read_them() -> None:
    """Keys with points, places in brackets."""
    assert written(("spec", "evaluation_details", 0, "name")) == "spec.evaluation_details[0].name"

"""Edits keep what they do not touch."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mlgov.documents import Change, Pointer, Removal, edit, find, load
from mlgov.documents.formatting import same
from mlgov.documents.source import parse
from mlgov.errors import UsageError
from tests.documents.wild import documents

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
    with pytest.raises(UsageError, match=r"spec\.evaluation_details\[7\]"):
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


VALUES = st.sampled_from(
    ["new", "", "- dash", "a\nb\n", "long " * 40 + "end", 1, 0.5, True, None, [], {}, [1, 2.5], ["x", {"name": "n"}],
     {"name": "n", "value": [[1, 2], [3, 4]]}, {"notes": "x", "deep": {"er": ["y"]}}]
)  # fmt: skip


def pointers(value: Any, above: Pointer = ()) -> list[Pointer]:
    """List every pointer of a value, in the order of the document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [p for key in keys for p in [(*above, key), *pointers(value[key], (*above, key))]]


def lines_of_comments(data: bytes) -> dict[str, int]:
    """Comment -> its line; the comments of a wild document are numbered, so none stands twice."""
    text = data.decode()
    return {comment.text: text.count("\n", 0, comment.start) + 1 for comment in parse(text).comments}


@pytest.mark.parametrize("numbers", [[1, 2.5], [1], [1, 2.5, 3]])
def test_a_list_of_words_becomes_one_of_numbers(numbers: list[float]) -> None:
    """Below each other as before, though a new row of numbers would stand on one line."""
    data = b'"notes":\n - "one"\n"value": 1\n'
    document, _ = load(edit(data, [Change(("notes",), numbers)]), "x")
    assert document is not None
    assert document.value == {"notes": numbers, "value": 1}


@settings(max_examples=150, deadline=None)
@given(documents(), st.data())
def test_edits_do_what_they_say_and_lose_no_comment(data: bytes, drawn: st.DataObject) -> None:
    """Whatever the document, an edit gives the wanted value, and only what it takes away loses its comments."""
    document, _ = load(data, "x")
    assume(document is not None)
    assert document is not None
    every = pointers(document.value)
    pointer = drawn.draw(st.sampled_from(every))
    kind = drawn.draw(st.sampled_from(["put", "remove", "add"]))
    wanted = deepcopy(document.value)
    parent = find(wanted, pointer[:-1])[1]
    new = deepcopy(drawn.draw(VALUES))
    if kind == "remove":
        assume(len(document.value) > 1 or len(pointer) > 1)
        del parent[pointer[-1]]
    elif kind == "add":
        target = find(wanted, pointer)[1]
        assume(isinstance(target, dict | list))
        key: Any = len(target) if isinstance(target, list) else "added"
        pointer = (*pointer, key)
        target.append(new) if isinstance(target, list) else target.update({key: new})
    else:
        parent[pointer[-1]] = new
    try:
        edited = edit(data, [Removal(pointer) if kind == "remove" else Change(pointer, new)])
    except UsageError:
        # Rare mixes of block text, blank lines and oddly indented comments are refused, and nothing is changed.
        assert b"|" in data or b">" in data or "\n" in str(new)
        assume(False)
    after, findings = load(edited, "x")
    assert after is not None, findings
    assert same(after.value, wanted)
    before, now = lines_of_comments(data), lines_of_comments(edited)
    lost = before.keys() - now.keys()
    assert now.keys() <= before.keys()
    if kind == "add" or (not isinstance(find(document.value, pointer)[1], dict | list) and kind == "put"):
        assert not lost
    here = document.location(pointer, of_key=True).line
    below = [p for p in every if p[: len(pointer)] == pointer]
    last = every[every.index(below[-1]) + 1 :][:1] if below else []
    following = document.location(last[0]).line if last else data.count(b"\n") + 2
    preceding = [document.location(p, of_key=True).line for p in every[: every.index(below[0])]] if below else []
    assert all(max(preceding, default=0) <= before[text] <= following for text in lost), (here, lost)


NESTED = b"""\
spec:
  # above a
  a: 1 # beside a

  # about b, further up

  # right above b
  b: # beside b
    - x # beside x
    # right above y
    - y
    # below the list
  c: {one: 1, two: 2} # beside c
  d:
    - # beside the dash
      name: first
      value: 1
  keep: |+
    text

  e: 2
# the end
"""


def test_a_removed_key_takes_its_own_comments_along_and_no_others() -> None:
    """What stands right above, beside and inside goes; what a blank line parts from it stays."""
    edited = edit(NESTED, [Removal(("spec", "b"))])
    start, end = NESTED.index(b"  # right above b"), NESTED.index(b"  c: {one")
    assert edited == NESTED[:start] + NESTED[end:]


def test_the_comment_after_a_removed_key_stays() -> None:
    """ruamel.yaml hangs the comment of the next key on the key before it, and would lose it here."""
    edited = edit(NESTED, [Removal(("spec", "a"))])
    assert b"# about b, further up" in edited
    assert b"above a" not in edited


def test_a_new_item_stands_above_the_comment_below_its_list() -> None:
    """An item is added right after the last one, before the comments that close the list."""
    edited = edit(NESTED, [Change(("spec", "b", 2), "z")])
    assert edited == NESTED.replace(b"    - y\n", b"    - y\n    - z\n")


def test_a_new_key_does_not_slip_below_the_comment_of_what_follows() -> None:
    """A key that is added to a block stands in it, and not below the comment of the next block."""
    text = b"one:\n  a: 1\n\n# about two\ntwo:\n  b: 2\n"
    assert edit(text, [Change(("one", "c"), 3)]) == b"one:\n  a: 1\n  c: 3\n\n# about two\ntwo:\n  b: 2\n"


def test_the_first_key_behind_a_dash_can_go() -> None:
    """The next key moves up to the dash; the comment behind the dash was the item's."""
    edited = edit(b"a:\n  - name: x\n    # about b\n    b: 1\n", [Removal(("a", 0, "name"))])
    assert edited == b"a:\n  -\n    # about b\n    b: 1\n"


def test_entries_in_brackets_come_and_go() -> None:
    """A mapping or list in brackets stays in brackets."""
    assert edit(NESTED, [Removal(("spec", "c", "one"))]) == NESTED.replace(b"{one: 1, two: 2}", b"{two: 2}")
    assert edit(NESTED, [Removal(("spec", "c", "two"))]) == NESTED.replace(b"{one: 1, two: 2}", b"{one: 1}")
    added = NESTED.replace(b"{one: 1, two: 2}", b"{one: 1, two: 2, three: 3}")
    assert edit(NESTED, [Change(("spec", "c", "three"), 3)]) == added


def test_the_last_entry_leaves_an_empty_block() -> None:
    """What held it stays, so that the meaning of the file changes no more than was asked."""
    assert edit(b"a:\n  b: 1 # x\n  # below\nc: 2\n", [Removal(("a", "b"))]) == b"a: {}\n  # below\nc: 2\n"


def test_a_removal_does_not_give_blank_lines_to_a_text_above() -> None:
    """Blank lines belong to a text that keeps them, so the ones after a removed key go with it."""
    text = b"keep: |+\n  text\n\ngone: 1\n\nnext: 2\n"
    assert edit(text, [Removal(("gone",))]) == b"keep: |+\n  text\n\nnext: 2\n"


def test_a_list_is_changed_item_by_item() -> None:
    """Items are matched by name, so those that stay keep their comments."""
    text = b"a:\n  - name: x # about x\n    v: 1\n  - name: y # about y\n    v: 2\n"
    edited = edit(text, [Change(("a",), [{"name": "y", "v": 3}, {"name": "z"}])])
    assert edited == b"a:\n  - name: y # about y\n    v: 3\n  - name: z\n"


def test_quotes_stay_and_line_ends_stay() -> None:
    """Text keeps the quotes it had; a file with CRLF keeps them, also in new lines."""
    text = b"a: 'one'\r\nb: \"two\" # x\r\n"
    edited = edit(text, [Change(("a",), "three"), Change(("b",), "four"), Change(("c", "d"), 1)])
    assert edited == b"a: 'three'\r\nb: \"four\" # x\r\nc:\r\n  d: 1\r\n"


def test_a_number_that_json_does_not_know_is_refused() -> None:
    """NaN has no place in a document."""
    with pytest.raises(UsageError):
        edit(NESTED, [Change(("spec", "a"), float("nan"))])


def test_removing_what_is_not_there_is_refused() -> None:
    """A typing mistake removes nothing."""
    with pytest.raises(UsageError, match=r"nothing at spec\.nothing"):
        edit(NESTED, [Removal(("spec", "nothing"))])


@pytest.mark.parametrize("text", [":\n\n", "a\n\n\n", "a\n", "\n", "a\nb", "- x\n# y\n", "...\n", "---\na"])
def test_text_of_several_lines_can_stand_anywhere(text: str) -> None:
    """In the middle of a file and at its end, alone and inside what is new."""
    for value in (text, {"inner": text}, [text, {"inner": text}]):
        for pointer in (("spec", "new"), ("metadata", "new"), ("metadata", "name")):
            document, _ = load(edit(CARD, [Change(pointer, value)]), "x")
            assert document is not None
            assert find(document.value, pointer) == (True, value)

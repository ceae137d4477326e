"""What holds for the diff of any two cards."""

from copy import deepcopy
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from mlgov.cards import CardDocument
from mlgov.cards.diff import Change, Reordered, Significance, diff
from tests.cards.maximal import maximal

WORD = st.sampled_from(["a", "b", "c d", "", "x  y", "x y"])
NAME = st.sampled_from(["one", "two", "log loss"])
NUMBER = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 0.5, 1.0])
DIGEST = st.sampled_from(["sha256:" + "a" * 64, "sha256:" + "b" * 64])


def table(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Make a mapping in which some keys may be missing."""
    return st.fixed_dictionaries(required, optional=optional)


def some(item: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Make a short list, in which names may stand twice."""
    return st.lists(item, max_size=3)


METRIC = st.one_of(
    table({"name": NAME, "type": st.just("number"), "value": NUMBER}, {"notes": WORD, "y_axis_name": NAME}),
    table({"name": NAME, "type": st.just("string"), "value": WORD}, {}),
    table({"name": NAME, "type": st.just("boolean"), "value": st.booleans()}, {}),
    table(
        {
            "name": NAME,
            "type": st.just("linear_graph"),
            "value": st.lists(st.lists(NUMBER, min_size=2, max_size=2), min_size=1, max_size=3),
        },
        {},
    ),
    table(
        {"name": NAME, "type": st.just("bar_chart"), "value": st.lists(NUMBER, min_size=2, max_size=2)},
        {"x_axis_name": st.lists(NAME, min_size=2, max_size=2)},
    ),
    table(
        {
            "name": NAME,
            "type": st.just("matrix"),
            "value": st.integers(1, 2).flatmap(
                lambda n: st.lists(st.lists(NUMBER, min_size=n, max_size=n), min_size=1, max_size=2)
            ),
        },
        {},
    ),
)
EVIDENCE = table({"path": st.sampled_from(["evidence/a", "evidence/b"]), "digest": DIGEST}, {})
SPEC = table(
    {},
    {
        "model_overview": st.none()
        | table({}, {"model_id": st.none() | WORD, "model_version": st.floats(1, 9), "model_artifact": some(WORD)}),
        "intended_uses": table(
            {}, {"purpose_of_model": WORD, "risk_rating": st.sampled_from(["low", "medium", "high", "unknown"])}
        ),
        "training_details": table(
            {},
            {
                "training_job_details": table(
                    {},
                    {
                        "training_metrics": some(table({"name": NAME, "value": NUMBER}, {"notes": WORD})),
                        "hyper_parameters": some(table({"name": NAME, "value": NAME}, {})),
                    },
                )
            },
        ),
        "evaluation_details": some(
            table(
                {"name": NAME},
                {
                    "metadata": st.dictionaries(st.sampled_from(["k", "m"]), WORD),
                    "evidence": some(EVIDENCE),
                    "metric_groups": some(table({"name": NAME}, {"metric_data": some(METRIC)})),
                },
            )
        ),
        "acceptance_criteria": some(
            table(
                {
                    "name": NAME,
                    "evaluation": NAME,
                    "metric": NAME,
                    "condition": st.sampled_from(["at_least", "at_most"]),
                    "threshold": NUMBER,
                },
                {"metric_group": NAME, "rationale": WORD},
            )
        ),
        "claims": some(
            table({"framework": NAME, "requirement": NAME, "statement": WORD}, {"evidence": some(EVIDENCE)})
        ),
        "lineage": table(
            {},
            {
                "datasets": some(table({"name": NAME, "used_for": st.just("test")}, {"digest": DIGEST})),
                "code": some(table({"repository": NAME}, {})),
            },
        ),
        "model_package_details": table(
            {},
            {
                "inference_specification": table(
                    {"containers": st.lists(table({"image": NAME}, {}), min_size=1, max_size=3)}, {}
                )
            },
        ),
    },
)
CARD = table(
    {
        "apiVersion": st.just("mlgov/v1"),
        "kind": st.just("ModelCard"),
        "metadata": table(
            {"name": st.sampled_from(["churn", "fraud"])},
            {
                "title": NAME,
                "owners": some(st.sampled_from(["@a", "@b"])),
                "labels": st.dictionaries(st.sampled_from(["k", "l.m"]), NAME),
            },
        ),
        "lifecycle": table(
            {"status": st.sampled_from(["draft", "pending_review", "approved", "archived"])},
            {"review_by": st.sampled_from(["2027-01-01", "2027-01-02"])},
        ),
        "spec": SPEC,
    },
    {},
).map(CardDocument.model_validate)


def said(card: CardDocument) -> Any:
    """Give what a card says."""
    return card.model_dump(mode="json", exclude_unset=True)


def leaves(value: Any, at: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    """List the values of a card by paths in which list items go by their names."""
    if at[-1:] in (("value",), ("x_axis_name",), ("owners",)):
        return {at: value}
    if isinstance(value, dict):
        below = [(key, value[key]) for key in value]
    elif isinstance(value, list):
        below = numbered(value)
    else:
        return {at: value}
    found = {path: leaf for key, part in below for path, leaf in leaves(part, (*at, key)).items()}
    return found or {at: "(empty)"}


def numbered(items: list[Any]) -> list[tuple[Any, Any]]:
    """Name the items of a list by their first keys, or by position where the position is what they are."""
    found: list[tuple[Any, Any]] = []
    for position, item in enumerate(items):
        words = [] if isinstance(item, str) else [item[key] for key in IDENTITY if item.get(key)]
        name = item if isinstance(item, str) else " ".join(words) or str(position + 1)
        found.append(((name, 1 + sum(key[0] == name for key, _ in found)), item))
    return found


IDENTITY = ("name", "path", "framework", "requirement", "repository")


def is_covered(path: tuple[Any, ...], changes: list[Change]) -> bool:
    """Say whether one of the changes is at, above or (for what is empty) below a path."""
    places = [change.place.path for change in changes]
    return any(path[: len(place)] == place or place[: len(path)] == path for place in places)


@given(CARD)
def test_a_card_is_no_change_to_itself(card: CardDocument) -> None:
    """Nothing is made up."""
    assert diff(card, CardDocument.model_validate(said(card))) == []


@settings(max_examples=150, deadline=None)
@given(CARD, CARD)
def test_nothing_changes_silently(before: CardDocument, after: CardDocument) -> None:
    """Whatever stands in one card at a path by names and not in the other has a change there."""
    changes = diff(before, after)
    assert (changes == []) == (said(before) == said(after))
    old, new = leaves(said(before)), leaves(said(after))
    different = [
        path for path in old.keys() | new.keys() if path not in old or path not in new or old[path] != new[path]
    ]
    assert [path for path in different if not is_covered(path, changes)] == []


@settings(max_examples=100, deadline=None)
@given(CARD, CARD)
def test_there_and_back_have_the_same_paths(before: CardDocument, after: CardDocument) -> None:
    """And what was before is after."""
    there = {(c.place.path, type(c)): (c.before, c.after) for c in diff(before, after)}
    back = {(c.place.path, type(c)): (c.after, c.before) for c in diff(after, before)}
    assert there == back


@settings(max_examples=100, deadline=None)
@given(CARD, CARD)
def test_every_change_explains_itself(before: CardDocument, after: CardDocument) -> None:
    """A kind, a sentence that ends, a significance, and one change for each path and type."""
    changes = diff(before, after)
    assert len({(c.place.path, type(c)) for c in changes}) == len(changes)
    for change in changes:
        assert change.kind.replace("_", "").isalnum()
        assert len(change.sentence) > 10
        assert isinstance(change.significance, Significance)
        assert isinstance(change, Reordered) or change.before != change.after


def turned(value: Any) -> Any:
    """Turn the order of every list of items around."""
    if isinstance(value, dict):
        return {key: part if key in ("value", "x_axis_name") else turned(part) for key, part in value.items()}
    return [turned(part) for part in reversed(value)] if isinstance(value, list) else value


@settings(max_examples=100, deadline=None)
@given(CARD)
def test_another_order_is_never_silent(card: CardDocument) -> None:
    """The same items in another order are another content to the digest."""
    other = CardDocument.model_validate(turned(said(card)))
    assert (diff(card, other) == []) == (said(card) == said(other))


def pointers(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the pointers of everything in a value."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(pointer for key, part in below for pointer in pointers(part, (*at, key)))]


def without(value: dict[str, Any], pointer: tuple[str | int, ...]) -> CardDocument | None:
    """Take one thing out of a card; None when a card cannot be without it."""
    changed: Any = deepcopy(value)
    place = changed
    for key in pointer[:-1]:
        place = place[key]
    del place[pointer[-1]]
    try:
        return CardDocument.model_validate(changed)
    except ValidationError:
        return None


@pytest.mark.parametrize("pointer", [p for p in pointers(maximal()) if len(p) > 1], ids=lambda p: ".".join(map(str, p)))
def test_every_field_of_the_fullest_card_is_told(pointer: tuple[str | int, ...]) -> None:
    """Whatever can be taken out of a card with every field there is: the changes are there, both ways."""
    whole, part = CardDocument.model_validate(maximal()), without(maximal(), pointer)
    if part is None:
        return
    there, back = diff(whole, part), diff(part, whole)
    assert {change.place.path for change in there} == {change.place.path for change in back} != set()
    for change in there:
        assert (
            change.place.before[: len(pointer)] == pointer or pointer[: len(change.place.before)] == change.place.before
        )

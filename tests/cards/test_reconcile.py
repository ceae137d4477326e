"""Planning what brings cards of an account to git's, and carrying it out, on a fake with the service's rules."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.cards.reconcile import (
    Create,
    Difference,
    UpdateContent,
    UpdateStatus,
    Wanted,
    carry_out,
    differences,
    plan,
)
from mlgov.errors import CloudError
from mlgov.names import NAME_PATTERN
from mlgov.ports import AccountCard
from tests.fakes.sagemaker_cards import NAME, STATUSES, CardService, MemoryCardAccount, StoredCard

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([0.5, 2.0, -0.0]) | st.sampled_from("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "status"]), inner),
    max_leaves=6,
)
contents = st.dictionaries(st.sampled_from(["a", "b", "status", "content"]), json_values, max_size=3).map(json.dumps)
statuses = st.sampled_from(STATUSES)
cards = st.builds(Wanted, st.just("churn"), statuses, contents)
stored = st.none() | st.builds(lambda status, content: StoredCard(status, [content]), statuses, contents)
odd_contents = st.sampled_from(["", "[]", "no JSON", "{", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 5000])


def account(card: StoredCard | None) -> MemoryCardAccount:
    """Make an account with one card or none."""
    return MemoryCardAccount(CardService({"churn": card} if card else {}))


def wanted(content: Any = None, status: str = "Draft") -> Wanted:
    """Make a card of git."""
    return Wanted("churn", status, json.dumps(content or {}))


def found(content: Any = None, status: str = "Draft", version: int = 1) -> AccountCard:
    """Make a card of the account."""
    return AccountCard("churn", version, status, content if isinstance(content, str) else json.dumps(content or {}))


def steps(card: Wanted, there: AccountCard | None) -> list[str]:
    """Name the actions of a plan."""
    return [type(action).__name__ for action in plan(card, there).actions]


@given(cards, stored)
def test_a_plan_that_was_carried_out_plans_nothing_again(card: Wanted, there: StoredCard | None) -> None:
    """Whatever was there, and every action of it passes the service's rules; what is refused stays untouched."""
    fake = account(there)
    before = fake.find("churn")
    first = plan(card, before)
    assert [outcome.trouble for outcome in carry_out([first], fake)] == [None]
    again = plan(card, fake.find("churn"))
    assert again.actions == ()
    if first.refusal:
        assert (again, fake.find("churn")) == (first, before)
    else:
        assert (again.differences, again.refusal) == ((), "")


@given(cards, stored)
def test_only_a_new_content_makes_a_version(card: Wanted, there: StoredCard | None) -> None:
    """One version for one content, and none for a status."""
    fake = account(there)
    planned = plan(card, fake.find("churn"))
    list(carry_out([planned], fake))
    makes = sum(isinstance(action, Create | UpdateContent) for action in planned.actions)
    assert len(fake.service.cards["churn"].contents) == (1 if there else 0) + makes


@given(cards, statuses, odd_contents)
def test_content_that_is_no_object_is_replaced(card: Wanted, status: str, content: str) -> None:
    """An account may hold anything; an archived card is refused all the same."""
    planned = plan(card, found(content or "", status))
    if status == "Archived":
        assert planned.refusal
    else:
        assert UpdateContent("churn", card.content) in planned.actions


@given(contents, st.randoms())
def test_content_is_compared_as_values(content: str, random: Any) -> None:
    """Order of keys, spaces, empty lists and mappings, nulls and ``2.0`` for ``2`` are no difference."""

    def disturbed(value: Any) -> Any:
        if isinstance(value, dict):
            items = [(key, disturbed(each)) for key, each in value.items()]
            random.shuffle(items)
            return dict(items) | {"nothing": random.choice([[], {}, None])}
        if isinstance(value, list):
            return [disturbed(each) for each in value]
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    other = json.dumps(disturbed(json.loads(content)), indent=3)
    assert list(differences(Wanted("churn", "Draft", content), found(other))) == []


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [Difference("a.b", "1", "2")]),
        ({"a": 1}, {"b": 1}, [Difference("b", None, "1"), Difference("a", "1", None)]),
        ({"a": True}, {"a": 1}, [Difference("a", "true", "1")]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [Difference("a[0]", "1", "2"), Difference("a[1]", "2", "1")]),
        ({"a": [1]}, {"a": [1, {"b": 1}]}, [Difference("a[1]", None, '{"b": 1}')]),
        ({"a": [[]]}, {"a": [[], []]}, [Difference("a[1]", None, "[]")]),
        ({"a": {"b": 1}}, {"a": "b"}, [Difference("a", '{"b": 1}', '"b"')]),
        ("no JSON", {}, [Difference("content", '"no JSON"', "{}")]),
    ],
)
def test_differences_name_the_field(theirs: Any, ours: Any, expected: list[Difference]) -> None:
    """With the value on either side; lists are compared place by place, for their order counts."""
    assert list(differences(wanted(ours), found(theirs))) == expected


def test_a_card_is_made_with_all_that_can_be_given_only_then() -> None:
    """Tags and the key."""
    card = Wanted("churn", "Approved", "{}", (("team", "risk"),))
    fake = account(None)
    assert [outcome.trouble for outcome in carry_out([plan(card, None, key="alias/k")], fake)] == [None]
    made = fake.service.cards["churn"]
    assert (made.status, made.tags, made.key) == ("Approved", [{"Key": "team", "Value": "risk"}], "alias/k")


def test_tags_and_key_do_not_matter_later() -> None:
    """They cannot be changed, so nothing is planned for them."""
    card = replace(wanted(), tags=(("team", "other"),))
    assert plan(card, found(), key="alias/other").actions == ()


@pytest.mark.parametrize(
    ("before", "after", "order"),
    [
        ("Draft", "Approved", ["UpdateContent", "UpdateStatus"]),
        ("Approved", "Archived", ["UpdateContent", "UpdateStatus"]),
        ("Approved", "Draft", ["UpdateStatus", "UpdateContent"]),
        ("Approved", "PendingReview", ["UpdateStatus", "UpdateContent"]),
        ("Approved", "Approved", ["UpdateContent"]),
        ("Elsewhere", "Draft", ["UpdateContent", "UpdateStatus"]),
    ],
)
def test_no_content_under_an_approval_that_it_does_not_have(before: str, after: str, order: list[str]) -> None:
    """The approval goes before the new content comes, and comes after it; what is to be archived is changed before."""
    assert steps(wanted({"a": 1}, after), found({}, before)) == order


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (wanted({"a": 1}, "Archived"), "another content"),
        (wanted({}, "Draft"), "in git it is Draft"),
        (wanted({"a": 1}, "Approved"), "another content; in git it is Approved"),
    ],
)
def test_archived_is_final(card: Wanted, reason: str) -> None:
    """Neither its content nor its status is touched; what to do is said."""
    planned = plan(card, found({}, "Archived"))
    assert planned.actions == ()
    assert reason in planned.refusal
    assert "mlgov card reinstate" in planned.hint
    assert planned.differences


def test_an_archived_card_that_is_alike_is_left_in_peace() -> None:
    """There is nothing to refuse."""
    planned = plan(wanted({}, "Archived"), found({}, "Archived"))
    assert (planned.refusal, planned.actions) == ("", ())


def test_a_card_that_changed_meanwhile_is_not_touched() -> None:
    """The plan was made for another one; cards behind it are."""
    fake = account(StoredCard("Draft", ["{}"]))
    planned = plan(wanted({"a": 1}), fake.find("churn"))
    fake.update_status("churn", "Approved")
    other = plan(Wanted("other", "Draft", "{}"), None)
    first, second = carry_out([planned, other], fake)
    assert first.trouble is not None
    assert "changed in the account" in first.trouble.message
    assert (first.done, first.left) == ((), planned.actions)
    assert second.trouble is None
    assert fake.service.cards["churn"].contents == ["{}"]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_failure_in_the_middle_says_what_was_done(at: int) -> None:
    """Up to it everything, behind it nothing; planning anew finishes the work."""
    fake = account(StoredCard("Draft", ["{}"]))
    wishes = [wanted({"a": 1}, "Approved"), Wanted("other", "Draft", "{}")]
    plans = [plan(wish, fake.find(wish.name)) for wish in wishes]
    calls = iter(range(1, 99))

    def fail() -> None:
        if next(calls) == at:
            raise CloudError("No network.")

    fake.before = fail
    outcomes = list(carry_out(plans, fake))
    assert sum(len(outcome.done) for outcome in outcomes) == at - 1
    assert len(fake.service.calls) == at - 1
    assert [bool(outcome.trouble) for outcome in outcomes] == [at < 3, True]
    rest = [plan(wish, fake.find(wish.name)) for wish in wishes]
    assert all(outcome.trouble is None for outcome in carry_out(rest, fake))
    assert [plan(wish, fake.find(wish.name)).actions for wish in wishes] == [(), ()]


def test_what_concerns_one_card_leaves_the_others() -> None:
    """The next one is tried."""
    fake = account(None)
    bad, good = plan(Wanted("a_b", "Draft", "{}"), None), plan(wanted(), None)
    first, second = carry_out([bad, good], fake)
    assert first.trouble is not None
    assert second.trouble is None
    assert fake.names() == ["churn"]


def test_nothing_to_do_asks_nothing() -> None:
    """A card that is alike is not even read again."""
    planned = plan(wanted(), found())
    fake = account(None)
    fake.find = None  # type: ignore[assignment,method-assign]
    assert [outcome.trouble for outcome in carry_out([planned], fake)] == [None]


@given(st.from_regex(re.compile(NAME_PATTERN), fullmatch=True))
def test_every_name_of_ours_is_one_of_the_service(name: str) -> None:
    """So a push never has to refuse a name."""
    assert NAME.fullmatch(name)
    assert len(name) <= 63


def test_a_status_alone_is_one_call() -> None:
    """And a content alone too."""
    assert plan(wanted({}, "Approved"), found()).actions == (UpdateStatus("churn", "Approved"),)
    assert plan(wanted({"a": 1}), found()).actions == (UpdateContent("churn", '{"a": 1}'),)

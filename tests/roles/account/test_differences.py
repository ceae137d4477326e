"""In what two states of a role differ, whoever wrote them."""

from dataclasses import replace
from typing import Any

import pytest

from mlgov.ports import AccountRole
from mlgov.roles.access import Effect
from mlgov.roles.account.differences import differences
from mlgov.roles.account.documents import canonical
from mlgov.roles.account.states import RoleState, state_from, state_value, wanted_state
from tests.roles.samples import rendered

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
IF = {"Bool": {"aws:SecureTransport": "true"}}


def state(*statements: Any, trust: Any = (), **other: Any) -> RoleState:
    role = AccountRole("r", "arn", "/", "", 3600, {"Statement": list(trust)}, (("p", {"Statement": statements}),))
    return RoleState(replace(role, **other))


def told(before: RoleState, after: RoleState) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.effect.value, each.sentence, each.risks) for each in differences(before, after).access]


def test_what_is_written_otherwise_is_alike() -> None:
    """Lists, order, JSON as text and percent-encoded."""
    other = {"Resource": ["arn:aws:s3:::data/*"], "Action": ["s3:GetObject", "s3:GetObject"], "Effect": "Allow"}
    encoded = "%7B%22Statement%22%3A%5B%5D%7D"
    assert not differences(state(ALLOW, DENY), state(DENY, other))
    assert canonical(encoded) == canonical('{"Statement": []}') == canonical({"Statement": []})
    assert canonical({"Version": "2012-10-17", "Statement": []}) != canonical({"Statement": []})


def test_a_deny_that_goes_widens() -> None:
    """And one that comes narrows."""
    assert told(state(ALLOW, DENY), state(ALLOW)) == [
        ("widened", "Not denied any more: s3:* on *", ("deny lost", "wildcard")),
    ]
    assert told(state(ALLOW), state(ALLOW, DENY)) == [("narrowed", "Denied: s3:* on *", ())]


def test_a_condition_that_goes_is_lost() -> None:
    """Of an allow, of trust, and the other way round of a deny."""
    assert told(state({**ALLOW, "Condition": IF}), state(ALLOW))[0][2] == ("condition lost",)
    assert told(state({**DENY, "Condition": IF}), state(DENY))[0][0] == "narrowed"
    trust = {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    assert told(state(trust=[{**trust, "Condition": IF}]), state(trust=[trust])) == [
        (
            "widened",
            "AWS arn:aws:iam::111122223333:root may assume the role: other conditions",
            ("trust", "condition lost"),
        )
    ]


@pytest.mark.parametrize(
    ("statement", "risks"),
    [
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "arn:x"}, {"PassRole", "wildcard"}),
        ({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:x"}, {"wildcard"}),
        ({"Effect": "Allow", "Action": "IAM:Pass*", "Resource": "arn:x"}, {"PassRole", "wildcard"}),
        ({"Effect": "Allow", "Action": "*", "Resource": "*"}, {"PassRole", "wildcard"}),
    ],
)
def test_what_is_told_by_what_it_is_not_is_risky(statement: Any, risks: set[str]) -> None:
    """NotAction, NotResource, patterns that PassRole fits."""
    assert {risk for each in differences(state(ALLOW), state(ALLOW, statement)).access for risk in each.risks} == risks


def test_a_repacked_role_may_do_the_same() -> None:
    """Managed or inline: only settings and statements differ."""
    inline, managed = (
        wanted_state(rendered(activities=["manage_jobs"], policy_type=kind), "111122223333", "me")
        for kind in ("inline", "managed")
    )
    found = differences(inline, managed)
    assert (found.access, bool(found.statements), bool(found.settings)) == ((), True, True)


def test_boundary_and_settings() -> None:
    """Each is told with both values; losing the boundary widens."""
    found = differences(state(ALLOW, permissions_boundary="arn:b"), state(ALLOW, description="New."))
    assert [(each.effect, each.risks) for each in found.access] == [(Effect.WIDENED, ("boundary",))]
    assert {(each.name, each.before, each.after) for each in found.settings} == {
        ("description", "", "New."),
        ("permissions_boundary", "arn:b", ""),
    }


def test_a_state_survives_the_ledger() -> None:
    """What is written is read back and says the same."""
    wanted = wanted_state(rendered(activities=["manage_jobs"], policy_type="managed"), "111122223333", "me")
    back = state_from(state_value(wanted))
    assert back is not None
    assert state_value(back) == state_value(wanted)
    assert state_from({"role": {"name": 1}, "policies": []}) is None
    assert state_from("x") is None

"""Planning what brings an account's roles to git."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.errors import CloudError, UsageError
from mlgov.ports import AccountCall
from mlgov.roles.account.carrying import carry_out
from mlgov.roles.account.planning import Choice, RolePlan, Verdict, Wanted, plan
from mlgov.roles.account.seen import read_account
from mlgov.roles.account.states import OWNER_TAG, ROLE_TAG, wanted_state
from tests.fakes.iam_roles import ACCOUNT, MemoryRoleAccount, StoredPolicy, StoredRole
from tests.roles.samples import rendered

OWNER = "octo-org/models"
CHOICE = Choice(OWNER)
NAME = "SageMaker-churn"
TRUST = {"Statement": []}


def wanted(name: str = "churn", **spec: object) -> Wanted:
    spec = {"activities": ["manage_jobs", "access_s3_buckets"], **spec}
    return Wanted(name, wanted_state(rendered(name=name, **spec), ACCOUNT, OWNER), "sha256:1")


def plans(account: MemoryRoleAccount, *roles: Wanted, choice: Choice = CHOICE) -> list[RolePlan]:
    return plan(roles, read_account(account, lambda done, total: None), choice)


def apply(account: MemoryRoleAccount, *roles: Wanted, choice: Choice = CHOICE) -> list[str]:
    """Carry out a plan, prove that nothing is left, and give the operations."""
    done = []
    for outcome in carry_out([each for each in plans(account, *roles, choice=choice) if each.calls], account):
        assert outcome.trouble is None, outcome.trouble
        done += [call.operation for call in outcome.done]
    assert not [call for each in plans(account, *roles, choice=choice) for call in each.calls]
    return done


@pytest.fixture
def account() -> MemoryRoleAccount:
    """An empty account."""
    return MemoryRoleAccount()


def test_a_role_is_made_and_then_left_alone(account: MemoryRoleAccount) -> None:
    """With our tag; the second time nothing is planned."""
    (planned,) = plans(account, wanted())
    assert planned.verdict is Verdict.CREATE
    assert apply(account, wanted()) == ["CreateRole", "PutRolePolicy", "PutRolePolicy"]
    assert account.service.roles[NAME].tags == {OWNER_TAG: OWNER}
    assert [each.verdict for each in plans(account, wanted())] == [Verdict.NOOP]


SPECS = st.fixed_dictionaries(
    {
        "policy_type": st.sampled_from(["inline", "managed"]),
        "path": st.sampled_from(["/", "/ml/"]),
        "description": st.sampled_from(["Trains.", "Größer."]),
        "max_session_duration": st.sampled_from([3600, 7200]),
        "activities": st.sampled_from([["manage_jobs"], ["access_s3_buckets"], ["manage_jobs", "access_s3_buckets"]]),
        "tags": st.dictionaries(st.sampled_from(["team", "stage"]), st.sampled_from(["a", "b"])),
        "permissions_boundary": st.sampled_from([None, "arn:aws:iam::111122223333:policy/limit"]),
        "managed_policy_arns": st.sampled_from([[], ["arn:aws:iam::aws:policy/ReadOnlyAccess"]]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SPECS, min_size=2, max_size=7))
def test_from_any_role_to_any_other(specs: list[dict[str, object]]) -> None:
    """In one go, whatever changes; and then nothing is left to plan."""
    account = MemoryRoleAccount()
    for spec in specs:
        apply(account, wanted(**spec), choice=Choice(OWNER, replace=True))
    assert len(account.service.roles) == 1


@settings(max_examples=40, deadline=None)
@given(SPECS, SPECS, st.integers(0, 12))
def test_a_failure_half_way_is_mended_by_the_next_apply(
    before: dict[str, object], after: dict[str, object], at: int
) -> None:
    """Wherever it ends."""
    account, choice = MemoryRoleAccount(), Choice(OWNER, replace=True)
    apply(account, wanted(**before), choice=choice)
    left = [at]

    def fail(change: AccountCall) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise CloudError("It failed.")

    account.before = fail
    list(carry_out(plans(account, wanted(**after), choice=choice), account))
    account.before = lambda change: None
    apply(account, wanted(**after), choice=choice)


def test_a_role_without_our_tag_is_refused(account: MemoryRoleAccount) -> None:
    """It is told how it differs, and nothing is planned. One of another name is merely foreign."""
    account.service.roles[NAME] = StoredRole("/", TRUST, tags={OWNER_TAG: "somebody/else"})
    account.service.roles["SageMaker-console"] = StoredRole("/", TRUST)
    ours, other = plans(account, wanted())
    assert (ours.verdict, ours.refused, ours.calls) == (Verdict.FOREIGN, True, ())
    assert ours.differences.access
    assert (other.name, other.verdict, other.refused) == ("console", Verdict.FOREIGN, False)


@pytest.mark.parametrize("tags", [{}, {OWNER_TAG: "somebody/else", ROLE_TAG: "churn"}])
def test_a_policy_without_our_tag_is_refused(account: MemoryRoleAccount, tags: dict[str, str]) -> None:
    """However its name is written, and wherever it lies."""
    arn = f"arn:aws:iam::{ACCOUNT}:policy/old/sagemaker-churn-managejobs"
    account.service.policies[arn] = StoredPolicy("SageMaker-Churn-ManageJobs", "/old/", {"v1": TRUST}, tags=tags)
    (planned,) = plans(account, wanted(policy_type="managed"))
    assert (planned.verdict, planned.refused, planned.calls) == (Verdict.FOREIGN, True, ())


def test_a_role_that_nobody_wants_is_an_orphan(account: MemoryRoleAccount) -> None:
    """It says why; only a tombstone and the caller's word together take it away."""
    apply(account, wanted(), wanted("other", policy_type="managed"))
    stale = Choice(OWNER, left={"other": "It is stale."}, prune=True)
    assert [(each.verdict, each.reason) for each in plans(account, wanted(), choice=stale)][1] == (
        Verdict.ORPHAN,
        "It is stale.",
    )
    buried = Choice(OWNER, buried=frozenset({"other"}))
    assert plans(account, wanted(), choice=buried)[1].verdict is Verdict.ORPHAN
    apply(account, wanted(), choice=replace(buried, prune=True))
    assert (list(account.service.roles), account.service.policies) == ([NAME], {})


def test_a_tombstone_does_not_delete_what_is_not_ours(account: MemoryRoleAccount) -> None:
    """The tag decides."""
    account.service.roles["SageMaker-other"] = StoredRole("/", TRUST)
    apply(account, wanted(), choice=Choice(OWNER, buried=frozenset({"other"}), prune=True))
    assert "SageMaker-other" in account.service.roles


def test_nothing_is_planned_when_nothing_is_wanted(account: MemoryRoleAccount) -> None:
    """An empty list is a mistake, whatever tombstones say."""
    apply(account, wanted())
    with pytest.raises(UsageError, match="empty list"):
        plans(account, choice=Choice(OWNER, buried=frozenset({"churn"}), prune=True))


def test_a_role_in_an_instance_profile_is_not_deleted(account: MemoryRoleAccount) -> None:
    """Somebody uses it."""
    apply(account, wanted(), wanted("other"))
    account.service.roles["SageMaker-other"].profiles.append("notebook")
    choice = Choice(OWNER, buried=frozenset({"other"}), prune=True)
    assert plans(account, wanted(), choice=choice)[1].refused


def test_another_path_needs_a_word(account: MemoryRoleAccount) -> None:
    """The role would get another id."""
    apply(account, wanted())
    (planned,) = plans(account, wanted(path="/ml/"))
    assert (planned.verdict, planned.refused, planned.calls) == (Verdict.REPLACE, True, ())


def test_what_takes_away_comes_first(account: MemoryRoleAccount) -> None:
    """And the boundary before all."""
    apply(account, wanted(activities=["manage_jobs"]))
    limit = "arn:aws:iam::111122223333:policy/limit"
    done = apply(account, wanted(activities=["access_s3_buckets"], permissions_boundary=limit))
    assert done == ["PutRolePermissionsBoundary", "DeleteRolePolicy", "PutRolePolicy"]


def test_the_oldest_version_that_is_not_in_force_goes(account: MemoryRoleAccount) -> None:
    """IAM keeps five, and somebody may have gone back to the first."""
    for number in range(7):
        buckets = {"s3_buckets": [f"churn-{number}"]}
        apply(account, wanted(policy_type="managed", activities=["access_s3_buckets"], parameters=buckets))
        (policy,) = account.service.policies.values()
        policy.default = "v1" if number == 3 else policy.default
    assert len(policy.versions) == 5
    assert "v1" not in policy.versions or policy.default == "v1"
    assert "churn-6" in str(policy.versions[policy.default])


def test_a_role_comes_after_those_that_it_trusts(account: MemoryRoleAccount) -> None:
    """IAM refuses a trust policy that names a role that is not there."""
    trust = {"principals": [f"arn:aws:iam::{ACCOUNT}:role/SageMaker-zebra"]}
    found = plans(account, wanted("ant", trust=trust), wanted("zebra"))
    assert [each.name for each in found] == ["zebra", "ant"]


def test_what_iam_treats_alike_is_no_change(account: MemoryRoleAccount) -> None:
    """Order, single values, statements twice, and tags of AWS."""
    apply(account, wanted())
    role = account.service.roles[NAME]
    for name, document in role.inline.items():
        statements = [{**each, "Action": list(reversed(each["Action"]))} for each in reversed(document["Statement"])]
        role.inline[name] = {**document, "Statement": [*statements, statements[0]]}
    role.trust = {**role.trust, "Statement": role.trust["Statement"][0]}
    role.tags["aws:cloudformation:stack-name"] = "x"
    assert [each.verdict for each in plans(account, wanted())] == [Verdict.NOOP]


def test_a_role_that_changes_after_the_plan_is_left_alone(account: MemoryRoleAccount) -> None:
    """It is read once more before it is touched."""
    apply(account, wanted())
    found = plans(account, wanted(description="Other."))
    account.service.roles[NAME].description = "By hand."
    (outcome,) = carry_out(found, account)
    assert (outcome.done, outcome.tried) == ((), False)
    assert account.service.roles[NAME].description == "By hand."


def test_after_a_failure_that_concerns_all_nothing_more_is_tried(account: MemoryRoleAccount) -> None:
    """A refusal of one role leaves the others."""

    def refuse(change: AccountCall) -> None:
        if change.operation == "CreateRole" and change.arguments["RoleName"].endswith("-a"):
            raise CloudError("Refused.", one_thing=True)

    account.before = refuse
    a, b = carry_out(plans(account, wanted("a"), wanted("b")), account)
    assert (bool(a.trouble), bool(b.trouble)) == (True, False)
    stop = MemoryRoleAccount(before=lambda change: (_ for _ in ()).throw(CloudError("No network.")))
    a, b = carry_out(plans(stop, wanted("a"), wanted("b")), stop)
    assert (a.tried, b.tried) == (True, False)


def test_our_own_tags_cannot_be_given() -> None:
    """Nor so many that ours find no room."""
    with pytest.raises(UsageError, match="mlgov's own"):
        wanted(tags={"MLGOV:managed-by": "x"})
    with pytest.raises(UsageError, match="49 tags"):
        wanted(policy_type="managed", tags={f"k{number}": "v" for number in range(49)})

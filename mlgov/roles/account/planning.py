"""What brings the roles of an account to those of git, as values. Pure; a plan that was carried out plans nothing.

The rules that this module keeps:

1. Only what carries our tag is touched. A role or policy of a wanted name without it is foreign: it is refused.
2. A role goes only when a tombstone says so and the caller asks for it; else it is an orphan, and stays.
3. Nothing is planned when no role at all is wanted: that is a mistake more often than a wish.
4. What takes access away comes before what gives it, so that a failure half-way leaves a role with less, never more.
5. A role whose path changes is made anew, which the caller must ask for: who names it by its id loses it.
6. IAM keeps five versions of a managed policy: the oldest that is not in force goes before a new one comes.
7. A role comes after the roles that it trusts, because IAM refuses a trust policy that names nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from mlgov.errors import UsageError
from mlgov.ports import AccountCall, AccountPolicy, AccountRole
from mlgov.roles.account.differences import Differences, differences
from mlgov.roles.account.documents import canonical, statements_of
from mlgov.roles.account.seen import Seen, is_ours, states_of
from mlgov.roles.account.states import OWNER_TAG, RoleState, iam_name

VERSIONS_MAX = 5
NONE = Differences()


class Verdict(StrEnum):
    """What becomes of a role."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ORPHAN = "orphan"
    FOREIGN = "foreign"
    NOOP = "noop"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role that the account should have.

    Attributes:
        name: Name of its document.
        state: The role as it should be.
        digest: Content digest of the document.
        reason: Why it may be applied.
    """

    name: str
    state: RoleState
    digest: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the caller asks for.

    Attributes:
        owner: What the repository calls itself; the value of our tag.
        names: Documents to look at; empty for all.
        buried: Documents that a tombstone says are gone.
        left: Document -> why it is not applied, of those that are there.
        prune: Whether roles with a tombstone are deleted.
        replace: Whether roles may be made anew.
    """

    owner: str
    names: tuple[str, ...] = ()
    buried: frozenset[str] = frozenset()
    left: Mapping[str, str] | None = None
    prune: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class RolePlan:
    """What one role needs.

    Attributes:
        name: Name of its document.
        verdict: What becomes of it.
        found: The role in the account that was planned against; None when there is nothing of it.
        wanted: The role as it should be; None when none is wanted.
        digest: Content digest of the document; empty when none is wanted.
        calls: The changes, in order.
        differences: What they do, from what the account has.
        reason: Why, in a sentence.
        hint: What to do about it; empty when nothing is to be done.
        refused: Whether something should be done and is not.
    """

    name: str
    verdict: Verdict
    found: RoleState | None = None
    wanted: RoleState | None = None
    digest: str = ""
    calls: tuple[AccountCall, ...] = ()
    differences: Differences = NONE
    reason: str = ""
    hint: str = ""
    refused: bool = False

    @property
    def iam_name(self) -> str:
        """Its name in IAM."""
        return iam_name(self.name)


def plan(wanted: Sequence[Wanted], seen: Seen, choice: Choice) -> list[RolePlan]:
    """Plan what brings an account to git.

    Args:
        wanted: Every role that the account should have, whatever the names in ``choice``.
        seen: What the account has.
        choice: What the caller asks for.

    Returns:
        One plan for each role that is wanted or there, in the order in which they are to be carried out.

    Raises:
        UsageError: No role is wanted at all.
    """
    if not wanted:
        raise UsageError(
            "No role is to be applied to this account, and an empty list of roles is never applied.",
            hint="'mlgov status' says what is approved; spec.account says to which account a role belongs.",
        )
    by_name, states = {each.name: each for each in wanted}, states_of(seen, choice.owner)
    plans = [_planned(name, by_name.get(name), states.get(name), choice) for name in sorted({*by_name, *states})]
    plans = [_unless_taken(each, seen) for each in plans]
    return _in_order([each for each in plans if not choice.names or each.name in choice.names])


def _planned(name: str, wanted: Wanted | None, found: RoleState | None, choice: Choice) -> RolePlan:
    if found is None:
        assert wanted is not None  # noqa: S101 - the name is of one of them
        return _creation(wanted, None)
    if found.role and not is_ours(found.role.tags, choice.owner):
        return _foreign(name, wanted, found)
    if wanted is None:
        return _orphan(name, found, choice)
    if found.role is None:
        return _creation(wanted, found)
    if wanted.state.role and found.role.path != wanted.state.role.path:
        return _replacement(wanted, found, choice)
    calls = tuple(_update(wanted.state, found))
    verdict = Verdict.UPDATE if calls else Verdict.NOOP
    told = differences(found, wanted.state) if calls else NONE
    return RolePlan(name, verdict, found, wanted.state, wanted.digest, calls, told, wanted.reason)


def _foreign(name: str, wanted: Wanted | None, found: RoleState) -> RolePlan:
    if wanted is None:
        return RolePlan(name, Verdict.FOREIGN, found, reason="It does not carry our tag, and is left alone.")
    planned = RolePlan(name, Verdict.FOREIGN, found, wanted.state, wanted.digest)
    return _refused(planned, f"The role {iam_name(name)}")


def _refused(planned: RolePlan, what: str) -> RolePlan:
    return replace(
        planned,
        verdict=Verdict.FOREIGN,
        calls=(),
        differences=differences(planned.found, planned.wanted),
        reason=f"{what} is there and does not carry our tag.",
        hint=f"Give it the tag {OWNER_TAG} yourself to hand it over, or give the role another name.",
        refused=True,
    )


def _unless_taken(planned: RolePlan, seen: Seen) -> RolePlan:
    """Refuse a role that needs a policy whose name somebody else's has; capital letters do not tell names apart."""
    own = {policy.arn for policy in (planned.found.policies if planned.found else ())}
    others = {policy.name.lower(): policy.name for policy in seen.policies if policy.arn not in own}
    taken = [
        policy.name for policy in (planned.wanted.policies if planned.wanted else ()) if policy.name.lower() in others
    ]
    return _refused(planned, f"The policy {taken[0]}") if taken and not planned.refused else planned


def _creation(wanted: Wanted, found: RoleState | None) -> RolePlan:
    left = found.policies if found else ()
    calls = (*_policies_gone(left), *_creating(wanted.state))
    told = differences(None, wanted.state)
    return RolePlan(wanted.name, Verdict.CREATE, found, wanted.state, wanted.digest, calls, told, wanted.reason)


def _replacement(wanted: Wanted, found: RoleState, choice: Choice) -> RolePlan:
    told = differences(found, wanted.state)
    planned = RolePlan(wanted.name, Verdict.REPLACE, found, wanted.state, wanted.digest, differences=told)
    if stuck := _stuck(found):
        return replace(planned, reason=stuck[0], hint=stuck[1], refused=True)
    if not choice.replace:
        reason = "Its path changes, so that it must be made anew. Who names the old one by its id loses it."
        return replace(planned, reason=reason, hint="Add --replace to do it.", refused=True)
    return replace(planned, calls=(*_deleting(found), *_creating(wanted.state)), reason=wanted.reason)


def _orphan(name: str, found: RoleState, choice: Choice) -> RolePlan:
    planned = RolePlan(name, Verdict.ORPHAN, found)
    if name not in choice.buried:
        why = (choice.left or {}).get(name, "Git has no such role, and no tombstone says that it was removed.")
        return replace(planned, reason=why, hint="It stays as it is.")
    if not choice.prune:
        return replace(planned, reason="It was removed in git.", hint="Add --prune to delete it.")
    if stuck := _stuck(found):
        return replace(planned, reason=stuck[0], hint=stuck[1], refused=True)
    told = differences(found, None)
    return RolePlan(
        name, Verdict.DELETE, found, None, "", tuple(_deleting(found)), told, reason="It was removed in git."
    )


def _stuck(found: RoleState) -> tuple[str, str] | None:
    profiles = found.role.instance_profiles if found.role else ()
    if not profiles:
        return None
    return f"The instance profile {profiles[0]} holds it.", "Take it out there yourself; somebody uses it."


# Calls


def _call(operation: str, **arguments: Any) -> AccountCall:  # noqa: ANN401 - any JSON
    return AccountCall(operation, arguments)


def _creating(state: RoleState) -> Iterator[AccountCall]:
    role = state.role
    assert role is not None  # noqa: S101 - what is wanted has a role
    optional = {"Description": role.description, "PermissionsBoundary": role.permissions_boundary}
    yield _call(
        "CreateRole",
        RoleName=role.name,
        Path=role.path,
        AssumeRolePolicyDocument=role.trust,
        MaxSessionDuration=role.max_session_duration,
        Tags=_tags(role.tags),
        **{key: value for key, value in optional.items() if value},
    )
    yield from _giving(state, RoleState(ANY), {})


#: Stands for a role that was just made: nothing hangs on it.
ANY = AccountRole("", "", "/", "", 3600, {})


def _update(wanted: RoleState, found: RoleState) -> Iterator[AccountCall]:
    """Bring a role that is there to what is wanted: what takes access away first, then what gives it."""
    new, old = wanted.role, found.role
    assert new is not None  # noqa: S101 - the caller has looked
    assert old is not None  # noqa: S101
    yield from _bounding(new, old)
    if canonical(new.trust) != canonical(old.trust):
        yield _call("UpdateAssumeRolePolicy", RoleName=new.name, PolicyDocument=new.trust)
    if (new.description, new.max_session_duration) != (old.description, old.max_session_duration):
        values = {"Description": new.description, "MaxSessionDuration": new.max_session_duration}
        yield _call("UpdateRole", RoleName=new.name, **values)
    if _folded(new.tags) != _folded(old.tags):
        yield from _tagging("Role", {"RoleName": new.name}, new.tags, old.tags)
    yield from _taking(wanted, found)
    yield from _giving(wanted, found, {policy.arn: policy for policy in found.policies})


def _bounding(new: AccountRole, old: AccountRole) -> Iterator[AccountCall]:
    if new.permissions_boundary == old.permissions_boundary:
        return
    if new.permissions_boundary:
        boundary = new.permissions_boundary
        yield _call("PutRolePermissionsBoundary", RoleName=new.name, PermissionsBoundary=boundary)
    else:
        yield _call("DeleteRolePermissionsBoundary", RoleName=new.name)


def _taking(wanted: RoleState, found: RoleState) -> Iterator[AccountCall]:
    new, old = wanted.role, found.role
    assert new is not None  # noqa: S101 - the caller has looked
    assert old is not None  # noqa: S101
    for name, _ in old.inline:
        if name not in dict(new.inline):
            yield _call("DeleteRolePolicy", RoleName=old.name, PolicyName=name)
    for arn in old.attached:
        if arn not in new.attached:
            yield _call("DetachRolePolicy", RoleName=old.name, PolicyArn=arn)
    kept = {policy.arn for policy in wanted.policies}
    yield from _policies_gone(policy for policy in found.policies if policy.arn not in kept)


def _giving(wanted: RoleState, found: RoleState, there: Mapping[str, AccountPolicy]) -> Iterator[AccountCall]:
    new, old = wanted.role, found.role or ANY
    assert new is not None  # noqa: S101 - the caller has looked
    before = {name: canonical(document) for name, document in old.inline}
    for name, document in new.inline:
        if canonical(document) != before.get(name):
            yield _call("PutRolePolicy", RoleName=new.name, PolicyName=name, PolicyDocument=document)
    for policy in wanted.policies:
        yield from _policy(policy, there.get(policy.arn))
    for arn in new.attached:
        if arn not in old.attached:
            yield _call("AttachRolePolicy", RoleName=new.name, PolicyArn=arn)


def _policy(wanted: AccountPolicy, found: AccountPolicy | None) -> Iterator[AccountCall]:
    if found is None:
        yield _call(
            "CreatePolicy",
            PolicyName=wanted.name,
            Path=wanted.path,
            PolicyDocument=wanted.document,
            Description=wanted.description,
            Tags=_tags(wanted.tags),
        )
        return
    if _folded(wanted.tags) != _folded(found.tags):
        yield from _tagging("Policy", {"PolicyArn": found.arn}, wanted.tags, found.tags)
    if canonical(wanted.document) == canonical(found.document):
        return
    for version in found.versions[: max(0, len(found.versions) + 2 - VERSIONS_MAX)]:
        yield _call("DeletePolicyVersion", PolicyArn=found.arn, VersionId=version)
    yield _call("CreatePolicyVersion", PolicyArn=found.arn, PolicyDocument=wanted.document, SetAsDefault=True)


def _tagging(
    kind: str, whose: Mapping[str, str], new: Sequence[tuple[str, str]], old: Sequence[tuple[str, str]]
) -> Iterator[AccountCall]:
    """Change tags. Keys that differ in capital letters alone are one key for IAM."""
    before, after = _folded(old), _folded(new)
    if gone := sorted(key for key, _ in old if key.lower() not in after):
        yield _call(f"Untag{kind}", **whose, TagKeys=gone)
    if changed := [(key, value) for key, value in new if before.get(key.lower()) != value]:
        yield _call(f"Tag{kind}", **whose, Tags=_tags(changed))


def _folded(tags: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {key.lower(): value for key, value in tags}


def _deleting(found: RoleState) -> Iterator[AccountCall]:
    if role := found.role:
        for arn in role.attached:
            yield _call("DetachRolePolicy", RoleName=role.name, PolicyArn=arn)
        for name, _ in role.inline:
            yield _call("DeleteRolePolicy", RoleName=role.name, PolicyName=name)
        yield _call("DeleteRole", RoleName=role.name)
    yield from _policies_gone(found.policies)


def _policies_gone(policies: Iterable[AccountPolicy]) -> Iterator[AccountCall]:
    for policy in policies:
        for version in policy.versions:
            yield _call("DeletePolicyVersion", PolicyArn=policy.arn, VersionId=version)
        yield _call("DeletePolicy", PolicyArn=policy.arn)


def _tags(tags: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags]


# Order


def _in_order(plans: Sequence[RolePlan]) -> list[RolePlan]:
    """Put roles after those that they trust; where they trust each other in a circle, by name."""
    by_arn = {each.wanted.role.arn: each for each in plans if each.wanted and each.wanted.role}
    ordered: dict[str, RolePlan] = {}

    def visit(each: RolePlan, above: frozenset[str]) -> None:
        if each.name in ordered or each.name in above:
            return
        for arn in _trusted(each):
            if arn in by_arn:
                visit(by_arn[arn], above | {each.name})
        ordered[each.name] = each

    for each in plans:
        visit(each, frozenset())
    return list(ordered.values())


def _trusted(each: RolePlan) -> list[str]:
    trust = each.wanted.role.trust if each.wanted and each.wanted.role else {}
    principals = [statement.get("Principal") for statement in statements_of(canonical(trust))]
    return sorted({name for found in principals if isinstance(found, dict) for name in found.get("AWS", ())})

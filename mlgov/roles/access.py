"""What a change of a role does to access: what it widens, what it narrows, and which of it is risky. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from mlgov.roles.policy import Condition, RenderedRole

#: (action, resource), or (action, principal) in a trust policy -> each set of conditions under which it is granted.
Grants = Mapping[tuple[str, str], frozenset[frozenset[Condition]]]
#: What an action or resource starts with that is told by what it is not.
EVERYTHING_BUT = "everything but "


class Effect(StrEnum):
    """Which way a change goes."""

    WIDENED = "widened"
    NARROWED = "narrowed"


@dataclass(frozen=True, slots=True)
class AccessChange:
    """One thing that a role may do now and could not before, or the other way round.

    Attributes:
        effect: Which way it goes.
        sentence: What changes.
        risks: Marks of what reviewers look at first: ``wildcard``, ``PassRole``, ``condition lost``, ``deny lost``,
            ``trust``, ``boundary``, ``managed policy``.
    """

    effect: Effect
    sentence: str
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """What a role may do, however its statements are put into policies.

    Attributes:
        allows: What is allowed.
        denies: What is denied.
        trusts: Who may assume it.
        distrusts: Who may not.
        boundary: ARN of the upper bound; None when there is none.
        attached: ARNs of policies whose text is not known here.
    """

    allows: Grants = field(default_factory=dict)
    denies: Grants = field(default_factory=dict)
    trusts: Grants = field(default_factory=dict)
    distrusts: Grants = field(default_factory=dict)
    boundary: str | None = None
    attached: frozenset[str] = frozenset()


def access_changes(before: RenderedRole | None, after: RenderedRole | None) -> list[AccessChange]:
    """Compare what two versions of a role may do; None where there is no role.

    Resources are compared as they are written: a wider pattern is another resource, so it shows as widened, and the
    narrower one as narrowed.
    """
    return changes_between(access_of(before) if before else None, access_of(after) if after else None)


def changes_between(before: Access | None, after: Access | None) -> list[AccessChange]:
    """Compare what a role may do before and after; None where there is no role."""
    old, new = before or Access(), after or Access()
    found = [
        *_granted(old.allows, new.allows, _may),
        *map(_denied, _granted(new.denies, old.denies, _may)),
        *map(_about_trust, _granted(old.trusts, new.trusts, _may_assume)),
        *map(_about_trust, map(_denied, _granted(new.distrusts, old.distrusts, _may_assume))),
        *(_bounded(old, new) if before and after else ()),
        *_attached(old, new),
    ]
    return sorted(found, key=lambda change: (change.effect is Effect.NARROWED, not change.risks, change.sentence))


def access_of(role: RenderedRole) -> Access:
    """Give what a rendered role may do."""
    statements = [statement for policy in role.policies for statement in policy.statements]
    return Access(
        allows=collected(
            (action, resource, statement.conditions)
            for statement in statements
            for action in statement.actions
            for resource in statement.resources
        ),
        trusts=collected(
            (action, f"{trust.kind} {principal}", trust.conditions)
            for trust in role.trust
            for action in trust.actions
            for principal in trust.principals
        ),
        boundary=role.permissions_boundary,
        attached=frozenset(role.managed_policy_arns),
    )


def collected(granted: Iterable[tuple[str, str, Iterable[Condition]]]) -> Grants:
    """Put together what single statements grant: action, resource or principal, conditions."""
    found: dict[tuple[str, str], set[frozenset[Condition]]] = {}
    for action, what, conditions in granted:
        found.setdefault((action, what), set()).add(frozenset(conditions))
    return {key: frozenset(ways) for key, ways in found.items()}


def risks_of(actions: Iterable[str], resources: Iterable[str]) -> list[str]:
    """List what reviewers look at first in what a statement grants: ``PassRole``, ``wildcard``; each once."""
    what = list(resources)
    return list(dict.fromkeys(risk for action in actions for resource in what for risk in _risks(action, resource)))


def _may(action: str, resource: str) -> str:
    return f"{action} on {resource}"


def _may_assume(action: str, principal: str) -> str:
    return f"{principal} may assume the role" if "AssumeRole" in action else f"{principal} may {action} on the role"


def _granted(before: Grants, after: Grants, say: Callable[[str, str], str]) -> Iterator[AccessChange]:
    for action, resource in sorted(before.keys() | after.keys()):
        old, new = before.get((action, resource), frozenset()), after.get((action, resource), frozenset())
        said = say(action, resource)
        if old == new:
            continue
        if not old:
            yield AccessChange(Effect.WIDENED, said, _risks(action, resource))
        elif not new:
            yield AccessChange(Effect.NARROWED, said)
        else:
            yield from _conditions(said, _risks(action, resource), old, new)


def _conditions(
    said: str, risks: tuple[str, ...], old: frozenset[frozenset[Condition]], new: frozenset[frozenset[Condition]]
) -> Iterator[AccessChange]:
    """Say whether every way that is allowed now was allowed before: a way with more conditions allows less."""
    if all(any(way >= earlier for earlier in old) for way in new):
        yield AccessChange(Effect.NARROWED, f"{said}: more conditions")
    else:
        yield AccessChange(Effect.WIDENED, f"{said}: other conditions", ("condition lost", *risks))


def _risks(action: str, resource: str) -> tuple[str, ...]:
    everything = action.startswith(EVERYTHING_BUT)
    risks = []
    if everything or fnmatchcase("iam:passrole", action.lower()):
        risks.append("PassRole")
    if everything or resource == "*" or "*" in action or resource.startswith(EVERYTHING_BUT):
        risks.append("wildcard")
    return tuple(risks)


def _denied(change: AccessChange) -> AccessChange:
    """Tell of a deny; before and after were taken the other way round."""
    word = "Denied" if change.effect is Effect.NARROWED else "Not denied any more"
    risks = ("deny lost", *change.risks) if change.effect is Effect.WIDENED else ()
    return AccessChange(change.effect, f"{word}: {change.sentence}", risks)


def _about_trust(change: AccessChange) -> AccessChange:
    lost = tuple(risk for risk in change.risks if risk in ("condition lost", "deny lost"))
    return replace(change, risks=("trust", *lost) if change.effect is Effect.WIDENED else ())


def _bounded(old: Access, new: Access) -> Iterator[AccessChange]:
    if old.boundary != new.boundary:
        said = f"The permissions boundary {old.boundary or 'none'} becomes {new.boundary or 'none'}"
        widens = old.boundary is not None
        yield AccessChange(Effect.WIDENED if widens else Effect.NARROWED, said, ("boundary",) if widens else ())


def _attached(old: Access, new: Access) -> Iterator[AccessChange]:
    for arn in sorted(new.attached - old.attached):
        yield AccessChange(Effect.WIDENED, f"The policy {arn} is attached", ("managed policy",))
    for arn in sorted(old.attached - new.attached):
        yield AccessChange(Effect.NARROWED, f"The policy {arn} is attached")

"""What a change of a role does to access: what it widens, what it narrows, and which of it is risky. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mlgov.roles.policy import Condition, RenderedRole

Grants = Mapping[tuple[str, str], frozenset[frozenset[Condition]]]


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
        risks: Marks of what reviewers look at first: ``wildcard``, ``PassRole``, ``condition lost``, ``trust``,
            ``boundary``, ``managed policy``.
    """

    effect: Effect
    sentence: str
    risks: tuple[str, ...] = ()


def access_changes(before: RenderedRole | None, after: RenderedRole | None) -> list[AccessChange]:
    """Compare what two versions of a role may do; None where there is no role.

    Resources are compared as they are written: a wider pattern is another resource, so it shows as widened, and the
    narrower one as narrowed.
    """
    found = [*_granted(_grants(before), _grants(after)), *_trusted(before, after), *_bounded(before, after)]
    return sorted(found, key=lambda change: (change.effect is Effect.NARROWED, not change.risks, change.sentence))


def _grants(role: RenderedRole | None) -> Grants:
    """Give the sets of conditions under which each action is allowed on each resource."""
    found: dict[tuple[str, str], set[frozenset[Condition]]] = {}
    for policy in role.policies if role else ():
        for statement in policy.statements:
            for action in statement.actions:
                for resource in statement.resources:
                    found.setdefault((action, resource), set()).add(frozenset(statement.conditions))
    return {key: frozenset(ways) for key, ways in found.items()}


def _granted(before: Grants, after: Grants) -> Iterator[AccessChange]:
    for action, resource in sorted(before.keys() | after.keys()):
        old, new = before.get((action, resource), frozenset()), after.get((action, resource), frozenset())
        if old == new:
            continue
        said = f"{action} on {resource}"
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
    risks = []
    if action.lower() == "iam:passrole":
        risks.append("PassRole")
    if resource == "*" or action.endswith("*"):
        risks.append("wildcard")
    return tuple(risks)


def _trusted(before: RenderedRole | None, after: RenderedRole | None) -> Iterator[AccessChange]:
    old, new = (
        {(t.kind, p, frozenset(t.conditions)) for t in (role.trust if role else ()) for p in t.principals}
        for role in (before, after)
    )
    for kind, principal, _ in sorted(new - old, key=str):
        yield AccessChange(Effect.WIDENED, f"{kind} {principal} may assume the role", ("trust",))
    for kind, principal, _ in sorted(old - new, key=str):
        yield AccessChange(Effect.NARROWED, f"{kind} {principal} may assume the role")


def _bounded(before: RenderedRole | None, after: RenderedRole | None) -> Iterator[AccessChange]:
    old, new = (role.permissions_boundary if role else None for role in (before, after))
    if old != new and before and after:
        gone = f"The permissions boundary {old or 'none'} becomes {new or 'none'}"
        yield AccessChange(Effect.WIDENED if old else Effect.NARROWED, gone, ("boundary",) if old else ())
    attached, was = (set(role.managed_policy_arns) if role else set() for role in (after, before))
    for arn in sorted(attached - was):
        yield AccessChange(Effect.WIDENED, f"The policy {arn} is attached", ("managed policy",))
    for arn in sorted(was - attached):
        yield AccessChange(Effect.NARROWED, f"The policy {arn} is attached")

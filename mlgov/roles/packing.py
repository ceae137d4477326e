"""The policy objects that IAM is given: one per activity where that fits, split or joined where it does not.

Every statement allows, and a request needs one of them. So a statement may be split over its resources or its actions,
and statements may stand in any document: what the role permits stays the same. Conditions are never split.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlgov.roles.policy import Condition, Policy, RenderedRole, Statement

POLICY_VERSION = "2012-10-17"
#: Limits of IAM: characters of a managed policy without white space, and managed policies on a role by default.
MANAGED_POLICY_MAX = 6_144
ATTACHED_DEFAULT = 10

_JOINED = "What the role permits, part {number} of {count}."


@dataclass(frozen=True, slots=True)
class PolicyObject:
    """One policy as IAM is given it.

    Attributes:
        name: Its name.
        description: What it permits, in plain words.
        statements: Its statements.
    """

    name: str
    description: str
    statements: tuple[Statement, ...]


def objects(rendered: RenderedRole) -> list[PolicyObject]:
    """List the policies of a role as IAM is given them.

    Inline policies are one per activity. So are managed ones, split when they have more than 6,144 characters, as long
    as the role has no more than 10 with those attached besides; else all are joined into as few as a first fit finds.
    """
    alone = [PolicyObject(policy.name, policy.summary, policy.statements) for policy in rendered.policies]
    if rendered.policy_type == "inline":
        return alone
    split = [part for policy in alone for part in _split(policy)]
    if len(split) + len(rendered.managed_policy_arns) <= ATTACHED_DEFAULT:
        return split
    return _joined(rendered)


def document(statements: Sequence[Statement]) -> dict[str, Any]:
    """Give a policy document."""
    return {"Version": POLICY_VERSION, "Statement": [_statement(statement) for statement in statements]}


def size(document: dict[str, Any]) -> int:
    """Count the characters that IAM counts: those of the document without white space between them."""
    return len(json.dumps(document, separators=(",", ":"), ensure_ascii=False))


def conditions_value(conditions: Sequence[Condition]) -> dict[str, Any]:
    """Write a single value bare, as IAM's own examples do; some tools take no list below Null and Bool."""
    blocks: dict[str, dict[str, str | list[str]]] = {}
    for condition in conditions:
        values = list(condition.values)
        blocks.setdefault(condition.operator, {})[condition.key] = values if len(values) > 1 else values[0]
    return {"Condition": blocks} if blocks else {}


def _statement(statement: Statement) -> dict[str, Any]:
    sid = {"Sid": statement.sid} if statement.sid else {}
    lists = {"Action": list(statement.actions), "Resource": list(statement.resources)}
    return {**sid, "Effect": "Allow", **lists, **conditions_value(statement.conditions)}


def _split(policy: PolicyObject) -> list[PolicyObject]:
    """Split a policy that is too large into several of its name with a number."""
    bins = list(_bins(policy.statements))
    if len(bins) == 1:
        return [policy]
    return [replace(policy, name=f"{policy.name}-{n}", statements=tuple(b)) for n, b in enumerate(bins, start=1)]


def joined_statements(rendered: RenderedRole) -> tuple[Statement, ...]:
    """Join the statements of all activities; a Sid gets its activity in front, and equal statements stand once."""
    seen: dict[tuple[object, ...], Statement] = {}
    for policy in rendered.policies:
        for statement in policy.statements:
            key = (statement.actions, statement.resources, statement.conditions)
            seen.setdefault(key, replace(statement, sid=_sid(policy, statement)))
    return tuple(seen.values())


def _joined(rendered: RenderedRole) -> list[PolicyObject]:
    bins = list(_bins(joined_statements(rendered)))
    return [
        PolicyObject(f"{rendered.name}-{n}", _JOINED.format(number=n, count=len(bins)), tuple(b))
        for n, b in enumerate(bins, start=1)
    ]


def _sid(policy: Policy, statement: Statement) -> str:
    words = re.split("[_-]", policy.activity)
    return "".join(word.capitalize() for word in words) + statement.sid if statement.sid else ""


def _bins(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Put statements into the first document that still has room, in their order."""
    bins: list[tuple[int, list[Statement]]] = []
    empty = size(document([]))
    for statement in (part for whole in statements for part in _fitting(whole, MANAGED_POLICY_MAX - empty)):
        needed = size(_statement(statement)) + 1  # and the comma before it
        for index, (used, held) in enumerate(bins):
            if used + needed <= MANAGED_POLICY_MAX + 1:  # the first of a document has no comma before it
                bins[index] = (used + needed, [*held, statement])
                break
        else:
            bins.append((empty + needed, [statement]))
    yield from (held for _, held in bins)


def _fitting(statement: Statement, limit: int, part: str = "") -> Iterator[Statement]:
    """Halve a statement until each part fits; one that cannot be halved stays too large, which the check tells."""
    sid = f"{statement.sid}{part}"[:64] if statement.sid else ""
    longer = max(len(statement.resources), len(statement.actions))
    if size(_statement(replace(statement, sid=sid))) <= limit or longer == 1:
        yield replace(statement, sid=sid)
        return
    name = "resources" if len(statement.resources) > 1 else "actions"
    values: tuple[str, ...] = getattr(statement, name)
    middle = len(values) // 2
    for letter, half in (("A", values[:middle]), ("B", values[middle:])):
        smaller = replace(statement, resources=half) if name == "resources" else replace(statement, actions=half)
        yield from _fitting(smaller, limit, part + letter)

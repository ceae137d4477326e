"""The tests of a role spec: what it must be able to do and must never do, tried against the rendered role.

A test asks every action on every resource. Two things make a ``deny`` stronger than a single question:

* An action with a wildcard stands for a family. It fails as soon as an Allow statement names an action of the family,
  whatever its conditions are. That is exact, because rendered statements name their actions in full.
* Without resources, the action is asked on an example of every resource that an Allow statement names for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mlgov.errors import UsageError
from mlgov.roles.schema import RoleTest
from mlgov.roles.simulation import matching
from mlgov.roles.simulation.answers import Answer
from mlgov.roles.simulation.documents import Statement
from mlgov.roles.simulation.evaluation import request
from mlgov.roles.simulation.patterns import fill, parse
from mlgov.roles.simulation.principals import principal
from mlgov.roles.simulation.simulated_role import SimulatedRole


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that came out otherwise.

    Attributes:
        key: The key of the test that is at fault: ``actions``, ``resources`` or ``principal``.
        index: The entry of that list, from 0; None when the key holds no list or is left out.
        message: What was asked and what the answer was.
    """

    key: str
    index: int | None
    message: str


def failures(role: SimulatedRole, test: RoleTest) -> Iterator[Failure]:
    """Try a test; gives at most one failure per action."""
    for index, action in enumerate(test.actions):
        try:
            message = next(_wrong(role, test, action), None)
        except UsageError as error:
            yield Failure("principal", None, error.message)
            return
        if message:
            yield Failure("actions", index, message)


def _wrong(role: SimulatedRole, test: RoleTest, action: str) -> Iterator[str]:
    if re.search(r"[*?]", action):
        yield from _family(role, test, action)
        return
    for resource in _resources(role, test, action):
        answer = _ask(role, test, action, resource)
        if answer.is_allowed is not (test.expect == "allow"):
            who = f"{test.principal}: {action}" if test.principal else action
            on = f" on {resource}" if resource != "*" else ""
            yield f"{who}{on} is {'allowed' if answer.is_allowed else 'denied'}: {answer.reason}"


def _ask(role: SimulatedRole, test: RoleTest, action: str, resource: str) -> Answer:
    if test.principal:
        return role.may_be_assumed(principal(test.principal), test.context, action=action)
    return role.may(action, resource, test.context)


def _family(role: SimulatedRole, test: RoleTest, pattern: str) -> Iterator[str]:
    if test.expect == "allow" or test.principal:
        yield f"{pattern} is a pattern: it can only be denied to the role. Name the actions."
        return
    matches = matching.whole(fill(parse(pattern.lower(), variables=False), {}) or ())
    for statement in _allowing(role):
        for action in statement.actions:
            if (matches(action.lower()) or re.search(r"[*?]", action)) and _is_about(statement, role, test, action):
                yield f"{pattern} is not denied altogether: {statement.ref} names {action}."


def _is_about(statement: Statement, role: SimulatedRole, test: RoleTest, action: str) -> bool:
    if test.resources is None or statement.about_resource is None:
        return True
    asked = [request(action, resource, {**role.context, **test.context}) for resource in test.resources]
    return any(statement.about_resource(each.resource, each.context) for each in asked)


def _resources(role: SimulatedRole, test: RoleTest, action: str) -> list[str]:
    if test.resources is not None:
        return test.resources
    if test.expect == "allow" or test.principal:
        return ["*"]
    named = [r for s in _allowing(role) if s.about_action(action.lower()) for r in s.resources]
    return list(dict.fromkeys(["*", *(re.sub(r"[*?]", "x", resource) for resource in named)]))


def _allowing(role: SimulatedRole) -> list[Statement]:
    """List the Allow statements of the identity policies."""
    return [s for document in role.own.layers[0].documents for s in document.statements if not s.denies]

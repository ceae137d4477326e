"""Duties that check each other, in one hand."""

from collections.abc import Iterator, Mapping

from mlgov.roles.lint.catalogue import Duty, Pair, pairs
from mlgov.roles.lint.grants import Grant, Union, allowing
from mlgov.roles.policy import Condition
from mlgov.roles.simulation.conditions import OPERATORS, condition


def duties(grants: Union, bounds: Union | None = None) -> dict[str, tuple[Grant, ...]]:
    """List the duties of a role by id, each with the statements that give it.

    Args:
        grants: All statements of a role.
        bounds: The statements of its permissions boundary; None when there is none, or when its text is not known.
    """
    every = {duty.id: duty for pair in pairs() for duty in (pair.one, pair.other)}
    held = {name: _giving(duty, grants, bounds) for name, duty in every.items()}
    return {name: found for name, found in held.items() if found}


def toxic(one: Mapping[str, object], other: Mapping[str, object]) -> Iterator[Pair]:
    """List the pairs of which one side is among the first duties and the other among the second, either way round."""
    for pair in pairs():
        first, second = pair.one.id, pair.other.id
        if (first in one and second in other) or (second in one and first in other):
            yield pair


def _giving(duty: Duty, grants: Union, bounds: Union | None) -> tuple[Grant, ...]:
    found = [
        grant
        for action in duty.actions
        if bounds is None or allowing(bounds, action)
        for grant in allowing(grants, action)
        if all(_may_hold(each, duty.when) for each in grant.conditions)
    ]
    return tuple(dict.fromkeys(found))


def _may_hold(asked: Condition, when: Mapping[str, str]) -> bool:
    """Say whether a condition may hold; what the request says beside ``when`` is not known."""
    said = {key.lower(): (value,) for key, value in when.items()}
    base = asked.operator.lower().rpartition(":")[2].removesuffix("ifexists")
    if asked.key.lower() not in said or (base not in OPERATORS and base != "null"):
        return True
    return condition(asked.operator, asked.key, asked.values, variables=True).holds(said)

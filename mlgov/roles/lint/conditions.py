"""Conditions that look like limits and are none, PassRole to any service, and statements of what is left out."""

import re
from collections.abc import Iterator, Sequence

from mlgov.roles.lint import rules
from mlgov.roles.lint.grants import Grant
from mlgov.roles.lint.notes import Note
from mlgov.roles.policy import Condition

PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action, no password
PASSED_TO = "iam:passedtoservice"
#: Operators that ask for a service: false when the request names none.
_ASKING = frozenset(
    {
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
        "foranyvalue:stringequals",
        "foranyvalue:stringequalsignorecase",
        "foranyvalue:stringlike",
    }
)


def check_limits(grant: Grant) -> Iterator[Note]:
    """Find conditions that always hold, PassRole to any service, and NotAction and NotResource that allow."""
    if not grant.allows:
        return
    for condition in grant.conditions:
        if why := _tautology(condition, grant.conditions):
            place = ("conditions", condition.operator, condition.key)
            yield Note(rules.TAUTOLOGY, place, f"{condition.operator} {condition.key} {why}.")
    if grant.covers(PASS_ROLE) and services(grant) is None:
        index = next((i for i, action in enumerate(grant.actions) if "pass" in action.lower() or "*" in action), 0)
        yield Note(rules.OPEN_PASS_ROLE, ("actions", index), "A role may be passed to any service.")
    if grant.but_actions:
        yield Note(rules.NEGATED_ELEMENT, ("actions",), "The statement allows every action but those it lists.")
    if grant.but_resources:
        yield Note(rules.NEGATED_ELEMENT, ("resources",), "The statement allows every resource but those it lists.")


def services(grant: Grant) -> tuple[str, ...] | None:
    """List the services that a statement lets a role be passed to; None for any service."""
    for condition in grant.conditions:
        if condition.key.lower() == PASSED_TO and condition.operator.lower() in _ASKING:
            named = [value for value in condition.values if not re.search(r"[*?$]", value)]
            if len(named) == len(condition.values):
                return tuple(named)
    return None


def _tautology(condition: Condition, all_conditions: Sequence[Condition]) -> str:
    """Say why a condition always holds, as the rest of a sentence; empty when it may be false."""
    before, _, name = condition.operator.lower().rpartition(":")
    base, values = name.removesuffix("ifexists"), [value.lower() for value in condition.values]
    if name == "null" or base == "bool":
        return "holds for true and for false" if {"true", "false"} <= set(values) else ""
    if base in ("stringlike", "arnlike", "arnequals") and any(map(_is_any, values)):
        return f"holds for every value: {next(value for value in values if _is_any(value))}"
    if base == "ipaddress" and {"0.0.0.0/0", "::/0"} & set(values):
        return "holds for every address"
    if base != name and condition.key.lower() == PASSED_TO:
        return "also holds when no service is named"
    if before == "forallvalues" and not _is_asked_for(condition.key, all_conditions):
        return f"also holds when the request has no {condition.key}; add Null {condition.key} false"
    return ""


def _is_any(value: str) -> bool:
    """Say whether a pattern fits every text, or every ARN."""
    return re.fullmatch(r"\*+|arn:[*:]*\*", value) is not None


def _is_asked_for(key: str, conditions: Sequence[Condition]) -> bool:
    wanted = ("null", key.lower(), ("false",))
    return any(
        (each.operator.lower(), each.key.lower(), tuple(v.lower() for v in each.values)) == wanted
        for each in conditions
    )

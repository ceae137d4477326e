"""Plans for the roles of an account, and what became of them, as text and as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from mlgov.cli.plain import one_line, shortened
from mlgov.roles.access import AccessChange, Effect
from mlgov.roles.account.carrying import Outcome
from mlgov.roles.account.differences import Differences
from mlgov.roles.account.planning import RolePlan, Verdict

RESULT_FORMAT = "mlgov/role-apply/v1"
#: Characters of a value, and changes without risks of a role, that are shown.
VALUE, SHOWN = 160, 20


def plan_text(plans: Sequence[RolePlan]) -> Iterator[str]:
    """Write a plan: a line for each role, and below it what changes."""
    for each in plans:
        if each.verdict is Verdict.NOOP or (each.verdict is Verdict.FOREIGN and not each.refused):
            continue
        yield f"{'refuse' if each.refused else each.verdict.value} {one_line(each.iam_name)}"
        yield from _why(each)
        yield from differences_text(each.differences)
    alike = sum(each.verdict is Verdict.NOOP for each in plans)
    if alike:
        yield f"{_count(alike)} in the account as in git."
    foreign = [one_line(each.iam_name) for each in plans if each.verdict is Verdict.FOREIGN and not each.refused]
    if foreign:
        yield f"Not ours, and left alone: {shortened(', '.join(foreign), 400)}."


def differences_text(found: Differences) -> Iterator[str]:
    """Write differences: what the role may do, then statements, then settings."""
    plain = 0
    for change in found.access:
        plain += not change.risks
        if change.risks or plain <= SHOWN:
            yield f"  {_access(change)}"
    if plain > SHOWN:
        yield f"  … and {plain - SHOWN} more without a mark; -f json tells all."
    for policy, count in sorted(Counter((each.policy, each.added) for each in found.statements).items()):
        yield f"  statements of {one_line(policy[0])}: {count} {'added' if policy[1] else 'removed'}"
    for setting in found.settings:
        before, after = (shortened(one_line(each), VALUE) or "(nothing)" for each in (setting.before, setting.after))
        yield f"  {one_line(setting.name)}: {before} -> {after}"


def result_text(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Write what was done and what is left, role by role."""
    for outcome in outcomes:
        name = one_line(outcome.plan.iam_name)
        if outcome.done:
            yield f"{name}: done: {', '.join(call.operation for call in outcome.done)}"
        if outcome.trouble:
            left = ", ".join(call.operation for call in outcome.left)
            yield f"{name}: NOT done: {left}: {one_line(outcome.trouble.message)}"
            if outcome.trouble.hint:
                yield f"  {one_line(outcome.trouble.hint)}"


def result_value(plan: dict[str, Any], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Give a plan and what became of it as JSON. ``done`` is null for a role that nothing was tried with."""
    became = {outcome.plan.name: outcome for outcome in outcomes}
    roles = [{**role, **_became(became.get(role["name"]))} for role in plan["roles"]]
    return {**plan, "format": RESULT_FORMAT, "roles": roles}


def _became(outcome: Outcome | None) -> dict[str, Any]:
    return {
        "done": [call.operation for call in outcome.done] if outcome else None,
        "left": [call.operation for call in outcome.left] if outcome else None,
        "trouble": outcome.trouble.message if outcome and outcome.trouble else None,
    }


def _why(each: RolePlan) -> Iterator[str]:
    words = [one_line(text) for text in (each.reason, each.hint) if text]
    if words:
        yield f"  {shortened(' '.join(words), 600)}"


def _access(change: AccessChange) -> str:
    sign = "+" if change.effect is Effect.WIDENED else "-"
    risks = f" [{', '.join(change.risks)}]" if change.risks else ""
    return f"{sign} {change.effect.value}: {shortened(one_line(change.sentence), 300)}{risks}"


def _count(roles: int) -> str:
    return "1 role is" if roles == 1 else f"{roles} roles are"

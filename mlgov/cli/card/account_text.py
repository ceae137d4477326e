"""Plans and outcomes of ``mlgov card push`` and ``pull``, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from mlgov.cards.reconcile import Action, Create, Difference, Outcome, Plan, UpdateContent
from mlgov.cli.card.pulling import Alike, Drifted, Left, NewCard, Pulled
from mlgov.cli.plain import one_line, shortened
from mlgov.cli.reporters.json_report import to_json

#: Characters of a value that are shown.
VALUE = 80
ABSENT = "(nothing)"


def plan_text(plans: Sequence[Plan], others: Sequence[str]) -> Iterator[str]:
    """Write a plan: one line for a card, and one below for each field that changes.

    Args:
        plans: The plans of all cards.
        others: Cards that only the account has.
    """
    for plan in plans:
        yield from _plan_lines(plan)
    alike = sum(not plan.actions and not plan.refusal for plan in plans)
    if alike:
        yield f"{_count(alike)} in the account as in git."
    if others:
        yield f"Only in the account, and left alone: {', '.join(map(one_line, others))}."


def result_text(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Write what was done and what was not, card by card."""
    for outcome in outcomes:
        name = one_line(outcome.plan.name)
        if outcome.done:
            yield f"{name}: done: {', '.join(map(word, outcome.done))}"
        if outcome.trouble:
            yield f"{name}: NOT done: {', '.join(map(word, outcome.left))}: {one_line(outcome.trouble.message)}"
            if outcome.trouble.hint:
                yield f"  {one_line(outcome.trouble.hint)}"


def push_json(
    commit: str, plans: Sequence[Plan], outcomes: Sequence[Outcome], others: Sequence[str], broken: Sequence[str]
) -> str:
    """Write a push as JSON. ``done`` is null for a card that nothing was tried with."""
    became = {outcome.plan.name: outcome for outcome in outcomes}
    cards = [_plan_value(plan, became.get(plan.name)) for plan in plans]
    value = {
        "format": "mlgov/card-push/v1",
        "commit": commit,
        "cards": cards,
        "with_errors": list(broken),
        "only_in_account": list(others),
    }
    return to_json(value)


def pull_text(pulled: Sequence[Pulled], written: Sequence[NewCard], *, dry_run: bool) -> Iterator[str]:
    """Write what is new, and what differs field by field."""
    for card in pulled:
        name = one_line(card.name)
        if isinstance(card, NewCard):
            verb = "would write" if dry_run else "wrote" if card in written else "NOT written:"
            yield f"{verb} {card.path}"
        elif isinstance(card, Drifted):
            yield f"{name} differs from git"
            yield from (
                f"  {_place(each)}: git {_shown(each.git)}, account {_shown(each.account)}" for each in card.differences
            )
        elif isinstance(card, Left):
            yield f"{name} is left: {shortened(one_line(card.reason), 500)}"
    if alike := sum(isinstance(card, Alike) for card in pulled):
        yield f"{_count(alike)} in the account as in git."


def pull_json(pulled: Sequence[Pulled], written: Sequence[NewCard]) -> str:
    """Write a pull as JSON."""
    cards = [_pulled_value(card, written) for card in pulled]
    return to_json({"format": "mlgov/card-pull/v1", "cards": cards})


def word(action: Action) -> str:
    """Name an action."""
    if isinstance(action, Create):
        return "create"
    return "content" if isinstance(action, UpdateContent) else "status"


def _plan_lines(plan: Plan) -> Iterator[str]:
    name = one_line(plan.name)
    for action in plan.actions:
        if isinstance(action, Create):
            yield f"create {name} ({action.card.status})"
    if plan.refusal:
        yield f"refuse {name}: {one_line(plan.refusal)}"
        yield f"  {one_line(plan.hint)}"
    elif plan.differences and plan.found:
        steps = ", then ".join(map(word, plan.actions))
        after = plan.found.version + any(isinstance(action, UpdateContent) for action in plan.actions)
        version = f"version {plan.found.version}" + (f" -> {after}" if after > plan.found.version else "")
        yield f"change {name} ({steps}; {version})"
    yield from (f"  {_place(each)}: {_shown(each.account)} -> {_shown(each.git)}" for each in plan.differences)


def _place(difference: Difference) -> str:
    return shortened(one_line(difference.path), VALUE)


def _shown(text: str | None) -> str:
    return ABSENT if text is None else shortened(one_line(text), VALUE)


def _count(cards: int) -> str:
    return "1 card is" if cards == 1 else f"{cards} cards are"


def _plan_value(plan: Plan, outcome: Outcome | None) -> dict[str, Any]:
    return {
        "name": plan.name,
        "version": plan.found.version if plan.found else None,
        "actions": [*map(word, plan.actions)],
        "differences": [*map(_difference, plan.differences)],
        "refusal": plan.refusal or None,
        "done": [*map(word, outcome.done)] if outcome else None,
        "trouble": outcome.trouble.message if outcome and outcome.trouble else None,
    }


def _difference(difference: Difference) -> dict[str, str | None]:
    return {"path": difference.path, "account": difference.account, "git": difference.git}


def _pulled_value(card: Pulled, written: Sequence[NewCard]) -> dict[str, Any]:
    if isinstance(card, NewCard):
        left = [{"path": each.path, "reason": each.reason} for each in card.unmapped]
        return {"name": card.name, "is": "new", "path": card.path, "written": card in written, "unmapped": left}
    if isinstance(card, Drifted):
        return {"name": card.name, "is": "different", "differences": [*map(_difference, card.differences)]}
    if isinstance(card, Left):
        return {"name": card.name, "is": "left", "reason": card.reason}
    return {"name": card.name, "is": "alike"}

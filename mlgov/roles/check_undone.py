"""Limits to a network or to keys that one activity sets and another one takes away."""

from collections.abc import Iterator

from mlgov.roles import rules
from mlgov.roles.assembly import LIMIT_WORDS
from mlgov.roles.policy import RenderedRole
from mlgov.roles.problem import Problem


def check_undone(rendered: RenderedRole) -> Iterator[Problem]:
    """Find actions that one statement grants under a limit of the role and another one without it."""
    for extra, words in LIMIT_WORDS.items():
        limited = {action for _, limits, action in _grants(rendered) if words in limits}
        undone: dict[str, list[str]] = {}
        for activity, limits, action in _grants(rendered):
            if action in limited and words not in limits:
                undone.setdefault(activity, []).append(action)
        for activity, actions in undone.items():
            message = f"{activity} permits {', '.join(actions)} without the {extra} that other activities require."
            yield Problem(rules.LIMIT_UNDONE, ("spec", extra), message, at_key=True)


def _grants(rendered: RenderedRole) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """List activity, limits and action of every statement."""
    for policy in rendered.policies:
        for statement in policy.statements:
            for action in statement.actions:
                yield policy.activity, statement.limits, action

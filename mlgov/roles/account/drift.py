"""Configuration drift: what an account has otherwise than it was last applied. Pure.

What git wants and nobody applied yet is no drift: it is pending, and ``plan`` tells it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlgov.roles.account.differences import Differences, differences
from mlgov.roles.account.plan_file import Applied
from mlgov.roles.account.planning import Wanted
from mlgov.roles.account.seen import Seen, is_ours, states_of
from mlgov.roles.account.states import RoleState, iam_name, state_value


@dataclass(frozen=True, slots=True)
class Drift:
    """A role that is not as it was applied.

    Attributes:
        name: Name of its document.
        reason: What is known of how it came, as a sentence.
        differences: From what was applied to what is there.
        state: What is there; None when it is gone.
    """

    name: str
    reason: str
    differences: Differences
    state: RoleState | None

    @property
    def iam_name(self) -> str:
        """Its name in IAM."""
        return iam_name(self.name)


def drifts(applied: Mapping[str, Applied], wanted: Sequence[Wanted], seen: Seen, owner: str) -> list[Drift]:
    """Find what was changed by hand, by document name.

    Args:
        applied: What was last applied, by document name.
        wanted: What git wants; it stands in for what was applied where the ledger knows nothing.
        seen: What the account has.
        owner: What the repository calls itself.
    """
    states = states_of(seen, owner)
    git = {each.name: each.state for each in wanted}
    names = sorted({*applied, *(name for name, state in states.items() if _is_ours(state, owner))})
    return [found for name in names for found in _drift(name, applied.get(name), git.get(name), states, owner)]


def _drift(
    name: str, last: Applied | None, git: RoleState | None, states: Mapping[str, RoleState], owner: str
) -> Iterator[Drift]:
    now = states.get(name)
    if last is None and git is None:
        reason = "It carries our tag, and neither git nor the ledger knows it."
        yield Drift(name, reason, differences(None, now), now)
        return
    expected = last.state if last else git
    if expected is None and (now is None or not _is_ours(now, owner)):
        return
    if _value(expected) != _value(now):
        yield Drift(name, _reason(last, expected, now), differences(expected, now), now)


def _reason(last: Applied | None, expected: RoleState | None, now: RoleState | None) -> str:
    if last is None:
        return "The ledger does not know that it was applied; it is not as git wants it."
    since = f"the commit {last.commit[:12]} was applied on {last.at}"
    if now is None:
        return f"It is gone, though {since}."
    if expected is None:
        return f"It is there again, though it was deleted when {since}."
    part = "" if last.whole else " That time not every change could be made; apply again first."
    return f"It changed after {since}.{part}"


def _is_ours(state: RoleState, owner: str) -> bool:
    return any(is_ours(each.tags, owner) for each in (*([state.role] if state.role else ()), *state.policies))


def _value(state: RoleState | None) -> object:
    return state_value(state) if state and (state.role or state.policies) else None

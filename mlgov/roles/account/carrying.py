"""Carrying out plans, role by role."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlgov.errors import CloudError
from mlgov.ports import AccountCall, RoleAccount
from mlgov.roles.account.planning import RolePlan
from mlgov.roles.account.seen import cleaned
from mlgov.roles.account.states import RoleState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one plan.

    Attributes:
        plan: The plan.
        done: The changes that were made.
        trouble: What ended it before the last change; None when all were made.
        tried: Whether a change was sent at all.
    """

    plan: RolePlan
    done: tuple[AccountCall, ...]
    trouble: CloudError | None = None
    tried: bool = True

    @property
    def left(self) -> tuple[AccountCall, ...]:
        """The changes that were not made, as far as we know."""
        return self.plan.calls[len(self.done) :]


def carry_out(plans: Iterable[RolePlan], account: RoleAccount) -> Iterator[Outcome]:
    """Carry out plans in their order.

    A role is read once more before it is touched; one that changed since it was planned is left alone. A refusal that
    concerns one role leaves the others; after any other failure nothing more is tried.
    """
    stopped = False
    for each in plans:
        if stopped:
            yield Outcome(each, (), CloudError("It was not tried, because of the failure before."), tried=False)
            continue
        outcome = _carried_out(each, account)
        stopped = outcome.trouble is not None and not outcome.trouble.one_thing
        yield outcome


def _carried_out(planned: RolePlan, account: RoleAccount) -> Outcome:
    done: list[AccountCall] = []
    try:
        if not _is_as_planned(planned, account):
            message = f"{planned.iam_name} changed in the account since it was planned."
            return Outcome(planned, (), CloudError(message, hint="Plan again.", one_thing=True), tried=False)
    except CloudError as error:
        return Outcome(planned, (), error, tried=False)
    try:
        for change in planned.calls:
            account.call(change)
            done.append(change)
    except CloudError as error:
        return Outcome(planned, tuple(done), error)
    return Outcome(planned, tuple(done))


def _is_as_planned(planned: RolePlan, account: RoleAccount) -> bool:
    found = planned.found or RoleState(None)
    role = account.role(planned.iam_name)
    if (cleaned(role) if role else None) != found.role:
        return False
    policies = [(each, account.policy(each.arn)) for each in found.policies]
    return all(now is not None and cleaned(now) == each for each, now in policies)

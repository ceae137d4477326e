"""The answer to a request with its reason: which statement decided, or what would have been needed."""

from collections.abc import Iterable
from dataclasses import dataclass

from mlgov.roles.simulation.conditions import Condition
from mlgov.roles.simulation.documents import Statement, StatementRef
from mlgov.roles.simulation.evaluation import Decision, Plan, Policies, Request
from mlgov.roles.simulation.patterns import Context
from mlgov.roles.simulation.principals import Grant


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision with its reason.

    Attributes:
        decision: Allowed, or denied in one of two ways.
        decided_by: The statements that decided: those that allow, or those that deny; empty for an implicit deny.
        reason: Why, in one sentence.
        nearest: For an implicit deny, the Allow statement that came closest; None when none is about the action.
        failed: The conditions of the nearest statement that failed, each with what the request said instead.
    """

    decision: Decision
    decided_by: tuple[StatementRef, ...]
    reason: str
    nearest: StatementRef | None = None
    failed: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.decision is Decision.ALLOWED


def explain(policies: Policies, asked: Request) -> Answer:
    """Decide, and say why. The decision is that of `Policies.decide`."""
    plan = policies.plan(asked.action)
    if denying := policies.denying(plan, asked):
        refs = tuple(statement.ref for statement in denying)
        return Answer(
            Decision.EXPLICIT_DENY, refs, f"{_listed(refs)} {'deny' if len(refs) > 1 else 'denies'} it explicitly."
        )
    grant = policies.grant(plan, asked)
    if policies.resource and policies.lacks_trust(grant, asked):
        return _lacking(policies.resource.name, _granting(policies, plan), asked)
    missing = policies.missing(plan, asked)
    if missing:
        return _lacking(policies.layers[missing[0]].name, plan.allows[missing[0]], asked)
    refs = tuple(_allowing(policies, plan, asked, grant))
    return Answer(Decision.ALLOWED, refs, f"{_listed(refs)} {'allow' if len(refs) > 1 else 'allows'} it.")


def _granting(policies: Policies, plan: Plan) -> list[Statement]:
    """List the Allow statements of the resource policy that mean the one who asks."""
    who = policies.principal
    return [s for s in plan.resource if not s.denies and who and s.grant and s.grant(who)]


def _allowing(policies: Policies, plan: Plan, asked: Request, grant: Grant) -> Iterable[StatementRef]:
    layers = [plan.allows[number] for number in policies.needed(grant, asked)]
    own = [s.ref for layer in layers for s in layer if s.applies(asked.resource, asked.context)]
    others = [s.ref for s in _granting(policies, plan) if s.applies(asked.resource, asked.context)] if grant else []
    return dict.fromkeys([*others, *own])


def _lacking(who: str, candidates: Iterable[Statement], asked: Request) -> Answer:
    """Say what came closest: first by the resource, then by the number of conditions that fail."""
    judged = [
        (_is_about(s, asked), -len(failed), -index, s, failed)
        for index, s in enumerate(candidates)
        for failed in [[c for c in s.conditions if not c.holds(asked.context)]]
    ]
    if not judged:
        return Answer(Decision.IMPLICIT_DENY, (), f"No statement of {who} allows {asked.written}.")
    fits, _, _, nearest, conditions = max(judged, key=lambda each: each[:3])
    failed = tuple(f"{condition}, but {_said(condition, asked.context)}" for condition in conditions)
    if not fits:
        reason = f"{nearest.ref} allows {asked.written}, but not on {asked.resource}"
    else:
        reason = f"{nearest.ref} would allow it if its conditions held: {'; '.join(failed)}"
    return Answer(Decision.IMPLICIT_DENY, (), f"{reason}.", nearest.ref, failed)


def _is_about(statement: Statement, asked: Request) -> bool:
    return statement.about_resource is None or statement.about_resource(asked.resource, asked.context)


def _said(condition: Condition, context: Context) -> str:
    values = context.get(condition.key.lower(), ())
    return f"the request says {', '.join(values)}" if values else f"the request has no {condition.key}"


def _listed(refs: Iterable[StatementRef]) -> str:
    names = [str(ref) for ref in dict.fromkeys(refs)]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

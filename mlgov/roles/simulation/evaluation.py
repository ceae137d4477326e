"""The decision: what IAM answers to a request, given every policy that takes part.

The order is IAM's (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html):

1. A Deny statement of any policy that fits the request decides: explicit deny.
2. Otherwise the request is denied unless something allows it. The identity policies allow together what any of them
   allows; a permissions boundary and a session policy must allow it too, and allow nothing by themselves.
3. A resource policy in the same account allows by itself when it names the role or user; a role then still needs its
   boundary and session policy. When it names a session of a role, nothing else is asked. When it names the account,
   the identity policies must allow as well. In another account both sides must allow.
4. A role is assumed only when its trust policy allows it, whatever else does; a KMS key is used only when its key
   policy allows it.

Service control and resource control policies of an organisation take no part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from mlgov.roles.simulation.documents import PolicyDocument, Statement
from mlgov.roles.simulation.patterns import Context
from mlgov.roles.simulation.principals import Grant, Principal

_TRUSTED = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "kms:")
_KEPT = 10_000


class Decision(Enum):
    """What IAM answers."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicit_deny"
    IMPLICIT_DENY = "implicit_deny"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. Made by `request`.

    Attributes:
        action: The action in small letters.
        resource: ARN of the resource; ``*`` for an action that has none.
        context: Condition keys in small letters -> their values.
        written: The action as it was written, for answers.
    """

    action: str
    resource: str
    context: Context
    written: str


def request(action: str, resource: str = "*", context: Mapping[str, str | Sequence[str]] | None = None) -> Request:
    """Make a request.

    Args:
        action: The action, for instance ``sagemaker:CreateTrainingJob``, in letters of either case.
        resource: ARN of the resource; ``*`` for an action that has none.
        context: Condition keys in letters of either case -> one value, or a list for a key that has several.
    """
    given = {
        key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in (context or {}).items()
    }
    return Request(action.lower(), resource, given, action)


@dataclass(frozen=True, slots=True)
class Layer:
    """Policies that allow together, because one of them is enough: the identity policies, say, or the boundary."""

    name: str
    documents: tuple[PolicyDocument, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The statements that are about one action, sorted out once.

    Attributes:
        denies: Every Deny statement of identity policies, boundary and session policy.
        allows: The Allow statements of each layer; every layer must allow.
        resource: The statements of the resource policy.
    """

    denies: tuple[Statement, ...]
    allows: tuple[tuple[Statement, ...], ...]
    resource: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Policies:
    """Every policy that takes part in a decision, ready to be asked many times.

    Attributes:
        layers: The identity policies first; then boundary and session policy, where there are any.
        resource: The resource policy, for instance the trust policy of the role that is to be assumed.
        principal: Who asks; only a resource policy wants to know.
        owner: The account that the resource belongs to, where its ARN does not say; empty: the asker's.
    """

    layers: tuple[Layer, ...]
    resource: PolicyDocument | None = None
    principal: Principal | None = None
    owner: str = ""
    _plans: dict[str, Plan] = field(default_factory=dict, repr=False, compare=False)

    def decide(self, asked: Request) -> Decision:
        """Give the decision alone, fast."""
        plan = self.plan(asked.action)
        resource, context = asked.resource, asked.context
        for statement in plan.denies:
            if statement.applies(resource, context):
                return Decision.EXPLICIT_DENY
        if self.resource is not None:
            return self._with_resource_policy(plan, asked)
        for layer in plan.allows:
            for statement in layer:
                if statement.applies(resource, context):
                    break
            else:
                return Decision.IMPLICIT_DENY
        return Decision.ALLOWED

    def plan(self, action: str) -> Plan:
        """Give the statements about an action, which is in small letters."""
        known = self._plans.get(action)
        if known is None:
            known = _plan(self, action)
            if len(self._plans) < _KEPT:
                self._plans[action] = known
        return known

    def missing(self, plan: Plan, asked: Request) -> list[int]:
        """List the layers, by number, that would have to allow the request and do not."""
        grant = self.grant(plan, asked)
        failing = [n for n, layer in enumerate(plan.allows) if not any(_fits(layer, asked))]
        return [n for n in failing if n in self.needed(grant, asked)]

    def grant(self, plan: Plan, asked: Request) -> Grant:
        """Say how directly the resource policy allows the request."""
        if self.principal is None:
            return Grant.NONE
        allowing = [s for s in _fits(plan.resource, asked) if not s.denies]
        return max((s.grant(self.principal) for s in allowing if s.grant), default=Grant.NONE)

    def denying(self, plan: Plan, asked: Request) -> list[Statement]:
        """List every Deny statement that fits the request."""
        of_resource = [s for s in _fits(plan.resource, asked) if s.denies and s.grant and self.principal]
        named = [s for s in of_resource if s.grant and self.principal and s.grant(self.principal)]
        return [*_fits(plan.denies, asked), *named]

    def lacks_trust(self, grant: Grant, asked: Request) -> bool:
        """Say whether the resource policy would have to allow the request and does not."""
        if self.resource is None or grant:
            return False
        alone = self.principal is None or self.principal.kind != "AWS"
        return alone or asked.action.startswith(_TRUSTED) or self._is_foreign(asked)

    def needed(self, grant: Grant, asked: Request) -> range:
        """Say which layers must allow, given what the resource policy grants."""
        count = len(self.layers)
        if self.principal is None or self.resource is None:
            return range(count)
        if self.principal.kind != "AWS":
            return range(0)
        if self._is_foreign(asked) or grant <= Grant.ACCOUNT:
            return range(count)
        return range(0) if grant is Grant.SESSION or self.principal.is_user else range(1, count)

    def _with_resource_policy(self, plan: Plan, asked: Request) -> Decision:
        if self.denying(plan, asked):
            return Decision.EXPLICIT_DENY
        lacking = self.lacks_trust(self.grant(plan, asked), asked) or self.missing(plan, asked)
        return Decision.IMPLICIT_DENY if lacking else Decision.ALLOWED

    def _is_foreign(self, asked: Request) -> bool:
        owner = self.owner or (asked.resource.split(":", 5)[4] if asked.resource.count(":") >= 5 else "")
        asking = self.principal.account if self.principal else ""
        return bool(owner and asking and owner != asking)


def policies(
    identity: Iterable[PolicyDocument],
    *,
    boundary: Iterable[PolicyDocument] | None = None,
    session: Iterable[PolicyDocument] | None = None,
    resource: PolicyDocument | None = None,
    principal: Principal | None = None,
    owner: str = "",
) -> Policies:
    """Put policies together.

    Args:
        identity: Inline and managed policies of the one who asks.
        boundary: The permissions boundary; None: there is none. An empty one allows nothing.
        session: The session policies; None: there are none.
        resource: The policy of the resource, compiled with principals; for sts:AssumeRole the trust policy.
        principal: Who asks; without one a resource policy allows nothing.
        owner: The account of the resource, where its ARN does not say (buckets).
    """
    bounds = (("the permissions boundary", boundary), ("the session policy", session))
    layers = [Layer("the identity policies", tuple(identity))]
    layers += [Layer(name, tuple(given)) for name, given in bounds if given is not None]
    return Policies(tuple(layers), resource, principal, owner)


def _fits(statements: Iterable[Statement], asked: Request) -> list[Statement]:
    return [statement for statement in statements if statement.applies(asked.resource, asked.context)]


def _plan(found: Policies, action: str) -> Plan:
    about = [
        [s for document in layer.documents for s in document.statements if s.about_action(action)]
        for layer in found.layers
    ]
    resource = found.resource.statements if found.resource else ()
    return Plan(
        denies=tuple(s for layer in about for s in layer if s.denies),
        allows=tuple(tuple(s for s in layer if not s.denies) for layer in about),
        resource=tuple(s for s in resource if s.about_action(action)),
    )

"""A role spec made askable: its rendered policies, the policies it attaches, and what is known of who asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlgov.errors import UsageError
from mlgov.roles.iam_json import iam_value
from mlgov.roles.policy import RenderedRole
from mlgov.roles.schema import RoleSpec
from mlgov.roles.simulation.answers import Answer, explain
from mlgov.roles.simulation.documents import PolicyDocument, compile_document
from mlgov.roles.simulation.evaluation import Decision, Policies, policies, request
from mlgov.roles.simulation.principals import Principal, principal

Given = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class SimulatedRole:
    """A role that can be asked.

    Attributes:
        name: Name of the IAM role.
        arn: Its ARN; the account is ``*`` when the spec names none.
        own: What the role may do.
        trust: Its trust policy.
        context: What every request of the role says: aws:PrincipalArn, aws:PrincipalType, aws:PrincipalIsAWSService,
            the account when the spec names it, and aws:PrincipalTag/<key> for every tag.
        unknown: ARNs of attached policies whose text is not known, the boundary among them.
    """

    name: str
    arn: str
    own: Policies
    trust: PolicyDocument
    context: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]

    def may(self, action: str, resource: str = "*", context: Given | None = None) -> Answer:
        """Ask whether the role may do something. What ``context`` says wins over what is known of the role."""
        return explain(self.own, request(action, resource, {**self.context, **_lowered(context or {})}))

    def may_pass(self, target: "SimulatedRole", context: Given | None = None) -> Answer:
        """Ask whether the role may hand another one to the service in ``iam:PassedToService``, and that one trusts it.

        IAM itself looks only at the one who passes; the service then fails to assume a role that does not trust it.
        """
        passed = self.may("iam:PassRole", target.arn, context)
        service = _lowered(context or {}).get("iam:passedtoservice")
        if not passed.is_allowed or not isinstance(service, str):
            return passed
        trusted = target.may_be_assumed(
            principal(service), {"aws:SourceAccount": self.own_account} if self.own_account else {}
        )
        if trusted.is_allowed:
            return passed
        reason = f"{passed.reason.removesuffix('.')}, but {target.name} does not trust {service}: {trusted.reason}"
        return Answer(Decision.IMPLICIT_DENY, (), reason, trusted.nearest, trusted.failed)

    def may_assume(self, target: "SimulatedRole", context: Given | None = None) -> Answer:
        """Ask whether the role may assume another one: both its policies and the other's trust policy count."""
        mine = Policies(self.own.layers, target.trust, Principal("AWS", self.arn))
        given = {**self.context, **_lowered(context or {})}
        return explain(mine, request("sts:AssumeRole", target.arn, given))

    def may_be_assumed(self, by: Principal, context: Given | None = None, *, action: str = "sts:AssumeRole") -> Answer:
        """Ask whether the trust policy lets somebody in. Their own policies are not known and taken as open."""
        asked = request(action, self.arn, context)
        return explain(policies([_OPEN], resource=self.trust, principal=by), asked)

    @property
    def own_account(self) -> str:
        """The twelve digits of the account; empty when the spec names none."""
        account = self.arn.split(":")[4]
        return account if account != "*" else ""


_OPEN = compile_document(
    "the policies of the one who asks",
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
)


def simulate(
    spec: RoleSpec, rendered: RenderedRole, known: Mapping[str, Mapping[str, Any]] | None = None
) -> SimulatedRole:
    """Make a role askable.

    Args:
        spec: The spec of the role.
        rendered: The role rendered from it.
        known: ARN -> document, of the managed policies and the boundary that the role attaches.

    Raises:
        UsageError: A document is none that IAM accepts, or the role does not attach a policy that was given.
    """
    texts = known or {}
    boundary = rendered.permissions_boundary
    attached = (*rendered.managed_policy_arns, *([boundary] if boundary else []))
    if strange := sorted(set(texts) - set(attached)):
        raise UsageError(
            f"{rendered.name} does not attach {strange[0]}.", hint=f"It attaches {', '.join(attached) or 'nothing'}."
        )
    value = iam_value(rendered)
    own = [(p["PolicyName"], p["PolicyDocument"]) for p in value["Role"].get("Policies", ())]
    own += [(p["ManagedPolicyName"], p["PolicyDocument"]) for p in value["ManagedPolicies"]]
    own += [(arn, texts[arn]) for arn in rendered.managed_policy_arns if arn in texts]
    limit = [compile_document(boundary, texts[boundary])] if boundary and boundary in texts else None
    arn = f"arn:{spec.partition}:iam::{spec.account or '*'}:role{rendered.path}{rendered.name}"
    return SimulatedRole(
        name=rendered.name,
        arn=arn,
        own=policies([compile_document(*each) for each in own], boundary=limit),
        trust=compile_document("the trust policy", value["Role"]["AssumeRolePolicyDocument"], with_principals=True),
        context=dict(_known_of(spec, arn)),
        unknown=tuple(each for each in attached if each not in texts),
    )


def _known_of(spec: RoleSpec, arn: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "aws:principaltype", ("AssumedRole",)
    yield "aws:principalisawsservice", ("false",)
    if spec.account:
        yield "aws:principalarn", (arn,)
        yield "aws:principalaccount", (spec.account,)
    for key, value in sorted(spec.tags.items()):
        yield f"aws:principaltag/{key.lower()}", (value,)


def _lowered(context: Given) -> dict[str, str | Sequence[str]]:
    return {key.lower(): value for key, value in context.items()}

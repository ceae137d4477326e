"""From a role spec and the activities it names to an IAM role, in one of two renderings.

``strict`` follows the activity files. ``cdk`` repeats the statements of the public CDK construct, defects and all, so
that a role which was made with it can be compared with what a spec would render (see `mlgov.roles.cdk`).
"""

from mlgov.roles import cdk
from mlgov.roles.filling import Values, conditions, distinct, extras_of, filled, values_for
from mlgov.roles.library import Activity, Library, StatementTemplate
from mlgov.roles.policy import Condition, Policy, RenderedRole, Statement, TrustStatement
from mlgov.roles.schema import ActivityChoice, RoleDocument, RoleSpec
from mlgov.roles.trust import trust_statements

ROLE_PREFIX = "SageMaker-"
#: What stands in the place of an activity's id for the statements of a role itself; no activity can be called so.
STATEMENTS = "custom-statements"
STATEMENTS_NAME = "Custom-Statements"
LIMIT_WORDS = {
    "network": "only in the subnets and security groups of the role",
    "keys": "only with the KMS keys of the role",
}


def assemble(role: RoleDocument, library: Library) -> RenderedRole:
    """Put a role together. `render` is the front door: it checks first.

    Raises:
        UsageError: A placeholder has no value.
        KeyError: The library has no such persona or activity.
    """
    spec = role.spec
    name = ROLE_PREFIX + role.metadata.name
    prefix = f"{name}-" if spec.policy_type == "managed" else ""
    build = _as_cdk if spec.compat == "cdk" else _strict
    policies, trust = build(prefix, spec, library)
    return RenderedRole(
        name=name,
        description=spec.description or "",
        path=spec.path,
        max_session_duration=spec.max_session_duration,
        trust=trust,
        policy_type=spec.policy_type,
        policies=policies,
        managed_policy_arns=distinct(spec.managed_policy_arns),
        permissions_boundary=spec.permissions_boundary,
        tags=tuple(sorted(spec.tags.items())),
        partition=spec.partition,
    )


def activities_of(spec: RoleSpec, library: Library) -> list[ActivityChoice]:
    """List the activities of a role: its own, or else those of its persona (none for an unknown one)."""
    if spec.activities is not None:
        return spec.activities
    persona = library.personas.get(spec.persona)
    return [ActivityChoice(id=identity) for identity in persona.activities] if persona else []


_Parts = tuple[tuple[Policy, ...], tuple[TrustStatement, ...]]


def _strict(prefix: str, spec: RoleSpec, library: Library) -> _Parts:
    choices = sorted(activities_of(spec, library), key=lambda choice: choice.id)
    activities = [library.activities[choice.id] for choice in choices]
    policies = [
        _policy(prefix, spec, activity, values_for(spec, choice))
        for activity, choice in zip(activities, choices, strict=True)
    ]
    policies += _own_statements(prefix, spec)
    templates = [template for activity in activities for template in activity.trust]
    return tuple(policies), tuple(trust_statements(spec, library, templates))


def _own_statements(prefix: str, spec: RoleSpec) -> list[Policy]:
    """Give the policy of the statements that the role has besides its activities, if it has any."""
    statements = tuple(
        Statement(
            sid=own.sid,
            purpose=own.purpose,
            limits=(),
            actions=distinct(own.actions),
            resources=distinct(own.resources),
            conditions=tuple(
                sorted(
                    Condition(op, key, distinct(v)) for op, keys in own.conditions.items() for key, v in keys.items()
                )
            ),
        )
        for own in spec.statements
    )
    summary = "What no activity permits and this role needs besides."
    return (
        [Policy(prefix + STATEMENTS_NAME, STATEMENTS, "Statements of its own", summary, statements)]
        if statements
        else []
    )


def _as_cdk(prefix: str, spec: RoleSpec, library: Library) -> _Parts:
    """As the construct does it: the trust policy is that of the first activity alone."""
    extras = extras_of(spec)
    choices = activities_of(spec, library)
    policies = []
    for choice in sorted(choices, key=lambda choice: choice.id):
        template, activity = cdk.templates()[choice.id], library.activities[choice.id]
        statements = cdk.statements(template, extras, values_for(spec, choice))
        name = prefix + cdk.policy_name(template, extras)
        policies.append(Policy(name, activity.id, activity.title, activity.summary, statements))
    first = cdk.trust(cdk.templates()[choices[0].id], extras, spec)
    others = [statement for statement in trust_statements(spec, library, []) if statement.sid != "SageMaker"]
    return tuple(policies), (first, *others)


def _policy(prefix: str, spec: RoleSpec, activity: Activity, values: Values) -> Policy:
    extras = extras_of(spec)
    wanted = [s for s in activity.statements if s.only_with is None or s.only_with in extras]
    statements = tuple(_statement(template, extras, values) for template in wanted)
    return Policy(prefix + activity.policy_name, activity.id, activity.title, activity.summary, statements)


def _statement(template: StatementTemplate, extras: set[str], values: Values) -> Statement:
    narrowing = {"network": template.with_network, "keys": template.with_keys}
    applied = [extra for extra in narrowing if extra in extras and narrowing[extra]]
    blocks = [template.conditions, *(narrowing[extra] for extra in applied)]
    return Statement(
        sid=template.sid,
        purpose=template.purpose,
        limits=tuple(LIMIT_WORDS[extra] for extra in applied),
        actions=distinct(template.actions),
        resources=filled(template.resources, values),
        conditions=conditions(blocks, values),
    )

"""IAM policies as values, and how they are put together from a role spec and the activities it names."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from mlgov.errors import UsageError
from mlgov.roles.library import PLACEHOLDER, Activity, Conditions, Library, StatementTemplate
from mlgov.roles.schema import ActivityChoice, Parameters, RoleDocument, RoleSpec

ROLE_PREFIX = "SageMaker-"
SAGEMAKER = "sagemaker.amazonaws.com"
LIMIT_WORDS = {
    "network": "only in the subnets and security groups of the role",
    "keys": "only with the KMS keys of the role",
}

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One condition of a statement: ``operator`` compares ``key`` with ``values`` (any of them)."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One Allow statement.

    Attributes:
        sid: Its Sid.
        purpose: What it permits, in plain words; not part of the policy.
        limits: What narrows it in this role, in plain words; not part of the policy.
        actions: Full action names, sorted.
        resources: Resource ARNs, sorted.
        conditions: All of them must hold; sorted.
    """

    sid: str
    purpose: str
    limits: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of one activity.

    Attributes:
        name: Its name: of the activity when inline, with the role's name in front when managed.
        activity: Id of the activity.
        title: Title of the activity.
        summary: What the activity permits, in plain words.
        statements: In the order of the activity.
    """

    name: str
    activity: str
    title: str
    summary: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class TrustStatement:
    """Who may assume the role.

    Attributes:
        sid: Its Sid.
        kind: ``Service`` for service principals, ``AWS`` for ARNs.
        principals: Sorted.
        conditions: Sorted.
    """

    sid: str
    kind: Literal["Service", "AWS"]
    principals: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class RenderedRole:
    """An IAM role with everything resolved.

    Attributes:
        name: Name of the IAM role.
        description: What it is for; empty when nobody says.
        path: IAM path of the role and its managed policies.
        max_session_duration: Longest session, seconds.
        trust: Who may assume it.
        policy_type: Whether ``policies`` are embedded or objects of their own.
        policies: One per activity, sorted by activity.
        managed_policy_arns: Existing policies that are attached too, sorted.
        permissions_boundary: ARN of the upper bound, or None.
        tags: Key and value, sorted by key.
    """

    name: str
    description: str
    path: str
    max_session_duration: int
    trust: tuple[TrustStatement, ...]
    policy_type: Literal["inline", "managed"]
    policies: tuple[Policy, ...]
    managed_policy_arns: tuple[str, ...]
    permissions_boundary: str | None
    tags: tuple[tuple[str, str], ...]


def assemble(role: RoleDocument, library: Library) -> RenderedRole:
    """Put a role together. `render` is the front door: it checks first.

    Raises:
        UsageError: A placeholder has no value.
        KeyError: The library has no such persona or activity.
    """
    spec = role.spec
    name = ROLE_PREFIX + role.metadata.name
    choices = sorted(activities_of(spec, library), key=lambda choice: choice.id)
    activities = [(library.activities[choice.id], values_for(spec, choice)) for choice in choices]
    prefix = f"{name}-" if spec.policy_type == "managed" else ""
    return RenderedRole(
        name=name,
        description=spec.description or "",
        path=spec.path,
        max_session_duration=spec.max_session_duration,
        trust=tuple(_trust(spec, [activity for activity, _ in activities])),
        policy_type=spec.policy_type,
        policies=tuple(_policy(prefix, spec, activity, values) for activity, values in activities),
        managed_policy_arns=_distinct(spec.managed_policy_arns),
        permissions_boundary=spec.permissions_boundary,
        tags=tuple(sorted(spec.tags.items())),
    )


def activities_of(spec: RoleSpec, library: Library) -> list[ActivityChoice]:
    """List the activities of a role: its own, or else those of its persona (none for an unknown one)."""
    if spec.activities is not None:
        return spec.activities
    persona = library.personas.get(spec.persona)
    return [ActivityChoice(id=identity) for identity in persona.activities] if persona else []


def values_for(spec: RoleSpec, choice: ActivityChoice) -> dict[str, Sequence[str]]:
    """Give the values of all placeholders for one activity; what the role does not give is missing or empty."""
    values: dict[str, Sequence[str]] = dict(scalars_of(spec))
    for name in Parameters.model_fields:
        values[name] = getattr(choice.parameters, name) or getattr(spec.parameters, name) or ()
    if spec.network:
        values |= {"subnets": spec.network.subnets, "security_groups": spec.network.security_groups}
    if spec.keys:
        values |= {"data_keys": spec.keys.data_keys, "volume_keys": spec.keys.volume_keys}
    return values


def scalars_of(spec: RoleSpec) -> dict[str, Sequence[str]]:
    """Give the values of the placeholders that have one value each."""
    return {"partition": [spec.partition], "region": [spec.region or "*"], "account": [spec.account or "*"]}


def expand(template: str, values: Values) -> Iterator[str]:
    """Fill the placeholders of a string: once per value, and per combination when there are several lists.

    Raises:
        UsageError: A placeholder has no value.
    """
    names = sorted(set(PLACEHOLDER.findall(template)))
    if missing := [name for name in names if not values.get(name)]:
        raise UsageError(f"{template!r} cannot be filled: the role gives no {', '.join(missing)}.")
    for combination in product(*(values[name] for name in names)):
        text = _fill(template, dict(zip(names, combination, strict=True)))
        if re.search(r"[{}$]", text):
            raise UsageError(f"{text!r} still holds a placeholder.")
        yield text


def _fill(template: str, filled: Mapping[str, str]) -> str:
    """Fill every placeholder in one pass, so that a value is never read as a template."""
    return PLACEHOLDER.sub(lambda found: filled[found[1]], template)


def _policy(prefix: str, spec: RoleSpec, activity: Activity, values: Values) -> Policy:
    extras = _extras(spec)
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
        actions=_distinct(template.actions),
        resources=_filled(template.resources, values),
        conditions=_conditions(blocks, values),
    )


def _trust(spec: RoleSpec, activities: list[Activity]) -> Iterator[TrustStatement]:
    """SageMaker under every condition that some activity puts; others only tied to the account."""
    extras, scalars = _extras(spec), scalars_of(spec)
    account: Conditions = {"StringEquals": {"aws:SourceAccount": ["{account}"]}} if spec.account else {}
    blocks = [t.conditions for a in activities for t in a.trust if t.only_with is None or t.only_with in extras]
    yield TrustStatement("SageMaker", "Service", (SAGEMAKER,), _conditions([account, *blocks], scalars))
    if services := set(spec.trust.services) - {SAGEMAKER}:
        yield TrustStatement("Services", "Service", _distinct(services), _conditions([account], scalars))
    if spec.trust.principals:
        yield TrustStatement("Principals", "AWS", _distinct(spec.trust.principals), ())


def _extras(spec: RoleSpec) -> set[str]:
    return {name for name, given in (("network", spec.network), ("keys", spec.keys)) if given}


def _conditions(blocks: list[Conditions], values: Values) -> tuple[Condition, ...]:
    """Join condition blocks. Values of one operator and key are alternatives, so a block may only repeat them."""
    joined: dict[tuple[str, str], tuple[str, ...]] = {}
    for block in blocks:
        for operator, keys in block.items():
            for key, templates in keys.items():
                filled = _filled(templates, values)
                if joined.setdefault((operator, key), filled) != filled:
                    raise UsageError(f"Two activities want different values of {operator} {key}.")
    return tuple(Condition(operator, key, filled) for (operator, key), filled in sorted(joined.items()))


def _filled(templates: Sequence[str], values: Values) -> tuple[str, ...]:
    return _distinct(text for template in templates for text in expand(template, values))


def _distinct(texts: Iterator[str] | Sequence[str] | set[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))

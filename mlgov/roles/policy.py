"""IAM roles and policies as values. They are put together in `mlgov.roles.assembly`."""

from dataclasses import dataclass
from typing import Literal


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
        sid: Its Sid; empty in the rendering ``cdk``, whose statements have none.
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
        kind: ``Service`` for service principals, ``AWS`` for ARNs of IAM, ``Federated`` for identity providers.
        principals: Sorted.
        conditions: Sorted.
        actions: How the role is assumed.
    """

    sid: str
    kind: Literal["Service", "AWS", "Federated"]
    principals: tuple[str, ...]
    conditions: tuple[Condition, ...]
    actions: tuple[str, ...] = ("sts:AssumeRole",)


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
        partition: The AWS partition that the role lives in.
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
    partition: str = "aws"

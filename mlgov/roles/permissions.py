"""What a role permits, for people: one entry per activity, each statement in plain words beside its actions."""

from dataclasses import dataclass

from mlgov.roles.policy import RenderedRole, Statement
from mlgov.roles.render import render
from mlgov.roles.schema import RoleDocument


@dataclass(frozen=True, slots=True)
class ActivityPermissions:
    """One activity of a role.

    Attributes:
        id: Id of the activity.
        title: Its name for people.
        summary: What it permits, in plain words.
        statements: Its statements; ``purpose`` and ``limits`` of each are plain words too.
    """

    id: str
    title: str
    summary: str
    statements: tuple[Statement, ...]


def permissions(role: RoleDocument | RenderedRole) -> list[ActivityPermissions]:
    """List what a role permits, sorted by activity.

    Raises:
        UsageError: A role that cannot be rendered.
    """
    rendered = render(role) if isinstance(role, RoleDocument) else role
    return [ActivityPermissions(p.activity, p.title, p.summary, p.statements) for p in rendered.policies]

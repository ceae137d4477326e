"""Ways to more power in the union of all that a role is given.

A condition does not hide a way, and neither does a resource: only a Deny on everything does, and for PassRole a
condition that names other services. A way is *bounded* when the statements that it takes name their resources in full.
"""

from dataclasses import dataclass

from mlgov.roles.lint.catalogue import Path, paths
from mlgov.roles.lint.conditions import services
from mlgov.roles.lint.grants import Grant, Union, allowing


@dataclass(frozen=True, slots=True)
class Escalation:
    """A way to more power that is open.

    Attributes:
        path: The way.
        grants: The statements that open it.
        bounded: Whether it leads only to what the statements name in full.
    """

    path: Path
    grants: tuple[Grant, ...]
    bounded: bool


def escalations(grants: Union, bounds: Union | None = None) -> list[Escalation]:
    """Find the known ways to more power.

    Args:
        grants: All statements of a role, from every policy.
        bounds: The statements of its permissions boundary; None when there is none, or when its text is not known.

    Returns:
        In the order of the catalogue. A way that needs only a part of another one stands for both.
    """
    actions = dict.fromkeys(need for path in paths() for need in path.needs)
    given = {action: found for action in actions if (found := _given(grants, bounds, action))}
    opened = [way for path in paths() if (way := _opened(path, given))]
    return [each for each in opened if not any(_is_part(other, each) for other in opened)]


def _given(grants: Union, bounds: Union | None, action: str) -> list[Grant]:
    if bounds is not None and not allowing(bounds, action):
        return []
    return allowing(grants, action)


def _opened(path: Path, given: dict[str, list[Grant]]) -> Escalation | None:
    found: list[list[Grant]] = [given.get(need, []) for need in path.needs]
    if path.service:
        found[0] = [grant for grant in found[0] if _passes_to(grant, path.service)]
        if all(grant.origin == "activity" and _is_bounded_pass(grant) for grant in found[0]):
            return None  # none at all, or exactly the reviewed roles of roles_to_pass
    if not all(found):
        return None
    if path.service:
        bounded = all(map(_is_bounded_pass, found[0]))
    else:
        bounded = any(all(grant.is_exact for grant in way) for way in found)
    return Escalation(path, tuple(dict.fromkeys(grant for way in found for grant in way)), bounded)


def _passes_to(grant: Grant, service: str) -> bool:
    named = services(grant)
    return named is None or any(name.removesuffix(".cn") == service for name in named)


def _is_bounded_pass(grant: Grant) -> bool:
    return grant.is_exact and services(grant) is not None


def _is_part(one: Escalation, other: Escalation) -> bool:
    return set(one.path.needs) < set(other.path.needs) and (one.bounded <= other.bounded or not other.path.service)

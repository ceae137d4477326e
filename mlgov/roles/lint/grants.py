"""Statements of every origin in one form, so that they can be judged together."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from mlgov.roles.assembly import STATEMENTS
from mlgov.roles.policy import Condition, RenderedRole

Origin = Literal["activity", "statements", "file"]


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement.

    Attributes:
        origin: Whether it comes from an activity, from the role's own statements or from a file.
        source: Id of the activity, or path of the file.
        number: Its place in the document, from 0.
        allows: Whether its effect is Allow.
        actions: As written; with ``but_actions`` all others are meant.
        resources: As written; with ``but_resources`` all others are meant.
        conditions: All of them must hold.
        but_actions: Whether the statement says NotAction.
        but_resources: Whether the statement says NotResource.
    """

    origin: Origin
    source: str
    number: int
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    but_actions: bool = False
    but_resources: bool = False

    def covers(self, action: str) -> bool:
        """Say whether it is about an action, given in full."""
        return any(fits(pattern, action) for pattern in self.actions) is not self.but_actions

    @property
    def is_exact(self) -> bool:
        """Whether it names every resource in full."""
        return not self.but_resources and not any(re.search(r"[*?$]", resource) for resource in self.resources)

    @property
    def is_everywhere(self) -> bool:
        """Whether it holds for every resource, under no condition."""
        return "*" in self.resources and not self.but_resources and not self.conditions


@lru_cache(4096)
def fits(pattern: str, text: str) -> bool:
    """Say whether a text fits a pattern with ``*`` and ``?``; letters of either case."""
    if "*" not in pattern and "?" not in pattern:
        return pattern.lower() == text.lower()
    chunks = [re.escape(chunk).replace(r"\?", ".") for chunk in re.split(r"\*+", pattern.lower())]
    first, *rest = chunks
    middle = "".join(f"(?>.*?{chunk})" for chunk in rest[:-1] if chunk)
    return re.fullmatch(first + (f"{middle}.*{rest[-1]}" if rest else ""), text.lower(), re.DOTALL) is not None


def of_role(rendered: RenderedRole) -> Iterator[Grant]:
    """List the statements of the policies that a role is rendered to."""
    for policy in rendered.policies:
        origin: Origin = "statements" if policy.activity == STATEMENTS else "activity"
        for number, each in enumerate(policy.statements):
            yield Grant(origin, policy.activity, number, True, each.actions, each.resources, each.conditions)


def of_document(path: str, document: Mapping[str, Any]) -> Iterator[Grant]:
    """List the statements of a policy document that `mlgov.roles.simulation` can compile."""
    for number, each in enumerate(listed(document.get("Statement", []))):
        yield Grant(
            "file",
            path,
            number,
            each["Effect"] == "Allow",
            _texts(each.get("Action", each.get("NotAction", ()))),
            _texts(each.get("Resource", each.get("NotResource", ()))),
            tuple(_conditions(each.get("Condition", {}))),
            "NotAction" in each,
            "NotResource" in each,
        )


@dataclass(frozen=True, slots=True)
class Union:
    """Statements that count together.

    Attributes:
        named: Action in small letters -> the statements that name it in full.
        open_ones: The statements with patterns of actions, or with NotAction.
    """

    named: Mapping[str, Sequence[Grant]]
    open_ones: Sequence[Grant]


def together(grants: Iterable[Grant]) -> Union:
    """Put statements together."""
    named: dict[str, list[Grant]] = {}
    open_ones: list[Grant] = []
    for grant in grants:
        if grant.but_actions or any("*" in action or "?" in action for action in grant.actions):
            open_ones.append(grant)
            continue
        for action in grant.actions:
            named.setdefault(action.lower(), []).append(grant)
    return Union(named, open_ones)


def allowing(union: Union, action: str) -> list[Grant]:
    """List the statements that allow an action, unless one denies it everywhere."""
    about = [*union.named.get(action.lower(), ()), *(grant for grant in union.open_ones if grant.covers(action))]
    if any(not grant.allows and grant.is_everywhere for grant in about):
        return []
    return [grant for grant in about if grant.allows]


def listed(value: Any) -> Sequence[Any]:  # noqa: ANN401 - JSON
    """Give a list; IAM takes a single value where a list may stand."""
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in listed(value))


def _conditions(blocks: Mapping[str, Mapping[str, Any]]) -> Iterator[Condition]:
    for operator, keys in blocks.items():
        for key, values in keys.items():
            yield Condition(operator, key, _texts(values))

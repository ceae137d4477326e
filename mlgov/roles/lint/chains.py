"""Ways to more power that lead over several roles: one may be passed or assumed, and that one can do more.

A step leads from a role to another role of the repository:

* by handing it on: a statement lets the first pass the second to a service (its conditions aside), the second trusts
  that service, and the first may start something there, as the catalogue of escalations says;
* by assuming it: the second names the first in its trust policy, or an access grant does.

What can be done at the end of a chain is what `escalations` finds there, or a pair of duties that do not go together,
one held at each end. A way that the first role has by itself is told there and not here.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlgov.roles.lint.catalogue import Pair, paths
from mlgov.roles.lint.conditions import services
from mlgov.roles.lint.duties import duties, toxic
from mlgov.roles.lint.escalation import Escalation, escalations
from mlgov.roles.lint.grants import Grant, Union, allowing, fits


@dataclass(frozen=True, slots=True)
class Node:
    """A role in the graph.

    Attributes:
        name: Name of its document.
        arn: Its ARN; empty when it names no account.
        grants: All its statements.
        bounds: Those of its permissions boundary; None when there is none, or when its text is not known.
        services: The services that it trusts.
        trusted: Roles that it lets in -> the place that says so, as whoever makes the nodes names places.
    """

    name: str
    arn: str
    grants: Union
    bounds: Union | None
    services: frozenset[str]
    trusted: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A step from one role to another.

    Attributes:
        target: Name of the role that it leads to.
        words: What is done, after "can".
        grant: The statement that passes the role; None when it is assumed.
        place: The place that lets the first role in; empty when the role is passed.
    """

    target: str
    words: str
    grant: Grant | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A way over several roles.

    Attributes:
        start: Name of the first role.
        steps: The steps, at least one.
        ways: What the last role can do that the first cannot.
        pairs: Duties that do not go together, one of the first role and one of the last.
    """

    start: str
    steps: tuple[Step, ...]
    ways: tuple[Escalation, ...]
    pairs: tuple[Pair, ...]

    @property
    def words(self) -> str:
        """The way in words, from the first role to the last."""
        first, *rest = self.steps
        return "".join((f"can {first.words}", *(f", which can {step.words}" for step in rest)))


class _Index:
    """Roles by what leads to them, so that a thousand of them are no million of questions."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._by_arn = {node.arn: node for node in nodes if node.arn}
        self.letting_in: dict[str, list[Node]] = {}
        for node in nodes:
            for arn in node.trusted if node.arn else ():
                self.letting_in.setdefault(arn, []).append(node)

    def meant(self, grant: Grant) -> list[Node]:
        """List the roles that a statement is about."""
        if grant.is_exact:
            return [self._by_arn[arn] for arn in grant.resources if arn in self._by_arn]
        return [
            node
            for arn, node in self._by_arn.items()
            if any(fits(pattern, arn) for pattern in grant.resources) is not grant.but_resources
        ]


def chains(nodes: Sequence[Node]) -> Iterator[Chain]:
    """Find the ways over several roles, the shortest for each pair of ends.

    Args:
        nodes: Every role, in order.
    """
    by_name = {node.name: node for node in nodes}
    index = _Index(nodes)
    steps = {node.name: list(_steps(node, index)) for node in nodes}
    if not any(steps.values()):
        return
    meeting = {name for name, each in steps.items() if each} | {step.target for each in steps.values() for step in each}
    ways = {name: escalations(by_name[name].grants, by_name[name].bounds) for name in meeting}
    held = {name: duties(by_name[name].grants, by_name[name].bounds) for name in meeting}
    for start in (node.name for node in nodes if steps[node.name]):
        own = {way.path.id for way in ways[start]}
        for end, taken in _reached(start, steps):
            more = tuple(way for way in ways[end] if way.path.id not in own and not _leads_on(way))
            both = tuple(pair for pair in toxic(held[start], held[end]) if not _alone(pair, held[start], held[end]))
            if more or both:
                yield Chain(start, taken, more, both)


def _leads_on(way: Escalation) -> bool:
    """Say whether a way is the next step, to the roles that it names, and not the end of one."""
    return way.bounded and bool(way.path.service)


def _alone(pair: Pair, *held: Mapping[str, object]) -> bool:
    """Say whether one role holds both duties by itself, which is told there."""
    return any(pair.one.id in each and pair.other.id in each for each in held)


def _reached(start: str, steps: Mapping[str, Sequence[Step]]) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """List every role that can be reached, each with the shortest way to it."""
    seen = {start}
    waiting = deque[tuple[str, tuple[Step, ...]]]([(start, ())])
    while waiting:
        here, taken = waiting.popleft()
        for step in steps.get(here, ()):
            if step.target not in seen:
                seen.add(step.target)
                yield step.target, (*taken, step)
                waiting.append((step.target, (*taken, step)))


def _steps(node: Node, index: _Index) -> Iterator[Step]:
    """List the steps from a role, by name of the next one."""
    found = {step.target: step for step in _passed(node, index)}
    for other in index.letting_in.get(node.arn, ()) if node.arn else ():
        if other is not node:
            found[other.name] = Step(other.name, f"assume SageMaker-{other.name}", place=other.trusted[node.arn])
    yield from (found[name] for name in sorted(found))


def _passed(node: Node, index: _Index) -> Iterator[Step]:
    passing = [] if _is_bounded_away(node) else allowing(node.grants, "iam:PassRole")
    starting = dict(_starting(node)) if passing else {}
    seen: set[str] = set()
    for grant in passing if starting else ():
        named = services(grant)
        able = [service for service in sorted(starting) if named is None or _names(named, service)]
        for other in index.meant(grant) if able else ():
            trusted = [service for service in able if service in other.services]
            if trusted and other is not node and other.name not in seen:
                seen.add(other.name)
                how = ", ".join(("iam:PassRole", *starting[trusted[0]]))
                yield Step(other.name, f"hand SageMaker-{other.name} to {trusted[0]} ({how})", grant)


def _is_bounded_away(node: Node) -> bool:
    return node.bounds is not None and not allowing(node.bounds, "iam:PassRole")


def _starting(node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """List the services in which a role may start something under another one, with the actions that it takes."""
    for path in reversed(paths()):
        needs = path.needs[1:]
        if path.service and all(_may(node, need) for need in needs):
            yield path.service, needs


def _may(node: Node, action: str) -> bool:
    return bool(allowing(node.grants, action)) and (node.bounds is None or bool(allowing(node.bounds, action)))


def _names(named: Sequence[str], service: str) -> bool:
    return any(name.removesuffix(".cn") == service for name in named)

"""Requests made from policies: what each statement is about, and what misses it by one thing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: What stands in an ARN for a wildcard, by segment.
INSTEAD = {3: "eu-central-1", 4: "111122223333"}
Context = dict[str, str | list[str]]


def requests_of(documents: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, Context]]:
    """Make requests from the statements of policies: action, resource, context.

    For every action: on each resource with every condition met, without each condition key, with another value for
    each, and on a resource that is not meant.
    """
    for document in documents:
        for statement in document["policy"]["Statement"]:
            for number, action in enumerate(statement["Action"]):
                yield from _requests(statement, action, everything=number < 3)


def _requests(statement: Mapping[str, Any], action: str, *, everything: bool) -> Iterator[tuple[str, str, Context]]:
    met = dict(_met(statement.get("Condition", {})))
    resources = [example(pattern) for pattern in statement["Resource"]]
    yield from ((action, resource, met) for resource in resources)
    if not everything:
        return
    for key in met:
        yield action, resources[0], {each: value for each, value in met.items() if each != key}
        yield action, resources[0], {**met, key: _other(met[key])}
    if resources[0] != "*":
        yield action, resources[0].replace("111122223333", "444455556666") + "-other", met


def example(pattern: str) -> str:
    """Make an ARN that a pattern matches."""
    if pattern == "*":
        return pattern
    parts = pattern.split(":", 5)
    return ":".join(part.replace("*", INSTEAD.get(place, "x")) for place, part in enumerate(parts))


def _met(conditions: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str | list[str]]]:
    for operator, keys in conditions.items():
        for key, values in keys.items():
            if operator == "Null":
                continue
            first = values if isinstance(values, str) else values[0]
            first = first.replace("*", "x")
            yield key, [first] if operator.startswith("ForAllValues:") else first


def _other(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [*value, "other"]
    return f"{value}0" if value.startswith("arn:") else "other"

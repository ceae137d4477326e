"""The files of this folder that say what is dangerous, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from mlgov.documents import load
from mlgov.errors import MlgovError


@dataclass(frozen=True, slots=True)
class Path:
    """A known way to more power.

    Attributes:
        id: Its name.
        title: What somebody can do, after "can".
        needs: All the actions that it takes.
        service: The service that a role is passed to; empty when none is.
    """

    id: str
    title: str
    needs: tuple[str, ...]
    service: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that a person is trusted with.

    Attributes:
        id: Its name.
        title: What it is, after "may".
        actions: Any of them will do.
        when: What the request says, by condition key.
    """

    id: str
    title: str
    actions: tuple[str, ...]
    when: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two duties that do not go together, and why."""

    one: Duty
    other: Duty
    reason: str


@cache
def paths() -> tuple[Path, ...]:
    """Read the known ways to more power."""
    return tuple(
        Path(each["id"], each["title"], tuple(_needs(each)), each.get("service", ""))
        for each in _read("escalations.yaml")["paths"]
    )


@cache
def pairs() -> tuple[Pair, ...]:
    """Read the duties that do not go together."""
    found = _read("toxic_pairs.yaml")
    duties = {
        each["id"]: Duty(each["id"], each["title"], tuple(each["actions"]), each.get("when", {}))
        for each in found["duties"]
    }
    return tuple(Pair(duties[one], duties[other], reason) for (one, other), reason in map(_pair, found["pairs"]))


def _pair(pair: Mapping[str, Any]) -> tuple[tuple[str, str], str]:
    one, other = pair["duties"]
    return (one, other), pair["reason"]


def _needs(path: Mapping[str, Any]) -> list[str]:
    return [*(["iam:PassRole"] if "service" in path else []), *path["needs"]]


def _read(name: str) -> dict[str, Any]:
    document, findings = load(resources.files("mlgov.roles.lint").joinpath(name).read_bytes(), name)
    if document is None:
        raise MlgovError(f"{findings[0].location}: {findings[0].message}")
    return document.value

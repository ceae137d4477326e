"""The abilities of ``abilities.yaml`` as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from mlgov.documents import load
from mlgov.errors import MlgovError

#: Kinds of things -> what several of them are called.
KINDS = {"model": "Models", "endpoint": "Endpoints", "card": "Model cards", "bucket": "Buckets", "role": "Roles"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a role.

    Attributes:
        action: The action.
        resource: The ARN, with placeholders.
        context: What the request says, by condition key.
    """

    action: str
    resource: str
    context: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ability:
    """Something that a role may be able to do.

    Attributes:
        id: Its name.
        of: The kind of thing that it is done to.
        title: What it is, after "may" and before the thing.
        asks: Questions; one that is answered with yes is enough.
    """

    id: str
    of: str
    title: str
    asks: tuple[Ask, ...]


@cache
def abilities() -> tuple[Ability, ...]:
    """Read the abilities, in the order of the file."""
    name = "abilities.yaml"
    document, findings = load(resources.files("mlgov.roles.matrix").joinpath(name).read_bytes(), name)
    if document is None:
        raise MlgovError(f"{findings[0].location}: {findings[0].message}")
    return tuple(map(_ability, document.value["abilities"]))


def abilities_of(kind: str) -> list[Ability]:
    """List the abilities about one kind of thing."""
    return [ability for ability in abilities() if ability.of == kind]


def _ability(value: Mapping[str, Any]) -> Ability:
    asks = tuple(Ask(each["action"], each["resource"], each.get("context", {})) for each in value["asks"])
    return Ability(value["id"], value["of"], value["title"], asks)

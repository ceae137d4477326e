"""The actions of AWS, their resource types, condition keys and access levels, as of the date in `about`.

They lie in ``iam_actions.zip``, one JSON file per service, which ``scripts/iam_data.py`` makes. A service is read when
it is asked for and not before.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Action:
    """One action.

    Attributes:
        name: Its name without the service, spelled as AWS spells it.
        level: ``P`` permissions management, ``T`` tagging, ``W`` write, ``R`` read, ``L`` list.
        types: Resource type -> whether a statement must name it; empty for an action that knows no resources.
        keys: Condition keys that it, or a resource of it, has.
    """

    name: str
    level: str
    types: Mapping[str, bool]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One service.

    Attributes:
        actions: By name in small letters.
        resources: Resource type -> ARN with ``${…}`` for what varies.
        key_types: Condition key in small letters -> its name as AWS spells it and the type of its values.
        replaced: Condition key in small letters -> the key that took its place.
    """

    actions: Mapping[str, Action]
    resources: Mapping[str, str]
    key_types: Mapping[str, tuple[str, str]]
    replaced: Mapping[str, str]


@cache
def about() -> Mapping[str, str]:
    """Say where the data come from: ``source``, ``date`` and ``licence``."""
    found: dict[str, str] = json.loads(_archive().read("about.json"))
    return found


@cache
def prefixes() -> frozenset[str]:
    """List the services, as they stand before the colon of an action."""
    names = (name for name in _archive().namelist() if name.endswith(".json"))
    return frozenset(name.removesuffix(".json") for name in names) - {"about"}


@cache
def service(prefix: str) -> Service | None:
    """Read a service; None when there is none of this prefix (in small letters)."""
    if prefix not in prefixes():
        return None
    held = json.loads(_archive().read(f"{prefix}.json"))
    types = held["resources"]
    return Service(
        actions={name.lower(): _action(name, facts, types) for name, facts in held["actions"].items()},
        resources={name: arn for name, (arn, _) in types.items()},
        key_types={key.lower(): (key, kind) for key, kind in held["keys"].items()},
        replaced={key.lower(): new for key, new in held["replaced"].items()},
    )


def _action(name: str, facts: tuple[str, dict[str, int], list[str]], types: dict[str, tuple[str, list[str]]]) -> Action:
    level, named, keys = facts
    of_types = {key for kind in named if kind in types for key in types[kind][1]}
    return Action(name, level, {kind: bool(must) for kind, must in named.items()}, tuple(sorted({*keys, *of_types})))


@cache
def _archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(resources.files("mlgov.roles.lint").joinpath("iam_actions.zip").read_bytes()))

"""Frameworks that cards can be held against: data packs, one YAML file each and no code.

A pack names requirements by the ids that its readers know, with short titles of ours, and the fields of a card that
answer each. ``fields`` are paths below ``spec``; ``monitors`` stands for an enabled monitor of the model. A requirement
that no card can answer says why in ``outside``. The packs of an organisation are read by `organisation`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Field, StringConstraints, model_validator

from mlgov.cards.rules.framework_pack import PACK
from mlgov.cards.schema import CardSpec
from mlgov.documents import Document, Pointer, load
from mlgov.errors import MlgovError
from mlgov.findings import Finding
from mlgov.lifecycle import Day, Part, validate

#: The field that stands for an enabled monitor of the model.
MONITORS = "monitors"

_FIELD_FIX = (
    f"Name a field as it is called below spec, with dots: intended_uses.risk_rating; or {MONITORS}. "
    "What lies inside of a list cannot be named."
)

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .()-]*$", max_length=63)]
Text = Annotated[str, StringConstraints(min_length=3, max_length=400)]


class Requirement(Part):
    """One requirement."""

    id: Id
    """Its id in the framework."""
    title: Text
    """What it asks for, in words of ours."""
    fields: list[str] = Field(default_factory=list)
    """Fields of a card that answer it; all of them have to be filled."""
    outside: Text | None = None
    """Why no card can answer it, and what does."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "Requirement":
        if bool(self.fields) == bool(self.outside):
            raise ValueError(f"{self.id} needs either fields or outside")
        return self


class Framework(Part):
    """One version of a framework."""

    id: Id
    """Its id; the name of its file."""
    title: Text
    """Its name for people."""
    version: str
    """Which version of it."""
    summary: Text
    """What it is."""
    link: Annotated[str, StringConstraints(pattern="^https://")]
    """Where to read it."""
    effective: Day
    """Since when it holds."""
    superseded: Day | None = None
    """Since when its successor holds."""
    successor: Id | None = None
    """What replaced it."""
    predecessor: Id | None = None
    """What it replaced."""
    notes: Text | None = None
    """What the pack leaves out, and when obligations begin."""
    requirements: list[Requirement] = Field(min_length=1)
    """Its requirements."""

    def is_current(self, on: date) -> bool:
        """Say whether it held on that day."""
        return self.effective <= on and (self.superseded is None or on < self.superseded)


@cache
def built_in() -> dict[str, Framework]:
    """Read the packs that come with mlgov, by id. Raises MlgovError when a file of ours is damaged."""
    folder = resources.files("mlgov.cards.frameworks")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    found = [read(entry.read_bytes(), entry.name) for entry in files]
    return {framework.id: framework for framework in found}


def read(data: bytes, path: str) -> Framework:
    """Read one pack of ours. Raises MlgovError when it breaks the format above."""
    framework, findings = read_pack(data, path)
    if framework is None:
        raise MlgovError(f"{findings[0].location}: {findings[0].message}")
    return framework


def read_pack(data: bytes, path: str) -> tuple[Framework | None, list[Finding]]:
    """Read one pack.

    Returns:
        The framework and no findings, or None and what is wrong with the file.
    """
    document, findings = load(data, path)
    if document is None:
        return None, findings
    framework, findings = validate(document, Framework)
    if framework is None:
        return None, findings
    findings = list(_check(document, framework))
    return (None, findings) if findings else (framework, [])


def _check(document: Document, framework: Framework) -> Iterator[Finding]:
    stem = document.path.rpartition("/")[2].removesuffix(".yaml")
    if framework.id != stem:
        message = f"The id is {framework.id!r}, but the file is called {stem!r}."
        yield PACK.at(document.location(("id",)), message, pointer=("id",), fix="Rename the file, or correct the id.")
    seen: set[str] = set()
    for i, requirement in enumerate(framework.requirements):
        at: Pointer = ("requirements", i)
        if requirement.id in seen:
            message = f"The requirement '{requirement.id}' is there twice."
            yield PACK.at(document.location((*at, "id")), message, pointer=(*at, "id"))
        seen.add(requirement.id)
        for k, field in enumerate(requirement.fields):
            if field != MONITORS and not is_field(field):
                pointer = (*at, "fields", k)
                message = f"No card has a field {field!r}."
                yield PACK.at(document.location(pointer), message, pointer=pointer, fix=_FIELD_FIX)


def is_field(field: str) -> bool:
    """Say whether a card can be asked for a field: keys below ``spec``, none of them inside of a list."""
    return _leads(CardSpec, field.split("."))


def _leads(annotation: Any, keys: Sequence[str]) -> bool:  # noqa: ANN401 - a type expression
    if not keys:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        found = annotation.model_fields.get(keys[0])
        return found is not None and _leads(found.annotation, keys[1:])
    origin = get_origin(annotation)
    if origin is dict:
        return len(keys) == 1
    return origin is not list and any(_leads(part, keys) for part in get_args(annotation))

"""Frameworks that cards can be held against: data packs, one YAML file each and no code.

A pack names requirements by the ids that its readers know, with short titles of ours, and the fields of a card that
answer each. ``fields`` are paths below ``spec``; ``monitors`` stands for an enabled monitor of the model. A requirement
that no card can answer says why in ``outside``.
"""

from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError, model_validator

from mlgov.documents import load
from mlgov.errors import MlgovError
from mlgov.lifecycle import Day, Part

#: The field that stands for an enabled monitor of the model.
MONITORS = "monitors"

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
    """Read one pack. Raises MlgovError when it breaks the format above."""
    document, findings = load(data, path)
    if document is None:
        raise MlgovError(f"{findings[0].location}: {findings[0].message}")
    try:
        framework = Framework.model_validate(document.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise MlgovError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    if path != f"{framework.id}.yaml":
        raise MlgovError(f"{path}: the id is {framework.id}, not the name of the file.")
    return framework

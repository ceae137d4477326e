"""The framework packs: whole, readable, and about fields that exist."""

from datetime import date

import pytest
from pydantic import BaseModel

from mlgov.cards import CardSpec
from mlgov.cards.coverage import fields_of
from mlgov.cards.frameworks import MONITORS, built_in, read
from mlgov.errors import MlgovError

PACK = b"""\
id: house
title: House rules
version: "1"
summary: What we ask of ourselves.
link: https://rules.example.org
effective: 2026-01-01
requirements:
  - {id: H1, title: Say what it is for, fields: [intended_uses.intended_uses]}
"""


def model_of(annotation: object) -> type[BaseModel] | None:
    """Find the pydantic model in ``X``, ``X | None`` or ``list[X]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    return next((found for each in arguments if (found := model_of(each))), None)


def test_every_field_that_a_pack_names_exists() -> None:
    """A field that no card has would never be filled."""
    for field in fields_of(built_in().values()) - {MONITORS}:
        model: type[BaseModel] | None = CardSpec
        for key in field.split("."):
            assert model is not None, field
            assert key in model.model_fields, field
            model = model_of(model.model_fields[key].annotation)


def test_ids_are_unique_and_successors_are_there() -> None:
    """A chain of versions leads somewhere and back."""
    frameworks = built_in()
    for framework in frameworks.values():
        ids = [requirement.id for requirement in framework.requirements]
        assert len(ids) == len(set(ids))
        assert (framework.superseded is None) == (framework.successor is None)
        if framework.successor:
            successor = frameworks[framework.successor]
            assert successor.predecessor == framework.id
            assert successor.effective == framework.superseded


@pytest.mark.parametrize(
    ("day", "current"),
    [(date(2011, 4, 3), False), (date(2011, 4, 4), True), (date(2026, 4, 16), True), (date(2026, 4, 17), False)],
)
def test_a_version_holds_until_its_successor_does(day: date, *, current: bool) -> None:
    """From its first day, up to and without the first day of the next."""
    assert built_in()["sr-11-7"].is_current(day) is current


def test_the_whole_of_annex_iv_and_of_annex_a_is_named() -> None:
    """What a card cannot answer is said and not left out."""
    annex_iv = [requirement.id for requirement in built_in()["eu-ai-act-annex-iv"].requirements]
    assert annex_iv == [*(f"{n}({c})" for n in (1, 2) for c in "abcdefgh"), *map(str, range(3, 10))]
    assert len(built_in()["iso-42001-annex-a"].requirements) == 38


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"fields: [intended_uses.intended_uses]", b"outside: No., fields: [x]"),
        (b", fields: [intended_uses.intended_uses]", b""),
        (b"https:", b"http:"),
        (b"id: house", b"id: other"),
        (b"version", b"versoin"),
        (b"effective: 2026-01-01", b"effective: soon"),
        (b"id: house", b"id: [house"),
    ],
)
def test_a_damaged_pack_is_refused(old: bytes, new: bytes) -> None:
    """With the name of the file."""
    assert read(PACK, "house.yaml").id == "house"
    with pytest.raises(MlgovError, match=r"house\.yaml"):
        read(PACK.replace(old, new, 1), "house.yaml")

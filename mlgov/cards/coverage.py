"""How far a card answers the requirements of a framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mlgov.cards.frameworks import MONITORS, Framework, Requirement
from mlgov.cards.schema import CardDocument
from mlgov.documents import Value, find
from mlgov.lifecycle.required import is_placeholder


class Answer(StrEnum):
    """How far a requirement is answered. None of them is a legal judgement."""

    ANSWERED = "answered"
    PARTLY = "partly"
    OPEN = "open"
    CLAIMED = "claimed"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement held against a card.

    Attributes:
        requirement: The requirement.
        answer: answered (all fields filled), partly (some), open (none), claimed (the card has a claim for it) or
            outside (no card can answer it).
        filled: Fields that are filled.
        missing: Fields that are not.
        statement: The card's claim.
    """

    requirement: Requirement
    answer: Answer
    filled: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card held against a framework.

    Attributes:
        card: Name of the card.
        framework: The framework.
        lines: One line per requirement, in the framework's order.
    """

    card: str
    framework: Framework
    lines: tuple[Line, ...]

    def count(self, *answers: Answer) -> int:
        """Count the requirements with one of these answers."""
        return sum(line.answer in answers for line in self.lines)

    @property
    def answered(self) -> int:
        """Requirements that are answered by fields or by a claim."""
        return self.count(Answer.ANSWERED, Answer.CLAIMED)

    @property
    def answerable(self) -> int:
        """Requirements that a card can answer, or that this one has a claim for."""
        return len(self.lines) - self.count(Answer.OUTSIDE)


def coverage(card: CardDocument, framework: Framework, *, is_monitored: bool) -> Sheet:
    """Hold a card against a framework.

    Args:
        card: The card.
        framework: The framework.
        is_monitored: Whether the model has an enabled monitor.
    """
    value: Value = card.model_dump(mode="json", exclude_none=True, exclude_defaults=True).get("spec", {})
    claims = {claim.requirement: claim.statement for claim in card.spec.claims if claim.framework == framework.id}
    lines = (_line(requirement, value, claims, is_monitored) for requirement in framework.requirements)
    return Sheet(card.metadata.name, framework, tuple(lines))


def _line(requirement: Requirement, spec: Value, claims: dict[str, str], is_monitored: bool) -> Line:
    missing = tuple(field for field in requirement.fields if not _filled(spec, field, is_monitored))
    filled = tuple(field for field in requirement.fields if field not in missing)
    if requirement.id in claims:
        return Line(requirement, Answer.CLAIMED, filled, missing, claims[requirement.id])
    if requirement.outside:
        return Line(requirement, Answer.OUTSIDE)
    answer = Answer.ANSWERED if not missing else Answer.PARTLY if filled else Answer.OPEN
    return Line(requirement, answer, filled, missing)


def _filled(spec: Value, field: str, is_monitored: bool) -> bool:
    if field == MONITORS:
        return is_monitored
    there, found = find(spec, tuple(field.split(".")))
    return there and _says_something(found)


def _says_something(value: Value) -> bool:
    """Say whether there is a value anywhere inside."""
    if isinstance(value, dict | list):
        return any(map(_says_something, value.values() if isinstance(value, dict) else value))
    return value is not None and not (isinstance(value, str) and is_placeholder(value))


def fields_of(frameworks: Iterable[Framework]) -> set[str]:
    """List every field that the frameworks name."""
    return {field for each in frameworks for requirement in each.requirements for field in requirement.fields}

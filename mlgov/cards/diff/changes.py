"""The kinds of change, each of which can explain itself.

All share one shape: kind, place, before, after, significance, location, ``sentence`` and ``tone``. Sentences hold text
of documents as it stands there; who prints them makes it harmless for where it goes.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from mlgov.cards.diff import words
from mlgov.cards.diff.naming import quoted, shown, thing, was
from mlgov.cards.diff.places import MISSING, Missing, Place, Significance
from mlgov.documents import Value, find
from mlgov.findings import Location

Side = Value | Missing


class Tone(StrEnum):
    """What a change feels like to a reviewer: how it is marked and coloured."""

    GOOD = "good"
    BAD = "bad"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(ABC):
    """One difference between two versions of a card.

    Attributes:
        place: Where, by names and by pointers.
        before: What was written; MISSING when nothing was.
        after: What is written; MISSING when nothing is.
        significance: How much it matters.
        location: The file and line to look at: of the later version, for what is gone the nearest thing still there.
    """

    place: Place
    before: Side
    after: Side
    significance: Significance
    location: Location | None = None

    @property
    @abstractmethod
    def kind(self) -> str:
        """Stable id of the kind of change."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What changed, in one sentence."""

    @property
    def tone(self) -> Tone:
        """How it is marked."""
        return Tone.PLAIN

    @property
    def verb(self) -> Literal["added", "removed", "changed"]:
        """Whether something came, went or is another."""
        if _says_nothing(self.before):
            return "added"
        return "removed" if _says_nothing(self.after) else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChanged(Change):
    """A card came, went, or got another name."""

    @property
    def kind(self) -> str:
        return "card_renamed" if self.verb == "changed" else f"card_{self.verb}"

    @property
    def sentence(self) -> str:
        if self.verb == "changed":
            return f"The card {quoted(self.before)} is called {quoted(self.after)} now."
        said = self.after if self.verb == "added" else self.before
        status, risk = find(said, ("lifecycle", "status"))[1], find(said, ("spec", "intended_uses", "risk_rating"))[1]
        became = "is new:" if self.verb == "added" else "is gone; it was"
        return f"The card {became} {status}, risk {risk or 'unknown'}."

    @property
    def tone(self) -> Tone:
        return Tone.BAD if self.verb == "removed" else Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMoved(Change):
    """The status is another."""

    @property
    def kind(self) -> str:
        return "status_moved"

    @property
    def sentence(self) -> str:
        return f"The status moved from {shown(self.before)} to {shown(self.after)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMoved(Change):
    """The day of the next review is another."""

    @property
    def kind(self) -> str:
        return f"review_{self._where()}"

    @property
    def sentence(self) -> str:
        if self.verb != "changed":
            return f"The review date {shown(self.after if self.verb == 'added' else self.before)} was {self.verb}."
        return f"The review date moved {self._where()}, from {shown(self.before)} to {shown(self.after)}."

    @property
    def tone(self) -> Tone:
        return Tone.BAD if self._where() in ("later", "removed") else Tone.PLAIN

    def _where(self) -> str:
        if self.verb != "changed":
            return self.verb
        return "later" if str(self.after) > str(self.before) else "earlier"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRated(Change):
    """The risk rating is another."""

    RANKS: ClassVar[dict[str, int]] = {"low": 1, "medium": 2, "high": 3}

    @property
    def kind(self) -> str:
        return f"risk_{self._movement()}"

    @property
    def sentence(self) -> str:
        before, after = (_or_unknown(side) for side in (self.before, self.after))
        if before == after:
            return f"The risk rating {after} is {'written out' if self.before is MISSING else 'no longer written'}."
        return f"The risk rating was {self._movement()} from {before} to {after}."

    @property
    def tone(self) -> Tone:
        return Tone.BAD if self._movement() == "lowered" else Tone.PLAIN

    def _movement(self) -> str:
        before, after = (self.RANKS.get(_or_unknown(side), 0) for side in (self.before, self.after))
        if not before or not after or before == after:
            return "changed"
        return "raised" if after > before else "lowered"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChanged(Change):
    """A text came, went or reads differently."""

    @property
    def kind(self) -> str:
        return f"text_{self.verb}"

    @property
    def sentence(self) -> str:
        name = thing(self.place)
        if self.verb != "changed":
            return (
                f"{name} {was(self.place)} {self.verb}: {quoted(self.after if self.verb == 'added' else self.before)}."
            )
        before, after = str(self.before), str(self.after)
        if before.split() == after.split():
            return f"{name} changed in its spaces alone."
        if not words.is_short(before, after):
            removed, added = words.counted(before, after)
            return f"{name} changed: {_number(removed, 'word')} removed, {_number(added, 'word')} added."
        if len(before.split()) == len(after.split()) == 1:
            return f"{name} changed from {quoted(before)} to {quoted(after)}."
        return f"{name} changed: {''.join(_marked(piece) for piece in words.pieces(before, after))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChanged(Change):
    """A number, a switch or a list of labels came, went or is another."""

    @property
    def kind(self) -> str:
        return f"value_{self.verb}"

    @property
    def sentence(self) -> str:
        if self.verb != "changed":
            said = shown(self.after if self.verb == "added" else self.before)
            return f"{thing(self.place)} {was(self.place)} {self.verb}: {said}."
        return f"{thing(self.place)} changed from {shown(self.before)} to {shown(self.after)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyChanged(Change):
    """Something that says nothing is written now, or no longer: an empty list, a null. The content digest sees it."""

    @property
    def kind(self) -> str:
        return "empty_changed"

    @property
    def sentence(self) -> str:
        how = "written, but empty" if self.before is MISSING else "empty as before, written differently"
        return f"{thing(self.place)} is {'no longer written; it was empty' if self.after is MISSING else how}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged(Change):
    """An item of a list came or went.

    Attributes:
        noun: What the item is: ``evaluation``, ``metric``, ``acceptance criterion`` …
        gist: What it says, in a few words; may be empty.
    """

    noun: str
    gist: str = ""

    @property
    def kind(self) -> str:
        return f"{self.noun.replace(' ', '_')}_{self.verb}"

    @property
    def sentence(self) -> str:
        return f"{thing(self.place)} was {self.verb}{f': {self.gist}' if self.gist else ''}."

    @property
    def tone(self) -> Tone:
        watched = self.noun in ("acceptance criterion", "evaluation", "metric", "metric group", "evidence")
        return Tone.BAD if watched and self.verb == "removed" else Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersChanged(Change):
    """Who answers for the card is not who it was."""

    @property
    def kind(self) -> str:
        return "owners_changed"

    @property
    def sentence(self) -> str:
        before, after = (side if isinstance(side, list) else [] for side in (self.before, self.after))
        gone = [f"without {shown(owner)}" for owner in before if owner not in after]
        came = [f"with {shown(owner)}" for owner in after if owner not in before]
        return f"The owners changed: {', '.join([*came, *gone]) or 'the same, in another order'}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reordered(Change):
    """The same items stand in another order."""

    @property
    def kind(self) -> str:
        return "items_reordered"

    @property
    def sentence(self) -> str:
        return f"{thing(self.place)}: the same items stand in another order."


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestChanged(Change):
    """The bytes of a file that the card is bound to are others."""

    @property
    def kind(self) -> str:
        return f"digest_{self.verb}"

    @property
    def sentence(self) -> str:
        of = thing(self.place.parent)
        if self.verb != "changed":
            return f"{of}: the digest was {self.verb}."
        return f"{of} has other bytes: {_short(self.before)} became {_short(self.after)}."


def _says_nothing(side: Side) -> bool:
    return side is MISSING or side is None or side in ("", [], {})


def _or_unknown(side: Side) -> str:
    return "unknown" if _says_nothing(side) else str(side)


def _marked(piece: words.Piece) -> str:
    return {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}[piece.how].format(piece.text)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _short(side: Side) -> str:
    return f"{str(side)[:19]}…"

"""What exporters and importers share: results that say what has no place on the other side."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mlgov.cards.schema import CardDocument
from mlgov.documents import Value


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A field that has no place on the other side.

    Attributes:
        path: Dotted path of the field in the document that was read, for instance ``spec.claims``.
        reason: Why, and what became of it, as a sentence.
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExportContext:
    """What an export may tell beside the card.

    Attributes:
        now: The time of the export, aware, in UTC.
        version: Version of the card's content, from 1; None when it was never committed.
    """

    now: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A card in another format.

    Attributes:
        data: The bytes of the file.
        unmapped: Fields of the card that the format has no place for; nothing is left out silently.
    """

    data: bytes
    unmapped: tuple[Unmapped, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A card read from another format.

    Attributes:
        value: The whole card document as plain values, ready to be written as YAML; always a draft.
        unmapped: Fields of the file that a card has no place for; nothing is left out silently.
    """

    value: dict[str, Value]
    unmapped: tuple[Unmapped, ...] = ()


#: Renders a card. Pure: the same card and context give the same bytes.
Exporter = Callable[[CardDocument, ExportContext], Exported]

#: Reads a file into a card document named by the second argument. Raises `mlgov.errors.ImportFormatError`.
Importer = Callable[[bytes, str], Imported]

"""Fields that an organisation requires, by kind, status and risk rating."""

from collections.abc import Iterator
from typing import Any

from mlgov.documents import Document, Pointer, find
from mlgov.findings import Finding
from mlgov.lifecycle import rules
from mlgov.names import Kind, RiskRating, Status
from mlgov.settings import RequiredFields


def check_required(
    document: Document,
    *,
    kind: Kind,
    status: Status,
    risk_rating: RiskRating | None,
    required: tuple[RequiredFields, ...],
) -> Iterator[Finding]:
    """Find required fields that are missing or empty."""
    for group in required:
        if _applies(group, kind, status, risk_rating):
            for dotted in group.fields:
                yield from _check_field(document, dotted, status, risk_rating)


def _applies(group: RequiredFields, kind: Kind, status: Status, risk_rating: RiskRating | None) -> bool:
    return (
        group.kind is kind
        and (not group.status or status in group.status)
        and (not group.risk_rating or risk_rating in group.risk_rating)
    )


def _check_field(document: Document, dotted: str, status: Status, risk_rating: RiskRating | None) -> Iterator[Finding]:
    pointer: Pointer = tuple(dotted.split("."))
    if not _filled(document.value, pointer):
        rated = f" with {risk_rating} risk" if risk_rating else ""
        message = f"{dotted} is empty, and mlgov.toml requires it for a document that is {status}{rated}."
        yield rules.REQUIRED_FIELD.at(document.location(pointer), message, pointer=pointer, fix=f"Fill {dotted}.")


def _filled(value: dict[str, Any], pointer: Pointer) -> bool:
    there, found = find(value, pointer)
    return there and found not in (None, "", [], {}) and not (isinstance(found, str) and is_placeholder(found))


def is_placeholder(text: str) -> bool:
    """Say whether a text only keeps the place of one: blank, or dots as in our own examples."""
    return not text.strip(" \t\n.…")

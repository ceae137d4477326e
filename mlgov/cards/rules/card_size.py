"""A card stays within the size that SageMaker takes, so that it can be exported at any time."""

import json
from collections.abc import Iterator

from mlgov.cards.schema import CardDocument
from mlgov.documents import Document
from mlgov.findings import Finding, Rule, Severity
from mlgov.ports import Snapshot

CONTENT_CHARACTERS = 100_000

TOO_LONG = Rule(
    "MLG-C003",
    "card-too-long",
    Severity.ERROR,
    "The content of a card has at most 100,000 characters as JSON.",
    "SageMaker's card content is limited to 100,000 characters; a longer card could not be exported.",
    "Move long curves or tables into an evidence file and cite it.",
)
RULES = (TOO_LONG,)


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    if len(document.data) < CONTENT_CHARACTERS // 2:
        return  # JSON of so few bytes of YAML cannot reach the limit
    length = len(json.dumps(document.value.get("spec"), ensure_ascii=False))
    if length > CONTENT_CHARACTERS:
        message = f"The content has {length:,} characters as JSON; the limit is {CONTENT_CHARACTERS:,}."
        yield TOO_LONG.at(document.location(("spec",), of_key=True), message, pointer=("spec",))

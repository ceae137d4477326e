"""A card describes a model or a model package, not both."""

from collections.abc import Iterator

from mlgov.cards.schema import CardDocument
from mlgov.documents import Document
from mlgov.findings import Finding, Rule, Severity
from mlgov.ports import Snapshot

BOTH = Rule(
    "MLG-C004",
    "package-and-model",
    Severity.ERROR,
    "A card with model_package_details has no model_overview.model_id.",
    "SageMaker keeps one card for a model or for a model package. Its tools refuse a card that names both, so such a "
    "card could not be exported.",
    "Remove model_id, or model_package_details.",
)
RULES = (BOTH,)


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    overview = card.spec.model_overview
    if card.spec.model_package_details and overview and overview.model_id:
        at = ("spec", "model_overview", "model_id")
        message = "The card describes a model package and names a model as well."
        yield BOTH.at(document.location(at, of_key=True), message, pointer=at)

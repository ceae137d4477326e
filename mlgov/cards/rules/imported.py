"""Imported values are as they were imported."""

from collections.abc import Iterator

from mlgov.cards.imported import Hand, hand_on, pointer_of
from mlgov.cards.schema import CardDocument
from mlgov.documents import Document
from mlgov.findings import Finding, Rule, Severity
from mlgov.ports import Snapshot

EDITED = Rule(
    "MLG-C015",
    "imported-value-edited",
    Severity.WARNING,
    "A value that was imported from a source is the one that the source gave.",
    "spec.imported tells readers that a value comes from a training run or a registry. A value that was changed or "
    "removed by hand afterwards does not, and the next refresh leaves it alone.",
    "Take the source's value with 'mlgov card refresh … --overwrite', or remove its entry from spec.imported to make "
    "the value your own.",
    waivable=True,
)
RULES = (EDITED,)


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    for place, entry in enumerate(card.spec.imported):
        hand = hand_on(document.value, entry.field, entry.digest)
        if hand is Hand.UNTOUCHED:
            continue
        removed = hand is Hand.REMOVED
        at = ("spec", "imported", place, "field") if removed else pointer_of(entry.field, document.value["spec"])
        source = f"{entry.source} on {entry.at[:10]}"
        message = f"{entry.field} was imported from {source} and {'removed' if removed else 'changed'} by hand since."
        yield EDITED.at(document.location(at), message, pointer=at, fix=_fix(card.metadata.name, entry.field, place))


def _fix(name: str, field: str, place: int) -> str:
    item = f"[{place}]" if '"' in field else f'[field="{field}"]'
    return (
        f"mlgov card edit {name} --unset 'spec.imported{item}' makes the value your own; "
        f"mlgov card refresh {name} --from … --overwrite takes the source's."
    )

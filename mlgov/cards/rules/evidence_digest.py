"""Evidence that a card cites is there and has the digest that the card says."""

from collections.abc import Iterator

from mlgov.cards.additions import Evidence
from mlgov.cards.schema import CardDocument
from mlgov.documents import Document, Pointer
from mlgov.findings import Finding, Rule, Severity
from mlgov.lifecycle import bytes_digest
from mlgov.ports import REGULAR_FILE, Snapshot

MISSING = Rule(
    "MLG-C001",
    "evidence-missing",
    Severity.ERROR,
    "Evidence that a card cites is a plain file of this repository.",
    "A number that rests on a file nobody can open proves nothing. Evidence lies under evidence/ so that it is "
    "reviewed with the card.",
    "Commit the file, or correct evidence.path.",
)
CHANGED = Rule(
    "MLG-C002",
    "evidence-changed",
    Severity.ERROR,
    "Cited evidence has the digest that the card says.",
    "The digest binds the card's content, and with it every approval, to the exact bytes of the evidence.",
    "Look at what changed in the file; then set evidence.digest to its new value.",
)
RULES = (MISSING, CHANGED)


def check(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:
    for pointer, evidence in _cited(card):
        yield from _check_file(document, evidence, pointer, snapshot)


def _cited(card: CardDocument) -> Iterator[tuple[Pointer, Evidence]]:
    for i, evaluation in enumerate(card.spec.evaluation_details):
        yield from ((("spec", "evaluation_details", i, "evidence", j), e) for j, e in enumerate(evaluation.evidence))
    for i, claim in enumerate(card.spec.claims):
        yield from ((("spec", "claims", i, "evidence", j), e) for j, e in enumerate(claim.evidence))


def _check_file(document: Document, evidence: Evidence, pointer: Pointer, snapshot: Snapshot) -> Iterator[Finding]:
    file = snapshot.get(evidence.path)
    if file is None or file.mode != REGULAR_FILE or not evidence.path.startswith("evidence/"):
        at = (*pointer, "path")
        message = f"{evidence.path} is not a plain file under evidence/."
        yield MISSING.at(document.location(at), message, pointer=at)
    elif file.omitted_bytes:
        at = (*pointer, "path")
        message = f"{evidence.path} is too large to be checked."
        yield MISSING.at(document.location(at), message, pointer=at, fix="Cite a smaller report.")
    elif bytes_digest(file.data) != evidence.digest:
        at = (*pointer, "digest")
        message = f"{evidence.path} has the digest {bytes_digest(file.data)}."
        yield CHANGED.at(document.location(at), message, pointer=at)

"""Checks of model cards beyond their schema. A rule is one file here and one row in `CHECKS`."""

from collections.abc import Callable, Iterator

from mlgov.cards.rules import (
    card_size,
    claims,
    criterion_order,
    criterion_verdict,
    duplicate_names,
    evidence_digest,
    framework_pack,
    imported,
    package_and_model,
)
from mlgov.cards.rules.criterion_order import check_criteria, evidence_marks
from mlgov.cards.rules.framework_pack import check_packs
from mlgov.cards.schema import CardDocument
from mlgov.documents import Document
from mlgov.findings import Finding
from mlgov.ports import Snapshot

Check = Callable[[Document, CardDocument, Snapshot], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    evidence_digest.check,
    card_size.check,
    package_and_model.check,
    criterion_verdict.check,
    duplicate_names.check,
    claims.check,
    imported.check,
)
RULES = (
    *evidence_digest.RULES,
    *card_size.RULES,
    *package_and_model.RULES,
    *criterion_verdict.RULES,
    *duplicate_names.RULES,
    *criterion_order.RULES,
    *claims.RULES,
    *framework_pack.RULES,
    *imported.RULES,
)

__all__ = ["CHECKS", "RULES", "Check", "check_card", "check_criteria", "check_packs", "evidence_marks"]


def check_card(document: Document, card: CardDocument, snapshot: Snapshot) -> Iterator[Finding]:
    """Run every card rule on one card.

    Args:
        document: The card as written.
        card: The card as typed.
        snapshot: All governed files, for what the card refers to.
    """
    for check in CHECKS:
        yield from check(document, card, snapshot)

"""The card document as JSON: nothing is lost, and `mlgov.cards.imports.json_card` reads it back."""

import json

import rfc8785

from mlgov.cards.fields import card_value
from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import ExportContext, Exported
from mlgov.documents import LIMITS


def export(card: CardDocument, context: ExportContext) -> Exported:
    """Render the whole document as JSON with sorted keys and two spaces of indentation.

    Numbers are written as RFC 8785 writes them, so equal cards give equal bytes.

    Args:
        card: The card.
        context: Not used: the document is all there is.
    """
    del context
    value = json.loads(rfc8785.dumps(card_value(card)), parse_int=_number)
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return Exported(text.encode() + b"\n")


def _number(digits: str) -> int | float:
    """Keep the front door's limit: a whole number beyond it is written with an exponent, as the float that it is."""
    return int(digits) if abs(int(digits)) <= LIMITS.integer else float(digits)

"""The whole card as Markdown, for pull requests and wikis: no HTML, and no links that a card could plant."""

from collections.abc import Iterator

from mlgov.cards.escaping import line
from mlgov.cards.fields import card_value
from mlgov.cards.markdown import blocks, heading, table
from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import ExportContext, Exported
from mlgov.documents import Value


def export(card: CardDocument, context: ExportContext) -> Exported:
    """Render every field of the card, so nothing is unmapped.

    Args:
        card: The card.
        context: Version and time, for the table at the top.
    """
    return Exported(("\n\n".join(_page(card, context)) + "\n").encode())


def _page(card: CardDocument, context: ExportContext) -> Iterator[str]:
    value = card_value(card)
    yield heading(1, line(card.title))
    yield table(["Model card", line(card.metadata.name)], _facts(card, context))
    metadata = value["metadata"]
    if isinstance(metadata, dict):
        for key in ("owners", "labels", "annotations"):
            yield from blocks(key, metadata.get(key), 2)
    spec: Value = value["spec"]
    for key, section in spec.items() if isinstance(spec, dict) else ():
        yield from blocks(key, section, 2)


def _facts(card: CardDocument, context: ExportContext) -> Iterator[list[str]]:
    yield ["Status", line(card.lifecycle.status)]
    yield ["Risk rating", line(card.risk_rating)]
    if card.lifecycle.review_by:
        yield ["Review by", card.lifecycle.review_by.isoformat()]
    if context.version is not None:
        yield ["Version", str(context.version)]
    yield ["Written", context.now.strftime("%Y-%m-%d %H:%M UTC")]
    yield ["Format", line(f"{card.kind}, {card.apiVersion}")]

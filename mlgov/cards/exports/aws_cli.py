"""Arguments of ``aws sagemaker create-model-card --cli-input-json``: name, content as text, status, tags."""

import json
from typing import Any

from mlgov.cards import sagemaker as words
from mlgov.cards.exports.sagemaker import content_of, outside_content, tags_of
from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import ExportContext, Exported


def export(card: CardDocument, context: ExportContext) -> Exported:
    """Render the arguments as ASCII, so that the command line reads them alike on every system.

    Args:
        card: The card.
        context: Not used.

    Raises:
        UsageError: The content is longer than SageMaker takes.
    """
    del context
    content = content_of(card)
    tags, left = tags_of(card)
    arguments: dict[str, Any] = {
        "ModelCardName": card.metadata.name,
        "Content": content.text,
        "ModelCardStatus": words.STATUSES[card.lifecycle.status],
    }
    if tags:
        arguments["Tags"] = tags
    data = json.dumps(arguments, indent=2) + "\n"
    return Exported(data.encode(), (*outside_content(card), *left, *content.unmapped))

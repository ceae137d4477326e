"""Formats that a card can be imported from. A format is one file here and one row in `IMPORTERS`."""

from mlgov.cards.imports import cloudformation, huggingface, json_card, model_card_toolkit, sagemaker, verifyml
from mlgov.cards.transfer import Importer

#: Name of the format, as ``--from`` takes it -> how a file is read.
IMPORTERS: dict[str, Importer] = {
    "sagemaker": sagemaker.read,
    "cloudformation": cloudformation.read,
    "huggingface": huggingface.read,
    "model-card-toolkit": model_card_toolkit.read,
    "verifyml": verifyml.read,
    "json": json_card.read,
}

#: Formats whose files may say the card's own name: these importers take an empty name for it.
NAMED = frozenset({"sagemaker", "cloudformation", "json"})

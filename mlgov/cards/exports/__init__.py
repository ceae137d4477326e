"""Formats that a card can be exported to. A format is one file here and one row in `EXPORTERS`."""

from mlgov.cards.exports import aws_cli, cloudformation, cyclonedx, huggingface, json_card, markdown, sagemaker
from mlgov.cards.transfer import Exporter

#: Name of the format, as ``--to`` takes it -> how a card is rendered.
EXPORTERS: dict[str, Exporter] = {
    "sagemaker": sagemaker.export,
    "sagemaker-v3": sagemaker.export_v3,
    "cloudformation": cloudformation.export,
    "aws-cli": aws_cli.export,
    "huggingface": huggingface.export,
    "cyclonedx": cyclonedx.export,
    "markdown": markdown.export,
    "json": json_card.export,
}

"""A CloudFormation template with one ``AWS::SageMaker::ModelCard``, as JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

from mlgov.cards import sagemaker as words
from mlgov.cards.exports.sagemaker import content_of, outside_content, tags_of
from mlgov.cards.fields import written
from mlgov.cards.schema import CardDocument
from mlgov.cards.transfer import ExportContext, Exported, Unmapped
from mlgov.documents import Pointer
from mlgov.errors import UsageError

TYPE = "AWS::SageMaker::ModelCard"
#: What CloudFormation replaces by a parameter or a secret while it deploys; there is no way to write it as text.
_DYNAMIC = re.compile(r"\{\{\s*resolve\s*:")
#: Keys that make a function of a mapping when they stand in it alone.
_FUNCTIONS = ("Ref", "Condition")


def export(card: CardDocument, context: ExportContext) -> Exported:
    """Render a template that creates the card with its status and tags.

    Args:
        card: The card.
        context: Not used.

    Raises:
        UsageError: The content is too long, or CloudFormation would obey a text of it instead of storing it.
    """
    del context
    content = content_of(card, words.pascal)
    obeyed = next(_obeyed(content.value, ()), None)
    if obeyed is not None:
        raise UsageError(
            f"{card.metadata.name}: CloudFormation would not store what stands at {written(obeyed)}, but replace it.",
            hint="Write {{resolve: and keys such as Ref or Fn::Sub otherwise, or export with --to aws-cli.",
        )
    tags, left = tags_of(card)
    properties: dict[str, Any] = {
        "ModelCardName": card.metadata.name,
        "ModelCardStatus": words.STATUSES[card.lifecycle.status],
        "Content": content.value,
    }
    left.extend(_algorithms(content.value))
    if tags:
        properties["Tags"] = tags
    resource = {"Type": TYPE, "Properties": properties}
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {logical_id(card.metadata.name): resource}}
    data = json.dumps(template, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return Exported(data.encode(), (*outside_content(card), *left, *content.unmapped))


def logical_id(name: str) -> str:
    """Give the template's name of a card: letters and digits only."""
    return words.pascal(name.replace("-", "_")) + "ModelCard"


def _algorithms(content: dict[str, Any]) -> Iterator[Unmapped]:
    """Keep the one algorithm that CloudFormation takes."""
    package = content.get("ModelPackageDetails", {})
    algorithms = package.get("SourceAlgorithms", [])
    if len(algorithms) > 1:
        package["SourceAlgorithms"] = algorithms[:1]
    for index in range(1, len(algorithms)):
        path = f"spec.model_package_details.source_algorithms[{index}]"
        yield Unmapped(path, "CloudFormation takes one algorithm; the first is written.")


def _obeyed(value: Any, at: Pointer) -> Iterator[Pointer]:  # noqa: ANN401 - any JSON value
    """List the places whose text or key CloudFormation gives a meaning of its own."""
    if isinstance(value, str) and _DYNAMIC.search(value):
        yield at
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _obeyed(each, (*at, index))
    if isinstance(value, dict):
        for key, each in value.items():
            if _DYNAMIC.search(key) or key.startswith("Fn::") or (len(value) == 1 and key in _FUNCTIONS):
                yield (*at, key)
            yield from _obeyed(each, (*at, key))

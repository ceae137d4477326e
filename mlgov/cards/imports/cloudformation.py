"""``AWS::SageMaker::ModelCard`` out of a CloudFormation template, JSON or YAML with short tags."""

from typing import Any

from mlgov.cards import sagemaker as words
from mlgov.cards.exports.cloudformation import TYPE
from mlgov.cards.fields import written
from mlgov.cards.foreign import read_json
from mlgov.cards.imports.sagemaker import card_of
from mlgov.cards.transfer import Imported, Unmapped
from mlgov.documents import Pointer, find
from mlgov.documents.tagged import load_tagged
from mlgov.errors import ImportFormatError
from mlgov.names import is_name

WHAT = "a CloudFormation template"
#: Sections of a template that say nothing of a card.
_FORMALITIES = ("AWSTemplateFormatVersion", "Resources")


def read(data: bytes, name: str) -> Imported:
    """Read the model card of a template.

    Args:
        data: The template.
        name: Name of the new card, empty for the template's own. When the template has several cards, this chooses
            one, by its logical id or its ModelCardName.

    Raises:
        ImportFormatError: The file is no template, has no model card, or has several and ``name`` is none of them.
    """
    template = read_json(data, WHAT) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else load_tagged(data)
    resources = template.get("Resources") if isinstance(template, dict) else None
    if not isinstance(template, dict) or not isinstance(resources, dict):
        raise ImportFormatError(f"The file is not {WHAT}: it has no Resources.", hint="Was another --from meant?")
    chosen = _chosen(resources, name)
    notes: list[Unmapped] = []
    at = ("Resources", chosen, "Properties")
    properties = _without_functions(find(template, at)[1], at, notes)
    notes = [*_around(template, chosen), *notes]
    own = str(properties.get("ModelCardName", ""))
    wanted = name if is_name(name) else ""
    if name not in ("", wanted, chosen, own):
        raise ImportFormatError(f"The template has no model card {name}.", hint=f"It has {chosen}.")
    if not (wanted or own):
        raise ImportFormatError(f"{chosen} has no name of its own.", hint="Say how to call the card: --name NAME.")
    card = card_of(properties, wanted, spelling=words.pascal)
    return Imported(card.value, (*notes, *card.unmapped))


def _chosen(resources: dict[str, Any], name: str) -> str:
    """Give the logical id of the card that is meant."""
    cards = {key: each["Properties"] for key, each in resources.items() if _is_card(each)}
    if not cards:
        hint = f"It needs a resource of the type {TYPE} with Properties."
        raise ImportFormatError("The template has no model card.", hint=hint)
    named = [key for key, each in cards.items() if name and name in (key, each.get("ModelCardName"))]
    if len(named) == 1 or len(cards) == 1:
        return (named or list(cards))[0]
    listed = ", ".join(sorted(cards))
    raise ImportFormatError(f"The template has {len(cards)} model cards: {listed}.", hint="Choose one: --name ID.")


def _is_card(resource: object) -> bool:
    return isinstance(resource, dict) and resource.get("Type") == TYPE and isinstance(resource.get("Properties"), dict)


def _around(template: dict[str, Any], chosen: str) -> list[Unmapped]:
    """Note everything of the template that is not the card."""
    resources = template["Resources"]
    left: list[Pointer] = [(key,) for key in template if key not in _FORMALITIES]
    left += [("Resources", key) for key in resources if key != chosen]
    left += [("Resources", chosen, key) for key in resources[chosen] if key not in ("Type", "Properties")]
    return [Unmapped(written(at), "It is not part of the card.") for at in left]


def _without_functions(value: Any, at: Pointer, notes: list[Unmapped]) -> Any:  # noqa: ANN401 - any JSON value
    """Leave out what has its value only when the stack is deployed."""
    if isinstance(value, dict):
        kept = {}
        for key, each in value.items():
            if function := _function(each):
                reason = f"{function} gets its value when the stack is deployed; write the value into the card."
                notes.append(Unmapped(written((*at, key)), reason))
            else:
                kept[key] = _without_functions(each, (*at, key), notes)
        return kept
    if isinstance(value, list):
        items = _without_functions(dict(enumerate(value)), at, notes)
        return list(items.values())
    return value


def _function(value: object) -> str:
    """Give the name of the function that ``value`` is a call of; empty when it is none."""
    if not isinstance(value, dict) or len(value) != 1:
        return ""
    key = str(next(iter(value)))
    return key if key == "Ref" or key.startswith("Fn::") else ""

"""SageMaker's card content as JSON, in the shape of its Python SDK v2 and in the reduced shape of v3.

The file is indented for people. What goes through the API as one text is written by `mlgov.cards.exports.aws_cli`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlgov.cards import sagemaker as words
from mlgov.cards.sagemaker import Spelling
from mlgov.cards.schema import CardDocument, CardSpec, EvaluationDetail, IntendedUses, ObjectiveFunction
from mlgov.cards.transfer import ExportContext, Exported, Unmapped
from mlgov.documents import Value
from mlgov.errors import UsageError
from mlgov.lifecycle import Part
from mlgov.names import Status

OWN_SECTIONS = {
    "lineage": "SageMaker keeps lineage outside of cards. To show it datasets, name them in training_datasets.",
    "acceptance_criteria": "SageMaker's cards have no limits to reach.",
    "claims": "SageMaker's cards have no frameworks.",
    "imported": "SageMaker's cards do not say where their values come from.",
}
#: Keys of the overview that SDK v3 leaves out of what it reads.
_NOT_IN_V3 = ("model_id", "model_name", "model_version", "inference_environment")


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a card in SageMaker's words.

    Attributes:
        value: The sections.
        unmapped: Fields of the card's spec that have no place in them.
    """

    value: dict[str, Any]
    unmapped: tuple[Unmapped, ...]

    @property
    def text(self) -> str:
        """The content as the API takes it: JSON on one line."""
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def export(card: CardDocument, context: ExportContext) -> Exported:
    """Render the content as SDK v2 and the console read it.

    Args:
        card: The card.
        context: Not used: the content has neither date nor version.

    Raises:
        UsageError: The content is longer than SageMaker takes.
    """
    del context
    content = content_of(card)
    left = (*_envelope(card), *content.unmapped, *_facet(card.spec))
    return Exported(_file(content.value), left)


def export_v3(card: CardDocument, context: ExportContext) -> Exported:
    """Render the content as SDK v3 models it: a flat objective function, and a shorter overview.

    Args:
        card: The card.
        context: Not used.

    Raises:
        UsageError: The content is longer than SageMaker takes.
    """
    del context
    content = content_of(card)
    value, left = _reduced(content.value)
    return Exported(_file(value), (*_envelope(card), *content.unmapped, *left))


def content_of(card: CardDocument, spelling: Spelling = words.as_is) -> Content:
    """Give the content of a card as SageMaker spells it.

    Uses out of scope join the uses in scope, and evidence joins the free details of its evaluation; both are undone
    by the importers.

    Args:
        card: The card.
        spelling: How the format spells keys.

    Raises:
        UsageError: The content is longer than SageMaker takes.
    """
    spec, left = _with_ours_folded(card.spec)
    content = Content(_section(spec, spelling), tuple(left))
    if len(content.text) > words.CONTENT_CHARACTERS:
        raise UsageError(
            f"The content of {card.metadata.name} has {len(content.text):,} characters as JSON; "
            f"SageMaker takes {words.CONTENT_CHARACTERS:,}.",
            hint="Move long curves or tables into an evidence file and cite it.",
        )
    return content


def outside_content(card: CardDocument) -> Iterator[Unmapped]:
    """Say which fields beside the spec, other than status and labels, SageMaker's cards have no place for."""
    metadata, reason = card.metadata, "SageMaker's cards have no place for it."
    for key, value in (("title", metadata.title), ("owners", metadata.owners), ("annotations", metadata.annotations)):
        if value:
            yield Unmapped(f"metadata.{key}", reason)
    if card.lifecycle.review_by:
        yield Unmapped("lifecycle.review_by", reason)


def tags_of(card: CardDocument) -> tuple[list[dict[str, str]], list[Unmapped]]:
    """Give the labels that AWS takes as tags, and those that it does not take."""
    tags: list[dict[str, str]] = []
    left: list[Unmapped] = []
    for key, value in card.metadata.labels.items():
        if len(tags) < words.TAGS and words.is_tag(key, value):
            tags.append({"Key": key, "Value": value})
        else:
            left.append(Unmapped(f"metadata.labels.{key}", "AWS does not take it as a tag, or there are 50 already."))
    return tags, left


def _envelope(card: CardDocument) -> Iterator[Unmapped]:
    yield from outside_content(card)
    beside = "It stands beside the content and not in it; --to aws-cli writes both."
    if card.metadata.labels:
        yield Unmapped("metadata.labels", beside)
    if card.lifecycle.status is not Status.DRAFT:
        yield Unmapped("lifecycle.status", beside)


def _file(value: dict[str, Value]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _facet(spec: CardSpec) -> Iterator[Unmapped]:
    objective = spec.training_details.objective_function if spec.training_details else None
    facet = objective.function.facet if objective and objective.function else None
    if facet is not None and facet not in words.FACETS:
        reason = f"It is written, but SDK v2 loads only {', '.join(sorted(words.FACETS))} here."
        yield Unmapped("spec.training_details.objective_function.function.facet", reason)


def _with_ours_folded(spec: CardSpec) -> tuple[CardSpec, list[Unmapped]]:
    left = [Unmapped(f"spec.{key}", reason) for key, reason in OWN_SECTIONS.items() if getattr(spec, key)]
    for index, evaluation in enumerate(spec.evaluation_details):
        left.extend(_clash(evaluation, index))
    evaluations = [_with_evidence(each) for each in spec.evaluation_details]
    uses, told = _with_out_of_scope(spec.intended_uses)
    return spec.model_copy(update={"intended_uses": uses, "evaluation_details": evaluations}), [*told, *left]


def _with_out_of_scope(uses: IntendedUses | None) -> tuple[IntendedUses | None, list[Unmapped]]:
    if uses is None or not uses.out_of_scope_uses:
        return uses, []
    folded = words.fold_uses(uses.intended_uses, uses.out_of_scope_uses)
    if folded is None:
        reason = "SageMaker has no such field, and below intended_uses it would pass 2,048 characters or be ambiguous."
        return uses, [Unmapped("spec.intended_uses.out_of_scope_uses", reason)]
    return uses.model_copy(update={"intended_uses": folded}), []


def _clash(evaluation: EvaluationDetail, index: int) -> Iterator[Unmapped]:
    if words.evidence_as_metadata(evaluation.evidence).keys() & evaluation.metadata.keys():
        path = f"spec.evaluation_details[{index}].evidence"
        yield Unmapped(path, "SageMaker has no such field, and the evaluation's metadata uses its keys already.")


def _with_evidence(evaluation: EvaluationDetail) -> EvaluationDetail:
    added = words.evidence_as_metadata(evaluation.evidence)
    if added.keys() & evaluation.metadata.keys():
        return evaluation
    return evaluation.model_copy(update={"metadata": {**evaluation.metadata, **added}})


def _section(part: Part, spelling: Spelling) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name not in words.OURS and (name in words.REQUIRED or not _says_nothing(value)):
            found[spelling(name)] = _value(name, value, spelling)
    if isinstance(part, ObjectiveFunction):
        found.setdefault(spelling("function"), {})  # the SDK wants the key when there are notes alone
    return found


def _says_nothing(value: object) -> bool:
    return value is None or value == [] or value == {}


def _value(name: str, value: Any, spelling: Spelling) -> Any:  # noqa: ANN401 - any value of a card
    if isinstance(value, Part):
        return _section(value, spelling)
    if isinstance(value, list):
        return [_value("", each, spelling) for each in value]
    if isinstance(value, str) and name in words.WORDS:
        return words.theirs(name, str(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _reduced(value: dict[str, Any]) -> tuple[dict[str, Any], list[Unmapped]]:
    reason = "SDK v3 does not read it."
    left = [Unmapped("spec.model_package_details", reason)] if value.pop("model_package_details", None) else []
    overview = value.get("model_overview", {})
    dropped = [key for key in _NOT_IN_V3 if overview.pop(key, None) is not None]
    left += [Unmapped(f"spec.model_overview.{key}", reason) for key in dropped]
    training = value.get("training_details", {})
    objective = training.pop("objective_function", None)
    if objective is not None:
        training["objective_function"] = objective.get("function", {})
        if "notes" in objective:
            left.append(Unmapped("spec.training_details.objective_function.notes", reason))
    return value, left

"""SageMaker's cards: content JSON of SDK v2 and v3, responses of DescribeModelCard, arguments of CreateModelCard.

`card_of` reads content of any spelling; the CloudFormation importer uses it too.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

from mlgov.cards import sagemaker as words
from mlgov.cards.fields import written
from mlgov.cards.foreign import envelope, read_json
from mlgov.cards.sagemaker import Spelling
from mlgov.cards.schema import CardSpec
from mlgov.cards.transfer import Imported, Unmapped
from mlgov.documents import Pointer, Value
from mlgov.documents.front_door import hidden_character
from mlgov.errors import ImportFormatError
from mlgov.lifecycle import Part
from mlgov.names import Status

WHAT = "a SageMaker model card"
#: Keys of requests and responses that are read; the others belong to the account.
_READ = ("ModelCardName", "ModelCardStatus", "Content", "Tags")


def read(data: bytes, name: str) -> Imported:
    """Read a card of SageMaker.

    Args:
        data: JSON: the content itself, a response of DescribeModelCard, or the arguments of CreateModelCard.
        name: Name of the new card; empty for the one that the file says, in lower case.

    Raises:
        ImportFormatError: The file is none of these.
    """
    value = read_json(data, WHAT)
    if "Resources" in value:
        raise ImportFormatError("The file is a CloudFormation template.", hint="Read it with --from cloudformation.")
    if "Content" not in value:
        return card_of({"Content": value}, name, root=())
    content = value["Content"]
    if isinstance(content, str):
        content = read_json(content.encode(errors="surrogatepass"), f"{WHAT} (its Content)")
    return card_of({**value, "Content": content}, name)


def card_of(
    properties: dict[str, Any], name: str, *, spelling: Spelling = words.as_is, root: Pointer = ("Content",)
) -> Imported:
    """Make a draft card of the properties of a SageMaker card.

    Args:
        properties: ModelCardName, ModelCardStatus, Tags and Content, all but the last optional.
        name: Name of the new card; empty for the one that the properties say.
        spelling: How the content spells our keys.
        root: Where the content stands in the file, for reports.

    Raises:
        ImportFormatError: The content is no mapping, has none of the sections, is longer than SageMaker takes, or holds
            hidden characters.
    """
    content = properties.get("Content")
    sections = {spelling(key) for key in CardSpec.model_fields if key not in words.OURS}
    if not isinstance(content, dict) or (content and not sections & content.keys()):
        hint = f"Its content has sections such as {', '.join(sorted(sections)[:3])}. Was another --from meant?"
        raise ImportFormatError(f"The file holds no content of {WHAT}.", hint=hint)
    length = len(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    if length > words.CONTENT_CHARACTERS:
        message = f"The content has {length:,} characters; SageMaker takes {words.CONTENT_CHARACTERS:,}."
        raise ImportFormatError(message, hint="Leave out long curves or tables; they can be evidence files.")
    reader = _Reader(spelling, root)
    reader.check_texts(properties)
    metadata = reader.metadata(properties, name)
    spec = reader.part(_nested(content, spelling), CardSpec, root)
    _unfold(spec, reader)
    return Imported(envelope(metadata, spec), tuple(reader.notes))


@dataclass
class _Reader:
    """Reads SageMaker's keys and words into ours, guided by the models of the schema, and notes what it cannot read."""

    spelling: Spelling
    root: Pointer
    notes: list[Unmapped] = field(default_factory=list)

    def note(self, at: Pointer, reason: str) -> None:
        self.notes.append(Unmapped(written(at), reason))

    def check_texts(self, value: Any, at: Pointer = (), *, is_key: bool = False) -> None:  # noqa: ANN401 - any JSON value
        """Refuse characters that nobody sees, before they end up in a card that nobody can read whole."""
        if isinstance(value, dict | list):
            for key, each in value.items() if isinstance(value, dict) else enumerate(value):
                self.check_texts(key, (*at, key), is_key=True)
                self.check_texts(each, (*at, key))
        elif isinstance(value, str) and (hidden := hidden_character(value.replace("\r\n", "\n"), in_name=is_key)):
            message = f"The file has the hidden character {hidden} at {written(at)}."
            raise ImportFormatError(message, hint="Remove it there: nobody who reviews the card could see it.")

    def metadata(self, properties: dict[str, Any], name: str) -> dict[str, Value]:
        """Read what stands beside the content; what belongs to the account is noted."""
        own = properties.get("ModelCardName")
        if not name and isinstance(own, str):
            name = own.lower()
        if isinstance(own, str) and own != name:
            self.note(("ModelCardName",), f"The file says {own}; the card is named {name} here.")
        status = properties.get("ModelCardStatus")
        if status is not None and words.status_word(str(status)) is not Status.DRAFT:
            self.note(("ModelCardStatus",), f"The file says {status}; an imported card starts as a draft.")
        for key in properties.keys() - set(_READ):
            self.note((key,), "It belongs to the account that the card was in.")
        self.notes.sort(key=lambda note: note.path)
        labels = self._labels(properties.get("Tags"))
        return {"name": name, "labels": labels} if labels else {"name": name}

    def _labels(self, tags: object) -> dict[str, Value]:
        labels: dict[str, Value] = {}
        for index, tag in enumerate(tags if isinstance(tags, list) else []):
            key, value = (tag.get("Key"), tag.get("Value")) if isinstance(tag, dict) else (None, None)
            if isinstance(key, str) and isinstance(value, str) and 1 <= len(value) <= 256 and key not in labels:
                labels[key] = value
            else:
                self.note(("Tags", index), "A label is a key with a text of 1 to 256 characters.")
        return labels

    def part(self, value: Any, model: type[Part], at: Pointer) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
        """Read a mapping into the keys of ``model``; keys that it does not have are noted, nulls say nothing."""
        known = {self.spelling(name): name for name in model.model_fields if name not in words.OURS}
        found: dict[str, Any] = {}
        for key, each in value.items():
            if key not in known:
                self.note((*at, key), "A card has no such field.")
            elif each is not None:
                name = known[key]
                found[name] = self._value(name, each, model.model_fields[name].annotation, (*at, key))
        return found

    def _value(self, name: str, value: Any, annotation: Any, at: Pointer) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, str):
            return self._word(name, value, at) if name in words.WORDS else value.replace("\r\n", "\n")
        models = _models_in(annotation)
        if isinstance(value, list):
            return [self._value("", each, annotation, (*at, index)) for index, each in enumerate(value)]
        if isinstance(value, dict) and models:
            model = self._chosen(value, models)
            return self.part(value, model, at) if model else value
        return value

    def _chosen(self, value: dict[str, Any], models: list[type[Part]]) -> type[Part] | None:
        """Choose among the types of metrics by what ``value`` says."""
        if len(models) == 1:
            return models[0]
        kind = words.ours("type", str(value.get(self.spelling("type"))))
        return next((model for model in models if get_args(model.model_fields["type"].annotation) == (kind,)), None)

    def _word(self, name: str, word: str, at: Pointer) -> str:
        ours = words.ours(name, word)
        if ours is not None and words.theirs(name, ours) != word:
            self.note(at, f"{word!r} is read as {ours}; SageMaker writes {words.theirs(name, ours)}.")
        return ours or word


def _models_in(annotation: Any) -> list[type[Part]]:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]


def _nested(content: dict[str, Any], spelling: Spelling) -> dict[str, Any]:
    """Bring the flat objective function of SDK v3 into the nested form."""
    training_key, objective_key, function_key = map(spelling, ("training_details", "objective_function", "function"))
    training = content.get(training_key)
    objective = training.get(objective_key) if isinstance(training, dict) else None
    if not isinstance(objective, dict) or not isinstance(training, dict):
        return content
    inner = {key: objective[key] for key in map(spelling, ("function", "facet", "condition")) if key in objective}
    if isinstance(inner.get(function_key), dict):
        return content
    outer = {key: value for key, value in objective.items() if key not in inner}
    inner = {key: value for key, value in inner.items() if value is not None}
    nested = {**outer, function_key: inner} if inner else outer
    return {**content, training_key: {**training, objective_key: nested}}


def _unfold(spec: dict[str, Any], reader: _Reader) -> None:
    """Take out of SageMaker's fields what our exports put in, and make group names fit."""
    if isinstance(uses := spec.get("intended_uses"), dict):
        spec["intended_uses"] = dict(_unfolded_uses(uses))
    objective = _mapping(_mapping(spec.get("training_details")).get("objective_function"))
    if objective.get("function") == {}:
        del objective["function"]  # the SDK writes the key even when it says nothing
    for index, evaluation in enumerate(_mappings(spec.get("evaluation_details"))):
        _unfold_evidence(evaluation)
        _shorten_groups(evaluation, index, reader)


def _unfolded_uses(uses: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in uses.items():
        if key == "intended_uses" and isinstance(value, str):
            both = zip((key, "out_of_scope_uses"), words.unfold_uses(value), strict=True)
            yield from ((each, text) for each, text in both if text is not None)
        else:
            yield key, value


def _unfold_evidence(evaluation: dict[str, Any]) -> None:
    metadata = _mapping(evaluation.get("metadata"))
    cited = {key: found for key, text in metadata.items() if (found := words.evidence_in(key, text))}
    if cited:
        evaluation["metadata"] = {key: text for key, text in metadata.items() if key not in cited}
        evaluation["evidence"] = [cited[key] for key in sorted(cited, key=lambda key: int(key.rpartition("_")[2]))]


def _shorten_groups(evaluation: dict[str, Any], index: int, reader: _Reader) -> None:
    """Cut group names above the limit, as SageMaker's own report parsers make them, and keep them whole beside."""
    for place, group in enumerate(_mappings(evaluation.get("metric_groups"))):
        name = group.get("name")
        if isinstance(name, str) and words.GROUP_NAME_CHARACTERS < len(name) <= 1024:
            mark = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:6]
            group["name"] = f"{name[: words.GROUP_NAME_CHARACTERS - 8].rstrip()}… {mark}"
            key = f"metric_group_{place + 1}_name"
            evaluation.setdefault("metadata", {}).setdefault(key, name)
            keys = map(reader.spelling, ("evaluation_details", "metric_groups", "name"))
            at = (*reader.root, next(keys), index, next(keys), place, next(keys))
            reader.note(at, f"It is shortened to 63 characters; the metadata of the evaluation keeps it as {key}.")


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> Iterable[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []

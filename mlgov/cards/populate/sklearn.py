"""A scikit-learn model in a skops file, as values of a card. Nothing of the model is loaded or run.

A skops file is a zip archive whose ``schema.json`` says of every object its class and its state, down to plain values;
arrays lie beside it and are not read. The facts are ``file``, the open file, and ``name``, how people named it.
"""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from mlgov.cards.draft import Draft
from mlgov.cards.populate.parts import addresses, parameters
from mlgov.errors import ImportFormatError
from mlgov.ports import Described

#: Bytes of schema.json that are read at most. A forest of 500 trees has about 15 MB.
MAX_SCHEMA_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 12
MAX_VALUES = 2000
HINT = (
    "Save the model with skops: skops.io.dump(model, 'model.skops'). Pickle and joblib files are never opened here, "
    "because opening one runs the code in it."
)
Node = Mapping[str, Any]


def fill(described: Described, draft: Draft) -> None:
    """Fill a draft from the classes and the settings of a model.

    Raises:
        ImportFormatError: The file is no skops file.
    """
    file, name = described.facts["file"], str(described.facts["name"])
    schema = _schema(file, name)
    draft.put(_title(schema), 1024, ("model_overview", "algorithm_type"), "schema.json")
    addresses(draft, [name], ("model_overview", "model_artifact"), "file")
    found: dict[str, object] = {}
    for key, value in _settings(schema, "", 0):
        if len(found) == MAX_VALUES:
            draft.note("schema.json", f"The model has more than {MAX_VALUES:,} settings; the rest was not read.")
            break
        found[key] = value
    parameters(draft, found, "settings")
    for key, path in (("sklearn_version", "_sklearn_version"), ("model_features", "n_features_in_")):
        value = next(_plain_values(schema, path, 0), None)
        draft.custom(key, str(value) if value is not None else "", path)
    version = schema.get("_skops_version")
    draft.custom("skops_version", version if isinstance(version, str) else "", "_skops_version")


def _schema(file: BinaryIO, name: str) -> Node:
    try:
        with zipfile.ZipFile(file) as archive, archive.open("schema.json") as member:
            data = member.read(MAX_SCHEMA_BYTES + 1)
        if len(data) > MAX_SCHEMA_BYTES:
            said = f"The schema.json of {name} has more than {MAX_SCHEMA_BYTES // 1024**2} MB."
            raise ImportFormatError(said, hint="Describe the model as metadata: --from json:FILE.")
        schema = json.loads(data)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        # RuntimeError is an encrypted member, or (RecursionError) nesting that no model has
        raise ImportFormatError(f"{name} is no skops file ({type(error).__name__}).", hint=HINT) from None
    if not isinstance(schema, dict) or not isinstance(schema.get("__class__"), str):
        raise ImportFormatError(f"{name} is no skops file: its schema.json names no class.", hint=HINT)
    return schema


def _title(node: Node) -> str:
    """Name the class of a model; of a pipeline also those of its steps."""
    steps = [_class(step) for _, step in _steps(_state(node).get("steps"))]
    return f"{_class(node)} ({', '.join(steps)})" if steps else _class(node)


def _settings(node: Node, prefix: str, depth: int) -> Iterator[tuple[str, object]]:
    """Give the constructor's settings, in scikit-learn's spelling: ``step__setting`` inside of others.

    What ends in an underscore was learned by fitting, and what begins with one is private.
    """
    state = _state(node)
    if depth > MAX_DEPTH:
        return
    learned = {"steps", "estimator_params", *(["estimator"] if _is_copied_down(state) else [])}
    for key, value in state.items():
        if key in learned or key.startswith("_") or key.endswith("_"):
            continue
        if isinstance(value, Mapping):
            yield from _setting(f"{prefix}{key}", value, depth)
    for name, step in _steps(state.get("steps")):
        yield from _settings(step, f"{prefix}{name}__", depth + 1)


def _is_copied_down(state: Mapping[str, Any]) -> bool:
    """Whether the estimator inside is the ensemble's own, which gets its settings from the ensemble: a forest."""
    names = state.get("estimator_params")
    return isinstance(names, Mapping) and bool(names.get("content"))


def _setting(key: str, node: Node, depth: int) -> Iterator[tuple[str, object]]:
    there, value = _plain(node, depth)
    if there:
        yield key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    elif node.get("__loader__") == "ObjectNode":
        yield key, _class(node)
        yield from _settings(node, f"{key}__", depth + 1)
    else:
        yield key, _class(node)


def _plain(node: object, depth: int) -> tuple[bool, Any]:
    """Give a plain value: a scalar, or a list, tuple or mapping of such."""
    content = node.get("content") if isinstance(node, Mapping) else None
    loader = node.get("__loader__") if isinstance(node, Mapping) else None
    if depth > MAX_DEPTH:
        return False, None
    if loader == "JsonNode" and isinstance(content, str):
        return _json(content)
    if loader in ("ListNode", "TupleNode", "SetNode") and isinstance(content, list):
        parts = [_plain(each, depth + 1) for each in content]
        return all(there for there, _ in parts), [value for _, value in parts]
    if loader == "DictNode" and isinstance(content, Mapping):
        found = {str(key): _plain(each, depth + 1) for key, each in content.items()}
        return all(there for there, _ in found.values()), {key: value for key, (_, value) in found.items()}
    return False, None


def _json(text: str) -> tuple[bool, Any]:
    try:
        return True, json.loads(text)
    except (ValueError, RecursionError):
        return False, None


def _plain_values(node: Node, key: str, depth: int) -> Iterator[object]:
    """Give the plain values of ``key`` in a model and in the steps of a pipeline, outermost first."""
    state = _state(node)
    there, value = _plain(state.get(key), 0)
    if there:
        yield value
    for _, step in _steps(state.get("steps")) if depth < MAX_DEPTH else ():
        yield from _plain_values(step, key, depth + 1)


def _steps(node: object) -> Iterator[tuple[str, Node]]:
    """Give the steps of a pipeline: pairs of a name and a model."""
    items = node.get("content") if isinstance(node, Mapping) else None
    for item in items if isinstance(items, list) else []:
        pair = item.get("content") if isinstance(item, Mapping) else None
        if isinstance(pair, list) and len(pair) == 2:
            there, name = _plain(pair[0], 0)
            if there and isinstance(name, str) and isinstance(pair[1], Mapping):
                yield name, pair[1]


def _state(node: Node) -> Mapping[str, Any]:
    content = node.get("content")
    inner = content.get("content") if isinstance(content, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _class(node: Node) -> str:
    name = node.get("__class__")
    return name if isinstance(name, str) else "unknown"

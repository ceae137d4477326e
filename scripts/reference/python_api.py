"""The page of the Python API: every name of ``mlgov``, from its signature and docstring."""

import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel

from mlgov import sdk
from mlgov.lifecycle.descriptions import descriptions
from scripts.reference.docstrings import Docstring, read
from scripts.reference.markdown import code, plain, table
from scripts.reference.markdown import page as put_together

#: Signs of a signature that fit on a screen.
WIDTH = 88
INTRO = (
    "Everything that `from mlgov import …` gives. The names are those of SageMaker's Python SDK where it has them. "
    "How a card is written in a notebook stands in [Working with model cards](../cards.md)."
)
#: A default that is an enum value, as Python shows it.
_ENUM = re.compile(r"<([\w.]+): [^>]*>")
_MODULES = re.compile(r"\b(?:mlgov|collections|pathlib|typing|datetime)(?:\.\w+)*\.(?=\w)")


def page() -> str:
    """Write the page."""
    return put_together("Python", "the docstrings of mlgov.sdk", INTRO, *map(_written, sdk.__all__))


def _written(name: str) -> str:
    found = getattr(sdk, name)
    parts = [f"## {name}"]
    if inspect.isclass(found) and issubclass(found, Enum):
        values = [[code(f"{name}.{key}"), code(each.value)] for key, each in found.__members__.items()]
        parts += [*_said(read(found)), table(["name", "value"], values)]
    elif inspect.isclass(found) and issubclass(found, BaseModel):
        parts += [*map(plain, read(found).paragraphs), _fields(found), *_methods(name, found)]
    else:
        parts += [_signature(name, found), *_said(read(found))]
        parts += _methods(name, found) if inspect.isclass(found) else []
    return "\n\n".join(filter(None, parts))


def _said(said: Docstring) -> Iterator[str]:
    yield from map(plain, said.paragraphs)
    for title, entries in said.entries.items():
        rows = [[code(name), plain(text)] for name, text in entries.items()]
        yield table([{"Args": "argument", "Attributes": "attribute", "Raises": "raises"}[title], "meaning"], rows)
    if "Returns" in said.texts:
        yield f"Returns: {plain(said.texts['Returns'])}"
    if "Example" in said.texts:
        yield f"```pycon\n{said.texts['Example']}\n```"


def _fields(model: type[BaseModel]) -> str:
    """Write a row per field: the docstring of the class says it, or the text below the field in a document's model."""
    entries = read(model).entries
    said = descriptions(model) | entries.get("Args", {}) | entries.get("Attributes", {})
    return table(["field", "meaning"], [[code(name), plain(said[name])] for name in model.model_fields])


def _methods(owner: str, found: type) -> Iterator[str]:
    for name, method in vars(found).items():
        public = getattr(found, name)
        if name.startswith("_") or (
            not isinstance(method, classmethod | staticmethod) and not inspect.isfunction(method)
        ):
            continue
        yield "\n\n".join([f"### {owner}.{name}", _signature(f"{owner}.{name}", public), *_said(read(public))])


def _signature(name: str, found: Callable[..., Any]) -> str:
    """Write the call; one argument per line where it would be too long for a screen."""
    signature = inspect.signature(found)
    arguments = list(_arguments(signature))
    written = name + str(signature.replace(parameters=[]))
    head, _, tail = written.partition("()")
    short = f"{head}({', '.join(arguments)}){tail}"
    shown = short if len(_short(short)) <= WIDTH else "\n    ".join([f"{head}(", *(f"{each}," for each in arguments)])
    return f"```python\n{_short(shown if shown == short else f'{shown}{chr(10)}){tail}')}\n```"


def _arguments(signature: inspect.Signature) -> Iterator[str]:
    kinds = [each.kind for each in signature.parameters.values()]
    named_only = kinds.index(inspect.Parameter.KEYWORD_ONLY) if inspect.Parameter.KEYWORD_ONLY in kinds else None
    for place, each in enumerate(signature.parameters.values()):
        if place == named_only:
            yield "*"
        if each.name not in {"self", "cls"}:
            yield str(each)


def _short(text: str) -> str:
    """Leave out the modules of types, the values of enums and the quotes around a class."""
    return _MODULES.sub("", _ENUM.sub(r"\1", text)).replace("'ModelCard'", "ModelCard")

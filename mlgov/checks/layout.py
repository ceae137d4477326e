"""The canonical form of governed documents: keys in the order of their schema, the schema's line on top."""

from functools import cache

from mlgov.checks.kinds import MODELS
from mlgov.checks.schemas import modeline
from mlgov.documents import Pointer
from mlgov.documents.formatting import canonical, render
from mlgov.documents.reader import Value
from mlgov.lifecycle.validation import models_at
from mlgov.names import Kind

#: Keys that stand last wherever they are known: they explain what is above them.
_LAST = ("notes",)


def format_document(data: bytes, path: str, kind: Kind) -> bytes:
    """Give the canonical form of a document. Its value, and so its content digest, stays the same.

    Args:
        data: The file; it must pass the front door.
        path: Path for messages.
        kind: Its kind.

    Raises:
        UsageError: The front door refuses the file.
    """
    return canonical(data, path, order=lambda pointer: keys_at(kind, pointer), modeline=modeline(kind))


def render_document(value: dict[str, Value], kind: Kind) -> bytes:
    """Write a new document in canonical form."""
    return render(value, order=lambda pointer: keys_at(kind, pointer), modeline=modeline(kind))


def keys_at(kind: Kind, pointer: Pointer) -> tuple[str, ...]:
    """List the keys that the schema knows at a place, in their order; none where keys are free."""
    return _keys(kind, tuple(0 if isinstance(key, int) else key for key in pointer))


@cache
def _keys(kind: Kind, pointer: Pointer) -> tuple[str, ...]:
    known = dict.fromkeys(name for model in models_at(MODELS[kind], pointer) for name in model.model_fields)
    return (*(name for name in known if name not in _LAST), *(name for name in known if name in _LAST))

"""Other tools' files on their way to a card: strict JSON in, the document of a draft out."""

import json
import math
from collections import Counter
from collections.abc import Iterable

from pydantic import ValidationError

from mlgov.cards.fields import written
from mlgov.cards.schema import CardDocument
from mlgov.documents import Value
from mlgov.documents.front_door import LIMITS
from mlgov.errors import ImportFormatError

#: Cards of other tools hold images, so they may be larger than ours.
MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64


def read_json(data: bytes, what: str) -> dict[str, Value]:
    """Read a JSON object, strictly: no NaN, no key twice, no number that JSON readers disagree on.

    Args:
        data: The bytes of the file.
        what: What the file should be, for the message, for instance ``"a Model Card Toolkit card"``.

    Raises:
        ImportFormatError: The bytes are no such JSON.
    """
    if len(data) > MAX_BYTES:
        raise ImportFormatError(
            f"The file has {len(data):,} bytes; {what} may have {MAX_BYTES:,}.", hint="Take images out of it."
        )
    hint = f"Name the format of the file with --from, and give the JSON file of {what}."
    try:
        value = json.loads(
            data, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else _short(str(error))
        raise ImportFormatError(f"The file is no JSON of {what}: {reason}.", hint=hint) from None
    if not isinstance(value, dict):
        raise ImportFormatError(f"The file holds no JSON object, so it is not {what}.", hint=hint)
    _check_depth(value, what)
    return value


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    value = dict(pairs)
    if len(value) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise ValueError(f"the key {_short(twice)!r} stands twice in one object")
    return value


def _constant(word: str) -> Value:
    raise ValueError(f"{word} is no number in JSON")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:20]} is too large for a number")
    return value


def _integer(digits: str) -> int | float:
    if len(digits) <= 16 and abs(int(digits)) <= LIMITS.integer:
        return int(digits)
    return _float(digits)


def _check_depth(value: Value, what: str) -> None:
    level: list[Value] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise ImportFormatError(
        f"The file is nested deeper than {MAX_DEPTH} levels, so it is not {what}.", hint="Check which file it is."
    )


def _children(value: Value) -> Iterable[Value]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "…"


def envelope(metadata: dict[str, Value], spec: dict[str, Value]) -> dict[str, Value]:
    """Give the whole document of a draft card."""
    return {
        "apiVersion": "mlgov/v1",
        "kind": "ModelCard",
        "metadata": metadata,
        "lifecycle": {"status": "draft"},
        "spec": spec,
    }


def check(value: dict[str, Value]) -> CardDocument:
    """Give the card of a value, or refuse one that is none.

    Raises:
        ImportFormatError: With the place and the reason of the first problem.
    """
    try:
        return CardDocument.model_validate(value)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise ImportFormatError(
            f"The card of this file cannot be used: {written(problem['loc']) or 'it'}: {_short(problem['msg'])}.",
            hint="Correct this place in the file and import it again.",
        ) from None

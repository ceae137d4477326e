"""Other tools' files on their way to a card: strict JSON in, the document of a draft out."""

from pydantic import ValidationError

from mlgov.cards.fields import written
from mlgov.cards.schema import CardDocument
from mlgov.documents import Value, strict_json
from mlgov.errors import ImportFormatError
from mlgov.lifecycle import wording

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
    hint = f"Name the format of the file with --from, and give the JSON file of {what}."
    try:
        value = strict_json.read(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except strict_json.StrictJsonError as error:
        place = f" (line {error.line}, column {error.column})" if error.line else ""
        fix = "Take images out of it." if len(data) > MAX_BYTES else error.hint or hint
        raise ImportFormatError(f"The file is no JSON of {what}: it {error.problem}{place}.", hint=fix) from None
    if not isinstance(value, dict):
        raise ImportFormatError(f"The file holds no JSON object, so it is not {what}.", hint=hint)
    return value


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
        said = _short(wording.sentence(problem))
        raise ImportFormatError(
            f"The card of this file cannot be used: {written(problem['loc']) or 'it'}: {said}",
            hint="Correct this place in the file and import it again.",
        ) from None

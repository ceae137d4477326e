"""Reports of other programs: a JSON object, read strictly."""

from typing import Any

from mlgov.documents import strict_json
from mlgov.errors import ImportFormatError
from mlgov.ports import FILE_LIMIT_BYTES

#: Evidence beyond the limit of a snapshot could not be checked against its digest.
MAX_BYTES = FILE_LIMIT_BYTES
MAX_DEPTH = 32

_EXPORT_AGAIN = "Write the report again with the tool that made it."


def read_json(data: bytes, name: str) -> dict[str, Any]:
    """Read the JSON object that a report is.

    Args:
        data: Bytes of the file.
        name: Name of the file, for messages.

    Raises:
        ImportFormatError: Too large, too deep, not UTF-8, no JSON object, a key twice, or a number that is none.
    """
    try:
        value = strict_json.read(data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except strict_json.StrictJsonError as error:
        place = f":{error.line}:{error.column}:" if error.line else ""
        hint = "Cite a smaller report: results, not rows." if len(data) > MAX_BYTES else error.hint or _EXPORT_AGAIN
        raise ImportFormatError(f"{name}{place} {error.problem}.", hint=hint) from None
    if not isinstance(value, dict):
        raise ImportFormatError(f"{name} holds no JSON object.", hint="A report starts with '{'.")
    return value

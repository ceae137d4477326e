"""The payload of one captured request or answer -> rows: CSV, JSON and base64 of either."""

import base64
import binascii
import csv
import json
from dataclasses import dataclass
from typing import Any

from mlgov.documents.strict_json import is_deeper

#: Keys under which serving containers put one entry per row.
_ROW_KEYS = ("instances", "predictions", "inputs", "outputs", "data")


class PayloadError(Exception):
    """A record cannot be read. Never leaves this adapter; its text has no data in it."""


#: A row of a payload: values in order when they have no names, else by name.
Row = list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a record, the request or the answer.

    Attributes:
        rows: Its rows.
        typed: Whether values have the types of JSON; else they are text whose type must be found out.
    """

    rows: list[Row]
    typed: bool = False


def read_json(data: bytes | str, depth: int) -> Any:  # noqa: ANN401 - any JSON value
    """Read JSON after looking how deep it is nested. Raises PayloadError."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        if is_deeper(text, depth):
            raise PayloadError(f"JSON is nested deeper than {depth} levels")
        return json.loads(text)
    except UnicodeDecodeError:
        raise PayloadError("the text is not UTF-8") from None
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at")  # Python's own words, of which some end so
        raise PayloadError(f"the text is not JSON ({what} at character {error.pos + 1})") from None
    except ValueError:
        raise PayloadError("JSON has a number with too many digits") from None


def side_of(payload: dict[str, Any], depth: int) -> Side:
    """Explode one side of a record into rows.

    Args:
        payload: Its ``endpointInput`` or ``endpointOutput``.
        depth: Levels of nesting that JSON may have.

    Raises:
        PayloadError: The data cannot be read with the encoding that the record names.
    """
    data, encoding = payload.get("data"), str(payload.get("encoding", "")).upper()
    if data is None:
        return Side([])
    if encoding == "BASE64":
        data, encoding = _unpacked(data, str(payload.get("observedContentType") or "").lower())
    if encoding == "CSV" and isinstance(data, str):
        return Side(_csv_rows(data))
    if encoding == "JSON":
        return Side(_json_rows(data if isinstance(data, str) else json.dumps(data), depth), typed=True)
    raise PayloadError(f"the encoding {encoding[:20]!r} cannot be read")


def _unpacked(data: object, content_type: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(str(data), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise PayloadError("the base64 data is not text") from None
    if "json" in content_type:
        return text, "JSON"
    if not content_type or content_type.startswith("text/"):  # some containers answer CSV as text/html
        return text, "CSV"
    raise PayloadError(f"the content type {content_type[:60]!r} cannot be read")


def _csv_rows(text: str) -> list[Row]:
    try:
        rows: list[Row] = [row for row in csv.reader(text.splitlines(True), strict=True, skipinitialspace=True) if row]
    except csv.Error as error:
        raise PayloadError(f"the CSV data cannot be read ({error})") from None
    if len(rows) > 1 and len(set(map(len, rows))) > 1:
        raise PayloadError("the CSV rows have different numbers of cells")
    return rows


def _json_rows(text: str, depth: int) -> list[Row]:
    try:
        return _rows(read_json(text, depth))
    except PayloadError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
    return [row for line in lines for row in _rows(read_json(line, depth))]


def _rows(value: Any) -> list[Row]:  # noqa: ANN401 - any JSON value
    """Find the rows of a JSON payload.

    A mapping is a row, unless it has one of the usual keys for rows or all its values are lists of one length, one
    entry per row. A list of mappings or lists is a list of rows; any other list is one row without names.
    """
    if isinstance(value, dict):
        inner = next((value[key] for key in _ROW_KEYS if isinstance(value.get(key), list)), None)
        if inner is not None:
            return [row_of(entry) for entry in inner]
        return _columns(value) or [row_of(value)]
    if isinstance(value, list) and value and all(isinstance(entry, dict | list) for entry in value):
        return [row_of(entry) for entry in value]
    return [row_of(value)]


def _columns(value: dict[str, Any]) -> list[Row]:
    lists = [entry for entry in value.values() if isinstance(entry, list)]
    if len(lists) < 2 or len(lists) != len(value) or len({len(entry) for entry in lists}) != 1:
        return []
    return [row_of(dict(zip(value, entries, strict=True))) for entries in zip(*lists, strict=True)]


def row_of(value: Any) -> Row:  # noqa: ANN401 - any JSON value
    """Read one JSON value as a row: by name when it is a mapping, else its values in order."""
    if isinstance(value, dict) and list(value) == ["features"]:
        return row_of(value["features"])
    if isinstance(value, dict):
        return dict(flat(value))
    return [_plain(entry) for entry in value] if isinstance(value, list) else [value]


def flat(value: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Name the values of nested mappings with dots; lists become their text."""
    found: list[tuple[str, Any]] = []
    for key, entry in value.items():
        name = f"{prefix}{key}"
        found += flat(entry, f"{name}.") if isinstance(entry, dict) else [(name, _plain(entry))]
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value

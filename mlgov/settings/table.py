"""The base of every table of ``mlgov.toml``."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

#: What a button may lead to and a question may go to; http only on this machine. No quotes, spaces, < and >: the theme
#: escapes none.
ADDRESS = re.compile(
    r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))(:\d{1,5})?/[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%{}-]*"
)

#: Types that pydantic would otherwise also read from text, from each other or from 0 and 1.
_READ_AS_WRITTEN = ("int", "float", "bool", "str")


def _make_strict(part: Any) -> None:  # noqa: ANN401 - a schema is mappings and lists of many kinds
    if isinstance(part, dict):
        if part.get("type") in _READ_AS_WRITTEN:
            part["strict"] = True
        for inner in part.values():
            _make_strict(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            _make_strict(inner)


class Table(BaseModel):
    """A table of settings: unknown keys are refused, values never change, and no value is read as another type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler, /) -> CoreSchema:
        """Make numbers, booleans and texts strict, wherever they stand; lists and words stay as TOML has them.

        The option ``strict`` of pydantic would also refuse a list for a tuple and a text for a word of an enum.
        """
        schema = handler(source)
        _make_strict(schema)
        return schema

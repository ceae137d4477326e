"""What does not fit into a section, said in the words of a card and not in those of pydantic."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mlgov.documents.editor import written
from mlgov.errors import CardValueError
from mlgov.lifecycle import wording


class Open:
    """Makes a section of the schema one that notebooks change: errors are `CardValueError`."""

    def __init__(self, /, **values: Any) -> None:  # noqa: ANN401 - each section has its own fields
        with said_plainly(type(self)):
            super().__init__(**values)

    # With this mark pydantic takes it for its own and does not call it for the sections inside of a section.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401 - each field has its own type
        fields = getattr(type(self), "model_fields", {})
        if not name.startswith("_") and name not in fields:
            raise AttributeError(f"{type(self).__name__} has no {name!r}.{near(name, fields)}")
        with said_plainly(type(self)):
            super().__setattr__(name, value)


@contextmanager
def said_plainly(model: Any) -> Iterator[None]:  # noqa: ANN401 - a class, or a name
    """Turn what pydantic finds into one error that says where, what and what instead."""
    try:
        yield
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise CardValueError("; ".join(_sentence(model, detail) for detail in details)) from None


def near(name: str, known: Iterable[str]) -> str:
    """Say which known name is meant, or which there are."""
    listed = list(known)
    close = difflib.get_close_matches(name, listed, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" Known are {', '.join(listed)}." if listed else ""


def _sentence(model: Any, detail: ErrorDetails) -> str:  # noqa: ANN401 - a class, or a name
    where = ".".join(filter(None, (getattr(model, "__name__", str(model)), written(detail["loc"]))))
    if detail["type"] == "extra_forbidden":
        known = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else ()
        return f"{where} is unknown.{near(str(detail['loc'][-1]), known if len(detail['loc']) == 1 else ())}"
    if detail["type"] == "missing":
        return f"{where} is missing."
    said = f"{where}: {wording.sentence(detail)}"
    return f"{said} {fix}" if (fix := wording.fix(detail)) else said

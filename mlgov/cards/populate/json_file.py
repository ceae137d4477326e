"""Metadata as JSON: what notebooks and tools without an adapter of their own write.

The file holds sections of a card, spelled as in a card, below ``spec``, and may say where they come from::

    {
      "source": {"name": "notebook churn.ipynb", "run": "2026-11-20"},
      "spec": {"model_overview": {"algorithm_type": "gradient boosting"}}
    }

The facts are the file's content as `read` gives it. What people have to decide or a file cannot
prove (evaluations with their evidence, criteria, claims, the list of imported values) is refused.
"""

from typing import Any

from pydantic import ValidationError

from mlgov.cards.draft import Draft
from mlgov.cards.fields import written
from mlgov.cards.foreign import read_json
from mlgov.cards.schema import CardSpec
from mlgov.errors import ImportFormatError
from mlgov.lifecycle import wording
from mlgov.ports import Described

WHAT = "metadata of a model"
SECTIONS = (
    "model_overview",
    "intended_uses",
    "business_details",
    "training_details",
    "additional_information",
    "model_package_details",
    "lineage",
)


def fill(described: Described, draft: Draft) -> None:
    """Fill a draft with the sections of the file."""
    for section, value in described.facts["spec"].items():
        draft.place()[section] = value


def read(data: bytes) -> dict[str, Any]:
    """Read and check a metadata file; see the module for its shape.

    Raises:
        ImportFormatError: It is no such JSON, or a section is not as in a card.
    """
    value = read_json(data, WHAT)
    _check_keys(value, ("source", "spec"), "The file")
    spec = value.get("spec")
    if not isinstance(spec, dict) or not spec:
        raise ImportFormatError(
            "The file has no spec with sections of a card.", hint=f"Known are {', '.join(SECTIONS)}."
        )
    _check_keys(spec, SECTIONS, "spec")
    try:
        CardSpec.model_validate(spec)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = written(("spec", *problem["loc"]))
        raise ImportFormatError(f"{place}: {wording.sentence(problem)}", hint="Correct it in the file.") from None
    return value


def source_of(value: dict[str, Any]) -> tuple[str, str]:
    """Give what the file says of its source: its name and its run; each is empty when it does not say."""
    source = value.get("source", {})
    if not isinstance(source, dict):
        raise ImportFormatError("source is no mapping.", hint='Write {"name": …, "run": …}.')
    _check_keys(source, ("name", "run"), "source")
    for key, text in source.items():
        if not isinstance(text, str):
            raise ImportFormatError(f"source.{key} is no text.", hint="Write it in quotes.")
    return source.get("name", ""), source.get("run", "")


def _check_keys(value: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    for key in value:
        if key not in known:
            hint = f"Known are {', '.join(known)}."
            raise ImportFormatError(f"{what} has the unknown key {key[:100]!r}.", hint=hint)

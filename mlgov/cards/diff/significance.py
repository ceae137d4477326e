"""How much a change matters: a table of path patterns, the organisation's after the default's."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from mlgov.cards.diff.places import Significance
from mlgov.cards.orientation import Orientation
from mlgov.cards.schema import CardDocument
from mlgov.errors import SettingsError
from mlgov.settings import DiffSettings

#: Pattern -> significance; the last pattern that fits decides. A pattern covers what lies below it. ``*`` is one key or
#: list item, ``**`` any number of them.
DEFAULTS: dict[str, Significance] = {
    "**": Significance.INFORMATIVE,
    "metadata.annotations": Significance.COSMETIC,
    "metadata.name": Significance.MATERIAL,
    "metadata.owners": Significance.MATERIAL,
    "lifecycle": Significance.MATERIAL,
    "spec.model_overview.model_id": Significance.MATERIAL,
    "spec.model_overview.model_name": Significance.MATERIAL,
    "spec.model_overview.model_version": Significance.MATERIAL,
    "spec.model_overview.model_owner": Significance.MATERIAL,
    "spec.model_overview.algorithm_type": Significance.MATERIAL,
    "spec.model_overview.model_artifact": Significance.MATERIAL,
    "spec.model_overview.inference_environment": Significance.MATERIAL,
    "spec.intended_uses": Significance.MATERIAL,
    "spec.training_details.objective_function": Significance.MATERIAL,
    "spec.training_details.training_job_details": Significance.MATERIAL,
    "spec.evaluation_details": Significance.MATERIAL,
    "spec.evaluation_details.*.evaluation_observation": Significance.INFORMATIVE,
    "spec.evaluation_details.*.metadata": Significance.INFORMATIVE,
    "spec.additional_information.ethical_considerations": Significance.MATERIAL,
    "spec.additional_information.caveats_and_recommendations": Significance.MATERIAL,
    "spec.model_package_details.model_package_arn": Significance.MATERIAL,
    "spec.model_package_details.model_package_version": Significance.MATERIAL,
    "spec.model_package_details.model_approval_status": Significance.MATERIAL,
    "spec.model_package_details.source_algorithms": Significance.MATERIAL,
    "spec.model_package_details.inference_specification": Significance.MATERIAL,
    "spec.lineage": Significance.MATERIAL,
    "spec.acceptance_criteria": Significance.MATERIAL,
    "spec.acceptance_criteria.*.rationale": Significance.INFORMATIVE,
    "spec.claims": Significance.MATERIAL,
    "spec.**.notes": Significance.INFORMATIVE,
    "spec.**.x_axis_name": Significance.COSMETIC,
    "spec.**.y_axis_name": Significance.COSMETIC,
}


@dataclass(frozen=True, slots=True)
class DiffTable:
    """What a diff goes by.

    Attributes:
        significance: Pattern -> significance, the last that fits decides.
        orientation: Pattern of a metric's name -> which way it is better, before the built-in table.
    """

    significance: Mapping[str, Significance] = field(default_factory=lambda: dict(DEFAULTS))
    orientation: Mapping[str, Orientation] = field(default_factory=dict)

    def of(self, shape: tuple[str, ...]) -> Significance:
        """Say how much a change at a path (list items as ``*``) matters."""
        fitting = (level for pattern, level in reversed(list(self.significance.items())) if covers(pattern, shape))
        return next(fitting, Significance.INFORMATIVE)


def table_of(settings: DiffSettings) -> DiffTable:
    """Put the organisation's rows after the default ones.

    Raises:
        SettingsError: A pattern fits no field of a card, so it would never say anything.
    """
    paths = field_paths()
    for pattern in settings.significance:
        if not any(covers(pattern, path) for path in paths):
            raise SettingsError(f"mlgov.toml: diff.significance: {pattern} is no field of a card{_close(pattern)}.")
    chosen = {pattern: Significance[level.upper()] for pattern, level in settings.significance.items()}
    kept = {pattern: level for pattern, level in DEFAULTS.items() if pattern not in chosen}
    orientation = {pattern: Orientation(way) for pattern, way in settings.orientation.items()}
    return DiffTable(kept | chosen, orientation)


def covers(pattern: str, shape: tuple[str, ...]) -> bool:
    """Say whether a pattern fits a path or something above it."""
    return _covers(tuple(pattern.split(".")), shape)


@lru_cache(maxsize=65536)
def _covers(pattern: tuple[str, ...], shape: tuple[str, ...]) -> bool:
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(_covers(pattern[1:], shape[start:]) for start in range(len(shape) + 1))
    return bool(shape) and pattern[0] in ("*", shape[0]) and _covers(pattern[1:], shape[1:])


@lru_cache(maxsize=1)
def field_paths() -> tuple[tuple[str, ...], ...]:
    """List the paths of all fields that a card can have; list items and free keys as ``*``."""
    return tuple(dict.fromkeys(_paths(CardDocument, ())))


def _paths(annotation: Any, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, found in annotation.model_fields.items():
            yield (*at, name)
            yield from _paths(found.annotation, (*at, name))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _paths(arguments[0], at)
    elif origin in (Union, UnionType):
        for argument in arguments:
            yield from _paths(argument, at)
    elif origin in (list, dict):
        yield (*at, "*")
        yield from _paths(arguments[-1], (*at, "*"))


def _close(pattern: str) -> str:
    known = sorted({".".join(path) for path in field_paths()})
    close = difflib.get_close_matches(pattern, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""

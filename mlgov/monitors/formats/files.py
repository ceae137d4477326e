"""Files of Model Monitor: read with every damage named, written as text that reviewers can diff."""

import functools
import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mlgov.documents import Pointer, find
from mlgov.lifecycle import bytes_digest, wording
from mlgov.monitors.formats import complaints, json_text
from mlgov.monitors.formats.constraints import Constraints
from mlgov.monitors.formats.json_text import Damage, DamageError
from mlgov.monitors.formats.model_quality import QualityConstraints, QualityStatistics
from mlgov.monitors.formats.statistics import Foreign, Statistics, dump
from mlgov.names import MonitoringType

STATISTICS = "statistics.json"
CONSTRAINTS = "constraints.json"
PROFILE = "profile.json"

#: Problems named per file; a file of another format would otherwise fill screens.
MOST_DAMAGES = 20

#: Format -> its model. Those of data quality have a JSON Schema as well, which names damage better.
_MODELS: dict[str, type[Foreign]] = {
    "statistics": Statistics,
    "constraints": Constraints,
    "quality_statistics": QualityStatistics,
    "quality_constraints": QualityConstraints,
}
#: Format of each file of a baseline folder, by monitoring type; files of other formats are not looked into.
_FORMATS: dict[MonitoringType, dict[str, str]] = {
    MonitoringType.DATA_QUALITY: {STATISTICS: "statistics", CONSTRAINTS: "constraints"},
    MonitoringType.MODEL_QUALITY: {STATISTICS: "quality_statistics", CONSTRAINTS: "quality_constraints"},
}
_SCHEMAS = Path(__file__).parent / "schemas"

ForeignT = TypeVar("ForeignT", bound=Foreign)


def read_statistics(data: bytes) -> Statistics:
    """Read a statistics.json. Raises DamageError."""
    return _read(data, "statistics", Statistics)


def read_constraints(data: bytes) -> Constraints:
    """Read a constraints.json. Raises DamageError."""
    return _read(data, "constraints", Constraints)


def read_quality_statistics(data: bytes) -> QualityStatistics:
    """Read a statistics.json about model quality. Raises DamageError."""
    return _read(data, "quality_statistics", QualityStatistics)


def read_quality_constraints(data: bytes) -> QualityConstraints:
    """Read a constraints.json about model quality. Raises DamageError."""
    return _read(data, "quality_constraints", QualityConstraints)


def damages(data: bytes, name: str, monitoring_type: MonitoringType = MonitoringType.DATA_QUALITY) -> list[Damage]:
    """List what is wrong with a file of a baseline folder, in the order of the file.

    Args:
        data: The file.
        name: Its name, such as ``statistics.json``.
        monitoring_type: What the baseline is for.
    """
    known = _FORMATS.get(monitoring_type, {}).get(name)
    if known is None:
        return _clarify_damages(data, monitoring_type)
    try:
        value = json_text.read(data)
    except DamageError as error:
        return [error.damage]
    return _damages(value, data, known)


def _clarify_damages(data: bytes, monitoring_type: MonitoringType) -> list[Damage]:
    """Name what is wrong with an analysis.json. Loads numpy, which only repositories with such monitors need."""
    from mlgov.monitors.attribution import clarify as of_attribution
    from mlgov.monitors.bias import clarify as of_bias

    read = of_bias.read if monitoring_type is MonitoringType.MODEL_BIAS else of_attribution.read
    try:
        read(data)
    except DamageError as error:
        return [error.damage]
    return []


def unbound(statistics: Statistics, profile: bytes) -> Damage | None:
    """Say when statistics.json does not belong to profile.json: reviewers read the one, monitors use the other.

    Args:
        statistics: The statistics.json, with mlgov's own key.
        profile: The bytes of profile.json.
    """
    said = (statistics.model_extra or {}).get("mlgov")
    digest = said.get("profile_digest") if isinstance(said, dict) else None
    if digest == bytes_digest(profile):
        return None
    message = "The file does not belong to profile.json beside it: mlgov.profile_digest is not that file's digest."
    return Damage(message, pointer=("mlgov", "profile_digest"))


def render(value: Foreign) -> bytes:
    """Write a file: keys in the order of the format, two blanks of indentation, a newline at the end."""
    return (json.dumps(dump(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _read(data: bytes, schema: str, model: type[ForeignT]) -> ForeignT:
    value = json_text.read(data)
    try:
        return model.model_validate(value)
    except ValidationError:
        raise DamageError(_damages(value, data, schema)[0]) from None


def _damages(value: Any, data: bytes, schema: str) -> list[Damage]:  # noqa: ANN401 - any JSON value
    """Name what is wrong. The models decide whether anything is: they are fast, and most files are fine."""
    try:
        _MODELS[schema].model_validate(value)
    except ValidationError as error:
        pointer, said = _first_of(error, value)
        return _schema_damages(value, data, schema) or [_damage(data, pointer, said)]
    return []


def _first_of(error: ValidationError, value: Any) -> tuple[Pointer, str]:  # noqa: ANN401 - any JSON value
    """Say the first thing that is wrong, and where; of a whole number or a number, a number is asked for."""
    details = error.errors(include_url=False)
    where = _within(details[0], value)
    choices = [detail for detail in details if _within(detail, value) == where]
    number = next((detail for detail in choices if detail["type"] == "float_type"), choices[0])
    return where, wording.sentence(number)


def _within(detail: ErrorDetails, value: Any) -> Pointer:  # noqa: ANN401 - any JSON value
    """Keep what the file has of an error's location; pydantic puts names of choices between."""
    pointer: Pointer = ()
    for key in detail["loc"]:
        if find(value, (*pointer, key))[0]:
            pointer = (*pointer, key)
    return (*pointer, detail["loc"][-1]) if detail["type"] == "missing" else pointer


def _damage(data: bytes, pointer: Pointer, said: str) -> Damage:
    return Damage(f"{_written(pointer)}: {said}", *json_text.place(data, pointer), pointer)


def _schema_damages(value: Any, data: bytes, schema: str) -> list[Damage]:  # noqa: ANN401 - any JSON value
    if not _schema_of(schema).exists():
        return []
    found = []
    for _, error in zip(range(MOST_DAMAGES), _validator(schema).iter_errors(value), strict=False):
        pointer = tuple(error.absolute_path)
        found.append(
            Damage(f"{_written(pointer)}: {complaints.sentence(error)}", *json_text.place(data, pointer), pointer)
        )
    return sorted(found, key=lambda damage: (damage.line, damage.column, damage.message))


@functools.cache
def _validator(schema: str) -> Any:  # noqa: ANN401 - jsonschema's validator
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(_schema_of(schema).read_text(encoding="utf-8")))


def _schema_of(schema: str) -> Path:
    return _SCHEMAS / f"{schema}.schema.json"


def _written(pointer: Pointer) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in pointer).lstrip(".") or "the file"

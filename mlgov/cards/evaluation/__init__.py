"""Evaluation reports: read in any known format, and attached to a card with the file as evidence.

A format is one file here and one row in `FORMATS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mlgov.cards.evaluation import (
    clarify_bias,
    clarify_explainability,
    mlflow,
    mlgov_json,
    model_quality,
    sklearn,
)
from mlgov.cards.evaluation.gathering import Gatherer
from mlgov.cards.evaluation.json_text import MAX_BYTES, read_json
from mlgov.documents import Value
from mlgov.errors import ImportFormatError

__all__ = ["AUTO", "DEFAULT_POINTS", "FORMATS", "MAX_BYTES", "Format", "Report", "read_report"]

AUTO = "auto"
#: Points that a curve keeps unless somebody says otherwise.
DEFAULT_POINTS = 50


@dataclass(frozen=True, slots=True)
class Format:
    """A format of reports.

    Attributes:
        title: What it is, for people.
        recognises: Whether a report looks like it.
        parse: Reads it into a gatherer. Raises ImportFormatError for a wrong shape.
    """

    title: str
    recognises: Callable[[dict[str, Any]], bool]
    parse: Callable[[dict[str, Any], Gatherer], None]


#: Formats by name. Those that a report may mix come first; the least particular (plain values) is last.
FORMATS: dict[str, Format] = {
    module.NAME: Format(module.TITLE, module.recognises, module.parse)
    for module in (mlgov_json, clarify_bias, clarify_explainability, model_quality, sklearn, mlflow)
}
#: Formats that are chosen alone: their reports have the shape that others have too.
_ALONE = (mlgov_json.NAME, sklearn.NAME, mlflow.NAME)


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation report as a card can hold it.

    Attributes:
        formats: Names of the formats it was read as.
        metric_groups: The groups, as plain values of a card.
        about: What the report says of itself: name, evaluation_observation, evaluation_job_arn, datasets, metadata.
        metadata: Full names of groups whose name is shortened, by key.
        notes: What was left out or changed, as sentences.
    """

    formats: tuple[str, ...]
    metric_groups: list[Value]
    about: dict[str, Value]
    metadata: dict[str, str]
    notes: tuple[str, ...]


def read_report(data: bytes, name: str, format_name: str = AUTO, *, points: int = DEFAULT_POINTS) -> Report:
    """Read an evaluation report.

    Args:
        data: Bytes of the file.
        name: Name of the file, for messages.
        format_name: A key of `FORMATS`, or ``auto``: by what the report holds. A Clarify report with bias metrics and
            explanations is read for both.
        points: Most points that a curve keeps, 2 or more.

    Raises:
        ImportFormatError: The file is damaged, in no known format, or holds no value that a card can hold.
    """
    report = read_json(data, name)
    formats = _recognised(report, name) if format_name == AUTO else (format_name,)
    gather = Gatherer(name, points)
    for chosen in formats:
        FORMATS[chosen].parse(report, gather)
    groups, metadata = gather.groups()
    if not groups:
        said = f"{name} holds no value that a card can hold (read as {' and '.join(formats)})."
        raise ImportFormatError(said, hint=gather.notes[0] if gather.notes else "Name the right format with --from.")
    return Report(formats, groups, gather.about, metadata, tuple(gather.notes))


def _recognised(report: dict[str, Any], name: str) -> tuple[str, ...]:
    found = tuple(key for key, each in FORMATS.items() if each.recognises(report))
    if not found:
        known = ", ".join(FORMATS)
        raise ImportFormatError(f"{name} is in no format that is known here.", hint=f"Known are: {known}.")
    mixed = tuple(key for key in found if key not in _ALONE)
    return mixed or found[:1]

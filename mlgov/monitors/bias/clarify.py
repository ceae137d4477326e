"""Clarify's bias files: analysis.json, which is also the baseline's constraints, and its violations.

Read with all keys kept, and written so that Clarify's readers find what they look for. What Clarify has no place for
(intervals, limits and their reasons) stands under the key ``mlgov`` of each metric.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from pydantic import Field, ValidationError

from mlgov.errors import UsageError
from mlgov.lifecycle import wording
from mlgov.monitors.bias.choices import Choice, parse
from mlgov.monitors.bias.limits import Limits, farther_from_zero
from mlgov.monitors.bias.measure import BiasEstimate, BiasReport
from mlgov.monitors.bias.metric import Stage
from mlgov.monitors.bias.metrics import METRICS
from mlgov.monitors.formats import json_text
from mlgov.monitors.formats.json_text import Damage, DamageError
from mlgov.monitors.formats.statistics import Foreign, Number, Real, dump

VERSION = "1.0"
CHECK_TYPE = "bias_drift_check"

ForeignT = TypeVar("ForeignT", bound=Foreign)


class OwnNotes(Foreign):
    """What mlgov adds to a metric."""

    low: Number | None = None
    high: Number | None = None
    lowest_allowed: Number | None = None
    highest_allowed: Number | None = None
    reason: str | None = None


class MetricEntry(Foreign):
    """One metric; ``value`` is null with ``error`` when there is none, and may be the text Infinity."""

    name: str
    description: str = ""
    value: Real = None
    error: str | None = None
    mlgov: OwnNotes | None = None

    @property
    def number(self) -> float | None:
        """The value if it is a finite number."""
        return float(self.value) if isinstance(self.value, int | float) else None

    @property
    def limits(self) -> Limits | None:
        """The limits that mlgov wrote and reviewers may have edited; None in a file of Clarify."""
        notes = self.mlgov
        if notes is None or not {"lowest_allowed", "highest_allowed"} & notes.model_fields_set:
            return None
        return Limits(notes.lowest_allowed, notes.highest_allowed, notes.reason or "")


class FacetEntry(Foreign):
    """The metrics of one facet value."""

    value_or_threshold: str
    metrics: list[MetricEntry]

    def is_of(self, choice: Choice) -> bool:
        """Say whether these are the facet values that were looked at.

        As text first: a value with a comma in it reads as two.
        """
        if self.value_or_threshold == choice.label:
            return True
        try:
            return parse(self.value_or_threshold) == choice
        except UsageError:  # it names no value
            return False


class BiasSection(Foreign):
    """The metrics of one stage."""

    label: str
    facets: dict[str, list[FacetEntry]]
    label_value_or_threshold: str


class BiasAnalysis(Foreign):
    """An analysis.json; other parts of it (performance, explanations) are kept as they are."""

    version: str | Number = VERSION
    pre_training_bias_metrics: BiasSection | None = None
    post_training_bias_metrics: BiasSection | None = None

    @property
    def sections(self) -> dict[Stage, BiasSection]:
        """The stages that are there."""
        found = {
            Stage.PRE_TRAINING: self.pre_training_bias_metrics,
            Stage.POST_TRAINING: self.post_training_bias_metrics,
        }
        return {stage: section for stage, section in found.items() if section}

    def metric(self, facet: str, choice: Choice, code: str) -> MetricEntry | None:
        """Find a metric of a facet value; None when the file has it not."""
        entries = [
            entry
            for section in self.sections.values()
            for facet_entry in section.facets.get(facet, [])
            if facet_entry.is_of(choice)
            for entry in facet_entry.metrics
        ]
        return next((entry for entry in entries if entry.name == code), None)


@dataclass(frozen=True, slots=True)
class BiasViolation:
    """A broken limit, with the keys of Clarify's constraint_violations.json."""

    facet: str
    facet_value: str
    metric_name: str
    description: str
    constraint_check_type: str = CHECK_TYPE


class _ViolationEntry(Foreign):
    facet: str
    facet_value: str
    metric_name: str
    constraint_check_type: str = CHECK_TYPE
    description: str = ""


class _Violations(Foreign):
    version: str | Number = VERSION
    violations: list[_ViolationEntry] = Field(default_factory=list)


def read(data: bytes) -> BiasAnalysis:
    """Read an analysis.json. Raises DamageError."""
    return read_as(BiasAnalysis, data)


def read_violations(data: bytes) -> tuple[BiasViolation, ...]:
    """Read the violations of Clarify. Raises DamageError."""
    return tuple(
        BiasViolation(each.facet, each.facet_value, each.metric_name, each.description, each.constraint_check_type)
        for each in read_as(_Violations, data).violations
    )


def read_as(model: type[ForeignT], data: bytes) -> ForeignT:
    """Read a file of Clarify as a model. Raises DamageError, with the place of the first damage."""
    value = json_text.read(data)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        written = ".".join(str(part) for part in first["loc"]) or "the file"
        place = json_text.place(data, first["loc"])
        raise DamageError(Damage(f"{written}: {wording.sentence(first)}", *place, first["loc"])) from None


def render(analysis: Foreign) -> bytes:
    """Write a file: keys in the order of the format, two blanks of indentation, a newline at the end."""
    return (json.dumps(dump(analysis), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def render_violations(violations: Iterable[BiasViolation]) -> bytes:
    """Write Clarify's constraint_violations.json."""
    listed = [
        {
            "facet": each.facet,
            "facet_value": each.facet_value,
            "metric_name": each.metric_name,
            "constraint_check_type": each.constraint_check_type,
            "description": each.description,
        }
        for each in violations
    ]
    return (json.dumps({"version": VERSION, "violations": listed}, indent=2, ensure_ascii=False) + "\n").encode()


def analysis_of(
    reports: Sequence[BiasReport],
    label: str,
    *,
    limits: dict[tuple[str, str, str], Limits] | None = None,
    largest: dict[str, float] | None = None,
) -> BiasAnalysis:
    """Put reports into Clarify's form.

    Args:
        reports: Of one positive label, in the order wanted.
        label: Column of the label.
        limits: By facet, facet value (``choice.label``) and metric; metrics without limits get none.
        largest: Largest value by column, with which thresholds are written as ``(40.0, 90.0]``.
    """
    sections = {
        f"{stage}_bias_metrics": section
        for stage in Stage
        if (section := _section(stage, reports, label, limits or {}, largest or {}))
    }
    return BiasAnalysis.model_validate({"version": VERSION, **sections})


def _section(
    stage: Stage,
    reports: Sequence[BiasReport],
    label: str,
    limits: dict[tuple[str, str, str], Limits],
    largest: dict[str, float],
) -> dict[str, object] | None:
    facets: dict[str, list[dict[str, object]]] = {}
    for report in reports:
        metrics = [
            _entry(each, limits.get((report.facet, report.choice.label, each.code)))
            for each in report.estimates
            if each.metric.stage is stage
        ]
        if metrics:
            written = report.choice.written(largest.get(report.facet, inf))
            facets.setdefault(report.facet, []).append({"value_or_threshold": written, "metrics": metrics})
    if not facets:
        return None
    positive = reports[0].positive.written(largest.get(label, inf))
    return {"label": label, "facets": facets, "label_value_or_threshold": positive}


def _entry(estimate: BiasEstimate, limits: Limits | None) -> dict[str, object]:
    metric = METRICS[estimate.code]
    entry: dict[str, object] = {
        "name": estimate.code,
        "description": f"{metric.name} ({estimate.code})",
        "value": estimate.value,
    }
    if estimate.value is None:
        entry["error"] = estimate.reason
    notes: dict[str, object] = {"low": estimate.low, "high": estimate.high} if estimate.low is not None else {}
    if limits:
        notes |= {"lowest_allowed": limits.low, "highest_allowed": limits.high, "reason": limits.reason}
    return {**entry, "mlgov": notes} if notes else entry


def compat_violations(reports: Iterable[BiasReport], baseline: BiasAnalysis) -> list[BiasViolation]:
    """Judge as Clarify's documentation does: a value farther from 0 than the baseline's is a violation.

    Metrics without a number on either side are not judged.
    """
    found = []
    for report in reports:
        for each in report.estimates:
            entry = baseline.metric(report.facet, report.choice, each.code)
            limit = entry.number if entry else None
            if each.value is None or limit is None or not farther_from_zero(each.value, limit):
                continue
            text = f"Value {each.value} does not meet the constraint requirement"
            found.append(BiasViolation(report.facet, report.choice.label, each.code, text))
    return found

"""Clarify's explainability files: analysis.json with global SHAP values, and its violations.

The baseline's file is also its constraints. All keys are kept; files of this kind hold bias metrics as well.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import Field, ValidationError

from mlgov.lifecycle import wording
from mlgov.monitors.attribution.ranking import ndcg
from mlgov.monitors.attribution.sums import AttributionSums
from mlgov.monitors.attribution.verdicts import SAGEMAKER_NDCG
from mlgov.monitors.formats import json_text
from mlgov.monitors.formats.json_text import Damage, DamageError
from mlgov.monitors.formats.statistics import Foreign, Number, Real, dump

VERSION = "1.0"
CHECK_TYPE = "feature_attribution_drift_check"
METRIC_NAME = "shap"


class LabelExplanation(Foreign):
    """The explanation of one label."""

    global_shap_values: dict[str, Number]
    expected_value: Real = None


class Explanations(Foreign):
    """Explanations by method; others than Kernel SHAP (partial dependence) are kept as they are."""

    kernel_shap: dict[str, LabelExplanation] | None = None


class Explanation(Foreign):
    """An analysis.json."""

    version: str | Number = VERSION
    explanations: Explanations | None = None

    @property
    def global_values(self) -> dict[str, dict[str, float]]:
        """Global attribution by label and feature; empty when the file explains nothing."""
        found = (self.explanations.kernel_shap if self.explanations else None) or {}
        return {
            label: {name: float(value) for name, value in each.global_shap_values.items()}
            for label, each in found.items()
        }


@dataclass(frozen=True, slots=True)
class AttributionViolation:
    """Moved attributions, with the keys of Clarify's constraint_violations.json (which names no feature)."""

    label: str
    description: str
    metric_name: str = METRIC_NAME
    constraint_check_type: str = CHECK_TYPE


class _ViolationEntry(Foreign):
    label: str
    metric_name: str = METRIC_NAME
    constraint_check_type: str = CHECK_TYPE
    description: str = ""


class _Violations(Foreign):
    version: str | Number = VERSION
    violations: list[_ViolationEntry] = Field(default_factory=list)


def read(data: bytes) -> Explanation:
    """Read an analysis.json. Raises DamageError."""
    value = json_text.read(data)
    try:
        return Explanation.model_validate(value)
    except ValidationError as error:
        raise _damage(data, error) from None


def read_violations(data: bytes) -> tuple[AttributionViolation, ...]:
    """Read the violations of Clarify. Raises DamageError."""
    value = json_text.read(data)
    try:
        found = _Violations.model_validate(value).violations
    except ValidationError as error:
        raise _damage(data, error) from None
    return tuple(
        AttributionViolation(each.label, each.description, each.metric_name, each.constraint_check_type)
        for each in found
    )


def _damage(data: bytes, error: ValidationError) -> DamageError:
    first = error.errors(include_url=False)[0]
    written = ".".join(str(part) for part in first["loc"]) or "the file"
    return DamageError(
        Damage(f"{written}: {wording.sentence(first)}", *json_text.place(data, first["loc"]), first["loc"])
    )


def render(explanation: Explanation) -> bytes:
    """Write a file: keys in the order of the format, two blanks of indentation, a newline at the end."""
    return (json.dumps(dump(explanation), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def render_violations(violations: Iterable[AttributionViolation]) -> bytes:
    """Write Clarify's constraint_violations.json."""
    listed = [
        {
            "label": each.label,
            "metric_name": each.metric_name,
            "constraint_check_type": each.constraint_check_type,
            "description": each.description,
        }
        for each in violations
    ]
    return (json.dumps({"version": VERSION, "violations": listed}, indent=2, ensure_ascii=False) + "\n").encode()


def explanation_of(
    parts: Iterable[AttributionSums], *, expected_values: Mapping[str, float] | None = None
) -> Explanation:
    """Put sums into Clarify's form: the mean absolute attribution of each feature.

    Args:
        parts: One per label.
        expected_values: The model's mean output by label, from which attributions are measured.
    """
    labels: dict[str, dict[str, object]] = {}
    for part in parts:
        labels[part.label] = {"global_shap_values": part.global_values}
        if part.label in (expected_values or {}):
            labels[part.label]["expected_value"] = (expected_values or {})[part.label]
    return Explanation.model_validate({"version": VERSION, "explanations": {"kernel_shap": labels}})


def compat_violations(
    baseline: Explanation, current: Explanation, *, threshold: float = SAGEMAKER_NDCG
) -> list[AttributionViolation]:
    """Judge as SageMaker does: NDCG below 0.90 is a violation, label by label.

    Its text says "exceeds" though the threshold is a lower bound; other programs read that text, so it stays.
    """
    found = []
    for label, values in baseline.global_values.items():
        value = ndcg(values, current.global_values[label]) if label in current.global_values else None
        if value is not None and value < threshold:
            text = f"Feature attribution drift {value} exceeds threshold {threshold:g}"
            found.append(AttributionViolation(label, text))
    return found

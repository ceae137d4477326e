"""constraint_violations.json of Model Monitor: what is broken."""

import json
from collections.abc import Callable, Iterable, Mapping

from mlgov.monitors.results import Violation
from mlgov.names import MonitoringType


def render(violations: Iterable[Violation], monitoring_type: MonitoringType = MonitoringType.DATA_QUALITY) -> bytes:
    """Write constraint_violations.json in the form that Model Monitor gives it for a type.

    A violation of a segment has its key ``segment`` besides, which Model Monitor does not know.
    """
    written = _WRITTEN[monitoring_type]
    listed = [written(v) | ({"segment": v.segment} if v.segment else {}) for v in violations]
    return (json.dumps({**_HEAD[monitoring_type], "violations": listed}, indent=2, ensure_ascii=False) + "\n").encode()


def _of_data(violation: Violation) -> dict[str, str]:
    return {
        "feature_name": violation.feature_name,
        "constraint_check_type": violation.constraint_check_type,
        "description": violation.description,
    }


def _of_quality(violation: Violation) -> dict[str, str]:
    return {
        "constraint_check_type": violation.constraint_check_type,
        "description": violation.description,
        "metric_name": violation.feature_name,
    }


def _of_bias(violation: Violation) -> dict[str, str]:
    facet, _, value = (violation.about or "").partition(": ")
    return {
        "facet": facet,
        "facet_value": value,
        "metric_name": violation.feature_name,
        "constraint_check_type": violation.constraint_check_type,
        "description": violation.description,
    }


def _of_attribution(violation: Violation) -> dict[str, str]:
    return {
        "label": violation.about or "",
        "metric_name": "shap" if violation.feature_name == "ndcg_loss" else violation.feature_name,
        "constraint_check_type": violation.constraint_check_type,
        "description": violation.description,
    }


_WRITTEN: Mapping[MonitoringType, Callable[[Violation], dict[str, str]]] = {
    MonitoringType.DATA_QUALITY: _of_data,
    MonitoringType.MODEL_QUALITY: _of_quality,
    MonitoringType.MODEL_BIAS: _of_bias,
    MonitoringType.MODEL_EXPLAINABILITY: _of_attribution,
}
#: Clarify's files say their version.
_HEAD: Mapping[MonitoringType, dict[str, str]] = {
    MonitoringType.DATA_QUALITY: {},
    MonitoringType.MODEL_QUALITY: {},
    MonitoringType.MODEL_BIAS: {"version": "1.0"},
    MonitoringType.MODEL_EXPLAINABILITY: {"version": "1.0"},
}

"""The monitoring types: one module each, and the table of them.

A module is loaded when a monitor of its type runs: `mlgov check` asks this table and loads none.
"""

from collections.abc import Callable, Mapping

from mlgov.monitors.types.protocol import Folding, Job, MonitoringModule, Prepared, Tally
from mlgov.names import MonitoringType

__all__ = ["TYPES", "Folding", "Job", "MonitoringModule", "Prepared", "Tally", "module_of"]


def _data_quality() -> MonitoringModule:
    from mlgov.monitors.types import data_quality

    return data_quality


def _model_quality() -> MonitoringModule:
    from mlgov.monitors.types import model_quality

    return model_quality


def _model_bias() -> MonitoringModule:
    from mlgov.monitors.types import model_bias

    return model_bias


def _model_explainability() -> MonitoringModule:
    from mlgov.monitors.types import model_explainability

    return model_explainability


#: One row per type: what gives its module.
TYPES: Mapping[MonitoringType, Callable[[], MonitoringModule]] = {
    MonitoringType.DATA_QUALITY: _data_quality,
    MonitoringType.MODEL_QUALITY: _model_quality,
    MonitoringType.MODEL_BIAS: _model_bias,
    MonitoringType.MODEL_EXPLAINABILITY: _model_explainability,
}


def module_of(monitoring_type: MonitoringType) -> MonitoringModule:
    """Give the module of a type."""
    return TYPES[monitoring_type]()

"""What each monitoring type needs a monitor to say, and its baseline folder to hold. Loads nothing heavy."""

from collections.abc import Callable, Iterator, Mapping

from mlgov.monitors.schema import Monitor
from mlgov.names import MonitoringType

#: A key that is missing, and why it is needed.
Need = tuple[str, str]

#: Folder inside a baseline with those of its segments.
SEGMENTS = "segments"

#: Files that the baseline folder of a type must have.
BASELINE_FILES: Mapping[MonitoringType, tuple[str, ...]] = {
    MonitoringType.DATA_QUALITY: ("statistics.json", "constraints.json"),
    MonitoringType.MODEL_QUALITY: ("statistics.json", "constraints.json"),
    MonitoringType.MODEL_BIAS: ("analysis.json",),
    MonitoringType.MODEL_EXPLAINABILITY: ("analysis.json",),
}
#: File of the baseline of a monitor with a scorer: by feature the value that stands for "not known".
BACKGROUND = "background.json"


def _nothing(monitor: Monitor) -> Iterator[Need]:  # noqa: ARG001 - one signature for all types
    yield from ()


def _labels(monitor: Monitor) -> Iterator[Need]:
    labels = monitor.ground_truth
    by_itself = labels is not None and labels.uri is not None
    is_sagemaker = labels is not None and labels.format in ("sagemaker_ground_truth", None)
    if not monitor.ground_truth_attribute and not (by_itself and is_sagemaker):
        yield "ground_truth_attribute", "the column with the true labels"
    if labels is not None and by_itself:
        if labels.format in ("csv", "parquet") and not labels.id_attribute:
            yield "ground_truth.id_attribute", "the column of the labels that says which row each is about"
        if monitor.source.format in ("csv", "parquet") and not monitor.source.event_id:
            yield "source.event_id", "the column of the data by which labels find their row"


def _answers(monitor: Monitor) -> Iterator[Need]:
    needs_answer = monitor.problem_type in ("multiclass_classification", "regression")
    if not monitor.inference_attribute and (needs_answer or not monitor.probability_attribute):
        yield "inference_attribute", "the column with the answers of the model"


def _model_quality(monitor: Monitor) -> Iterator[Need]:
    if not monitor.problem_type:
        yield "problem_type", "what the model predicts"
    yield from _answers(monitor)
    yield from _labels(monitor)


def _model_bias(monitor: Monitor) -> Iterator[Need]:
    if not monitor.facets:
        yield "facets", "the groups to compare"
    yield from _answers(monitor)
    if monitor.ground_truth is not None:
        yield from _labels(monitor)


def _model_explainability(monitor: Monitor) -> Iterator[Need]:
    if monitor.scorer and not monitor.features:
        yield "features", "the columns that the model is asked with"
    if not monitor.scorer and not monitor.attribution_prefix:
        yield "attribution_prefix", "what the columns with attributions start with"


_NEEDS: Mapping[MonitoringType, Callable[[Monitor], Iterator[Need]]] = {
    MonitoringType.DATA_QUALITY: _nothing,
    MonitoringType.MODEL_QUALITY: _model_quality,
    MonitoringType.MODEL_BIAS: _model_bias,
    MonitoringType.MODEL_EXPLAINABILITY: _model_explainability,
}


def asks_a_model(monitor: Monitor) -> bool:
    """Say whether a monitor asks its scorer; other types do not look at the key."""
    return bool(monitor.scorer) and monitor.monitoring_type is MonitoringType.MODEL_EXPLAINABILITY


def files_of(monitor: Monitor) -> tuple[str, ...]:
    """List the files that the baseline folder of a monitor must have."""
    own = () if monitor.shap_baseline else BASELINE_FILES[monitor.monitoring_type]
    return (*own, BACKGROUND) if asks_a_model(monitor) else own


def needs_of(monitor: Monitor) -> list[Need]:
    """List the keys that a monitor of its type needs and does not have, each with why."""
    return list(_NEEDS[monitor.monitoring_type](monitor))

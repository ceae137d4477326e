"""What the AWS command line prints of schedules: told apart by its keys, and read with account of the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlgov.errors import ImportFormatError
from mlgov.names import MonitoringType

#: How AWS calls the types, in its enum and at the start of the keys of a job definition.
TYPES = {
    "DataQuality": MonitoringType.DATA_QUALITY,
    "ModelQuality": MonitoringType.MODEL_QUALITY,
    "ModelBias": MonitoringType.MODEL_BIAS,
    "ModelExplainability": MonitoringType.MODEL_EXPLAINABILITY,
}
_KNOWN = (
    "Known are what 'aws sagemaker describe-monitoring-schedule', 'describe-data-quality-job-definition' (and those of "
    "the other types), 'describe-endpoint' and 'list-monitoring-alerts' print, and Clarify's analysis_config.json."
)


class Fields:
    """The leaves of a description, by their path; what nobody takes is left.

    Args:
        value: The description.
        label: What people call it.
    """

    def __init__(self, value: Mapping[str, Any], label: str) -> None:
        self.label = label
        self._left = dict(_leaves(value, ()))

    def take(self, *path: str) -> Any:  # noqa: ANN401 - any JSON value
        """Take a leaf; None when it is not there."""
        return self._left.pop(path, None)

    def text(self, *path: str) -> str:
        """Take a leaf as text; empty when it is not there."""
        value = self.take(*path)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def below(self, *path: str) -> bool:
        """Say whether something is left below a path."""
        return any(key[: len(path)] == path for key in self._left)

    def rest(self) -> list[tuple[str, Any]]:
        """Give what nobody took: its path with dots, and its value."""
        return [(".".join(path), value) for path, value in self._left.items()]


def _leaves(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, entry in value.items():
        if isinstance(entry, Mapping):
            yield from _leaves(entry, (*path, str(key)))
        elif isinstance(entry, list) and entry and all(isinstance(each, Mapping) for each in entry):
            for place, each in enumerate(entry):
                yield from _leaves(each, (*path, str(key), str(place)))
        elif entry is not None and entry not in ("", [], {}):
            yield (*path, str(key)), entry


@dataclass(frozen=True, slots=True)
class Descriptions:
    """All that was described, sorted.

    Attributes:
        schedules: Schedules by name.
        jobs: Job definitions by name.
        endpoints: Endpoints by name.
        configs: Analysis configurations of Clarify by the address or file that they came from.
        alerts: Lists of alerts, with the file they came from.
    """

    schedules: dict[str, Fields] = field(default_factory=dict)
    jobs: dict[str, Fields] = field(default_factory=dict)
    endpoints: dict[str, Fields] = field(default_factory=dict)
    configs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    alerts: list[Fields] = field(default_factory=list)


def described(values: Iterable[tuple[str, Any]]) -> Descriptions:
    """Sort descriptions by what they are.

    Args:
        values: Name of the file, and the JSON value in it.

    Raises:
        ImportFormatError: One is nothing of that kind, or two describe the same thing.
    """
    found = Descriptions()
    for label, value in values:
        if not isinstance(value, Mapping):
            raise ImportFormatError(f"{label} is no description of SageMaker.", hint=_KNOWN)
        _sort(found, label, value)
    if not found.schedules:
        raise ImportFormatError("None of the files describes a monitoring schedule.", hint=_KNOWN)
    return found


def _sort(found: Descriptions, label: str, value: Mapping[str, Any]) -> None:
    if "MonitoringAlertSummaries" in value:
        found.alerts.append(Fields(value, label))
    elif "MonitoringScheduleConfig" in value:
        _keep(found.schedules, "MonitoringScheduleName", label, value)
    elif any(f"{kind}JobInput" in value for kind in TYPES):
        _keep(found.jobs, "JobDefinitionName", label, value)
    elif "EndpointName" in value:
        _keep(found.endpoints, "EndpointName", label, value)
    elif "methods" in value or "facet" in value:
        found.configs[label] = value
    else:
        raise ImportFormatError(f"{label} is no description of SageMaker.", hint=_KNOWN)


def _keep(there: dict[str, Fields], key: str, label: str, value: Mapping[str, Any]) -> None:
    name = value.get(key)
    if not isinstance(name, str) or not name:
        raise ImportFormatError(f"{label} has no {key}.", hint=_KNOWN)
    if name in there:
        raise ImportFormatError(f"{label} and {there[name].label} both describe {name}.", hint="Give each once.")
    there[name] = Fields(value, label)

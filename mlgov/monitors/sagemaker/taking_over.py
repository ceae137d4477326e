"""From described schedules to a monitor set: every key finds its place, or is said to have none.

What a monitor still lacks for running here (labels' columns, attributions, a baseline) does not stop the import: the
monitor is switched off, and what it lacks is said.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from mlgov.errors import ImportFormatError
from mlgov.lifecycle import wording
from mlgov.monitors import offsets, schedule
from mlgov.monitors.sagemaker.descriptions import TYPES, Descriptions, Fields
from mlgov.monitors.sagemaker.facets import bias_of
from mlgov.monitors.sagemaker.jobs import Job, job_of, model_of, slug
from mlgov.monitors.sagemaker.reasons import reason_of
from mlgov.monitors.schema import Monitor
from mlgov.monitors.types.needs import needs_of
from mlgov.names import MonitoringType

_STATUSES = {
    "InService": "in_service",
    "OutOfService": "out_of_service",
    "Creating": "creating",
    "Updating": "updating",
    "SystemUpdating": "updating",
    "RollingBack": "updating",
    "Deleting": "deleting",
    "Failed": "failed",
    "UpdateRollbackFailed": "failed",
}
_PROBLEMS = {
    "BinaryClassification": "binary_classification",
    "MulticlassClassification": "multiclass_classification",
    "Regression": "regression",
}
_DAILY = "cron(0 0 ? * * *)"


@dataclass(frozen=True, slots=True)
class Left:
    """Something that a monitor set says otherwise, or not at all.

    Attributes:
        path: Where it stands, as ``FILE: KEY`` or the name of a monitor.
        reason: Why, and what to do.
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class BaselineFile:
    """A file of a baseline to be copied.

    Attributes:
        uri: Where it is.
        path: Where it goes in the repository.
        monitor: Name of the monitor that needs it.
    """

    uri: str
    path: str
    monitor: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of schedules.

    Attributes:
        value: The monitor set as a document.
        files: Files of its baselines.
        left: What it says otherwise or not at all.
    """

    value: dict[str, Any]
    files: list[BaselineFile]
    left: list[Left]


#: Gives the analysis configuration at an address; None when it cannot be read.
Fetched = Callable[[str], Mapping[str, Any] | None]


def take_over(
    found: Descriptions, *, model: str = "", capture: str = "", moved: Callable[[str], str], fetched: Fetched
) -> TakenOver:
    """Make a monitor set of described schedules.

    Args:
        found: What was described.
        model: Name of the model; the endpoint's when empty.
        capture: Where the endpoint writes captures, when no description of it says so.
        moved: Gives the address that something has now.
        fetched: Reads the analysis configuration of a bias monitor that no file has.

    Raises:
        ImportFormatError: The schedules are of several models, or something needed is missing.
    """
    jobs = {name: job_of(fields, found) for name, fields in found.schedules.items()}
    model = model or model_of(jobs)
    left: list[Left] = []
    files: list[BaselineFile] = []
    monitors: list[dict[str, Any]] = []
    for name, fields in found.schedules.items():
        taking = _Taking(name, fields, jobs[name], found, model, capture, moved, fetched)
        monitors.append(taking.monitor())
        files += taking.files
        left += taking.left
    _take_alerts(found, monitors, left)
    if found.configs and not any(job.kind == "ModelBias" for job in jobs.values()):
        left += [Left(label, "only bias monitors use an analysis configuration.") for label in found.configs]
    deployments = _deployments(found, left)
    for each in (*found.schedules.values(), *found.jobs.values(), *found.endpoints.values(), *found.alerts):
        left += [Left(f"{each.label}: {path}", reason_of(path)) for path, _ in each.rest()]
    spec = {"model": model, "deployments": deployments, "monitors": monitors}
    value = {
        "apiVersion": "mlgov/v1",
        "kind": "MonitorSet",
        "metadata": {"name": model},
        "lifecycle": {"status": "draft"},
        "spec": spec if deployments else {"model": model, "monitors": monitors},
    }
    return TakenOver(value, files, left)


class _Taking:
    """Takes one schedule over."""

    def __init__(
        self,
        name: str,
        fields: Fields,
        job: Job,
        found: Descriptions,
        model: str,
        capture: str,
        moved: Callable[[str], str],
        fetched: Fetched,
    ) -> None:
        self.fields, self.job, self.found, self.model = fields, job, found, model
        self.capture, self.moved, self.fetched = capture, moved, fetched
        self.type = TYPES.get(job.kind)
        if self.type is None:
            raise ImportFormatError(f"{fields.label} is of the type {job.kind!r}, which nobody knows.")
        fields.take("MonitoringScheduleName")
        self.name = slug(name)
        self.left: list[Left] = []
        self.files: list[BaselineFile] = []
        self.off: list[str] = []

    def monitor(self) -> dict[str, Any]:
        """Give the monitor as it stands in the document."""
        status = self.fields.text("MonitoringScheduleStatus")
        value: dict[str, Any] = {"name": self.name, "monitoring_type": str(self.type), "enabled": True}
        value |= {"schedule": self._schedule(), "source": self._source()}
        value |= {"baseline": f"baselines/{self.model}/{self.name}", "mode": "sagemaker", **self._columns()}
        value |= self._labels()
        if self.type is MonitoringType.MODEL_QUALITY:
            problem = self.job.text("AppSpecification", "ProblemType")
            value |= {"problem_type": _PROBLEMS[problem]} if problem in _PROBLEMS else {}
        if self.type is MonitoringType.MODEL_BIAS:
            value |= self._bias()
        self._baseline()
        self.off += [f"it has no {key}: {why}" for key, why in self._needs(value)]
        if status == "Stopped":
            self.off.append("the schedule is stopped")
        if self.off:
            value["enabled"] = False
            self._say(f"switched off: {'; '.join(self.off)}.")
        return value

    def _needs(self, value: dict[str, Any]) -> list[tuple[str, str]]:
        try:
            return needs_of(Monitor.model_validate(value))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            where = ".".join(map(str, problem["loc"]))
            raise ImportFormatError(f"{self.fields.label} does not fit: {where}: {wording.sentence(problem)}") from None

    def _say(self, reason: str) -> None:
        self.left.append(Left(self.name, reason))

    def _schedule(self) -> str:
        place = ("MonitoringScheduleConfig", "ScheduleConfig")
        text = self.fields.text(*place, "ScheduleExpression")
        span = [self.fields.text(*place, f"DataAnalysis{end}Time") for end in ("Start", "End")]
        if not text:
            self._say(f"the schedule names no time, and AWS chose one; it is {_DAILY} here.")
            return _DAILY
        if text.upper() == "NOW":
            self.off.append(f"it ran once, over {' to '.join(filter(None, span)) or 'one window'}")
            return _DAILY
        try:
            schedule.parse(text)
        except ValueError as error:
            self.off.append(f"{error}")
            return _DAILY
        return text

    def _source(self) -> dict[str, str]:
        job, kind = self.job, self.job.input
        if kind == "BatchTransformInput":
            uri = job.text("JobInput", kind, "DataCapturedDestinationS3Uri")
            if job.take("JobInput", kind, "DatasetFormat", "Csv", "Header") is True:
                self._say("its CSV has a header: a first row with nothing but names of the baseline is taken for one.")
            job.take("JobInput", kind, "DatasetFormat", "Json", "Line")
            return {"uri": self.moved(uri), "format": "sagemaker_capture"}
        endpoint = job.text("JobInput", kind, "EndpointName")
        self.fields.take("EndpointName")
        if self.capture:
            return {"uri": self.moved(self.capture), "format": "sagemaker_capture"}
        there = self.found.endpoints.get(endpoint)
        target = dict(there.rest()).get("DataCaptureConfig.DestinationS3Uri") if there else None
        if not target:
            hint = (
                f"Add what 'aws sagemaker describe-endpoint --endpoint-name {endpoint}' prints, or say --capture URI."
            )
            raise ImportFormatError(f"Nobody says where the endpoint '{endpoint}' writes its captures.", hint=hint)
        return {"uri": self.moved(f"{str(target).rstrip('/')}/{endpoint}"), "format": "sagemaker_capture"}

    def _columns(self) -> dict[str, Any]:
        job, kind = self.job, self.job.input
        value: dict[str, Any] = {}
        if excluded := job.text("JobInput", kind, "ExcludeFeaturesAttribute"):
            value["exclude_columns"] = [self._column(part) for part in excluded.split(",") if part.strip()]
        for key, ours in (("Inference", "inference_attribute"), ("Probability", "probability_attribute")):
            if named := job.text("JobInput", kind, f"{key}Attribute"):
                value[ours] = self._column(named)
        threshold = job.take("JobInput", kind, "ProbabilityThresholdAttribute")
        return value | ({"probability_threshold": float(threshold)} if threshold is not None else {})

    def _column(self, named: str) -> str:
        """Name a column as captures have it: those of CSV have numbers, answers first."""
        text = named.strip()
        column = f"_c{int(text)}" if text.isascii() and text.isdigit() else text.removeprefix("$.").strip("[]'\"")
        if column != text:
            self._say(f"the column {text!r} is {column!r} in captures; look whether that is the one.")
        return column

    def _labels(self) -> dict[str, Any]:
        if self.type not in (MonitoringType.MODEL_QUALITY, MonitoringType.MODEL_BIAS):
            return {}
        inside = self.job.inside or self.job.part("JobInput")
        uri = self.job.fields.text(*inside, "GroundTruthS3Input", "S3Uri")
        value: dict[str, Any] = {"uri": self.moved(uri), "format": "sagemaker_ground_truth"} if uri else {}
        for key, ours in (("StartTimeOffset", "start_time_offset"), ("EndTimeOffset", "end_time_offset")):
            if said := self.job.text("JobInput", self.job.input, key):
                try:
                    value[ours] = offsets.render(offsets.parse(said))
                except ValueError as error:
                    self.off.append(str(error))
        return {"ground_truth": value} if value else {}

    def _bias(self) -> dict[str, Any]:
        address = self.job.text("AppSpecification", "ConfigUri")
        given = list(self.found.configs.values())
        config = given[0] if len(given) == 1 else self.fetched(self.moved(address)) if address else None
        if config is None:
            self.off.append(f"its analysis configuration {address} could not be read; give it alone as a file")
            return {}
        value, notes = bias_of(config)
        for note in notes:
            self._say(note)
        return value

    def _baseline(self) -> None:
        folder = f"baselines/{self.model}/{self.name}"
        constraints = self.job.text("BaselineConfig", "ConstraintsResource", "S3Uri")
        statistics = self.job.text("BaselineConfig", "StatisticsResource", "S3Uri")
        if not constraints:
            self.off.append("it has no baseline; make one with 'mlgov monitor baseline'")
            return
        wanted = {"analysis.json": constraints}
        if self.type in (MonitoringType.DATA_QUALITY, MonitoringType.MODEL_QUALITY):
            # A model quality job names no statistics; the job that suggested the constraints wrote them beside.
            beside = constraints.rsplit("/", 1)[0] + "/statistics.json"
            wanted = {"constraints.json": constraints, "statistics.json": statistics or beside}
        self.files += [BaselineFile(self.moved(uri), f"{folder}/{name}", self.name) for name, uri in wanted.items()]


def _take_alerts(found: Descriptions, monitors: list[dict[str, Any]], left: list[Left]) -> None:
    """Take alert rules over; a list of alerts says whose they are only when mlgov asked for it."""
    by_name = {monitor["name"]: monitor for monitor in monitors}
    for alerts in found.alerts:
        named = alerts.text("MonitoringScheduleName")
        monitor = by_name.get(slug(named)) if named else monitors[0] if len(monitors) == 1 else None
        if monitor is None:
            left.append(Left(alerts.label, "does not say whose alerts they are; give the schedules one by one."))
            continue
        points, period = (
            alerts.take("MonitoringAlertSummaries", "0", key) for key in ("DatapointsToAlert", "EvaluationPeriod")
        )
        if isinstance(points, int) and isinstance(period, int):
            monitor["alert"] = {"datapoints_to_alert": points, "evaluation_period": period}
    without = [name for name, monitor in by_name.items() if "alert" not in monitor]
    left += [Left(name, "no file has its alert rule; two bad executions of three make an alert.") for name in without]


def _deployments(found: Descriptions, left: list[Left]) -> list[dict[str, str]]:
    value = []
    for name, fields in found.endpoints.items():
        fields.take("EndpointName")
        fields.take("DataCaptureConfig", "DestinationS3Uri")
        said = fields.text("EndpointStatus")
        status = _STATUSES.get(said, "in_service")
        if said not in _STATUSES:
            left.append(Left(f"{fields.label}: EndpointStatus", f"{said or 'nothing'} is taken as in_service"))
        value.append({"name": name, "kind": "endpoint", "status": status})
    return value


def unread(file: BaselineFile, why: str) -> Left:
    """Say that a file of a baseline could not be copied."""
    return Left(file.monitor, f"switched off: {file.uri} could not be copied to {file.path}: {why}")


def switched_off(value: dict[str, Any], names: Iterator[str] | set[str]) -> dict[str, Any]:
    """Give a monitor set with some monitors switched off."""
    off = set(names)
    monitors = [m | {"enabled": False} if m["name"] in off else m for m in value["spec"]["monitors"]]
    return value | {"spec": value["spec"] | {"monitors": monitors}}

"""The monitor set: where a model serves and what watches it there.

Words follow SageMaker Model Monitor; enum values are lower case here and mapped on export.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator

from mlgov.lifecycle import Day, Envelope, Name, Part, ShortText
from mlgov.names import MonitoringType

Text1024 = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/:-]{0,49}$")]
Share = Annotated[float, Field(ge=0, le=1)]

#: Statuses that a deployment may declare, by its kind (SageMaker's EndpointStatus and TransformJobStatus).
DEPLOYMENT_STATUSES: dict[str, tuple[str, ...]] = {
    "endpoint": ("creating", "updating", "in_service", "out_of_service", "deleting", "failed"),
    "batch_transform_job": ("in_progress", "completed", "failed", "stopping", "stopped"),
}


def _stays_put(uri: str) -> str:
    if "\\" in uri or ".." in uri.split("/"):
        raise ValueError(f"'{uri}' has '..' or a backslash in it")
    return uri


class Deployment(Part):
    """A place where the model serves: a real-time endpoint or a batch transform job."""

    name: ShortText = Field(examples=["churn-production"])
    """Name of the endpoint or the job, as the platform calls it."""
    kind: Literal["endpoint", "batch_transform_job"] = Field(examples=["endpoint"])
    """endpoint answers requests as they come; batch_transform_job scores files."""
    status: Literal[
        "creating",
        "updating",
        "in_service",
        "out_of_service",
        "deleting",
        "failed",
        "in_progress",
        "completed",
        "stopping",
        "stopped",
    ] = Field(examples=["in_service"])
    """Declared status. Endpoint: creating, updating, in_service, out_of_service, deleting, failed. Batch transform
    job: in_progress, completed, failed, stopping, stopped."""
    environment: ShortText | None = Field(default=None, examples=["production"])
    """Where it runs, for instance production or staging."""
    created: Day | None = Field(default=None, examples=["2026-03-01"])
    """The day it was made."""
    last_run: Day | None = Field(default=None, examples=["2026-11-19"])
    """The day a batch transform job last ran."""

    @field_validator("status")
    @classmethod
    def _fits_kind(cls, status: str, info: ValidationInfo) -> str:
        allowed = DEPLOYMENT_STATUSES.get(info.data.get("kind", ""), (status,))
        if status not in allowed:
            raise ValueError(f"'{status}' is no status of {info.data['kind']}; it may be {', '.join(allowed)}")
        return status


class Source(Part):
    """The data that a monitor reads."""

    uri: Annotated[Text1024, AfterValidator(_stays_put)] = Field(
        examples=["traffic/churn", "s3://bucket/capture/churn-production/AllTraffic"]
    )
    """A file, or a folder whose files are all read in sorted order. A path from the top of the repository, or an
    address such as s3://bucket/prefix."""
    format: Literal["csv", "parquet", "sagemaker_capture", "json_lines", "arrow", "sql"] | None = Field(
        default=None, examples=["parquet"]
    )
    """csv, parquet, sagemaker_capture (data capture of endpoints and batch jobs), json_lines (one object per line),
    arrow (IPC and Feather) or sql (a file with one SELECT, which DuckDB runs); by the files' ending when missing."""
    event_time: ColumnName | None = Field(default=None, examples=["event_time"])
    """Column with the time of each row (ISO 8601, UTC when it names no zone), by which rows are taken into a window.
    sagemaker_capture needs none: it has inferenceTime. When missing elsewhere, every run reads all rows."""


class Threshold(Part):
    """From which value on a statistic is noted and from which it is broken."""

    warn: Annotated[float, Field(ge=0)] = Field(examples=[0.1])
    """At this value or above: a warning. At most `violate`."""
    violate: Annotated[float, Field(ge=0)] = Field(examples=[0.2])
    """At this value or above, and not by chance: a violation."""


class Thresholds(Part):
    """How far a column may move from its baseline, by statistic."""

    ks: Threshold = Threshold(warn=0.08, violate=0.12)
    """Kolmogorov-Smirnov distance of a numeric column: the largest gap of the two distribution functions, 0 to 1."""
    w1_sigma: Threshold = Threshold(warn=0.15, violate=0.30)
    """Wasserstein distance of a numeric column in standard deviations of the baseline, 0 or more."""
    psi: Threshold = Threshold(warn=0.10, violate=0.20)
    """Population stability index on the baseline's deciles or categories, 0 or more."""
    js: Threshold = Threshold(warn=0.08, violate=0.12)
    """Jensen-Shannon distance (base 2, the square root of the divergence), 0 to 1."""
    linf: Threshold = Threshold(warn=0.05, violate=0.10)
    """L-infinity: the largest change of one category's share, 0 to 1."""
    null_share: Threshold = Threshold(warn=0.01, violate=0.05)
    """Change of the share of missing values, 0 to 1."""
    unseen_share: Threshold = Threshold(warn=0.005, violate=0.02)
    """Share of values whose category the baseline does not know, 0 to 1."""
    outside_share: Threshold = Threshold(warn=0.005, violate=0.02)
    """Share of numbers below the baseline's smallest or above its largest, 0 to 1."""


class AlertRule(Part):
    """When executions with violations make an alert: m of the last n."""

    datapoints_to_alert: Annotated[int, Field(ge=1, le=100)] = Field(default=2, examples=[2])
    """How many of the last `evaluation_period` executions must have violations. At most `evaluation_period`."""
    evaluation_period: Annotated[int, Field(ge=1, le=100)] = Field(default=3, examples=[3], validate_default=True)
    """How many executions are looked at."""

    @field_validator("evaluation_period")
    @classmethod
    def _reachable(cls, period: int, info: ValidationInfo) -> int:
        if period < info.data.get("datapoints_to_alert", 1):
            needed = info.data["datapoints_to_alert"]
            raise ValueError(f"an alert of {needed} among the last {period} executions can never happen")
        return period


class Monitor(Part):
    """Something that is watched on a schedule."""

    name: Name = Field(examples=["data-quality"])
    """Name of the monitor, once per monitor set; records and issues carry it."""
    monitoring_type: Annotated[MonitoringType, Field(strict=False)] = Field(examples=["data_quality"])
    """data_quality, model_quality, model_bias or model_explainability. Only data_quality runs in this version; the
    others may be declared with `enabled: false`."""
    enabled: bool = True
    """Whether the monitor runs; false shows it as inactive."""
    schedule: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        default="cron(0 0 ? * * *)", examples=["cron(0 * ? * * *)", "cron(0 6 ? * * *)", "cron(0 0/8 ? * * *)"]
    )
    """When it runs, in UTC and AWS's spelling: cron(0 * ? * * *) hourly, cron(0 6 ? * * *) daily at 06:00,
    cron(0 0/8 ? * * *) every 8 hours from midnight. A run looks at the time since the firing before it."""
    source: Source
    """The data it reads."""
    baseline: Annotated[
        str, StringConstraints(pattern=r"^baselines/[a-z0-9][a-z0-9-]{0,62}/[a-z0-9][a-z0-9-]{0,62}$")
    ] = Field(examples=["baselines/churn/data-quality"])
    """Folder with statistics.json, constraints.json and profile.json: what the data is compared with."""
    mode: Literal["standard", "sagemaker"] = "standard"
    """standard judges effect size first and chance second, by `thresholds`; sagemaker applies constraints.json as
    Model Monitor does."""
    thresholds: Thresholds = Thresholds()
    """Limits by statistic. Only mode standard uses them; what is left out keeps its default."""
    fdr_q: Annotated[float, Field(gt=0, lt=1)] = Field(default=0.05, examples=[0.05])
    """Accepted share of false alarms among the columns called drifted in one run (Benjamini-Hochberg q)."""
    minimum_rows: Annotated[int, Field(ge=1, le=10_000_000)] = Field(default=30, examples=[100])
    """A window with fewer rows is called insufficient, except for what needs no statistics (missing columns, types)."""
    exclude_columns: list[ColumnName] = Field(default_factory=list, max_length=1000, examples=[["customer_id"]])
    """Columns that are not looked at, for instance ids."""
    alert: AlertRule = AlertRule()
    """When violations become an alert."""
    notify: list[Label] = Field(default_factory=list, max_length=20, examples=[["model-monitoring"]])
    """Labels that the issue about an alert gets beside the owners of the model."""


class MonitorSetSpec(Part):
    """What a monitor set says."""

    model: Name = Field(examples=["churn"])
    """The model that is watched: the name of its card."""
    deployments: list[Deployment] = Field(default_factory=list, max_length=100)
    """Where the model serves."""
    monitors: list[Monitor] = Field(default_factory=list, max_length=100)
    """What watches it."""


class MonitorSetDocument(Envelope[MonitorSetSpec]):
    """A monitor set."""

    kind: Literal["MonitorSet"]
    """MonitorSet."""

    @property
    def title(self) -> str:
        """The name for people."""
        return self.metadata.title or self.metadata.name

    def monitors_of(self, monitoring_type: MonitoringType) -> list[Monitor]:
        """List the monitors of one type, in order."""
        return [monitor for monitor in self.spec.monitors if monitor.monitoring_type is monitoring_type]

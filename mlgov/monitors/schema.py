"""The monitor set: where a model serves and what watches it there.

Words follow SageMaker Model Monitor; enum values are lower case here and mapped on export.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, FiniteFloat, StringConstraints, ValidationInfo, field_validator

from mlgov.lifecycle import Day, Envelope, Name, Part, ShortText
from mlgov.monitors import offsets
from mlgov.names import MonitoringType

Text1024 = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/:-]{0,49}$")]
Share = Annotated[float, Field(ge=0, le=1)]
#: A value of a column as a document writes it. 1, 1.0, "1" and true in the data are the same value.
CellValue = Annotated[str, StringConstraints(min_length=1, max_length=256)] | bool | int | FiniteFloat
ProblemType = Literal["binary_classification", "multiclass_classification", "regression"]

#: Statuses that a deployment may declare, by its kind (SageMaker's EndpointStatus and TransformJobStatus).
DEPLOYMENT_STATUSES: dict[str, tuple[str, ...]] = {
    "endpoint": ("creating", "updating", "in_service", "out_of_service", "deleting", "failed"),
    "batch_transform_job": ("in_progress", "completed", "failed", "stopping", "stopped"),
}


def _stays_put(uri: str) -> str:
    if "\\" in uri or ".." in uri.split("/"):
        raise ValueError(f"'{uri}' has '..' or a backslash in it")
    return uri


def _is_offset(text: str) -> str:
    offsets.parse(text)
    return text


Offset = Annotated[str, StringConstraints(min_length=1, max_length=offsets.MAX_LENGTH), AfterValidator(_is_offset)]


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
    event_id: ColumnName | None = Field(default=None, examples=["request_id"])
    """Column with the id of each row, by which labels that come later find it. sagemaker_capture needs none: a row's
    inferenceId counts, and its eventId where it has none."""


class GroundTruth(Part):
    """Where the true labels come from, and how late."""

    uri: Annotated[Text1024, AfterValidator(_stays_put)] | None = Field(
        default=None, examples=["labels/churn", "s3://bucket/ground-truth/churn-production"]
    )
    """A file or folder of labels, found by id. When missing, the labels are a column of the data itself."""
    format: Literal["csv", "parquet", "sagemaker_ground_truth"] | None = Field(
        default=None, examples=["sagemaker_ground_truth"]
    )
    """csv, parquet or sagemaker_ground_truth (JSON lines with groundTruthData and eventMetadata.eventId, in folders
    yyyy/mm/dd/hh of the hour they were collected). When missing, by the files' ending where id_attribute is given, else
    sagemaker_ground_truth."""
    id_attribute: ColumnName | None = Field(default=None, examples=["request_id"])
    """Column of the labels with the id of the row that they are about. sagemaker_ground_truth needs none."""
    time_attribute: ColumnName | None = Field(default=None, examples=["labelled_at"])
    """Column with the time a label came. Labels from after the run do not count, and delays are measured by it.
    sagemaker_ground_truth needs none: the folder says the hour."""
    start_time_offset: Offset | None = Field(default=None, examples=["-P8D"])
    """Where the data of a run starts, counted back from the time the monitor fires, as in -P8D: wait so long for
    labels. The end less one period of the schedule when missing."""
    end_time_offset: Offset | None = Field(default=None, examples=["-P1D"])
    """Where the data of a run ends, counted back from the time the monitor fires, as in -P1D: labels of the last day
    are not there yet. The firing itself when missing."""

    @field_validator("end_time_offset")
    @classmethod
    def _in_order(cls, end: str | None, info: ValidationInfo) -> str | None:
        start = info.data.get("start_time_offset")
        if start and offsets.parse(start) >= offsets.parse(end or "PT0S"):
            raise ValueError(f"the data starts at {start}, which is not before its end at {end or 'the firing'}")
        return end


class Facet(Part):
    """A group of people or things that must not be treated worse than the others."""

    name: ColumnName = Field(examples=["sex"])
    """The column that says who belongs to it."""
    values: list[CellValue] = Field(default_factory=list, max_length=100, examples=[["F"]])
    """Values that make up the group. When neither values nor a threshold are given, each value is a group in turn."""
    threshold: FiniteFloat | None = Field(default=None, examples=[40])
    """For numbers: everything above it is the group; the threshold itself is not."""

    @field_validator("threshold")
    @classmethod
    def _one_way(cls, threshold: float | None, info: ValidationInfo) -> float | None:
        if threshold is not None and info.data.get("values"):
            raise ValueError("a facet has values or a threshold, not both")
        return threshold


class Segment(Part):
    """A column whose values are judged one by one, beside the data as a whole."""

    column: ColumnName = Field(examples=["region"])
    """The column."""
    values: list[CellValue] = Field(default_factory=list, max_length=50, examples=[["north", "south"]])
    """The values to look at. When missing, those that have at least `minimum_rows` rows in the baseline, the most
    frequent twenty."""


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
    """data_quality (the data against a baseline), model_quality (predictions against labels), model_bias (groups
    against each other) or model_explainability (what the predictions rest on, against a baseline)."""
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
    sensitive_columns: list[ColumnName] = Field(default_factory=list, max_length=1000, examples=[["diagnosis"]])
    """Columns of words that must not be shown. They are judged like others, but a baseline names only values that at
    least five rows share, and no profile, record or issue shows a value that the baseline does not name. For
    data_quality; make the baseline anew after a column was marked. Leave out with `exclude_columns` what must not be
    counted at all."""
    segments: list[Segment] = Field(default_factory=list, max_length=5)
    """Columns by whose values the data is judged in parts as well, each part with its own verdict."""
    problem_type: ProblemType | None = Field(default=None, examples=["binary_classification"])
    """What the model predicts: binary_classification, multiclass_classification or regression."""
    inference_attribute: ColumnName | None = Field(default=None, examples=["prediction"])
    """Column with the model's answer: a label, or a number for a regression."""
    probability_attribute: ColumnName | None = Field(default=None, examples=["probability"])
    """Column with a probability: of the positive label for two classes, of the answer for more."""
    probability_threshold: Share = Field(default=0.5, examples=[0.5])
    """From this probability on the answer is the positive label. Only used without inference_attribute."""
    label_values: list[CellValue] = Field(default_factory=list, max_length=100, examples=[["malignant"]])
    """Labels that count as positive; 1 when missing. For two classes and for bias."""
    label_threshold: FiniteFloat | None = Field(default=None, examples=[50_000])
    """For numbers: labels above it are positive; the threshold itself is not. For bias of a regression."""
    ground_truth_attribute: ColumnName | None = Field(default=None, examples=["label"])
    """Column with the true label: of the labels where ground_truth names some, else of the data.
    sagemaker_ground_truth needs none."""
    ground_truth: GroundTruth | None = None
    """Where the true labels come from, and how late. When missing, they are the column ground_truth_attribute of the
    data."""
    facets: list[Facet] = Field(default_factory=list, max_length=20)
    """Groups that a model_bias monitor compares with all others."""
    group_variable: ColumnName | None = Field(default=None, examples=["department"])
    """Column that explains a part of the difference between groups, for the conditional bias metrics CDDL and CDDPL."""
    features: list[ColumnName] = Field(default_factory=list, max_length=200, examples=[["income", "tenure_months"]])
    """Columns of numbers that the model looks at. A model_bias monitor that has them runs the flip test (FT): whether
    people of a facet would fare better if they were like those outside it who resemble them most in these columns;
    facets, answers and other columns of text among them are passed over. A model_explainability monitor that names a
    `scorer` asks the model with them, in this order."""
    scorer: Name | None = Field(default=None, examples=["churn"])
    """For model_explainability without columns of attributions: name of the model that is asked, from
    [monitors.scorers] of mlgov.toml. SHAP values are worked out for a sample of the rows, from `features`; columns of
    attributions are then not looked at."""
    attribution_prefix: ColumnName | None = Field(default=None, examples=["shap_"])
    """What the columns with attributions (SHAP values, one per feature and row) start with, for model_explainability;
    the rest of a column's name is the feature."""
    shap_baseline: Annotated[Text1024, AfterValidator(_stays_put)] | None = Field(
        default=None, examples=["baselines/churn/explainability/analysis.json"]
    )
    """File of the repository with the attributions to compare with, as Clarify writes it; analysis.json in the baseline
    folder when missing."""
    alert: AlertRule = AlertRule()
    """When violations become an alert."""
    notify: list[Label] = Field(default_factory=list, max_length=20, examples=[["model-monitoring"]])
    """Labels that the issue about an alert gets beside the owners of the model."""

    @field_validator("segments")
    @classmethod
    def _may_be_shown(cls, segments: list[Segment], info: ValidationInfo) -> list[Segment]:
        if hidden := {segment.column for segment in segments} & set(info.data.get("sensitive_columns", ())):
            raise ValueError(f"segments of {min(hidden)!r} would show its values, and it is one of sensitive_columns")
        return segments


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

"""The sections of a card under the names that users of SageMaker's Python SDK know.

They are the sections of `mlgov.cards`, open for changes. Values are checked when they are set and once more, all
together, when the card is written.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel, Field, TypeAdapter, field_validator, model_validator

from mlgov.cards import additions, metrics, package, schema
from mlgov.cards.evaluation import read_report
from mlgov.errors import CardValueError
from mlgov.lifecycle import Part
from mlgov.lifecycle.validation import models_at
from mlgov.sdk.refusals import Open, said_plainly
from mlgov.sdk.sources import from_sagemaker, last_part
from mlgov.sdk.values import EvaluationMetricTypeEnum, plain, snake

_METRIC: TypeAdapter[metrics.Metric] = TypeAdapter(metrics.Metric)


class Environment(Open, schema.InferenceEnvironment, frozen=False, validate_assignment=True):
    """What a model runs in or was trained in."""


class ModelOverview(Open, schema.ModelOverview, frozen=False, validate_assignment=True):
    """What the model is."""

    inference_environment: Environment | None = None

    @classmethod
    def from_model_name(cls, model_name: str, sagemaker_session: object = None) -> "ModelOverview":  # noqa: ARG003
        """Read what SageMaker knows of a model; ``sagemaker_session`` is ignored, the environment decides."""
        return cls.model_validate(from_sagemaker(model_name).get("model_overview") or {})

    @classmethod
    def from_name(cls, model_name: str, sagemaker_session: object = None) -> "ModelOverview":
        """Do the same under its older name."""
        return cls.from_model_name(model_name, sagemaker_session)


class IntendedUses(Open, schema.IntendedUses, frozen=False, validate_assignment=True):
    """What the model is for, and how much harm it can do."""

    _spelled = field_validator("risk_rating", mode="before")(snake)


class BusinessDetails(Open, schema.BusinessDetails, frozen=False, validate_assignment=True):
    """Why the business has it."""


class Function(Open, schema.ObjectiveFunctionParts, frozen=False, validate_assignment=True):
    """What training optimises."""

    _spelled = field_validator("function", mode="before")(snake)
    _plain = field_validator("facet", mode="before")(plain)


class ObjectiveFunction(Open, schema.ObjectiveFunction, frozen=False, validate_assignment=True):
    """What training optimises, with notes."""

    function: Function | None = None


class TrainingMetric(Open, schema.TrainingMetric, frozen=False, validate_assignment=True):
    """A value that training reported."""

    _plain = field_validator("value", mode="before")(plain)


class HyperParameter(Open, schema.HyperParameter, frozen=False, validate_assignment=True):
    """A setting of training. Numbers and booleans become text, as SageMaker keeps them."""

    @field_validator("value", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        value = plain(value)
        return str(value) if isinstance(value, int | float) else value


class TrainingJobDetails(Open, schema.TrainingJobDetails, frozen=False, validate_assignment=True):
    """The job that made the model."""

    training_environment: Environment | None = None  # type: ignore[assignment]  # one class for both, as in the SDK
    training_metrics: list[TrainingMetric] = Field(default_factory=list, max_length=50)  # type: ignore[assignment]
    user_provided_training_metrics: list[TrainingMetric] = Field(default_factory=list, max_length=50)  # type: ignore[assignment]
    hyper_parameters: list[HyperParameter] = Field(default_factory=list, max_length=100)  # type: ignore[assignment]
    user_provided_hyper_parameters: list[HyperParameter] = Field(default_factory=list, max_length=100)  # type: ignore[assignment]


class TrainingDetails(Open, schema.TrainingDetails, frozen=False, validate_assignment=True):
    """How the model was made."""

    objective_function: ObjectiveFunction | None = None
    training_job_details: TrainingJobDetails | None = None

    @classmethod
    def from_model_overview(
        cls,
        model_overview: ModelOverview,
        sagemaker_session: object = None,  # noqa: ARG003 - the environment decides
    ) -> "TrainingDetails":
        """Read what SageMaker knows of the job that made a model, found by the model's id or else its name.

        Raises:
            CardValueError: The overview has neither.
        """
        model = last_part(model_overview.model_id or "") or model_overview.model_name
        if not model:
            raise CardValueError("The overview has no model_id and no model_name to look for.")
        return cls.model_validate(from_sagemaker(model).get("training_details") or {})

    @classmethod
    def from_training_job_name(
        cls,
        training_job_name: str,
        sagemaker_session: object = None,  # noqa: ARG003 - the environment decides
    ) -> "TrainingDetails":
        """Read what SageMaker knows of a training job."""
        return cls.model_validate(from_sagemaker(f"training-job/{training_job_name}").get("training_details") or {})

    def add_metric(self, metric: TrainingMetric) -> None:
        """Add a measure that a person provides."""
        self._job().user_provided_training_metrics.append(metric)

    def add_parameter(self, parameter: HyperParameter) -> None:
        """Add a setting that a person provides."""
        self._job().user_provided_hyper_parameters.append(parameter)

    def _job(self) -> TrainingJobDetails:
        if self.training_job_details is None:
            self.training_job_details = TrainingJobDetails()
        return self.training_job_details


class Metric(Open, Part, frozen=False):
    """A measure of any of the six types.

    Args:
        name: Its name.
        value: A number, a word, yes or no, a curve ``(n_points, 2)``, bar heights ``(n_bars,)`` or a matrix
            ``(n_rows, n_columns)``; numpy is welcome.
        type: The type; taken from the value when it is a number, a word or a boolean.
        notes: Anything to add.
        x_axis_name: A label; a list of labels for bars and matrices.
        y_axis_name: A label; a list of labels for matrices.
    """

    name: str
    type: str = ""  # the fields stand in the order in which a card has them
    value: Any
    x_axis_name: str | list[str] | None = None
    y_axis_name: str | list[str] | None = None
    notes: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, given: object) -> object:
        values = plain(given)
        if isinstance(values, dict) and not values.get("type"):
            values["type"] = _type_of(values.get("value"))
        if isinstance(values, dict):
            values["type"] = snake(values["type"])
        return values

    @model_validator(mode="after")
    def _has_the_shape_of_its_type(self) -> "Metric":
        with said_plainly(f"metric {self.name!r}"):
            _METRIC.validate_python(self.model_dump(exclude_none=True))
        if not all(math.isfinite(number) for number in _numbers(self.value)):
            raise ValueError(f"the metric {self.name} is not a finite number; a card cannot hold NaN or infinity")
        return self


def _numbers(value: object) -> Iterator[float]:
    if isinstance(value, list):
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, int | float):
        yield value


def _type_of(value: object) -> str:
    for kind, name in ((bool, "boolean"), (int | float, "number"), (str, "string")):
        if isinstance(value, kind):
            return name
    raise ValueError("say which type of metric a list is: linear_graph, bar_chart or matrix")


class MetricGroup(Open, metrics.MetricGroup, frozen=False, validate_assignment=True):
    """Measures that belong together."""

    metric_data: list[Metric] = Field(default_factory=list)  # type: ignore[assignment]

    def add_metric(self, metric: Metric) -> None:
        """Add a measure; one of the same name is replaced in its place."""
        names = [each.name for each in self.metric_data]
        if metric.name in names:
            self.metric_data[names.index(metric.name)] = metric
        else:
            self.metric_data.append(metric)


class EvaluationJob(Open, schema.EvaluationDetail, frozen=False, validate_assignment=True):
    """One evaluation of the model."""

    metric_groups: list[MetricGroup] = Field(default_factory=list)  # type: ignore[assignment]

    def get_metric_group(self, group_name: str) -> MetricGroup | None:
        """Give the group of that name; None when there is none."""
        return next((group for group in self.metric_groups if group.name == group_name), None)

    def add_metric_group(self, group_name: str) -> MetricGroup:
        """Give the group of that name; a new, empty one is added when there is none."""
        group = self.get_metric_group(group_name)
        if group is None:
            group = MetricGroup(name=group_name)
            self.metric_groups.append(group)
        return group

    def add_metric_group_from_json(
        self, json_path: Path | str, metric_type: str = EvaluationMetricTypeEnum.MODEL_CARD_METRIC_SCHEMA
    ) -> tuple[str, ...]:
        """Add the groups of a report; one of the same name is replaced.

        ``mlgov card evaluate`` does the same and cites the file as evidence.

        Args:
            json_path: The report.
            metric_type: Its format, by `EvaluationMetricTypeEnum` or a name of ``mlgov card evaluate --from``;
                ``auto`` looks at what it holds.

        Returns:
            What was left out or changed, as sentences.

        Raises:
            ImportFormatError: The report is damaged or in another format.
        """
        place = Path(json_path)
        report = read_report(place.read_bytes(), place.name, str(plain(metric_type)))
        for value in report.metric_groups:
            group = MetricGroup.model_validate(value)
            self.add_metric_group(group.name).metric_data = group.metric_data
        self.metadata = {**self.metadata, **report.metadata}
        return report.notes


class AdditionalInformation(Open, schema.AdditionalInformation, frozen=False, validate_assignment=True):
    """What else people should know."""


class ModelPackage(Open, package.ModelPackageDetails, frozen=False, validate_assignment=True):
    """The registered model package."""

    @classmethod
    def from_model_package_arn(
        cls,
        model_package_arn: str,
        sagemaker_session: object = None,  # noqa: ARG003 - the environment decides
    ) -> "ModelPackage":
        """Read what SageMaker knows of a version of a model package."""
        found = from_sagemaker(f"model-package/{model_package_arn}")
        return cls.model_validate(found.get("model_package_details") or {})


class Lineage(Open, additions.Lineage, frozen=False, validate_assignment=True):
    """What the model comes from."""


class AcceptanceCriterion(Open, additions.AcceptanceCriterion, frozen=False, validate_assignment=True):
    """A limit that a number of an evaluation has to keep."""


class Claim(Open, additions.Claim, frozen=False, validate_assignment=True):
    """A statement that the card answers a requirement of a framework."""


#: Class of the schema -> the one here that notebooks may change.
_OPEN: dict[type[BaseModel], type[BaseModel]] = {
    schema.ModelOverview: ModelOverview,
    schema.IntendedUses: IntendedUses,
    schema.BusinessDetails: BusinessDetails,
    schema.TrainingDetails: TrainingDetails,
    schema.EvaluationDetail: EvaluationJob,
    schema.AdditionalInformation: AdditionalInformation,
    package.ModelPackageDetails: ModelPackage,
    additions.Lineage: Lineage,
    additions.AcceptanceCriterion: AcceptanceCriterion,
    additions.Claim: Claim,
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a card.

    Attributes:
        model: Its class; of its items when it is a list.
        is_list: Whether a card has a list of them.
    """

    model: type[BaseModel]
    is_list: bool

    def opened(self, value: Any) -> Any:  # noqa: ANN401 - a section or its values
        """Give a section, or a list of them, of the class that notebooks may change."""
        if self.is_list:
            return [self._one(each) for each in value or ()]
        return None if value is None else self._one(value)

    def _one(self, value: Any) -> BaseModel:  # noqa: ANN401 - a section or its values
        if isinstance(value, self.model):
            return value
        with said_plainly(self.model):
            return self.model.model_validate(value)


def _sections() -> dict[str, Section]:
    found = {}
    for name, field in schema.CardSpec.model_fields.items():
        [model] = models_at(schema.CardSpec, (name,))
        found[name] = Section(_OPEN.get(model, model), get_origin(field.annotation) is list)
    return found


#: The sections of a card, in the order of the schema, which says what there is.
SECTIONS = _sections()

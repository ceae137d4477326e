"""The model card: SageMaker's sections with their keys and limits, and evidence by digest beside them.

Keys are spelled as in SageMaker's card JSON, so porting a card is a change of format and not of words. Enum values are
lower case here and mapped on export.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mlgov.lifecycle import Envelope, Part
from mlgov.names import RiskRating

Text1024 = Annotated[str, StringConstraints(max_length=1024)]
Text2048 = Annotated[str, StringConstraints(max_length=2048)]
Text2096 = Annotated[str, StringConstraints(max_length=2096)]
Text63 = Annotated[str, StringConstraints(min_length=1, max_length=63)]
Text255 = Annotated[str, StringConstraints(min_length=1, max_length=255)]
CustomKey = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"[a-zA-Z_][a-zA-Z0-9_]*")]
Uris = Annotated[list[Text1024], Field(max_length=15)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


def _inside(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"'{path}' is not a path inside the repository")
    return path


RepositoryPath = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_inside)]


class InferenceEnvironment(Part):
    """What the model runs in."""

    container_image: Uris = Field(default_factory=list)
    """Images that serve the model."""


class ModelOverview(Part):
    """What the model is."""

    model_id: Text1024 | None = Field(default=None, examples=["arn:aws:sagemaker:eu-west-1:111122223333:model/churn"])
    """The model's id: a SageMaker ARN, a registry address or any other id."""
    model_name: Text1024 | None = Field(default=None, examples=["churn"])
    """The name by which monitor sets and dashboards know the model; the card's own name when missing."""
    model_description: Text1024 | None = None
    """What the model does, in a few sentences."""
    model_version: Annotated[float, Field(ge=1)] | None = Field(default=None, examples=[1])
    """Version of the model, 1 or more."""
    problem_type: Text1024 | None = Field(default=None, examples=["binary_classification"])
    """The kind of problem it solves."""
    algorithm_type: Text1024 | None = Field(default=None, examples=["logistic regression"])
    """How it solves it."""
    model_creator: Text1024 | None = Field(default=None, examples=["@data-science"])
    """Who made it."""
    model_owner: Text1024 | None = Field(default=None, examples=["@model-owners"])
    """Who answers for it."""
    model_artifact: Uris = Field(default_factory=list)
    """Where the trained model lies."""
    inference_environment: InferenceEnvironment | None = None
    """What it runs in."""


class IntendedUses(Part):
    """What the model is for, and how much harm it can do."""

    purpose_of_model: Text2048 | None = None
    """Why the model exists."""
    intended_uses: Text2048 | None = None
    """Uses in scope, and who may make them."""
    factors_affecting_model_efficiency: Text2048 | None = None
    """What makes it work better or worse."""
    risk_rating: Annotated[RiskRating, Field(strict=False)] = Field(default=RiskRating.UNKNOWN, examples=["medium"])
    """low, medium, high or unknown. It decides which fields, monitors and approvals are required."""
    explanations_for_risk_rating: Text2048 | None = None
    """Why this rating."""


class BusinessDetails(Part):
    """Why the business has it."""

    business_problem: Text2048 | None = None
    """The problem it solves."""
    business_stakeholders: Text2048 | None = None
    """Who depends on it."""
    line_of_business: Text2048 | None = None
    """Where in the organisation it is used."""


class ObjectiveFunctionParts(Part):
    """What training optimises."""

    function: Literal["maximize", "minimize"] | None = None
    """maximize or minimize."""
    facet: Annotated[str, StringConstraints(max_length=63)] | None = Field(default=None, examples=["AUC"])
    """What is optimised: Accuracy, AUC, Loss, MAE, RMSE (SageMaker's list) or another measure."""
    condition: Annotated[str, StringConstraints(max_length=63)] | None = None
    """Under which condition."""


class ObjectiveFunction(Part):
    """What training optimises, with notes."""

    function: ObjectiveFunctionParts | None = None
    """The function itself."""
    notes: Text1024 | None = None
    """Anything to add."""


class TrainingMetric(Part):
    """A value that training reported."""

    name: Text255
    """Name of the measure."""
    value: float
    """Its value."""
    notes: Text1024 | None = None
    """Anything to add."""


class HyperParameter(Part):
    """A setting of training; values are text, as SageMaker keeps them."""

    name: Text255
    """Name of the parameter."""
    value: Text255
    """Its value, as text."""


class TrainingEnvironment(Part):
    """What the model was trained in."""

    container_image: Uris = Field(default_factory=list)
    """Images that trained the model."""


class TrainingJobDetails(Part):
    """The job that made the model."""

    training_arn: Text1024 | None = None
    """Id of the job: a SageMaker ARN, a run id or a command."""
    training_datasets: Uris = Field(default_factory=list)
    """Where the training data lies."""
    training_environment: TrainingEnvironment | None = None
    """What it ran in."""
    training_metrics: list[TrainingMetric] = Field(default_factory=list, max_length=50)
    """Measures that the job reported."""
    user_provided_training_metrics: list[TrainingMetric] = Field(default_factory=list, max_length=50)
    """Measures that people added."""
    hyper_parameters: list[HyperParameter] = Field(default_factory=list, max_length=100)
    """Settings that the job used."""
    user_provided_hyper_parameters: list[HyperParameter] = Field(default_factory=list, max_length=100)
    """Settings that people added."""


class TrainingDetails(Part):
    """How the model was made."""

    objective_function: ObjectiveFunction | None = None
    """What training optimised."""
    training_observations: Text1024 | None = None
    """What was noticed while training."""
    training_job_details: TrainingJobDetails | None = None
    """The job that made the model."""


class _Metric(Part):
    name: Text255
    """Name of the measure."""
    notes: Text1024 | None = None
    """Anything to add."""


class NumberMetric(_Metric):
    """One number."""

    type: Literal["number"]
    """What the value is."""
    value: float
    """The number."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


class StringMetric(_Metric):
    """A word."""

    type: Literal["string"]
    """What the value is."""
    value: Annotated[str, StringConstraints(max_length=63)]
    """The word."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


class BooleanMetric(_Metric):
    """A yes or no."""

    type: Literal["boolean"]
    """What the value is."""
    value: bool
    """true or false."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


Point = Annotated[list[float], Field(min_length=2, max_length=2)]


class LinearGraphMetric(_Metric):
    """A curve."""

    type: Literal["linear_graph"]
    """What the value is."""
    value: list[Point] = Field(min_length=1, examples=[[[0.0, 0.0], [1.0, 1.0]]])
    """Points as [x, y]."""
    x_axis_name: Text63 | None = None
    """Label of the x axis."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""


class BarChartMetric(_Metric):
    """Bars."""

    type: Literal["bar_chart"]
    """What the value is."""
    value: list[float] = Field(min_length=1)
    """Heights of the bars."""
    x_axis_name: list[Text63] = Field(default_factory=list)
    """Labels of the bars, as many as bars."""
    y_axis_name: Text63 | None = None
    """Label of the y axis."""

    @model_validator(mode="after")
    def _one_label_a_bar(self) -> "BarChartMetric":
        if self.x_axis_name and len(self.x_axis_name) != len(self.value):
            raise ValueError(f"{len(self.value)} bars have {len(self.x_axis_name)} labels")
        return self


class MatrixMetric(_Metric):
    """A table of numbers, such as a confusion matrix."""

    type: Literal["matrix"]
    """What the value is."""
    value: list[Annotated[list[float], Field(min_length=1, max_length=20)]] = Field(min_length=1, max_length=20)
    """Rows of numbers, all of one length."""
    x_axis_name: list[Text63] = Field(default_factory=list)
    """Labels of the rows (SageMaker's spelling: the outer axis is x)."""
    y_axis_name: list[Text63] = Field(default_factory=list)
    """Labels of the columns."""

    @model_validator(mode="after")
    def _rectangular(self) -> "MatrixMetric":
        rows, columns = len(self.value), len(self.value[0])
        if any(len(row) != columns for row in self.value):
            raise ValueError(f"the rows have different lengths: {sorted({len(row) for row in self.value})}")
        if self.x_axis_name and len(self.x_axis_name) != rows:
            raise ValueError(f"{rows} rows have {len(self.x_axis_name)} labels")
        if self.y_axis_name and len(self.y_axis_name) != columns:
            raise ValueError(f"{columns} columns have {len(self.y_axis_name)} labels")
        return self


Metric = Annotated[
    NumberMetric | StringMetric | BooleanMetric | LinearGraphMetric | BarChartMetric | MatrixMetric,
    Field(discriminator="type"),
]


class MetricGroup(Part):
    """Measures that belong together."""

    name: Text63
    """Name of the group."""
    metric_data: list[Metric] = Field(default_factory=list)
    """The measures."""


class Evidence(Part):
    """A file of the repository that an evaluation rests on, bound by its digest."""

    path: RepositoryPath = Field(examples=["evidence/churn/evaluation.json"])
    """Path of the file in this repository."""
    digest: Digest
    """SHA-256 of its bytes."""


class EvaluationDetail(Part):
    """One evaluation of the model."""

    name: Text63
    """Name of the evaluation."""
    evaluation_observation: Text2096 | None = None
    """What was noticed."""
    evaluation_job_arn: Annotated[str, StringConstraints(max_length=256)] | None = None
    """Id of the job: an ARN, a run id or a command."""
    datasets: list[Text1024] = Field(default_factory=list, max_length=10)
    """Data it was evaluated on."""
    metadata: dict[CustomKey, Text1024] = Field(default_factory=dict)
    """Free details, text to text."""
    evidence: list[Evidence] = Field(default_factory=list, max_length=10)
    """Files of this repository that hold the results."""
    metric_groups: list[MetricGroup] = Field(default_factory=list)
    """The results."""


class AdditionalInformation(Part):
    """What else people should know."""

    ethical_considerations: Text2048 | None = None
    """Whom the model may harm, and what is done about it."""
    caveats_and_recommendations: Text2048 | None = None
    """Limits of the model and advice for its use."""
    custom_details: dict[CustomKey, Text1024] = Field(default_factory=dict)
    """Free details, text to text."""


class CardSpec(Part):
    """The content of a model card; every section is optional until a status requires it."""

    model_overview: ModelOverview | None = None
    """What the model is."""
    intended_uses: IntendedUses | None = None
    """What it is for, and its risk."""
    business_details: BusinessDetails | None = None
    """Why the business has it."""
    training_details: TrainingDetails | None = None
    """How it was made."""
    evaluation_details: list[EvaluationDetail] = Field(default_factory=list)
    """How well it does."""
    additional_information: AdditionalInformation | None = None
    """What else people should know."""


class CardDocument(Envelope[CardSpec]):
    """A model card."""

    kind: Literal["ModelCard"]
    """ModelCard."""

    @property
    def risk_rating(self) -> RiskRating:
        """The declared risk; unknown when the card does not say."""
        uses = self.spec.intended_uses
        return uses.risk_rating if uses else RiskRating.UNKNOWN

    @property
    def title(self) -> str:
        """The name for people."""
        return self.metadata.title or self.metadata.name

"""The model card: SageMaker's sections with their keys and limits, and our own sections beside them.

Keys are spelled as in SageMaker's card JSON, so porting a card is a change of format and not of words. Enum values are
lower case here and mapped on export.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mlgov.cards.additions import AcceptanceCriterion, Claim, Evidence, Lineage, Provenance
from mlgov.cards.metrics import MetricGroup
from mlgov.cards.package import ModelPackageDetails
from mlgov.cards.texts import CustomKey, Text63, Text255, Text1024, Text2048, Text2096, Uris
from mlgov.lifecycle import Envelope, Part
from mlgov.names import FRAMEWORKS_FOLDER, RiskRating, is_name


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
    out_of_scope_uses: Text2048 | None = None
    """Uses that the model is not made for. SageMaker has no such field; on export it joins intended_uses."""
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
    model_package_details: ModelPackageDetails | None = None
    """The model package of a registry, for a card that describes one. Such a card has no model_overview.model_id."""
    lineage: Lineage | None = None
    """What it comes from."""
    acceptance_criteria: list[AcceptanceCriterion] = Field(default_factory=list, max_length=100)
    """What it has to reach."""
    claims: list[Claim] = Field(default_factory=list, max_length=500)
    """Requirements of frameworks that it answers."""
    imported: list[Provenance] = Field(default_factory=list, max_length=500)
    """Which of its values were imported, and from where. 'mlgov card refresh' keeps this list."""


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

    @property
    def cited_paths(self) -> list[str]:
        """Paths of the evidence files that the card cites, in order."""
        cited = [each for evaluation in self.spec.evaluation_details for each in evaluation.evidence]
        cited += [each for claim in self.spec.claims for each in claim.evidence]
        return sorted({evidence.path for evidence in cited})

    @property
    def asked_paths(self) -> list[str]:
        """Paths of the files that rules look at for this card: what it cites, and the packs of what it claims."""
        ids = {claim.framework for claim in self.spec.claims if is_name(claim.framework)}
        return sorted({*self.cited_paths, *(f"{FRAMEWORKS_FOLDER}/{each}.yaml" for each in ids)})

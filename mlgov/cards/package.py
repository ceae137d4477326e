"""The model package of a registry that a card describes: SageMaker's section of that name."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from mlgov.cards.texts import Text63, Text1024
from mlgov.lifecycle import Part

Text170 = Annotated[str, StringConstraints(min_length=1, max_length=170)]
Image = Annotated[str, StringConstraints(min_length=1, max_length=255)]
PackageArn = Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class CreatedBy(Part):
    """Who registered the package."""

    user_profile_name: Annotated[str, StringConstraints(max_length=63)] | None = None
    """Name of the user profile."""


class SourceAlgorithm(Part):
    """An algorithm that the package was made with."""

    algorithm_name: Text170
    """Its name or ARN."""
    model_data_url: Text1024 | None = None
    """Where the trained artifact lies."""


class Container(Part):
    """One container of the package."""

    image: Image
    """The image that serves the model."""
    model_data_url: Text1024 | None = None
    """Where the trained artifact lies."""
    nearest_model_name: Text1024 | None = None
    """A known model that is most like this one, for benchmarking."""


class InferenceSpecification(Part):
    """How the package serves."""

    containers: list[Container] = Field(min_length=1, max_length=15)
    """Its containers, in the order of an inference pipeline."""


class ModelPackageDetails(Part):
    """The registered model package."""

    model_package_arn: PackageArn | None = None
    """Its ARN, or the address of a version in another registry."""
    model_package_group_name: Text63 | None = None
    """The group it is a version of."""
    model_package_name: Text63 | None = None
    """Its name."""
    model_package_version: Annotated[float, Field(ge=1)] | None = Field(default=None, examples=[3])
    """Its version, 1 or more."""
    model_package_description: Text1024 | None = None
    """What it is."""
    model_package_status: Literal["pending", "in_progress", "completed", "failed", "deleting"] | None = None
    """How far its making is: pending, in_progress, completed, failed or deleting."""
    model_approval_status: Literal["approved", "rejected", "pending_manual_approval"] | None = None
    """What the registry says of its approval; the approval that counts here is the card's own."""
    approval_description: Text1024 | None = None
    """Why it was approved or rejected there."""
    domain: Text1024 | None = Field(default=None, examples=["MACHINE_LEARNING"])
    """The field it belongs to."""
    task: Text1024 | None = Field(default=None, examples=["CLASSIFICATION"])
    """The task it solves."""
    created_by: CreatedBy | None = None
    """Who registered it."""
    source_algorithms: list[SourceAlgorithm] = Field(default_factory=list, max_length=15)
    """Algorithms it was made with. CloudFormation takes one at most."""
    inference_specification: InferenceSpecification | None = None
    """How it serves."""

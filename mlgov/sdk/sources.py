"""Sections from what SageMaker knows of a model, as ``mlgov card refresh --from sagemaker:…`` reads it."""

import os
from typing import Any

from mlgov.cards.populate import spec_of
from mlgov.wiring import model_source


def from_sagemaker(reference: str) -> dict[str, Any]:
    """Read the spec of a card.

    Region, credentials and endpoint come from the environment, as everywhere in boto3.

    Args:
        reference: ``MODEL``, ``training-job/NAME`` or ``model-package/ARN``.

    Raises:
        UsageError: There is nothing of that name.
        OutsideError: SageMaker could not be asked.
    """
    return spec_of("sagemaker", model_source("sagemaker", os.environ).describe(reference))


def last_part(identity: str) -> str:
    """Give the name at the end of an ARN; what is no ARN stays as it is."""
    return identity.rpartition("/")[2] if identity.startswith("arn:") else identity

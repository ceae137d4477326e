"""What every source of models promises, whatever it is."""

from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest
from botocore.stub import Stubber

from mlgov.adapters.mlflow_source import MlflowSource
from mlgov.adapters.sagemaker_source import SagemakerSource
from mlgov.cards.populate import populate
from mlgov.errors import UsageError
from mlgov.ports import ModelSource
from tests.contracts.test_message_sink import use_aws
from tests.fakes.mlflow_server import RUN_ID, MlflowServer
from tests.fakes.sagemaker_answers import JOB


@dataclass(frozen=True)
class Known:
    """A source, its kind, and something that it knows; ``hidden`` is nowhere but in its credentials."""

    kind: str
    source: ModelSource
    reference: str


@pytest.fixture(params=["mlflow", "sagemaker"])
def known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Known]:
    """Connect to each kind of source."""
    if request.param == "mlflow":
        with MlflowServer() as server:
            environment = {"MLFLOW_TRACKING_URI": server.url, "MLFLOW_TRACKING_TOKEN": "hidden-token"}
            yield Known("mlflow", MlflowSource(environment), RUN_ID)
        return
    use_aws(monkeypatch, "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden-token")
    with Stubber(boto3.client("sagemaker")) as stub:
        for _ in range(2):
            stub.add_response("describe_training_job", JOB, {"TrainingJobName": "churn-7"})
        stub.add_client_error("describe_training_job", "ValidationException", "Requested resource not found.")
        yield Known("sagemaker", SagemakerSource(stub.client), "training-job/churn-7")


def test_what_it_knows_fills_a_card(known: Known) -> None:
    """The same each time, and without its credentials."""
    first, second = (populate(known.kind, known.source.describe(known.reference)) for _ in range(2))
    assert first == second
    assert len(first.fields) > 5
    assert "hidden-token" not in repr(first)


def test_it_names_itself(known: Known) -> None:
    """Kind, reference and run; without its credentials."""
    found = known.source.describe(known.reference)
    assert found.source.startswith(f"{known.kind}:")
    assert found.run
    assert "hidden-token" not in f"{found.source} {found.run} {found.notes}"


@pytest.mark.parametrize("reference", ["", "a b", "../x", "x\n", "\x00"])
def test_what_is_no_reference_is_a_usage_error(known: Known, reference: str) -> None:
    """Before anything is asked."""
    with pytest.raises(UsageError):
        known.source.describe(reference)

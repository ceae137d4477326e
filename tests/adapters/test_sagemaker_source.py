"""SageMaker through boto3, with botocore checking every call and every answer against the service's model."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from mlgov.adapters.sagemaker_source import SagemakerSource
from mlgov.cards.populate import populate
from mlgov.errors import OutsideError, UsageError
from mlgov.ports import FILE_LIMIT_BYTES
from tests.contracts.test_message_sink import use_aws
from tests.fakes.messages import Answer, HttpReceiver
from tests.fakes.sagemaker_answers import (
    ARTIFACT,
    JOB,
    MODEL,
    PACKAGE,
    PACKAGE_ARN,
    PIPELINE,
    SECOND_ARTIFACT,
)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A client whose answers are given, and which refuses calls that SageMaker does not know."""
    use_aws(monkeypatch, "http://127.0.0.1:9")
    with Stubber(boto3.client("sagemaker")) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def storage(stub: Stubber) -> Iterator[Stubber]:
    """The same of S3."""
    with Stubber(boto3.client("s3")) as storage:
        yield storage
        storage.assert_no_pending_responses()


def stored(data: bytes) -> dict[str, Any]:
    """Answer with a file."""
    return {"Body": StreamingBody(io.BytesIO(data), len(data))}


def found_jobs(*jobs: dict[str, Any]) -> dict[str, Any]:
    """Answer a search."""
    keys = ("TrainingJobName", "ModelArtifacts")
    return {"Results": [{"TrainingJob": {key: job[key] for key in keys}} for job in jobs]}


def test_a_model_leads_to_its_training_job(stub: Stubber) -> None:
    """By the artifact that the job wrote."""
    stub.add_response("describe_model", {**MODEL, "ExecutionRoleArn": JOB["RoleArn"]}, {"ModelName": "churn"})
    stub.add_response("search", found_jobs(JOB))
    stub.add_response("describe_training_job", JOB, {"TrainingJobName": "churn-7"})
    found = SagemakerSource(stub.client).describe("churn")
    assert (found.source, found.run, found.notes) == ("sagemaker:churn", JOB["TrainingJobArn"], ())
    assert found.facts["training_job"]["TrainingJobName"] == "churn-7"
    assert len(populate("sagemaker", found).fields) == 11


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([found_jobs(JOB, {**JOB, "TrainingJobName": "churn-8"}), found_jobs()], "2 training jobs made"),
        ([found_jobs(), found_jobs({**JOB, "ModelArtifacts": {"S3ModelArtifacts": "s3://other"}})], "No training job"),
    ],
)
def test_several_jobs_or_none_are_noted(stub: Stubber, answers: list[dict[str, Any]], said: str) -> None:
    """Nobody guesses; all artifacts of a pipeline are asked after."""
    stub.add_response("describe_model", PIPELINE)
    for answer, artifact in zip(answers, (ARTIFACT, SECOND_ARTIFACT), strict=True):
        wanted = {"Name": "ModelArtifacts.S3ModelArtifacts", "Operator": "Equals", "Value": artifact}
        expected = {"Resource": "TrainingJob", "SearchExpression": {"Filters": [wanted]}, "MaxResults": 2}
        stub.add_response("search", answer, expected)
    found = SagemakerSource(stub.client).describe("churn-pipeline")
    assert "training_job" not in found.facts
    assert found.notes[0].startswith(said)


def test_a_search_that_is_refused_is_noted(stub: Stubber) -> None:
    """The model is described all the same."""
    stub.add_response("describe_model", MODEL)
    stub.add_client_error("search", "AccessDeniedException", "hidden words")
    found = SagemakerSource(stub.client).describe("churn")
    assert found.facts["model"]["ModelName"] == "churn"
    assert "AccessDeniedException" in found.notes[0] and "hidden" not in found.notes[0]


def test_a_model_of_a_package_leads_to_the_package(stub: Stubber, storage: Stubber) -> None:
    """Its images and its reports stand there."""
    storage.add_response("get_object", stored(b"{}"), {"Bucket": "reports", "Key": "bias.json"})
    stub.add_response("describe_model", {**MODEL, "PrimaryContainer": {"ModelPackageName": PACKAGE_ARN}})
    stub.add_response("describe_model_package", PACKAGE, {"ModelPackageName": PACKAGE_ARN})
    stub.add_response("search", found_jobs(JOB))
    stub.add_response("search", found_jobs())
    stub.add_response("describe_training_job", JOB)
    found = SagemakerSource(stub.client, storage.client).describe("churn")
    assert set(found.facts) == {"model", "model_package", "training_job", "reports"}


def test_a_training_job_and_a_package_by_name(stub: Stubber, storage: Stubber) -> None:
    """Each is one call, and one for each report that the package cites."""
    storage.add_response("get_object", stored(b'{"a": 1}'), {"Bucket": "reports", "Key": "bias.json"})
    stub.add_response("describe_training_job", JOB, {"TrainingJobName": "churn-7"})
    stub.add_response("describe_model_package", PACKAGE, {"ModelPackageName": PACKAGE_ARN})
    source = SagemakerSource(stub.client, storage.client)
    job, package = source.describe("training-job/churn-7"), source.describe(f"model-package/{PACKAGE_ARN}")
    assert (set(job.facts), job.run) == ({"training_job"}, JOB["TrainingJobArn"])
    assert (set(package.facts), package.run) == ({"model_package", "reports"}, "version 3")
    assert package.facts["reports"] == {"s3://reports/bias.json": b'{"a": 1}'}


def cite(**uris: str) -> dict[str, Any]:
    """Make a package whose quality reports lie at these addresses."""
    reports = {key: {"ContentType": "application/json", "S3Uri": uri} for key, uri in uris.items()}
    return {**PACKAGE, "ModelMetrics": {"ModelQuality": reports}}


def test_a_report_that_cannot_be_read_is_noted(stub: Stubber, storage: Stubber) -> None:
    """The package is described all the same; words of the service stay out."""
    stub.add_response("describe_model_package", cite(Statistics="s3://reports/quality.json"))
    storage.add_client_error("get_object", "AccessDenied", "hidden words")
    found = SagemakerSource(stub.client, storage.client).describe(f"model-package/{PACKAGE_ARN}")
    assert "reports" not in found.facts
    (note,) = found.notes
    assert note.startswith("The report s3://reports/quality.json was not read: ")
    assert "AccessDenied" in note
    assert "hidden" not in note


@pytest.mark.parametrize("uri", ["https://example.org/quality.json", "s3://reports", "s3://Bad_Bucket/x", "s3://../x"])
def test_what_is_no_place_in_s3_is_not_asked_for(stub: Stubber, storage: Stubber, uri: str) -> None:
    """Nothing is sent."""
    stub.add_response("describe_model_package", cite(Statistics=uri))
    found = SagemakerSource(stub.client, storage.client).describe(f"model-package/{PACKAGE_ARN}")
    assert "it is no address of a file in S3" in found.notes[0]


def test_a_report_that_is_too_large_is_not_taken(stub: Stubber, storage: Stubber) -> None:
    """One byte more than evidence may have; and constraints are not asked for at all."""
    cited = cite(Statistics="s3://reports/quality.json", Constraints="s3://reports/constraints.json")
    stub.add_response("describe_model_package", cited)
    storage.add_response("get_object", stored(b" " * (FILE_LIMIT_BYTES + 1)))
    found = SagemakerSource(stub.client, storage.client).describe(f"model-package/{PACKAGE_ARN}")
    assert "has more than" in found.notes[0]


def test_what_is_not_there_is_said(stub: Stubber) -> None:
    """SageMaker calls it a validation error."""
    stub.add_client_error("describe_model", "ValidationException", 'Could not find model "arn:x".')
    with pytest.raises(UsageError, match="SageMaker has no churn here"):
        SagemakerSource(stub.client).describe("churn")


@pytest.mark.parametrize("reference", ["a_b", "-a", "a" * 64, "endpoint/a", "training-job/", "model-package/arn:x/y"])
def test_what_is_no_reference_is_not_asked_for(stub: Stubber, reference: str) -> None:
    """Nothing is sent."""
    with pytest.raises(UsageError):
        SagemakerSource(stub.client).describe(reference)


def test_the_endpoint_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As boto3 does everywhere; the answer goes through its own parser."""
    with HttpReceiver() as server:
        body = json.dumps({**JOB, "CreationTime": 1.0, "FinalMetricDataList": []}).encode()
        server.answers.append(Answer(headers={"Content-Type": "application/x-amz-json-1.1"}, body=body))
        use_aws(monkeypatch, server.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        found = SagemakerSource().describe("training-job/churn-7")
        assert server.requests[0].headers["x-amz-target"] == "SageMaker.DescribeTrainingJob"
    assert found.facts["training_job"]["AlgorithmSpecification"]["TrainingInputMode"] == "File"


def test_an_environment_without_a_region_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 cannot even begin."""
    use_aws(monkeypatch, "http://127.0.0.1:9")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(OutsideError, match="NoRegionError"):
        SagemakerSource()

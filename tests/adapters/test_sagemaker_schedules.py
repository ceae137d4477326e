"""Schedules through boto3, with botocore checking every call and every answer against the service's model."""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mlgov.adapters.sagemaker_schedules import SagemakerSchedules
from mlgov.errors import OutsideError, UsageError
from mlgov.monitors.sagemaker import described, take_over
from tests.contracts.test_message_sink import use_aws
from tests.fakes import schedule_answers as said


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A client whose answers are given, and which refuses calls that SageMaker does not know."""
    use_aws(monkeypatch, "http://127.0.0.1:9")
    with Stubber(boto3.client("sagemaker")) as stub:
        yield stub
        stub.assert_no_pending_responses()


def as_boto(value: Any) -> Any:
    """Give times as boto3 does."""
    if isinstance(value, dict):
        return {k: datetime.fromisoformat(v) if k.endswith("Time") else as_boto(v) for k, v in value.items()}
    return [as_boto(entry) for entry in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("operation", "pair"),
    [
        ("describe_data_quality_job_definition", said.QUALITY),
        ("describe_model_quality_job_definition", said.MODEL),
        ("describe_model_bias_job_definition", said.BIAS),
        ("describe_model_explainability_job_definition", said.EXPLANATION),
    ],
)
def test_a_schedule_leads_to_its_job_endpoint_and_alerts(
    stub: Stubber, operation: str, pair: list[dict[str, Any]]
) -> None:
    """What AWS describes is what a file of the command line would hold, and becomes a monitor."""
    schedule, job = as_boto(copy.deepcopy(pair))
    name = schedule["MonitoringScheduleName"]
    stub.add_response("describe_monitoring_schedule", schedule, {"MonitoringScheduleName": name})
    stub.add_response(operation, job, {"JobDefinitionName": f"{name}-job"})
    stub.add_response("describe_endpoint", as_boto(said.ENDPOINT_SAID), {"EndpointName": said.ENDPOINT})
    stub.add_response("list_monitoring_alerts", as_boto(said.ALERTS), {"MonitoringScheduleName": name})
    found = SagemakerSchedules(stub.client).describe(name)
    assert [value for _, value in found[:3]] == [*pair, said.ENDPOINT_SAID]
    taken = take_over(described(found), moved=str, fetched=lambda _: None)
    (monitor,) = taken.value["spec"]["monitors"]
    assert (monitor["name"], monitor["alert"]["evaluation_period"]) == (name, 4)


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [("ResourceNotFound", UsageError, "no churn here"), ("AccessDeniedException", OutsideError, "AccessDenied")],
)
def test_what_aws_refuses_is_told(stub: Stubber, code: str, error: type[Exception], text: str) -> None:
    """By its code; a wrong name is wrong usage."""
    stub.add_client_error("describe_monitoring_schedule", code, "no")
    with pytest.raises(error, match=text):
        SagemakerSchedules(stub.client).describe("churn")


def test_a_name_that_none_can_have_is_not_asked_for(stub: Stubber) -> None:
    """Nothing is sent."""
    with pytest.raises(UsageError, match="no name of a schedule"):
        SagemakerSchedules(stub.client).describe("../churn")

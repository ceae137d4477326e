"""What SageMaker says of a monitoring schedule, through boto3: the same as the AWS command line prints.

boto3 finds region, credentials and endpoint by itself. Read are descriptions only; nothing is changed.
"""

import re
from datetime import datetime
from typing import Any

from mlgov.adapters.aws_answers import code_of
from mlgov.errors import OutsideError, UsageError

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_HINT = "Check region, credentials and the rights to sagemaker:Describe* and sagemaker:ListMonitoringAlerts."
_OPERATIONS = {
    "DataQuality": "describe_data_quality_job_definition",
    "ModelQuality": "describe_model_quality_job_definition",
    "ModelBias": "describe_model_bias_job_definition",
    "ModelExplainability": "describe_model_explainability_job_definition",
}


class SagemakerSchedules:
    """Reads schedules of an account.

    Args:
        client: A boto3 client of the service ``sagemaker``; made from the environment when None.

    Raises:
        OutsideError: The environment does not say enough to reach AWS.
    """

    def __init__(self, client: Any = None) -> None:  # noqa: ANN401 - boto3 makes its classes at run time
        self._client = client or _client()

    def describe(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Read a schedule, its job definition, its endpoint and its alerts.

        Args:
            name: Name of the schedule.

        Returns:
            What each call gave, as JSON values, with the name of the call and of its object.

        Raises:
            UsageError: There is no such schedule.
            OutsideError: AWS could not be asked.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} is no name of a schedule.")
        schedule = self._call("describe_monitoring_schedule", MonitoringScheduleName=name)
        found = [(f"schedule {name}", schedule)]
        config = schedule.get("MonitoringScheduleConfig") or {}
        kind = config.get("MonitoringType") or schedule.get("MonitoringType") or "DataQuality"
        if (job := config.get("MonitoringJobDefinitionName")) and kind in _OPERATIONS:
            found.append((f"job definition {job}", self._call(_OPERATIONS[kind], JobDefinitionName=job)))
        if endpoint := schedule.get("EndpointName") or _endpoint_of(found[-1][1]):
            found.append((f"endpoint {endpoint}", self._call("describe_endpoint", EndpointName=endpoint)))
        alerts = self._call("list_monitoring_alerts", MonitoringScheduleName=name)
        return [*found, (f"alerts {name}", {"MonitoringScheduleName": name, "MonitoringAlertSummaries": [], **alerts})]

    def _call(self, operation: str, **arguments: str) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**arguments)
        except _foreign_errors() as error:
            code = code_of(error) or type(error).__name__
            what = " ".join(arguments.values())
            if code in ("ResourceNotFound", "ResourceNotFoundException"):
                raise UsageError(f"SageMaker has no {what} here.", hint="Check the name and the region.") from None
            raise OutsideError(f"SageMaker did not describe {what}: {code}.", hint=_HINT) from None
        return {key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"}


def _endpoint_of(job: dict[str, Any]) -> str:
    inputs: dict[str, Any] = next((value for key, value in job.items() if key.endswith("JobInput")), {})
    return str((inputs.get("EndpointInput") or {}).get("EndpointName") or "")


def _plain(value: Any) -> Any:  # noqa: ANN401 - boto3's own values
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list) else value


def _client() -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise UsageError("boto3 is not installed.", hint="Install mlgov[aws].") from None
    try:
        config = Config(connect_timeout=10, read_timeout=30, retries={"max_attempts": 3})
        return boto3.client("sagemaker", config=config)
    except _foreign_errors() as error:
        raise OutsideError(f"AWS cannot be reached: {type(error).__name__}.", hint=_HINT) from None


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Everything that boto3 raises: refused calls, missing settings, ValueError for an endpoint that is no address."""
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError, ValueError)

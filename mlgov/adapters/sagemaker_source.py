"""The ModelSource port on Amazon SageMaker, through boto3.

boto3 finds region, credentials and endpoint by itself (``AWS_REGION``, ``AWS_ENDPOINT_URL`` and so on). Read are
descriptions and the reports that a model package cites as its metrics; no data, no container, no artifact.
"""

import contextlib
import re
from typing import Any

from mlgov.errors import MlgovError, OutsideError, UsageError
from mlgov.ports import FILE_LIMIT_BYTES, Described

_HINT = "Check region, credentials and the right to sagemaker:Describe* and, for reports, to s3:GetObject."
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_ARN = re.compile(r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:model-package/[\w./\-]{1,2000}")
_BUCKET_AND_KEY = re.compile(r"s3://([a-z0-9][a-z0-9.\-]{1,61}[a-z0-9])/(.{1,1024})", re.DOTALL)
#: What a package cites as its metrics is about the model, its data and its bias; it has fewer reports than this.
MAX_REPORTS = 12
_REFERENCE = "Write sagemaker:MODEL, sagemaker:training-job/NAME or sagemaker:model-package/ARN."
#: Models made of more artifacts than this are not asked after: SageMaker takes 15 containers.
MAX_ARTIFACTS = 15


class SagemakerSource:
    """Reads models, training jobs and model packages.

    Args:
        client: A boto3 client of the service ``sagemaker``; made from the environment when None.
        storage: One of the service ``s3``; made when the first report is read when None.

    Raises:
        OutsideError: The environment does not say enough to reach AWS.
    """

    def __init__(self, client: Any = None, storage: Any = None) -> None:  # noqa: ANN401 - boto3 makes its classes at run time
        self._client = client or _client("sagemaker")
        self._storage = storage

    def describe(self, reference: str) -> Described:
        """Read a model (``NAME``), a training job (``training-job/NAME``) or a package (``model-package/ARN``)."""
        kind, slash, rest = reference.partition("/")
        if not slash:
            return self._model(_named(reference))
        if kind == "training-job":
            job = self._call("describe_training_job", TrainingJobName=_named(rest))
            return _described(reference, str(job.get("TrainingJobArn", rest)), training_job=job)
        if kind == "model-package" and (_ARN.fullmatch(rest) or _NAME.fullmatch(rest)):
            package = self._call("describe_model_package", ModelPackageName=rest)
            notes: list[str] = []
            reports = self._reports(package, notes)
            return _described(reference, _version(package), notes, model_package=package, reports=reports)
        raise UsageError(f"{reference!r} is nothing that SageMaker describes.", hint=_REFERENCE)

    def _model(self, name: str) -> Described:
        model = self._call("describe_model", ModelName=name)
        notes: list[str] = []
        package = self._package_of(model, notes)
        artifacts = _artifacts(model, package)
        job = self._training_job(artifacts, notes)
        run = str(job.get("TrainingJobArn", "")) if job else ""
        reports = self._reports(package or {}, notes)
        return _described(name, run, notes, model=model, model_package=package, training_job=job, reports=reports)

    def _reports(self, package: dict[str, Any], notes: list[str]) -> dict[str, bytes]:
        """Read the reports that a package cites; one that cannot be read is noted."""
        found: dict[str, bytes] = {}
        for uri in _report_uris(package.get("ModelMetrics"))[:MAX_REPORTS]:
            try:
                found[uri] = self._file(uri)
            except (OutsideError, UsageError) as error:
                notes.append(f"The report {uri} was not read: {error.message}")
        return found

    def _file(self, uri: str) -> bytes:
        place = _BUCKET_AND_KEY.fullmatch(uri)
        if not place:
            raise UsageError("it is no address of a file in S3.")
        self._storage = self._storage or _client("s3")
        try:
            with contextlib.closing(self._storage.get_object(Bucket=place[1], Key=place[2])["Body"]) as body:
                data: bytes = body.read(FILE_LIMIT_BYTES + 1)
        except _foreign_errors() as error:
            raise OutsideError(f"S3 could not be reached or refused: {_what(error)}.", hint=_HINT) from None
        if len(data) > FILE_LIMIT_BYTES:
            raise UsageError(f"it has more than {FILE_LIMIT_BYTES:,} bytes.")
        return data

    def _package_of(self, model: dict[str, Any], notes: list[str]) -> dict[str, Any] | None:
        """Read the package that a model was made of: such a model does not say its images itself."""
        names = [each["ModelPackageName"] for each in _containers(model) if each.get("ModelPackageName")]
        try:
            return self._call("describe_model_package", ModelPackageName=names[0]) if names else None
        except MlgovError as error:
            notes.append(f"The model package {names[0]} was not read: {error.message}")
            return None

    def _training_job(self, artifacts: list[str], notes: list[str]) -> dict[str, Any] | None:
        """Find the one training job that made the model's artifacts; several answers are none."""
        try:
            names = [name for uri in artifacts[:MAX_ARTIFACTS] for name in self._makers(uri)]
        except OutsideError as error:
            notes.append(f"The training job was not searched: {error.message}")
            return None
        distinct = list(dict.fromkeys(names))
        if len(distinct) == 1:
            return self._call("describe_training_job", TrainingJobName=distinct[0])
        found = f"{len(distinct)} training jobs made" if distinct else "No training job of this account made"
        notes.append(f"{found} its artifacts; name one with sagemaker:training-job/NAME.")
        return None

    def _makers(self, uri: str) -> list[str]:
        """Name the training jobs that wrote an artifact."""
        wanted = {"Name": "ModelArtifacts.S3ModelArtifacts", "Operator": "Equals", "Value": uri}
        answer = self._call("search", Resource="TrainingJob", SearchExpression={"Filters": [wanted]}, MaxResults=2)
        jobs = [each.get("TrainingJob") or {} for each in answer.get("Results") or []]
        # An emulator may not know this filter and give all jobs: what does not fit is not taken.
        fitting = [job for job in jobs if (job.get("ModelArtifacts") or {}).get("S3ModelArtifacts") == uri]
        return [str(job["TrainingJobName"]) for job in fitting if job.get("TrainingJobName")]

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - boto3's own values
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**arguments)
        except _foreign_errors() as error:
            raise _as_ours(error, arguments) from None
        return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def _described(reference: str, run: str, notes: list[str] | None = None, **facts: Any) -> Described:  # noqa: ANN401
    found = {key: value for key, value in facts.items() if value}
    return Described(f"sagemaker:{reference}", run, found, tuple(notes or ()))


def _report_uris(metrics: object) -> list[str]:
    """List the addresses in a package's metrics that reports of an evaluation have, each once."""
    if not isinstance(metrics, dict):
        return []
    uris = [metrics["S3Uri"]] if isinstance(metrics.get("S3Uri"), str) else []
    inner = (_report_uris(value) for key, value in metrics.items() if key != "Constraints")
    return list(dict.fromkeys([*uris, *(uri for found in inner for uri in found)]))


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of SageMaker.", hint=_REFERENCE)
    return name


def _version(package: dict[str, Any]) -> str:
    version = package.get("ModelPackageVersion")
    return f"version {version}" if version else str(package.get("ModelPackageName", ""))


def _containers(model: dict[str, Any]) -> list[dict[str, Any]]:
    primary = model.get("PrimaryContainer")
    return [*([primary] if primary else []), *(model.get("Containers") or [])]


def _artifacts(model: dict[str, Any], package: dict[str, Any] | None) -> list[str]:
    """List the artifacts of a model, each once."""
    specified = ((package or {}).get("InferenceSpecification") or {}).get("Containers") or []
    found = []
    for container in (*_containers(model), *specified):
        source = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
        found += [container.get("ModelDataUrl"), source.get("S3Uri")]
    return list(dict.fromkeys(filter(None, found)))


def _client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise UsageError("boto3 is not installed.", hint="Install mlgov[aws].") from None
    try:
        return boto3.client(service, config=Config(connect_timeout=10, read_timeout=30, retries={"max_attempts": 3}))
    except _foreign_errors() as error:
        raise OutsideError(f"AWS cannot be reached: {_what(error)}.", hint=_HINT) from None


def _as_ours(error: Exception, arguments: dict[str, Any]) -> MlgovError:
    response = getattr(error, "response", None)
    said = response.get("Error", {}) if isinstance(response, dict) else {}
    code, message = str(said.get("Code", "")), str(said.get("Message", ""))
    missing = code in ("ResourceNotFound", "ResourceNotFoundException")
    missing |= code == "ValidationException" and ("not find" in message or "not exist" in message)
    if missing:
        name = next((str(value) for key, value in arguments.items() if key.endswith("Name")), "it")
        return UsageError(f"SageMaker has no {name} here.", hint="Check the name, the region and the account.")
    return OutsideError(f"SageMaker could not be reached or refused the call: {_what(error)}.", hint=_HINT)


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Everything that boto3 raises: refused calls, missing settings, ValueError for an endpoint that is no address."""
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError, ValueError)


def _what(error: Exception) -> str:
    """Name a problem by its code or class; the words of the error could hold what the environment holds."""
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return str(code or type(error).__name__)

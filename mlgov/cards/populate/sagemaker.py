"""SageMaker's models, training jobs and model packages, as values of a card.

The facts are what the API answers: ``model`` (DescribeModel), ``training_job`` (DescribeTrainingJob) and
``model_package`` (DescribeModelPackage); each may be missing. ``reports`` holds the files that the package cites as
its metrics, by their address, as far as they could be read.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from mlgov.cards.draft import Draft
from mlgov.cards.evaluation import clarify_bias, clarify_explainability, model_quality, read_report
from mlgov.cards.populate.parts import JOB, address, addresses, dataset, is_training, metrics, parameters
from mlgov.documents import Value
from mlgov.errors import ImportFormatError
from mlgov.lifecycle import bytes_digest
from mlgov.ports import Described

Facts = Mapping[str, Any]
_STATUSES = {"pending", "in_progress", "completed", "failed", "deleting"}
_APPROVALS = {"approved", "rejected", "pending_manual_approval"}
_PACKAGE = "model_package_details"
MAX_CONTAINERS = 15
#: More results of one report than this leave no room for the rest of the card.
MAX_REPORT_BYTES = 64 * 1024
#: Reports of a package that evaluate the model: their names in a card, and their formats.
REPORTS = {
    "ModelMetrics.Bias.Report": ("Bias Report", clarify_bias.NAME),
    "ModelMetrics.Bias.PreTrainingReport": ("Bias PreTrainingReport", clarify_bias.NAME),
    "ModelMetrics.Bias.PostTrainingReport": ("Bias PostTrainingReport", clarify_bias.NAME),
    "ModelMetrics.Explainability.Report": ("Explainability report", clarify_explainability.NAME),
    "ModelMetrics.ModelQuality.Statistics": ("Model quality report", model_quality.NAME),
}


def fill(described: Described, draft: Draft) -> None:
    """Fill a draft from a model and its training job, a training job alone, or a model package."""
    facts = described.facts
    if model := facts.get("model"):
        _model(model, facts.get("model_package"), draft)
    elif package := facts.get("model_package"):
        _package(package, draft)
    if package := facts.get("model_package"):
        _reports(package, facts.get("reports") or {}, draft)
    if job := facts.get("training_job"):
        _job(job, draft, with_artifact=not facts.get("model"))


def _model(model: Facts, package: Facts | None, draft: Draft) -> None:
    overview = ("model_overview",)
    draft.put(_text(model, "ModelArn"), 1024, (*overview, "model_id"), "ModelArn")
    draft.put(_text(model, "ModelName"), 1024, (*overview, "model_name"), "ModelName")
    containers = [*containers_of(model), *(_specified(package) if package else [])]
    images = [_text(each, "Image") for each in containers]
    addresses(draft, images, (*overview, "inference_environment", "container_image"), "Containers.Image")
    artifacts = [artifact for each in containers for artifact in artifacts_of(each)]
    addresses(draft, artifacts, (*overview, "model_artifact"), "Containers.ModelDataUrl")


def containers_of(model: Facts) -> list[dict[str, Any]]:
    """List the containers of a model: the primary one, or all of an inference pipeline in order."""
    primary = model.get("PrimaryContainer")
    return [each for each in ([primary] if primary else [], model.get("Containers") or []) for each in each if each]


def artifacts_of(container: Facts) -> list[str]:
    """List where the trained artifacts of a container lie; there are two ways to say it."""
    source = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
    return list(filter(None, (_text(container, "ModelDataUrl"), _text(source, "S3Uri"))))


def _job(job: Facts, draft: Draft, *, with_artifact: bool) -> None:
    draft.put(_text(job, "TrainingJobArn"), 1024, (*JOB, "training_arn"), "TrainingJobArn")
    algorithm = job.get("AlgorithmSpecification") or {}
    image = _text(algorithm, "TrainingImage")
    addresses(draft, [image], (*JOB, "training_environment", "container_image"), "AlgorithmSpecification.TrainingImage")
    name = _text(algorithm, "AlgorithmName")
    draft.put(name, 1024, ("model_overview", "algorithm_type"), "AlgorithmSpecification.AlgorithmName")
    found = job.get("FinalMetricDataList") or []
    latest = {_text(each, "MetricName"): each.get("Value") for each in found}
    metrics(draft, latest, "FinalMetricDataList")
    parameters(draft, job.get("HyperParameters") or {}, "HyperParameters")
    _channels(job, draft)
    if with_artifact:
        artifact = _text(job.get("ModelArtifacts") or {}, "S3ModelArtifacts")
        addresses(draft, [artifact], ("model_overview", "model_artifact"), "ModelArtifacts.S3ModelArtifacts")
    status = _text(job, "TrainingJobStatus")
    if status not in ("", "Completed"):
        draft.note("TrainingJobStatus", f"The training job is {status}, not Completed.")


def _channels(job: Facts, draft: Draft) -> None:
    """Take the input channels, by their names: what is for training, and what for validation or test."""
    training = []
    for channel in job.get("InputDataConfig") or []:
        name, place = _text(channel, "ChannelName"), _place(channel.get("DataSource") or {})
        path = f"InputDataConfig.{name}"
        if not place:
            draft.note(path, "The channel does not say where its data lies.")
            continue
        dataset(draft, name, name, place, path, notes=_text(channel, "ContentType"))
        if is_training(name):
            training.append(place)
    addresses(draft, training, (*JOB, "training_datasets"), "InputDataConfig")


def _place(source: Facts) -> str:
    if uri := _text(source.get("S3DataSource") or {}, "S3Uri"):
        return uri
    file_system = source.get("FileSystemDataSource") or {}
    if not file_system:
        return ""
    kind = _text(file_system, "FileSystemType").lower() or "file-system"
    return f"{kind}://{_text(file_system, 'FileSystemId')}/{_text(file_system, 'DirectoryPath').lstrip('/')}"


#: Field of the card -> key of DescribeModelPackage, and how long a text may be.
_TEXTS = {
    "model_package_arn": ("ModelPackageArn", 2048),
    "model_package_group_name": ("ModelPackageGroupName", 63),
    "model_package_name": ("ModelPackageName", 63),
    "model_package_description": ("ModelPackageDescription", 1024),
    "approval_description": ("ApprovalDescription", 1024),
    "domain": ("Domain", 1024),
    "task": ("Task", 1024),
}


def _package(package: Facts, draft: Draft) -> None:
    for field, (key, limit) in _TEXTS.items():
        draft.put(_text(package, key), limit, (_PACKAGE, field), key)
    place = draft.place(_PACKAGE)
    version = package.get("ModelPackageVersion")
    if isinstance(version, int) and version > 0:
        place["model_package_version"] = version
    for field, key, known in (
        ("model_package_status", "ModelPackageStatus", _STATUSES),
        ("model_approval_status", "ModelApprovalStatus", _APPROVALS),
    ):
        word = _snake(_text(package, key))
        if word in known:
            place[field] = word
        elif word:
            draft.note(key, f"'{draft.fit(word, 63, key)}' is no status that a card knows.")
    author = _text(package.get("CreatedBy") or {}, "UserProfileName")
    draft.put(author, 63, (_PACKAGE, "created_by", "user_profile_name"), "CreatedBy.UserProfileName")
    _algorithms(package, draft)
    _containers(package, draft)


def _algorithms(package: Facts, draft: Draft) -> None:
    found = (package.get("SourceAlgorithmSpecification") or {}).get("SourceAlgorithms") or []
    for each in found:
        name = draft.fit(_text(each, "AlgorithmName"), 170, "SourceAlgorithms")
        data = {"model_data_url": draft.fit(next(iter(artifacts_of(each)), ""), 1024, "SourceAlgorithms")}
        if name:
            item: dict[str, Value] = {"algorithm_name": name, **{key: text for key, text in data.items() if text}}
            draft.add(item, MAX_CONTAINERS, (_PACKAGE, "source_algorithms"), "SourceAlgorithms")


def _containers(package: Facts, draft: Draft) -> None:
    path = "InferenceSpecification.Containers"
    for each in _specified(package):
        texts = {
            "image": draft.fit(_text(each, "Image"), 255, path),
            "model_data_url": draft.fit(next(iter(artifacts_of(each)), ""), 1024, path),
            "nearest_model_name": draft.fit(_text(each, "NearestModelName"), 1024, path),
        }
        if texts["image"]:
            item: dict[str, Value] = {key: text for key, text in texts.items() if text}
            draft.add(item, MAX_CONTAINERS, (_PACKAGE, "inference_specification", "containers"), path)


def _specified(package: Facts) -> list[dict[str, Any]]:
    return list((package.get("InferenceSpecification") or {}).get("Containers") or [])


def _reports(package: Facts, files: Mapping[str, bytes], draft: Draft) -> None:
    """Make an evaluation of each report that was read, and name those that were not."""
    order = list(REPORTS)
    cited = sorted(_uris(package.get("ModelMetrics") or {}, "ModelMetrics"))
    for path, uri in sorted(cited, key=lambda each: order.index(each[0]) if each[0] in REPORTS else len(order)):
        kind = REPORTS.get(path)
        if kind and uri in files:
            _evaluation(kind, uri, files[uri], path, draft)
        else:
            draft.note(path, f"The report {uri} was not read: fetch it and attach it with 'mlgov card evaluate'.")


def _evaluation(kind: tuple[str, str], uri: str, data: bytes, path: str, draft: Draft) -> None:
    name, format_name = kind
    try:
        report = read_report(data, uri, format_name)
    except ImportFormatError as error:
        draft.note(path, f"The report is left out: {error.message}")
        return
    if len(json.dumps(report.metric_groups)) > MAX_REPORT_BYTES:
        draft.note(path, f"The results of {uri} are too many for a card; they are left out.")
        return
    for note in report.notes:
        draft.note(path, note)
    said = {"report_uri": draft.fit(address(uri), 1024, path), "report_digest": bytes_digest(data)}
    draft.evaluation(name, path).update(metadata=said | report.metadata, metric_groups=report.metric_groups)


def _uris(found: object, path: str) -> list[tuple[str, str]]:
    if not isinstance(found, Mapping):
        return []
    if isinstance(found.get("S3Uri"), str):
        return [(path, found["S3Uri"])]
    return [each for key, value in found.items() for each in _uris(value, f"{path}.{key}")]


def _snake(word: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()


def _text(found: Facts, key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""

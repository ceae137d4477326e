"""SageMaker's answers as values of a card."""

import json
from typing import Any

from mlgov.cards.populate import Populated, populate
from mlgov.lifecycle import bytes_digest
from mlgov.ports import Described
from tests.cards.evaluation.reading import REPORTS
from tests.fakes.sagemaker_answers import (
    ARN,
    ARTIFACT,
    IMAGE,
    JOB,
    MODEL,
    PACKAGE,
    PACKAGE_ARN,
    PIPELINE,
    SECOND_ARTIFACT,
    SECOND_IMAGE,
    channel,
)

DETAILS = "training_details.training_job_details"


def populated(**facts: Any) -> Populated:
    """Populate from these answers."""
    return populate("sagemaker", Described("sagemaker:x", "x", facts))


def values(**facts: Any) -> dict[str, Any]:
    """Give the values by path."""
    return {field.path: field.value for field in populated(**facts).fields}


def test_a_model_and_its_training_job() -> None:
    """All that SageMaker's own tool takes over, and the datasets that it leaves out."""
    found = values(model=MODEL, training_job=JOB)
    assert found.pop(f"{DETAILS}.hyper_parameters")[0] == {"name": "max_depth", "value": "5"}
    assert found == {
        "model_overview.model_id": ARN + "model/churn",
        "model_overview.model_name": "churn",
        "model_overview.model_artifact": [ARTIFACT],
        "model_overview.inference_environment.container_image": [IMAGE],
        f"{DETAILS}.training_arn": ARN + "training-job/churn-7",
        f"{DETAILS}.training_datasets": ["s3://churn/train"],
        f"{DETAILS}.training_environment.container_image": [IMAGE],
        f"{DETAILS}.training_metrics": [
            {"name": "train:auc", "value": 0.9375},
            {"name": "validation:auc", "value": 0.875},
        ],
        "lineage.datasets[name=train]": {
            "name": "train",
            "used_for": "training",
            "uri": "s3://churn/train",
            "notes": "text/csv",
        },
        "lineage.datasets[name=validation]": {
            "name": "validation",
            "used_for": "validation",
            "uri": "s3://churn/validation",
            "notes": "text/csv",
        },
    }


def test_an_inference_pipeline_has_all_its_images() -> None:
    """In their order, with the artifacts of all containers."""
    found = values(model=PIPELINE)
    assert found["model_overview.inference_environment.container_image"] == [IMAGE, SECOND_IMAGE]
    assert found["model_overview.model_artifact"] == [ARTIFACT, SECOND_ARTIFACT]


def test_a_long_hyper_parameter_is_cut_with_a_note() -> None:
    """A card takes 255 characters."""
    rows = values(training_job=JOB)[f"{DETAILS}.hyper_parameters"]
    assert [len(row["value"]) for row in rows] == [1, 255]
    assert any("HyperParameters.notes: The text was cut to 255" in note for note in populated(training_job=JOB).notes)


def test_more_than_fits_is_cut_with_a_note() -> None:
    """Fifty metrics, a hundred parameters, fifteen addresses; nothing crashes."""
    many = {
        **JOB,
        "HyperParameters": {f"p{i:03}": "v" for i in range(140)},
        "FinalMetricDataList": [{"MetricName": f"m{i:03}", "Value": float(i)} for i in range(73)],
        "InputDataConfig": [channel(f"train{i:02}", f"s3://churn/{i:02}") for i in range(20)],
    }
    found = values(training_job=many)
    keys = ("training_metrics", "hyper_parameters", "training_datasets")
    assert [len(found[f"{DETAILS}.{key}"]) for key in keys] == [50, 100, 15]
    notes = [note for note in populated(training_job=many).notes if "a card takes" in note]
    assert len(notes) == 3


def test_a_file_system_is_an_address_too() -> None:
    """Training data need not lie in S3."""
    source = {"FileSystemDataSource": {"FileSystemId": "fs-1", "FileSystemType": "EFS", "DirectoryPath": "/churn"}}
    job = {**JOB, "InputDataConfig": [{"ChannelName": "training", "DataSource": source}, {"ChannelName": "empty"}]}
    assert values(training_job=job)[f"{DETAILS}.training_datasets"] == ["efs://fs-1/churn"]
    assert any("InputDataConfig.empty" in note for note in populated(training_job=job).notes)


def test_a_job_alone_says_where_its_model_is() -> None:
    """There is no model that says it."""
    assert values(training_job=JOB)["model_overview.model_artifact"] == [ARTIFACT]


def test_a_job_that_failed_is_noted() -> None:
    """Its numbers are of nothing that serves."""
    notes = populated(training_job={**JOB, "TrainingJobStatus": "Failed"}).notes
    assert "TrainingJobStatus: The training job is Failed, not Completed." in notes


def test_a_package_fills_its_own_section() -> None:
    """And names no model: a card describes one or the other."""
    found = values(model_package=PACKAGE)
    package = "model_package_details"
    assert {path.split(".")[0] for path in found} == {package}
    assert found[f"{package}.model_package_arn"] == PACKAGE_ARN
    assert found[f"{package}.model_package_version"] == 3
    assert found[f"{package}.model_package_status"] == "completed"
    assert found[f"{package}.model_approval_status"] == "pending_manual_approval"
    assert found[f"{package}.created_by.user_profile_name"] == "trainer"
    assert found[f"{package}.source_algorithms"] == [{"algorithm_name": "xgb", "model_data_url": ARTIFACT}]
    assert found[f"{package}.inference_specification.containers"] == [
        {"image": IMAGE, "model_data_url": ARTIFACT, "nearest_model_name": "xgboost"},
        {"image": SECOND_IMAGE, "model_data_url": SECOND_ARTIFACT},
    ]


def test_reports_of_a_package_are_named() -> None:
    """They are evidence, and are attached with their digest by another command."""
    notes = populated(model_package=PACKAGE).notes
    assert any("ModelMetrics.Bias.Report: The report s3://reports/bias.json was not read" in note for note in notes)


def test_a_model_made_of_a_package_has_its_images() -> None:
    """The model itself says only the package."""
    model = {**MODEL, "PrimaryContainer": {"ModelPackageName": PACKAGE_ARN}}
    found = values(model=model, model_package=PACKAGE)
    assert found["model_overview.inference_environment.container_image"] == [IMAGE, SECOND_IMAGE]
    assert not any(path.startswith("model_package_details") for path in found)


def package_with(**metrics: Any) -> dict[str, Any]:
    """Make a package that cites reports."""
    return {**PACKAGE, "ModelMetrics": metrics}


def report_at(uri: str) -> dict[str, str]:
    """Cite a report."""
    return {"ContentType": "application/json", "S3Uri": uri}


CITED = {
    "Bias": {"Report": report_at("s3://r/bias.json")},
    "Explainability": {"Report": report_at("s3://r/shap.json")},
    "ModelQuality": {
        "Statistics": report_at("s3://r/quality.json"),
        "Constraints": report_at("s3://r/constraints.json"),
    },
}
CLARIFY, QUALITY = ((REPORTS / name).read_bytes() for name in ("clarify.json", "model_quality.json"))
FILES = {"s3://r/bias.json": CLARIFY, "s3://r/shap.json": CLARIFY, "s3://r/quality.json": QUALITY}


def test_the_reports_of_a_package_become_evaluations() -> None:
    """Under the names that SageMaker gives them, each in its own format and with where it came from."""
    found = values(model_package=package_with(**CITED), reports=FILES)
    names = ("Bias Report", "Explainability report", "Model quality report")
    evaluations = [found[f"evaluation_details[name={name}]"] for name in names]
    groups = [[group["name"] for group in each["metric_groups"]] for each in evaluations]
    assert all(name.startswith(("pre_training", "post_training")) for name in groups[0])
    assert all(name.startswith("explanations") for name in groups[1])
    assert groups[2]
    assert evaluations[2]["metadata"]["report_uri"] == "s3://r/quality.json"
    assert evaluations[2]["metadata"]["report_digest"] == bytes_digest(QUALITY)


def test_the_reports_of_a_models_package_are_taken_too() -> None:
    """A model that was made of a package is what the package's reports are about."""
    found = values(model=MODEL, model_package=package_with(**CITED), reports=FILES)
    assert "evaluation_details[name=Model quality report]" in found


def test_a_report_that_is_damaged_or_missing_is_noted() -> None:
    """The rest of the package is taken all the same."""
    files = {"s3://r/bias.json": b'{"version": 1e999}', "s3://r/shap.json": b"<html>"}
    found = populated(model_package=package_with(**CITED), reports=files)
    assert not [field for field in found.fields if field.path.startswith("evaluation_details")]
    assert [field for field in found.fields if field.path == "model_package_details.model_package_arn"]
    said = " ".join(found.notes)
    assert "s3://r/bias.json has the number 1e999" in said
    assert "s3://r/shap.json:1:1: is not JSON" in said
    assert "The report s3://r/quality.json was not read" in said
    assert "The report s3://r/constraints.json was not read" in said


def test_a_report_that_would_fill_the_card_is_left_out() -> None:
    """A thousand features with long names; what the card needs room for is not theirs."""
    sections = {f"section-{n}": {"value": 0.5, "standard_deviation": 0.1} for n in range(3000)}
    data = json.dumps({"regression_metrics": sections}).encode()
    cited = {"ModelQuality": {"Statistics": report_at("s3://r/quality.json")}}
    found = populated(model_package=package_with(**cited), reports={"s3://r/quality.json": data})
    assert any("too many for a card" in note for note in found.notes)

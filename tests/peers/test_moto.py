"""SageMaker as moto emulates it, driven by boto3 over HTTP; all on this machine."""

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from mlgov.cli.main import exit_code_of
from mlgov.documents import load
from tests.cards.evaluation.reading import REPORTS
from tests.contracts.test_message_sink import use_aws
from tests.fakes.sagemaker_answers import ARTIFACT, IMAGE, JOB, PACKAGE, PIPELINE, ROLE, SECOND_ARTIFACT, SECOND_IMAGE
from tests.git_world import GitWorld, new_world

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MOTO = ROOT / ".venv-peers" / "bin" / "moto_server"
START_S = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start moto on a port that the system chooses."""
    assert MOTO.exists(), "moto is missing: run 'make .venv-peers/.installed'."
    log = tmp_path_factory.mktemp("moto") / "log"
    with log.open("wb") as output:
        started = subprocess.Popen([MOTO, "-H", "127.0.0.1", "-p", "0"], stdout=output, stderr=output)
        try:
            yield _address(log, started)
        finally:
            started.terminate()
            started.wait(30)


def _address(log: Path, server: "subprocess.Popen[bytes]") -> str:
    for _ in range(START_S * 10):
        said = [word for word in log.read_text().split() if word.startswith("http://127.0.0.1:")]
        if said:
            return said[0]
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    pytest.fail(f"moto did not start: {log.read_text()}")


@pytest.fixture
def account(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty account, and a client of it."""
    use_aws(monkeypatch, server)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(f"{server}/moto-api/reset", method="POST"), timeout=10).close()
    client = boto3.client("sagemaker")
    yield client
    client.close()


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """An empty governance repository."""
    world = new_world(tmp_path / "governance")
    world.save("mlgov.toml", "")
    return world


def refreshed(world: GitWorld, source: str) -> dict[str, Any]:
    """Make a card from a source, refresh it a second time, check it, and give its spec."""
    arguments = ["-C", str(world.root), "card", "refresh", "churn", "--from", source]
    assert exit_code_of([*arguments, "--create"]) == 0
    assert exit_code_of([*arguments, "--check"]) == 0
    assert exit_code_of(["-C", str(world.root), "check", "--fail-on", "warning"]) == 0
    document, _ = load((world.root / "cards/churn.yaml").read_bytes(), "churn.yaml")
    assert document is not None
    spec: dict[str, Any] = document.value["spec"]
    return spec


def train(client: Any, **changes: Any) -> None:
    """Run a training job, as far as moto does."""
    keys = ("AlgorithmSpecification", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "StoppingCondition")
    wanted = {key: JOB[key] for key in keys} | {"HyperParameters": {"max_depth": "5"}, "RoleArn": ROLE} | changes
    client.create_training_job(TrainingJobName="churn-7", **wanted)


def test_a_training_job_becomes_a_card(account: Any, world: GitWorld) -> None:
    """With the datasets of its channels."""
    train(account, HyperParameters={"max_depth": "5", "long": "x" * 2000})
    job = refreshed(world, "sagemaker:training-job/churn-7")["training_details"]["training_job_details"]
    assert job["training_arn"].endswith(":training-job/churn-7")
    assert job["training_datasets"] == ["s3://churn/train"]
    assert [(row["name"], len(row["value"])) for row in job["hyper_parameters"]] == [("long", 255), ("max_depth", 1)]


def test_an_inference_pipeline_becomes_a_card(account: Any, world: GitWorld) -> None:
    """Where SageMaker's own tool fails: all images and all artifacts are there."""
    account.create_model(ModelName="churn-pipeline", ExecutionRoleArn=ROLE, Containers=PIPELINE["Containers"])
    overview = refreshed(world, "sagemaker:churn-pipeline")["model_overview"]
    assert overview["inference_environment"]["container_image"] == [IMAGE, SECOND_IMAGE]
    assert overview["model_artifact"] == [ARTIFACT, SECOND_ARTIFACT]


def test_a_model_whose_job_cannot_be_found_becomes_a_card(
    account: Any, world: GitWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """Moto does not know the search by artifact, which SageMaker does; what is missing is said."""
    train(account)
    account.create_model(
        ModelName="churn", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE, "ModelDataUrl": ARTIFACT}
    )
    overview = refreshed(world, "sagemaker:churn")["model_overview"]
    assert overview["model_id"].endswith(":model/churn")
    assert overview["model_artifact"] == [ARTIFACT]
    assert "The training job was not searched" in capsys.readouterr().err


def test_a_model_package_becomes_a_card(account: Any, world: GitWorld) -> None:
    """By its ARN; its status and its containers are taken."""
    account.create_model_package_group(ModelPackageGroupName="churn")
    containers = [{"Image": IMAGE, "ModelDataUrl": ARTIFACT}]
    made = account.create_model_package(
        ModelPackageGroupName="churn",
        ModelPackageDescription=PACKAGE["ModelPackageDescription"],
        InferenceSpecification={
            "Containers": containers,
            "SupportedContentTypes": [],
            "SupportedResponseMIMETypes": [],
        },
        ModelApprovalStatus="PendingManualApproval",
    )
    package = refreshed(world, f"sagemaker:model-package/{made['ModelPackageArn']}")["model_package_details"]
    assert package["model_package_arn"] == made["ModelPackageArn"]
    assert package["model_approval_status"] == "pending_manual_approval"
    assert package["inference_specification"]["containers"] == [{"image": IMAGE, "model_data_url": ARTIFACT}]


def test_reports_and_the_texts_of_the_group_become_a_card(
    account: Any, world: GitWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reports are read from S3; what does not change with the version is copied from the newest card."""
    storage = boto3.client("s3", region_name="us-east-1")
    storage.create_bucket(Bucket="reports")
    for name in ("clarify.json", "model_quality.json"):
        storage.put_object(Bucket="reports", Key=f"churn/{name}", Body=(REPORTS / name).read_bytes())
    storage.close()
    clarify, quality, gone = (
        {"ContentType": "application/json", "S3Uri": f"s3://reports/churn/{name}.json"}
        for name in ("clarify", "model_quality", "gone")
    )
    account.create_model_package_group(ModelPackageGroupName="churn")
    made = account.create_model_package(
        ModelPackageGroupName="churn",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE, "ModelDataUrl": ARTIFACT}],
            "SupportedContentTypes": [],
            "SupportedResponseMIMETypes": [],
        },
        ModelMetrics={
            "Bias": {"Report": clarify},
            "Explainability": {"Report": gone},
            "ModelQuality": {"Statistics": quality},
        },
    )
    world.save(
        "cards/churn-0.yaml",
        "apiVersion: mlgov/v1\nkind: ModelCard\nmetadata: {name: churn-0}\nlifecycle: {status: draft}\nspec:\n"
        "  model_package_details: {model_package_group_name: churn}\n"
        "  business_details: {business_problem: People leave.}\n",
    )
    spec = refreshed(world, f"sagemaker:model-package/{made['ModelPackageArn']}")
    assert [each["name"] for each in spec["evaluation_details"]] == ["Bias Report", "Model quality report"]
    assert spec["evaluation_details"][1]["metadata"]["report_uri"] == quality["S3Uri"]
    assert spec["business_details"] == {"business_problem": "People leave."}
    assert "evaluation_details[name=Bias Report]" in [each["field"] for each in spec["imported"]]
    err = capsys.readouterr().err
    assert "gone.json was not read: S3 could not be reached or refused: NoSuchKey." in err
    assert "Copied from churn-0, the newest card of the model package group: business_details.business_problem." in err


def test_what_is_not_there_is_a_usage_error(account: Any, world: GitWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Not an answer of another kind."""
    assert exit_code_of(["-C", str(world.root), "card", "refresh", "x", "--create", "--from", "sagemaker:nope"]) == 2
    assert "SageMaker has no nope here" in capsys.readouterr().err

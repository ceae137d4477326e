"""Calls of scripts that were written for SageMaker's SDK: they work here, or say why not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlgov import (
    IntendedUses,
    Metric,
    MetricGroup,
    ModelCard,
    ModelOverview,
    ModelPackage,
    TrainingDetails,
    classification_metrics,
    roc_curve,
)
from mlgov.errors import UsageError
from tests.contracts.test_message_sink import use_aws
from tests.fakes.messages import Answer, HttpReceiver
from tests.fakes.sagemaker_answers import ARTIFACT, IMAGE, JOB, MODEL, PACKAGE, PACKAGE_ARN
from tests.git_world import GitWorld, new_world


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository with a card of two versions."""
    world = new_world(tmp_path)
    world.write("mlgov.toml", "")
    card = ModelCard("churn", root=tmp_path, intended_uses=IntendedUses(risk_rating="low"))
    card.create()
    world.commit("one")
    card.update(intended_uses=IntendedUses(risk_rating="high"))
    world.commit("two")
    return world


def test_load_takes_a_session_and_a_version(world: GitWorld) -> None:
    """The session is ignored; an old version is read from git and cannot be saved over the newer one."""
    assert ModelCard.load(name="churn", sagemaker_session=object(), root=world.root).intended_uses.risk_rating == "high"
    old = ModelCard.load("churn", 1, root=world.root)
    assert old.intended_uses is not None
    assert old.intended_uses.risk_rating == "low"
    with pytest.raises(UsageError, match="changed by somebody else"):
        old.update(intended_uses=IntendedUses(risk_rating="medium"))
    with pytest.raises(UsageError, match="no version 3"):
        ModelCard.load("churn", 3, root=world.root)


def test_the_history_of_versions(world: GitWorld) -> None:
    """Under the keys of SageMaker, the newest first."""
    found = ModelCard.load("churn", root=world.root).get_version_history()
    assert [(each["ModelCardVersion"], each["ModelCardStatus"]) for each in found] == [(2, "draft"), (1, "draft")]
    assert found[0]["Commit"] == world.git("rev-parse", "HEAD")


def test_delete_takes_back_what_was_never_committed(world: GitWorld) -> None:
    """And names the command for the rest."""
    fresh = ModelCard("fresh", root=world.root)
    fresh.create()
    fresh.delete()
    assert not fresh.path.exists()
    with pytest.raises(UsageError) as caught:
        ModelCard.load("churn", root=world.root).delete()
    assert "mlgov card rm churn" in caught.value.hint
    assert (world.root / "cards/churn.yaml").exists()


def test_a_pdf_goes_to_a_folder_and_never_to_s3(world: GitWorld, tmp_path: Path) -> None:
    """Under the name of the export job; card.export gives the same bytes."""
    card = ModelCard.load("churn", root=world.root)
    place = card.export_pdf(s3_output_path=str(tmp_path), export_job_name="job-1", model_card_version=1)
    assert (place, place.read_bytes()[:5]) == (tmp_path / "job-1.pdf", b"%PDF-")
    assert card.export("pdf")[:5] == b"%PDF-"
    with pytest.raises(UsageError, match="nothing is uploaded"):
        card.export_pdf(s3_output_path="s3://bucket/cards", export_job_name="job-1")
    with pytest.raises(UsageError, match="no export jobs"):
        card.list_export_jobs()


@pytest.fixture
def sagemaker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server that answers in turn what SageMaker would."""
    with HttpReceiver() as server:
        use_aws(monkeypatch, server.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)

        def answers(*values: dict[str, Any]) -> None:
            for value in values:
                body = json.dumps(value, default=lambda at: at.timestamp()).encode()
                server.answers.append(Answer(headers={"Content-Type": "application/x-amz-json-1.1"}, body=body))

        yield answers


def test_sections_from_what_sagemaker_knows(sagemaker: Any) -> None:
    """By the names of a model, a job and a package."""
    jobs = {"Results": [{"TrainingJob": {key: JOB[key] for key in ("TrainingJobName", "ModelArtifacts")}}]}
    sagemaker(MODEL, jobs, JOB)
    overview = ModelOverview.from_model_name(model_name="churn", sagemaker_session=None)
    assert overview.model_artifact == [ARTIFACT]
    assert overview.inference_environment is not None
    assert overview.inference_environment.container_image == [IMAGE]
    sagemaker(MODEL, jobs, JOB)
    training = TrainingDetails.from_model_overview(model_overview=overview)
    assert training.training_job_details is not None
    assert training.training_job_details.training_arn == JOB["TrainingJobArn"]
    sagemaker(JOB)
    assert TrainingDetails.from_training_job_name("churn-7") == training
    sagemaker(PACKAGE)
    assert ModelPackage.from_model_package_arn(PACKAGE_ARN).model_package_arn == PACKAGE_ARN
    with pytest.raises(ValueError, match="no model_id and no model_name"):
        TrainingDetails.from_model_overview(ModelOverview())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: setattr(ModelCard("churn"), "intended_use", None), "Did you mean 'intended_uses'"),
        (lambda: setattr(ModelOverview(), "model_nam", "x"), "Did you mean 'model_name'"),
        (lambda: ModelOverview(model_nam="x"), "ModelOverview.model_nam is unknown. Did you mean 'model_name'"),
        (lambda: ModelOverview(model_version="x"), "ModelOverview.model_version: this should be a number; found 'x'"),
        (lambda: setattr(ModelOverview(), "model_version", 0), "0 does not fit; at least 1 is needed"),
        (lambda: ModelCard("churn", model_overview={"model_name": 3}), "model_name: this should be text; found 3"),
        (lambda: Metric(name="a", value=[[1], [1, 2]], type="matrix"), "metric 'a'.*different lengths"),
        (lambda: MetricGroup(metric_data=[]), "MetricGroup.name is missing"),
        (lambda: classification_metrics([], []), "y_true has 0, y_pred has 0"),
        (lambda: roc_curve([1, 0], [0.5]), "y_true has 2, y_score has 1"),
    ],
)
def test_what_is_wrong_is_said_in_words_of_cards(wrong: Any, said: str) -> None:
    """With what to write instead, and without addresses of other projects."""
    with pytest.raises((ValueError, AttributeError), match=said) as caught:
        wrong()
    assert "pydantic" not in str(caught.value)


def test_everything_can_be_imported_at_once() -> None:
    """A star gives the names of the SDK and no others."""
    code = "from mlgov import *; import mlgov; print(ModelCard is mlgov.ModelCard, 'importlib' in dir())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "True False\n"

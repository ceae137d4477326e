"""MLflow's REST API, against a server on this machine."""

import base64
from collections.abc import Iterator

import pytest

from mlgov.adapters.mlflow_source import MlflowSource
from mlgov.errors import MlgovError, OutsideError, UsageError
from tests.fakes.messages import Answer
from tests.fakes.mlflow_server import MODEL_FILE, RUN_ID, STORE, MlflowServer


@pytest.fixture
def server() -> Iterator[MlflowServer]:
    """A tracking server on this machine."""
    with MlflowServer() as started:
        yield started


def source(server: MlflowServer, **environment: str) -> MlflowSource:
    """Connect to it."""
    return MlflowSource({"MLFLOW_TRACKING_URI": server.url, **environment}, timeout_s=5)


def test_a_run_is_read_with_all_that_belongs_to_it(server: MlflowServer) -> None:
    """Its experiment, the model that it logged, and the model's file."""
    found = source(server).describe(RUN_ID)
    assert (found.source, found.run, found.notes) == (f"mlflow:runs/{RUN_ID} at {server.url}", RUN_ID, ())
    assert found.facts["run"]["info"]["run_name"] == "first"
    assert found.facts["experiment"]["name"] == "churn experiments"
    assert (found.facts["artifact_uri"], found.facts["mlmodel"]) == (STORE, MODEL_FILE)


@pytest.mark.parametrize(
    ("reference", "version"), [("registry/churn", "12"), ("registry/churn/3", "3"), ("registry/churn@champion", "3")]
)
def test_a_registered_model_is_read_by_version_or_alias(server: MlflowServer, reference: str, version: str) -> None:
    """Without either, the newest version: the highest number, not the last text."""
    found = source(server).describe(reference)
    assert found.run == f"version {version}, run {RUN_ID}"
    assert found.source == f"mlflow:{reference} at {server.url}"
    assert found.facts["model_version"]["version"] == version
    assert found.facts["registered_model"]["description"] == "Finds leavers"


@pytest.mark.parametrize("reference", ["nope", "registry/nope", "registry/churn/77", "registry/churn@nobody"])
def test_what_is_not_there_is_said(server: MlflowServer, reference: str) -> None:
    """With the server's own words."""
    with pytest.raises(UsageError, match="has no such thing"):
        source(server).describe(reference)


@pytest.mark.parametrize("reference", ["../x", "a b", "registry/", "registry/a/b", "registry/@x", "registry/a@"])
def test_what_is_no_reference_is_not_asked_for(server: MlflowServer, reference: str) -> None:
    """Nothing is sent."""
    with pytest.raises(UsageError):
        source(server).describe(reference)
    assert server.requests == []


def test_credentials_are_sent_and_not_told(server: MlflowServer) -> None:
    """A token goes before a user; neither is in what is described."""
    server.authorization = "Bearer hidden-token"
    found = source(server, MLFLOW_TRACKING_TOKEN="hidden-token", MLFLOW_TRACKING_USERNAME="me").describe(RUN_ID)
    assert "hidden-token" not in f"{found.source}{found.run}{found.notes}"
    server.authorization = "Basic " + base64.b64encode(b"me:hidden").decode()
    source(server, MLFLOW_TRACKING_USERNAME="me", MLFLOW_TRACKING_PASSWORD="hidden").describe(RUN_ID)


def test_a_server_that_keeps_us_out_is_told(server: MlflowServer) -> None:
    """With the names of the variables, and no value of them."""
    server.authorization = "Bearer other"
    with pytest.raises(OutsideError, match="does not let us in") as caught:
        source(server, MLFLOW_TRACKING_TOKEN="hidden-token").describe(RUN_ID)
    assert "hidden-token" not in f"{caught.value.message}{caught.value.hint}"


def test_no_redirect_is_followed(server: MlflowServer) -> None:
    """Credentials would go with it."""
    with MlflowServer() as other:
        server.answers.append(Answer(302, {"Location": f"{other.url}/api/2.0/mlflow/runs/get?run_id={RUN_ID}"}))
        with pytest.raises(OutsideError, match="302, a redirect"):
            source(server, MLFLOW_TRACKING_TOKEN="hidden-token").describe(RUN_ID)
        assert other.requests == []


@pytest.mark.parametrize(
    "answer", [Answer(body=b"<html>"), Answer(body=b"[]"), Answer(body=b"{}"), Answer(500), Answer(0)]
)
def test_another_server_is_told_from_mlflow(server: MlflowServer, answer: Answer) -> None:
    """Whatever it answers, or when it does not."""
    server.answers.append(answer)
    with pytest.raises(OutsideError):
        source(server).describe(RUN_ID)


def test_a_store_that_is_elsewhere_is_not_asked(server: MlflowServer) -> None:
    """The card lacks what the model's file says, and the reason is told."""
    del server.run["outputs"]
    history = '[{"run_id": "x", "artifact_path": "model", "flavors": {}}]'
    server.run["data"]["tags"].append({"key": "mlflow.log-model.history", "value": history})
    server.run["info"]["artifact_uri"] = "s3://elsewhere/1"
    found = source(server).describe(RUN_ID)
    assert found.facts["artifact_uri"] == "s3://elsewhere/1/model"
    assert found.notes == ("The MLmodel file was not read: its store (s3) is not behind the server.",)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "sqlite:///x.db",
        "file:///x",
        "databricks",
        "http://",
        "http://h:99999",
        "http://me:hidden@h",
        "http://h?a=b",
    ],
)
def test_other_addresses_are_refused(uri: str) -> None:
    """Only http and https, without a password; the address is not repeated."""
    with pytest.raises(UsageError) as caught:
        MlflowSource({"MLFLOW_TRACKING_URI": uri})
    assert "hidden" not in f"{caught.value.message}{caught.value.hint}"


def test_credentials_are_not_sent_unencrypted() -> None:
    """But to this machine."""
    with pytest.raises(UsageError, match="unencrypted"):
        MlflowSource({"MLFLOW_TRACKING_URI": "http://mlflow.example.org", "MLFLOW_TRACKING_TOKEN": "x"})
    MlflowSource({"MLFLOW_TRACKING_URI": "https://mlflow.example.org/mlflow/", "MLFLOW_TRACKING_TOKEN": "x"})


def test_nobody_there_is_an_error_of_the_world() -> None:
    """A port at which nothing listens."""
    with MlflowServer() as server:
        url = server.url
    with pytest.raises(MlgovError, match="gave no answer"):
        MlflowSource({"MLFLOW_TRACKING_URI": url}, timeout_s=2).describe(RUN_ID)


@pytest.mark.parametrize(
    "run",
    [
        {"info": [], "data": 3, "outputs": [1]},
        {"info": {"experiment_id": 7}, "data": {"tags": "x"}, "outputs": {"model_outputs": {"a": 1}}},
        {"data": {"tags": [1, {"key": "mlflow.log-model.history", "value": "[3]"}]}, "outputs": {"model_outputs": [2]}},
    ],
)
def test_a_run_of_another_shape_does_no_harm(server: MlflowServer, run: dict[str, object]) -> None:
    """A server may answer anything."""
    server.run = run
    assert source(server).describe(RUN_ID).facts["run"] == run

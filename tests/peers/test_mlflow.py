"""A real MLflow server with a really trained model, and a real skops file; all on this machine."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.documents import load
from tests.git_world import new_world

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-mlflow" / "bin" / "python"
PATIENCE_S = 180


@dataclass(frozen=True)
class Trained:
    """A server that knows a model, and what was said of it while it was trained."""

    url: str
    run: str
    accuracy: float
    skops: Path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    """Start a server, and train a model into it."""
    assert PYTHON.exists(), "MLflow is missing: run 'make .venv-mlflow/.installed'."
    folder = tmp_path_factory.mktemp("mlflow")
    url = f"http://127.0.0.1:{_free_port()}"
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")},
        "HOME": str(folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "GIT_PYTHON_REFRESH": "quiet",
    }
    command = [
        PYTHON,
        "-m",
        "mlflow",
        "server",
        "--host",
        "127.0.0.1",
        "--port",
        url.rpartition(":")[2],
        "--workers",
        "1",
    ]
    stores = ["--backend-store-uri", f"sqlite:///{folder}/runs.db", "--artifacts-destination", f"{folder}/artifacts"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, *stores], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(f"{url}/health", server, folder / "log")
            yield _train(url, folder, environment)
        finally:
            _end(server)


def _train(url: str, folder: Path, environment: dict[str, str]) -> Trained:
    script = str(ROOT / "tests/peers/log_with_mlflow.py")
    done = subprocess.run(
        [PYTHON, script, url, str(folder)], cwd=folder, env=environment, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads([line for line in done.stdout.splitlines() if line.startswith("{")][-1])
    return Trained(url, said["run"], said["accuracy"], folder / "iris.skops")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _end(server: "subprocess.Popen[bytes]") -> None:
    """End the server and its workers, whether they are willing or not."""
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(PATIENCE_S):
        try:
            with opener.open(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, log.read_text()[-3000:]
            time.sleep(1)
    pytest.fail(f"MLflow did not start: {log.read_text()[-3000:]}")


Refresh = Callable[..., dict[str, Any]]


@pytest.fixture
def refresh(trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refresh:
    """Make a card from a source, refresh it a second time, check it, and give its spec."""
    world = new_world(tmp_path / "governance")
    world.save("mlgov.toml", "")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", trained.url)

    def call(source: str) -> dict[str, Any]:
        arguments = ["-C", str(world.root), "card", "refresh", "iris", "--from", source]
        assert exit_code_of([*arguments, "--create"]) == 0
        written = (world.root / "cards/iris.yaml").read_bytes()
        assert exit_code_of([*arguments, "--check"]) == 0
        assert exit_code_of(["-C", str(world.root), "check", "--fail-on", "warning"]) == 0
        assert (world.root / "cards/iris.yaml").read_bytes() == written
        document, _ = load(written, "iris.yaml")
        assert document is not None
        spec: dict[str, Any] = document.value["spec"]
        return spec

    return call


def test_a_run_becomes_a_card(trained: Trained, refresh: Refresh) -> None:
    """Numbers, settings, data, and what the model's file says; all of it noted as imported."""
    spec = refresh(f"mlflow:{trained.run}")
    job = spec["training_details"]["training_job_details"]
    assert job["training_metrics"] == [{"name": "accuracy", "value": trained.accuracy}]
    assert [(row["name"], len(row["value"])) for row in job["hyper_parameters"]] == [("C", 3), ("long", 255)]
    assert job["training_datasets"] == ["https://data.example.org/iris.csv"]
    assert spec["training_details"]["training_observations"] == "Settled quickly."
    (data,) = spec["lineage"]["datasets"]
    assert (data["name"], data["used_for"]) == ("iris", "training")
    assert data["notes"].startswith("150 rows, 5 columns: sepal_length")
    custom = spec["additional_information"]["custom_details"]
    assert "sklearn 1." in custom["mlflow_flavors"]
    assert custom["model_inputs"].startswith("sepal_length: double")
    assert custom["mlflow_tag_team"] == "botany"
    assert {entry["source"] for entry in spec["imported"]} == {f"mlflow:runs/{trained.run} at {trained.url}"}


@pytest.mark.parametrize("reference", ["registry/iris", "registry/iris/1", "registry/iris@champion"])
def test_a_registered_model_becomes_a_card(trained: Trained, refresh: Refresh, reference: str) -> None:
    """By its newest version, a version or an alias."""
    spec = refresh(f"mlflow:{reference}")
    overview = spec["model_overview"]
    assert (overview["model_id"], overview["model_name"], overview["model_version"]) == ("models:/iris/1", "iris", 1)
    assert overview["model_description"] == "Tells three kinds of iris apart."
    assert spec["additional_information"]["custom_details"]["mlflow_aliases"] == "champion"
    assert spec["imported"][0]["run"] == f"version 1, run {trained.run}"


def test_a_real_skops_file_becomes_a_card(trained: Trained, refresh: Refresh) -> None:
    """As skops itself wrote it."""
    spec = refresh(f"sklearn:{trained.skops}")
    assert spec["model_overview"]["algorithm_type"] == "Pipeline (StandardScaler, LogisticRegression)"
    rows = spec["training_details"]["training_job_details"]["hyper_parameters"]
    settings = {row["name"]: row["value"] for row in rows}
    assert settings["logisticregression__C"] == "0.5"
    assert settings["logisticregression__max_iter"] == "300"
    assert settings["standardscaler__with_mean"] == "true"
    assert not any(name.endswith("_") for name in settings)
    assert spec["additional_information"]["custom_details"]["model_features"] == "4"

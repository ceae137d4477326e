"""An MLflow tracking server as far as reading goes; its answers have the shape of those of MLflow 3."""

import json
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.messages import Answer, HttpReceiver, Request

RUN_ID, MODEL_ID = "addcf21402bb4e8c8a84f482350c4fa8", "m-681a2e0de4704760809d951c74c74a7d"
STORE = f"mlflow-artifacts:/1/models/{MODEL_ID}/artifacts"
MODEL_FILE = """\
artifact_path: mlflow-artifacts:/1/models/m-681a2e0de4704760809d951c74c74a7d/artifacts
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.skops
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.skops
    serialization_format: skops
    sklearn_version: 1.9.1
mlflow_version: 3.17.2
signature:
  inputs: '[{"type": "double", "name": "tenure", "required": true}, {"type": "double",
    "name": "price", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
utc_time_created: '2026-11-21 04:02:26.010208'
"""


def tags(**values: str) -> list[dict[str, str]]:
    """Write MLflow's pairs; two underscores stand for a dot."""
    return [{"key": key.replace("__", "."), "value": value} for key, value in values.items()]


def dataset(name: str, context: str, source: dict[str, str]) -> dict[str, Any]:
    """Write an input of a run."""
    columns = [{"type": "double", "name": "tenure", "required": True}, {"type": "long", "name": "label"}]
    return {
        "tags": tags(mlflow__data__context=context),
        "dataset": {
            "name": name,
            "digest": "26fb3aa6",
            "source_type": "http",
            "source": json.dumps(source),
            "schema": json.dumps({"mlflow_colspec": columns}),
            "profile": '{"num_rows": 60, "num_elements": 120}',
        },
    }


RUN: dict[str, Any] = {
    "info": {
        "run_uuid": RUN_ID,
        "run_id": RUN_ID,
        "experiment_id": "1",
        "run_name": "first",
        "user_id": "trainer",
        "status": "FINISHED",
        "start_time": 1795233735332,
        "artifact_uri": f"mlflow-artifacts:/1/{RUN_ID}/artifacts",
        "lifecycle_stage": "active",
    },
    "data": {
        "metrics": [
            {"key": "roc_auc", "value": 0.875, "timestamp": 2, "step": 1},
            {"key": "accuracy", "value": 0.9833333333333333, "timestamp": 1, "step": 1},
            {"key": "odd", "value": "NaN", "timestamp": 1, "step": 0},
        ],
        "params": tags(C="0.5", solver="lbfgs"),
        "tags": tags(
            mlflow__user="trainer",
            mlflow__note__content="Settled after 20 rounds.",
            mlflow__source__name="train.py",
            mlflow__source__git__repoURL="https://me:hidden@git.example.org/churn",
            mlflow__source__git__commit="c0" * 20,
            estimator_name="LogisticRegression",
            team="retention",
        ),
    },
    "inputs": {
        "dataset_inputs": [
            dataset("rows", "training", {"url": "https://data.example.org/churn.csv?X-Amz-Signature=hidden"}),
            dataset("rows", "test", {"uri": "s3://churn/test.csv"}),
        ]
    },
    "outputs": {"model_outputs": [{"model_id": MODEL_ID, "step": 0}]},
}
VERSION: dict[str, Any] = {
    "name": "churn",
    "version": "3",
    "current_stage": "None",
    "description": "Third version",
    "source": f"models:/{MODEL_ID}",
    "run_id": RUN_ID,
    "status": "READY",
    "aliases": ["champion"],
}
REGISTERED = {
    "name": "churn",
    "description": "Finds leavers",
    "latest_versions": [VERSION, {**VERSION, "version": "12", "description": ""}],
    "aliases": [{"alias": "champion", "version": "3"}],
}
LOGGED = {"info": {"model_id": MODEL_ID, "artifact_uri": STORE, "status": "LOGGED_MODEL_READY"}, "data": {}}


class MlflowServer(HttpReceiver):
    """The server.

    Attributes:
        run: The run it knows.
        token: What requests have to be signed with; empty lets everybody in.
    """

    def __init__(self) -> None:
        super().__init__()
        self.run: dict[str, Any] = deepcopy(RUN)
        self.authorization = ""

    def default(self, request: Request) -> Answer:
        if self.authorization and request.headers.get("authorization") != self.authorization:
            return Answer(401, body=b"You are not authenticated.")
        parts = urlsplit(request.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == f"/api/2.0/mlflow-artifacts/artifacts/1/models/{MODEL_ID}/artifacts/MLmodel":
            return Answer(body=MODEL_FILE.encode())
        found = self._found(parts.path.removeprefix("/api/2.0/mlflow/"), query)
        if found is None:
            missing = {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": f"{query} not found"}
            return Answer(404, body=json.dumps(missing).encode())
        return Answer(headers={"Content-Type": "application/json"}, body=json.dumps(found, indent=2).encode())

    def _found(self, path: str, query: dict[str, str]) -> dict[str, Any] | None:
        name, version = query.get("name"), query.get("version")
        if path == "runs/get" and query.get("run_id") == RUN_ID:
            return {"run": self.run}
        if path == "experiments/get":
            return {"experiment": {"experiment_id": "1", "name": "churn experiments"}}
        if path == f"logged-models/{MODEL_ID}":
            return {"model": LOGGED}
        if name != "churn":
            return None
        if path == "registered-models/get":
            return {"registered_model": REGISTERED}
        if path == "registered-models/alias" and query.get("alias") == "champion":
            return {"model_version": VERSION}
        if path == "model-versions/get" and version in ("3", "12"):
            return {"model_version": {**VERSION, "version": version}}
        return {"artifact_uri": STORE} if path == "model-versions/get-download-uri" else None

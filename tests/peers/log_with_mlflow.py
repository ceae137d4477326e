"""Run by the Python of .venv-mlflow: train a scikit-learn model, log and register it, and save it with skops.

Arguments: the tracking server's address and a folder. Prints the run's id and the numbers as JSON.
"""

import json
import sys
from pathlib import Path

import mlflow
import pandas as pd
import skops.io
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

server, folder = sys.argv[1], Path(sys.argv[2])
rows, species = load_iris(return_X_y=True, as_frame=True)
rows.columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=300)).fit(rows, species)
skops.io.dump(model, folder / "iris.skops")

mlflow.set_tracking_uri(server)
mlflow.set_experiment("flowers")
with mlflow.start_run(run_name="first") as run:
    mlflow.log_params({"C": 0.5, "long": "x" * 300})
    mlflow.set_tags({"team": "botany", "mlflow.note.content": "Settled quickly."})
    table = pd.concat([rows, species], axis=1)
    data = mlflow.data.from_pandas(table, source="https://data.example.org/iris.csv", name="iris", targets="target")
    mlflow.log_input(data, context="training")
    mlflow.log_metric("accuracy", 0.25, step=0)
    mlflow.log_metric("accuracy", model.score(rows, species), step=1)
    mlflow.log_metric("odd", float("nan"))
    mlflow.sklearn.log_model(
        model,
        name="model",
        signature=infer_signature(rows, model.predict(rows)),
        registered_model_name="iris",
        pip_requirements=["scikit-learn"],
    )
client = mlflow.MlflowClient()
client.update_registered_model("iris", "Tells three kinds of iris apart.")
client.set_registered_model_alias("iris", "champion", "1")
print(json.dumps({"run": run.info.run_id, "accuracy": model.score(rows, species)}))

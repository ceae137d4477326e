"""MLflow's answers as values of a card."""

import random
from copy import deepcopy
from typing import Any

import pytest

from mlgov.cards.populate import Populated, populate
from mlgov.ports import Described
from tests.fakes.mlflow_server import LOGGED, MODEL_FILE, MODEL_ID, REGISTERED, RUN, RUN_ID, STORE, VERSION, tags


def populated(**facts: Any) -> Populated:
    """Populate from these answers."""
    return populate("mlflow", Described("mlflow:x", "x", facts))


def values(**facts: Any) -> dict[str, Any]:
    """Give the values by path."""
    return {field.path: field.value for field in populated(**facts).fields}


def run(**data: Any) -> dict[str, Any]:
    """A run whose data is replaced in part."""
    changed = deepcopy(RUN)
    changed["data"] |= data
    return changed


def test_a_run_fills_how_the_model_was_made() -> None:
    """Job, numbers, settings, notes; every value has its place."""
    found = values(run=RUN, experiment={"name": "churn experiments"}, logged_model=LOGGED, artifact_uri=STORE)
    job = "training_details.training_job_details"
    assert found == {
        "model_overview.model_id": f"models:/{MODEL_ID}",
        "model_overview.algorithm_type": "LogisticRegression",
        "model_overview.model_creator": "trainer",
        "model_overview.model_artifact": [STORE],
        "training_details.training_observations": "Settled after 20 rounds.",
        f"{job}.training_arn": f"runs:/{RUN_ID}",
        f"{job}.training_datasets": ["https://data.example.org/churn.csv"],
        f"{job}.training_metrics": [
            {"name": "accuracy", "value": 0.9833333333333333},
            {"name": "roc_auc", "value": 0.875},
        ],
        f"{job}.hyper_parameters": [{"name": "C", "value": "0.5"}, {"name": "solver", "value": "lbfgs"}],
        "additional_information.custom_details.mlflow_experiment": "churn experiments",
        "additional_information.custom_details.mlflow_run_name": "first",
        "additional_information.custom_details.mlflow_tag_team": "retention",
        "lineage.datasets[name=rows]": {
            "name": "rows",
            "used_for": "training",
            "uri": "https://data.example.org/churn.csv",
            "version": "26fb3aa6",
            "notes": "60 rows, 2 columns: tenure, label",
        },
        "lineage.datasets[name=rows (test)]": {
            "name": "rows (test)",
            "used_for": "test",
            "uri": "s3://churn/test.csv",
            "version": "26fb3aa6",
            "notes": "60 rows, 2 columns: tenure, label",
        },
        "lineage.code": [{"repository": "https://git.example.org/churn", "commit": "c0" * 20, "path": "train.py"}],
    }


def test_the_registry_says_what_the_model_is() -> None:
    """Name, version and both descriptions; its address goes before that of the run."""
    found = values(run=RUN, registered_model=REGISTERED, model_version=VERSION)
    assert found["model_overview.model_id"] == "models:/churn/3"
    assert found["model_overview.model_name"] == "churn"
    assert found["model_overview.model_version"] == 3
    assert found["model_overview.model_description"] == "Finds leavers\n\nThird version"
    assert found["additional_information.custom_details.mlflow_aliases"] == "champion"


def test_the_model_file_says_what_it_is_made_of() -> None:
    """Flavours with their versions, and the signature as words."""
    found = values(run=RUN, mlmodel=MODEL_FILE)
    details = "additional_information.custom_details"
    assert found[f"{details}.mlflow_flavors"] == "python_function 3.11.7, sklearn 1.9.1"
    assert found[f"{details}.model_inputs"] == "tenure: double, price: double"
    assert found[f"{details}.model_outputs"] == "int64[-1]"


def test_a_model_file_that_is_none_is_noted() -> None:
    """The rest is taken all the same."""
    assert any("MLmodel: It cannot be read" in note for note in populated(run=RUN, mlmodel="a: &x !!python/x").notes)


def test_what_is_no_number_is_noted() -> None:
    """NaN has no place in a card."""
    assert "run.data.metrics.odd: It is no finite number with a name and was left out." in populated(run=RUN).notes


def test_too_many_metrics_and_parameters_are_cut_with_a_note() -> None:
    """Fifty and a hundred fit."""
    many = run(
        metrics=[{"key": f"m{i:03}", "value": i} for i in range(73)],
        params=[{"key": f"p{i:03}", "value": "v"} for i in range(140)],
    )
    found, job = values(run=many), "training_details.training_job_details"
    assert [len(found[f"{job}.{key}"]) for key in ("training_metrics", "hyper_parameters")] == [50, 100]
    notes = populated(run=many).notes
    assert any("There are 73; a card takes 50, so the last 23" in note for note in notes)
    assert any("There are 140; a card takes 100, so the last 40" in note for note in notes)


def test_long_and_secret_values() -> None:
    """The long ones are cut, the secret ones left out, both with a note."""
    found = run(
        params=tags(long="x" * 300, api_key="hidden", token_pattern="w+", empty=""), tags=tags(db_password="hidden")
    )
    rows = values(run=found)["training_details.training_job_details.hyper_parameters"]
    assert [(row["name"], len(row["value"])) for row in rows] == [("long", 255), ("token_pattern", 2)]
    notes = "\n".join(populated(run=found).notes)
    assert "hidden" not in f"{values(run=found)}{notes}"
    assert all(f"{key}: It looks like a secret" in notes for key in ("run.data.params.api_key", "tags.db_password"))


def test_a_run_that_goes_on_is_noted() -> None:
    """Its numbers may change."""
    unfinished = deepcopy(RUN)
    unfinished["info"]["status"] = "RUNNING"
    assert "run.info.status: The run is running, not finished." in populated(run=unfinished).notes


def test_hidden_characters_do_not_reach_the_card() -> None:
    """They would be refused there."""
    found = values(run=run(tags=tags(mlflow__note__content="a\u202eb")))
    assert found["training_details.training_observations"] == "ab"


def test_answers_of_other_shapes_fill_nothing() -> None:
    """A server may answer anything."""
    odd = {
        "info": [],
        "data": {"metrics": {"a": 1}, "params": [1, {"key": 2}], "tags": "x"},
        "inputs": {"dataset_inputs": 1},
    }
    assert set(values(run=odd, model_version={"version": "x", "aliases": "y"}, mlmodel="- a\n")) <= {
        "model_overview.model_id",
        "training_details.training_job_details.training_arn",
    }


ANYTHING: list[Any] = [None, True, 0, 10**400, 1e308, float("nan"), "", "x", "\u202e", [], [1], {}, {"key": 3}]


def damaged(value: Any, chance: random.Random) -> Any:
    """Put anything in the place of a few parts."""
    if chance.random() < 0.08:
        return deepcopy(chance.choice(ANYTHING))
    if isinstance(value, dict):
        return {key: damaged(each, chance) for key, each in value.items()}
    return [damaged(each, chance) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_server_answers_is_a_card_or_nothing(seed: int) -> None:
    """No answer leads to an error of ours, or to values that a card refuses."""
    chance = random.Random(seed)  # noqa: S311 - damage, not secrets
    facts = {"run": RUN, "registered_model": REGISTERED, "model_version": VERSION, "logged_model": LOGGED}
    for _ in range(25):
        populated(**{key: damaged(value, chance) for key, value in facts.items()}, mlmodel=MODEL_FILE)

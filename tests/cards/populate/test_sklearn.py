"""Skops files as values of a card; nothing of the model is loaded."""

import hashlib
import io
import json
import pickle
import zipfile
from typing import Any

import pytest

from mlgov.cards.populate import Populated, describe_file, populate, sklearn
from mlgov.errors import ImportFormatError
from tests.fakes.skops_file import array, estimator, model, node, skops, value

HYPER = "training_details.training_job_details.hyper_parameters"


def populated(data: bytes, name: str = "models/churn.skops") -> Populated:
    """Populate from a file."""
    return populate("sklearn", describe_file("sklearn", name, io.BytesIO(data)))


def settings(schema: dict[str, Any]) -> dict[str, str]:
    """Give the hyper-parameters of a model."""
    found = {field.path: field.value for field in populated(skops(schema)).fields}
    return {row["name"]: row["value"] for row in found.get(HYPER, [])}  # type: ignore[union-attr, index, call-overload]


def test_a_pipeline_is_read() -> None:
    """Its classes, its settings in scikit-learn's spelling, versions; what was learned is left out."""
    found = {field.path: field.value for field in populated(model()).fields}
    details = "additional_information.custom_details"
    assert found == {
        "model_overview.algorithm_type": "Pipeline (StandardScaler, LogisticRegression)",
        "model_overview.model_artifact": ["models/churn.skops"],
        HYPER: [
            {"name": "clf__C", "value": "0.5"},
            {"name": "clf__class_weight", "value": '{"0": 1.0, "1": 2.0}'},
            {"name": "memory", "value": "null"},
            {"name": "scaler__with_mean", "value": "true"},
        ],
        f"{details}.sklearn_version": "1.9.1",
        f"{details}.model_features": "30",
        f"{details}.skops_version": "0.16.0",
    }


def test_the_digest_of_the_file_stands_for_the_run() -> None:
    """Another file is another model."""
    data = model()
    first, again, other = (describe_file("sklearn", "m.skops", io.BytesIO(each)) for each in (data, data, data + b"x"))
    assert first.run == "sha256:" + hashlib.sha256(data).hexdigest() == again.run
    assert other.run != first.run


def test_a_forest_says_its_own_settings_once() -> None:
    """What it hands down to its trees is not said again."""
    tree = estimator("DecisionTreeClassifier", criterion="gini")
    copied = {"estimator": tree, "estimator_params": ("criterion",), "criterion": "gini", "n_estimators": 2}
    assert settings(estimator("RandomForestClassifier", **copied)) == {"criterion": "gini", "n_estimators": "2"}


def test_a_model_inside_of_another_has_its_settings_too() -> None:
    """A bagged tree: the tree is a setting, and has some."""
    tree = estimator("DecisionTreeClassifier", max_depth=3)
    found = settings(estimator("BaggingClassifier", estimator=tree, estimator_params=()))
    assert found == {"estimator": "DecisionTreeClassifier", "estimator__max_depth": "3"}


def test_what_is_not_plain_is_named_by_its_class() -> None:
    """An array or a function as a setting."""
    assert settings(estimator("X", prior=array(), mixed=value([1, [2]]))) == {"prior": "ndarray", "mixed": "[1, [2]]"}


class Bomb:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> Any:
        return (pytest.fail, ("the pickle was opened",))


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps(Bomb()),
        b"",
        b"PK\x03\x04 and then nothing",
        model()[:300],
        skops("[1]"),
        skops("{}"),
        skops(b"\xff"),
        skops("[" * 100_000),
        skops('{"__class__": 1}'),
    ],
    ids=["pickle", "empty", "no zip", "cut", "list", "no class", "bytes", "deep", "odd class"],
)
def test_other_files_are_refused(data: bytes) -> None:
    """With a hint how to save a model; nothing in them is run."""
    with pytest.raises(ImportFormatError, match="no skops file") as caught:
        populated(data, "model.pkl")
    assert "skops.io.dump" in caught.value.hint


def test_a_zip_of_something_else_is_refused() -> None:
    """A joblib or torch archive has no schema."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data.pkl", b"x")
    with pytest.raises(ImportFormatError, match="KeyError"):
        populated(packed.getvalue())


def test_a_schema_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few bytes of a zip can become many."""
    monkeypatch.setattr(sklearn, "MAX_SCHEMA_BYTES", 1000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", json.dumps({"__class__": "X", "content": " " * 100_000}))
    with pytest.raises(ImportFormatError, match="more than"):
        populated(packed.getvalue())


def test_more_settings_than_anybody_reads_are_cut() -> None:
    """A hundred fit into a card; no more than a few thousand are looked at."""
    found = populated(skops(estimator("X", **{f"p{i:05}": i for i in range(2500)})))
    assert any("more than 2,000 settings" in note for note in found.notes)


@pytest.mark.parametrize("broken", [1, "x", None, [], {"content": 3}, node("a", "b", "JsonNode", content="{")])
def test_broken_nodes_do_no_harm(broken: object) -> None:
    """A schema may hold anything."""
    schema = {**estimator("X"), "content": {"content": {"steps": broken, "a": broken, "_sklearn_version": broken}}}
    assert populated(skops(schema)).fields[0].value == "X"

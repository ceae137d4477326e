"""Every limit of SageMaker's cards, broken one at a time in a card of all fields: ``mlgov check`` says where."""

import copy
import hashlib
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.documents.formatting import render
from tests.cards.sagemaker_cards import of_a_model, of_a_package

#: Marks the place that the finding has to name. It is taken out before the card is written.
HERE = "¦"
SCHEMA, MISSING, UNKNOWN, TOO_LONG, NUMBERS = "MLG-S001", "MLG-S002", "MLG-S003", "MLG-C003", "MLG-D009"


def text(length: int) -> str:
    """Give a text of ``length`` characters, with the mark before it."""
    return HERE + "x" * length


def many(item: str, count: int) -> str:
    """Give a list of ``count`` items, with the mark before it."""
    return f"{HERE}[{', '.join([item] * count)}]"


#: What is broken -> the text of the card that is replaced, and by what.
MODEL: dict[str, tuple[str, str, str]] = {
    # model_overview
    "model_id": (
        "model_id: arn:aws:sagemaker:eu-west-1:111122223333:model/churn-id",
        f"model_id: {text(1025)}",
        SCHEMA,
    ),
    "model_name": ("churn model name", text(1025), SCHEMA),
    "problem_type": ("binary_classification", text(1025), SCHEMA),
    "algorithm_type": ("gradient boosting", text(1025), SCHEMA),
    "model_creator": ("creators of churn", text(1025), SCHEMA),
    "model_owner": ("owners of the model", text(1025), SCHEMA),
    "model_version": ("model_version: 41", f"model_version: {HERE}0.5", SCHEMA),
    "model_artifact": ("\n      - s3://models/churn-artifact.tar.gz", f" {many('a', 16)}", SCHEMA),
    "one artifact": ("s3://models/churn-artifact.tar.gz", text(1025), SCHEMA),
    "serving images": ("\n        - registry.example.org/serving-image:1", f" {many('a', 16)}", SCHEMA),
    # intended_uses, business_details, additional_information
    "intended_uses": ('"Scope: offers by people."', text(2049), SCHEMA),
    "factors": ('"Factors: new tariffs."', text(2049), SCHEMA),
    "risk_rating": ("risk_rating: high", f"risk_rating: {HERE}High", SCHEMA),
    "explanations": ('"Explained: money of people."', text(2049), SCHEMA),
    "business_problem": ('"Problem: customers go."', text(2049), SCHEMA),
    "stakeholders": ('"Stakeholders: sales."', text(2049), SCHEMA),
    "line_of_business": ('"Line: retail."', text(2049), SCHEMA),
    "ethics": ('"Ethics: nobody is refused."', text(2049), SCHEMA),
    "caveats": ('"Caveats: ask again each year."', text(2049), SCHEMA),
    "custom detail": ("license: Apache-2.0", f"license: {text(1025)}", SCHEMA),
    "key of a custom detail": ("license: Apache-2.0", f'"123": {HERE}Apache-2.0', SCHEMA),
    # training_details
    "function": ("function: minimize", f"function: {HERE}optimise", SCHEMA),
    "facet": ("facet: Loss", f"facet: {text(64)}", SCHEMA),
    "condition": ("condition: loss condition", f"condition: {text(64)}", SCHEMA),
    "objective notes": ("objective notes", text(1025), SCHEMA),
    "training_observations": (
        "training_observations: training observations",
        f"training_observations: {text(1025)}",
        SCHEMA,
    ),
    "training_arn": ("training-arn-1", text(1025), SCHEMA),
    "training_datasets": ("\n        - s3://data/training-rows.parquet", f" {many('a', 16)}", SCHEMA),
    "training images": ("\n          - registry.example.org/training-image:2", f" {many('a', 16)}", SCHEMA),
    "training_metrics": (
        "\n        - name: log loss\n          value: 0.34375\n          notes: metric notes",
        f" {many('{name: loss, value: 1}', 51)}",
        SCHEMA,
    ),
    "name of a training metric": ("log loss", text(256), SCHEMA),
    "notes of a training metric": ("metric notes", text(1025), SCHEMA),
    "own training metrics": (
        "\n        - name: own metric\n          value: 17.25\n          notes: own notes",
        f" {many('{name: own, value: 1}', 51)}",
        SCHEMA,
    ),
    "hyper_parameters": (
        "\n        - name: max_depth\n          value: depth seven",
        f" {many('{name: depth, value: seven}', 101)}",
        SCHEMA,
    ),
    "value of a hyper parameter": ("depth seven", text(256), SCHEMA),
    "type of a hyper parameter": ("depth seven", f"{HERE}7", SCHEMA),
    "own hyper parameters": (
        "\n        - name: own parameter\n          value: own value",
        f" {many('{name: own, value: seven}', 101)}",
        SCHEMA,
    ),
    # evaluation_details
    "name of an evaluation": ("- name: holdout rows", f"- name: {text(64)}", SCHEMA),
    "evaluation_observation": ("evaluation observation", text(2097), SCHEMA),
    "evaluation_job_arn": ("evaluation-job-1", text(257), SCHEMA),
    "evaluation datasets": ("\n        - example/unseen-customers", f" {many('a', 11)}", SCHEMA),
    "metadata": ("metadata value", text(1025), SCHEMA),
    "name of a group": ("- name: overall group", f"- name: {text(64)}", SCHEMA),
    "name of a metric": ("- name: string metric", f"- name: {text(256)}", SCHEMA),
    # the six types of metrics
    "number that is a text": ("value: 0.84375", f'value: {HERE}"0.84375"', SCHEMA),
    "number that is none": ("value: 0.84375", f"value: {HERE}.nan", NUMBERS),
    "string": ("value: good enough", f"value: {text(64)}", SCHEMA),
    "boolean": ("value: true", f"value: {HERE}yes", SCHEMA),
    "notes of a metric": ("notes: number notes", f"notes: {text(1025)}", SCHEMA),
    "axis": ("number x axis", text(64), SCHEMA),
    "point": ("[0.0625, 0.15625]", f"{HERE}[0.0625, 0.15625, 1]", SCHEMA),
    "curve without points": (
        "\n                - [0.0625, 0.15625]\n                - [0.71875, 0.96875]",
        f" {HERE}[]",
        SCHEMA,
    ),
    "labels of bars": ("- name: bar_chart metric", f"- {HERE}name: bar_chart metric", SCHEMA),
    "matrix columns": ("[101, 7.5]", many("1", 21), SCHEMA),
    "matrix rows": (
        "\n                - [101, 7.5]\n                - [9.5, 303]",
        f" {many('[1, 2]', 21)}",
        SCHEMA,
    ),
    "ragged matrix": ("- name: matrix metric", f"- {HERE}name: matrix metric", SCHEMA),
    "type": ("type: bar_chart", f"type: {HERE}bar_graph", SCHEMA),
    "no type": ("- name: boolean metric\n              type: boolean", f"- {HERE}name: boolean metric", MISSING),
    # the whole
    "unknown section": ("  business_details:", f"  {HERE}business_detail:", UNKNOWN),
    "unknown field": ("    custom_details:", f"    {HERE}caveats: none\n    custom_details:", UNKNOWN),
    "content": ("spec:\n", f"{HERE}spec:\n", TOO_LONG),
}
#: What else has to be done to the card for the mutation of that name.
ALSO = {
    "labels of bars": ("                - second bar\n", ""),
    "ragged matrix": ("[9.5, 303]", "[9.5]"),
    "content": ("- [0.71875, 0.96875]\n", "- [0.71875, 0.96875]\n" + "                - [0.0625, 0.15625]\n" * 5500),
}
PACKAGE: dict[str, tuple[str, str, str]] = {
    "arn": ("arn:aws:sagemaker:eu-west-1:111122223333:model-package/churn/3", text(2049), SCHEMA),
    "group name": ("package-group", text(64), SCHEMA),
    "package name": ("package-name", text(64), SCHEMA),
    "version": ("model_package_version: 53", f"model_package_version: {HERE}0", SCHEMA),
    "description": ("package description", text(1025), SCHEMA),
    "status": ("model_package_status: completed", f"model_package_status: {HERE}done", SCHEMA),
    "approval": ("model_approval_status: pending_manual_approval", f"model_approval_status: {HERE}maybe", SCHEMA),
    "why": ("approval description", text(1025), SCHEMA),
    "creator": ("package-creators", text(64), SCHEMA),
    "algorithm": ("algorithm-name", text(171), SCHEMA),
    "algorithms": (
        "\n      - algorithm_name: algorithm-name\n        model_data_url: s3://models/algorithm-data",
        f" {many('{algorithm_name: a}', 16)}",
        SCHEMA,
    ),
    "image": ("registry.example.org/package-image:3", text(256), SCHEMA),
    "containers": (
        "\n        - image: registry.example.org/package-image:3\n          model_data_url: s3://models/container-data"
        "\n          nearest_model_name: nearest-model",
        f" {many('{image: a}', 16)}",
        SCHEMA,
    ),
    "no container": (
        "\n        - image: registry.example.org/package-image:3\n          model_data_url: s3://models/container-data"
        "\n          nearest_model_name: nearest-model",
        f" {HERE}[]",
        SCHEMA,
    ),
    "package and model": ("model_name: churn model name", f"{HERE}model_id: churn", "MLG-C004"),
}


def yaml_of(card: dict[str, Any], root: Path) -> str:
    """Write a card as YAML, and the files that it cites."""
    card = copy.deepcopy(card)
    card["lifecycle"] = {"status": "draft"}
    del card["spec"]["claims"]  # they have rules of their own
    for each in card["spec"]["evaluation_details"][0]["evidence"]:
        file = root / each["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"{}\n")
        each["digest"] = "sha256:" + hashlib.sha256(b"{}\n").hexdigest()
    return render(card).decode()


def errors(root: Path, card: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run ``mlgov check`` on one card and list its errors as line:column code."""
    (root / "mlgov.toml").touch()
    (root / "cards").mkdir(exist_ok=True)
    (root / "cards" / "churn.yaml").write_text(card)
    code = exit_code_of(["-C", str(root), "check"])
    said = capsys.readouterr().out.splitlines()
    found = [line.removeprefix("cards/churn.yaml:") for line in said if line.startswith("cards/churn.yaml:")]
    parts = [line.split() for line in found if " error " in line]
    assert code == int(bool(parts)), said
    return [f"{place.rstrip(chr(58))} {rule}" for place, _, rule, *_ in parts]


def broken(card: str, old: str, new: str) -> tuple[str, str]:
    """Replace a text that stands in the card once; gives the card, and line:column of the mark."""
    assert card.count(old) == 1, old
    marked = card.replace(old, new)
    before = marked[: marked.index(HERE)]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    return marked.replace(HERE, ""), f"{line}:{column}"


@pytest.mark.parametrize("card", [of_a_model(), of_a_package()], ids=["model", "package"])
def test_the_cards_themselves_are_clean(card: dict[str, Any], tmp_path: Path, capsys: Any) -> None:
    """Whatever is found in a broken card comes from what was broken."""
    assert errors(tmp_path, yaml_of(card, tmp_path), capsys) == []


@pytest.mark.parametrize("name", MODEL)
def test_a_limit_of_a_card(name: str, tmp_path: Path, capsys: Any) -> None:
    """The finding names line and column of the value that is over its limit, and nothing else is found."""
    old, new, code = MODEL[name]
    card = yaml_of(of_a_model(), tmp_path)
    if name in ALSO:
        card = card.replace(*ALSO[name])
    card, place = broken(card, old, new)
    assert errors(tmp_path, card, capsys) == [f"{place} {code}"]


@pytest.mark.parametrize("name", PACKAGE)
def test_a_limit_of_a_package(name: str, tmp_path: Path, capsys: Any) -> None:
    """The same for the details of a model package."""
    old, new, code = PACKAGE[name]
    card, place = broken(yaml_of(of_a_package(), tmp_path), old, new)
    assert errors(tmp_path, card, capsys) == [f"{place} {code}"]

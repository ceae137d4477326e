"""Model cards out of CloudFormation templates."""

import json
from typing import Any

import pytest

from mlgov.cards.imports.cloudformation import read
from mlgov.cards.transfer import Imported
from mlgov.errors import ImportFormatError

YAML = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: One card
Parameters:
  Stage: {Type: String}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
  ChurnCard:
    Type: AWS::SageMaker::ModelCard
    DependsOn: Bucket
    Properties:
      ModelCardName: Churn
      ModelCardStatus: Draft
      Content:
        ModelOverview:
          ModelName: churn
          ModelDescription: !Sub "Runs in ${Stage}"
          ModelVersion: 3
          ModelArtifact:
            - !Join ["/", ["s3:/", !Ref Bucket, model]]
            - s3://models/churn
        IntendedUses:
          RiskRating: Low
        EvaluationDetails:
          - Name: holdout
            Metadata:
              free_Key: stays
            MetricGroups:
              - Name: quality
                MetricData:
                  - {Name: auc, Type: number, Value: 0.9, XAxisName: runs}
      Tags:
        - {Key: domain, Value: sales}
"""


def card(name: str, title: str) -> dict[str, Any]:
    """Make the resource of a card."""
    content = {"ModelOverview": {"ModelName": title}}
    return {
        "Type": "AWS::SageMaker::ModelCard",
        "Properties": {"ModelCardName": name, "ModelCardStatus": "Draft", "Content": content},
    }


def template(**resources: Any) -> bytes:
    """Write a template as JSON."""
    return json.dumps({"Resources": resources}).encode()


def title(imported: Imported) -> str:
    """Give the model's name, by which a test knows which card was read."""
    return imported.value["spec"]["model_overview"]["model_name"]  # type: ignore[index,call-overload,return-value]


def test_yaml_with_short_tags() -> None:
    """Keys are ours, free keys stay, words are ours."""
    assert read(YAML.encode(), "").value == {
        "apiVersion": "mlgov/v1",
        "kind": "ModelCard",
        "metadata": {"name": "churn", "labels": {"domain": "sales"}},
        "lifecycle": {"status": "draft"},
        "spec": {
            "model_overview": {"model_name": "churn", "model_version": 3, "model_artifact": ["s3://models/churn"]},
            "intended_uses": {"risk_rating": "low"},
            "evaluation_details": [
                {
                    "name": "holdout",
                    "metadata": {"free_Key": "stays"},
                    "metric_groups": [
                        {
                            "name": "quality",
                            "metric_data": [{"name": "auc", "type": "number", "value": 0.9, "x_axis_name": "runs"}],
                        }
                    ],
                }
            ],
        },
    }


def test_everything_else_of_the_template_is_reported() -> None:
    """Functions have their values only when the stack is deployed."""
    content = "Resources.ChurnCard.Properties.Content"
    assert {each.path for each in read(YAML.encode(), "").unmapped} == {
        "Description",
        "Parameters",
        "Resources.Bucket",
        "Resources.ChurnCard.DependsOn",
        f"{content}.ModelOverview.ModelDescription",
        f"{content}.ModelOverview.ModelArtifact[0]",
        "ModelCardName",
    }


@pytest.mark.parametrize("name", ["First", "one"])
def test_one_of_several_cards_is_chosen_by_its_id_or_name(name: str) -> None:
    """The new card has the name that the template gives it."""
    imported = read(template(First=card("one", "1"), Second=card("two", "2")), name)
    assert (title(imported), imported.value["metadata"]) == ("1", {"name": "one"})


@pytest.mark.parametrize("name", ["", "three"])
def test_several_cards_and_no_choice_are_refused(name: str) -> None:
    """The message lists what there is to choose from."""
    with pytest.raises(ImportFormatError, match="First, Second"):
        read(template(First=card("one", "1"), Second=card("two", "2")), name)


def test_the_only_card_can_be_renamed() -> None:
    """There is nothing to choose, so the name is the new card's."""
    imported = read(template(First=card("one", "1")), "other")
    assert (title(imported), imported.value["metadata"]) == ("1", {"name": "other"})


def test_an_id_that_is_not_there_is_refused() -> None:
    """It cannot be a card's name either."""
    with pytest.raises(ImportFormatError, match="no model card Second"):
        read(template(First=card("one", "1")), "Second")


def test_a_name_that_is_a_function_has_to_be_given() -> None:
    """Nobody knows it before the stack is deployed."""
    data = YAML.replace("ModelCardName: Churn", "ModelCardName: !Ref Stage").encode()
    with pytest.raises(ImportFormatError, match="no name of its own"):
        read(data, "")
    assert read(data, "churn-eu").value["metadata"]["name"] == "churn-eu"  # type: ignore[index,call-overload]


LAUGHS = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50))
HOSTILE = {
    "empty": b"",
    "text": b"hello",
    "a list": b"- a",
    "no resources": b"{}",
    "resources of nothing": b"Resources: 7",
    "no card": template(Bucket={"Type": "AWS::S3::Bucket"}),
    "junk resources": template(A=3, B=[], C={"Type": "AWS::SageMaker::ModelCard", "Properties": 4}),
    "content as text": template(A={"Type": "AWS::SageMaker::ModelCard", "Properties": {"Content": "{}"}}),
    "no content": template(A={"Type": "AWS::SageMaker::ModelCard", "Properties": {"ModelCardName": "a"}}),
    "content is a function": YAML.split("        ModelOverview")[0].replace("Content:", "Content: !Ref X").encode(),
    "python tag": b"Resources: !!python/object/apply:os.system [id]",
    "tagged key": b"Resources: {!Ref a: 1}",
    "laughs": LAUGHS.encode(),
    "merge key": b"Resources: {<<: {a: 1}}",
    "deep": b"Resources: " + b"[" * 50_000,
    "deep tags": b"Resources: " + b"!Sub [" * 50_000,
    "twice": b"Resources: {}\nResources: {}\n",
    "huge": b"Resources: " + b"x" * 2_000_000,
    "hidden": "Resources: {a: \u202e}".encode(),
    "two documents": b"Resources: {}\n---\nResources: {}\n",
    "deep JSON": b'{"Resources": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_with_advice(data: bytes) -> None:
    """A sentence that says what is wrong, and one that says what to do."""
    with pytest.raises(ImportFormatError) as refused:
        read(data, "")
    assert refused.value.message.endswith(".")
    assert refused.value.hint
    assert len(refused.value.message) < 400

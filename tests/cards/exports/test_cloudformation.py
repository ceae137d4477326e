"""CloudFormation templates."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mlgov.cards.exports.cloudformation import export, logical_id
from mlgov.cards.transfer import ExportContext
from mlgov.errors import UsageError
from tests.cards.sagemaker_cards import of_a_model, of_a_package, typed

CONTEXT = ExportContext(now=datetime(2026, 11, 21, tzinfo=UTC))


def properties(value: dict[str, Any]) -> dict[str, Any]:
    """Export a card and give the properties of its resource."""
    template = json.loads(export(typed(value), CONTEXT).data)
    (resource,) = template["Resources"].values()
    assert resource["Type"] == "AWS::SageMaker::ModelCard"
    return resource["Properties"]


def test_content_is_an_object_in_pascal_case() -> None:
    """A text would be refused by CloudFormation."""
    found = properties(of_a_model())
    metric = found["Content"]["EvaluationDetails"][0]["MetricGroups"][0]["MetricData"][0]
    assert metric["XAxisName"] == "number x axis"
    assert found["Content"]["TrainingDetails"]["ObjectiveFunction"]["Function"]["Function"] == "Minimize"


def test_free_keys_are_not_renamed() -> None:
    """They are the author's words."""
    assert properties(of_a_model())["Content"]["AdditionalInformation"]["CustomDetails"]["page_of_data"]


def test_name_status_and_tags_stand_beside_the_content() -> None:
    """The resource is whole: nothing has to be added by hand."""
    found = properties(of_a_model())
    assert (found["ModelCardName"], found["ModelCardStatus"]) == ("churn", "Approved")
    assert found["Tags"] == [{"Key": "label_key", "Value": "label value"}]


def test_a_second_algorithm_is_reported() -> None:
    """CloudFormation takes one."""
    value = of_a_package()
    value["spec"]["model_package_details"]["source_algorithms"] = [{"algorithm_name": "a"}, {"algorithm_name": "b"}]
    exported = export(typed(value), CONTEXT)
    assert properties(value)["Content"]["ModelPackageDetails"]["SourceAlgorithms"] == [{"AlgorithmName": "a"}]
    assert "spec.model_package_details.source_algorithms[1]" in [each.path for each in exported.unmapped]


@pytest.mark.parametrize("text", ["{{resolve:secretsmanager:db}}", "see {{ resolve : ssm:x}}"])
def test_a_text_that_cloudformation_would_replace_is_refused(text: str) -> None:
    """A card must not be a way to print the secrets of the account that deploys it."""
    value = of_a_model()
    value["spec"]["business_details"]["business_problem"] = text
    with pytest.raises(UsageError, match=r"BusinessDetails\.BusinessProblem"):
        export(typed(value), CONTEXT)


@pytest.mark.parametrize("details", [{"Ref": "AWS::AccountId"}, {"Fn::Sub": "x"}, {"Fn::Sub": "x", "other": "y"}])
def test_a_key_that_cloudformation_would_obey_is_refused(details: dict[str, str]) -> None:
    """Free keys can be spelled like its functions."""
    value = of_a_model()
    value["spec"]["additional_information"]["custom_details"] = details
    with pytest.raises(UsageError, match="CustomDetails"):
        export(typed(value), CONTEXT)


def test_a_key_called_ref_beside_others_is_text() -> None:
    """Only a mapping of one key is a function."""
    value = of_a_model()
    value["spec"]["additional_information"]["custom_details"] = {"Ref": "page 7", "other": "y"}
    assert properties(value)["Content"]["AdditionalInformation"]["CustomDetails"] == {"Ref": "page 7", "other": "y"}


def test_logical_ids_are_letters_and_digits() -> None:
    """Hyphens are not allowed in them."""
    assert logical_id("churn-2b") == "Churn2bModelCard"

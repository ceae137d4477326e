"""Cards of SageMaker read into drafts."""

import json
from typing import Any

import pytest

from mlgov.cards import CardDocument
from mlgov.cards.imports.sagemaker import read
from mlgov.cards.transfer import Imported
from mlgov.errors import ImportFormatError

CONTENT = {"model_overview": {"model_name": "churn"}, "intended_uses": {"risk_rating": "High"}}


def imported(value: Any, name: str = "churn") -> Imported:
    """Read a value as the file that holds it."""
    return read(json.dumps(value).encode(), name)


def spec(value: Any) -> Any:
    """Read a content and give the spec of the card."""
    return imported(value).value["spec"]


def reports(value: Any, name: str = "churn") -> dict[str, str]:
    """Read a value and give what was reported: path -> reason."""
    return {each.path: each.reason for each in imported(value, name).unmapped}


def group(name: str) -> dict[str, Any]:
    """Make a content with one group of that name."""
    return {"evaluation_details": [{"name": "bias", "metric_groups": [{"name": name, "metric_data": []}]}]}


def test_content_alone() -> None:
    """The sections of a file written by the SDK or the console."""
    assert spec(CONTENT) == {"model_overview": {"model_name": "churn"}, "intended_uses": {"risk_rating": "high"}}
    assert imported(CONTENT).unmapped == ()


@pytest.mark.parametrize("content", [CONTENT, json.dumps(CONTENT)], ids=["parsed", "text"])
def test_a_response_or_arguments_with_content(content: Any) -> None:
    """DescribeModelCard gives the content as text; some tools parse it."""
    assert spec({"ModelCardName": "churn", "ModelCardStatus": "Draft", "Content": content}) == spec(CONTENT)


def test_a_card_is_always_a_draft() -> None:
    """An approval in another account is none here, and that is said."""
    value = {"ModelCardName": "churn", "ModelCardStatus": "Approved", "Content": CONTENT}
    assert imported(value).value["lifecycle"] == {"status": "draft"}
    assert "Approved" in reports(value)["ModelCardStatus"]


def test_what_belongs_to_the_account_is_reported() -> None:
    """Everything of a response that is neither name nor content."""
    value = {"ModelCardArn": "arn", "CreatedBy": {}, "Content": "{}", "ModelCardVersion": 3, "ModelCardStatus": "Draft"}
    assert sorted(reports(value)) == ["CreatedBy", "ModelCardArn", "ModelCardVersion"]


def test_the_cards_own_name_in_lower_case() -> None:
    """Names are in lower case here."""
    value = {"ModelCardName": "Churn-EU", "Content": CONTENT}
    assert imported(value, "").value["metadata"] == {"name": "churn-eu"}
    assert list(reports(value, "")) == ["ModelCardName"]


def test_tags_become_labels() -> None:
    """An empty tag says nothing that a label could hold."""
    value = {"Content": CONTENT, "Tags": [{"Key": "domain", "Value": "health"}, {"Key": "flag", "Value": ""}]}
    assert imported(value).value["metadata"] == {"name": "churn", "labels": {"domain": "health"}}
    assert list(reports(value)) == ["Tags[1]"]


@pytest.mark.parametrize("path", ["model_overview", "", "intended_uses"])
def test_unknown_keys_are_reported(path: str) -> None:
    """Whatever the level; also keys that only our own cards have."""
    value: dict[str, Any] = json.loads(json.dumps(CONTENT))
    (value[path] if path else value)["lineage"] = {"datasets": []}
    assert list(reports(value)) == [f"{path}.lineage" if path else "lineage"]
    CardDocument.model_validate(imported(value).value)


@pytest.mark.parametrize("word", ["high", "HIGH", "High "])
def test_a_word_in_the_wrong_case_is_read_and_reported(word: str) -> None:
    """There is only one that it can mean."""
    value = {"intended_uses": {"risk_rating": word}}
    assert spec(value) == {"intended_uses": {"risk_rating": "high"}}
    assert "High" in reports(value)["intended_uses.risk_rating"]


def test_a_word_that_means_nothing_is_left_for_the_check() -> None:
    """The importer does not guess."""
    assert spec({"intended_uses": {"risk_rating": "severe"}}) == {"intended_uses": {"risk_rating": "severe"}}


def test_the_flat_objective_function_of_v3() -> None:
    """It becomes the nested one."""
    flat = {"function": "Maximize", "facet": "AUC"}
    found = spec({"training_details": {"objective_function": flat}})
    assert found == {"training_details": {"objective_function": {"function": {"function": "maximize", "facet": "AUC"}}}}


def test_nulls_say_nothing() -> None:
    """SDK v3 writes them for every field that is not there."""
    value = {"model_overview": None, "training_details": {"objective_function": {"function": None, "facet": None}}}
    assert spec(value) == {"training_details": {"objective_function": {}}}
    assert reports(value) == {}


def test_a_long_group_name_is_shortened_and_kept() -> None:
    """SageMaker's own parsers make names above its limit."""
    name = "post_training_bias_metrics - label Target = 1 and facet Gender=0 (x)"
    (evaluation,) = spec(group(name))["evaluation_details"]
    short = evaluation["metric_groups"][0]["name"]
    assert len(short) == 63
    assert short.startswith("post_training_bias_metrics - label Target = 1 and facet")
    assert evaluation["metadata"] == {"metric_group_1_name": name}
    assert list(reports(group(name))) == ["evaluation_details[0].metric_groups[0].name"]


def test_long_group_names_stay_different() -> None:
    """Names that differ only at their ends are not made equal."""
    first, second = (spec(group("x" * 80 + end))["evaluation_details"][0]["metric_groups"][0]["name"] for end in "ab")
    assert first != second


def test_line_ends_of_windows_become_newlines() -> None:
    """As in every file that is read here."""
    assert spec({"model_overview": {"model_name": "a\r\nb"}}) == {"model_overview": {"model_name": "a\nb"}}


HOSTILE = {
    "not JSON": b"{'model_overview': {}}",
    "empty": b"",
    "binary": b"\x00\xff\xfe",
    "not UTF-8": b'{"model_overview": {"model_name": "\xff"}}',
    "a list": b"[]",
    "other JSON": b'{"a": 1}',
    "NaN": b'{"model_overview": {"model_version": NaN}}',
    "infinity": b'{"model_overview": {"model_version": -Infinity}}',
    "too large": b'{"model_overview": {"model_version": 1e999}}',
    "many digits": b'{"model_overview": {"model_version": ' + b"9" * 6000 + b"}}",
    "twice": b'{"model_overview": {}, "model_overview": {}}',
    "deep": b'{"model_overview": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "rather deep": b'{"model_overview": ' + b"[" * 200 + b"]" * 200 + b"}",
    "huge": b'{"model_overview": {"model_name": "' + b"x" * 17_000_000 + b'"}}',
    "long content": b'{"evaluation_details": [' + b"{}, " * 400_000 + b"{}]}",
    "bell": b'{"model_overview": {"model_name": "a\\u0007b"}}',
    "right to left": '{"model_overview": {"model_name": "a\u202eb"}}'.encode(),
    "half a character": b'{"model_overview": {"model_name": "\\ud800"}}',
    "hidden key": b'{"model_overview": {"a\\u200bb": 1}}',
    "content that is no JSON": b'{"Content": "nope"}',
    "content with NaN": b'{"Content": "{\\"model_overview\\": {\\"model_version\\": NaN}}"}',
    "content that is a number": b'{"Content": 7}',
    "content of nothing known": b'{"Content": {"ModelOverview": {}}}',
    "template": b'{"Resources": {}}',
    "hidden name": b'{"ModelCardName": "a\\u0000", "Content": {}}',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_with_advice(data: bytes) -> None:
    """A sentence that says what is wrong, and one that says what to do; short, whatever the file holds."""
    with pytest.raises(ImportFormatError) as refused:
        read(data, "churn")
    assert refused.value.message.endswith(".")
    assert refused.value.hint
    assert len(refused.value.message) < 400


def test_many_keys_with_one_twice_are_refused_soon() -> None:
    """Finding the repeated key costs no more than reading the file."""
    keys = ",".join(f'"{number}":1' for number in range(200_000))
    with pytest.raises(ImportFormatError, match="twice"):
        read(f'{{{keys},"199999":1}}'.encode(), "churn")


@pytest.mark.parametrize("junk", [1, "x", [1], [{"name": 3}], {"a": [{}]}, True])
@pytest.mark.parametrize(
    "section", ["model_overview", "intended_uses", "training_details", "evaluation_details", "model_package_details"]
)
def test_junk_in_a_section_never_breaks_the_importer(section: str, junk: Any) -> None:
    """It is passed on for the check to refuse, or reported."""
    assert imported({section: junk}).value["metadata"] == {"name": "churn"}


@pytest.mark.parametrize("junk", [1, "x", [1], {"metadata": 3, "metric_groups": 4, "name": 5}, {"metric_groups": [6]}])
def test_junk_in_an_evaluation_never_breaks_the_importer(junk: Any) -> None:
    """The same one level below."""
    assert imported({"evaluation_details": [junk]}).value["metadata"] == {"name": "churn"}

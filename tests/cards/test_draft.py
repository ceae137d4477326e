"""A card in the making: what does not fit is made to fit, and that is told."""

from typing import Any

import pytest

from mlgov.cards.draft import Draft, is_owner, number_of
from mlgov.cards.fields import Fields
from mlgov.documents import find


def finished(draft: Draft) -> tuple[dict[str, Any], list[str]]:
    """Finish a draft; gives its spec and its notes."""
    imported = draft.finished(Fields({}), "No place.")
    _, spec = find(imported.value, ("spec",))
    return spec, [f"{entry.path}: {entry.reason}" for entry in imported.unmapped]


def test_a_text_is_cut_to_its_field_and_told() -> None:
    """The last sign that is kept says that there was more."""
    draft = Draft("leaves")
    draft.put("a" * 1030, 1024, ("model_overview", "model_description"), "overview")
    spec, notes = finished(draft)
    assert spec["model_overview"]["model_description"] == "a" * 1023 + "…"
    assert notes == ["overview: The text was cut to 1,024 characters; 7 were left out."]


def test_hidden_characters_are_left_out_and_told() -> None:
    """A draft passes the front door."""
    draft = Draft("leaves")
    draft.put("le\u202eaf\r\nfall", 1024, ("model_overview", "model_description"), "overview")
    spec, notes = finished(draft)
    assert spec["model_overview"]["model_description"] == "leaf\nfall"
    assert notes == ["overview: Hidden characters such as U+202E were left out."]


def test_a_second_text_is_a_new_paragraph() -> None:
    """Two fields of the file may be one of the card."""
    draft = Draft("leaves")
    for text in ("first", "", "second"):
        draft.put(text, 1024, ("model_overview", "model_description"), "overview")
    assert finished(draft)[0]["model_overview"]["model_description"] == "first\n\nsecond"


def test_a_full_list_takes_no_more_and_says_so() -> None:
    """Lists have limits too."""
    draft = Draft("leaves")
    for place in range(3):
        draft.add(f"s3://{place}", 2, ("model_overview", "model_artifact"), f"artifacts[{place}]")
    spec, notes = finished(draft)
    assert spec["model_overview"]["model_artifact"] == ["s3://0", "s3://1"]
    assert notes == ["artifacts[2]: The card takes 2 of these, so this one was left out."]


def test_names_of_evaluations_stay_different() -> None:
    """Acceptance criteria name them."""
    draft = Draft("leaves")
    for _ in range(3):
        draft.evaluation("holdout" + "x" * 60, "results")
    names = [each["name"] for each in finished(draft)[0]["evaluation_details"]]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 63


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        (0.5, "number", 0.5),
        ("0.5", "number", 0.5),
        (" 7 ", "number", 7),
        ("1e-3", "number", 0.001),
        (True, "boolean", True),
        ("fine", "string", "fine"),
        ("1_000", "string", "1_000"),
        ("nan", "string", "nan"),
        ("1e999", "string", "1e999"),
    ],
)
def test_metrics_have_the_type_of_their_value(value: Any, kind: str, kept: Any) -> None:
    """A number may be written as text; what only looks like one is a word."""
    draft = Draft("leaves")
    draft.metric(draft.evaluation("holdout", "e"), "quality", "accuracy", value, "m")
    (metric,) = finished(draft)[0]["evaluation_details"][0]["metric_groups"][0]["metric_data"]
    assert (metric["type"], metric["value"], type(metric["value"])) == (kind, kept, type(kept))


@pytest.mark.parametrize("value", [None, "", [1], {"a": 1}])
def test_a_metric_without_a_value_is_told(value: Any) -> None:
    """It is not made up."""
    draft = Draft("leaves")
    draft.metric(draft.evaluation("holdout", "e"), "quality", "accuracy", value, "m")
    assert finished(draft)[1] == ["m: It has no value that a metric can hold."]


@pytest.mark.parametrize(
    ("text", "key"),
    [("Page of Data", "page_of_data"), ("1st", "_1st"), ("ü", "detail"), ("a--b", "a_b"), ("x" * 300, "x" * 200)],
)
def test_keys_of_custom_details_are_legal(text: str, key: str) -> None:
    """SageMaker wants letters, digits and underscores."""
    assert Draft("leaves").key(text) == key


def test_owners_are_handles() -> None:
    """A name or an address of mail is none."""
    assert [is_owner(text) for text in ("@team/a", "team", "a@b.org", "@")] == [True, False, False, False]


def test_digits_of_other_scripts_are_words() -> None:
    """They would not be numbers to the front door."""
    assert number_of("٣") is None

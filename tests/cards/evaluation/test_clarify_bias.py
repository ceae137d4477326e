"""Clarify bias reports."""

import pytest

from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import group_names, metrics, read, sample, values

SECTION = "pre_training_bias_metrics - label leaves = 1 and facet sex"
LONG = "post_training_bias_metrics - label leaves = 1 and facet years_since_the_first_contract=(40, 80]"


def test_one_group_for_each_value_of_a_facet() -> None:
    """The names are those of SageMaker's own parser."""
    report = read(sample("clarify.json"), "clarify-bias")
    assert group_names(report)[:2] == [f"{SECTION}=F", f"{SECTION}=M"]
    assert values(report, f"{SECTION}=M") == {"DPL": -0.1}


def test_descriptions_become_notes() -> None:
    """SageMaker's parser drops them."""
    metric = metrics(read(sample("clarify.json"), "clarify-bias"), f"{SECTION}=F")["DPL"]
    assert metric["notes"] == "Difference in Positive Proportions in Labels (DPL)"


def test_null_and_infinity_are_left_out_with_a_note() -> None:
    """Nothing disappears silently."""
    notes = read(sample("clarify.json"), "clarify-bias").notes
    assert f"{SECTION}=F / CDDL: has no value (null); left out." in notes
    assert any("'Infinity', which is no number; left out" in note for note in notes)


def test_a_long_group_name_is_shortened_and_kept_in_full() -> None:
    """SageMaker allows 63 characters, and its own parser writes more."""
    report = read(sample("clarify.json"), "clarify-bias")
    name = group_names(report)[2]
    assert len(name) == 63
    assert name.startswith("post_training_bias_metrics")
    assert name.endswith("contract=(40, 80]")
    assert report.metadata == {"metric_group_3": LONG}


def test_two_long_names_with_the_same_ends_stay_apart() -> None:
    """The second gets a number."""
    facet = {"metrics": [{"name": "DPL", "value": 1}]}
    middle = [{"value_or_threshold": "0" * 50 + word + "0" * 50} | facet for word in "ab"]
    names = group_names(read({"s": {"label": "y", "facets": {"f": middle}}}))
    assert names[1].endswith(" (2)")
    assert [len(name) for name in names] == [63, 63]


def test_a_report_with_bias_and_explanations_is_read_for_both() -> None:
    """SageMaker's parser needs two runs."""
    assert read(sample("clarify.json")).formats == ("clarify-bias", "clarify-explainability")


@pytest.mark.parametrize(
    "section",
    [
        {"facets": []},
        {"facets": {"sex": {}}},
        {"facets": {"sex": [1]}},
        {"facets": {"sex": [{"value_or_threshold": "F"}]}},
        {"facets": {"sex": [{"metrics": [3]}]}},
        {"facets": {"sex": [{"metrics": [{"value": 1}]}]}},
        {"label": ["y"], "facets": {"sex": []}},
    ],
)
def test_a_wrong_shape_is_refused_by_name(section: object) -> None:
    """The message says which file and which part."""
    with pytest.raises(ImportFormatError, match=r"^report\.json: "):
        read({"pre_training_bias_metrics": section}, "clarify-bias")


def test_a_report_without_facets_has_nothing_to_give() -> None:
    """A format that was named and does not fit is no empty success."""
    with pytest.raises(ImportFormatError, match="holds no value that a card can hold"):
        read({"version": "1.0", "other": {}}, "clarify-bias")

"""Two versions of a card -> typed changes."""

from typing import Any

import pytest

from mlgov.cards.diff import MISSING, Change, DiffTable, Significance, Tone, diff
from mlgov.cards.orientation import Orientation
from tests.cards.diff.cards import CARD, QUALITY, card

JOB = ("spec", "training_details", "training_job_details")


def one(*edits: tuple[tuple[str | int, ...], Any], table: DiffTable | None = None) -> Change:
    """Give the one change that the edits make."""
    found = diff(card(), card(*edits), table)
    assert len(found) == 1, [change.sentence for change in found]
    return found[0]


def test_the_same_card_has_no_changes() -> None:
    """Whatever objects hold it."""
    assert diff(card(), card()) == []
    assert diff(None, None) == []


CASES = [
    (("lifecycle", "status"), "approved", "status_moved", "from draft to approved"),
    (("lifecycle", "review_by"), "2028-01-31", "review_later", "moved later, from 2027-01-31 to 2028-01-31"),
    (("lifecycle", "review_by"), "2026-12-31", "review_earlier", "moved earlier"),
    (("lifecycle", "review_by"), None, "review_removed", "review date 2027-01-31 was removed"),
    (("metadata", "owners"), ["@data-science"], "owners_changed", "without @model-owners"),
    (("metadata", "name"), "loyalty", "card_renamed", "'churn' is called 'loyalty' now"),
    (("metadata", "labels", "a"), "c", "text_changed", "Label 'a' changed from 'b' to 'c'"),
    (("spec", "intended_uses", "risk_rating"), "low", "risk_lowered", "lowered from medium to low"),
    (("spec", "intended_uses", "risk_rating"), "high", "risk_raised", "raised from medium to high"),
    (("spec", "intended_uses", "risk_rating"), None, "risk_changed", "from medium to unknown"),
    (("spec", "intended_uses", "purpose_of_model"), None, "text_removed", "was removed: 'To keep customers.'"),
    (("spec", "intended_uses", "intended_uses"), "Letters.", "text_added", "uses were added: 'Letters.'"),
    (("spec", "model_overview", "model_version"), 2, "value_changed", "The model version changed from 1 to 2"),
    (("spec", "model_overview", "model_artifact", 1), "s3://b", "model_artifact_added", "Model artifact 's3://b'"),
    ((*JOB, "hyper_parameters", 1), None, "hyper_parameter_removed", "'tol' was removed: 1e-4"),
    ((*JOB, "hyper_parameters", 0, "value"), "0.2", "text_changed", "value of hyper parameter 'C' changed from '0.1'"),
    ((*JOB, "training_metrics", 0, "value"), 0.3, "metric_better", "'log loss' went from 0.4 to 0.3 (-0.1, -25.00%)"),
    ((*QUALITY, 0, "value"), 0.95, "metric_better", "went from 0.9 to 0.95 (+0.05, +5.56%): better"),
    ((*QUALITY, 0, "value"), 0.81, "metric_worse", "went from 0.9 to 0.81 (-0.09, -10.00%): worse"),
    ((*QUALITY, 1, "value"), 3.0, "metric_changed", "Metric 'lift' of metric group 'quality' of evaluation 'holdout'"),
    ((*QUALITY, 2, "value"), False, "value_changed", "from true to false"),
    ((*QUALITY, 3, "value"), "poor", "text_changed", "from 'good' to 'poor'"),
    ((*QUALITY, 4, "value", 1), [0.5, 0.7], "linear_graph_changed", "1 of 3 points moved, most by 0.1 at x = 0.5"),
    ((*QUALITY, 5, "value", 1), 5.0, "bar_chart_changed", "1 of 2 bars changed, most by 3 (bar 2)"),
    ((*QUALITY, 6, "value", 0), [4.0, 2.0], "matrix_changed", "2 of 4 cells changed, most in row 1, column 1"),
    ((*QUALITY, 0, "notes"), "on 99 rows", "text_changed", "on [-100-]{+99+} rows"),
    ((*QUALITY, 1), None, "metric_removed", "'lift' of metric group 'quality' of evaluation 'holdout' was removed: 2"),
    (("spec", "evaluation_details", 1), None, "evaluation_removed", "Evaluation 'by region' was removed"),
    (("spec", "acceptance_criteria", 0, "threshold"), 0.7, "criterion_loosened", "at least 0.8 to accuracy"),
    (("spec", "acceptance_criteria", 0, "threshold"), 0.9, "criterion_tightened", "was tightened"),
    (("spec", "acceptance_criteria", 1, "threshold"), 4.0, "criterion_loosened", "at most 4"),
    (("spec", "acceptance_criteria", 1, "threshold"), 2.0, "criterion_tightened", "at most 2"),
    (("spec", "acceptance_criteria", 0, "condition"), "at_most", "criterion_changed", "at most 0.8"),
    (("spec", "acceptance_criteria", 0, "metric"), "lift", "criterion_changed", "to lift of holdout"),
    (("spec", "acceptance_criteria", 0), None, "acceptance_criterion_removed", "accuracy of holdout at least 0.8"),
    (("spec", "evaluation_details", 0, "evidence", 0, "digest"), "sha256:" + "c" * 64, "digest_changed", "other bytes"),
    (("spec", "lineage", "datasets", 0, "digest"), "sha256:" + "c" * 64, "digest_changed", "Dataset 'customers'"),
    (("spec", "claims", 0), None, "claim_removed", "Claim 'eu-ai-act-annex-iv 2(g)' was removed: Answered."),
]


@pytest.mark.parametrize(("pointer", "value", "kind", "said"), CASES)
def test_each_change_has_its_kind_and_says_what_happened(
    pointer: tuple[str | int, ...], value: Any, kind: str, said: str
) -> None:
    """One edit, one change, one sentence."""
    change = one((pointer, value))
    assert change.kind == kind
    assert said in change.sentence


@pytest.mark.parametrize("pointer", sorted({case[0] for case in CASES if case[1] is not None}, key=str))
def test_going_back_mirrors(pointer: tuple[str | int, ...]) -> None:
    """The way back has the same paths, with before and after swapped."""
    other = card((pointer, next(case[1] for case in CASES if case[0] == pointer and case[1] is not None)))
    there, back = diff(card(), other), diff(other, card())
    assert [(c.place.path, c.before, c.after) for c in there] == [(c.place.path, c.after, c.before) for c in back]


def test_a_metric_of_another_type_is_one_change() -> None:
    """Type and value cannot be told apart."""
    change = one(((*QUALITY, 1), {"name": "lift", "type": "string", "value": "high"}))
    assert (change.kind, str(change.place).endswith("[lift]")) == ("metric_type_changed", True)
    assert "from number to string" in change.sentence


def test_items_are_matched_by_name_and_not_by_place() -> None:
    """An item in front of others is one item added, and no change to the others."""
    first = {"name": "new", "value": "1"}
    change = one(
        (
            (*JOB, "hyper_parameters"),
            [first, *CARD["spec"]["training_details"]["training_job_details"]["hyper_parameters"]],
        )
    )
    assert (change.kind, change.place.after) == ("hyper_parameter_added", (*JOB, "hyper_parameters", 0))


def test_another_order_is_a_cosmetic_change() -> None:
    """The digest sees the order, so the diff says it; nobody has to judge it."""
    same = CARD["spec"]["training_details"]["training_job_details"]["hyper_parameters"]
    change = one(((*JOB, "hyper_parameters"), list(reversed(same))))
    assert (change.kind, change.significance) == ("items_reordered", Significance.COSMETIC)


def test_two_items_of_one_name_stay_apart() -> None:
    """The second is compared with the second."""
    twice = [{"name": "C", "value": "1"}, {"name": "C", "value": "2"}]
    before = card(((*JOB, "hyper_parameters"), twice))
    after = card(((*JOB, "hyper_parameters"), [twice[0], {"name": "C", "value": "3"}]))
    assert [str(change.place) for change in diff(before, after)] == [
        "spec.training_details.training_job_details.hyper_parameters[C #2].value"
    ]


def test_spaces_alone_are_cosmetic() -> None:
    """Folding a text anew changes no meaning."""
    change = one((("spec", "intended_uses", "purpose_of_model"), "To keep\ncustomers."))
    assert (change.significance, "spaces alone" in change.sentence) == (Significance.COSMETIC, True)


def test_an_empty_list_that_is_written_is_a_cosmetic_change() -> None:
    """The content digest changes with it, so silence would be wrong."""
    change = one((("spec", "additional_information"), {"custom_details": {}}))
    assert (change.kind, change.before, change.after) == ("empty_changed", MISSING, {})
    assert change.significance is Significance.COSMETIC


def test_a_default_written_out_is_cosmetic() -> None:
    """Risk unknown and no risk rating say the same in different bytes."""
    silent = card((("spec", "intended_uses", "risk_rating"), None))
    spoken = card((("spec", "intended_uses", "risk_rating"), "unknown"))
    assert [change.significance for change in diff(silent, spoken)] == [Significance.COSMETIC]


def test_a_new_section_is_told_field_by_field() -> None:
    """A section of its own has no sentence; what it says has."""
    change = one((("spec", "business_details"), {"business_problem": "Customers leave."}))
    assert (change.kind, str(change.place)) == ("text_added", "spec.business_details.business_problem")


def test_a_card_that_comes_or_goes_is_one_change() -> None:
    """Its fields are not told one by one."""
    assert [(c.kind, c.significance.label) for c in diff(None, card())] == [("card_added", "material")]
    assert [(c.kind, c.place.path) for c in diff(card(), None)] == [("card_removed", ())]
    assert diff(card(), None)[0].sentence == "The card is gone; it was draft, risk medium."


def test_a_long_text_is_counted() -> None:
    """Two thousand characters do not fit into a sentence."""
    before = card((("spec", "intended_uses", "intended_uses"), "word " * 100 + "end"))
    after = card((("spec", "intended_uses", "intended_uses"), "word " * 100 + "new end"))
    assert "0 words removed, 1 word added" in diff(before, after)[0].sentence


def test_the_table_decides_what_matters_and_which_way_is_better() -> None:
    """An organisation's table goes before the built-in names."""
    table = DiffTable({"**": Significance.COSMETIC}, {"LIFT": Orientation.LOWER})
    change = one(((*QUALITY, 1, "value"), 3.0), table=table)
    assert (change.kind, change.significance, change.tone) == ("metric_worse", Significance.COSMETIC, Tone.BAD)


def test_a_number_beyond_all_bounds_has_no_size() -> None:
    """Differences that overflow are left out of the sentence."""
    before, after = (card(((*QUALITY, 1, "value"), value)) for value in (-1.7e308, 1.7e308))
    change = diff(before, after)[0]
    assert change.sentence.endswith("went from -1.7e+308 to 1.7e+308.")

"""What becomes of names and curves that are too long."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.cards.evaluation.gathering import shortened, thinned
from tests.cards.evaluation.reading import metrics, read, values


@given(count=st.integers(1, 300), points=st.integers(2, 100))
def test_thinned_points_keep_order_and_ends(count: int, points: int) -> None:
    """Evenly: no gap is more than one point wider than another."""
    curve = [[float(x), 0.0] for x in range(count)]
    kept = [int(x) for x, _ in thinned(curve, points)]
    assert len(kept) == min(count, points)
    assert (kept[0], kept[-1]) == (0, count - 1)
    gaps = {b - a for a, b in itertools.pairwise(kept)}
    assert not gaps or (min(gaps) >= 1 and max(gaps) - min(gaps) <= 1)


@given(text=st.text(min_size=1, max_size=300), limit=st.integers(10, 255))
def test_shortened_text_fits_and_keeps_both_ends(text: str, limit: int) -> None:
    """And text that fits is left alone."""
    found = shortened(text, limit)
    assert len(found) <= limit
    assert (found == text) == (len(text) <= limit)
    assert found[0] == text[0]
    assert found[-1] == text[-1]


def test_metric_names_are_made_distinct() -> None:
    """Criteria refer by name."""
    report = read({"metrics": [{"key": "loss", "value": v} for v in (3, 2, 1)]})
    assert values(report, "metrics") == {"loss": 3, "loss (2)": 2, "loss (3)": 1}
    assert report.notes[0] == "metrics / loss (2): is named so because another metric has its name."


def test_long_metric_names_are_shortened_with_a_note() -> None:
    """255 characters fit."""
    report = read({"x" * 255: 1, "y" * 256: 2})
    assert [len(name) for name in values(report, "metrics")] == [255, 255]
    assert [note for note in report.notes if "256 characters" in note]


def test_points_without_numbers_are_left_out() -> None:
    """Thresholds and scores that were never computed are null."""
    report = read({"roc_curve": {"fpr": [0, None, 1], "tpr": [0, 0.5, True]}})
    assert metrics(report, "curves")["roc_curve"]["value"] == [[0, 0]]
    assert report.notes == ("curves / roc_curve: 2 of 3 points have no numbers; left out.",)


@pytest.mark.parametrize("text", ["NaN", " nan ", "inf", "-Infinity", "None", ""])
def test_texts_that_stand_for_no_number(text: str) -> None:
    """They are no words either."""
    assert list(values(read({"a": text, "b": 1}), "metrics")) == ["b"]


def test_yes_and_no_and_words_are_kept() -> None:
    """A card has types for them."""
    found = metrics(read({"calibrated": True, "verdict": "good " * 20, "n": 1}), "metrics")
    assert [metric["type"] for metric in found.values()] == ["boolean", "string", "number"]
    assert len(found["verdict"]["value"]) == 63

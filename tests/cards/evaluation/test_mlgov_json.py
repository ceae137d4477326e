"""Our own JSON: an evaluation as a card has it."""

from typing import Any

import pytest

from mlgov.cards import MetricGroup
from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import groups, read, values
from tests.website import documents as d


def of(*metrics: dict[str, Any]) -> dict[str, Any]:
    """Make a report of one group."""
    return {"metric_groups": [{"name": "g", "metric_data": list(metrics)}]}


def test_a_maximal_evaluation_comes_back_as_it_was() -> None:
    """All six types of metrics, with axes and notes."""
    evaluation = {key: value for key, value in d.EVALUATION.items() if key != "evidence"}
    report = read(evaluation)
    expected = [MetricGroup.model_validate(group) for group in d.EVALUATION["metric_groups"]]  # type: ignore[attr-defined]
    assert [MetricGroup.model_validate(group) for group in groups(report)] == expected
    assert report.about == {key: value for key, value in evaluation.items() if key != "metric_groups"}
    assert report.notes == ()


def test_evaluation_details_of_one_evaluation() -> None:
    """A part of a card, cut out."""
    assert read({"evaluation_details": [{"name": "holdout", **of(*d.METRICS)}]}).about == {"name": "holdout"}


@pytest.mark.parametrize("count", [0, 2])
def test_evaluation_details_of_any_other_number(count: int) -> None:
    """Which one is meant cannot be told."""
    with pytest.raises(ImportFormatError, match=f"holds {count} evaluations"):
        read({"evaluation_details": [of()] * count})


@pytest.mark.parametrize(
    "metric",
    [
        {"name": "m", "type": "bar_graph", "value": [1]},
        {"name": "m", "type": "number", "value": "0.5"},
        {"name": "m", "type": "number", "value": True},
        {"name": "m", "type": "boolean", "value": 1},
        {"name": "m", "type": "string", "value": 1},
        {"name": "m", "type": "number", "value": None},
        {"name": "m", "value": 1},
        {"name": "m", "type": ["number"], "value": 1},
    ],
)
def test_what_no_card_holds_is_skipped_and_reported(metric: dict[str, Any]) -> None:
    """The rest is read."""
    report = read(of(metric, {"name": "fine", "type": "number", "value": 1}))
    assert values(report, "g") == {"fine": 1}
    assert report.notes[0].startswith("g / m: ")


def test_evidence_of_a_report_is_not_taken() -> None:
    """The report itself becomes the evidence."""
    report = read({**of(*d.METRICS), "evidence": [{"path": "x", "digest": "y"}]})
    assert report.about == {}
    assert report.notes == ("evidence: is not taken from a report; left out.",)


@pytest.mark.parametrize(
    "report",
    [
        {"metric_groups": {}},
        {"metric_groups": [1]},
        {"metric_groups": [{"name": "g"}]},
        {"metric_groups": [{"metric_data": []}]},
        {"metric_groups": [{"name": None, "metric_data": []}]},
        of({"type": "number", "value": 1}),
        of({"name": "m", "type": "linear_graph", "value": [[1, 2, 3]]}),
        of({"name": "m", "type": "linear_graph", "value": [1, 2]}),
        of({"name": "m", "type": "linear_graph", "value": [[1, 2]], "x_axis_name": ["x"]}),
        of({"name": "m", "type": "bar_chart", "value": [1, 2], "x_axis_name": ["one"]}),
        of({"name": "m", "type": "matrix", "value": [[1], [1, 2]]}),
        of({"name": "m", "type": "matrix", "value": [[1]], "x_axis_name": "x"}),
        {**of(*d.METRICS), "datasets": "one"},
        {**of(*d.METRICS), "metadata": []},
        {**of(*d.METRICS), "name": "x" * 64},
        {**of(*d.METRICS), "metadata": {"a": {}}},
    ],
)
def test_a_wrong_shape_is_refused_by_name(report: dict[str, Any]) -> None:
    """The message says which file."""
    with pytest.raises(ImportFormatError, match=r"^report\.json: ") as caught:
        read(report)
    assert caught.value.hint

"""Evaluation results made ready for the page."""

from typing import Any

from mlgov.cards import MetricGroup
from mlgov.website.pages.evaluation import LISTED_POINTS, GroupView, group_view
from tests.website import documents as d
from tests.website.dom import read_page
from tests.website.values import page, site


def view(*metrics: dict[str, Any]) -> GroupView:
    """Make a group of metrics ready."""
    return group_view(MetricGroup.model_validate({"name": "group", "metric_data": list(metrics)}))


def test_values_of_one_word_stand_together() -> None:
    """Numbers, words and yes or no."""
    shown = [(metric.name, metric.value) for metric in view(*d.METRICS).simple]
    assert shown == [("accuracy", "0.912346"), ("rows", "12,000"), ("verdict", "good enough"), ("calibrated", "Yes")]


def test_a_curve_lists_its_points() -> None:
    """The picture is never the only source."""
    [curve] = view(d.ROC).curves
    assert curve.points[1] == (0.02, 0.42)
    assert (curve.x_title, curve.y_title, curve.hidden_count) == ("False positive rate", "True positive rate", 0)


def test_a_long_curve_lists_some_points_evenly_and_says_so() -> None:
    """First and last among them, in order, none twice."""
    count = 5 * LISTED_POINTS + 3
    [curve] = view(d.ROC | {"value": [[float(x), 0.0] for x in range(count)]}).curves
    xs = [x for x, _ in curve.points]
    assert (xs[0], xs[-1], len(set(xs))) == (0.0, count - 1.0, LISTED_POINTS)
    assert xs == sorted(xs)
    assert curve.hidden_count == count - LISTED_POINTS


def test_bars_are_shares_of_the_tallest() -> None:
    """A negative bar has a length too."""
    [bars] = view(d.BARS).bars
    assert [(label, share) for label, _, share in bars.bars] == [("tenure", 100), ("calls", 49), ("region", 12)]


def test_bars_without_labels_are_counted() -> None:
    """And a chart of zeros divides by nothing."""
    [bars] = view({"name": "b", "type": "bar_chart", "value": [0.0, 0.0]}).bars
    assert bars.bars == (("1", 0.0, 0), ("2", 0.0, 0))


def test_a_matrix_is_shaded_from_its_smallest_to_its_largest() -> None:
    """The outer axis is the rows."""
    [matrix] = view(d.MATRIX).matrices
    assert matrix.columns == ("called stays", "called leaves")
    assert [label for label, _ in matrix.rows] == ["stays", "leaves"]
    assert [[shade for _, shade in cells] for _, cells in matrix.rows] == [[9, 0], [0, 1]]


def test_a_flat_matrix_has_no_shade() -> None:
    """All equal is no division by nothing."""
    [matrix] = view({"name": "m", "type": "matrix", "value": [[2.0, 2.0]]}).matrices
    assert matrix.rows == (("1", ((2.0, 0), (2.0, 0))),)


def test_a_thinned_table_says_which_points_it_lists() -> None:
    """So that a script finds them in the drawing, which has all; a whole table needs to say nothing."""
    few, many = ([[float(x), float(x)] for x in range(count)] for count in (3, 1000))
    shown = []
    for points in (few, many):
        metric = {"name": "c", "type": "linear_graph", "value": points}
        groups = [{"name": "g", "metric_data": [metric]}]
        card = d.card("churn", {"evaluation_details": [{"name": "e", "metric_groups": groups}]})
        dom = read_page(page(site(card), "cards/churn.md").markdown)
        shown.append(dom.values("data-places"))
    assert shown[0] == []
    places = list(map(int, shown[1][0].split()))
    assert (len(places), places[0], places[-1]) == (200, 0, 999)

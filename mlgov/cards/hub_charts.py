"""Curves, bar charts and matrices in a Hugging Face card.

``model-index`` takes numbers alone, so they stand under a key of ours, which other readers of the front matter keep and
pass over: ``mlgov: {charts: [{evaluation, group, place, metric}]}``. ``place`` counts from 0 and is where the metric
stands in its group; ``metric`` is what the card says. People see them as tables in the body.
"""

from typing import Any

from pydantic import BaseModel, ValidationError

from mlgov.cards.draft import Draft
from mlgov.cards.fields import Fields
from mlgov.cards.metrics import BarChartMetric, LinearGraphMetric, MatrixMetric

KEY = "mlgov"
CHARTS: dict[str, type[BaseModel]] = {
    "linear_graph": LinearGraphMetric,
    "bar_chart": BarChartMetric,
    "matrix": MatrixMetric,
}


def charts_of(evaluations: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - plain values of a card
    """List the charts of a card as the front matter holds them.

    Args:
        evaluations: Plain values of ``spec.evaluation_details``.
    """
    return [
        {"evaluation": evaluation["name"], "group": group["name"], "place": place, "metric": metric}
        for evaluation in evaluations or ()
        for group in evaluation.get("metric_groups", ())
        for place, metric in enumerate(group.get("metric_data", ()))
        if metric["type"] in CHARTS
    ]


class HubCharts:
    """The charts of a front matter, to be put beside the other metrics of their groups.

    Args:
        fields: The front matter. What is used of it counts as taken; the rest is reported by its owner.
        draft: The card in the making.
    """

    def __init__(self, fields: Fields, draft: Draft) -> None:
        self._fields, self._draft = fields, draft

    def put(self, evaluation: dict[str, Any], name: str, group: str) -> set[str]:
        """Put the charts of a group into an evaluation and give their names.

        Args:
            evaluation: What `Draft.evaluation` gave.
            name: Name of the evaluation in the file.
            group: Name of the group in the file.
        """
        names = set()
        for at in self._fields.items(KEY, "charts"):
            said = tuple(self._fields.see(*at, key) for key in ("evaluation", "group"))
            place, metric = self._fields.see(*at, "place"), self._fields.see(*at, "metric")
            if said == (name, group) and isinstance(place, int) and isinstance(metric, dict) and _is_chart(metric):
                self._fields.take(*at)
                self._draft.chart(evaluation, group, place, metric)
                names.add(str(metric["name"]))
        return names


def _is_chart(metric: dict[str, Any]) -> bool:
    model = CHARTS.get(str(metric.get("type")))
    if model is None:
        return False
    try:
        model.model_validate(metric)
    except ValidationError:
        return False
    return True

"""Whatever stands in a report: it becomes groups that a card can hold, or one kind of error."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.cards.evaluation import AUTO, FORMATS, read_report
from mlgov.cards.metrics import MetricGroup
from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import sample
from tests.website import documents as d

PAIR = {"fpr": [0, 0.5, 1], "tpr": [0, 0.75, 1]}
SAMPLES: list[dict[str, Any]] = [
    json.loads(sample("clarify.json")),
    json.loads(sample("model_quality.json")),
    json.loads(json.dumps(d.EVALUATION)),
    {"metrics": [{"key": "auc", "value": 0.5}]},
    {"columns": ["in", "tone/v1/score"], "data": [["a", 1], ["b", 0.5]]},
    {
        "classification_report": {
            "yes": dict.fromkeys(("precision", "recall", "f1-score", "support"), 1),
            "accuracy": 1,
        },
        "confusion_matrix": {"labels": ["no", "yes"], "matrix": [[1, 2], [3, 4]]},
        "roc_curve": {"yes": PAIR, "no": PAIR},
        "metrics": {"auc": 0.5},
    },
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=80)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


def places(value: object) -> list[tuple[Any, Any]]:
    """List every place of a JSON value as its container and key."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    return [place for key in keys for place in ((value, key), *places(value[key]))]  # type: ignore[index]


@st.composite
def reports(draw: st.DrawFn) -> dict[str, Any]:
    """Take a good report and put something else in one to three places."""
    report = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(places(report)))
        container[key] = draw(ANYTHING)
    return report


@settings(max_examples=300, deadline=None)
@given(report=reports(), format_name=st.sampled_from([AUTO, *FORMATS]))
def test_a_report_is_read_or_refused(report: dict[str, Any], format_name: str) -> None:
    """No crash, no group that breaks a limit, no two groups or metrics of one name."""
    data = json.dumps(report).replace("Infinity", "0").encode()
    try:
        found = read_report(data, "report.json", format_name)
    except ImportFormatError as error:
        assert error.message.startswith("report.json")
        return
    groups = [MetricGroup.model_validate(group) for group in found.metric_groups]
    assert groups
    assert len({group.name for group in groups}) == len(groups)
    for group in groups:
        assert len({metric.name for metric in group.metric_data}) == len(group.metric_data) > 0

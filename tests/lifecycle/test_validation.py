"""Schema errors become findings with a place, a wording and advice."""

import pytest

from mlgov.cards import CardDocument
from mlgov.documents import load
from mlgov.findings import Finding
from mlgov.lifecycle import validate

GOOD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  owners: ["@team"]
lifecycle:
  status: draft
spec:
  model_overview:
    model_name: churn
  evaluation_details:
    - name: holdout
      metric_groups:
        - name: group
          metric_data:
            - {name: auc, type: number, value: 0.9}
"""


def findings_of(text: str) -> list[Finding]:
    """Validate a card's text."""
    document, findings = load(text.encode(), "cards/churn.yaml")
    assert document is not None
    assert findings == []
    return validate(document, CardDocument)[1]


def test_a_good_card_is_typed() -> None:
    """A card that follows the schema becomes a value and no finding."""
    document, _ = load(GOOD.encode(), "cards/churn.yaml")
    assert document is not None
    card, findings = validate(document, CardDocument)
    assert findings == []
    assert card is not None
    assert card.spec.evaluation_details[0].metric_groups[0].metric_data[0].value == 0.9


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "words"),
    [
        ("status: draft", "status: Draft", "MLG-S001", (7, 11), "Did you mean 'draft'?"),
        ("  status: draft\n", "  review_by: 2027-01-01\n", "MLG-S002", (6, 1), "lifecycle has no status"),
        ("metadata:\n  name: churn\n  owners", "metadata:\n  owners", "MLG-S002", (3, 1), "metadata has no name"),
        ("owners", "ownerz", "MLG-S003", (5, 3), "Did you mean 'owners'?"),
        ("model_name: churn", "model_name: 12", "MLG-S001", (10, 17), "in quotes"),
        ("type: number", "type: bar_graph", "MLG-S001", (16, 33), "'bar_chart'"),
        ("type: number, ", "", "MLG-S002", (16, 15), "has no type"),
        ("value: 0.9", "value: good", "MLG-S001", (16, 48), "should be a number"),
        ("value: 0.9", "value: true", "MLG-S001", (16, 48), "should be a number"),
        ("value: 0.9", "value: '0.9'", "MLG-S001", (16, 48), "Remove the quotes"),
        ("- name: holdout", "- name:", "MLG-S001", (12, 12), "nothing is written here; text is needed."),
        ("model_name: churn", "model_name: true", "MLG-S001", (10, 17), "this should be text; found true."),
        ("type: number", "type: null", "MLG-S001", (16, 33), "null is not one of 'number'"),
        ("- name: group", "- name: ''", "MLG-S001", (14, 17), "the text is empty; at least 1 character is needed."),
        ("status: draft", "status: true", "MLG-S001", (7, 11), "true is not one of"),
        ('["@team"]', "'@team'", "MLG-S001", (5, 11), "each after '- '"),
        ("value: 0.9", "valu: 0.9", "MLG-S002", (16, 15), "has no value"),
        ("status: draft", "status: draft\n  review_by: 2027-02-30", "MLG-S001", (8, 14), "2026-12-31"),
        ("status: draft", "status: draft\n  review_by: 2026-W01-1", "MLG-S001", (8, 14), "a date"),
        ("name: churn\n", "name: index\n", "MLG-S007", (4, 9), "reserved"),
        ('["@team"]', "[team]", "MLG-S001", (5, 12), "Write it like '@model-owners'"),
        ("spec:\n", "spec:\n  model_overveiw: {}\n", "MLG-S003", (9, 3), "Did you mean 'model_overview'?"),
        ("kind: ModelCard", "kind: ModelCard\nstatus: draft", "MLG-S003", (3, 1), "Known keys here"),
    ],
)
def test_each_mistake_is_found_where_it_is(old: str, new: str, code: str, place: tuple[int, int], words: str) -> None:
    """One mistake gives a finding at its line and column that says what to do."""
    assert old in GOOD
    found = [f for f in findings_of(GOOD.replace(old, new, 1)) if f.rule.code == code]
    assert [(f.location.line, f.location.column) for f in found] == [place]
    assert words in f"{found[0].message} {found[0].fix}"


def test_several_mistakes_are_all_found() -> None:
    """Authors see every mistake in one run."""
    text = GOOD.replace("draft", "Draft").replace("owners", "ownerz").replace("0.9", "x")
    assert [f.rule.code for f in findings_of(text)] == ["MLG-S003", "MLG-S001", "MLG-S001"]


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("{name: m, type: matrix, value: [[1, 2], [3]]}", "different lengths"),
        ("{name: m, type: matrix, value: [[1, 2]], x_axis_name: [a, b]}", "1 rows have 2 labels"),
        ("{name: m, type: matrix, value: [[1, 2]], y_axis_name: [a]}", "2 columns have 1 labels"),
        ("{name: m, type: bar_chart, value: [1, 2], x_axis_name: [a]}", "2 bars have 1 labels"),
        ("{name: m, type: linear_graph, value: [[1, 2, 3]]}", "at most 2 are allowed"),
        ("{name: m, type: linear_graph, value: []}", "at least 1 item"),
        ("{name: m, type: boolean, value: 1}", "true or false"),
        ("{name: m, type: string, value: " + "x" * 64 + "}", "at most 63 are allowed"),
    ],
)
def test_metric_shapes(metric: str, words: str) -> None:
    """A metric's value has the shape of its type."""
    text = GOOD.replace("{name: auc, type: number, value: 0.9}", metric)
    assert words in findings_of(text)[0].message

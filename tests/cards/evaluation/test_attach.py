"""Plans to attach reports: cards of every style, and names that do not fit."""

import json
from dataclasses import replace

import pytest

from mlgov.cards import CardDocument
from mlgov.cards.evaluation import read_report
from mlgov.cards.evaluation.attach import Attachment, Wish, attach, evidence_path
from mlgov.documents import load
from mlgov.errors import UsageError
from mlgov.lifecycle import validate
from mlgov.ports import File

HEAD = "apiVersion: mlgov/v1\nkind: ModelCard\nmetadata: {name: churn}\nlifecycle: {status: draft}\n"
STYLES = {
    "nothing": "spec: {}\n",
    "an empty list": "spec:\n  evaluation_details: []\n",
    "another section": "spec:\n  model_overview: # what it is\n    model_name: churn\n",
    "another evaluation": "spec:\n  evaluation_details:\n  - name: first\n    # kept\n    metric_groups: []\n",
    "one line": "spec: {evaluation_details: [{name: first}], model_overview: {model_name: churn}}\n",
    "JSON": 'spec: {"evaluation_details": [], "intended_uses": {"risk_rating": "low"}}\n',
}
REPORT = json.dumps(
    {
        "roc_curve": {"fpr": [0, 0.25, 1], "tpr": [0, 1e-7, 1]},
        "confusion_matrix": [[1, 2], [3, 4]],
        "metrics": {"f: 1": 1},
    }
).encode()


def plan(text: str, wish: Wish, data: bytes = REPORT) -> Attachment:
    """Plan to attach a report to a card."""
    document, findings = load(text.encode(), "cards/churn.yaml")
    assert document is not None, findings
    card, findings = validate(document, CardDocument)
    assert card is not None, findings
    evidence = File(evidence_path("churn", "report.json"), "100644", data)
    card_file = File("cards/churn.yaml", "100644", document.data)
    return attach(document, card, read_report(data, "report.json"), evidence, wish, {card_file.path: card_file})


def planned(found: Attachment) -> CardDocument:
    """Read the card as it would be."""
    document, _ = load(found.card.data, "cards/churn.yaml")
    assert document is not None
    return CardDocument.model_validate(document.value)


@pytest.mark.parametrize("style", STYLES)
def test_cards_of_every_style_take_an_evaluation(style: str) -> None:
    """The last of the list is ours, and everything else says what it said."""
    before = load((HEAD + STYLES[style]).encode(), "cards/churn.yaml")[0]
    assert before is not None
    card = planned(plan(HEAD + STYLES[style], Wish("holdout")))
    *others, added = card.spec.evaluation_details
    assert (added.name, len(added.metric_groups)) == ("holdout", 2)
    assert [e.name for e in others] == [e["name"] for e in before.value["spec"].get("evaluation_details", [])]
    kept = {key: value for key, value in before.value["spec"].items() if key != "evaluation_details"}
    assert card.model_dump(mode="json", exclude_defaults=True)["spec"].items() >= kept.items()


def test_planning_again_plans_nothing() -> None:
    """A report that is attached already changes no byte."""
    once = plan(HEAD + STYLES["nothing"], Wish("holdout"))
    again = plan(once.card.data.decode(), Wish("holdout", replace=True))
    assert again.card.data == once.card.data
    assert again.is_replaced


def test_metadata_of_people_stays_and_old_full_names_go() -> None:
    """Keys that an earlier report wrote are not those of the next."""
    text = "spec:\n  evaluation_details:\n    - name: holdout\n      metadata: {metric_group_1: old, team: ours}\n"
    [evaluation] = planned(plan(HEAD + text, Wish("holdout", replace=True))).spec.evaluation_details
    assert evaluation.metadata == {"team": "ours"}


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish("x" * 64), "at most 63 are allowed"),
        (Wish(""), "at least 1 character"),
        (Wish(datasets=("d",) * 11), "at most 10 are allowed"),
        (Wish(datasets=("d" * 1025,)), "at most 1,024 are allowed"),
        (Wish("a\u202eb"), "hidden character"),
    ],
)
def test_names_that_do_not_fit(wish: Wish, why: str) -> None:
    """The schema says what is wrong, and nothing is planned."""
    with pytest.raises(UsageError, match=why):
        plan(HEAD + STYLES["nothing"], wish)


def test_two_evaluations_of_one_name_cannot_be_replaced() -> None:
    """Which one is meant cannot be told."""
    text = "spec:\n  evaluation_details:\n    - name: holdout\n    - name: holdout\n"
    with pytest.raises(UsageError, match="2 evaluations are called 'holdout'"):
        plan(HEAD + text, Wish("holdout", replace=True))


def test_a_criterion_that_fails_is_no_reason_to_hide_the_result() -> None:
    """The evaluation is attached to an approved card, and the check says the rest."""
    criterion = "{name: c, evaluation: holdout, metric: 'f: 1', condition: at_least, threshold: 2}"
    text = HEAD.replace("draft", "approved") + f"spec:\n  acceptance_criteria:\n    - {criterion}\n"
    found = plan(text, Wish("holdout"))
    assert planned(found).spec.evaluation_details[0].name == "holdout"


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("report.json", "report.json"),
        ("a b/c.json", "a-b-c.json"),
        ("...", "report.json"),
        (".hidden", "hidden"),
        ("é.json", "json"),
        ("x" * 200 + ".json", "x" * 95 + ".json"),
    ],
)
def test_where_evidence_belongs(file_name: str, expected: str) -> None:
    """Plain characters, in the folder of the card."""
    assert evidence_path("churn", file_name) == f"evidence/churn/{expected}"


def test_a_plan_is_a_value() -> None:
    """Equal inputs, equal plans."""
    once, again = (plan(HEAD + STYLES["nothing"], Wish("holdout")) for _ in range(2))
    assert once == again
    assert replace(once, evaluation="x") != once

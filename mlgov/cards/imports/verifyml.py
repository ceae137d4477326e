"""VerifyML: JSON of schema 0.0.4, which is the Model Card Toolkit's with assessments, reports and tests beside it.

Schema: https://github.com/cylynx/verifyml, ``verifyml/model_card_toolkit/schema/v0.0.4``. Images are never taken.
"""

from typing import Any

from mlgov.cards.draft import Draft
from mlgov.cards.fields import Fields, written
from mlgov.cards.imports.model_card_toolkit import CONSIDERATIONS, ETHICS, REASON, SECTIONS, read_object, read_shared
from mlgov.cards.transfer import Imported
from mlgov.documents import Pointer

WHAT = "a VerifyML card"
#: Where reports stand -> what they are called when they do not say it.
REPORTS = {
    ("explainability_analysis", "explainability_reports"): "Explainability",
    ("fairness_analysis", "fairness_reports"): "Fairness",
}
TESTS = "Tests"
NO_VERDICT = "no verdict"


def read(data: bytes, name: str) -> Imported:
    """Read a card of VerifyML.

    Args:
        data: The bytes of its JSON.
        name: Name of the new card.

    Raises:
        ImportFormatError: The file is no such JSON, or has none of the sections.
    """
    fields = Fields(read_object(data, WHAT, (*SECTIONS, *(section for section, _ in REPORTS))))
    draft = Draft(name)
    read_shared(fields, draft)
    _read_assessments(fields, draft)
    for at in fields.items("quantitative_analysis", "performance_metrics"):
        if tests := fields.items(*at, "tests"):
            about = f"Tests of {fields.see(*at, 'type') or 'a metric'}"
            _read_tests(fields, tests, draft, draft.evaluation(about, written(at)))
    for pointer, kind in REPORTS.items():
        for at in fields.items(*pointer):
            _read_report(fields, at, kind, draft)
    return draft.finished(fields, REASON)


def _read_assessments(fields: Fields, draft: Draft) -> None:
    for at in fields.items(*CONSIDERATIONS, "fairness_assessment"):
        parts = {
            "Group at risk": fields.text(*at, "group_at_risk"),
            "Benefits": fields.text(*at, "benefits"),
            "Harms": fields.text(*at, "harms"),
            "Mitigation": fields.text(*at, "mitigation_strategy"),
        }
        text = "\n".join(f"{label}: {said}" for label, said in parts.items() if said)
        draft.put(text, 2048, ETHICS, written(at))


def _read_report(fields: Fields, at: Pointer, kind: str, draft: Draft) -> None:
    path = written(at)
    evaluation = draft.evaluation(fields.text(*at, "type") or kind, path)
    if text := draft.fit(fields.text(*at, "description"), 2096, path):
        evaluation["evaluation_observation"] = text
    metadata = {"report": kind.lower()}
    for key in ("slice", "segment"):
        if text := draft.fit(fields.text(*at, key), 1024, path):
            metadata[key] = text
    evaluation["metadata"] = metadata
    _read_tests(fields, fields.items(*at, "tests"), draft, evaluation)


def _read_tests(fields: Fields, tests: list[Pointer], draft: Draft, evaluation: dict[str, Any]) -> None:
    """Take each test as a truth value, with what was measured in its notes."""
    for at in tests:
        passed = fields.see(*at, "passed")
        measured = {"Result": fields.text(*at, "result"), "Threshold": fields.text(*at, "threshold")}
        notes = [fields.text(*at, "description")]
        notes += [f"{label}: {text}" for label, text in measured.items() if text]
        name = fields.text(*at, "name") or "test"
        if isinstance(passed, bool):
            fields.take(*at, "passed")
            draft.metric(evaluation, TESTS, name, passed, written(at), "\n".join(filter(None, notes)))
        elif any(measured.values()):
            draft.metric(evaluation, TESTS, name, NO_VERDICT, written(at), "\n".join(filter(None, notes)))
        else:
            draft.note(written(at), "The test has neither a verdict nor a result, so it was left out.")

"""Fields that an organisation requires."""

import pytest

from mlgov.documents import load
from mlgov.lifecycle import check_required
from mlgov.names import Kind, RiskRating, Status
from mlgov.settings import RequiredFields

RULE = RequiredFields(
    kind=Kind.MODEL_CARD,
    status=(Status.APPROVED,),
    risk_rating=(RiskRating.HIGH,),
    fields=("spec.a.b", "metadata.title"),
)


def found(text: str, status: Status = Status.APPROVED, risk: RiskRating | None = RiskRating.HIGH) -> list[str]:
    """List what is missing, as line: field."""
    document, _ = load(text.encode(), "cards/x.yaml")
    assert document is not None
    findings = check_required(document, kind=Kind.MODEL_CARD, status=status, risk_rating=risk, required=(RULE,))
    return [f"{f.location.line}: {'.'.join(map(str, f.pointer))}" for f in findings]


def test_missing_fields_are_found_at_their_parents() -> None:
    """What is missing is reported where it belongs."""
    assert found("metadata:\n  name: x\nspec:\n  a: {}\n") == ["4: spec.a.b", "1: metadata.title"]


@pytest.mark.parametrize("empty", ["''", "'  '", "[]", "{}", "null"])
def test_an_empty_value_is_as_good_as_none(empty: str) -> None:
    """Blank text, empty lists and null do not fill a field."""
    assert found(f"metadata: {{title: T}}\nspec: {{a: {{b: {empty}}}}}\n") == ["2: spec.a.b"]


@pytest.mark.parametrize("filled", ["text", "0", "false", "[1]"])
def test_zero_and_false_are_values(filled: str) -> None:
    """A field that says 0 or false is filled."""
    assert found(f"metadata: {{title: T}}\nspec: {{a: {{b: {filled}}}}}\n") == []


def test_other_statuses_and_ratings_are_free() -> None:
    """The rule is about high risk and approved only."""
    text = "metadata: {name: x}\nspec: {}\n"
    assert found(text, status=Status.DRAFT) == []
    assert found(text, risk=RiskRating.LOW) == []
    assert len(found(text)) == 2

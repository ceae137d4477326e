"""A new version's card begins with the texts of the newest card of its model package group."""

from typing import Any

from mlgov.cards.populate.group import group_of, inherit
from mlgov.documents import Document, load
from tests.website import documents as d


def card(name: str, version: int | None, group: str = "churn", **spec: Any) -> Document:
    """Make a card of a group."""
    details: dict[str, Any] = {"model_package_group_name": group}
    if version is not None:
        details["model_package_version"] = version
    value = d.card(name, {"model_package_details": details, **spec})
    document, _ = load(d.yaml_of(value), f"cards/{name}.yaml")
    assert document is not None
    return document


OLD = card("churn-1", 1, business_details={"business_problem": "The old one."})
NEWEST = card(
    "churn-2",
    2,
    business_details={"business_problem": "People leave.", "line_of_business": "Retail"},
    intended_uses={"purpose_of_model": "Letters.", "risk_rating": "high"},
    additional_information={"custom_details": {"cost_centre": "42"}},
    training_details={"training_observations": "Of the old model alone."},
)
STRANGER = card("other", 9, group="other", business_details={"business_problem": "Another one."})
OTHERS = [OLD, NEWEST, STRANGER]


def spec_of(data: bytes) -> dict[str, Any]:
    """Read the spec of a card."""
    document, findings = load(data, "cards/new.yaml")
    assert document is not None, findings
    found: dict[str, Any] = document.value["spec"]
    return found


def test_three_sections_of_the_newest_card_are_copied() -> None:
    """Business details, intended uses and additional information; nothing that is about one version."""
    data, name, fields = inherit(card("churn-3", 3, intended_uses={"risk_rating": "unknown"}), OTHERS)
    spec = spec_of(data)
    assert name == "churn-2"
    assert spec["business_details"] == {"business_problem": "People leave.", "line_of_business": "Retail"}
    assert spec["intended_uses"] == {"risk_rating": "high", "purpose_of_model": "Letters."}
    assert spec["additional_information"] == {"custom_details": {"cost_centre": "42"}}
    assert "training_details" not in spec
    assert "business_details.line_of_business" in fields


def test_what_the_card_says_itself_stays() -> None:
    """Only what is empty is filled."""
    new = card("churn-3", 3, intended_uses={"risk_rating": "low"}, business_details={"business_problem": "Mine."})
    spec = spec_of(inherit(new, OTHERS)[0])
    assert spec["intended_uses"] == {"risk_rating": "low", "purpose_of_model": "Letters."}
    assert spec["business_details"] == {"business_problem": "Mine.", "line_of_business": "Retail"}


def test_without_a_group_or_another_card_nothing_is_copied() -> None:
    """The very bytes come back; a card is not its own predecessor."""
    for new, others in ((card("x", 1, group=""), OTHERS), (card("x", 1, group="new"), OTHERS), (NEWEST, [NEWEST])):
        assert inherit(new, others) == (new.data, "", ())


def test_of_equal_versions_the_last_name_counts() -> None:
    """Whatever the order in which they are read, and also without a version."""
    one, two = (card(name, None, business_details={"business_problem": name}) for name in ("a", "b"))
    for others in ([one, two], [two, one]):
        assert inherit(card("c", 1), others)[1] == "b"
    assert group_of(one) == "churn"

"""The order of keys in canonical documents."""

from mlgov.checks.layout import format_document, keys_at, render_document
from mlgov.names import Kind


def test_keys_have_the_order_of_the_schema() -> None:
    """Sections of a card, fields of a section, and items of lists are known."""
    assert keys_at(Kind.MODEL_CARD, ()) == ("apiVersion", "kind", "metadata", "lifecycle", "spec")
    assert keys_at(Kind.MODEL_CARD, ("spec",))[:3] == ("model_overview", "intended_uses", "business_details")
    assert keys_at(Kind.MONITOR_SET, ("spec", "monitors", 3))[:2] == ("name", "monitoring_type")


def test_notes_stand_last() -> None:
    """They explain what is above them, also where the schema inherits them from a base."""
    metric = ("spec", "evaluation_details", 0, "metric_groups", 1, "metric_data", 2)
    assert keys_at(Kind.MODEL_CARD, metric) == ("name", "type", "value", "x_axis_name", "y_axis_name", "notes")


def test_free_keys_keep_their_order() -> None:
    """Labels and custom details are the author's."""
    assert keys_at(Kind.MODEL_CARD, ("metadata", "labels")) == ()


def test_a_rendered_document_is_in_canonical_form() -> None:
    """With the line by which editors find its schema."""
    data = render_document({"spec": {}, "kind": "Role", "metadata": {"name": "x"}}, Kind.ROLE)
    assert data.startswith(b"# yaml-language-server: $schema=../schemas/role.json\nkind: Role\nmetadata:\n")
    assert format_document(data, "x", Kind.ROLE) == data

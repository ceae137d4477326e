"""Titles that tell models apart."""

from mlgov.dashboard import told_apart


def test_only_titles_that_are_there_twice_get_a_name() -> None:
    """Large and small letters make no difference that people see."""
    found = told_apart({"churn": "Churn", "churn-b": "CHURN", "fraud": "Fraud"})
    assert found == {"churn": "Churn (churn)", "churn-b": "CHURN (churn-b)", "fraud": "Fraud"}

"""Executions: their paths, and their order."""

from dataclasses import replace

from mlgov.monitors.execution import by_monitor, latest
from tests.monitors.examples import execution, history


def test_the_path_names_model_monitor_and_window() -> None:
    """A revision has a path of its own, because records never change."""
    made = execution()
    assert made.path == "executions/churn/data-quality/2026-11-02T000000Z.json"
    assert replace(made, revision=2).path == "executions/churn/data-quality/2026-11-02T000000Z.r2.json"


def test_the_latest_revision_of_each_window_is_kept() -> None:
    """In the order of time, whatever the order of the input."""
    first, second = history("V.")
    again = replace(first, revision=2, status=second.status)
    assert latest([second, again, first]) == [again, second]
    assert by_monitor([second, again, first]) == {("churn", "data-quality"): [again, second]}

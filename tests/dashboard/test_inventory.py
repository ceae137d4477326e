"""Joining documents, history and records into rows."""

from datetime import timedelta
from typing import Any

import pytest

from mlgov.dashboard import Indicator, ModelRow, inventory
from mlgov.monitors import Cell, ExecutionStatus
from mlgov.names import MonitoringType, RiskRating, Status
from tests.website import documents as d
from tests.website.values import alarming, maximal, site


def rows_of(*documents: dict[str, Any], **how: Any) -> list[ModelRow]:
    """Join documents into rows."""
    return list(site(*documents, **how).rows)


def test_a_row_says_what_the_card_says() -> None:
    """Title, status, risk, owners, review date and version come from the card and its history."""
    [row] = rows_of(*maximal())
    assert (row.model, row.title, row.card_path, row.readable) == ("churn", "Customer churn", "cards/churn.yaml", True)
    assert (row.status, row.risk_rating, row.owners) == (Status.APPROVED, RiskRating.HIGH, ("@model-owners",))
    assert row.review_by is not None
    assert row.revision is not None
    assert row.revision.version == 1


def test_a_row_has_four_cells_in_the_order_of_the_types() -> None:
    """A type without a monitor is none, a switched-off one is inactive."""
    [row] = rows_of(*maximal(), executions=alarming())
    assert [cell.monitoring_type for cell in row.cells] == list(MonitoringType)
    assert [cell.cell for cell in row.cells] == [Cell.IN_ALERT, Cell.NONE, Cell.INACTIVE, Cell.NONE]


def test_an_alert_has_its_beginning_its_last_run_and_its_violations() -> None:
    """The second bad day of three raises it."""
    [row] = rows_of(*maximal(), executions=alarming())
    cell = row.cells[0]
    assert cell.since == d.FIRST_WINDOW + timedelta(days=7)
    assert cell.last_run == d.FIRST_WINDOW + timedelta(days=8)
    assert (cell.violation_count, cell.monitor) == (1, "data-quality")
    assert row.worst is Indicator.IN_ALERT


def test_the_most_pressing_of_two_monitors_of_a_type_fills_the_cell() -> None:
    """An alert is not hidden behind a healthy monitor of the same type."""
    second = d.monitor("second")
    executions = [*alarming(), *(d.execution(day, monitor="second") for day in range(8))]
    [row] = rows_of(d.card("churn"), d.monitor_set("churn", second, d.monitor()), executions=executions)
    assert (row.cells[0].cell, row.cells[0].monitor) == (Cell.IN_ALERT, "data-quality")


def test_a_monitor_that_stopped_running_gives_no_verdict() -> None:
    """Two periods without an execution make it stale, and the row says so."""
    executions = [d.execution(day) for day in range(3)]
    [row] = rows_of(d.card("churn"), d.monitor_set("churn", d.monitor()), executions=executions)
    assert row.cells[0].cell is Cell.STALE
    assert Indicator.NO_VERDICT in row.indicators


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ExecutionStatus.NO_DATA, "cannot judge, no data since"),
        (ExecutionStatus.NO_GROUND_TRUTH, "cannot judge, no true labels since"),
        (ExecutionStatus.INSUFFICIENT_DATA, "cannot judge, insufficient data since"),
    ],
)
def test_a_monitor_that_cannot_judge_needs_attention(status: ExecutionStatus, words: str) -> None:
    """It runs, and nobody learns anything from it."""
    executions = [d.execution(6, violated=True), d.unjudged(7, status)]
    [row] = rows_of(d.card("churn"), d.monitor_set("churn", d.monitor()), executions=executions)
    assert row.indicators == (Indicator.NO_VERDICT,)
    said = f"Data quality (data-quality): {words} 2026-03-10 00:00 UTC (1 of 2 bad windows to an alert)."
    assert row.reasons[0].sentence == said


def test_an_alert_that_good_windows_have_not_ended_names_the_bad_one() -> None:
    """Two of three are bad, and the last one is good."""
    executions = [d.execution(day, violated=day in (5, 6)) for day in range(8)]
    [row] = rows_of(d.card("churn"), d.monitor_set("churn", d.monitor()), executions=executions)
    assert row.reasons[0].sentence.endswith(
        "1 violation in the window until 2026-03-09 00:00 UTC; the last window: completed."
    )


def test_of_two_healthy_monitors_the_one_near_an_alert_fills_the_cell() -> None:
    """A switched-off one is near nothing."""
    near = [d.execution(day, violated=day == 7, monitor="second") for day in range(8)]
    executions = [*(d.execution(day) for day in range(8)), *near]
    [row] = rows_of(d.card("x"), d.monitor_set("churn", d.monitor(), d.monitor("second")), executions=executions)[:1]
    assert (row.cells[0].cell, row.cells[0].nearness) == (Cell.OK, "1 of 2 bad windows to an alert")
    off = d.monitor_set("churn", d.monitor("second", enabled=False))
    [row] = rows_of(d.card("churn"), off, executions=executions)
    assert (row.cells[0].cell, row.cells[0].nearness) == (Cell.INACTIVE, "")


def test_endpoints_and_the_batch_job_that_ran_last() -> None:
    """Of several batch jobs the latest is shown; one that never ran comes last."""
    batch = {"kind": "batch_transform_job", "status": "completed"}
    places = [
        {"name": "never", **batch},
        {"name": "old", **batch, "last_run": "2026-01-01"},
        {"name": "new", **batch, "last_run": "2026-02-01"},
        {"name": "live", "kind": "endpoint", "status": "in_service"},
    ]
    [row] = rows_of(d.card("churn"), d.monitor_set("churn", deployments=places))
    assert row.last_batch_job is not None
    assert row.last_batch_job.name == "new"
    assert [endpoint.name for endpoint in row.endpoints] == ["live"]


def test_a_monitored_model_without_a_card_has_a_row() -> None:
    """It names the monitor set, because there is nothing else to name."""
    [row] = rows_of(d.monitor_set("ghost", d.monitor()))
    assert (row.model, row.card_path, row.readable, row.worst) == ("ghost", None, False, Indicator.NO_CARD)
    assert row.monitor_paths == ("monitors/ghost.yaml",)
    assert row.edit_url == "https://forge.example/team/models/edit/main/monitors/ghost.yaml"


def test_a_card_that_cannot_be_read_has_a_row_that_says_where_and_why() -> None:
    """It never disappears."""
    [row] = rows_of(d.card("broken", {"model_overvew": {}}))
    assert (row.readable, row.card_path, row.worst) == (False, "cards/broken.yaml", Indicator.UNREADABLE)
    assert "cards/broken.yaml:" in row.reasons[0].sentence
    assert "model_overvew" in row.reasons[0].sentence


def test_a_file_that_is_no_yaml_has_a_row() -> None:
    """Whatever the front door refuses is named too."""
    [row] = rows_of(files={"cards/junk.yaml": b"a: [", "cards/README.md": b"# hello"})[:1]
    assert row.worst is Indicator.UNREADABLE


def test_a_monitor_set_that_cannot_be_read_marks_its_model() -> None:
    """Otherwise the cells would say that nobody watches it, and nobody would know why."""
    bad = d.monitor_set("churn", d.monitor(schedul="daily"))
    [row] = rows_of(d.card("churn"), bad)
    assert row.readable
    assert row.worst is Indicator.UNREADABLE
    assert "monitors/churn.yaml" in row.reasons[0].sentence


def test_a_damaged_record_marks_its_model_and_the_good_ones_still_count() -> None:
    """One bad file does not silence a monitor."""
    values = site(*maximal(), executions=alarming())
    records = {**values.collected.records, "executions/churn/data-quality/zzz.json": b"{"}
    [row] = inventory(values.collected.tree, {}, records, d.NOW, values.settings)
    assert row.cells[0].cell is Cell.IN_ALERT
    assert Indicator.UNREADABLE in row.indicators


def test_an_approved_model_without_a_required_monitor_is_unmonitored() -> None:
    """The settings require data quality for medium risk; low risk needs none."""
    medium = d.card("churn", {"intended_uses": {"risk_rating": "medium"}}, status="approved")
    low = d.card("other", {"intended_uses": {"risk_rating": "low"}}, status="approved")
    by_name = {row.model: row for row in rows_of(medium, low)}
    assert by_name["churn"].indicators == (Indicator.UNMONITORED,)
    assert by_name["other"].indicators == ()


def test_a_switched_off_monitor_does_not_count_as_watching() -> None:
    """Inactive is as good as none for what is required."""
    medium = d.card("churn", {"intended_uses": {"risk_rating": "medium"}}, status="approved")
    [row] = rows_of(medium, d.monitor_set("churn", d.monitor(enabled=False)))
    assert row.indicators == (Indicator.UNMONITORED,)


def test_a_review_is_overdue_on_the_day_after() -> None:
    """The day itself is still in time."""
    today, yesterday = "2026-03-10", "2026-03-09"
    due = rows_of(d.card("churn", status="approved", review_by=today))[0]
    late = rows_of(d.card("churn", status="approved", review_by=yesterday))[0]
    assert Indicator.REVIEW_OVERDUE not in due.indicators
    assert Indicator.REVIEW_OVERDUE in late.indicators


def test_the_most_pressing_rows_come_first_then_titles() -> None:
    """In alert, then what cannot be read, then the quiet ones by title."""
    quiet = [d.card("b", title="Alpha"), d.card("a", title="beta")]
    broken = d.card("z", {"nope": 1})
    found = rows_of(*quiet, broken, *maximal(), executions=alarming())
    assert [row.model for row in found] == ["churn", "z", "b", "a"]


def test_executions_of_unknown_models_are_passed_over() -> None:
    """The ledger remembers models that are gone."""
    assert rows_of(executions=alarming()) == []

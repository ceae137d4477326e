"""Counting rows, and saying the counts."""

from mlgov.dashboard import Indicator, attention, counts, summary
from tests.website import documents as d
from tests.website.values import alarming, maximal, site


def test_the_summary_counts_only_what_is_lit() -> None:
    """The morning's sentence."""
    waiting = d.card("fraud", status="pending_review")
    rows = site(*maximal(), waiting, d.card("pricing"), executions=alarming()).rows
    assert summary(rows) == "3 models · 1 in alert · 1 awaiting review"


def test_attention_begins_with_every_alert() -> None:
    """Before the milder reasons of a model that is in alert too."""
    late = {"status": "approved", "review_by": "2026-01-01"}
    executions = [d.execution(day, violated=True, model=model) for model in ("a", "b") for day in range(8)]
    models = [found for name in ("a", "b") for found in (d.card(name, **late), d.monitor_set(name, d.monitor()))]
    found = [(row.model, reason.indicator) for row, reason in attention(site(*models, executions=executions).rows)]
    alert, overdue = Indicator.IN_ALERT, Indicator.REVIEW_OVERDUE
    assert found == [("a", alert), ("b", alert), ("a", overdue), ("b", overdue)]


def test_one_model_is_singular() -> None:
    """No '1 models'."""
    assert summary(site(d.card("pricing")).rows) == "1 model"


def test_a_row_counts_once_for_an_indicator_that_two_reasons_light() -> None:
    """Two monitors in alert are one model in alert."""
    executions = [*alarming(), *(d.execution(day, violated=True, monitor="second") for day in range(8))]
    sets = d.monitor_set("churn", d.monitor(), d.monitor("second"))
    rows = site(d.card("churn"), sets, executions=executions).rows
    assert len(rows[0].reasons) == 2
    assert counts(rows)[Indicator.IN_ALERT] == 1

"""Hooks of alerts: once per alert, whatever fails and however many machines run."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mlgov.errors import ForgeError, LedgerError
from mlgov.monitors.execution import Execution
from mlgov.monitors.hook_events import to_cloud_event, to_event_bridge
from mlgov.monitors.hooks import PATIENCE, Ended, Firing, Hook, HookRecord, Raised, due, fire, load_records, trouble
from mlgov.monitors.results import ExecutionStatus, Failure, FailureKind, Violation
from mlgov.monitors.schema import Monitor
from mlgov.names import MonitoringType
from mlgov.settings import EventSettings
from tests.fakes.ledger import MemoryLedger

NOW = datetime(2026, 11, 10, 0, 7, tzinfo=UTC)
SINCE = datetime(2026, 11, 10, tzinfo=UTC)
DAY = timedelta(days=1)
MONITOR = Monitor.model_validate(
    {
        "name": "data-quality",
        "monitoring_type": "data_quality",
        "source": {"uri": "traffic"},
        "baseline": "baselines/churn/data-quality",
    }
)
LAST = Execution(
    model="churn",
    monitor="data-quality",
    monitoring_type=MonitoringType.DATA_QUALITY,
    window_start=SINCE - DAY,
    window_end=SINCE,
    executed_at=NOW,
    status=ExecutionStatus.COMPLETED_WITH_VIOLATIONS,
    source="traffic",
    baseline="baselines/churn/data-quality",
    violations=(Violation("age", "baseline_drift_check", "12 of Ann Example's rows"),),
)
ALERT = Raised("churn", MONITOR, SINCE, LAST)


def known(ledger: MemoryLedger) -> list[HookRecord]:
    return load_records(ledger.records("hooks/"))


def ready(ledger: MemoryLedger, alert: Raised = ALERT, now: datetime = NOW, run: str = "a") -> dict[Hook, Firing]:
    """Give what is due, by hook."""
    return {f.claim.hook: f for f in due([alert], known(ledger), Hook, now=now, run=run)}


def done(firing: Firing) -> Ended:
    return Ended(f"did {firing.claim.hook}")


def fails(firing: Firing) -> Ended:
    raise ForgeError("The forge is away.", hint="Wait.")


def test_a_new_alert_makes_every_hook_due_once() -> None:
    """What was done is not due again, however often it is asked."""
    ledger = MemoryLedger()
    for firing in ready(ledger).values():
        assert fire(firing, done, ledger, NOW) == done(firing)
    assert ready(ledger, now=NOW + 30 * DAY) == {}
    assert [record.state for record in known(ledger)] == ["claimed", "done"] * 3


def test_only_what_is_wanted_is_due() -> None:
    """Nothing by default."""
    assert due([ALERT], [], [], now=NOW, run="a") == []
    assert [f.claim.hook for f in due([ALERT], [], [Hook.COMMAND], now=NOW, run="a")] == [Hook.COMMAND]


def test_a_later_alert_is_another_one() -> None:
    """It began after the last window that was known when the hooks were fired."""
    ledger = MemoryLedger()
    fire(ready(ledger)[Hook.COMMAND], done, ledger, NOW)
    later = replace(ALERT, since=SINCE + 9 * DAY, last=replace(LAST, window_end=SINCE + 9 * DAY))
    assert set(ready(ledger, later)) == set(Hook)


def test_an_alert_whose_beginning_moves_is_the_same_one() -> None:
    """Late rows turn the window before into a violation, or one of those after the beginning into a pass."""
    ledger = MemoryLedger()
    alert = replace(ALERT, last=replace(LAST, window_end=SINCE + 3 * DAY))
    fire(ready(ledger, alert)[Hook.COMMAND], done, ledger, NOW)
    for moved in (-DAY, DAY):
        assert Hook.COMMAND not in ready(ledger, replace(alert, since=SINCE + moved))


def test_of_two_machines_one_acts() -> None:
    """Both found the hook due; the claim of the second is refused, and it does nothing."""
    ledger = MemoryLedger()
    first, second = (ready(ledger, run=run)[Hook.COMMAND] for run in "ab")
    told: list[str] = []
    act: Callable[[Firing], Ended] = lambda firing: (told.append(firing.claim.run), Ended("done"))[1]  # noqa: E731
    assert fire(first, act, ledger, NOW) == Ended("done")
    assert fire(second, act, ledger, NOW) is None
    assert told == ["a"]


def test_what_can_be_repeated_is_tried_again() -> None:
    """An event and a proposal that failed are due in the next run; a command is not."""
    ledger = MemoryLedger()
    for firing in ready(ledger).values():
        assert fire(firing, fails, ledger, NOW) == Ended("The forge is away. Wait.", ok=False)
    again = ready(ledger)
    assert {hook: firing.claim.attempt for hook, firing in again.items()} == {Hook.EVENT: 2, Hook.REVIEW: 2}
    said = trouble(ALERT, known(ledger), now=NOW)
    assert said.split("\n") == [f"{hook}: The forge is away. Wait." for hook in Hook]
    fire(again[Hook.EVENT], done, ledger, NOW)
    assert "event" not in trouble(ALERT, known(ledger), now=NOW)


def test_a_run_that_never_came_back_is_noticed() -> None:
    """While it may still be at work nobody else acts. Then it is told, and a command is not started again."""
    ledger = MemoryLedger()

    def dies(firing: Firing) -> Ended:
        raise KeyboardInterrupt

    for firing in ready(ledger).values():
        with pytest.raises(KeyboardInterrupt):
            fire(firing, dies, ledger, NOW)
    soon, late = NOW + PATIENCE - timedelta(minutes=1), NOW + PATIENCE
    assert (ready(ledger, now=soon), trouble(ALERT, known(ledger), now=soon)) == ({}, "")
    assert set(ready(ledger, now=late)) == {Hook.EVENT, Hook.REVIEW}
    assert "command: It was begun at 2026-11-10T00:07:00Z and never ended. It is not started again." in trouble(
        ALERT, known(ledger), now=late
    )


def test_without_the_remote_nothing_is_done_and_the_next_run_does_it() -> None:
    """A claim that the others do not see is none."""
    ledger = MemoryLedger(unreachable=True)
    with pytest.raises(LedgerError):
        fire(ready(ledger)[Hook.COMMAND], fails, ledger, NOW)
    ledger.unreachable = False
    firing = ready(ledger)[Hook.COMMAND]
    assert (firing.claim.attempt, fire(firing, done, ledger, NOW)) == (2, Ended("did command"))
    assert trouble(ALERT, known(ledger), now=NOW) == ""


@pytest.mark.parametrize(
    "change", [{"format": "x"}, {"attempt": 7}, {"hook": "shell"}, {"since": "never"}, {"more": 1}, {"at": 5}]
)
def test_a_damaged_record_is_refused(change: dict[str, object]) -> None:
    """Its path says what it should be about."""
    claim = ready(MemoryLedger())[Hook.EVENT].claim
    data = json.dumps(json.loads(claim.render()) | change).encode()
    assert load_records({claim.path: claim.render()}) == [claim]
    with pytest.raises(LedgerError, match="is damaged"):
        load_records({claim.path: data})


def test_the_event_names_what_is_broken_and_shows_no_row() -> None:
    """A CloudEvent whose id is the same whenever it is told; descriptions, which quote data, stay out."""
    message = to_cloud_event(ALERT, EventSettings())
    assert message.content_type == "application/cloudevents+json"
    assert message.id == to_cloud_event(replace(ALERT, last=replace(LAST, revision=2)), EventSettings()).id
    assert {key: message.body[key] for key in ("specversion", "type", "subject", "time")} == {
        "specversion": "1.0",
        "type": "mlgov.monitor.alert.raised.v1",
        "subject": "churn/data-quality",
        "time": "2026-11-10T00:00:00Z",
    }
    assert message.body["data"]["violations"] == [
        {"feature_name": "age", "constraint_check_type": "baseline_drift_check"}
    ]
    assert b"Ann" not in message.data()


def test_the_event_for_eventbridge_is_in_its_shape() -> None:
    """The same detail; data that was refused is named."""
    refused = replace(LAST, violations=(), failure=Failure(FailureKind.REFUSED_DATA, "too long"))
    body = to_event_bridge(replace(ALERT, last=refused), EventSettings()).body
    assert (body["detail-type"], body["source"], body["detail"]["failure"]) == (
        "mlgov Monitor Alert",
        "mlgov",
        "refused_data",
    )

"""Alerts by m of n, and the state of a monitor."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mlgov.monitors import AlertRule, Cell, Failure, FailureKind, state_of, worst
from mlgov.monitors.alerts import HISTORY, alert_flags, alert_of
from tests.monitors.examples import DAY, START, execution, history, monitor

TWO_OF_THREE = AlertRule(datapoints_to_alert=2, evaluation_period=3)


@pytest.mark.parametrize(
    ("letters", "alerts"),
    [
        ("V.VV..V..", "..AAA...."),  # the worked sequence of nine executions
        ("V", "."),
        ("VV", ".A"),  # before three executions exist
        ("VV.", ".AA"),
        ("VV..", ".AA."),
        ("", ""),
    ],
)
def test_two_of_three(letters: str, alerts: str) -> None:
    """In alert while two of the last three executions had violations."""
    flags = alert_flags([letter == "V" for letter in letters], TWO_OF_THREE)
    assert "".join("A" if flag else "." for flag in flags) == alerts


@pytest.mark.parametrize(
    ("m", "n", "letters", "alerts"), [(1, 1, "V.V", "A.A"), (3, 3, "VVV.", "..A."), (1, 3, "V...", "AAA.")]
)
def test_any_m_of_n(m: int, n: int, letters: str, alerts: str) -> None:
    """The rule is the monitor's own."""
    rule = AlertRule(datapoints_to_alert=m, evaluation_period=n)
    flags = alert_flags([letter == "V" for letter in letters], rule)
    assert "".join("A" if flag else "." for flag in flags) == alerts


def test_an_alert_begins_with_the_window_that_raised_it() -> None:
    """Later violations do not move the beginning; a new alert has a new one."""
    assert alert_of(history("VVV"), TWO_OF_THREE).since == START + 2 * DAY
    assert alert_of(history("VV...VV"), TWO_OF_THREE).since == START + 7 * DAY
    assert alert_of(history("VV.."), TWO_OF_THREE).since is None


@pytest.mark.parametrize("letters", ["VVnnnn", "VViiii", "VVffff", "VnVnn"])
def test_no_evidence_ends_no_alert(letters: str) -> None:
    """Missing data, too little data and a broken checker are no proof of health."""
    assert alert_of(history(letters), TWO_OF_THREE).since is not None


def test_the_alert_names_the_last_window_that_keeps_it_up() -> None:
    """Windows without evidence and good ones after it do not hide it; one that is long gone is forgotten."""
    windows = history("VV.n")
    assert alert_of(windows, TWO_OF_THREE).last_violated is windows[1]
    assert alert_of(history("V..."), TWO_OF_THREE).last_violated is None


@pytest.mark.parametrize(("letters", "said"), [("V", "1 of 2 bad windows to an alert"), ("...", ""), ("VV", "")])
def test_nearness_is_said_before_an_alert_and_not_in_one(letters: str, said: str) -> None:
    """Nor when there is nothing to say."""
    assert alert_of(history(letters), TWO_OF_THREE).nearness == said


def test_no_evidence_raises_no_alert() -> None:
    """A checker that fails is a state of its own."""
    assert alert_of(history("ffffnnngg"), TWO_OF_THREE).since is None


@pytest.mark.parametrize("kind", [FailureKind.REFUSED_DATA, FailureKind.DAMAGED_DATA])
def test_data_that_cannot_be_read_counts_as_a_violation(kind: FailureKind) -> None:
    """Broken files must not be a way to silence a monitor."""
    broken = [execution(day, "failed", failure=Failure(kind, "It is a bomb.")) for day in range(2)]
    assert alert_of(broken, TWO_OF_THREE).since == START + 2 * DAY


NOW = START + 5 * DAY + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("letters", "cell"),
    [
        ("", Cell.PENDING),
        (".....", Cell.OK),
        ("....V", Cell.OK),
        ("...VV", Cell.IN_ALERT),
        ("..VVn", Cell.IN_ALERT),
        ("....n", Cell.NO_DATA),
        ("....g", Cell.NO_GROUND_TRUTH),
        ("....i", Cell.INSUFFICIENT),
        ("....f", Cell.FAILED),
        ("..", Cell.STALE),
    ],
)
def test_the_cell_says_what_people_must_know(letters: str, cell: Cell) -> None:
    """Alert before staleness before the last outcome."""
    assert state_of(monitor(), history(letters), NOW).cell is cell


def test_a_disabled_monitor_is_inactive() -> None:
    """Whatever it found before it was turned off."""
    assert state_of(monitor(enabled=False), history("VV"), NOW).cell is Cell.INACTIVE


def test_an_alert_that_got_old_says_so() -> None:
    """The alert stays the headline; that nothing came since is told too."""
    state = state_of(monitor(), history("VV"), START + 20 * DAY)
    assert (state.cell, state.is_stale, state.since) == (Cell.IN_ALERT, True, START + 2 * DAY)


def test_staleness_begins_after_the_grace_periods() -> None:
    """Two periods of a day after the end of the last window, and not a minute before."""
    assert not state_of(monitor(), history("."), START + 3 * DAY).is_stale
    assert state_of(monitor(), history("."), START + 3 * DAY + timedelta(minutes=1)).is_stale
    assert not state_of(monitor(), history("."), START + 4 * DAY, grace_periods=3).is_stale


def test_the_future_is_not_looked_at() -> None:
    """A past day is told as it looked on that day."""
    state = state_of(monitor(), history("..VV"), START + 3 * DAY)
    assert (state.cell, len(state.recent)) == (Cell.OK, 3)


def test_the_last_revision_of_a_window_counts() -> None:
    """Late rows may turn a violation into a pass."""
    first, second = history("VV")
    corrected = replace(second, status=execution().status, revision=2)
    state = state_of(monitor(), [corrected, first, second], START + 2 * DAY)
    assert (state.cell, [o.status.value for o in state.recent]) == (Cell.OK, ["completed_with_violations", "completed"])


def test_the_worst_of_several_monitors_is_shown() -> None:
    """One cell per model and type, however many monitors it has."""
    states = [state_of(monitor(), history(letters), NOW) for letters in (".....", "...VV", "....n")]
    found = worst(states)
    assert found is not None
    assert found.cell is Cell.IN_ALERT
    assert worst([]) is None


def test_a_state_counts_from_its_first_window_in_a_row() -> None:
    """Three failures in a row are a failure since the first of them, not since the last."""
    state = state_of(monitor(), history("f.fff"), START + 5 * DAY)
    assert (state.cell, state.since) == (Cell.FAILED, START + 3 * DAY)


@pytest.mark.parametrize(
    ("letters", "turns"),
    [("..VV...VV", [(3, True), (5, False), (8, True)]), ("VV", [(1, True)]), ("....", []), ("", [])],
)
def test_a_monitor_remembers_when_alerts_were_raised_and_ended(letters: str, turns: list[tuple[int, bool]]) -> None:
    """By the end of the window that did it; two of three."""
    found = history(letters)
    state = state_of(monitor(), found, START + 20 * DAY)
    assert [(turn.at, turn.raised) for turn in state.turns] == [(found[at].window_end, raised) for at, raised in turns]


def test_a_monitor_keeps_its_last_executions() -> None:
    """The newest of them, oldest first; whether two states are equal does not depend on them."""
    found = history("." * (HISTORY + 5))
    state = state_of(monitor(), found, START + 200 * DAY)
    assert state.history == tuple(found[-HISTORY:])
    assert state == replace(state, history=())

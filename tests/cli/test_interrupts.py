"""Ctrl-C that cannot get lost."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlgov.cli.app import App, TerminalEvents
from mlgov.cli.interrupts import remembered, stop_if_pressed
from mlgov.events import Notice, Progress


class Untidy:
    """Is interrupted while Python tidies it up, where exceptions end."""

    def __del__(self) -> None:
        """As when Ctrl-C is pressed just then."""
        os.kill(os.getpid(), signal.SIGINT)
        signal.getsignal(signal.SIGINT)  # the signal is handled here at the latest


@pytest.fixture
def events() -> TerminalEvents:
    """What long work tells its steps to."""
    return TerminalEvents(App(Path(), None, no_color=True, quiet=True))


@pytest.fixture(autouse=True)
def by_default() -> Iterator[None]:
    """Signals go where Python sends them by itself."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_drops_stops_work_at_its_next_step(events: TerminalEvents) -> None:
    """What Python prints and forgets is raised when the work tells how far it is."""
    with remembered():
        events.emit(Progress("working", 1))
        untidy = Untidy()
        del untidy
        events.emit(Notice("no step"))
        with pytest.raises(KeyboardInterrupt):
            events.emit(Progress("working", 2))
    stop_if_pressed()  # it is over


def test_an_interrupt_at_any_other_time_is_one_as_ever() -> None:
    """And afterwards signals go where they went before."""
    with pytest.raises(KeyboardInterrupt), remembered():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_ignores_it_goes_on_ignoring_it() -> None:
    """As a job in the background does: Ctrl-C is meant for the one in front."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with remembered():
        signal.raise_signal(signal.SIGINT)
        stop_if_pressed()

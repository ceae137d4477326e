"""Ctrl-C that cannot get lost."""

import os
import signal
import threading

import pytest

from mlgov.cli.interrupts import remembered


class Untidy:
    """Is interrupted while Python tidies it up, where exceptions end."""

    def __del__(self) -> None:
        """As when Ctrl-C is pressed just then."""
        os.kill(os.getpid(), signal.SIGINT)
        signal.getsignal(signal.SIGINT)  # the signal is handled here at the latest


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_drops_is_told_at_the_next_step() -> None:
    """What Python prints and forgets is raised when the work asks."""
    with remembered() as stop_if_pressed:
        stop_if_pressed()
        untidy = Untidy()
        del untidy
        with pytest.raises(KeyboardInterrupt):
            stop_if_pressed()


def test_an_interrupt_at_any_other_time_is_one_as_ever() -> None:
    """And afterwards signals go where they went before."""
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), remembered():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_goes_on_as_it_did() -> None:
    """Only the main thread hears signals."""
    seen = []

    def work() -> None:
        with remembered() as stop_if_pressed:
            stop_if_pressed()
            seen.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]

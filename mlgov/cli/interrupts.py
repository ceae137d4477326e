"""Ctrl-C that cannot get lost: Python drops a KeyboardInterrupt that comes while it tidies an object up.

It is kept in mind here for the whole process, as signals are, and long work is stopped at its next step.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_pressed = threading.Event()


@contextmanager
def remembered() -> Iterator[None]:
    """Keep in mind that somebody pressed Ctrl-C. Where it is ignored, as in the background, it stays ignored."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _pressed.clear()


def stop_if_pressed() -> None:
    """Raise KeyboardInterrupt when somebody pressed Ctrl-C, whatever became of it then."""
    if _pressed.is_set():
        raise KeyboardInterrupt


def _note(number: int, frame: FrameType | None) -> None:
    _pressed.set()
    signal.default_int_handler(number, frame)

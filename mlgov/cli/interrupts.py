"""Ctrl-C that cannot get lost: Python drops a KeyboardInterrupt that comes while it tidies an object up."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def remembered() -> Iterator[Callable[[], None]]:
    """Keep in mind that somebody pressed Ctrl-C; give what raises KeyboardInterrupt when somebody did.

    Long work asks between its steps. Outside of the main thread nothing is kept in mind, as signals do not come there.
    """
    pressed = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        pressed.set()
        raise KeyboardInterrupt

    def look() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield look
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield look
    finally:
        signal.signal(signal.SIGINT, before)

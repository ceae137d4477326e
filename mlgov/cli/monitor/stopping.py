"""What is said when somebody presses Ctrl-C: what is kept of the work, and how it goes on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mlgov.cli.app import App


@contextmanager
def telling_stops(app: App, said: Callable[[KeyboardInterrupt], str]) -> Iterator[None]:
    """Say a sentence when the work in here is stopped; the interrupt goes on.

    Args:
        app: Who says it.
        said: Gives the sentence, when it is needed.
    """
    try:
        yield
    except KeyboardInterrupt as stopped:
        end = "\n" if sys.stderr.isatty() else ""  # below ^C, or the line that shows how far the work is
        app.chat(f"{end}{said(stopped)}")
        raise

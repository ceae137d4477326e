"""Quotes of CSV that are opened and not closed.

PyArrow takes what follows such a quote as one cell, up to the end of the file and without a word: all rows after it
would be lost. So the bytes are watched on their way to PyArrow, by its own rules: a quote opens a cell only at the
start of the cell, two quotes within it stand for one, and elsewhere a quote is a character like others.
"""

import atexit
import io
import re
import threading
import time
import weakref

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.errors import TablesError

Places = npt.NDArray[np.intp]

_MARK = b"\xef\xbb\xbf"
_OPENING = re.compile(rb'(?<=[,\r\n])"')
_DOUBLED = b'""'
#: How long a process that ends waits for threads that still read ahead.
_PATIENCE_S = 5.0


class _Handed(io.RawIOBase):
    """What PyArrow gets to read from: only its own threads keep it, so it lives as long as they may call us."""

    def __init__(self, watch: "QuoteWatch") -> None:
        self._watch = watch
        _HANDED.add(self)

    def readable(self) -> bool:
        """Say that bytes can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Hand on the next bytes."""
        return self._watch.read(size)


_HANDED: "weakref.WeakSet[_Handed]" = weakref.WeakSet()


@atexit.register
def _wait_for_readers() -> None:
    """Let threads that read ahead finish: one that comes back to a Python that is ending aborts the process."""
    until = time.monotonic() + _PATIENCE_S
    while len(_HANDED) and time.monotonic() < until:
        time.sleep(0.002)


class QuoteWatch:
    """Watches a stream, and remembers the first quote which is not closed, or closed only after very many lines.

    Args:
        source: The bytes of a CSV file.
        most: Line ends that a cell may have.
    """

    def __init__(self, source: pa.NativeFile, most: int) -> None:
        self._source = source
        self._most = most
        self._line = 1
        self._rest = b""  # quotes and carriage returns at the end of a block: what they are depends on the next one
        self._before = b"\n"
        self._opened = 0  # line of the quote that is open; 0 when none is
        self._found = 0  # line of a quote whose cell is too long
        self._is_first = True
        self._is_done = False
        self._is_stopped = False
        self._lock = threading.Lock()

    def stream(self) -> io.RawIOBase:
        """Give what PyArrow reads from; nobody else may keep it."""
        return _Handed(self)

    def read(self, size: int = -1) -> bytes:
        """Hand on the next bytes; none after `stop`."""
        with self._lock:
            if self._is_stopped:
                return b""
            data: bytes = self._source.read(size if size >= 0 else None)
            if not self._is_done:
                self._watch(data)
            return data

    def stop(self) -> None:
        """End the stream, and wait for whoever reads it.

        PyArrow reads ahead in a thread of its own. A process that ends while that thread is in here is aborted.
        """
        with self._lock:
            self._is_stopped = True

    def check(self, label: str) -> None:
        """Judge what was read so far. Raises TablesError."""
        hint = "Close it, or write the quote twice within quotes."
        if self._found:
            raise TablesError(
                f"{label}:{self._found}: a quote opens a cell of more than {self._most:,} lines.", hint=hint
            )
        if self._opened and (self._is_done or self._line - self._opened > self._most):
            raise TablesError(f"{label}:{self._opened}: a quote is opened and never closed.", hint=hint)

    def _watch(self, data: bytes) -> None:
        self._is_done = not data
        whole = self._rest + data
        if self._is_first and data:
            whole, self._is_first = whole.removeprefix(_MARK), False
        block = whole if self._is_done else whole.rstrip(b'"\r')
        self._rest = whole[len(block) :]
        if block:
            self._look(self._before + block)
            self._before = block[-1:]

    def _look(self, data: bytes) -> None:
        """Follow the quotes of a block, which begins with the last byte of the block before it."""
        array = np.frombuffer(data, np.uint8)
        ends = _line_ends(array)
        places = np.flatnonzero(array[1:] == ord('"')) + 1
        if not _is_plain(array, places, is_open=bool(self._opened)):
            places = _followed(data, is_open=bool(self._opened))
        lines = self._line + np.searchsorted(ends, places)
        openings, closings = lines[int(bool(self._opened)) :: 2], lines[int(not self._opened) :: 2]
        if self._opened:
            openings = np.concatenate(([self._opened], openings))
        openings, closings, is_open = _joined(openings, closings, places, is_open=bool(self._opened))
        self._line += len(ends)
        long = np.flatnonzero(closings - openings[: len(closings)] > self._most)
        if len(long) and not self._found:
            self._found = int(openings[long[0]])
        self._opened = int(openings[-1]) if is_open else 0


def _line_ends(array: npt.NDArray[np.uint8]) -> Places:
    """Find line feeds, and carriage returns without one; the first byte belongs to the block before."""
    feeds = array == ord("\n")
    returns = array == ord("\r")
    returns[:-1] &= ~feeds[1:]
    return np.flatnonzero((feeds | returns)[1:]) + 1


def _is_plain(array: npt.NDArray[np.uint8], places: Places, *, is_open: bool) -> bool:
    """Say whether every other quote opens a cell, or opens again the one that the quote just before it closed."""
    openings = places[int(is_open) :: 2]
    before = array[openings - 1]
    starts = (before == ord(",")) | (before == ord("\n")) | (before == ord("\r"))
    again = np.zeros(len(openings), bool)
    closings = places[int(not is_open) :: 2]
    if is_open:
        again = closings[: len(openings)] + 1 == openings
    else:
        again[1:] = closings[: len(openings) - 1] + 1 == openings[1:]
    return bool((starts | again).all())


def _followed(data: bytes, *, is_open: bool) -> Places:
    """Find the quotes that open and close cells one after the other: for blocks with quotes at other places."""
    found: list[int] = []
    place = 1
    while True:
        hit = data.find(b'"', place) if is_open else getattr(_OPENING.search(data, place), "start", lambda: -1)()
        if hit < 0:
            return np.array(found, np.intp)
        if is_open and data.startswith(_DOUBLED, hit):
            place = hit + 2
            continue
        found.append(hit)
        is_open, place = not is_open, hit + 1


def _joined(openings: Places, closings: Places, places: Places, *, is_open: bool) -> tuple[Places, Places, bool]:
    """Take two quotes within a cell for what they are: neither the end of it nor the start of another."""
    closed, opened = places[int(not is_open) :: 2], places[int(is_open) :: 2]
    following = opened if is_open else opened[1:]
    pairs = min(len(closed), len(following))
    doubled = closed[:pairs] + 1 == following[:pairs]
    keep_closing = np.concatenate((~doubled, np.ones(len(closings) - pairs, bool)))
    keep_opening = np.concatenate(([True], ~doubled, np.ones(max(len(openings) - pairs - 1, 0), bool)))
    still = len(openings) > len(closings)
    return openings[keep_opening[: len(openings)]], closings[keep_closing], still

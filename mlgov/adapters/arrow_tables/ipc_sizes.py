"""How large the batches of an Arrow IPC file say they are, from their headers alone.

A compressed buffer begins with its unpacked size, for which Arrow then makes room: 2 MB may promise terabytes. PyArrow
does not tell that number, so the headers (flatbuffers) are read here; layout as in Arrow's Message.fbs.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

#: Largest header of one message that is read.
HEADER_BYTES = 16 * 1024 * 1024

_MAGIC = b"ARROW1"
_DICTIONARY, _RECORDS = 2, 3
_CONTINUATION = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class BatchSize:
    """What the header of one batch says.

    Attributes:
        rows: Its rows.
        bytes: Bytes of its unpacked buffers.
        is_dictionary: Whether it is a dictionary and no batch of rows.
    """

    rows: int
    bytes: int
    is_dictionary: bool


def batch_sizes(source: pa.NativeFile) -> Iterator[BatchSize]:
    """Read the headers of a file or stream, one after the other.

    Raises:
        ValueError: A header is damaged.
    """
    size = source.size()
    place = 8 if source.read_at(6, 0) == _MAGIC else 0
    while found := _header(source, place):
        header, body = found
        message = _root(header)
        batch, is_dictionary = _batch(message)
        if batch:
            yield BatchSize(batch.long(0), sum(_unpacked(source, size, batch, body)), is_dictionary)
        after = body + message.long(3)
        if not body <= after <= size:
            raise ValueError("a batch is longer than the file")
        place = after


def _header(source: pa.NativeFile, place: int) -> tuple[bytes, int] | None:
    """Give the header at a place and where its body starts; None at the end."""
    start = source.read_at(8, place)
    if len(start) < 8:
        return None
    mark, length = struct.unpack("<Ii", start)
    skipped = 8
    if mark != _CONTINUATION:  # before Arrow 0.15 there was no mark
        length, skipped = mark, 4
    if length == 0:
        return None
    if not 0 < length <= HEADER_BYTES:
        raise ValueError("a header has an impossible length")
    return source.read_at(length, place + skipped), place + skipped + length


def _batch(message: "_Table") -> tuple["_Table | None", bool]:
    kind = message.byte(1)
    if kind == _RECORDS:
        return message.table(2), False
    return (message.table(2).table(1), True) if kind == _DICTIONARY else (None, False)


def _unpacked(source: pa.NativeFile, size: int, batch: "_Table", body: int) -> Iterator[int]:
    """Give the unpacked size of each buffer of a batch."""
    is_packed = batch.has(3)
    for offset, length in batch.pairs(2):
        if length < 0 or offset < 0:
            raise ValueError("a buffer has a negative size")
        if is_packed and length >= 8:
            if body + offset + 8 > size:
                raise ValueError("a buffer lies beyond the end of the file")
            (promised,) = struct.unpack("<q", source.read_at(8, body + offset))
            yield promised if promised >= 0 else length
        else:
            yield length


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a flatbuffer.

    Attributes:
        data: The flatbuffer.
        place: Where the table starts.
    """

    data: bytes
    place: int

    def long(self, field: int) -> int:
        """Give a 64-bit number; 0 when it is not there."""
        return self._number("<q", field)

    def byte(self, field: int) -> int:
        """Give an 8-bit number; 0 when it is not there."""
        return self._number("<B", field)

    def has(self, field: int) -> bool:
        """Say whether a field is there."""
        return bool(self._offset(field))

    def table(self, field: int) -> "_Table":
        """Give a table within this one."""
        return _Table(self.data, self._followed(field))

    def pairs(self, field: int) -> Iterator[tuple[int, int]]:
        """Give the pairs of 64-bit numbers of a list."""
        if self.has(field):
            start = self._followed(field)
            (count,) = _taken("<I", self.data, start)
            if count * 16 > len(self.data):
                raise ValueError("a list is longer than its header")
            yield from (_taken("<qq", self.data, start + 4 + 16 * number) for number in range(count))  # type: ignore[misc]

    def _number(self, form: str, field: int) -> int:
        offset = self._offset(field)
        return int(_taken(form, self.data, self.place + offset)[0]) if offset else 0

    def _followed(self, field: int) -> int:
        place = self.place + self._offset(field)
        return place + int(_taken("<I", self.data, place)[0])

    def _offset(self, field: int) -> int:
        index = self.place - int(_taken("<i", self.data, self.place)[0])
        (size,) = _taken("<H", self.data, index)
        return int(_taken("<H", self.data, index + 4 + 2 * field)[0]) if 4 + 2 * field < size else 0


def _root(data: bytes) -> _Table:
    return _Table(data, int(_taken("<I", data, 0)[0]))


def _taken(form: str, data: bytes, place: int) -> tuple[int, ...]:
    if place < 0:
        raise ValueError("a header points before its start")
    try:
        return struct.unpack_from(form, data, place)
    except struct.error:
        raise ValueError("a header points beyond its end") from None

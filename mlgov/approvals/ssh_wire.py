"""The binary encoding of SSH (RFC 4251 section 5), read strictly: no byte left over, every number in its one form."""

_LENGTH_BYTES = 4


class Reader:
    """Reads values one after the other from the front of some bytes.

    Every method raises ValueError with a sentence when the bytes do not hold what was asked for.

    Args:
        data: The bytes.
        what: What they are, for messages: "signature", "public key".
    """

    def __init__(self, data: bytes, what: str) -> None:
        self._rest = data
        self._what = what

    def take(self, count: int) -> bytes:
        """Read ``count`` bytes."""
        if len(self._rest) < count:
            raise ValueError(f"The {self._what} is cut off.")
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def uint32(self) -> int:
        """Read a number of four bytes."""
        return int.from_bytes(self.take(_LENGTH_BYTES), "big")

    def string(self) -> bytes:
        """Read bytes that come after their length."""
        return self.take(self.uint32())

    def name(self) -> str:
        """Read a string of printable ASCII."""
        text = self.string().decode("latin-1")
        if not (text.isascii() and text.isprintable()):
            raise ValueError(f"A name in the {self._what} is not printable ASCII.")
        return text

    def positive(self) -> int:
        """Read an mpint above zero. Zeros in front, which other readers skip, would be a second form of the number."""
        data = self.string()
        if data[:1] >= b"\x80":
            raise ValueError(f"A number in the {self._what} is negative.")
        if not data or (data[0] == 0 and data[1:2] < b"\x80"):
            raise ValueError(f"A number in the {self._what} is zero, or has zeros in front.")
        return int.from_bytes(data, "big")

    def end(self) -> None:
        """Refuse what is left."""
        if self._rest:
            raise ValueError(f"{len(self._rest)} bytes are left over after the end of the {self._what}.")


def string(data: bytes) -> bytes:
    """Write bytes after their length."""
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data

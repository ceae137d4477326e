"""Files of lines: JSON of any kind, one value per line."""

import io
from collections.abc import Iterator

from mlgov.adapters.arrow_tables.limits import Limits, too_much
from mlgov.adapters.arrow_tables.sources import DataFile


def lines(file: DataFile, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Stream the lines of a file that are not blank.

    Args:
        file: The file.
        limits: How long a line may be.

    Yields:
        Its place, as ``file:line``, and the line.

    Raises:
        TablesLimitError: A line is too long; it is not read to its end.
    """
    with file.system.open_input_stream(file.path, compression=None) as source:
        reader = io.BufferedReader(source, buffer_size=1 << 20)
        number = 0
        while line := reader.readline(limits.line_bytes + 1):
            number += 1
            place = f"{file.label}:{number}"
            if len(line) > limits.line_bytes:
                raise too_much(place, f"has more than {limits.line_bytes:,} bytes")
            if not line.isspace():
                yield place, line

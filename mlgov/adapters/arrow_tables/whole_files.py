"""Small files as a whole, wherever an address leads."""

from pathlib import Path

import pyarrow as pa

from mlgov.adapters.arrow_tables.limits import too_much
from mlgov.adapters.arrow_tables.sources import one_file, unreachable


def whole_file(root: Path, uri: str, limit: int) -> bytes:
    """Read a file.

    Args:
        root: Folder that relative addresses start from.
        uri: Path from there, or an address that PyArrow or fsspec knows.
        limit: Bytes that it may have.

    Raises:
        TablesMissingError: There is no file.
        TablesUnreachableError: Nobody answers at the address, or reading is not allowed.
        TablesLimitError: It is larger.
    """
    file = one_file(root, uri)
    if file.size > limit:
        raise too_much(uri, f"has {file.size:,} bytes; the limit is {limit:,}")
    try:
        with file.system.open_input_stream(file.path, compression=None) as source:
            data: bytes = source.read(limit)
    except (OSError, pa.ArrowException) as error:
        raise unreachable(uri, error) from None
    return data

"""Reading a source as rows, and writing files for it."""

from pathlib import Path
from typing import Any

from mlgov.adapters.arrow_tables import ArrowTables, Limits


def read(folder: Path, uri: str, *, limits: Limits | None = None, **options: Any) -> list[dict[str, Any]]:
    """Read a source as rows."""
    return [row for batch in ArrowTables(folder, limits=limits).batches(uri, **options) for row in batch.to_pylist()]


def write(path: Path, data: str | bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)

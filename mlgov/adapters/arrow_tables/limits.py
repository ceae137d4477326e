"""How large data may be. What metadata tells is judged before anything is read; the rest is counted while reading."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from mlgov.errors import TablesLimitError


@dataclass(frozen=True, slots=True)
class Limits:
    """How large one source may be.

    Attributes:
        files: Files of a folder.
        rows: Rows of all files together.
        columns: Columns of one file.
        cells: Rows times columns of all files together.
        group_bytes: Uncompressed bytes of one Parquet row group without texts; reading may take twice as much memory.
        text_group_bytes: The same for one with texts or byte strings; reading may take six times as much memory.
        batch_bytes: Bytes of one batch of Parquet, each text counted as often as it stands in a row.
        line_bytes: Bytes of one line of CSV or JSON.
        cell_lines: Line ends in one cell of CSV.
        json_depth: Levels of nesting of one capture record and of its payloads.
        record_rows: Rows of one capture record.
    """

    files: int = 100_000
    rows: int = 500_000_000
    columns: int = 5_000
    cells: int = 2_000_000_000
    group_bytes: int = 320 * 1024 * 1024
    text_group_bytes: int = 144 * 1024 * 1024
    batch_bytes: int = 512 * 1024 * 1024
    line_bytes: int = 8 * 1024 * 1024
    cell_lines: int = 1_000
    json_depth: int = 32
    record_rows: int = 100_000


class Tally:
    """Counts rows and cells over the files of a source and refuses what is too much. Several threads may share one."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._rows = 0
        self._cells = 0

    def add(self, path: str, rows: int, columns: int) -> None:
        """Count rows of ``columns`` columns. Raises TablesLimitError."""
        self.check_columns(path, columns)
        with self._lock:
            self._rows += rows
            self._cells += rows * columns
        if self._rows > self.limits.rows:
            raise too_much(path, f"has more than {self.limits.rows:,} rows, together with the files before it")
        if self._cells > self.limits.cells:
            raise too_much(path, f"has more than {self.limits.cells:,} cells, together with the files before it")

    def check_columns(self, path: str, columns: int) -> None:
        """Refuse a file with too many columns. Raises TablesLimitError."""
        if columns > self.limits.columns:
            said = f"has {columns:,} columns; the limit is {self.limits.columns:,}"
            raise too_much(path, said, hint="Write the columns that are to be watched into a file of their own.")


def too_much(path: str, what: str, *, hint: str = "Make the window smaller, or split the data.") -> TablesLimitError:
    """Make the error for data that is larger than the limits allow."""
    return TablesLimitError(f"{path} {what}.", hint=hint)


def repeated(names: Iterable[str]) -> str | None:
    """Find a column name that is used twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None

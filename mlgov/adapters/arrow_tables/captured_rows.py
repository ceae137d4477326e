"""Rows of requests and their answers, on their way to become batches.

Columns of a row: first what the model answered (output), then what it was asked (input), as Model Monitor orders
them; then ``eventId``, ``inferenceId`` and ``inferenceTime``. Cells without names are called by the expected columns
when there are as many, else ``_c0``, ``_c1``, ….
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from mlgov.adapters.arrow_tables import cells
from mlgov.adapters.arrow_tables.payloads import Row

#: Cells that are held before they become a batch.
BATCH_CELLS = 500_000
METADATA = ("eventId", "inferenceId", "inferenceTime")
#: Name of a label that has none; several get a number.
LABEL = "groundTruth"

Types = Mapping[str, pa.DataType]


class Names:
    """Names for values without names: those that are expected when there are as many, else their places.

    Args:
        expected: Names of the columns, in the order of the baseline.
    """

    def __init__(self, expected: Types) -> None:
        self._expected = tuple(name for name in expected if name not in METADATA)
        self._known = {len(self._expected): self._expected}

    def beside(self, row: list[Any], named: Row) -> dict[str, Any]:
        """Name values that stand beside values with names: by the expected names that are left, when they fit."""
        left = [name for name in self._expected if name not in named]
        return dict(zip(left if len(left) == len(row) else self.of(len(row)), row, strict=True))

    def are_header(self, row: list[str]) -> bool:
        """Say whether a row is a header: each of its cells is the name of another expected column."""
        return bool(row) and len({*row}) == len(row) and {*row} <= {*self._expected}

    def of(self, width: int) -> tuple[str, ...]:
        """Give ``width`` names."""
        if width not in self._known:
            self._known[width] = tuple(f"_c{place}" for place in range(width))
        return self._known[width]


def joined(output: Row, asked: Row, names: Names) -> dict[str, Any]:
    """Put the answer before the request; an answer named like an input gets ``output_`` before its name."""
    if isinstance(output, list):
        if isinstance(asked, list):
            return dict(zip(names.of(len(output) + len(asked)), output + asked, strict=True))
        return names.beside(output, asked) | asked
    if isinstance(asked, list):
        return output | names.beside(asked, output)
    return {f"output_{name}" if name in asked else name: value for name, value in output.items()} | asked


def typed_names(row: Mapping[str, Any], width: int, *, output: bool, asked: bool) -> list[str]:
    """Name the columns that have the types of JSON: those of the answer (the first ``width``), or of the request."""
    names = list(row) if output or asked else []
    return [*names[: width * output], *(names[width:] if asked else [])]


def labels(label: Row) -> dict[str, Any]:
    """Name the cells of a label."""
    if isinstance(label, dict):
        return label
    return {LABEL: label[0]} if len(label) == 1 else {f"{LABEL}_{place}": cell for place, cell in enumerate(label)}


@dataclass(slots=True)
class Held:
    """Rows that wait for their batch.

    Attributes:
        types: Expected types by column; the type that fits is noted for other columns of text.
        metadata: Columns that every batch has, last and as text.
        rows: Values by column.
        names: The columns of all rows, in the order in which they came.
        typed: Columns whose values have the types of JSON.
    """

    types: dict[str, pa.DataType]
    metadata: Sequence[str] = METADATA
    rows: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    def batch_before(self, row: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
        """Give what is held as a batch when a row has no room beside it: rows of many names make large tables."""
        new = 0 if row.keys() <= self.names.keys() else len(row.keys() - self.names.keys())
        if (len(self.names) + new) * (len(self.rows) + 1) > BATCH_CELLS:
            yield from self.rest()

    def add(self, row: dict[str, Any], typed: Iterable[str]) -> None:
        """Take a row, and the names of its columns that have the types of JSON."""
        self.rows.append(row)
        self.names.update(dict.fromkeys(row))
        self.typed.update(typed)

    def rest(self) -> Iterator[pa.RecordBatch]:
        """Give what is held as a batch."""
        if self.rows:
            names = [name for name in self.names if name not in self.metadata]
            columns = [self._column(name) for name in names]
            metadata = [pa.array([row.get(name) for row in self.rows], pa.string()) for name in self.metadata]
            yield pa.RecordBatch.from_arrays([*columns, *metadata], names=[*names, *self.metadata])
        self.rows, self.names, self.typed = [], {}, set()

    def _column(self, name: str) -> pa.Array:
        values = [row.get(name) for row in self.rows]
        if name in self.typed:
            return cells.from_values(values)
        texts = pa.array(values, pa.string())
        if name not in self.types:
            self.types[name] = cells.guess(texts)
        return cells.fit(texts, self.types[name])

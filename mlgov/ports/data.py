"""What mlgov needs to read: data files and descriptions of models."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa


T = TypeVar("T")

#: What data may come as: CSV, Parquet, SageMaker's capture and ground truth, JSON lines, Arrow IPC (Feather), and a
#: file with one SELECT that DuckDB runs.
DATA_FORMATS = ("csv", "parquet", "sagemaker_capture", "json_lines", "arrow", "sql")


class Scorer(Protocol):
    """A model that can be asked."""

    def score(self, columns: Sequence[str], rows: Sequence[Sequence[float]]) -> list[float]:
        """Ask for the answers to some rows.

        Args:
            columns: The features, in the order of the values of a row.
            rows: The rows, as many as one likes.

        Returns:
            One finite number per row, for a classifier the score of one class.

        Raises:
            ScorerError: The model could not be asked, or its answer makes no sense.
        """


#: Gives the model of a name. Raises UsageError when the settings that count have none.
Scorers = Callable[[str], Scorer]


class Tables(Protocol):
    """Data files, read as Arrow record batches in bounded memory."""

    @property
    def folds_here(self) -> bool:
        """Whether `fold` works in this process, as `batches` does, and not on a cluster."""

    def within(self, start: datetime, end: datetime) -> "Tables":
        """Give the same tables, which leave out files that can hold nothing of a time.

        Only the folder may tell that: one of an hour, ``yyyy/mm/dd/hh`` in UTC, that ends before ``start`` or begins at
        ``end`` or later. Other files are read; whoever reads still asks each row when it was.

        Args:
            start: Start of the time, included; aware.
            end: Its end, excluded; aware.
        """

    def minds_types(self, uri: str, *, data_format: str | None = None) -> bool:
        """Say whether the types that are expected decide what `batches` gives; asking never fails.

        Text is read by them, Parquet has types of its own. False is a promise: whatever is expected, the batches are
        the same. Where nobody knows yet, as with data that cannot be read, the answer is True.

        Args:
            uri: As for `batches`.
            data_format: As for `batches`.
        """

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, "pa.DataType"] | None = None
    ) -> Iterator["pa.RecordBatch"]:
        """Read a file or a folder of files.

        Args:
            uri: Path from the top of the repository, or an address that pyarrow knows.
            data_format: One of ``DATA_FORMATS``; by the file's ending when None.
            columns: Expected types by column; a column that does not fit its type comes as strings.

        Raises:
            TablesError: The data is missing or damaged.
            TablesLimitError: The data is larger than the limits allow.
        """

    def fold(
        self,
        uri: str,
        step: "Callable[[Iterable[pa.RecordBatch]], T]",
        join: "Callable[[T, T], T]",
        *,
        data_format: str | None = None,
        columns: Mapping[str, "pa.DataType"] | None = None,
        only: Collection[str] | None = None,
    ) -> T:
        """Take in a source part by part, wherever this engine does such work, and join the results.

        Args:
            uri: As for `batches`.
            step: Makes a result of some of the batches; called at least once, with any of them in any order. It and
                its results travel between processes, so both can be pickled.
            join: Joins two results; called in any order.
            data_format: As for `batches`.
            columns: As for `batches`.
            only: The columns that `step` looks at, all when None; where leaving out others is cheap they are left out.

        Raises:
            TablesError: As `batches` does; of several errors, the first in the order of the source.
            TablesLimitError: As `batches` does.
        """


@dataclass(frozen=True, slots=True)
class Described:
    """A model as its source describes it.

    Attributes:
        source: What was read, as ``kind:reference at server``; never with credentials.
        run: Which run, version or file it was; empty when the source has none.
        facts: What the source said, in its own words; their shape is the source's affair.
        notes: What could not be read, as sentences.
    """

    source: str
    run: str
    facts: Mapping[str, Any]
    notes: tuple[str, ...] = ()


class ModelSource(Protocol):
    """What knows models: a tracking server, an account of AWS."""

    def describe(self, reference: str) -> Described:
        """Read what it knows of one model.

        Args:
            reference: How the source calls it.

        Raises:
            UsageError: It has no such model, or the reference is no such name.
            OutsideError: It could not be asked.
        """

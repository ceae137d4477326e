"""What mlgov needs to read: data files and descriptions of models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Tables(Protocol):
    """Data files, read as Arrow record batches in bounded memory."""

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, "pa.DataType"] | None = None
    ) -> Iterator["pa.RecordBatch"]:
        """Read a file or a folder of files.

        Args:
            uri: Path from the top of the repository, or an address that pyarrow knows.
            data_format: ``csv``, ``parquet`` or ``sagemaker_capture``; by the file's ending when None.
            columns: Expected types by column; a column that does not fit its type comes as strings.

        Raises:
            TablesError: The data is missing or damaged.
            TablesLimitError: The data is larger than the limits allow.
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

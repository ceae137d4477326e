"""Parts of a source that can be read apart from each other, here or on another machine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from mlgov.adapters.arrow_tables import (
    arrow_files,
    batch_capture,
    capture_files,
    csv_files,
    ground_truth_files,
    json_files,
    parquet_files,
    sql_files,
)
from mlgov.adapters.arrow_tables.hours import Span
from mlgov.adapters.arrow_tables.limits import Limits, Tally
from mlgov.adapters.arrow_tables.sources import (
    DataFile,
    Source,
    files_of,
    format_of,
    is_outside,
    one_file,
    unreachable,
)
from mlgov.errors import MlgovError, TablesError, TablesLimitError, TablesMissingError

#: What `format_of` calls the manifests of batch transform jobs here.
_BATCH_CAPTURE = "batch_capture"
#: Formats whose reader is told the expected types: what `Part` hands its ``columns`` to.
_READ_BY_TYPES = ("csv", "sagemaker_capture")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a source: a file, some row groups of one, or all manifests of batch transform jobs.

    Attributes:
        root: Folder that relative addresses start from.
        limits: How large the part may be.
        data_format: How it is read.
        source: Its files.
        columns: Expected types by column.
        groups: Row groups of a Parquet file, from and to; None for all of it.
        only: The columns that are needed; None for all. Parquet leaves out the others.
        flat: The columns of a Parquet file that can be read.
    """

    root: Path
    limits: Limits
    data_format: str
    source: Source
    columns: Mapping[str, pa.DataType]
    groups: tuple[int, int] | None = None
    only: frozenset[str] | None = None
    flat: parquet_files.FlatColumns | None = None

    def batches(self, tally: Tally | None = None) -> Iterator[pa.RecordBatch]:
        """Read the part. Raises TablesError.

        Args:
            tally: Counts rows and cells; a new one when None.
        """
        label = self.source.files[0].label
        try:
            yield from self._read(tally or Tally(self.limits))
        except Exception as error:
            raise explained(label, error) from None

    def _read(self, tally: Tally) -> Iterator[pa.RecordBatch]:
        file = self.source.files[0]
        match self.data_format:
            case "csv":
                return csv_files.batches(file, tally, self.columns)
            case "parquet":
                assert self.flat is not None  # noqa: S101 - `parts_of` has judged the file
                return parquet_files.batches(file, tally, self.flat, self.groups, self.only)
            case "arrow":
                return arrow_files.batches(file, tally)
            case "json_lines":
                return json_files.batches(file, tally)
            case "sagemaker_ground_truth":
                return ground_truth_files.batches(file, tally)
            case "sql":
                return sql_files.batches(file, self.root, tally)
            case "batch_capture":
                files = dict(zip(self.source.below, self.source.files, strict=True))
                return batch_capture.batches(files, self._named, tally, self.columns)
        return capture_files.batches(file, tally, self.columns)

    def _named(self, address: str) -> DataFile:
        return one_file(self.root, address)


def parts_of(
    root: Path,
    uri: str,
    data_format: str | None,
    columns: Mapping[str, pa.DataType],
    limits: Limits,
    hours: Span | None = None,
) -> list[Part]:
    """Find the parts of a source, in the order of its rows. What files say of their size is judged before.

    Raises:
        TablesMissingError: There is nothing at the address.
        TablesUnreachableError: Nobody answers at the address, or reading is not allowed.
        UsageError: The format is not known.
        TablesError: A file is damaged or has another format.
        TablesLimitError: There is more than the limits allow.
    """
    label = uri
    try:
        source = files_of(root, uri, limits, hours)
        if data_format in (None, "sagemaker_capture") and batch_capture.is_batch(source.below):
            return [Part(root, limits, _BATCH_CAPTURE, source, columns)]
        chosen, tally = format_of(source, data_format), Tally(limits)
        parts: list[Part] = []
        for file in source.files:
            label = file.label
            part = Part(root, limits, _told_apart(file, chosen, data_format, tally), Source([file], [""]), columns)
            parts += _judged(part, file, tally)
        return parts
    except Exception as error:
        raise explained(label, error) from None


def is_read_by_types(root: Path, uri: str, data_format: str | None, limits: Limits, hours: Span | None = None) -> bool:
    """Say whether expected types decide how a source is read; True as well where its format is not known."""
    chosen = data_format
    if chosen is None:
        try:
            chosen = format_of(files_of(root, uri, limits, hours), None)
        except Exception:  # whoever reads it is told what is wrong
            return True
    return chosen in _READ_BY_TYPES


def _told_apart(file: DataFile, chosen: str, wanted: str | None, tally: Tally) -> str:
    """JSON lines are SageMaker's records or others; their ending does not tell."""
    if chosen == "sagemaker_capture" and wanted is None and not json_files.is_capture(file, tally):
        return "json_lines"
    return chosen


def _judged(part: Part, file: DataFile, tally: Tally) -> Sequence[Part]:
    if part.data_format == "arrow":
        arrow_files.judge(file, tally)
    if part.data_format != "parquet":
        return [part]
    runs, flat = parquet_files.judge(file, tally)
    return [replace(part, groups=run, flat=flat) for run in runs]


def explained(label: str, error: Exception) -> Exception:
    """Turn what PyArrow and the system raise into an error of ours; what is a bug stays one."""
    if isinstance(error, FileNotFoundError):
        return TablesMissingError(f"{label} is gone.")
    if isinstance(error, MemoryError):
        return TablesLimitError(f"{label} needs more memory than there is.")
    if isinstance(error, MlgovError) or not isinstance(error, OSError | pa.ArrowException | ValueError | RuntimeError):
        return error
    if isinstance(error, RuntimeError) and not isinstance(error, pa.ArrowException):
        return _followed(label, error)
    if is_outside(error):
        return unreachable(label, error)
    hint = "It is damaged, or has another format than its ending or `format` says. Write or copy it again."
    return TablesError(f"{label} cannot be read: {_first_line(error)}", hint=hint)


def _followed(label: str, error: RuntimeError) -> Exception:
    """Explain a link that could not be followed to its end; what else is wrong here is a bug and stays one."""
    if "Symlink loop" not in str(error):
        return error
    return TablesError(f"{label} holds a link that leads to itself.", hint="Remove it.")


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]

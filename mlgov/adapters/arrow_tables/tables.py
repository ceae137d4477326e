"""The Tables port on PyArrow."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from mlgov.adapters.arrow_tables import capture_files, csv_files, ground_truth_files, parquet_files
from mlgov.adapters.arrow_tables.limits import Limits, Tally
from mlgov.adapters.arrow_tables.sources import DataFile, files_of, is_outside, unreachable
from mlgov.errors import MlgovError, TablesError, TablesLimitError, TablesMissingError


class ArrowTables:
    """Reads data files.

    Args:
        root: Folder that relative addresses start from.
        limits: How large a source may be.
    """

    def __init__(self, root: Path, *, limits: Limits | None = None) -> None:
        self._root = root
        self._limits = limits or Limits()

    def batches(
        self, uri: str, *, data_format: str | None = None, columns: Mapping[str, pa.DataType] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Read a file or a folder of files.

        Args:
            uri: Path from the root, or an address that PyArrow knows.
            data_format: ``csv``, ``parquet``, ``sagemaker_capture`` or ``sagemaker_ground_truth``; by the files'
                ending when None.
            columns: Expected types by column, in the order of the baseline. A column that does not fit comes as text.

        Raises:
            TablesMissingError: There is nothing at the address.
            TablesUnreachableError: Nobody answers at the address, or reading is not allowed.
            UsageError: ``data_format`` is not known.
            TablesError: The data is damaged; the message names the file and, in text, the line.
            TablesLimitError: The data is larger than the limits allow.
        """
        label = uri
        try:
            chosen, files = files_of(self._root, uri, data_format, self._limits)
            tally = Tally(self._limits)
            if chosen == "parquet":
                for file in files:
                    label = file.label
                    parquet_files.judge(file, tally)
            for file in files:
                label = file.label
                yield from self._file(chosen, file, tally, columns or {})
        except MlgovError:
            raise
        except FileNotFoundError:
            raise TablesMissingError(f"{label} is gone.") from None
        except MemoryError:
            raise TablesLimitError(f"{label} needs more memory than there is.") from None
        except (OSError, pa.ArrowException, ValueError, RuntimeError) as error:
            raise _explained(label, error) from None

    def _file(
        self, chosen: str, file: DataFile, tally: Tally, columns: Mapping[str, pa.DataType]
    ) -> Iterator[pa.RecordBatch]:
        if chosen == "csv":
            return csv_files.batches(file, tally, columns)
        if chosen == "parquet":
            return parquet_files.batches(file, tally)
        if chosen == "sagemaker_ground_truth":
            return ground_truth_files.batches(file, tally)
        return capture_files.batches(file, tally, columns)


def _explained(label: str, error: Exception) -> Exception:
    if isinstance(error, RuntimeError):
        return _followed(label, error)
    if is_outside(error):
        return unreachable(label, error)
    return TablesError(f"{label} cannot be read: {_first_line(error)}")


def _followed(label: str, error: RuntimeError) -> Exception:
    """Explain a link that could not be followed to its end; what else is wrong here is a bug and stays one."""
    if "Symlink loop" not in str(error):
        return error
    return TablesError(f"{label} holds a link that leads to itself.", hint="Remove it.")


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]

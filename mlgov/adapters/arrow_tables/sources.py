"""From an address to files: local paths below a root, or file systems that PyArrow knows (s3, gs, hdfs)."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import fs

from mlgov.adapters.arrow_tables.limits import Limits, too_much
from mlgov.errors import TablesError, TablesMissingError, TablesUnreachableError, UsageError

#: Format -> endings of its files.
ENDINGS = {
    "csv": (".csv",),
    "parquet": (".parquet", ".pq"),
    "sagemaker_capture": (".jsonl",),
    "sagemaker_ground_truth": (".jsonl",),
}
#: Formats that are only read when they are named: their endings mean another one.
_NAMED_ONLY = ("sagemaker_ground_truth",)
#: How PyArrow's errors name the services that did not answer.
_SERVICES = ("AWS Error", "google::cloud::Status")
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".lz4", ".br")


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of a source.

    Attributes:
        system: The file system it is on.
        path: Its path there.
        label: What people call it: its path as the source was addressed.
        size: Bytes.
    """

    system: fs.FileSystem
    path: str
    label: str
    size: int


def files_of(root: Path, uri: str, data_format: str | None, limits: Limits) -> tuple[str, list[DataFile]]:
    """Find the files behind an address, in sorted order, and their format.

    A folder stands for all its files at any depth; files whose names start with ``_`` or ``.`` are markers of other
    programs and passed over.

    Raises:
        TablesMissingError: There is nothing at the address.
        TablesUnreachableError: The address cannot be read, or whoever is there does not answer.
        TablesError: A file's ending or a link out of the root is not acceptable.
        TablesLimitError: There are too many files.
    """
    if data_format is not None and data_format not in ENDINGS:
        raise UsageError(f"{data_format!r} is no format of data.", hint=f"Known are {', '.join(ENDINGS)}.")
    system, base = _locate(root, uri)
    try:
        top = system.get_file_info(base)
        if top.type is fs.FileType.NotFound:
            raise TablesMissingError(f"There is no data at {uri}.", hint="Correct the address, or deliver the data.")
        if top.is_file:
            return data_format or _format_of([top.path]), [DataFile(system, top.path, uri, top.size or 0)]
        found = system.get_file_info(fs.FileSelector(base, recursive=True))
    except (OSError, pa.ArrowException) as error:
        raise unreachable(uri, error) from None
    kept = sorted((info for info in found if info.is_file and not _is_marker(base, info.path)), key=lambda i: i.path)
    if len(kept) > limits.files:
        raise too_much(uri, f"has {len(kept):,} files; the limit is {limits.files:,}")
    chosen = data_format or _format_of([info.path for info in kept])
    _refuse_others(chosen, [info.path for info in kept])
    _refuse_links(root, uri, system, [info.path for info in kept])
    prefix = uri.rstrip("/")
    return chosen, [DataFile(system, i.path, prefix + i.path.removeprefix(base.rstrip("/")), i.size or 0) for i in kept]


def _locate(root: Path, uri: str) -> tuple[fs.FileSystem, str]:
    if "://" not in uri:
        place = root / uri
        _refuse_links(root, uri, fs.LocalFileSystem(), [str(place)])
        return fs.LocalFileSystem(), str(place)
    try:
        system, path = fs.FileSystem.from_uri(uri)
    except OSError as error:
        raise unreachable(uri, error) from None
    except (pa.ArrowException, ValueError) as error:
        raise TablesUnreachableError(
            f"{uri} is not an address that can be read: {error}", hint="Correct the address."
        ) from None
    return system, path


def unreachable(label: str, error: Exception) -> TablesUnreachableError:
    """Make the error for data that could not be asked for; ``label`` is what people call it."""
    said = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    hint = "Check the address, the network and the credentials."
    return TablesUnreachableError(f"{label} cannot be reached: {said}", hint=hint)


def is_outside(error: Exception) -> bool:
    """Say whether reading failed on the way to the data: damage has no number of the system and names no service."""
    if not isinstance(error, OSError):
        return False
    return error.errno is not None or any(service in str(error) for service in _SERVICES)


def _refuse_links(root: Path, uri: str, system: fs.FileSystem, paths: list[str]) -> None:
    """Refuse files that a relative address reaches outside of the root, through ``..`` or links."""
    if not isinstance(system, fs.LocalFileSystem) or Path(uri).is_absolute() or "://" in uri:
        return
    top = root.resolve()
    for path in paths:
        if not Path(path).resolve().is_relative_to(top):
            raise TablesError(f"{path} leads out of {top}.", hint="Use a full path or copy the data.")


def _is_marker(base: str, path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.removeprefix(base).split("/"))


def _format_of(paths: list[str]) -> str:
    known = {name: endings for name, endings in ENDINGS.items() if name not in _NAMED_ONLY}
    found = {name for path in paths for name, endings in known.items() if path.lower().endswith(endings)}
    if len(found) > 1:
        raise TablesError(
            f"The files have several formats: {', '.join(sorted(found))}.",
            hint="Choose one with --data-format or source.format.",
        )
    if not found and paths:
        _refuse_packed(paths[0])
        endings = ", ".join(ending for group in ENDINGS.values() for ending in group)
        raise TablesError(
            f"The format of {paths[0]} is not known.",
            hint=f"Name it with --data-format (source.format in a monitor), or use {endings}.",
        )
    return found.pop() if found else "parquet"


def _refuse_others(data_format: str, paths: list[str]) -> None:
    for path in paths:
        if not path.lower().endswith(ENDINGS[data_format]):
            _refuse_packed(path)
            expected = " or ".join(ENDINGS[data_format])
            raise TablesError(f"{path} is not {expected}.", hint="Move it away, or start its name with an underscore.")


def _refuse_packed(path: str) -> None:
    if path.lower().endswith(_PACKED):
        raise TablesError(f"{path} is compressed, so its size cannot be known.", hint="Unpack it, or use Parquet.")

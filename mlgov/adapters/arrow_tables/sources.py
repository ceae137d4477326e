"""From an address to files: local paths below a root, and file systems that PyArrow or fsspec knows.

PyArrow knows s3, gs, abfs and hdfs. fsspec is asked for others (az, memory, http, …); each needs its own package.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import fs

from mlgov.adapters.arrow_tables.hours import Span, are_manifests, is_within
from mlgov.adapters.arrow_tables.limits import Limits, too_much
from mlgov.errors import TablesError, TablesMissingError, TablesUnreachableError, UsageError

#: Format -> endings of its files. A file whose ending two formats share has the first of them, unless it is named.
ENDINGS = {
    "csv": (".csv",),
    "parquet": (".parquet", ".pq"),
    "sagemaker_capture": (".jsonl",),
    "json_lines": (".ndjson", ".jsonl"),
    "arrow": (".arrow", ".feather", ".arrows", ".ipc"),
    "sql": (".sql",),
    "sagemaker_ground_truth": (".jsonl",),
}
#: Folders of the manifests of batch transform jobs.
SIDES = ("input", "output")
#: How PyArrow's errors name the services that did not answer.
_SERVICES = ("AWS Error", "google::cloud::Status")
#: Schemes that PyArrow knows.
_ARROW_SCHEMES = ("file", "s3", "gs", "gcs", "hdfs", "viewfs", "abfs", "abfss")
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


@dataclass(frozen=True, slots=True)
class Source:
    """The files behind an address.

    Attributes:
        files: The files in sorted order.
        below: Their paths below the address; empty strings when the address is a file.
    """

    files: list[DataFile]
    below: list[str]


def files_of(root: Path, uri: str, limits: Limits, hours: Span | None = None) -> Source:
    """Find the files behind an address, in sorted order.

    A folder stands for all its files at any depth; files whose names start with ``_`` or ``.`` are markers of other
    programs and passed over. With ``hours``, so are files in folders of other hours; not manifests of batch jobs.

    Raises:
        TablesMissingError: There is nothing at the address.
        TablesUnreachableError: The address cannot be read, or whoever is there does not answer.
        TablesError: A link leads out of the root, or to a folder that holds it.
        TablesLimitError: There are too many files.
    """
    system, base = _locate(root, uri)
    try:
        top = system.get_file_info(base)
        if top.type is fs.FileType.NotFound:
            raise TablesMissingError(f"There is no data at {uri}.", hint="Correct the address, or deliver the data.")
        if top.is_file:
            return Source([DataFile(system, top.path, uri, top.size or 0)], [""])
        if isinstance(system, fs.LocalFileSystem):
            _refuse_circles(base, uri)
        found = system.get_file_info(fs.FileSelector(base, recursive=True))
    except (OSError, pa.ArrowException) as error:
        raise unreachable(uri, error) from None
    kept = sorted((info for info in found if info.is_file and not _is_marker(base, info.path)), key=lambda i: i.path)
    if hours is not None:
        kept = _within(kept, base, hours)
    if len(kept) > limits.files:
        raise too_much(uri, f"has {len(kept):,} files; the limit is {limits.files:,}")
    if isinstance(system, fs.LocalFileSystem):
        refuse_links(root, uri, [info.path for info in kept])
    prefix, top_path = uri.rstrip("/"), base.rstrip("/")
    below = [info.path.removeprefix(top_path) for info in kept]
    files = [DataFile(system, i.path, prefix + path, i.size or 0) for i, path in zip(kept, below, strict=True)]
    return Source(files, [path.removeprefix("/") for path in below])


def _within(found: list[fs.FileInfo], base: str, hours: Span) -> list[fs.FileInfo]:
    below = [info.path.removeprefix(base.rstrip("/")) for info in found]
    if are_manifests(below, SIDES):
        return found
    return [info for info, path in zip(found, below, strict=True) if is_within(path, hours)]


def one_file(root: Path, uri: str) -> DataFile:
    """Find a single file. Raises TablesError as `files_of` does."""
    system, base = _locate(root, uri)
    try:
        info = system.get_file_info(base)
    except (OSError, pa.ArrowException) as error:
        raise unreachable(uri, error) from None
    if not info.is_file:
        raise TablesMissingError(f"There is no file at {uri}.")
    return DataFile(system, info.path, uri, info.size or 0)


def _locate(root: Path, uri: str) -> tuple[fs.FileSystem, str]:
    if "://" not in uri:
        place = root / uri
        refuse_links(root, uri, [str(place)])
        return fs.LocalFileSystem(), str(place)
    try:
        if uri.split("://")[0].lower() in _ARROW_SCHEMES:
            system, path = fs.FileSystem.from_uri(uri)
            return system, path
        return _through_fsspec(uri)
    except OSError as error:
        raise unreachable(uri, error) from None
    except (pa.ArrowException, ValueError, ImportError) as error:
        raise TablesUnreachableError(
            f"{uri} is not an address that can be read: {error}", hint="Correct the address."
        ) from None


def _through_fsspec(uri: str) -> tuple[fs.FileSystem, str]:
    try:
        from fsspec.core import url_to_fs
    except ModuleNotFoundError:
        hint = "For s3, gs and abfs nothing more is needed; for others: pip install 'mlgov[fsspec]'"
        raise TablesUnreachableError(f"{uri} is an address that only fsspec may know.", hint=hint) from None
    system, path = url_to_fs(uri)
    return fs.PyFileSystem(fs.FSSpecHandler(system)), path


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


def refuse_links(root: Path, uri: str, paths: list[str]) -> None:
    """Refuse local files that a relative address reaches outside of the root, through ``..`` or links."""
    if Path(uri).is_absolute() or "://" in uri:
        return
    top = root.resolve()
    for path in paths:
        if not Path(path).resolve().is_relative_to(top):
            label = path.removeprefix(f"{root}{os.sep}")  # records are the same on every machine
            raise TablesError(f"{label} leads out of the repository.", hint="Use a full path or copy the data.")


def _refuse_circles(base: str, uri: str) -> None:
    """Refuse links to folders that hold them: their files would be read again and again."""
    for folder, folders, _ in os.walk(base, followlinks=True):
        for link in (path for path in (Path(folder, name) for name in folders) if path.is_symlink()):
            if _holds(link.resolve(), Path(base), Path(folder)):
                label = uri.rstrip("/") + str(link).removeprefix(base.rstrip("/"))
                raise TablesError(f"{label} is a link to a folder that holds it.", hint="Remove it.")


def _holds(target: Path, base: Path, folder: Path) -> bool:
    """Say whether a link's target is one of the folders on the way to it, or holds one of them."""
    way = [folder, *(each for each in folder.parents if each.is_relative_to(base))]
    return any(each.resolve().is_relative_to(target) for each in way)


def _is_marker(base: str, path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.removeprefix(base).split("/"))


def format_of(source: Source, wanted: str | None) -> str:
    """Say which format files have: the one that is wanted, or what their endings say.

    Raises:
        UsageError: The wanted format is not known.
        TablesError: A file has another ending, or the endings say nothing.
    """
    if wanted is not None and wanted not in ENDINGS:
        raise UsageError(f"{wanted!r} is no format of data.", hint=f"Known are {', '.join(ENDINGS)}.")
    paths = [file.path for file in source.files]
    chosen = wanted or _by_ending(paths)
    if source.below != [""]:  # whoever names the format of a single file knows better than its ending
        _refuse_others(chosen, paths)
    return chosen


def _by_ending(paths: list[str]) -> str:
    known = [next((name for name, endings in ENDINGS.items() if path.lower().endswith(endings)), "") for path in paths]
    found = {name for name in known if name}
    if len(found) > 1:
        raise TablesError(
            f"The files have several formats: {', '.join(sorted(found))}.",
            hint="Choose one with --data-format or source.format.",
        )
    if not found and paths:
        _refuse_packed(paths[0])
        endings = ", ".join(dict.fromkeys(ending for group in ENDINGS.values() for ending in group))
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

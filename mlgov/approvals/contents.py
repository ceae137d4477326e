"""Says of the bytes of documents what a replay must know of them, and reads as few as it can."""

from functools import lru_cache

from mlgov.documents import Document, load, plain
from mlgov.lifecycle.digest import content_digest
from mlgov.names import FOLDERS, Status, is_name

#: Text of documents that is kept read; what it says takes about ten times as much.
KEPT_BYTES = 16 * 2**20

#: A document whose bytes hold none of these cannot say approved or archived: names in YAML are written out, or escaped.
_MAY_BE_FROZEN = (b"approved", b"archived", b"\\")

_LONGEST_STATUS = max(map(len, Status))


def may_be_frozen(data: bytes | None) -> bool:
    """Say whether bytes could be a document that says approved or archived; never wrong when it says no."""
    return data is not None and any(word in data for word in _MAY_BE_FROZEN)


def same_but_status(before: bytes, after: bytes) -> bool:
    """Say whether only the status line differs; a no is no answer, a yes is sure."""
    return status_before(before, after) is not None


@lru_cache(maxsize=64)
def status_before(before: bytes, after: bytes) -> Status | None:
    """Give the status before, when only the status line differs; None is no answer.

    The line must stand right below a ``lifecycle:`` that begins a line, and be the only one that differs. What stands
    above must be whole: inside a text in quotes, lines may look like that too.
    """
    if abs(len(before) - len(after)) > _LONGEST_STATUS:
        return None
    old, new = before.split(b"\n"), after.split(b"\n")
    if len(old) != len(new):
        return None
    different = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if len(different) != 1 or different[0] == 0:
        return None
    (line,) = different
    was = _status_in(old[line])
    if old[line - 1] != b"lifecycle:" or was is None or _status_in(new[line]) is None:
        return None
    return was if line == 1 or _is_whole(b"\n".join(old[: line - 1]) + b"\n") else None


def _status_in(line: bytes) -> Status | None:
    key, _, value = line.partition(b":")
    word = value.decode("utf-8", "replace").removeprefix(" ")
    return Status(word) if key.lstrip(b" ") == b"status" and word in list(Status) else None


@lru_cache(maxsize=1024)
def _is_whole(top: bytes) -> bool:
    """Say whether the lines of the top of a document are plain ones, each whole in itself."""
    return top.isascii() and plain.read(top.decode("ascii")) is not None


def head_of(data: bytes, path: str) -> Document | None:
    """Read what stands above ``lifecycle:``; None when that is not surely a part of the whole, or has no metadata.

    Keys stand once in a document, so what is read here is what the whole document says, if it can be read at all.
    """
    top = data.partition(b"\nlifecycle:\n")[0] + b"\n"
    value = plain.read(top.decode("ascii")) if top.isascii() and len(top) < len(data) else None
    return Document(path, value, top) if value and {"kind", "metadata"} <= value.keys() else None


def same_content(before: bytes | None, after: bytes | None, path: str) -> bool:
    """Say whether two versions of a document have the same content, whatever their status and formatting."""
    if before is None or after is None:
        return before is after
    return same_but_status(before, after) or _same_values(parsed(before, path), parsed(after, path))


def _same_values(before: Document | None, after: Document | None) -> bool:
    """Compare digests, unless the values differ already; two unreadable documents are the same."""
    if before is None or after is None:
        return before is after
    if any(before.value.get(key) != after.value.get(key) for key in ("kind", "spec")):
        return False
    return digest_of(before) == digest_of(after)


def is_document(path: str) -> bool:
    """Say whether a path is one where a governed document lies."""
    folder, _, rest = path.partition("/")
    return folder in FOLDERS and rest.endswith(".yaml") and is_name(rest.removesuffix(".yaml"))


_read: dict[tuple[bytes, str], Document | None] = {}

_kept_bytes = [0]


def parsed(data: bytes, path: str) -> Document | None:
    """Read a document; those read last are kept, up to KEPT_BYTES of text."""
    key = (data, path)
    if key in _read:
        _read[key] = found = _read.pop(key)
        return found
    _read[key] = found = load(data, path)[0]
    _kept_bytes[0] += len(data)
    while _kept_bytes[0] > KEPT_BYTES:
        oldest = next(iter(_read))
        del _read[oldest]
        _kept_bytes[0] -= len(oldest[0])
    return found


@lru_cache(maxsize=64)
def _digest(data: bytes, path: str) -> str | None:
    document = parsed(data, path)
    return content_digest(document.value) if document else None


def digest_of(document: Document) -> str | None:
    return _digest(document.data, document.path)

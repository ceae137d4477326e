"""Edits as values, and the way to the editor, which is loaded when it is needed: checks should not pay for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlgov.documents.reader import Pointer, Value


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: put ``value`` at ``pointer``. An index equal to a list's length appends."""

    pointer: Pointer
    value: Value


@dataclass(frozen=True, slots=True)
class Removal:
    """One edit: take away what stands at ``pointer``, with the comments that belong to it."""

    pointer: Pointer


def edit(data: bytes, changes: Sequence[Change | Removal], path: str = "document.yaml") -> bytes:
    """Apply changes to YAML text.

    Args:
        data: The file as it is.
        changes: What to set and to remove, in order.
        path: Path for error messages.

    Returns:
        The new file; ``data`` itself when nothing changes.

    Raises:
        UsageError: The file does not pass the front door before or after, a pointer leads nowhere, or a comment
            would be lost.
    """
    from mlgov.documents.editor import edit as apply

    return apply(data, changes, path)

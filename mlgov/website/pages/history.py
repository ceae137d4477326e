"""The history of a document as steps that people can read."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlgov.lifecycle import Revision


@dataclass(frozen=True, slots=True)
class Step:
    """What one commit did to a document.

    Attributes:
        revision: The revision it made.
        deeds: What happened, in words.
    """

    revision: Revision
    deeds: tuple[str, ...]


def steps(history: Sequence[Revision]) -> list[Step]:
    """Turn revisions, oldest first, into steps, newest first."""
    earlier: list[Revision | None] = [None, *history[:-1]] if history else []
    return [Step(now, _deeds(before, now)) for before, now in zip(earlier, history, strict=True)][::-1]


def _deeds(before: Revision | None, now: Revision) -> tuple[str, ...]:
    if now.digest is None:
        return ("Removed, or could not be read",)
    if before is None or before.digest is None:
        return ("Added" if before is None else "Back again",)
    deeds = ["Content changed"] if before.digest != now.digest else []
    if before.status is not now.status and now.status:
        deeds.append(f"Moved to {now.status.value.replace('_', ' ')}")
    return tuple(deeds) or ("Notes, labels or comments changed",)

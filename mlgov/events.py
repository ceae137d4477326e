"""What happens while mlgov works, as values for whoever listens (a terminal, a log, a test)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of long work.

    Attributes:
        task: What is being done, for people.
        done: Units finished.
        total: Units in all; None when that is not known.
    """

    task: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people should know but that is no finding."""

    message: str


Event = Progress | Notice

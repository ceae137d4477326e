"""Revisions as steps that people can read."""

from mlgov.lifecycle import Revision
from mlgov.lifecycle.steps import content_versions, steps
from mlgov.names import Status
from mlgov.ports import Commit
from tests.website import documents as d

COMMIT = Commit("c0ffee", "Author", "a@example.org", d.NOW, "subject", ())
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def said(*history: tuple[str | None, Status | None]) -> list[str]:
    """Say what happened, oldest first."""
    revisions = [Revision(1, digest, status, COMMIT) for digest, status in history]
    return [". ".join(step.deeds) for step in steps(revisions)][::-1]


def test_steps_name_what_happened() -> None:
    """Birth, content, status, and both at once."""
    found = said((A, Status.DRAFT), (B, Status.DRAFT), (B, Status.PENDING_REVIEW), (A, Status.DRAFT))
    assert found == ["Added", "Content changed", "Moved to pending review", "Content changed. Moved to draft"]


def test_a_step_that_changes_neither_is_said_too() -> None:
    """The digest leaves out the title, owners and the review date as well; nobody looks for those among notes."""
    wanted = "Title, owners, review date, labels or comments changed"
    assert said((A, Status.DRAFT), (A, Status.DRAFT))[1] == wanted


def test_gone_and_back_again() -> None:
    """A file that could not be read for a while leaves a trace."""
    assert said((A, Status.DRAFT), (None, None), (A, Status.DRAFT))[1:] == [
        "Removed, or could not be read",
        "Back again",
    ]


def test_the_newest_comes_first() -> None:
    """People look for the last change."""
    history = [Revision(version, A, Status.DRAFT, COMMIT) for version in (1, 2, 3)]
    assert [step.revision.version for step in steps(history)] == [3, 2, 1]
    assert steps([]) == []


def versions(*history: tuple[int, str | None, Status | None]) -> list[tuple[int, str | None, list[Status]]]:
    """Give version, digest and statuses of each content version, newest first."""
    revisions = [Revision(version, digest, status, COMMIT) for version, digest, status in history]
    return [(found.version, found.digest, list(found.statuses)) for found in content_versions(revisions)]


def test_a_version_names_the_statuses_it_went_through() -> None:
    """In order, without repetitions in a row."""
    found = versions(
        (1, A, Status.DRAFT),
        (1, A, Status.DRAFT),
        (1, A, Status.PENDING_REVIEW),
        (2, B, Status.PENDING_REVIEW),
        (2, B, Status.APPROVED),
    )
    assert found == [
        (2, B, [Status.PENDING_REVIEW, Status.APPROVED]),
        (1, A, [Status.DRAFT, Status.PENDING_REVIEW]),
    ]


def test_a_version_that_was_unreadable_at_first_has_the_digest_of_its_first_readable_revision() -> None:
    """And one that never was has none."""
    assert versions((1, None, None), (1, A, Status.DRAFT)) == [(1, A, [Status.DRAFT])]
    assert versions((1, None, None)) == [(1, None, [])]


def test_no_history_has_no_versions() -> None:
    """Nothing is committed yet."""
    assert versions() == []

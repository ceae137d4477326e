"""The versions of a document along the first-parent line: content digests, who, when, status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlgov.documents import load
from mlgov.lifecycle.digest import content_digest
from mlgov.lifecycle.transitions import status_of
from mlgov.names import Status
from mlgov.ports import Commit


@dataclass(frozen=True, slots=True)
class Revision:
    """What one commit made of a document.

    Attributes:
        version: Integer from 1; a content change makes the next one, a status change does not.
        digest: Content digest; None when the file was gone or could not be read.
        status: Declared status; None when the file was gone or says none.
        commit: The commit that made it.
    """

    version: int
    digest: str | None
    status: Status | None
    commit: Commit

    @property
    def at(self) -> datetime:
        """When, by the committer's clock."""
        return self.commit.committed_at


def revisions(path: str, commits: Sequence[Commit], blobs: Mapping[str, bytes]) -> list[Revision]:
    """List the revisions of the document at ``path``, oldest first.

    Args:
        path: Path of the document.
        commits: First-parent commits, oldest first.
        blobs: Content by blob id, for every blob that the commits name.
    """
    found: list[Revision] = []
    for commit in commits:
        for change in commit.changes:
            if change.path == path:
                found.append(_revision(path, commit, blobs.get(change.blob or ""), found))
    return found


def _revision(path: str, commit: Commit, data: bytes | None, earlier: list[Revision]) -> Revision:
    document = load(data, path)[0] if data is not None else None
    digest = content_digest(document.value) if document else None
    status = status_of(document) if document else None
    return Revision(_version(digest, earlier), digest, status, commit)


def _version(digest: str | None, earlier: list[Revision]) -> int:
    if not earlier:
        return 1
    last_digest = next((revision.digest for revision in reversed(earlier) if revision.digest), None)
    return earlier[-1].version + (digest is not None and last_digest is not None and digest != last_digest)

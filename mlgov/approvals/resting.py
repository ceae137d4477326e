"""Follows the files that documents rest on along a history, and which approved documents rest on which file."""

from collections.abc import Iterable, Mapping

from mlgov.approvals.subjects import PERSONAS, is_rest, rest_digest, subject_of
from mlgov.approvals.votes import Subject
from mlgov.documents import Document
from mlgov.ports import REGULAR_FILE, Commit


class Rest:
    """The files beside the documents, as the commits noted so far leave them, and who rests on them."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._personas: dict[str, bytes] = {}
        self._digests: dict[tuple[str, str], str] = {}
        self._documents: dict[str, set[str]] = {}

    def note(self, commit: Commit, blobs: Mapping[str, bytes]) -> None:
        """Take over what a commit does to the files.

        Args:
            commit: The commit.
            blobs: Contents by id.
        """
        for change in commit.changes:
            if not is_rest(change.path):
                continue
            self._files.pop(change.path, None)
            self._personas.pop(change.path, None)
            data = blobs.get(change.blob or "")
            if change.mode == REGULAR_FILE and data is not None:
                self._files[change.path] = self._digest(change.path, change.blob or "", data)
                if change.path.startswith(f"{PERSONAS}/"):
                    self._personas[change.path] = data

    def _digest(self, path: str, blob: str, data: bytes) -> str:
        key = (path.partition("/")[0], blob)
        if key not in self._digests:
            self._digests[key] = rest_digest(path, data)
        return self._digests[key]

    def subject(self, document: Document) -> Subject | None:
        """Read what an approval of a document binds to now; None when it says something else than its place."""
        return subject_of(document, self._files, self._personas)

    def hold(self, subject: Subject) -> None:
        """Keep in mind what an approved document rests on."""
        for place in subject.rests_on:
            self._documents.setdefault(place, set()).add(subject.path)

    def documents_on(self, moved: Iterable[str]) -> set[str]:
        """List the paths of documents that were approved while they rested on a file, or a folder that it lies in."""
        return {path for place in moved for above in _with_folders(place) for path in self._documents.get(above, ())}


def _with_folders(path: str) -> list[str]:
    """List a path and the folders above it."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]

"""Notes who wrote what along a history: whoever wrote content cannot approve it."""

from collections.abc import Iterable, Mapping, Sequence

from mlgov.approvals.contents import is_document, same_content
from mlgov.approvals.lives import Life, Outcome, shelf
from mlgov.approvals.policy import Author
from mlgov.approvals.subjects import is_rest
from mlgov.approvals.votes import parse_author
from mlgov.names import SETTINGS_FILE
from mlgov.ports import Commit, FileChange, SideCommit


class Writers:
    """Those who wrote the documents, the rules and the files of an outcome.

    Args:
        outcome: Where they are noted.
        beside: Commits that reached the line through merges.
    """

    def __init__(self, outcome: Outcome, beside: Iterable[SideCommit]) -> None:
        self._outcome = outcome
        self._beside: dict[str, list[Commit]] = {}
        for side in beside:
            self._beside.setdefault(side.landed, []).append(side.commit)

    def beside(self, commit: Commit) -> Sequence[Commit]:
        """List the commits that reached the line with this one."""
        return self._beside.get(commit.id, ())

    def note(self, commit: Commit, blobs: Mapping[str, bytes]) -> None:
        """Note who wrote what a commit brings, before what it changes is taken over.

        Args:
            commit: The commit.
            blobs: Contents by id.
        """
        own = [] if len(commit.parents) > 1 else [commit]  # what a merge itself changed is among those beside
        for source in (*self.beside(commit), *own):
            who = (Author(source.author, source.email), *map(parse_author, source.co_authors))
            for change in source.changes:
                self._note(change, who, blobs)

    def _note(self, change: FileChange, who: tuple[Author, ...], blobs: Mapping[str, bytes]) -> None:
        if change.path == SETTINGS_FILE:
            self._outcome.rules.writers.append(who)
        elif is_rest(change.path):
            writers = self._outcome.file_writers.setdefault(shelf(change.path), [])
            writers.append((self._outcome.commits, change.path, who))
        elif is_document(change.path):
            life = self._outcome.lives.setdefault(change.path, Life(change.path))
            if who not in life.writers and not _is_same(life, change, blobs):
                life.writers.append(who)
                life.ever[who] = None

    def inherit(self, documents: Sequence[FileChange]) -> None:
        """Let a document that comes while another one of its kind goes have the other's writers: it may be the same."""
        gone = [c for c in documents if c.blob is None and c.before is not None]
        for change in documents if gone else ():
            if change.before is None and change.blob is not None:
                folder = change.path.partition("/")[0]
                lives = [self._outcome.lives[c.path] for c in gone if c.path.partition("/")[0] == folder]
                self._outcome.lives[change.path].writers += [who for life in lives for who in life.ever]


def _is_same(life: Life, change: FileChange, blobs: Mapping[str, bytes]) -> bool:
    """Say whether a change left the content as it was; then it was no authorship."""
    after = blobs.get(change.blob or "")
    before = blobs.get(change.before or "", life.data if change.before else None)
    return same_content(before, after, change.path)

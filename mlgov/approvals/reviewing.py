"""From what a forge says of a pull request to captured reviews, one per document that it moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlgov.approvals.capture import Capture, CapturedReview, evidence_digest
from mlgov.approvals.contents import same_content
from mlgov.approvals.policy import read_policy
from mlgov.approvals.record import RULES_FOLDER, RULES_NAME
from mlgov.approvals.subjects import places_read, rest_digest, subject_of
from mlgov.documents import load
from mlgov.errors import GitError, SettingsError
from mlgov.names import SETTINGS_FILE
from mlgov.ports import REGULAR_FILE, CommitPeople, Forge, PullRequestFacts, Repository, Review


@dataclass(frozen=True, slots=True)
class Told:
    """What a forge told of a pull request.

    Attributes:
        pull: The pull request.
        reviews: Its reviews, oldest first.
        people: Who made its commits.
        pushers: Accounts that pushed to it; empty when the forge does not tell.
    """

    pull: PullRequestFacts
    reviews: Sequence[Review]
    people: Sequence[CommitPeople]
    pushers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a document was in one commit; all empty when it was not there, or the commit is not.

    Attributes:
        digest: Content digest.
        review_by: Review date.
        evidence: Digest of what it rested on.
    """

    digest: str = ""
    review_by: str = ""
    evidence: str = ""


def ask(forge: Forge, pull: PullRequestFacts) -> Told:
    """Ask a forge about a pull request. Raises ForgeError."""
    pushers = forge.pushers(pull) or frozenset()
    return Told(pull, forge.reviews(pull.number), forge.commit_people(pull.number), pushers)


def capture(repository: Repository, told: Told, path: str, commit: str, at: datetime) -> Capture:
    """Put together the reviews that a document got.

    Commits that are not in this clone count as showing nothing, and all authors of the pull request as its authors.

    Args:
        repository: The governance repository.
        told: What the forge told.
        path: Path of the document, or of mlgov.toml for the rules.
        commit: The commit of the first-parent line that moved it; the head while it is not merged.
        at: Aware time of the capture.
    """
    folder, name = _folder_and_name(path)
    seen = {review.commit: look(repository, review.commit, path) for review in told.reviews}
    return Capture(
        folder=folder,
        name=name,
        commit=commit,
        pull_request=told.pull.number,
        url=told.pull.url,
        base=told.pull.base_sha,
        authors=_authors(repository, told, path),
        pushers=tuple(sorted(told.pushers)),
        reviews=tuple(_captured(review, seen[review.commit]) for review in told.reviews),
        captured_at=at.isoformat(),
    )


def look(repository: Repository, commit: str, path: str) -> Seen:
    """Read what a document, or the rules, were in a commit."""
    try:
        there = repository.snapshot(commit, (), (path,)).get(path)
        if there is None or there.mode != REGULAR_FILE:
            return Seen()
        return _rules(there.data) if path == SETTINGS_FILE else _document(repository, commit, path, there.data)
    except GitError:
        return Seen()


def _document(repository: Repository, commit: str, path: str, data: bytes) -> Seen:
    document = load(data, path)[0]
    if document is None:
        return Seen()
    places = places_read(document)
    files = repository.snapshot(commit, places) if places else {}
    plain = {p: f.data for p, f in files.items() if f.mode == REGULAR_FILE and not f.omitted_bytes}
    whole = subject_of(document, {p: rest_digest(p, data) for p, data in plain.items()}, plain)
    return Seen(whole.digest, whole.review_by or "", evidence_digest(whole.evidence)) if whole else Seen()


def _rules(data: bytes) -> Seen:
    try:
        policy = read_policy(data)
    except SettingsError:
        return Seen()
    return Seen(policy.digest, "", evidence_digest({})) if policy else Seen()


def _captured(review: Review, seen: Seen) -> CapturedReview:
    return CapturedReview(
        id=review.id,
        handle=review.login,
        bot=review.is_bot,
        state=review.state.value,
        commit=review.commit,
        digest=seen.digest,
        review_by=seen.review_by,
        evidence=seen.evidence,
        submitted_at=review.submitted_at.isoformat(),
    )


def _authors(repository: Repository, told: Told, path: str) -> tuple[str, ...]:
    """List who wrote the content: who opened the pull request, and who made the commits that changed it."""
    wrote = _content_commits(repository, told.pull, path)
    people = [person for person in told.people if wrote is None or person.commit in wrote]
    named = [f"{name} <{email}>" for person in people for name, email in person.co_authors]
    addresses = [f"{p.author or p.author_email} <{p.author_email}>" for p in people if p.author_email]
    logins = {login for person in people for login in person.logins}
    return tuple(sorted({told.pull.author, *logins, *named, *addresses} - {""}))


def _content_commits(repository: Repository, pull: PullRequestFacts, path: str) -> set[str] | None:
    """List the commits of a pull request that changed a content; None when they cannot be looked at."""
    try:
        commits = repository.proposed_commits(pull.base_sha, pull.head_sha, (path,))
        blobs = repository.blobs(_blobs((c.blob, c.before) for commit in commits for c in commit.changes))
    except GitError:
        return None
    return {
        commit.id
        for commit in commits
        for change in commit.changes
        if path == SETTINGS_FILE
        or not same_content(blobs.get(change.before or ""), blobs.get(change.blob or ""), change.path)
    }


def _blobs(pairs: Iterable[tuple[str | None, str | None]]) -> set[str]:
    return {blob for pair in pairs for blob in pair if blob}


def _folder_and_name(path: str) -> tuple[str, str]:
    if path == SETTINGS_FILE:
        return RULES_FOLDER, RULES_NAME
    folder, _, rest = path.partition("/")
    return folder, rest.removesuffix(".yaml")

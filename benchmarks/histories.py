"""Governance repositories with long histories, written through ``git fast-import``: the same bytes in every run."""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.check_documents import card
from mlgov.approvals.policy import Policy, read_policy
from mlgov.approvals.record import Decided, chain, record_folder
from mlgov.documents import load
from mlgov.lifecycle.digest import content_digest
from tests.approvals.people import ADMIN, AUTHOR, VALIDATOR, Someone

START = datetime(2026, 1, 1, tzinfo=UTC)
REPOSITORY = "urn:example:benchmark"
RULES = f"""\
[approvals]
repository = "{REPOSITORY}"

[[approvals.rules]]
name = "One validator"
needs = [{{ role = "validator" }}]

{AUTHOR.table("owner")}
{VALIDATOR.table("validator")}
{ADMIN.table("admin")}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One commit.

    Attributes:
        who: Its author.
        files: Bytes by path.
    """

    who: Someone
    files: Mapping[str, bytes]


#: What makes a commit, when it is told its time.
Move = Callable[[datetime], Step]


@dataclass
class Story:
    """What happens to one card, commit by commit.

    Attributes:
        number: Which card it is.
        policy: The rules.
        status: Its status now.
        edits: How often its content was edited.
        records: Its records by path.
    """

    number: int
    policy: Policy
    status: str = "draft"
    edits: int = 0
    records: dict[str, bytes] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"cards/model-{self.number:05d}.yaml"

    def data(self) -> bytes:
        text = card(self.number).replace("status: draft", f"status: {self.status}", 1)
        return text.replace("Too many cases.", f"Too many cases, seen {self.edits} times.", 1).encode()

    def edit(self, _: datetime) -> Step:
        self.edits += 1
        return Step(AUTHOR, {self.path: self.data()})

    def submit(self, _: datetime) -> Step:
        self.status = "pending_review"
        return Step(AUTHOR, {self.path: self.data()})

    def reopen(self, at: datetime) -> Step:
        """Edit what is approved, and set it back to review in the same commit."""
        self.status = "pending_review"
        return self.edit(at)

    def approve(self, at: datetime) -> Step:
        """Sign and set the status in one commit, as the last approver does."""
        self.status = "approved"
        data, number = self.data(), len(self.records) + 1
        document = load(data, self.path)[0]
        assert document is not None
        name = f"model-{self.number:05d}"
        decided = Decided(
            folder="cards",
            name=name,
            digest=content_digest(document.value),
            decision="approve",
            round=number,
            prev=chain(self.records, number),
            person=VALIDATOR.id,
            policy=self.policy.digest,
            repository=REPOSITORY,
            signed_at=at,
            review_by=None,
            authors=(AUTHOR.id,),
            evidence={},
        )
        assert decided.path.startswith(record_folder("cards", name))
        self.records[decided.path] = VALIDATOR.record(decided)
        return Step(VALIDATOR, {self.path: data, decided.path: self.records[decided.path]})


def ten_thousand(folder: Path, cards: int) -> None:
    """Make a repository in which every card is drafted, submitted and approved: two transitions per card."""
    policy = _policy()
    stories = [Story(number, policy) for number in range(cards)]

    def steps() -> Iterator[Move]:
        for start in range(0, cards, 100):
            born = {story.path: story.data() for story in stories[start : start + 100]}
            yield lambda _, born=born: Step(AUTHOR, born)
        for story in stories:
            yield story.submit
            yield story.approve

    make(folder, steps())


def ten_commits_each(folder: Path, cards: int) -> None:
    """Make a repository with ten commits per card: drafted, edited, approved, edited and approved again."""
    policy = _policy()
    stories = [Story(number, policy) for number in range(cards)]
    ways = ("edit", "edit", "edit", "submit", "approve", "reopen", "edit", "approve", "reopen", "edit")
    make(folder, (getattr(story, way) for way in ways for story in stories))


def make(folder: Path, moves: Iterable[Move]) -> None:
    """Make a repository from commits, one second apart, and check its last one out."""
    folder.mkdir(parents=True)
    run(folder, "init", "--quiet", "--initial-branch=main")
    at = START
    commits = [_commit(Step(ADMIN, {"mlgov.toml": RULES.encode()}), at)]
    for move in moves:
        at += timedelta(seconds=1)
        commits.append(_commit(move(at), at))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=b"".join(commits), check=True)
    run(folder, "reset", "--quiet", "--hard", "main")
    run(folder, "repack", "-a", "-d", "--quiet")


def run(folder: Path, *arguments: str) -> str:
    """Run git and give what it prints."""
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _policy() -> Policy:
    found = read_policy(RULES.encode())
    assert found is not None
    return found


def _commit(step: Step, at: datetime) -> bytes:
    who = f"{step.who.id} <{step.who.id}@example.org> {int(at.timestamp())} +0000"
    head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 6\nchange\n"
    parts = [head.encode()]
    for path, data in step.files.items():
        parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    return b"".join(parts)

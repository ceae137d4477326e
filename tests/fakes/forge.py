"""A forge in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from mlgov.errors import ForgeError
from mlgov.ports import (
    CommitPeople,
    Issue,
    Posture,
    PullRequest,
    PullRequestFacts,
    Review,
    StatusState,
    commented,
)

COMMENT_LIMIT = 60_000


@dataclass
class MemoryForge:
    """The Forge port without a network.

    Attributes:
        login: Who we are.
        stored: Issues by number, whoever opened them.
        talk: Comments by issue: (author, text).
        pulls: Open pull requests.
        asked: Reviewers asked, by pull request.
        fault: Asked before and after each write with its name and ``"before"`` or ``"after"``; what it raises is what
            the caller sees. Raising *after* is a lost reply: the write has taken effect.
        writes: Names of the writes that took effect.
        facts: Pull requests that others opened, by number.
        submitted: Reviews by pull request.
        people: Who made the commits, by pull request.
        pushed_by: Logins of who pushed, by pull request.
        statuses: Statuses in the order in which they were set: (commit, context, state, description, address).
        settings: How the repository is set up; guards of branches that are not asked about are left out.
    """

    login: str = "github-actions[bot]"
    stored: dict[int, Issue] = field(default_factory=dict)
    talk: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    pulls: list[PullRequest] = field(default_factory=list)
    asked: dict[int, list[str]] = field(default_factory=dict)
    fault: Callable[[str, str], None] = lambda name, moment: None
    writes: list[str] = field(default_factory=list)
    facts: dict[int, PullRequestFacts] = field(default_factory=dict)
    submitted: dict[int, list[Review]] = field(default_factory=dict)
    people: dict[int, list[CommitPeople]] = field(default_factory=dict)
    pushed_by: dict[int, frozenset[str]] = field(default_factory=dict)
    statuses: list[tuple[str, str, StatusState, str, str]] = field(default_factory=list)
    settings: Posture = field(default_factory=Posture)

    def issues(self, label: str) -> list[Issue]:
        self.fault("issues", "before")
        return [i for _, i in sorted(self.stored.items()) if label in i.labels and i.author == self.login]

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        self.fault("open_issue", "before")
        issue = self.add(title, body, labels, self.login)
        self._written("open_issue")
        return issue

    def edit_issue(
        self, number: int, *, title: str | None = None, body: str | None = None, is_open: bool | None = None
    ) -> None:
        self.fault("edit_issue", "before")
        issue = self._get(number)
        self.stored[number] = replace(
            issue,
            title=issue.title if title is None else title,
            body=issue.body if body is None else body,
            open=issue.open if is_open is None else is_open,
        )
        self._written("edit_issue")

    def comment(self, number: int, body: str) -> None:
        self.fault("comment", "before")
        self._thread(number).append((self.login, body))
        self._written("comment")

    def comments(self, number: int) -> list[str]:
        self.fault("comments", "before")
        return [body for author, body in self._thread(number) if author == self.login]

    def open_pull_request(self, title: str, body: str, *, head: str, base: str) -> PullRequest:
        self.fault("open_pull_request", "before")
        found = next((pull for pull in self.pulls if (pull.head, pull.base) == (head, base)), None)
        if found:
            return found
        number = self._next_number()
        self.pulls.append(PullRequest(number, f"https://forge.example/pulls/{number}", title, head, base))
        self.writes.append("open_pull_request")
        return self.pulls[-1]

    def ask_for_review(self, number: int, reviewers: Sequence[str]) -> None:
        self.fault("ask_for_review", "before")
        if number not in {pull.number for pull in self.pulls}:
            raise ForgeError(f"There is no pull request {number}.", status=404)
        known = self.asked.setdefault(number, [])
        known += [name for name in reviewers if name not in known]
        self._written("ask_for_review")

    def pull_request(self, number: int) -> PullRequestFacts:
        self.fault("pull_request", "before")
        if number not in self.facts:
            raise ForgeError(f"There is no pull request {number}.", status=404)
        return self.facts[number]

    def pull_requests_of_commit(self, sha: str) -> list[PullRequestFacts]:
        self.fault("pull_requests_of_commit", "before")
        commits = {number: {people.commit for people in self.people.get(number, [])} for number in self.facts}
        facts = [self.facts[number] for number in sorted(self.facts)]
        return [pull for pull in facts if sha in {pull.merge_commit, pull.head_sha, *commits[pull.number]}]

    def reviews(self, number: int) -> list[Review]:
        self.fault("reviews", "before")
        self.pull_request(number)
        return sorted(self.submitted.get(number, []), key=lambda review: (review.submitted_at, review.id))

    def commit_people(self, number: int) -> list[CommitPeople]:
        self.fault("commit_people", "before")
        self.pull_request(number)
        people = list(self.people.get(number, []))
        if len(people) >= 250:
            raise ForgeError(f"Pull request {number} has too many commits.", hint="Squash its commits.")
        return people

    def pushers(self, pull: PullRequestFacts) -> frozenset[str] | None:
        self.fault("pushers", "before")
        return None if pull.from_fork else self.pushed_by.get(pull.number)

    def set_status(self, sha: str, state: StatusState, context: str, description: str, target_url: str = "") -> None:
        self.fault("set_status", "before")
        self.statuses.append((sha, context, state, " ".join(description.split())[:140], target_url))
        self._written("set_status")

    def sticky_comment(self, number: int, marker: str, body: str) -> None:
        self.fault("sticky_comment", "before")
        text, thread = commented(marker, body, COMMENT_LIMIT), self._thread(number)
        ours = [i for i, said in enumerate(thread) if said[0] == self.login and said[1].split("\n")[0] == marker]
        for index in reversed(ours[1:]):
            del thread[index]
        if ours and thread[ours[0]][1] == text:
            return
        if ours:
            thread[ours[0]] = (self.login, text)
        else:
            thread.append((self.login, text))
        self.writes.append("sticky_comment")

    def posture(self, branches: Sequence[str]) -> Posture:
        self.fault("posture", "before")
        guards = tuple(guard for guard in self.settings.guards if guard.branch in branches)
        return replace(self.settings, guards=guards)

    def add(self, title: str, body: str, labels: Sequence[str], author: str) -> Issue:
        """Put an issue of anybody into the forge."""
        issue = Issue(self._next_number(), title, body, open=True, labels=tuple(labels), author=author)
        self.stored[issue.number] = issue
        return issue

    def add_comment(self, number: int, body: str, author: str) -> None:
        """Put a comment of anybody under an issue."""
        self.talk.setdefault(number, []).append((author, body))

    def _next_number(self) -> int:
        taken = {*self.stored, *self.facts, *(pull.number for pull in self.pulls)}
        return max(taken, default=0) + 1

    def _thread(self, number: int) -> list[tuple[str, str]]:
        if number not in {*self.facts, *(pull.number for pull in self.pulls)}:
            self._get(number)
        return self.talk.setdefault(number, [])

    def _get(self, number: int) -> Issue:
        if number not in self.stored:
            raise ForgeError(f"There is no issue {number}.", status=404)
        return self.stored[number]

    def _written(self, name: str) -> None:
        self.writes.append(name)
        self.fault(name, "after")

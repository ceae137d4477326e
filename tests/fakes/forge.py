"""A forge in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from mlgov.errors import ForgeError
from mlgov.ports import Issue, PullRequest


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
    """

    login: str = "github-actions[bot]"
    stored: dict[int, Issue] = field(default_factory=dict)
    talk: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    pulls: list[PullRequest] = field(default_factory=list)
    asked: dict[int, list[str]] = field(default_factory=dict)
    fault: Callable[[str, str], None] = lambda name, moment: None
    writes: list[str] = field(default_factory=list)

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
        self._get(number)
        self.talk.setdefault(number, []).append((self.login, body))
        self._written("comment")

    def comments(self, number: int) -> list[str]:
        self.fault("comments", "before")
        self._get(number)
        return [body for author, body in self.talk.get(number, []) if author == self.login]

    def open_pull_request(self, title: str, body: str, *, head: str, base: str) -> PullRequest:
        self.fault("open_pull_request", "before")
        found = next((pull for pull in self.pulls if (pull.head, pull.base) == (head, base)), None)
        if found:
            return found
        number = len(self.pulls) + 1
        self.pulls.append(PullRequest(number, f"https://forge.example/pulls/{number}", title, head, base))
        self.writes.append("open_pull_request")
        return self.pulls[-1]

    def ask_for_review(self, number: int, reviewers: Sequence[str]) -> None:
        self.fault("ask_for_review", "before")
        if not 0 < number <= len(self.pulls):
            raise ForgeError(f"There is no pull request {number}.", status=404)
        known = self.asked.setdefault(number, [])
        known += [name for name in reviewers if name not in known]
        self._written("ask_for_review")

    def add(self, title: str, body: str, labels: Sequence[str], author: str) -> Issue:
        """Put an issue of anybody into the forge."""
        issue = Issue(len(self.stored) + 1, title, body, open=True, labels=tuple(labels), author=author)
        self.stored[issue.number] = issue
        return issue

    def add_comment(self, number: int, body: str, author: str) -> None:
        """Put a comment of anybody under an issue."""
        self.talk.setdefault(number, []).append((author, body))

    def _get(self, number: int) -> Issue:
        if number not in self.stored:
            raise ForgeError(f"There is no issue {number}.", status=404)
        return self.stored[number]

    def _written(self, name: str) -> None:
        self.writes.append(name)
        self.fault(name, "after")

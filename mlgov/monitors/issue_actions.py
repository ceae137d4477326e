"""What can be done to issues, as values, and how it is carried out so that a lost reply does no harm."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlgov.errors import ForgeError
from mlgov.monitors.issue_text import Text, literal, marker_of
from mlgov.ports import Forge, Issue

LABEL = "mlgov/monitor"
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Open:
    """Open an issue with our label and perhaps more.

    ``label`` tells our issues about one thing from those about others; every action carries it.
    """

    text: Text
    labels: tuple[str, ...] = ()
    label: str = LABEL

    def describe(self) -> str:
        return f"open an issue: {self.text.title}"

    def perform(self, forge: Forge) -> None:
        forge.open_issue(self.text.title, self.text.body, list(dict.fromkeys([self.label, *self.labels])))

    def is_done(self, forge: Forge) -> bool:
        marker = marker_of(self.text.body)
        return any(marker_of(issue.body) == marker for issue in forge.issues(self.label))


@dataclass(frozen=True, slots=True)
class Edit:
    """Bring the text of an issue up to date."""

    number: int
    text: Text
    label: str = LABEL

    def describe(self) -> str:
        return f"update issue #{self.number}: {self.text.title}"

    def perform(self, forge: Forge) -> None:
        forge.edit_issue(self.number, title=self.text.title, body=self.text.body)

    def is_done(self, forge: Forge) -> bool:
        return any(same_text(issue, self.text) for issue in forge.issues(self.label) if issue.number == self.number)


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open an issue again."""

    number: int
    text: Text
    label: str = LABEL

    def describe(self) -> str:
        return f"open issue #{self.number} again: {self.text.title}"

    def perform(self, forge: Forge) -> None:
        forge.edit_issue(self.number, title=self.text.title, body=self.text.body, is_open=True)

    def is_done(self, forge: Forge) -> bool:
        return any(issue.open for issue in forge.issues(self.label) if issue.number == self.number)


@dataclass(frozen=True, slots=True)
class Close:
    """Close an issue; its text stays as it is when ``text`` is None."""

    number: int
    reason: str
    text: Text | None = None
    label: str = LABEL

    def describe(self) -> str:
        return f"close issue #{self.number}: {self.reason}"

    def perform(self, forge: Forge) -> None:
        title, body = (self.text.title, self.text.body) if self.text else (None, None)
        forge.edit_issue(self.number, title=title, body=body, is_open=False)

    def is_done(self, forge: Forge) -> bool:
        return not any(issue.open for issue in forge.issues(self.label) if issue.number == self.number)


@dataclass(frozen=True, slots=True)
class Comment:
    """Add a comment, unless one that starts with the same hidden ``marker`` is there.

    Two runs at a time may both find none. So who has added one looks again, and of several the oldest stays.
    """

    number: int
    marker: str
    body: str

    def describe(self) -> str:
        words = literal(self.body.removeprefix(self.marker).strip().split("\n")[0], 80)
        return f"comment on issue #{self.number}: {words}"

    def perform(self, forge: Forge) -> None:
        if not self._count(forge):
            forge.comment(self.number, self.body)
            if self._count(forge) > 1:
                forge.sticky_comment(self.number, self.marker, self.body.removeprefix(f"{self.marker}\n"))

    def is_done(self, forge: Forge) -> bool:
        return self._count(forge) > 0

    def _count(self, forge: Forge) -> int:
        return sum(body.startswith(self.marker) for body in forge.comments(self.number))


IssueAction = Open | Edit | Reopen | Close | Comment


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a plan.

    Attributes:
        done: Actions that took effect.
        failed: Actions that did not, each with the reason.
    """

    done: tuple[IssueAction, ...] = ()
    failed: tuple[tuple[IssueAction, ForgeError], ...] = ()

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(self.done + other.done, self.failed + other.failed)


def same_text(issue: Issue, text: Text) -> bool:
    """Say whether an issue has this text already; line ends do not count."""
    return issue.title == text.title and issue.body.replace("\r\n", "\n").rstrip() == text.body.rstrip()


def apply(actions: Sequence[IssueAction], forge: Forge) -> Applied:
    """Carry out a plan.

    A request whose reply was lost is not simply sent again: first the forge is asked whether it took effect. An action
    that the forge refuses fails alone, with those after it on the same issue; when the forge is out of reach, the rest
    is not tried.
    """
    done: list[IssueAction] = []
    failed: list[tuple[IssueAction, ForgeError]] = []
    refused: dict[int, ForgeError] = {}
    unreachable: ForgeError | None = None
    for action in actions:
        number = 0 if isinstance(action, Open) else action.number
        problem = unreachable or refused.get(number) or _carry_out(action, forge)
        if problem is None:
            done.append(action)
            continue
        failed.append((action, problem))
        if problem.transient or problem.status == 401:
            unreachable = problem
        if number:
            refused[number] = problem
    return Applied(tuple(done), tuple(failed))


def _carry_out(action: IssueAction, forge: Forge) -> ForgeError | None:
    problem = None
    for _ in range(ATTEMPTS):
        try:
            action.perform(forge)
        except ForgeError as error:
            problem = error
        else:
            return None
        if not problem.transient:
            return problem
        try:
            if action.is_done(forge):
                return None
        except ForgeError as error:
            return error
    return problem

"""Carrying out a plan: each action once, whatever happens to the replies."""

import pytest

from mlgov.errors import ForgeError
from mlgov.monitors.issue_actions import LABEL, Applied, Close, Comment, Edit, IssueAction, Open, Reopen, apply
from mlgov.monitors.issue_text import Text
from tests.fakes.forge import MemoryForge

MARKER = "<!-- mlgov:monitor model=churn monitor=data-quality v1 -->"
OLD, NEW = Text("Old", f"{MARKER}\nold"), Text("New", f"{MARKER}\nnew")

ACTIONS: dict[str, IssueAction] = {
    "open": Open(Text("Other", "<!-- mlgov:umbrella v1 -->")),
    "edit": Edit(1, NEW),
    "reopen": Reopen(2, NEW),
    "close": Close(1, "well again", NEW),
    "comment": Comment(1, "<!-- mlgov:change number=1 -->", "<!-- mlgov:change number=1 -->\nNews."),
}


@pytest.fixture
def forge() -> MemoryForge:
    forge = MemoryForge()
    for _ in range(2):
        forge.add(OLD.title, OLD.body, [LABEL], forge.login)
    forge.edit_issue(2, is_open=False)
    forge.writes.clear()
    return forge


def lose(forge: MemoryForge, moment: str, times: int, status: int = 0) -> None:
    """Let the next ``times`` writes fail before or after they take effect."""
    left = [times]

    def fault(name: str, now: str) -> None:
        if name not in ("issues", "comments") and now == moment and left[0]:
            left[0] -= 1
            raise ForgeError("lost", status=status, transient=status == 0 or status >= 500)

    forge.fault = fault


@pytest.mark.parametrize("name", ACTIONS)
def test_a_lost_reply_is_noticed(forge: MemoryForge, name: str) -> None:
    """The write took effect, so it is not sent again."""
    lose(forge, "after", 1)
    assert apply([ACTIONS[name]], forge) == Applied(done=(ACTIONS[name],))
    assert len(forge.writes) == 1


@pytest.mark.parametrize("name", ACTIONS)
def test_a_lost_request_is_sent_again(forge: MemoryForge, name: str) -> None:
    """The write did not take effect, so it is sent again."""
    lose(forge, "before", 2)
    assert apply([ACTIONS[name]], forge) == Applied(done=(ACTIONS[name],))
    assert len(forge.writes) == 1


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_given_up_after_three_attempts(forge: MemoryForge, name: str) -> None:
    """Then the rest is not tried either: the forge is out of reach."""
    lose(forge, "before", 3)
    applied = apply([ACTIONS[name], Edit(1, NEW)], forge)
    assert [action for action, _ in applied.failed] == [ACTIONS[name], Edit(1, NEW)]
    assert forge.writes == []


def test_a_refused_action_fails_alone(forge: MemoryForge) -> None:
    """What one issue does not allow says nothing about the others."""
    lose(forge, "before", 1, status=422)
    applied = apply([Edit(1, NEW), Close(1, "x"), Reopen(2, NEW)], forge)
    assert [action for action, _ in applied.failed] == [Edit(1, NEW), Close(1, "x")]
    assert applied.done == (Reopen(2, NEW),)


def test_a_wrong_token_stops_everything(forge: MemoryForge) -> None:
    """After 401 nothing else can work."""
    lose(forge, "before", 1, status=401)
    assert len(apply([Edit(1, NEW), Reopen(2, NEW)], forge).failed) == 2


def test_a_comment_is_written_once(forge: MemoryForge) -> None:
    """A run that starts again finds its comment."""
    apply([ACTIONS["comment"]], forge)
    apply([ACTIONS["comment"]], forge)
    assert len(forge.comments(1)) == 1


def test_somebody_else_s_comment_with_our_marker_does_not_count(forge: MemoryForge) -> None:
    """Nobody can keep mlgov from commenting."""
    forge.add_comment(1, "<!-- mlgov:change number=1 -->", "octocat")
    apply([ACTIONS["comment"]], forge)
    assert len(forge.comments(1)) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("open", "open an issue: Other"),
        ("edit", "update issue #1: New"),
        ("reopen", "open issue #2 again: New"),
        ("close", "close issue #1: well again"),
        ("comment", "comment on issue #1: News."),
    ],
)
def test_an_action_says_what_it_does(name: str, line: str) -> None:
    """One line for people, as ``--dry-run`` prints it."""
    assert ACTIONS[name].describe() == line

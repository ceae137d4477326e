"""What every forge must do: the one in memory, and GitHub's adapter against the loopback server.

With the marker ``node`` the server also judges each request and reply by GitHub's published description.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mlgov.errors import ForgeError
from mlgov.ports import Forge
from tests.fakes.forge import MemoryForge
from tests.fakes.github_server import Fault, GithubServer
from tests.fakes.github_state import Account

LABEL = "mlgov/monitor"
STRANGER = "octocat"


@dataclass
class MemoryWorld:
    """A forge in memory and what others do to it."""

    forge: MemoryForge

    def add_issue(self, title: str, label: str, author: str) -> int:
        return self.forge.add(title, "text", [label], author).number

    def add_comment(self, number: int, body: str, author: str) -> None:
        self.forge.add_comment(number, body, author)

    def lose_next_reply(self) -> None:
        def fault(name: str, moment: str) -> None:
            if moment == "after":
                self.forge.fault = lambda name, moment: None
                raise ForgeError("The reply was lost.", transient=True)

        self.forge.fault = fault

    def reviewers(self, number: int) -> list[str]:
        return self.forge.asked.get(number, [])


@dataclass
class GithubWorld:
    """GitHub's adapter, the server behind it and what others do there."""

    forge: Forge
    server: GithubServer

    def add_issue(self, title: str, label: str, author: str) -> int:
        return self.server.state.add(title, "text", [label], self._account(author)).number

    def add_comment(self, number: int, body: str, author: str) -> None:
        issue = self.server.state.find(number)
        assert issue is not None
        issue.comments.append((self._account(author), body))

    def lose_next_reply(self) -> None:
        self.server.faults.append(Fault("lost", method="POST"))

    def _account(self, login: str) -> Account:
        return Account(login, "Bot" if login.endswith("[bot]") else "User")

    def reviewers(self, number: int) -> list[str]:
        pull = self.server.state.find_pull(number)
        assert pull is not None
        return [*pull.reviewers, *(f"octo-org/{team}" for team in pull.teams)]


World = MemoryWorld | GithubWorld


@pytest.fixture(params=["memory", "github", pytest.param("described", marks=pytest.mark.node)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        yield MemoryWorld(MemoryForge())
        return
    judge = None
    if request.param == "described":
        from tests.fakes.github_description import description

        judge = description()
    with GithubServer(judge) as server:
        yield GithubWorld(server.forge(), server)
        assert server.deviations == []


def test_an_opened_issue_is_listed(world: World) -> None:
    """What was opened comes back as it was given, with us as its author."""
    opened = world.forge.open_issue("Title", "Body\nof two lines", [LABEL, "risk/high"])
    assert world.forge.issues(LABEL) == [opened]
    assert (opened.title, opened.body, opened.open) == ("Title", "Body\nof two lines", True)
    assert opened.labels == (LABEL, "risk/high")
    assert opened.author == "github-actions[bot]"


TEXTS = ["ü 漢字 🙂", "a\u200bb", "``` <!-- x --> @a #1", 'quote " and \\ and %', "a" * 60_000]


@pytest.mark.parametrize("text", TEXTS, ids=["unicode", "invisible", "markdown", "quotes", "long"])
def test_text_survives(world: World, text: str) -> None:
    """Bodies are kept character by character."""
    number = world.forge.open_issue("Title", text, [LABEL]).number
    world.forge.comment(number, text)
    assert [issue.body for issue in world.forge.issues(LABEL)] == [text]
    assert world.forge.comments(number) == [text]


def test_only_our_label_is_listed(world: World) -> None:
    """Issues with another label are not seen."""
    world.forge.open_issue("Ours", "text", [LABEL])
    world.forge.open_issue("Other", "text", ["bug"])
    assert [issue.title for issue in world.forge.issues(LABEL)] == ["Ours"]


def test_only_our_issues_are_listed(world: World) -> None:
    """An issue that somebody else gave our label is not ours."""
    world.add_issue("Forged", LABEL, STRANGER)
    world.forge.open_issue("Ours", "text", [LABEL])
    assert [issue.title for issue in world.forge.issues(LABEL)] == ["Ours"]


def test_more_issues_than_a_page_are_listed_oldest_first(world: World) -> None:
    """Lists are read to their end."""
    numbers = [world.add_issue(f"Issue {index}", LABEL, "github-actions[bot]") for index in range(230)]
    assert [issue.number for issue in world.forge.issues(LABEL)] == numbers


def test_an_edit_changes_only_what_is_given(world: World) -> None:
    """A new title leaves the body, the labels and the state alone."""
    number = world.forge.open_issue("Old", "text", [LABEL]).number
    world.forge.edit_issue(number, title="New")
    (issue,) = world.forge.issues(LABEL)
    assert (issue.title, issue.body, issue.open, issue.labels) == ("New", "text", True, (LABEL,))


def test_a_closed_issue_is_still_listed(world: World) -> None:
    """Closing keeps an issue in the list, as closed."""
    number = world.forge.open_issue("Title", "text", [LABEL]).number
    world.forge.edit_issue(number, body="Done.", is_open=False)
    (issue,) = world.forge.issues(LABEL)
    assert (issue.open, issue.body) == (False, "Done.")


def test_a_closed_issue_can_be_opened_again(world: World) -> None:
    """Opening again undoes closing."""
    number = world.forge.open_issue("Title", "text", [LABEL]).number
    world.forge.edit_issue(number, is_open=False)
    world.forge.edit_issue(number, is_open=True)
    (issue,) = world.forge.issues(LABEL)
    assert issue.open


def test_our_comments_are_listed_in_order(world: World) -> None:
    """Comments come back in the order in which they were written, without those of others."""
    number = world.forge.open_issue("Title", "text", [LABEL]).number
    world.forge.comment(number, "first")
    world.add_comment(number, "forged", STRANGER)
    world.forge.comment(number, "second")
    assert world.forge.comments(number) == ["first", "second"]


@pytest.mark.parametrize("call", ["edit_issue", "comment", "comments"])
def test_an_unknown_number_is_refused_for_good(world: World, call: str) -> None:
    """What is not there cannot be changed, and asking again would not help."""
    calls = {
        "edit_issue": lambda: world.forge.edit_issue(99, title="x"),
        "comment": lambda: world.forge.comment(99, "x"),
        "comments": lambda: world.forge.comments(99),
    }
    with pytest.raises(ForgeError) as caught:
        calls[call]()
    assert caught.value.status == 404
    assert not caught.value.transient


def test_a_lost_reply_to_opening_is_a_transient_error_and_the_issue_is_there(world: World) -> None:
    """The caller cannot know, so the forge must not open a second one by itself."""
    world.lose_next_reply()
    with pytest.raises(ForgeError) as caught:
        world.forge.open_issue("Title", "text", [LABEL])
    assert caught.value.transient
    assert [issue.title for issue in world.forge.issues(LABEL)] == ["Title"]


def test_a_lost_reply_to_a_comment_is_a_transient_error_and_the_comment_is_there(world: World) -> None:
    """The same holds for comments."""
    number = world.forge.open_issue("Title", "text", [LABEL]).number
    world.lose_next_reply()
    with pytest.raises(ForgeError) as caught:
        world.forge.comment(number, "once")
    assert caught.value.transient
    assert world.forge.comments(number) == ["once"]


# Pull requests


def test_a_pull_request_is_opened_once(world: World) -> None:
    """Asking again for the same two branches gives the one that is open, whatever the words."""
    opened = world.forge.open_pull_request("Submit churn", "text", head="submit-churn", base="main")
    again = world.forge.open_pull_request("Other words", "more", head="submit-churn", base="main")
    assert again == opened
    assert (opened.title, opened.head, opened.base) == ("Submit churn", "submit-churn", "main")
    assert opened.url.startswith("https://")


def test_other_branches_are_other_pull_requests(world: World) -> None:
    """Head and base both count."""
    pairs = [("submit-churn", "main"), ("submit-fraud", "main"), ("submit-churn", "next")]
    opened = [world.forge.open_pull_request("Submit", "text", head=head, base=base) for head, base in pairs]
    assert len({pull.number for pull in opened}) == 3
    assert [(pull.head, pull.base) for pull in opened] == pairs


def test_people_and_teams_are_asked_for_a_review(world: World) -> None:
    """Asking twice is asking once."""
    number = world.forge.open_pull_request("Submit", "text", head="submit-churn", base="main").number
    for _ in range(2):
        world.forge.ask_for_review(number, ["octocat", "octo-org/model-validators"])
    assert world.reviewers(number) == ["octocat", "octo-org/model-validators"]


def test_a_review_of_nothing_is_refused(world: World) -> None:
    """There is no such pull request."""
    with pytest.raises(ForgeError) as caught:
        world.forge.ask_for_review(99, ["octocat"])
    assert caught.value.status == 404

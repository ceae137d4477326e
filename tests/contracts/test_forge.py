"""What every forge must do: the one in memory, and the adapters of GitHub and Gitea against loopback servers.

With the marker ``node`` the servers also judge each request and reply by the forge's published description.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mlgov.errors import ForgeError
from mlgov.ports import BranchGuard, CommitPeople, PullRequestFacts, RequiredCheck, Review, ReviewState, StatusState
from tests.contracts.forge_worlds import BASE, HEAD, ME, MERGE, GiteaWorld, GithubWorld, MemoryWorld, World
from tests.fakes.forge import MemoryForge
from tests.fakes.gitea_server import GiteaServer
from tests.fakes.github_server import GithubServer

LABEL = "mlgov/monitor"
STRANGER = "octocat"


NODE = pytest.mark.node
FORGES = ["memory", "github", pytest.param("github described", marks=NODE), "gitea"]
FORGES.append(pytest.param("gitea described", marks=NODE))


@pytest.fixture(params=FORGES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    name = str(request.param)
    if name == "memory":
        yield MemoryWorld(MemoryForge())
        return
    with running(name) as server:
        yield (GiteaWorld if isinstance(server, GiteaServer) else GithubWorld)(server.forge(login=ME), server)
        assert server.deviations == []


def running(name: str) -> GithubServer:
    """Give a server; one whose requests and replies are judged when the name says so."""
    if "described" not in name:
        return GiteaServer() if "gitea" in name else GithubServer()
    from tests.fakes.github_description import description, gitea_description

    return GiteaServer(gitea_description()) if "gitea" in name else GithubServer(description())


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


def test_a_pull_request_is_read_whole(world: World) -> None:
    """Everything that decides about approvals is in it."""
    number = world.add_pull()
    url = f"https://github.com/octo-org/models/pull/{number}"
    ends = (HEAD, BASE, "submit-churn", "main", "octo-org/models", False)
    expected = PullRequestFacts(number, url, "Submit churn", "open", False, "", "octocat", False, *ends)
    assert world.forge.pull_request(number) == expected


def test_before_the_merge_there_is_no_merge_commit(world: World) -> None:
    """After it there is."""
    number = world.add_pull()
    assert (world.forge.pull_request(number).merged, world.forge.pull_request(number).merge_commit) == (False, "")
    world.merge(number)
    merged = world.forge.pull_request(number)
    assert (merged.state, merged.merged, merged.merge_commit) == ("closed", True, MERGE)


@pytest.mark.parametrize("head_repository", ["stranger/models", ""], ids=["fork", "fork that is gone"])
def test_a_fork_is_seen(world: World, head_repository: str) -> None:
    """A repository that is gone counts as a fork too."""
    pull = world.forge.pull_request(world.add_pull(head_repository=head_repository))
    assert (pull.head_repository, pull.from_fork) == (head_repository, True)


def test_an_author_may_be_a_program(world: World) -> None:
    """Programs never count as persons."""
    assert world.forge.pull_request(world.add_pull("dependabot[bot]")).author_is_bot


def test_a_commit_leads_to_its_pull_requests(world: World) -> None:
    """By the merge commit, and by a commit of its own; in the order of their numbers."""
    first, second = world.add_pull(), world.add_pull()
    world.merge(second)
    world.add_commit(first, "d" * 40, "octocat", "octocat")
    numbers = [[pull.number for pull in world.forge.pull_requests_of_commit(sha * 40)] for sha in "cda"]
    assert numbers == [[second], [first], [first, second]]
    assert world.forge.pull_requests_of_commit(MERGE) == [world.forge.pull_request(second)]


def test_a_commit_without_pull_request_leads_nowhere(world: World) -> None:
    """It was pushed past them."""
    world.add_pull()
    assert world.forge.pull_requests_of_commit("e" * 40) == []


def test_reviews_are_read_in_order(world: World) -> None:
    """Each with who, what, when and of which commit; what was dismissed or comes from a program says so."""
    number = world.add_pull()
    world.add_review(number, "vera", "changes_requested", BASE, "2026-06-02T06:00:00Z")
    world.add_review(number, "vera", "approved", HEAD, "2026-06-03T06:00:00Z")
    world.add_review(number, "helper[bot]", "commented", HEAD, "2026-06-01T06:00:00Z")
    world.add_review(number, "rolf", "dismissed", HEAD, "2026-06-04T06:00:00+02:00")
    found = world.forge.reviews(number)
    assert [(r.login, r.state, r.is_bot, r.commit) for r in found] == [
        ("helper[bot]", ReviewState.COMMENTED, True, HEAD),
        ("vera", ReviewState.CHANGES_REQUESTED, False, BASE),
        ("vera", ReviewState.APPROVED, False, HEAD),
        ("rolf", ReviewState.DISMISSED, False, HEAD),
    ]
    assert found[3].submitted_at == datetime(2026, 6, 4, 4, tzinfo=UTC)
    assert len({review.id for review in found}) == 4


def test_a_reviewer_who_is_gone_is_nobody(world: World) -> None:
    """No login, and so never a person; a commit that is gone is no commit."""
    number = world.add_pull()
    world.add_review(number, "", "approved", "", "2026-06-02T06:00:00Z")
    assert world.forge.reviews(number) == [
        Review(number * 1000, "", True, ReviewState.APPROVED, "", datetime(2026, 6, 2, 6, tzinfo=UTC))
    ]


def test_all_pages_of_reviews_are_read(world: World) -> None:
    """The last review decides, so it must not be missed."""
    number = world.add_pull()
    for minute in range(230):
        world.add_review(number, "vera", "commented", HEAD, f"2026-06-02T{minute // 60:02}:{minute % 60:02}:00Z")
    world.add_review(number, "vera", "changes_requested", HEAD, "2026-06-03T00:00:00Z")
    found = world.forge.reviews(number)
    assert len(found) == 231
    assert found[-1].state is ReviewState.CHANGES_REQUESTED


def test_everybody_who_made_a_commit_is_named(world: World) -> None:
    """Author, committer and co-authors; nobody where the forge knows no account."""
    number = world.add_pull()
    world.add_commit(number, "d" * 40, "Octocat", "web-flow", "vera")
    world.add_commit(number, "e" * 40, "", "rolf")
    emails = ("author@example.com", "committer@example.com")
    first = CommitPeople("d" * 40, "Octocat", "web-flow", *emails, (("vera", "vera@example.com"),))
    assert world.forge.commit_people(number) == [first, CommitPeople("e" * 40, "", "rolf", *emails)]
    assert [people.logins for people in world.forge.commit_people(number)] == [{"octocat"}, {"rolf"}]


def test_more_commits_than_the_forge_lists_are_an_error(world: World) -> None:
    """An author who is not listed could approve. A forge that lists all has no such limit."""
    number = world.add_pull()
    for index in range(260):
        world.add_commit(number, f"{index:040x}", "octocat", "octocat")
    if isinstance(world, GiteaWorld):
        assert len(world.forge.commit_people(number)) == 260
        return
    with pytest.raises(ForgeError, match="commits") as caught:
        world.forge.commit_people(number)
    assert not caught.value.transient
    assert caught.value.hint


def test_who_pushed_is_told(world: World) -> None:
    """In lower case, each once; by a forge that can tell."""
    number = world.add_pull()
    for login in ("Octocat", "vera", "octocat"):
        world.add_push(number, login)
    told = world.forge.pushers(world.forge.pull_request(number))
    assert told == ({"octocat", "vera"} if world.tells_pushers else None)


def test_who_pushed_is_not_always_told(world: World) -> None:
    """No push is known, or the branch lies in a fork: that is not the same as nobody."""
    here = world.forge.pull_request(world.add_pull())
    fork = world.forge.pull_request(world.add_pull(head_repository="stranger/models"))
    assert (world.forge.pushers(here), world.forge.pushers(fork)) == (None, None)


READINGS = ["pull_request", "reviews", "commit_people"]


@pytest.mark.parametrize("call", READINGS)
def test_a_pull_request_that_is_not_there_cannot_be_read(world: World, call: str) -> None:
    """That is an error and no empty answer."""
    with pytest.raises(ForgeError) as caught:
        getattr(world.forge, call)(99)
    assert (caught.value.status, caught.value.transient) == (404, False)


# Statuses


def test_a_status_is_set(world: World) -> None:
    """With its name, its words on one line and its address."""
    world.forge.set_status(HEAD, StatusState.PENDING, "mlgov/gate", "Needs one\nmore approval", "https://x.example/1")
    assert world.statuses() == [(HEAD, "mlgov/gate", "pending", "Needs one more approval", "https://x.example/1")]


def test_a_status_needs_no_address(world: World) -> None:
    """Every state can be set."""
    for state in StatusState:
        world.forge.set_status(HEAD, state, "mlgov/gate", "words")
    assert [(state, url) for _, _, state, _, url in world.statuses()] == [(str(state), "") for state in StatusState]


def test_long_words_of_a_status_are_cut(world: World) -> None:
    """The forge would refuse them."""
    world.forge.set_status(HEAD, StatusState.FAILURE, "mlgov/gate", "word " * 100)
    (status,) = world.statuses()
    assert status[3].startswith("word word")
    assert len(status[3]) <= 140


# The comment that is kept up to date

MARKER = "<!-- mlgov:gate v1 -->"


def test_a_sticky_comment_is_made_once_and_edited(world: World) -> None:
    """Under a pull request; other comments stay, and the marker comes first."""
    number = world.add_pull()
    world.add_comment(number, "Hello", "octocat")
    for text in ("one", "two\nlines", "two\nlines"):
        world.forge.sticky_comment(number, MARKER, text)
    assert world.all_comments(number) == [("octocat", "Hello"), (ME, f"{MARKER}\ntwo\nlines")]


def test_other_markers_are_other_comments(world: World) -> None:
    """Each kind has its own, under an issue too; a marker that starts alike is another one."""
    number = world.add_issue("Title", LABEL, ME)
    world.forge.sticky_comment(number, MARKER, "gate")
    world.forge.sticky_comment(number, "<!-- mlgov:gate v11 -->", "other")
    world.forge.sticky_comment(number, MARKER, "gate again")
    bodies = [body for _, body in world.all_comments(number)]
    assert bodies == [f"{MARKER}\ngate again", "<!-- mlgov:gate v11 -->\nother"]


@pytest.mark.parametrize("stranger", [STRANGER, "other-app[bot]"])
def test_somebody_else_s_comment_with_our_marker_is_left_alone(world: World, stranger: str) -> None:
    """A person or another program may write the marker; that makes the comment not ours."""
    number = world.add_pull()
    world.add_comment(number, f"{MARKER}\nforged", stranger)
    world.forge.sticky_comment(number, MARKER, "ours")
    assert world.all_comments(number) == [(stranger, f"{MARKER}\nforged"), (ME, f"{MARKER}\nours")]


def test_our_comment_that_quotes_the_marker_is_left_alone(world: World) -> None:
    """Only the first line counts."""
    number = world.add_pull()
    world.forge.comment(number, f"See\n{MARKER}\nthere")
    world.forge.sticky_comment(number, MARKER, "ours")
    assert [body for _, body in world.all_comments(number)] == [f"See\n{MARKER}\nthere", f"{MARKER}\nours"]


def test_a_second_sticky_comment_goes_away(world: World) -> None:
    """Two runs at a time may each have made one; the older one stays."""
    number = world.add_pull()
    for text in ("first", "second"):
        world.add_comment(number, f"{MARKER}\n{text}", ME)
    world.forge.sticky_comment(number, MARKER, "now")
    assert world.all_comments(number) == [(ME, f"{MARKER}\nnow")]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_lost_reply_leaves_one_sticky_comment(world: World, method: str) -> None:
    """Whichever reply is lost: once it is all done, there is one comment with the last text."""
    number = world.add_pull()
    world.add_comment(number, f"{MARKER}\nold", ME) if method != "POST" else None
    world.add_comment(number, f"{MARKER}\nolder", ME) if method == "DELETE" else None
    world.lose_next_reply(method)
    world.forge.sticky_comment(number, MARKER, "now")
    assert world.all_comments(number) == [(ME, f"{MARKER}\nnow")]


def test_a_long_sticky_comment_is_cut(world: World) -> None:
    """It stays below what forges take, and says that it was cut."""
    number = world.add_pull()
    world.forge.sticky_comment(number, MARKER, "ü" * 100_000)
    ((_, body),) = world.all_comments(number)
    assert len(body) <= 60_000
    assert "cut" in body[-60:]


def test_a_marker_is_a_hidden_line(world: World) -> None:
    """Anything else would be seen, or match too much."""
    for marker in ("", "mlgov", "<!-- a --> b", "<!-- a\nb -->", "<!-- -->"):
        with pytest.raises(ValueError, match="no hidden line"):
            world.forge.sticky_comment(1, marker, "text")


# Settings


def test_guards_and_labels_are_read(world: World) -> None:
    """What forbids what on the branch that is asked about."""
    checks = (RequiredCheck("mlgov/gate", 15368), RequiredCheck("mlgov / check"))
    guard = BranchGuard("main", True, True, True, 2, True, True, True, checks)
    world.set_up(guard, ["mlgov/monitor", "bug"])
    posture = world.forge.posture(["main"])
    assert posture.guards == (world.told(guard),)
    assert (posture.default_branch, posture.merge_methods) == ("main", ("merge",))
    assert posture.labels == ("mlgov/monitor", "bug")
    unread = [setting.what for setting in posture.unread]
    assert unread == (["the rights of workflows", "the errors of CODEOWNERS"] if isinstance(world, GiteaWorld) else [])

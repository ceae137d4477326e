"""Proposals: planned as values, carried out step by step, finished by asking again."""

from collections.abc import Callable

import pytest

from mlgov.documents import load
from mlgov.errors import ForgeError, GitError, UsageError
from mlgov.lifecycle.proposals import Outcome, Plan, Wish, by_hand, carry_out, forge_repository, moved, plan
from mlgov.lifecycle.transitions import LEGAL
from mlgov.names import Status
from mlgov.ports import Remote
from tests.fakes.forge import MemoryForge
from tests.fakes.repository import MemoryRepository

WISH = Wish("submit-x", {"cards/x.yaml": b"2", "cards/y.yaml": None}, "Submit x\n\nBecause.", "text", ("octocat",))
ORIGIN = Remote("origin", "https://github.com/octo-org/models.git", "main")


@pytest.fixture
def repository() -> MemoryRepository:
    """Two cards and a remote."""
    repository = MemoryRepository(remotes={"origin": ORIGIN})
    repository.write("cards/x.yaml", b"1")
    repository.write("cards/y.yaml", b"y")
    repository.save()
    return repository


def planned(repository: MemoryRepository, wish: Wish = WISH, into: str = "") -> Plan:
    """Plan against the remote of the fixture."""
    return plan(wish, repository, remote="origin", into=into)


def document(status: str) -> bytes:
    """Write a document with a comment."""
    return f"metadata: {{name: x}}\nlifecycle:\n  status: {status} # why\n".encode()


@pytest.mark.parametrize("to", list(Status))
@pytest.mark.parametrize("status", list(Status))
def test_a_status_moves_only_as_the_rules_allow(status: Status, to: Status) -> None:
    """The comment stays; staying gives the same bytes."""
    found, _ = load(document(status.value), "cards/x.yaml")
    assert found is not None
    if to is status or to in LEGAL[status]:
        assert moved(found, to) == document(to.value)
    else:
        with pytest.raises(UsageError, match=f"is {status} and cannot become {to}"):
            moved(found, to)


def test_everything_is_done_once(repository: MemoryRepository) -> None:
    """Commit, push, pull request, review; the plan after that has nothing left to commit."""
    forge = MemoryForge()
    outcome = carry_out(planned(repository), repository, forge)
    assert outcome.pull_request is not None
    assert (outcome.pull_request.title, outcome.pull_request.base) == ("Submit x", "main")
    assert forge.asked == {1: ["octocat"]}
    assert list(repository.snapshot("submit-x", ["cards"])) == ["cards/x.yaml"]
    again = planned(repository)
    assert again.done == outcome.commit
    assert carry_out(again, repository, forge) == outcome
    assert len(forge.pulls) == 1


def test_where_it_goes_into(repository: MemoryRepository) -> None:
    """What is asked for, else the main line of the remote, else the branch that is checked out."""
    assert planned(repository, into="next").into == "next"
    repository.remotes["origin"] = Remote("origin", ORIGIN.address, "trunk")
    assert planned(repository).into == "trunk"
    repository.remotes.clear()
    repository.checked_out = "work"
    assert (planned(repository).into, planned(repository).remote) == ("work", None)


def test_a_branch_is_not_proposed_for_itself(repository: MemoryRepository) -> None:
    """That would be no proposal."""
    with pytest.raises(UsageError, match="for itself"):
        planned(repository, into="submit-x")


def test_the_branch_that_is_checked_out_is_left_to_its_user(repository: MemoryRepository) -> None:
    """Moving it would make the work tree look changed."""
    repository.checked_out = "submit-x"
    with pytest.raises(UsageError, match="You are on the branch"):
        planned(repository)


def test_a_branch_behind_is_started_anew_from_here(repository: MemoryRepository) -> None:
    """It was merged, and its name is free."""
    repository.refs["submit-x"] = repository.refs["HEAD"]
    repository.write("cards/z.yaml", b"z")
    here = repository.save()
    assert planned(repository).start == here


def test_a_push_that_fails_is_trouble_and_not_the_end(repository: MemoryRepository) -> None:
    """The commit is there; the next attempt pushes it."""
    push = repository.push

    def refuse(remote: str, branch: str) -> None:
        raise GitError("The remote is away.")

    repository.push = refuse  # type: ignore[method-assign]
    outcome = carry_out(planned(repository), repository, MemoryForge())
    assert (outcome.pushed, outcome.pull_request, str(outcome.trouble)) == (False, None, "The remote is away.")
    repository.push = push  # type: ignore[method-assign]
    again = carry_out(planned(repository), repository, MemoryForge())
    assert (again.commit, again.pushed, again.trouble) == (outcome.commit, True, None)


def failing(call: str) -> Callable[[str, str], None]:
    """Make a fault of one call of the forge."""

    def fault(name: str, moment: str) -> None:
        if name == call:
            raise ForgeError("not now", status=503, transient=True)

    return fault


@pytest.mark.parametrize(("call", "opened"), [("open_pull_request", False), ("ask_for_review", True)])
def test_a_forge_that_fails_leaves_what_is_done(repository: MemoryRepository, call: str, opened: bool) -> None:
    """The branch is pushed, and the pull request is kept when there is one."""
    outcome = carry_out(planned(repository), repository, MemoryForge(fault=failing(call)))
    assert outcome.pushed
    assert (outcome.pull_request is not None) == opened
    assert isinstance(outcome.trouble, ForgeError)


def test_a_refused_commit_is_an_error(repository: MemoryRepository) -> None:
    """Nothing has happened, so there is nothing to go on from."""

    def refuse() -> None:
        raise GitError("a hook said no")

    repository.hook = refuse
    with pytest.raises(GitError, match="a hook said no"):
        carry_out(planned(repository), repository, MemoryForge())
    assert (repository.pushed, repository.tip("submit-x")) == ({}, None)


def test_without_a_push_there_is_no_pull_request(repository: MemoryRepository) -> None:
    """The commit is made, and the rest is said."""
    forge = MemoryForge()
    found = planned(repository)
    outcome = carry_out(found, repository, forge, push=False)
    assert (outcome.pushed, forge.pulls, repository.pushed) == (False, [], {})
    assert by_hand(found, outcome) == [
        "git push --set-upstream origin submit-x",
        "open a pull request of submit-x into main: "
        "https://github.com/octo-org/models/compare/main...submit-x?expand=1",
    ]


def test_nothing_is_left_by_hand_when_all_is_done(repository: MemoryRepository) -> None:
    """No advice that nobody needs."""
    found = planned(repository)
    assert by_hand(found, carry_out(found, repository, MemoryForge())) == []


def test_commands_are_safe_to_paste(repository: MemoryRepository) -> None:
    """Branch names may hold what a shell obeys."""
    wish = Wish("x;touch$IFS'y", {"cards/x.yaml": b"2"}, "x")
    assert by_hand(planned(repository, wish), Outcome("c"))[0] == (
        "git push --set-upstream origin 'x;touch$IFS'\"'\"'y'"
    )


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/octo-org/models.git", "octo-org/models"),
        ("https://github.com/octo-org/models/", "octo-org/models"),
        ("git@github.com:octo-org/models.git", "octo-org/models"),
        ("ssh://git@host.example:22/octo-org/models", "octo-org/models"),
        ("file:///srv/git/team/models.git", ""),
        ("../models.git", ""),
        ("https://host.example/models", ""),
    ],
)
def test_the_forge_repository_of_an_address(address: str, name: str) -> None:
    """``owner/name``, and nothing where the address does not end like that."""
    assert forge_repository(Remote("origin", address)) == name
    assert forge_repository(None) == ""

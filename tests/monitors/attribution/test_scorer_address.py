"""The address of a scorer counts only when the main branch has it, too."""

from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.errors import UsageError
from mlgov.monitors.attribution.scorer_address import scorer_address
from mlgov.names import SETTINGS_FILE
from mlgov.settings import load
from tests.git_world import GitWorld, clone, new_world

OURS, OTHER = "https://ours.example/score", "https://other.example/score"
NOT_YET = "not on the main branch yet"


def text(address: str, ledger: str = "") -> str:
    return f'{ledger}[monitors.scorers]\nchurn = "{address}"\n'


@pytest.fixture
def alone(tmp_path: Path) -> GitWorld:
    """A repository without a remote, whose settings are committed."""
    world = new_world(tmp_path / "alone")
    world.save(SETTINGS_FILE, text(OURS))
    return world


@pytest.fixture
def proposal(alone: GitWorld, tmp_path: Path) -> GitWorld:
    """A clone of it, whose remote is ``origin``."""
    return clone(alone.root, tmp_path / "proposal")


def asked(world: GitWorld, name: str = "churn") -> str:
    """Ask for the address, by the settings of the work tree."""
    settings = load((world.root / SETTINGS_FILE).read_bytes())
    return scorer_address(name, settings, GitRepository(world.root))


def refused(world: GitWorld) -> str:
    """Give what is said when there is no address."""
    with pytest.raises(UsageError) as caught:
        asked(world)
    return caught.value.message


def test_what_the_main_branch_has_counts(alone: GitWorld, proposal: GitWorld) -> None:
    """At HEAD without a remote, else on the main branch of the remote."""
    assert (asked(alone), asked(proposal)) == (OURS, OURS)


def test_a_name_that_the_settings_do_not_have_is_refused(alone: GitWorld) -> None:
    """With where to write it."""
    with pytest.raises(UsageError, match="names no scorer 'fraud'") as caught:
        asked(alone, "fraud")
    assert "[monitors.scorers]" in caught.value.hint


def test_without_a_remote_the_work_tree_alone_does_not_count(alone: GitWorld) -> None:
    """What is committed counts."""
    alone.write(SETTINGS_FILE, text(OTHER))
    assert NOT_YET in refused(alone)
    alone.commit("another address")
    assert asked(alone) == OTHER


def test_with_a_remote_a_commit_does_not_count(proposal: GitWorld) -> None:
    """Not even on a local branch of the main branch's name."""
    proposal.save(SETTINGS_FILE, text(OTHER))
    assert NOT_YET in refused(proposal)


def test_a_merged_address_counts_once_it_is_fetched(alone: GitWorld, proposal: GitWorld) -> None:
    """Nothing is fetched here: until then the clone knows the address of before."""
    alone.save(SETTINGS_FILE, text(OTHER))
    proposal.write(SETTINGS_FILE, text(OTHER))
    assert NOT_YET in refused(proposal)
    proposal.git("fetch", "--quiet", "origin")
    assert asked(proposal) == OTHER


def test_the_main_branch_is_the_one_that_the_remote_names(alone: GitWorld, tmp_path: Path) -> None:
    """Whatever a branch called main says."""
    alone.git("branch", "--quiet", "--move", "main", "trunk")
    alone.git("checkout", "--quiet", "-b", "main")
    alone.save(SETTINGS_FILE, text(OTHER))
    alone.git("checkout", "--quiet", "trunk")
    cloned = clone(alone.root, tmp_path / "cloned")
    assert asked(cloned) == OURS
    cloned.write(SETTINGS_FILE, text(OTHER))
    assert NOT_YET in refused(cloned)


@pytest.mark.parametrize("remote", ["nowhere", "mine"])
def test_origin_is_asked_whatever_remote_the_settings_name(proposal: GitWorld, tmp_path: Path, remote: str) -> None:
    """A proposal may name a remote that is not there, or one of its own that has the address."""
    proposal.save(SETTINGS_FILE, text(OTHER, f'[ledger]\nremote = "{remote}"\n'))
    if remote == "mine":
        proposal.git("remote", "add", "mine", str(new_world(tmp_path / "mine", "--bare").root))
        proposal.git("push", "--quiet", "mine", "main")
    assert NOT_YET in refused(proposal)


def test_the_remote_of_the_ledger_is_asked_beside_origin(proposal: GitWorld, tmp_path: Path) -> None:
    """Both have to say the same."""
    proposal.git("remote", "add", "company", str(new_world(tmp_path / "company", "--bare").root))
    proposal.save(SETTINGS_FILE, text(OURS, '[ledger]\nremote = "company"\n'))
    assert NOT_YET in refused(proposal)
    proposal.git("push", "--quiet", "company", "main")
    assert asked(proposal) == OURS


def test_the_remote_of_the_ledger_may_be_the_only_one(alone: GitWorld, tmp_path: Path) -> None:
    """Then its main branch says it, and no other branch of it."""
    cloned = clone(alone.root, tmp_path / "cloned", "--origin", "company")
    cloned.save(SETTINGS_FILE, text(OTHER, '[ledger]\nremote = "company"\n'))
    cloned.git("push", "--quiet", "company", "main:proposal")
    assert NOT_YET in refused(cloned)
    cloned.write(SETTINGS_FILE, text(OURS, '[ledger]\nremote = "company"\n'))
    assert asked(cloned) == OURS


@pytest.mark.parametrize("there", ["", "[monitors", '[monitors.scorers]\nfraud = "https://ours.example/score"\n'])
def test_where_the_main_branch_says_nothing_of_it_no_address_counts(
    alone: GitWorld, proposal: GitWorld, there: str
) -> None:
    """Also when its settings cannot be read."""
    alone.save(SETTINGS_FILE, there)
    proposal.git("fetch", "--quiet", "origin")
    assert NOT_YET in refused(proposal)


def test_where_the_main_branch_has_no_settings_no_address_counts(alone: GitWorld, proposal: GitWorld) -> None:
    """Their file is gone there."""
    alone.remove(SETTINGS_FILE)
    alone.commit("no settings")
    proposal.git("fetch", "--quiet", "origin")
    assert NOT_YET in refused(proposal)


def test_a_remote_that_names_no_main_branch_has_it_at_main(proposal: GitWorld) -> None:
    """And who forgets that one, too, cannot choose an address."""
    proposal.git("remote", "set-head", "origin", "--delete")
    assert asked(proposal) == OURS
    proposal.git("update-ref", "-d", "refs/remotes/origin/main")
    assert NOT_YET in refused(proposal)

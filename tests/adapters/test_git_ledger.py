"""Git's Ledger adapter: what it does to the repository, and to a remote that others use too."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from mlgov.adapters.git.commands import GitCommands
from mlgov.adapters.git.trees import add_files
from mlgov.adapters.git_ledger import GitLedger
from mlgov.errors import GitError, LedgerError, SettingsError
from tests.git_world import GitWorld, clone, new_world

AT = datetime(2026, 6, 1, 6, tzinfo=UTC)
BRANCH = "mlgov-ledger"
OURS = {"GIT_AUTHOR_NAME": "mlgov", "GIT_AUTHOR_EMAIL": "mlgov@localhost"}
CHECKOUT = Path(__file__).parents[2]


def open_ledger(world: GitWorld, *, push: bool = True) -> GitLedger:
    return GitLedger(world.root, branch=BRANCH, remote="origin", push=push)


def add(ledger: GitLedger, path: str, data: bytes = b"x") -> str:
    return ledger.append({path: data}, message=f"Record {path}", at=AT)


def paths(world: GitWorld) -> list[str]:
    """What the ledger branch of a repository holds, as git itself lists it."""
    return world.git("ls-tree", "-r", "--name-only", "--full-tree", BRANCH).splitlines()


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository with one commit and no remote."""
    world = new_world(tmp_path / "world")
    world.save("cards/a.yaml", "draft")
    return world


@pytest.fixture
def remote(tmp_path: Path) -> GitWorld:
    """A bare repository with one commit on main."""
    seed = new_world(tmp_path / "seed")
    seed.save("cards/a.yaml", "draft")
    return clone(seed.root, tmp_path / "remote.git", "--bare")


@pytest.fixture
def left(remote: GitWorld, tmp_path: Path) -> GitWorld:
    """A clone."""
    return clone(remote.root, tmp_path / "left")


@pytest.fixture
def right(remote: GitWorld, tmp_path: Path) -> GitWorld:
    """Another clone."""
    return clone(remote.root, tmp_path / "right")


# What an append does here


def test_the_ledger_shares_no_history_with_the_main_line(world: GitWorld) -> None:
    """Its first commit has no parent and holds nothing but records."""
    add(open_ledger(world), "a/1")
    assert world.git("rev-list", "--count", BRANCH) == "1"
    assert paths(world) == ["a/1"]


def test_index_head_and_work_tree_stay_as_they_are(world: GitWorld) -> None:
    """Even in the middle of somebody's work."""
    world.write("cards/a.yaml", "edited")
    world.write("cards/b.yaml", "staged")
    world.git("add", "cards/b.yaml")
    index = (world.root / ".git/index").read_bytes()
    before = world.git("status", "--porcelain"), world.git("rev-parse", "HEAD"), world.git("symbolic-ref", "HEAD")
    add(open_ledger(world), "a/1")
    assert (world.root / ".git/index").read_bytes() == index
    assert (
        world.git("status", "--porcelain"),
        world.git("rev-parse", "HEAD"),
        world.git("symbolic-ref", "HEAD"),
    ) == before


def test_the_same_records_at_the_same_time_are_the_same_commit(tmp_path: Path) -> None:
    """On every machine, for everybody, in every zone, whatever the settings of the repository."""
    plain, set_up = new_world(tmp_path / "plain"), new_world(tmp_path / "set up")
    for key, value in {
        "user.name": "Somebody",
        "user.email": "somebody@example.org",
        "commit.gpgSign": "true",
        "gpg.program": "/bin/false",
        "i18n.commitEncoding": "ISO-8859-1",
        "core.autocrlf": "true",
        "core.logAllRefUpdates": "always",
    }.items():
        set_up.git("config", key, value)
    set_up.write(".gitattributes", "* text eol=crlf ident\n")
    ids = {
        GitLedger(world.root, branch=BRANCH).append({"a/1": b"1\r\n$Id$\n"}, message="Prüfung", at=at)
        for world, at in ((plain, AT), (set_up, AT.astimezone(timezone(timedelta(hours=9)))))
    }
    assert len(ids) == 1


def test_a_commit_names_mlgov_and_the_time_of_the_caller(world: GitWorld) -> None:
    """Who ran the job is in the record where it matters, not in git's fields that anybody can set."""
    add(open_ledger(world), "a/1")
    told = world.git("log", "--format=%an <%ae> %aI|%cn <%ce> %cI|%s", BRANCH)
    assert told == "|".join(["mlgov <mlgov@localhost> 2026-06-01T06:00:00Z"] * 2 + ["Record a/1"]).replace(
        "Z", "+00:00"
    )


def test_an_append_keeps_neighbours_in_every_folder(world: GitWorld) -> None:
    """Only the folders on the way are written anew, and they keep what they had."""
    ledger = open_ledger(world)
    ledger.append({p: b"x" for p in ("a/b/c/1", "a/b/2", "a/3", "4", "z/5")}, message="first", at=AT)  # noqa: C420
    ledger.append({"a/b/c/6": b"y", "a/7/8": b"y", "9": b"y"}, message="second", at=AT)
    assert paths(world) == ["4", "9", "a/3", "a/7/8", "a/b/2", "a/b/c/1", "a/b/c/6", "z/5"]
    assert world.git("fsck", "--strict") == ""


def test_a_ledger_works_from_a_folder_below_the_top(world: GitWorld) -> None:
    """Its paths are its own, wherever the governance root is."""
    (world.root / "governance").mkdir()
    ledger = GitLedger(world.root / "governance", branch=BRANCH)
    add(ledger, "governance/1")
    add(ledger, "a/1")
    assert list(ledger.records("")) == paths(world) == ["a/1", "governance/1"]
    assert ledger.verify() == []


def test_linked_work_trees_share_one_ledger(world: GitWorld, tmp_path: Path) -> None:
    """As they share all branches."""
    world.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    add(GitLedger(tmp_path / "linked", branch=BRANCH), "a/1")
    add(open_ledger(world), "a/2")
    assert paths(world) == ["a/1", "a/2"]


def test_a_ledger_can_be_the_first_thing_in_a_repository(tmp_path: Path) -> None:
    """No commit on main is needed, and ids may be SHA-256."""
    world = new_world(tmp_path / "world", "--object-format=sha256")
    ledger = GitLedger(world.root, branch=BRANCH)
    assert len(add(ledger, "a/1", b"1")) == 64
    assert ledger.append({"a/2": b"2"}, message="second", at=AT) == world.git("rev-parse", BRANCH)
    assert ledger.records("a") == {"a/1": b"1", "a/2": b"2"}


def test_hooks_of_the_repository_are_not_run(left: GitWorld, tmp_path: Path) -> None:
    """They are programs of somebody else's choice."""
    for name in ("pre-push", "reference-transaction", "post-commit"):
        hook = left.root / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 1\n")
        hook.chmod(0o755)
    add(open_ledger(left), "a/1")
    assert not (tmp_path / "sprung").exists()


def test_what_another_git_adds_meanwhile_is_kept(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows nothing of our turns and moves the branch while we are building on its old tip."""
    ledger = open_ledger(world)
    tip = add(ledger, "a/1")
    tree = world.git("write-tree", GIT_INDEX_FILE=_index_of(world, {"a/1": b"x", "a/2": b"y"}))
    theirs = world.git("commit-tree", tree, "-p", tip, "-m", "theirs", **OURS)

    def slow_add_files(git: GitCommands, tree: str | None, additions: Mapping[str, str]) -> str:
        monkeypatch.undo()
        world.git("update-ref", f"refs/heads/{BRANCH}", theirs, tip)
        return add_files(git, tree, additions)

    monkeypatch.setattr("mlgov.adapters.git_ledger.add_files", slow_add_files)
    add(ledger, "a/3")
    assert paths(world) == ["a/1", "a/2", "a/3"]
    assert world.git("rev-parse", f"{BRANCH}~1") == theirs


def _index_of(world: GitWorld, files: dict[str, bytes]) -> str:
    index = str(world.root / ".git/scratch")
    for path, data in files.items():
        blob = world.git("hash-object", "-w", "--stdin", stdin=data)
        world.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", GIT_INDEX_FILE=index)
    return index


def test_a_message_may_hold_anything(world: GitWorld) -> None:
    """Names of models and people come in as they are."""
    open_ledger(world).append({"a/1": b"1"}, message=" Prüfung \ud800\n\nbody\n\n", at=AT)
    assert world.git("log", "-1", "--format=%B", BRANCH) == "Prüfung ?\n\nbody\n"


# What is refused


@pytest.mark.parametrize(
    "branch", ["", "-f", "a..b", "a b", "x.lock", "HEAD", "a/", "/a", "refs\n", "@{-1}", "a~1", "ä"]
)
def test_a_name_that_is_no_branch_is_a_settings_error(world: GitWorld, branch: str) -> None:
    """It comes from mlgov.toml."""
    with pytest.raises(SettingsError, match=r"ledger\.branch"):
        GitLedger(world.root, branch=branch)


@pytest.mark.parametrize("remote", ["", "-x", "ext::sh -c id", "https://example.org/x.git", "../other", "a\n"])
def test_a_remote_is_a_name_and_never_an_address(world: GitWorld, remote: str) -> None:
    """Settings in a pull request must not send records or tokens somewhere."""
    with pytest.raises(SettingsError, match=r"ledger\.remote"):
        GitLedger(world.root, branch=BRANCH, remote=remote)


def test_another_branch_cannot_be_made_a_ledger(world: GitWorld) -> None:
    """Settings that name main must not put commits on main."""
    before = world.git("rev-parse", "main")
    with pytest.raises(LedgerError, match="main is no ledger") as caught:
        add(GitLedger(world.root, branch="main"), "a/1")
    assert "ledger.branch" in caught.value.hint
    with pytest.raises(LedgerError, match="main is no ledger"):
        GitLedger(world.root, branch="main").records("")
    assert world.git("rev-parse", "main") == before


def test_what_is_no_record_on_the_branch_is_an_error(world: GitWorld) -> None:
    """A link that somebody put there is not read as a record."""
    tip = add(open_ledger(world), "a/1")
    blob = world.git("hash-object", "-w", "--stdin", stdin=b"../../secret")
    tree = world.git("mktree", stdin=f"120000 blob {blob}\tlink\n".encode())
    forged = world.git("commit-tree", tree, "-p", tip, "-m", "x", **OURS)
    world.git("update-ref", f"refs/heads/{BRANCH}", forged)
    with pytest.raises(GitError, match="'link', which is no record"):
        open_ledger(world).records("")


def test_without_git_an_append_is_a_ledger_error(tmp_path: Path) -> None:
    """With git's own hint."""
    with pytest.raises(LedgerError, match="not a git repository") as caught:
        add(GitLedger(tmp_path, branch=BRANCH), "a/1")
    assert "git init" in caught.value.hint


# Verification


def test_a_ledger_of_additions_verifies(world: GitWorld) -> None:
    """Nothing is named."""
    ledger = open_ledger(world)
    assert ledger.verify() == []
    for path in ("a/1", "a/2", "b"):
        add(ledger, path)
    assert ledger.verify() == []


@pytest.mark.parametrize("tampering", ["changed", "removed", "made executable"])
def test_a_commit_that_touches_a_record_is_named(world: GitWorld, tmp_path: Path, tampering: str) -> None:
    """Also when a later commit puts the record back."""
    add(open_ledger(world), "a/1")
    world.git("worktree", "add", "--quiet", str(tmp_path / "ledger"), BRANCH)
    inside = GitWorld(tmp_path / "ledger", author="mlgov")
    if tampering == "changed":
        inside.write("a/1", "other")
    elif tampering == "removed":
        inside.remove("a/1")
    else:
        (inside.root / "a/1").chmod(0o755)
    bad = inside.commit(tampering)
    inside.git("revert", "--no-edit", "HEAD")
    assert open_ledger(world).verify()[0] == bad


# Remotes


def test_an_append_is_handed_to_the_remote(left: GitWorld, remote: GitWorld) -> None:
    """When the call returns, the others can have it."""
    tip = add(open_ledger(left), "a/1")
    assert remote.git("rev-parse", BRANCH) == tip


def test_without_push_a_record_stays_here(left: GitWorld, remote: GitWorld) -> None:
    """Until an append that pushes takes it along."""
    add(open_ledger(left, push=False), "a/1")
    assert BRANCH not in remote.git("branch", "--list")
    add(open_ledger(left), "a/2")
    assert paths(remote) == ["a/1", "a/2"]


def test_two_clones_that_take_turns_lose_nothing(left: GitWorld, right: GitWorld, remote: GitWorld) -> None:
    """Neither fetches by hand, and the remote only ever moves forward."""
    tips = [add(open_ledger(world), path) for world, path in ((left, "1"), (right, "2"), (left, "3"), (right, "4"))]
    assert remote.git("rev-list", "--reverse", BRANCH).splitlines() == tips
    assert paths(remote) == paths(right) == ["1", "2", "3", "4"]
    assert open_ledger(right).verify() == []


def test_records_made_apart_come_together(left: GitWorld, right: GitWorld, remote: GitWorld) -> None:
    """Several unpushed steps are put on top of the remote's, with their messages and times, in one line."""
    add(open_ledger(left), "left/1")
    apart = open_ledger(right, push=False)
    apart.append({"right/1": b"1", "right/2": b"2"}, message="first\n\nbody", at=AT + timedelta(hours=1))
    apart.append({"right/3": b"3"}, message="second", at=AT + timedelta(hours=2))
    add(open_ledger(right), "right/4")
    assert paths(remote) == ["left/1", "right/1", "right/2", "right/3", "right/4"]
    assert remote.git("log", "--reverse", "--format=%s %b %aI", BRANCH).splitlines() == [
        "Record left/1  2026-06-01T06:00:00+00:00",
        "first body",
        " 2026-06-01T07:00:00+00:00",
        "second  2026-06-01T08:00:00+00:00",
        "Record right/4  2026-06-01T06:00:00+00:00",
    ]
    assert remote.git("rev-list", "--merges", BRANCH) == ""


def test_the_same_record_from_two_clones_is_one_record(left: GitWorld, right: GitWorld, remote: GitWorld) -> None:
    """Two runs of the same job may both have written it."""
    first = add(open_ledger(left), "a/1", b"same")
    assert add(open_ledger(right), "a/1", b"same") == first
    assert remote.git("rev-list", "--count", BRANCH) == "1"


def test_who_comes_second_to_a_path_is_told_and_can_go_on(left: GitWorld, right: GitWorld, remote: GitWorld) -> None:
    """The remote keeps the first. The second is not kept here either, so this clone does not part from the remote."""
    first = add(open_ledger(left), "a/1", b"left")
    with pytest.raises(LedgerError, match=r"a/1 cannot be added.*other bytes") as caught:
        add(open_ledger(right), "a/1", b"right")
    assert caught.value.recorded == ""
    assert remote.git("rev-parse", BRANCH) == right.git("rev-parse", BRANCH) == first
    assert open_ledger(right).records("") == {"a/1": b"left"}
    add(open_ledger(right), "a/2", b"right")
    assert paths(remote) == ["a/1", "a/2"]


def test_what_was_recorded_before_stays_when_the_second_is_taken_back(
    left: GitWorld, right: GitWorld, remote: GitWorld
) -> None:
    """Only the append that failed is undone; a step that waited for the remote goes with it all the same."""
    add(open_ledger(right, push=False), "waiting/1")
    add(open_ledger(left), "a/1", b"left")
    with pytest.raises(LedgerError, match=r"a/1 cannot be added"):
        open_ledger(right).append({"a/1": b"right", "a/2": b"right"}, message="two", at=AT)
    assert paths(right) == ["a/1", "waiting/1"]
    add(open_ledger(right), "a/3")
    assert paths(remote) == ["a/1", "a/3", "waiting/1"]


def test_records_that_were_made_apart_and_differ_lose_nothing(
    left: GitWorld, right: GitWorld, remote: GitWorld
) -> None:
    """Without a push the caller was told that it is recorded. So both stay, and reading says that they differ."""
    first = add(open_ledger(left), "a/1", b"left")
    add(open_ledger(right, push=False), "a/1", b"right")
    with pytest.raises(LedgerError, match=r"Recorded here.*a/1 cannot be added.*other bytes") as caught:
        add(open_ledger(right), "b/1")
    assert caught.value.recorded == right.git("rev-parse", BRANCH)
    assert remote.git("rev-parse", BRANCH) == first
    assert right.git("show", f"{BRANCH}:a/1") == "right"
    right.git("fetch", "--quiet", "origin")
    with pytest.raises(LedgerError, match="other bytes here than at the remote"):
        open_ledger(right).records("")


def test_what_could_not_be_pushed_goes_with_the_next_append(left: GitWorld, remote: GitWorld, tmp_path: Path) -> None:
    """The error names what is recorded; nobody has to do anything."""
    remote.root.rename(tmp_path / "away")
    with pytest.raises(LedgerError, match="not pushed") as caught:
        add(open_ledger(left), "a/1")
    assert caught.value.recorded == left.git("rev-parse", BRANCH)
    assert caught.value.exit_code == 3
    (tmp_path / "away").rename(remote.root)
    add(open_ledger(left), "a/1")
    assert paths(remote) == ["a/1"]


def test_a_remote_that_refuses_is_an_error_at_once(left: GitWorld, remote: GitWorld) -> None:
    """A protected branch does not open by trying again."""
    hook = remote.root / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho x >> tries\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(LedgerError, match=r"not pushed.*declined") as caught:
        add(open_ledger(left), "a/1")
    assert caught.value.recorded
    assert (remote.root / "tries").read_text() == "x\n"


def test_a_clone_reads_the_ledger_that_came_with_it(left: GitWorld, remote: GitWorld, tmp_path: Path) -> None:
    """From origin's branch, before it has one of its own; and its first record goes on from there."""
    first = add(open_ledger(left), "a/1", b"1")
    fresh = clone(remote.root, tmp_path / "fresh")
    assert open_ledger(fresh).records("") == {"a/1": b"1"}
    add(open_ledger(fresh, push=False), "a/2")
    assert fresh.git("rev-parse", f"{BRANCH}~1") == first


def test_a_clone_of_one_branch_finds_the_ledger_of_the_remote(left: GitWorld, remote: GitWorld, tmp_path: Path) -> None:
    """As CI checks out: one branch, one commit, no other ref."""
    add(open_ledger(left), "a/1")
    fresh = clone(remote.root, tmp_path / "fresh", "--depth=1", "--single-branch", "--branch=main")
    assert open_ledger(fresh).records("") == {}
    open_ledger(fresh).refresh()
    assert list(open_ledger(fresh).records("")) == ["a/1"]
    other = clone(remote.root, tmp_path / "other", "--depth=1", "--single-branch", "--branch=main")
    add(open_ledger(other), "a/2")
    assert paths(remote) == ["a/1", "a/2"]


def test_fetched_records_are_read_together_with_our_own(left: GitWorld, right: GitWorld) -> None:
    """A fetch by hand is enough to see the others' records; the next append joins the two lines."""
    add(open_ledger(left), "left/1")
    add(open_ledger(right, push=False), "right/1")
    right.git("fetch", "--quiet", "origin")
    assert list(open_ledger(right).records("")) == ["left/1", "right/1"]
    add(open_ledger(right, push=False), "right/2")
    assert paths(right) == ["left/1", "right/1", "right/2"]


def test_records_that_the_remote_lost_come_back(left: GitWorld, remote: GitWorld) -> None:
    """Somebody forced the remote back; this clone still has what was dropped."""
    first = add(open_ledger(left), "a/1")
    add(open_ledger(left), "a/2")
    remote.git("update-ref", f"refs/heads/{BRANCH}", first)
    add(open_ledger(left), "a/3")
    assert paths(remote) == ["a/1", "a/2", "a/3"]


def test_a_remote_branch_that_is_no_ledger_is_refused(left: GitWorld, remote: GitWorld) -> None:
    """Our records are not put on top of somebody's work, and the remote stays as it is."""
    remote.git("branch", BRANCH, "main")
    with pytest.raises(LedgerError, match="is no ledger"):
        open_ledger(left).refresh()
    assert BRANCH not in left.git("branch", "--list")
    with pytest.raises(LedgerError, match=r"Recorded here.*is no ledger"):
        add(open_ledger(left), "a/1")
    assert remote.git("rev-parse", BRANCH) == remote.git("rev-parse", "main")


def test_a_secret_in_the_address_of_the_remote_is_not_told(left: GitWorld) -> None:
    """Messages end up in public logs."""
    left.git("remote", "set-url", "origin", "http://bot:s3cret@127.0.0.1:9/x.git")
    with pytest.raises(LedgerError) as caught:
        add(open_ledger(left), "a/1")
    assert "127.0.0.1" in caught.value.message
    assert "s3cret" not in caught.value.message + caught.value.hint


# Several writers at once


def start_writer(world: GitWorld, name: str, count: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.adapters.ledger_writer", str(world.root), name, str(count)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(*writers: "subprocess.Popen[bytes]") -> None:
    for writer in writers:
        _, told = writer.communicate(timeout=300)
        assert writer.returncode == 0, told.decode()


def test_two_processes_in_one_clone_lose_nothing(world: GitWorld) -> None:
    """Fifty records each, as fast as they can."""
    finish(start_writer(world, "left", 50), start_writer(world, "right", 50))
    assert paths(world) == [f"{name}/{number:04}" for name in ("left", "right") for number in range(50)]
    assert world.git("rev-list", "--count", BRANCH) == "100"
    assert open_ledger(world).verify() == []


def test_two_clones_that_push_at_once_lose_nothing(left: GitWorld, right: GitWorld, remote: GitWorld) -> None:
    """Every acknowledged record is at the remote, on one line."""
    finish(start_writer(left, "left", 8), start_writer(right, "right", 8))
    assert paths(remote) == [f"{name}/{number:04}" for name in ("left", "right") for number in range(8)]
    assert remote.git("rev-list", "--merges", BRANCH) == ""
    assert remote.git("fsck", "--strict", "--no-dangling") == ""

"""What every repository must do: the one in memory, and git's adapter on a real repository."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.errors import GitError
from mlgov.ports import FILE_LIMIT_BYTES, MainLine, Remote, Repository
from tests.fakes.repository import MemoryRepository
from tests.git_world import NOON, GitWorld, new_world


class World(Protocol):
    """A repository and what people do to it."""

    @property
    def port(self) -> Repository: ...
    def write(self, path: str, data: bytes) -> None: ...
    def remove(self, path: str) -> None: ...
    def commit(self, subject: str = "change", at: datetime = NOON) -> str: ...
    def go_back(self, commit: str) -> None: ...
    def add_remote(self) -> None: ...
    def remote_tip(self, branch: str) -> str | None: ...
    def refuse_commits(self) -> None: ...


class MemoryWorld:
    """The repository in memory."""

    def __init__(self) -> None:
        self.port = MemoryRepository()
        self.write, self.remove = self.port.write, self.port.remove

    def commit(self, subject: str = "change", at: datetime = NOON) -> str:
        return self.port.save(subject, at=at)

    def go_back(self, commit: str) -> None:
        self.port.refs["HEAD"] = commit
        self.port.files = dict(self.port.commits[commit].tree)

    def add_remote(self) -> None:
        self.port.remotes["origin"] = Remote("origin", "memory")

    def remote_tip(self, branch: str) -> str | None:
        return self.port.pushed.get(("origin", branch))

    def refuse_commits(self) -> None:
        def refuse() -> None:
            raise GitError("not today")

        self.port.hook = refuse


class RealWorld:
    """A git repository; the governance root is its top or a folder below."""

    def __init__(self, top: Path, folder: str) -> None:
        self._git: GitWorld = new_world(top / "here")
        self._git.git("config", "user.name", "Someone")
        self._git.git("config", "user.email", "someone@example.org")
        self._bare = top / "origin.git"
        top = top / "here"
        self._prefix = f"{folder}/" if folder else ""
        (top / folder).mkdir(exist_ok=True)
        self.port = GitRepository(top / folder)

    def write(self, path: str, data: bytes) -> None:
        self._git.write(f"{self._prefix}{path}", data)

    def remove(self, path: str) -> None:
        self._git.remove(f"{self._prefix}{path}")

    def commit(self, subject: str = "change", at: datetime = NOON) -> str:
        self._git.at = at
        return self._git.commit(subject)

    def go_back(self, commit: str) -> None:
        self._git.git("checkout", "--quiet", commit)

    def add_remote(self) -> None:
        new_world(self._bare, "--bare")
        self._git.git("remote", "add", "origin", f"file://{self._bare}")

    def remote_tip(self, branch: str) -> str | None:
        return GitWorld(self._bare).git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}") or None

    def refuse_commits(self) -> None:
        hook = self._git.root / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
        hook.chmod(0o755)


@pytest.fixture(params=["memory", "git", "git, folder below the top"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A repository of each sort."""
    if request.param == "memory":
        yield MemoryWorld()
    else:
        yield RealWorld(tmp_path, "governance" if "below" in request.param else "")


def test_top_names_are_those_of_the_commit_or_the_work_tree(world: World) -> None:
    """What was committed and what lies there may differ."""
    world.write("Cards/x.yaml", b"x")
    world.write("mlgov.toml", b"")
    world.commit()
    world.write("later.txt", b"")
    assert world.port.top_names("HEAD") == ["Cards", "mlgov.toml"]
    assert {"Cards", "later.txt", "mlgov.toml"} <= set(world.port.top_names())


def test_a_repository_is_under_git(world: World) -> None:
    """There is a history to ask for."""
    assert world.port.is_under_git()


def test_the_work_tree_holds_folders_and_files_in_order(world: World) -> None:
    """Only what was asked for, by path."""
    for path in ("roles/r.yaml", "cards/b.yaml", "cards/a.yaml", "mlgov.toml", "README.md", "docs/x.md"):
        world.write(path, path.encode())
    found = world.port.work_tree(["cards", "roles", "monitors"], ["mlgov.toml", "missing.toml"])
    assert [(path, file.path, file.mode, file.data) for path, file in found.items()] == [
        (path, path, "100644", path.encode()) for path in ("cards/a.yaml", "cards/b.yaml", "mlgov.toml", "roles/r.yaml")
    ]


def test_a_snapshot_is_the_commit_and_not_the_work_tree(world: World) -> None:
    """Later edits, additions and removals are not in it."""
    world.write("cards/a.yaml", b"old")
    world.write("cards/b.yaml", b"b")
    commit = world.commit()
    world.write("cards/a.yaml", b"new")
    world.write("cards/c.yaml", b"c")
    world.remove("cards/b.yaml")
    found = world.port.snapshot(commit, ["cards"])
    assert {path: file.data for path, file in found.items()} == {"cards/a.yaml": b"old", "cards/b.yaml": b"b"}


def test_asking_for_nothing_gives_nothing(world: World) -> None:
    """No folder means no file, not every file."""
    world.write("cards/a.yaml", b"a")
    commit = world.commit()
    assert (dict(world.port.snapshot(commit, [])), dict(world.port.work_tree([]))) == ({}, {})
    assert world.port.history(commit, []) == []


def test_a_folder_does_not_stand_for_its_longer_names(world: World) -> None:
    """``cards`` is not ``cards-old``."""
    world.write("cards-old/a.yaml", b"a")
    commit = world.commit()
    assert not world.port.snapshot(commit, ["cards"])
    assert not world.port.work_tree(["cards"])
    assert not world.port.history(commit, ["cards"])


def test_a_content_beyond_the_limit_is_named_but_not_read(world: World) -> None:
    """The largest allowed content is whole; one more byte leaves only the size."""
    world.write("evidence/whole.bin", bytes(FILE_LIMIT_BYTES))
    world.write("evidence/large.bin", bytes(FILE_LIMIT_BYTES + 1))
    commit = world.commit()
    for found in (world.port.work_tree(["evidence"]), world.port.snapshot(commit, ["evidence"])):
        sizes = {path: (len(file.data), file.omitted_bytes) for path, file in found.items()}
        assert sizes == {
            "evidence/whole.bin": (FILE_LIMIT_BYTES, 0),
            "evidence/large.bin": (0, FILE_LIMIT_BYTES + 1),
        }


def test_resolve_gives_the_full_id(world: World) -> None:
    """HEAD is the last commit, and an id stands for itself."""
    world.write("cards/a.yaml", b"a")
    commit = world.commit()
    assert world.port.resolve("HEAD") == world.port.resolve(commit) == commit


@pytest.mark.parametrize(
    "ref", ["--upload-pack=x", "-rf", "HEAD; rm", "", "HEAD\n", "nope", "\0", "^HEAD", "HEAD..HEAD"]
)
def test_what_is_no_ref_is_refused(world: World, ref: str) -> None:
    """Options, blanks, controls, unknown names and ranges are errors, for every question about a ref."""
    world.write("cards/a.yaml", b"a")
    world.commit()
    for ask in (
        lambda: world.port.resolve(ref),
        lambda: world.port.snapshot(ref, ["cards"]),
        lambda: world.port.history(ref, ["cards"]),
        lambda: world.port.merge_base(ref),
        lambda: world.port.merge_base("HEAD", ref),
    ):
        with pytest.raises(GitError):
            ask()


def test_an_empty_repository_has_a_work_tree_and_no_head(world: World) -> None:
    """Before the first commit only the work tree can be read."""
    world.write("cards/a.yaml", b"a")
    assert list(world.port.work_tree(["cards"])) == ["cards/a.yaml"]
    with pytest.raises(GitError, match="names no commit"):
        world.port.resolve("HEAD")


def test_the_merge_base_is_where_two_lines_parted(world: World) -> None:
    """And a commit that contains the other has the other as base."""
    world.write("cards/a.yaml", b"1")
    base = world.commit()
    world.write("cards/a.yaml", b"2")
    left = world.commit()
    world.go_back(base)
    world.write("cards/a.yaml", b"3")
    right = world.commit()
    assert world.port.merge_base(left, right) == base
    assert world.port.merge_base(left) == base
    assert world.port.merge_base(base) == base


def test_history_lists_who_when_and_what_oldest_first(world: World) -> None:
    """One entry for each commit that touched the folders."""
    world.write("cards/a.yaml", b"1")
    first = world.commit("add a", at=NOON)
    world.write("docs/x.md", b"not governed")
    world.commit("docs")
    world.write("cards/a.yaml", b"2")
    world.write("cards/b.yaml", b"b")
    second = world.commit(": odd ✓", at=NOON + timedelta(hours=1))
    world.remove("cards/a.yaml")
    third = world.commit("remove a")
    history = world.port.history("HEAD", ["cards", "roles"])
    assert [(commit.id, commit.subject) for commit in history] == [
        (first, "add a"),
        (second, ": odd ✓"),
        (third, "remove a"),
    ]
    assert [(commit.author, commit.email) for commit in history] == [("Author", "author@example.org")] * 3
    assert history[1].committed_at == datetime(2026, 1, 1, 13, tzinfo=UTC)
    assert [[(change.path, change.mode) for change in commit.changes] for commit in history] == [
        [("cards/a.yaml", "100644")],
        [("cards/a.yaml", "100644"), ("cards/b.yaml", "100644")],
        [("cards/a.yaml", "000000")],
    ]
    assert history[2].changes[0].blob is None


def test_history_of_one_file(world: World) -> None:
    """Only what touched it, and only its own changes."""
    world.write("cards/a.yaml", b"1")
    world.write("cards/b.yaml", b"1")
    first = world.commit()
    world.write("cards/b.yaml", b"2")
    world.commit()
    found = world.port.history("HEAD", ["cards/a.yaml"])
    assert [(commit.id, [change.path for change in commit.changes]) for commit in found] == [(first, ["cards/a.yaml"])]


def test_blobs_gives_the_contents_that_history_names(world: World) -> None:
    """Many ids in one go; empty contents and repeated ids are fine."""
    for data in (b"1", b"", b"line\nline\n", b"\0\xff"):
        world.write("cards/a.yaml", data)
        world.commit()
    ids = [change.blob or "" for commit in world.port.history("HEAD", ["cards"]) for change in commit.changes]
    found = world.port.blobs(iter([*ids, ids[0]]))
    assert [found[identity] for identity in ids] == [b"1", b"", b"line\nline\n", b"\0\xff"]
    assert world.port.blobs([]) == {}


@pytest.mark.parametrize("identity", ["0" * 40, "nonsense", "", "HEAD"])
def test_a_missing_blob_is_an_error(world: World, identity: str) -> None:
    """Nothing is left out silently."""
    world.write("cards/a.yaml", b"1")
    world.commit()
    with pytest.raises(GitError):
        world.port.blobs([identity])


def test_a_blob_beyond_the_limit_is_left_out(world: World) -> None:
    """So that a history with one huge file can still be read."""
    world.write("cards/a.yaml", bytes(FILE_LIMIT_BYTES + 1))
    world.write("cards/b.yaml", b"b")
    world.commit()
    large, small = (change.blob or "" for change in world.port.history("HEAD", ["cards"])[0].changes)
    assert world.port.blobs([large, small]) == {small: b"b"}


# Commits on a branch of their own


def committed(world: World, ref: str) -> dict[str, bytes]:
    """Path and bytes of what is committed below cards/."""
    return {path: file.data for path, file in world.port.snapshot(ref, ["cards"]).items()}


def test_a_commit_on_a_branch_touches_nothing_else(world: World) -> None:
    """The branch has one commit more than where it started; what lies here and what is checked out stay."""
    world.write("cards/a.yaml", b"1")
    world.write("cards/b.yaml", b"b")
    start = world.commit()
    world.write("cards/a.yaml", b"being written")
    made = world.port.commit("submit-a", start, {"cards/a.yaml": b"2"}, "Submit a\n\n# why")
    assert committed(world, made) == {"cards/a.yaml": b"2", "cards/b.yaml": b"b"}
    assert (world.port.tip("submit-a"), world.port.resolve("HEAD"), world.port.branch()) == (made, start, "main")
    assert world.port.work_tree(["cards"])["cards/a.yaml"].data == b"being written"
    assert [commit.subject for commit in world.port.history(made, ["cards"])] == ["change", "Submit a"]


def test_a_commit_can_add_and_remove(world: World) -> None:
    """Files come and go in one step."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    files = {"cards/a.yaml": None, "cards/.tombstones/a.yaml": b"rest"}
    assert committed(world, world.port.commit("remove-a", start, files, "Remove a")) == {
        "cards/.tombstones/a.yaml": b"rest"
    }


def test_a_branch_that_is_there_is_moved_on(world: World) -> None:
    """From its own tip, or to a start that contains it."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    first = world.port.commit("submit-a", start, {"cards/a.yaml": b"2"}, "first")
    second = world.port.commit("submit-a", first, {"cards/a.yaml": b"3"}, "second")
    assert world.port.merge_base(first, second) == first
    assert world.port.tip("submit-a") == second


def test_a_branch_with_other_commits_is_left_alone(world: World) -> None:
    """What somebody committed there is never lost."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    first = world.port.commit("submit-a", start, {"cards/a.yaml": b"2"}, "first")
    with pytest.raises(GitError, match="other commits"):
        world.port.commit("submit-a", start, {"cards/a.yaml": b"3"}, "second")
    assert world.port.tip("submit-a") == first


def test_the_branch_that_is_checked_out_is_left_alone(world: World) -> None:
    """Moving it would make the work tree look changed."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    with pytest.raises(GitError, match="checked out"):
        world.port.commit("main", start, {"cards/a.yaml": b"2"}, "first")


def test_a_commit_that_is_refused_leaves_no_branch(world: World) -> None:
    """A hook of the user says no, and nothing has happened."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    world.refuse_commits()
    with pytest.raises(GitError, match="not today"):
        world.port.commit("submit-a", start, {"cards/a.yaml": b"2"}, "first")
    assert world.port.tip("submit-a") is None


@pytest.mark.parametrize("name", ["-f", "a b", "a..b", ""])
def test_what_cannot_be_a_branch_is_refused(world: World, name: str) -> None:
    """Options, blanks and ranges."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    with pytest.raises(GitError, match="cannot be the name"):
        world.port.commit(name, start, {"cards/a.yaml": b"2"}, "first")


def test_a_remote_gets_the_branch_and_keeps_what_it_has(world: World) -> None:
    """Pushing again changes nothing; a remote branch with other commits is not overwritten."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    assert world.port.remote("origin") is None
    world.add_remote()
    made = world.port.commit("submit-a", start, {"cards/a.yaml": b"2"}, "first")
    for _ in range(2):
        world.port.push("origin", "submit-a")
    assert world.remote_tip("submit-a") == made
    other = world.port.commit("other", start, {"cards/a.yaml": b"3"}, "other")
    world.port.push("origin", "other")
    assert world.remote_tip("other") == other


def test_a_remote_says_where_its_main_branch_is(world: World) -> None:
    """Asked of the remote itself, whatever is known here; one that is empty or not there cannot say it."""
    world.write("cards/a.yaml", b"1")
    start = world.commit()
    with pytest.raises(GitError):
        world.port.ask_main("origin")
    world.add_remote()
    with pytest.raises(GitError, match="does not say"):
        world.port.ask_main("origin")
    world.port.push("origin", "main")
    world.port.commit("other", start, {"cards/a.yaml": b"3"}, "other")
    world.port.push("origin", "other")
    assert world.port.ask_main("origin") == MainLine("main", start)


def test_a_push_without_a_remote_is_an_error(world: World) -> None:
    """There is nobody to push to."""
    world.write("cards/a.yaml", b"1")
    world.port.commit("submit-a", world.commit(), {"cards/a.yaml": b"2"}, "first")
    with pytest.raises(GitError):
        world.port.push("origin", "submit-a")


def test_a_lazy_snapshot_is_the_snapshot(world: World) -> None:
    """Every path is there at once, and every content when it is asked for."""
    world.write("cards/a.yaml", b"a")
    world.write("evidence/b.json", b"b")
    commit = world.commit("both")
    whole = world.port.snapshot(commit, ["cards", "evidence"])
    for first in ((), ("cards",), ("evidence/b.json",)):
        lazy = world.port.lazy_snapshot(commit, ["cards", "evidence"], first=first)
        assert (list(lazy), dict(lazy), "cards/none.yaml" in lazy) == (list(whole), dict(whole), False)


def test_changed_paths_are_those_that_differ(world: World) -> None:
    """Changed, new and gone; folders that nobody asks for are left out."""
    for path in ("cards/a.yaml", "cards/b.yaml", "notes/n.txt"):
        world.write(path, b"1")
    before = world.commit("before")
    for path in ("cards/a.yaml", "cards/c.yaml", "notes/n.txt"):
        world.write(path, b"2")
    after = world.commit("after")
    assert world.port.changed_paths(before, after, ["cards"]) == {"cards/a.yaml", "cards/c.yaml"}
    assert world.port.changed_paths(after, after, ["cards"]) == frozenset()

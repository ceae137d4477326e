"""Running git: what leaves it, and what never does."""

from pathlib import Path

import git.exc
import pytest

from mlgov.adapters.git.commands import GitCommands, _as_git_error, one_line
from mlgov.errors import GitError
from tests.git_world import GitWorld, new_world


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository with one commit."""
    world = new_world(tmp_path / "world")
    world.save("a", "1")
    return world


def _all_below(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(_all_below(below) for below in kind.__subclasses__()))


#: How to make one of each error that GitPython defines.
ARGUMENTS: dict[type[Exception], tuple[object, ...]] = {
    git.exc.GitError: (),
    git.exc.InvalidGitRepositoryError: (),
    git.exc.WorkTreeRepositoryUnsupported: (),
    git.exc.NoSuchPathError: ("path",),
    git.exc.UnsafeProtocolError: (),
    git.exc.UnsafeOptionError: (),
    git.exc.CommandError: ("git x",),
    git.exc.GitCommandNotFound: ("git x", "cause"),
    git.exc.GitCommandError: ("git x", 1),
    git.exc.CheckoutError: ("message", [], [], []),
    git.exc.CacheError: (),
    git.exc.UnmergedEntriesError: (),
    git.exc.HookExecutionError: ("hook", 1),
    git.exc.RepositoryDirtyError: (None, "message"),
}
SYSTEM = {OSError: (28, "No space left"), FileNotFoundError: (), ValueError: ("embedded null byte",), ImportError: ()}


def test_no_error_of_the_library_is_forgotten() -> None:
    """A new version may bring new ones."""
    assert ARGUMENTS.keys() == _all_below(git.exc.GitError)


@pytest.mark.parametrize(("kind", "arguments"), [*ARGUMENTS.items(), *SYSTEM.items()])
def test_every_foreign_error_leaves_as_ours(kind: type[Exception], arguments: tuple[object, ...]) -> None:
    """All that GitPython defines, and what the system raises."""
    with pytest.raises(GitError) as caught, _as_git_error():
        raise kind(*arguments)
    assert caught.value.exit_code == 3


def test_an_error_of_ours_stays_as_it_is() -> None:
    """With its hint."""
    with pytest.raises(GitError) as caught, _as_git_error():
        raise GitError("message", hint="hint")
    assert caught.value.hint == "hint"


def test_a_command_that_fails_says_what_git_said(world: GitWorld) -> None:
    """On one line."""
    with pytest.raises(GitError, match=r"^git cat-file: fatal: Not a valid object name nope$"):
        GitCommands(world.root).run("cat-file", "blob", "nope")


def test_a_stream_that_fails_is_an_error(world: GitWorld) -> None:
    """After what could be read was read."""
    with (
        pytest.raises(GitError, match=r"^git cat-file: error: unknown option"),
        GitCommands(world.root).stream("cat-file", "--nope", stdin=b"x\n") as out,
    ):
        assert out.read() == b""


def test_a_stream_may_be_left_early(world: GitWorld) -> None:
    """The process ends, and nothing stays open (a warning would fail the test)."""
    ids = (world.git("rev-parse", "HEAD:a") + "\n").encode() * 100_000
    with pytest.raises(KeyError), GitCommands(world.root).stream("cat-file", "--batch", stdin=ids) as out:
        raise KeyError(out.readline())


def test_no_message_shows_a_password_or_a_control() -> None:
    """Both end up in logs and terminals."""
    told = "fatal: unable to access\n 'https://bot:s3cret@example.org/x.git/' \x1b[31m\x07"
    assert one_line(told) == "fatal: unable to access 'https://example.org/x.git/' ?[31m?"


def test_a_long_message_is_cut() -> None:
    """A remote may say anything."""
    assert len(one_line("x" * 10_000)) == 1000

"""With --now, an approval is the same to the last bit whenever and wherever it is made."""

from pathlib import Path

import pytest

from tests.cli.approving import Desk, make_keys, new_desk

EARLIER = {"GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2002-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_keys(tmp_path_factory.mktemp("keys"))


def approved(desk: Desk, *more: str, **environment: str) -> str:
    """Approve, and give the commit that comes of it."""
    arguments = ("approve", "mail", "--yes", "--key", str(desk.keys / "first-validator"))
    code, _, err = desk.run(*arguments, *more, **environment)
    assert code == 0, err
    return desk.world.git.git("rev-parse", "proposal")


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_same_time_gives_the_same_commit(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str], elsewhere: bool
) -> None:
    """Its dates are those of --now, whatever the environment says; also on a branch that is not checked out."""
    made = []
    for name, environment in (("one", {}), ("two", EARLIER | {"TZ": "Asia/Tokyo"})):
        desk = new_desk(tmp_path / name, keys, capsys)
        more = ("--branch", "proposal") if elsewhere else ()
        if elsewhere:
            desk.world.git.git("checkout", "-q", "main")
        made.append(approved(desk, *more, **environment))
    assert made[0] == made[1]
    dates = desk.world.git.git("log", "-1", "--date=raw", "--format=%ad, %cd", "proposal")
    assert dates == "1772380800 +0000, 1772380800 +0000"  # 2026-03-01T16:00:00Z


def test_without_now_the_commit_has_the_time_of_git(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets git's variables gets what they say."""
    from mlgov.cli.main import exit_code_of

    desk = new_desk(tmp_path / "repo", keys, capsys)
    for name, value in EARLIER.items():
        monkeypatch.setenv(name, value)
    root, key = str(desk.world.git.root), str(keys / "first-validator")
    assert exit_code_of(["-C", root, "approve", "mail", "--yes", "--key", key]) == 0
    assert desk.world.git.git("log", "-1", "--format=%at %ct") == "978307200 1009843200"

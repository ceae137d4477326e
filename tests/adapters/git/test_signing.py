"""Which key git signs with."""

import os
from pathlib import Path

import pytest

from mlgov.adapters.git.signing import signing_key
from mlgov.errors import GitError
from tests.git_world import GitWorld

LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ/qFddN0KEzwAmKQmK8v9lEpjWUf0k/xO2r6lizSRLh"


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository whose git signs with SSH."""
    made = GitWorld(tmp_path)
    made.git("init", "-q")
    made.git("config", "gpg.format", "ssh")
    return made


def test_no_setting_is_no_key(world: GitWorld) -> None:
    """Somebody else has to know one."""
    assert signing_key(world.root) is None


def test_a_file_is_given_as_it_stands(world: GitWorld) -> None:
    """An absolute path."""
    world.git("config", "user.signingkey", "/keys/id_ed25519.pub")
    assert signing_key(world.root) == Path("/keys/id_ed25519.pub")


def test_a_relative_file_starts_at_the_root(world: GitWorld) -> None:
    """As git itself takes it there."""
    world.git("config", "user.signingkey", "keys/key one")
    assert signing_key(world.root) == world.root / "keys/key one"


def test_the_home_folder_is_filled_in(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """By git."""
    monkeypatch.setenv("HOME", "/home/somebody")
    world.git("config", "user.signingkey", "~/.ssh/id_ed25519")
    assert signing_key(world.root) == Path("/home/somebody/.ssh/id_ed25519")


@pytest.mark.parametrize("written", [f"key::{LINE}", LINE, f"key::{LINE} a comment"])
def test_a_key_can_stand_in_the_setting_itself(world: GitWorld, written: str) -> None:
    """In git's present and older way."""
    world.git("config", "user.signingkey", written)
    assert signing_key(world.root) == written.removeprefix("key::")


@pytest.mark.parametrize("form", ["openpgp", "x509"])
def test_keys_of_other_kinds_are_not_ours(world: GitWorld, form: str) -> None:
    """The setting holds the id of another kind of key then."""
    world.git("config", "gpg.format", form)
    world.git("config", "user.signingkey", "0xDEADBEEF")
    assert signing_key(world.root) is None


def test_without_a_format_git_means_openpgp(world: GitWorld) -> None:
    """Its default."""
    world.git("config", "--unset", "gpg.format")
    world.git("config", "user.signingkey", "0xDEADBEEF")
    assert signing_key(world.root) is None


def test_a_folder_without_git_has_the_users_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key may be asked for before there is a repository."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = /keys/k\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    assert signing_key(tmp_path) == Path("/keys/k")


def test_damaged_settings_are_an_error(world: GitWorld) -> None:
    """They are not taken for none."""
    (world.root / ".git/config").write_text("[gpg\n")
    with pytest.raises(GitError):
        signing_key(world.root)

"""What a clone is like, read from real repositories."""

from pathlib import Path

import pytest

from mlgov import wiring
from mlgov.adapters.git.surroundings import git_version, openssh_version
from mlgov.errors import GitError
from mlgov.ports import Surroundings
from mlgov.settings import LedgerSettings, Settings
from tests.git_world import CLEAN, GitWorld, new_world

SETTINGS = Settings(ledger=LedgerSettings(branch="records"))


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, CLEAN[name])


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A clone with one commit and a remote that has it."""
    made = new_world(tmp_path / "clone")
    made.write("cards/a.yaml", "a\n")
    made.commit()
    made.git("init", "--quiet", "--bare", str(tmp_path / "origin.git"))
    made.git("remote", "add", "origin", "../origin.git")
    made.git("push", "--quiet", "origin", "main")
    return made


def look(world: GitWorld) -> Surroundings:
    return wiring.surroundings(world.root, SETTINGS)


def record(world: GitWorld, path: str, text: str) -> str:
    """Commit a file on the ledger branch, as anybody could."""
    world.git("switch", "--quiet", "records") if tip(world) else world.git("switch", "--quiet", "--orphan", "records")
    world.write(path, text)
    commit = world.commit()
    world.git("switch", "--quiet", "main")
    return commit


def tip(world: GitWorld) -> str:
    return world.git("for-each-ref", "--format=%(objectname)", "refs/heads/records")


def test_a_plain_clone_has_nothing_special(world: GitWorld) -> None:
    """No ledger, no hook, no signing, nothing replaced."""
    found = look(world)
    assert found.git_version >= (2, 31)
    assert (found.is_shallow, found.replaced, found.ledger_tip, found.ledger_breaks) == (False, (), "", ())
    assert (found.signature_format, found.allowed_signers, found.hook, found.ledger_unpushed) == (
        "",
        False,
        False,
        False,
    )


def test_a_shallow_clone_is_seen(world: GitWorld, tmp_path: Path) -> None:
    """A part of its history is missing."""
    world.commit("second")
    world.git("push", "--quiet", "origin", "main")
    world.git(
        "clone", "--quiet", "--depth=1", "--branch=main", f"file://{tmp_path}/origin.git", str(tmp_path / "shallow")
    )
    assert look(GitWorld(tmp_path / "shallow")).is_shallow


def test_replacements_and_grafts_are_seen(world: GitWorld) -> None:
    """Both make git tell another story."""
    first = world.git("rev-parse", "HEAD")
    second = world.commit("second")
    world.git("replace", second, first)
    (world.root / ".git" / "info").mkdir(exist_ok=True)
    (world.root / ".git" / "info" / "grafts").write_text(f"{second}\n", encoding="utf-8")
    assert look(world).replaced == (f"refs/replace/{second}", "info/grafts")


def test_a_ledger_that_only_grew_is_good(world: GitWorld) -> None:
    """Its newest commit is told, and that the remote does not have it yet."""
    record(world, "reviews/a.json", "1")
    newest = record(world, "reviews/b.json", "2")
    assert (look(world).ledger_tip, look(world).ledger_breaks) == (newest, ())
    assert look(world).ledger_unpushed
    world.git("push", "--quiet", "origin", "records")
    assert not look(world).ledger_unpushed


def test_a_ledger_that_the_remote_alone_has_counts(world: GitWorld) -> None:
    """A fresh clone has no branch of its own for it."""
    newest = record(world, "reviews/a.json", "1")
    world.git("push", "--quiet", "origin", "records")
    world.git("branch", "--quiet", "-D", "records")
    assert (look(world).ledger_tip, look(world).ledger_unpushed) == (newest, False)


def test_a_changed_record_is_seen(world: GitWorld) -> None:
    """The commit that did it is named."""
    record(world, "reviews/a.json", "1")
    broken = record(world, "reviews/a.json", "2")
    record(world, "reviews/b.json", "3")
    assert look(world).ledger_breaks == (broken,)


@pytest.mark.parametrize("setting", ["", "hooks"], ids=["the usual place", "core.hooksPath"])
def test_a_hook_is_seen(world: GitWorld, setting: str) -> None:
    """Wherever the settings put it, when it can be run."""
    folder = world.root / (setting or ".git/hooks")
    folder.mkdir(exist_ok=True)
    if setting:
        world.git("config", "core.hooksPath", setting)
    (folder / "pre-commit").write_text("#!/bin/sh\n", encoding="utf-8")
    assert not look(world).hook
    (folder / "pre-commit").chmod(0o755)
    assert look(world).hook


def test_signing_is_seen(world: GitWorld) -> None:
    """How, and whether the file of signers is there."""
    world.git("config", "gpg.format", "ssh")
    world.git("config", "gpg.ssh.allowedSignersFile", "signers")
    assert (look(world).signature_format, look(world).allowed_signers) == ("ssh", False)
    world.write("signers", "vera ssh-ed25519 AAAA\n")
    assert look(world).allowed_signers


def test_without_a_repository_it_is_an_error(tmp_path: Path) -> None:
    """There is nothing to look at."""
    with pytest.raises(GitError):
        look(GitWorld(tmp_path))


def test_versions_are_read() -> None:
    """Of git everywhere; no version for what says something else or is not there."""
    assert git_version(b"git version 2.39.5 (Apple Git-154)\n") == (2, 39, 5)
    assert git_version(b"git version 2.45.1.windows.1\n") == (2, 45, 1)
    assert git_version(b"hub version 1\n") == ()
    assert openssh_version("no-such-program-of-anybody") is None


@pytest.mark.parametrize("said", ["OpenSSH_9.2p1 Debian-2", "OpenSSH_for_Windows_9.2p1", "Other_9.2"])
def test_the_version_of_openssh_is_what_ssh_says(tmp_path: Path, said: str) -> None:
    """On standard error; another maker's gives none."""
    for name in ("ssh", "ssh-keygen"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{said}, LibreSSL' >&2\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    assert openssh_version(str(tmp_path / "ssh")) == ((9, 2) if "OpenSSH" in said else None)


def test_ssh_without_keygen_is_not_enough(tmp_path: Path) -> None:
    """Signing needs the second program."""
    (tmp_path / "ssh").write_text("#!/bin/sh\necho OpenSSH_9.2 >&2\n", encoding="utf-8")
    (tmp_path / "ssh").chmod(0o755)
    assert openssh_version(str(tmp_path / "ssh")) is None

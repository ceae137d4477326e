"""A repository with a proposal, and commands in it with the keys of its persons; for tests of approving by command."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from mlgov.cli.main import exit_code_of
from tests.approvals.people import ADMIN, NOW, SECOND, VALIDATOR
from tests.approvals.world import SETTINGS, World, card
from tests.git_world import new_world

SIGNERS = (VALIDATOR, SECOND, ADMIN)


def make_keys(folder: Path) -> Path:
    """Make a key for everybody who signs by command."""
    for who in SIGNERS:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", who.id, "-f", str(folder / who.id)]
        subprocess.run(command, check=True)
    return folder


@dataclass
class Desk:
    """Where somebody sits: a repository, keys, and what a command said.

    Attributes:
        world: The repository, with the branch ``proposal`` checked out, which goes into ``main``.
        keys: Folder of the keys.
        capsys: Catches what is said.
    """

    world: World
    keys: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str, root: Path | None = None, **environment: str) -> tuple[int, str, str]:
        """Run a command an hour later; gives exit code, standard output and standard error."""
        now = (self.world.git.at + timedelta(hours=1)).isoformat()
        dates = {"GIT_AUTHOR_DATE": now, "GIT_COMMITTER_DATE": now}
        with mock.patch.dict(os.environ, dates | environment):
            code = exit_code_of(["-C", str(root or self.world.git.root), "--now", now, *arguments])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def approve(self, *arguments: str, who: str = VALIDATOR.id) -> tuple[int, str, str]:
        return self.run("approve", *arguments, "--yes", "--key", str(self.keys / who))

    def records(self) -> list[str]:
        """List the records that are committed."""
        return self.world.git.git("ls-tree", "-r", "--name-only", "HEAD", "approvals").split()


def settings_with(keys: Path, text: str = SETTINGS) -> str:
    """Put the keys of the persons into the settings."""
    for who in SIGNERS:
        text = text.replace(who.line, " ".join((keys / f"{who.id}.pub").read_text().split()[:2]))
    return text


def new_desk(
    root: Path,
    keys: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    more: str = "",
    files: Mapping[str, str] | None = None,
) -> Desk:
    """Start a repository with rules on main, a draft card, and a proposal that puts it under review.

    Args:
        root: Where it is made.
        keys: Folder of the keys.
        capsys: Catches what is said.
        more: Text at the end of mlgov.toml.
        files: Files that main has besides.
    """
    world = World(new_world(root))
    world.git.at = NOW
    world.save("mlgov.toml", settings_with(keys) + more, ADMIN)
    for path, text in (files or {}).items():
        world.git.write(path, text)
    world.save("cards/mail.yaml", card("draft"))
    world.git.git("config", "user.name", "first-validator")
    world.git.git("config", "user.email", "first-validator@example.org")
    world.git.git("checkout", "-q", "-b", "proposal")
    world.save("cards/mail.yaml", card("pending_review"))
    return Desk(world, keys, capsys)

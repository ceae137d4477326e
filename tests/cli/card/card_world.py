"""A governance repository with cards, its remote on disk, and the user's identity."""

from dataclasses import dataclass
from pathlib import Path

from mlgov.cli.main import exit_code_of
from tests.git_world import GitWorld, clone, new_world

NOW = "2026-11-20T06:00:00Z"
SETTINGS = """\
[[required]]
kind = "ModelCard"
status = ["pending_review", "approved"]
fields = ["metadata.owners"]
"""


def card(name: str, status: str, *, owners: bool = True, content: str = "", review_by: str = "2027-05-31") -> str:
    """Write a card with a comment that has to survive."""
    return (
        "apiVersion: mlgov/v1\nkind: ModelCard\nmetadata:\n"
        f"  name: {name}\n" + ('  owners: ["@model-owners"]\n' if owners else "") + "lifecycle:\n"
        f"  status: {status} # moved by pull requests\n  review_by: {review_by}\n"
        f"spec:\n  intended_uses:\n    risk_rating: low\n{content}"
    )


@dataclass
class CardWorld:
    """A clone with four cards, one per status, and its bare remote."""

    here: GitWorld
    remote: GitWorld

    def run(self, *arguments: str) -> int:
        """Run ``mlgov card``."""
        return exit_code_of(["-C", str(self.here.root), "--now", NOW, "card", *arguments])

    def branches(self, world: GitWorld) -> list[str]:
        """List the branches of a repository."""
        return world.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n")

    def files(self, branch: str) -> list[str]:
        """List what the last commit of a branch of the remote changed."""
        return self.remote.git("show", "--format=", "--name-status", branch).split("\n")

    def text(self, branch: str, path: str) -> str:
        """Read a file of a branch of the remote."""
        return self.remote.git("show", f"{branch}:{path}") + "\n"

    def set_settings(self, text: str) -> None:
        """Commit and push settings."""
        self.here.save("mlgov.toml", SETTINGS + text)
        self.here.git("push", "--quiet", "origin", "main")

    def merge(self, branch: str) -> None:
        """Merge a branch by squashing it, as a forge does, and fetch the result."""
        self.here.git("merge", "--quiet", "--squash", branch)
        self.here.commit(f"Merge {branch}")
        self.here.git("push", "--quiet", "origin", "main")
        self.here.git("branch", "--quiet", "-D", branch)
        self.here.git("push", "--quiet", "origin", "--delete", branch)


def new_card_world(folder: Path) -> CardWorld:
    """Build it."""
    remote = new_world(folder / "origin.git", "--bare")
    first = new_world(folder / "first")
    first.write("mlgov.toml", SETTINGS)
    for status in ("draft", "pending_review", "approved", "archived"):
        name = status.replace("_", "-")
        first.write(f"cards/{name}.yaml", card(name, status))
    first.commit("start")
    first.git("push", "--quiet", f"file://{remote.root}", "main")
    here = clone(remote.root, folder / "here")
    here.git("config", "user.name", "Someone")
    here.git("config", "user.email", "someone@example.org")
    return CardWorld(here, remote)

"""Real git repositories for tests, built step by step in a temporary folder."""

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

#: No settings of the machine, and none of what a hook that runs the tests may have left.
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C.UTF-8",
}


@dataclass
class GitWorld:
    """A repository with a work tree.

    Attributes:
        root: Top of the work tree; for a bare repository the repository itself.
        at: Date of the next commits.
        author: Author and committer of the next commits; the address is made from it.
    """

    root: Path
    at: datetime = NOON
    author: str = "Author"

    def git(self, *arguments: str, stdin: bytes = b"", **environment: str) -> str:
        """Run git and give its standard output without the last newline."""
        date = f"{int(self.at.timestamp())} +0000"
        who = {"NAME": self.author, "EMAIL": f"{self.author.lower().replace(' ', '.')}@example.org", "DATE": date}
        identity = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=CLEAN | identity | environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, path: str, data: bytes | str) -> None:
        """Write a file into the work tree."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)

    def link(self, path: str, target: str) -> None:
        """Make a symbolic link in the work tree."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).symlink_to(target)

    def remove(self, path: str) -> None:
        """Take a file out of the work tree."""
        (self.root / path).unlink()

    def commit(self, subject: str = "change") -> str:
        """Commit the whole work tree and give the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject)
        return self.git("rev-parse", "HEAD")

    def save(self, path: str, data: bytes | str, subject: str = "change") -> str:
        """Write one file and commit."""
        self.write(path, data)
        return self.commit(subject)

    def stage(self, mode: str, path: str, data: bytes = b"") -> None:
        """Put an entry into the index without a file, as no work tree could hold it."""
        blob = self.git("hash-object", "-w", "--stdin", stdin=data)
        self.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")


def new_world(root: Path, *options: str) -> GitWorld:
    """Start a repository."""
    root.mkdir(parents=True, exist_ok=True)
    world = GitWorld(root)
    world.git("init", "--quiet", "--initial-branch=main", *options)
    return world


def clone(source: Path, root: Path, *options: str) -> GitWorld:
    """Clone a repository."""
    root.parent.mkdir(parents=True, exist_ok=True)
    GitWorld(root.parent).git("clone", "--quiet", *options, f"file://{source}", str(root))
    return GitWorld(root)

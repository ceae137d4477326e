"""The stage of a story of approvals: a bare repository, a forge on loopback, and persons in clones of their own.

Commands run in this process, as each person's environment: starting Python anew for every one would be most of the
time that a story takes.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from mlgov.cli.main import exit_code_of
from tests.fakes.github_server import TOKEN, GithubServer
from tests.fakes.github_state import Account, StoredCommit, StoredPull
from tests.git_world import CLEAN

AUTHOR, VALIDATOR, ADMIN = "first-author", "first-validator", "first-admin"
PEOPLE = (AUTHOR, VALIDATOR, ADMIN)
RULES = """
[approvals]
repository = "urn:example:story"

[[approvals.rules]]
name = "Everything"
kind = ["ModelCard", "Role", "MonitorSet"]
needs = [{ role = "validator" }]
"""
TEXT = "spec.model_overview.model_description"


@dataclass
class Person:
    """Somebody with a clone and a key."""

    name: str
    folder: Path
    environment: dict[str, str]

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def mlgov(self, *arguments: str, expect: int = 0) -> str:
        told = io.StringIO()
        with (
            patch.dict(os.environ, self.environment, clear=True),
            patch("sys.stdin", io.StringIO()),
            contextlib.redirect_stdout(told),
            contextlib.redirect_stderr(told),
        ):
            code = exit_code_of(["-C", str(self.folder), "--no-color", *arguments])
        assert code == expect, told.getvalue()
        return told.getvalue()


@dataclass
class Story:
    """The stage: a bare repository, a forge, and clones."""

    root: Path
    server: GithubServer
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def hub(self) -> Path:
        return self.root / "octo-org" / "models.git"

    def person(self, name: str) -> Person:
        if name not in self.people:
            folder, key = self.root / name, self.key(name)
            subprocess.run(
                ["git", "clone", "-q", f"file://{self.hub}", str(folder)], env=CLEAN, check=True, capture_output=True
            )
            home = self.root / f"home-{name}"
            home.mkdir()
            environment = CLEAN | {
                "HOME": str(home),
                "GITHUB_TOKEN": TOKEN,
                "GITHUB_REPOSITORY": "octo-org/models",
            }
            self.people[name] = Person(name, folder, environment)
            for setting in (("user.name", name), ("user.email", f"{name}@example.org"), ("user.signingkey", key)):
                self.people[name].git("config", *setting)
            self.people[name].git("config", "gpg.format", "ssh")
        return self.people[name]

    def key(self, name: str) -> str:
        key = self.root / f"{name}.key"
        if not key.exists():
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key), "-C", name]
            subprocess.run(command, check=True)
        return str(key)

    def settings(self) -> str:
        tables = [f'\n[forge]\nkind = "github"\nbase_url = "{self.server.base_url}"\n', RULES]
        for name, role in zip(PEOPLE, ("validator", "validator", "admin"), strict=True):
            self.key(name)
            line = " ".join((self.root / f"{name}.key.pub").read_text().split()[:2])
            tables.append(
                f'\n[[people]]\nid = "{name}"\nhandles = ["{name}"]\nemails = ["{name}@example.org"]\n'
                f'keys = ["{line}"]\nroles = ["{role}"]\n'
            )
        return "".join(tables)

    def merge(self, branch: str, how: str, pull: StoredPull | None = None) -> str:
        """Merge a branch as the forge's button does, and give the commit."""
        admin = self.person(ADMIN)
        admin.git("fetch", "-q")
        admin.git("checkout", "-q", "main")
        admin.git("reset", "-q", "--hard", "origin/main")
        if how == "rebase":
            admin.git("checkout", "-q", "--detach", f"origin/{branch}")
            admin.git("rebase", "-q", "main")
            admin.git("checkout", "-q", "-B", "main")
        elif how == "squash":
            admin.git("merge", "-q", "--squash", f"origin/{branch}")
            author = f"{AUTHOR} <{AUTHOR}@example.org>"
            admin.git("commit", "-q", "--author", author, "-m", "Squashed")
        else:
            admin.git("merge", "-q", "--no-ff", f"origin/{branch}", "-m", "Merged")
        admin.git("push", "-q", "origin", "main")
        merged = admin.git("rev-parse", "HEAD")
        if pull:
            pull.state, pull.merge_sha = "closed", merged
        return merged

    def show_pull(self, pull: StoredPull, person: Person) -> None:
        """Let the forge know what a branch holds, as a push does."""
        base, head = person.git("rev-parse", "origin/main"), person.git("rev-parse", "HEAD")
        pull.base_sha, pull.head_sha = base, head
        pull.commits = [
            StoredCommit(sha, Account(AUTHOR), Account(AUTHOR), f"{AUTHOR}@example.org", f"{AUTHOR}@example.org")
            for sha in person.git("rev-list", f"{base}..{head}").split()
        ]
        pull.pushers = [Account(AUTHOR)]


def start(root: Path, server: GithubServer) -> Story:
    """Make a repository with rules on main, everybody's clone, and drafts of every kind by the author."""
    story = Story(root, server)
    story.hub.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(story.hub)], env=CLEAN, check=True)
    admin = story.person(ADMIN)
    admin.mlgov("init", str(admin.folder))
    for folder in ("cards", "roles", "monitors"):
        for file in (admin.folder / folder).glob("*.yaml"):
            file.unlink()
    settings = admin.folder / "mlgov.toml"
    text = re.sub(r"\n\[forge\]\n(?:[^\[\n].*\n)*", "\n", settings.read_text())
    settings.write_text(text + story.settings())
    admin.git("add", "-A")
    admin.git("commit", "-q", "-m", "Start")
    admin.git("push", "-q", "origin", "HEAD:main")
    author = story.person(AUTHOR)
    for kind in DRAFTS.values():
        kind.write(author)
    author.git("add", "-A")
    author.git("commit", "-q", "-m", "Drafts")
    author.git("push", "-q", "origin", "HEAD:main")
    story.person(VALIDATOR)
    return story


def copy_of(story: Story, root: Path) -> Story:
    """Give the same stage at another place, with a forge that has heard nothing."""
    shutil.copytree(story.root, root, dirs_exist_ok=True)
    story.server.state = type(story.server.state)(story.server.state.repository)
    story.server.state.host = story.server.base_url
    found = Story(root, story.server)
    for name, person in story.people.items():
        environment = person.environment | {"HOME": str(root / f"home-{name}")}
        found.people[name] = Person(name, root / name, environment)
        found.people[name].git("remote", "set-url", "origin", f"file://{found.hub}")
        found.people[name].git("config", "user.signingkey", found.key(name))
    return found


def fresh(story: Story) -> Person:
    """Give a clone that nobody has worked in, without any access to the forge."""
    folder = story.root / "fresh"
    subprocess.run(["git", "clone", "-q", f"file://{story.hub}", str(folder)], env=CLEAN, check=True)
    environment = CLEAN | {"HOME": str(story.root)}
    return Person("nobody", folder, {k: v for k, v in environment.items() if not k.startswith("GITHUB_")})


# What is governed


@dataclass(frozen=True)
class Draft:
    """A document that goes through a story.

    Attributes:
        verbs: The commands about its kind.
        name: Its name.
        path: Its path.
        branch: The branch on which it is submitted.
        write: Lets its author draft it.
        edit: Lets its author change what an approval binds to.
    """

    verbs: str
    name: str
    path: str
    branch: str
    write: Callable[[Person], None]
    edit: Callable[[Person], None]

    def set_status(self, who: Person, status: str) -> None:
        """Change the status by hand, as in any editor."""
        file = who.folder / self.path
        text, count = re.subn(r"(?m)^  status: \w+", f"  status: {status}", file.read_text())
        assert count == 1
        file.write_text(text)


def _draft_card(author: Person) -> None:
    author.mlgov("card", "new", "churn", "--template", "minimal")
    filled = ('metadata.owners=["@model-owners"]', f"{TEXT}=Says who leaves.", "spec.intended_uses.intended_uses=Mail.")
    sets = [word for text in (*filled, "spec.intended_uses.risk_rating=low") for word in ("--set", text)]
    author.mlgov("card", "edit", "churn", *sets, "--set", "lifecycle.review_by=2099-06-30")


def _edit_card(author: Person) -> None:
    author.mlgov("card", "edit", "churn", "--set", f"{TEXT}=Says who leaves, and when.")


def _draft_role(author: Person) -> None:
    text = (
        "apiVersion: mlgov/v1\nkind: Role\nmetadata:\n  name: ops\n  owners: ['@platform']\n"
        "lifecycle:\n  status: draft\n  review_by: 2099-06-30\n"
        'spec:\n  persona: custom\n  account: "111122223333"\n  activities:\n    - id: manage_experiments\n'
    )
    (author.folder / "roles").mkdir(exist_ok=True)
    (author.folder / "roles" / "ops.yaml").write_text(text)


def _edit_role(author: Person) -> None:
    with (author.folder / "roles" / "ops.yaml").open("a") as file:
        file.write("    - id: manage_endpoints\n")


BASELINE, OURS = "baselines/churn/data-quality", "baselines/wine-cultivars/data-quality"


def _draft_monitors(author: Person) -> None:
    text = (
        "apiVersion: mlgov/v1\nkind: MonitorSet\nmetadata:\n  name: churn-watch\n  owners: ['@model-owners']\n"
        "lifecycle:\n  status: draft\n  review_by: 2099-06-30\nspec:\n  model: churn\n  monitors:\n"
        "    - name: data-quality\n      monitoring_type: data_quality\n      schedule: cron(0 0 ? * * *)\n"
        f"      source: {{uri: data/churn, format: csv, event_time: at}}\n      baseline: {BASELINE}\n"
    )
    (author.folder / "monitors").mkdir(exist_ok=True)
    (author.folder / "monitors" / "churn-watch.yaml").write_text(text)
    (author.folder / BASELINE).mkdir(parents=True)
    for name in ("statistics.json", "constraints.json"):
        shutil.copy(
            Path(__file__).parents[2] / "baselines/wine-cultivars/data-quality" / name, author.folder / BASELINE
        )


def _edit_baseline(author: Person) -> None:
    file = author.folder / BASELINE / "constraints.json"
    text, count = re.subn(r'"completeness": [\d.]+', '"completeness": 0.9', file.read_text(), count=1)
    assert count == 1
    file.write_text(text)


DRAFTS = {
    "card": Draft("card", "churn", "cards/churn.yaml", "submit-churn", _draft_card, _edit_card),
    "role": Draft("role", "ops", "roles/ops.yaml", "submit-role-ops", _draft_role, _edit_role),
    "monitor": Draft(
        verbs="monitor",
        name="churn-watch",
        path="monitors/churn-watch.yaml",
        branch="submit-monitor-churn-watch",
        write=_draft_monitors,
        edit=_edit_baseline,
    ),
}

"""From a draft to a proven approval, by three persons in three clones, a bare repository and a forge on loopback."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fakes.github_server import TOKEN, GithubServer
from tests.fakes.github_state import Account, StoredCommit, StoredPull, StoredReview
from tests.git_world import CLEAN

AUTHOR, VALIDATOR, ADMIN = "first-author", "first-validator", "first-admin"
RULES = """
[approvals]
repository = "urn:example:story"

[[approvals.rules]]
name = "Cards"
kind = ["ModelCard"]
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
        done = subprocess.run(
            [sys.executable, "-m", "mlgov", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        told = done.stdout + done.stderr
        assert done.returncode == expect, told
        return told


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
                "PYTHONPATH": str(Path(__file__).parents[2]),
                "NO_COLOR": "1",
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
        for name, role in ((AUTHOR, "validator"), (VALIDATOR, "validator"), (ADMIN, "admin")):
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


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A bare repository with rules on main, and a draft of a card."""
    with GithubServer(repository="octo-org/models") as server:
        found = Story(tmp_path, server)
        found.hub.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(found.hub)], env=CLEAN, check=True)
        admin = found.person(ADMIN)
        admin.mlgov("init", ".")
        for folder in ("cards", "roles", "monitors"):
            for file in (admin.folder / folder).glob("*.yaml"):
                file.unlink()
        settings = admin.folder / "mlgov.toml"
        text = re.sub(r"\n\[forge\]\n(?:[^\[\n].*\n)*", "\n", settings.read_text())
        settings.write_text(text + found.settings())
        admin.git("add", "-A")
        admin.git("commit", "-q", "-m", "Start")
        admin.git("push", "-q", "origin", "HEAD:main")
        yield found


def draft(story: Story) -> Person:
    """Let the author draft a card on main."""
    author = story.person(AUTHOR)
    author.mlgov("card", "new", "churn", "--template", "minimal")
    filled = ('metadata.owners=["@model-owners"]', f"{TEXT}=Says who leaves.", "spec.intended_uses.intended_uses=Mail.")
    sets = [word for text in (*filled, "spec.intended_uses.risk_rating=low") for word in ("--set", text)]
    author.mlgov("card", "edit", "churn", *sets, "--set", "lifecycle.review_by=2099-06-30")
    author.git("add", "-A")
    author.git("commit", "-q", "-m", "Draft churn")
    author.git("push", "-q", "origin", "HEAD:main")
    return author


def fresh(story: Story) -> Person:
    """Give a clone that nobody has worked in, without any access to the forge."""
    folder = story.root / "fresh"
    subprocess.run(["git", "clone", "-q", f"file://{story.hub}", str(folder)], env=CLEAN, check=True)
    environment = CLEAN | {"PYTHONPATH": str(Path(__file__).parents[2]), "NO_COLOR": "1", "HOME": str(story.root)}
    return Person("nobody", folder, {k: v for k, v in environment.items() if k != "GITHUB_TOKEN"})


SLOW = pytest.mark.slow


@pytest.mark.parametrize("how", ["merge", pytest.param("squash", marks=SLOW), pytest.param("rebase", marks=SLOW)])
def test_signed_approvals_survive_every_merge(story: Story, how: str) -> None:
    """Draft, submit, refused self-approval, approval, an edit that makes it stale, approval again, merge, audit."""
    author = draft(story)
    author.mlgov("card", "submit", "churn")
    (pull,) = story.server.state.pulls
    author.git("checkout", "-q", "submit-churn")
    assert "wrote the content" in author.mlgov("approve", "churn", "--yes", expect=1)
    validator = story.person(VALIDATOR)
    validator.git("fetch", "-q")
    assert "Set approved in cards/churn.yaml" in validator.mlgov(
        "approve", "churn", "--branch", "submit-churn", "--yes"
    )
    author.git("pull", "-q", "--ff-only")
    assert "Approved by first-validator" in author.mlgov("gate")
    author.mlgov("card", "edit", "churn", "--set", "lifecycle.status=pending_review")
    author.mlgov("card", "edit", "churn", "--set", f"{TEXT}=Says who leaves, and when.")
    author.git("commit", "-q", "-a", "-m", "Say when")
    author.git("push", "-q")
    assert "needs 1 more approval by a model validator" in author.mlgov("gate")
    validator.git("fetch", "-q")
    validator.git("checkout", "-q", "submit-churn")
    validator.git("merge", "-q", "--ff-only", "origin/submit-churn")
    validator.mlgov("approve", "churn", "--yes")
    story.merge("submit-churn", how, pull)
    nobody = fresh(story)
    nobody.mlgov("audit")
    assert "Approved by first-validator" in nobody.mlgov("status", "churn")
    assert "ssh-keygen accepts it too" in nobody.mlgov("verify", "churn", "--ssh-keygen")


@pytest.mark.parametrize("how", ["squash", pytest.param("merge", marks=SLOW), pytest.param("rebase", marks=SLOW)])
def test_reviews_at_the_forge_are_captured_and_proven_later(story: Story, how: str) -> None:
    """The gate counts a review of the head and tells it once; later the ledger proves it without the forge."""
    author = draft(story)
    author.mlgov("card", "submit", "churn")
    (pull,) = story.server.state.pulls
    author.git("checkout", "-q", "submit-churn")
    author.mlgov("card", "edit", "churn", "--set", "lifecycle.status=approved")
    author.git("commit", "-q", "-a", "-m", "Propose to approve churn")
    author.git("push", "-q")
    story.show_pull(pull, author)
    report = story.root / "gate.json"
    asked = ("gate", "--pull-request", str(pull.number))
    assert "more approval" in author.mlgov(*asked, "--report", str(report), expect=1)
    pull.reviews.append(StoredReview(Account(VALIDATOR), "APPROVED", pull.head_sha))
    assert "Approved by first-validator" in author.mlgov(*asked)
    admin = story.person(ADMIN)
    admin.git("fetch", "-q")
    for _ in range(2):
        admin.mlgov("gate", "--post", str(report), "--head", pull.head_sha)
    assert [status["state"] for status in story.server.state.statuses] == ["success", "success"]
    assert len([c for c in pull.comments if c and "Governance: approved" in c[1]]) == len(pull.comments) == 1
    before = admin.git("rev-parse", "origin/main")
    merged = story.merge("submit-churn", how, pull)
    if how == "rebase":
        pull.commits.append(StoredCommit(merged, Account(AUTHOR), Account(AUTHOR)))
    assert "Wrote reviews/" in admin.mlgov("capture", "--range", f"{before}..{merged}")
    nobody = fresh(story)
    nobody.mlgov("audit")
    assert "Approved by first-validator" in nobody.mlgov("status", "churn")
    assert "review" in nobody.mlgov("verify", "churn")


def test_a_report_about_another_head_is_not_believed(story: Story) -> None:
    """Who runs in a pull request could write anything into the report."""
    author = draft(story)
    author.mlgov("card", "submit", "churn")
    (pull,) = story.server.state.pulls
    author.git("checkout", "-q", "submit-churn")
    story.show_pull(pull, author)
    report = story.root / "gate.json"
    author.mlgov("gate", "--pull-request", str(pull.number), "--report", str(report))
    assert "not " + "f" * 40 in author.mlgov("gate", "--post", str(report), "--head", "f" * 40, expect=2)
    report.write_text('{"format": "mlgov/gate/v1", "pull_request": 1, "pull_request": 2}')
    assert "cannot be read" in author.mlgov("gate", "--post", str(report), "--head", pull.head_sha, expect=2)
    assert story.server.state.statuses == []


def test_what_nobody_reviewed_is_not_proven(story: Story) -> None:
    """An administrator pushes an approved card past everybody; the capture says so and the audit finds it."""
    draft(story)
    admin = story.person(ADMIN)
    admin.git("fetch", "-q")
    admin.git("reset", "-q", "--hard", "origin/main")
    before = admin.git("rev-parse", "HEAD")
    card = admin.folder / "cards" / "churn.yaml"
    card.write_text(card.read_text().replace("status: draft", "status: approved"))
    admin.git("commit", "-q", "-a", "-m", "Trust me")
    admin.git("push", "-q", "origin", "HEAD:main")
    assert "without a pull request" in admin.mlgov("capture", "--range", f"{before}..HEAD")
    told = fresh(story).mlgov("audit", expect=1)
    assert "MLG-V004" in told
    assert "unattested" in fresh_status(story)


def fresh_status(story: Story) -> str:
    """Say what the fresh clone thinks of churn."""
    environment = CLEAN | {"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(story.root)}
    return Person("nobody", story.root / "fresh", environment).mlgov("status", "churn", expect=1)

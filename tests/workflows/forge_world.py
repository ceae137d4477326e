"""A governance repository at a forge on loopback, and jobs of our workflows that run on fresh checkouts of it."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.github_server import TOKEN, GithubServer
from tests.fakes.github_state import Account, StoredCommit, StoredPull, StoredReview
from tests.git_world import CLEAN, GitWorld, clone, new_world
from tests.workflows.runner import Done, Runner, load

TOP = Path(__file__).parents[2]
WORKFLOWS = TOP / ".github" / "workflows"
REPOSITORY = "octo-org/models"
FORK = "stranger/models"
GIT = {name: value for name, value in CLEAN.items() if name.startswith("GIT_")}
CARD, ROLE, REPORT = "cards/churn.yaml", "roles/ops.yaml", "evidence/churn/report.json"
EVIDENCE = b'{"auc": 0.91}\n'

SETTINGS = """\
[forge]
kind = "github"
base_url = "{host}"

[approvals]
repository = "urn:example:workflows"

[[approvals.rules]]
name = "Everything"
kind = ["ModelCard", "Role", "MonitorSet"]
needs = [{{ role = "validator" }}]

[[people]]
id = "first-author"
handles = ["first-author"]
emails = ["first.author@example.org"]
roles = ["validator"]

[[people]]
id = "first-validator"
handles = ["first-validator"]
emails = ["first.validator@example.org"]
roles = ["validator"]

[[people]]
id = "first-admin"
handles = ["first-admin"]
emails = ["first.admin@example.org"]
roles = ["admin"]
"""


def card(status: str, text: str = "Says who leaves.", *, title: str = "Churn") -> str:
    """Write a card that cites a report."""
    digest = hashlib.sha256(EVIDENCE).hexdigest()
    return (
        f"apiVersion: mlgov/v1\nkind: ModelCard\nmetadata:\n  name: churn\n  title: {title!r}\n"
        f"  owners: ['@model-owners']\nlifecycle:\n  status: {status}\n  review_by: 2099-06-30\nspec:\n"
        f"  model_overview:\n    model_description: {text!r}\n  intended_uses:\n    risk_rating: low\n"
        "  evaluation_details:\n    - name: holdout\n      evidence:\n"
        f"        - path: {REPORT}\n          digest: sha256:{digest}\n"
    )


def role(activity: str) -> str:
    """Write a draft of a role."""
    return (
        "apiVersion: mlgov/v1\nkind: Role\nmetadata:\n  name: ops\nlifecycle:\n  status: draft\nspec:\n"
        f'  persona: custom\n  account: "111122223333"\n  activities:\n    - id: {activity}\n'
        "  parameters: {roles_to_pass: ['arn:aws:iam::111122223333:role/SageMaker-compute']}\n"
    )


@dataclass
class ForgeWorld:
    """A bare repository, its forge, and the author's clone.

    Attributes:
        place: Where everything lies.
        server: The forge.
        jobs: How many jobs have run.
    """

    place: Path
    server: GithubServer
    jobs: int = field(default=0)

    @property
    def hub(self) -> GitWorld:
        return GitWorld(self.place / "octo-org" / "models.git")

    @property
    def author(self) -> GitWorld:
        return GitWorld(self.place / "author", author="First author")

    def propose(self, *, fork: bool = False, into: str = "main") -> StoredPull:
        """Push what the author has committed, to the repository or to a fork, and open a pull request."""
        state, author = self.server.state, self.author
        pull = state.add_pull("A change", "", "change", into, Account("first-author"))
        pull.head_repository = FORK if fork else REPOSITORY
        head = author.git("rev-parse", "HEAD")
        if not fork:
            author.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/change")
            pull.pushers = [Account("first-author")]
        author.git("push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{pull.number}/head")
        pull.base_sha, pull.head_sha = author.git("rev-parse", f"origin/{into}"), head
        pull.commits = [
            StoredCommit(sha, Account("first-author"), Account("first-author"), *["first.author@example.org"] * 2)
            for sha in author.git("rev-list", f"origin/{into}..HEAD").split()
        ]
        return pull

    def review(self, pull: StoredPull, login: str, state: str = "APPROVED", kind: str = "User") -> None:
        pull.reviews.append(StoredReview(Account(login, kind), state, pull.head_sha))

    def merge(self, pull: StoredPull, how: str) -> tuple[str, str]:
        """Merge as the forge's button does; gives main before and after."""
        admin = clone(self.hub.root, self.place / f"merge-{pull.number}")
        admin.author = "First admin"
        admin.git("fetch", "--quiet", "origin", f"refs/pull/{pull.number}/head:head")
        before = admin.git("rev-parse", "main")
        if how == "merge":
            admin.git("merge", "--quiet", "--no-ff", "head", "--message", "Merged")
        elif how == "squash":
            admin.git("merge", "--quiet", "--squash", "head")
            admin.commit("Squashed")
        else:
            admin.git("commit", "--quiet", "--allow-empty", "--message", "Something else came first")
            admin.git("rebase", "--quiet", "main", "head")
            admin.git("checkout", "--quiet", "-B", "main", "head")
        admin.git("push", "--quiet", "origin", "main")
        after = admin.git("rev-parse", "main")
        pull.state, pull.merge_sha = "closed", after
        if how == "rebase":  # GitHub knows the commits that a rebase made
            made = admin.git("rev-list", f"{before}..{after}").split()
            pull.commits += [StoredCommit(sha, Account("first-author"), Account("first-author")) for sha in made]
        return before, after

    def job(
        self, file: str, job: str, ref: str, *, artifact: bytes | None = None, only: str = "", **github: Any
    ) -> "Job":
        """Run a job on a checkout of ``ref``, a branch or a commit, as actions/checkout makes it.

        Args:
            file: The workflow.
            job: The job in it.
            ref: What is checked out.
            artifact: What was downloaded to the place that gate-post.yml reads.
            only: Words that the names of the steps must have.
            github: More of the ``github`` context.
        """
        self.jobs += 1
        checkout = new_world(self.place / f"checkout-{self.jobs}")
        checkout.git("remote", "add", "origin", f"file://{self.hub.root}")
        checkout.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*")
        if len(ref) == 40:
            checkout.git("fetch", "--quiet", "origin", ref)
            checkout.git("checkout", "--quiet", "--detach", ref)
        else:
            checkout.git("checkout", "--quiet", "-B", ref, f"refs/remotes/origin/{ref}")
        (checkout.root / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
        (checkout.root / ".venv").symlink_to(TOP / ".venv")
        temp = self.place / f"temp-{self.jobs}"
        (temp / "gate").mkdir(parents=True)
        if artifact is not None:
            (temp / "gate" / "gate.json").write_bytes(artifact)
        context = {"token": TOKEN, "repository": REPOSITORY, **github}
        steps = [step for step in load(WORKFLOWS / file)["jobs"][job]["steps"] if only in step["name"]]
        done = Runner(checkout.root, temp, context, environment=dict(GIT)).run(steps)
        report = temp / "gate.json"
        return Job(done, report.read_bytes() if report.is_file() else b"")

    def gate(self, pull: StoredPull, **github: Any) -> "Job":
        """Run gate.yml for a pull request."""
        event = {"pull_request": {"number": pull.number, "head": {"sha": pull.head_sha}, "base": {"ref": pull.base}}}
        return self.job("gate.yml", "gate", pull.head_sha, event=event, event_name="pull_request", **github)

    def post(self, artifact: bytes | None, head: str, **github: Any) -> "Job":
        """Run gate-post.yml for what the run on ``head`` handed over."""
        run = {"id": 1, "head_sha": head, "conclusion": "success"}
        event = {"workflow_run": run, "repository": {"default_branch": "main"}}
        given: dict[str, Any] = {"event": event, "event_name": "workflow_run", **github}
        return self.job("gate-post.yml", "post", "main", artifact=artifact, **given)

    def capture(self, before: str, after: str, **github: Any) -> "Job":
        """Run capture.yml for a push to main."""
        given: dict[str, Any] = {"event": {"before": before}, "sha": after, "event_name": "push", **github}
        return self.job("capture.yml", "capture", "main", **given)

    def ledger(self) -> str:
        """Give the tip of the ledger branch at the forge; empty when there is none."""
        return self.hub.git("for-each-ref", "--format=%(objectname)", "refs/heads/mlgov-ledger")

    def records(self) -> list[str]:
        """List the files of the ledger at the forge."""
        return self.hub.git("ls-tree", "-r", "--name-only", "mlgov-ledger").split("\n") if self.ledger() else []


@dataclass(frozen=True)
class Job:
    """What became of a job: its steps, and the report that it handed over."""

    steps: Sequence[Done]
    report: bytes

    @property
    def last(self) -> Done:
        """The step that does the work."""
        return [done for done in self.steps if done.outcome != "skipped"][-1]

    @property
    def outcomes(self) -> list[str]:
        return [done.outcome for done in self.steps]

    @property
    def log(self) -> str:
        return "".join(done.log for done in self.steps)


def new_forge_world(place: Path, server: GithubServer) -> ForgeWorld:
    """Start a repository with rules, a card in review and a role, and the author's clone with an approval proposed."""
    world = ForgeWorld(place, server)
    world.hub.root.mkdir(parents=True)
    world.hub.git("init", "--quiet", "--bare", "--initial-branch=main")
    first = new_world(place / "first")
    first.author = "First admin"
    first.write("mlgov.toml", SETTINGS.format(host=server.base_url))
    first.write(REPORT, EVIDENCE)
    first.write(CARD, card("draft"))
    first.write(ROLE, role("manage_experiments"))
    first.commit("Start")
    first.git("push", "--quiet", f"file://{world.hub.root}", "main", "main:sandbox")
    shutil.rmtree(first.root)
    author = clone(world.hub.root, world.author.root)
    author.author = "First author"
    return world


def change(
    world: ForgeWorld, text: str = "Says who leaves, and when.", *, status: str = "approved", **more: str
) -> None:
    """Let the author change the card and the role."""
    author = world.author
    author.write(CARD, card(status, text, **more))
    author.write(ROLE, role("manage_models"))
    author.commit("Say when")

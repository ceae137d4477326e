"""Our workflows, the action and the hooks as files: pinned, least privilege, and clean under a strict audit."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.runner import load

TOP = Path(__file__).parents[2]
BIN = TOP / ".venv" / "bin"
WORKFLOWS = sorted((TOP / ".github" / "workflows").glob("*.yml"))
ACTION = TOP / "action.yml"
SCAFFOLD = sorted((TOP / "mlgov" / "cli" / "scaffold" / "workflows").glob("*.yml"))
ZIZMOR = [BIN / "zizmor", "--offline", "--strict-collection", "--persona", "auditor", "--no-progress"]
PIN = re.compile(r"uses: ([\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def jobs() -> list[Any]:
    return [
        pytest.param(job, id=f"{path.stem}-{name}") for path in WORKFLOWS for name, job in load(path)["jobs"].items()
    ]


def steps() -> list[Any]:
    owners = [(path.stem, job) for path in WORKFLOWS for job in load(path)["jobs"].values()]
    owners.append(("action", load(ACTION)["runs"]))
    return [pytest.param(step, id=f"{owner}-{step.get('name')}") for owner, part in owners for step in part["steps"]]


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], cwd=TOP, capture_output=True, text=True, check=False)


def test_the_workflows_are_there() -> None:
    """Checking, approving, monitoring, showing and publishing."""
    approving, showing = ["gate-post.yml", "gate.yml"], ["preview.yml", "site.yml"]
    assert names(WORKFLOWS) == ["capture.yml", "check.yml", *approving, "monitors.yml", *showing]


def test_a_strict_audit_finds_nothing() -> None:
    """The auditor of zizmor, over workflows, the action, Dependabot's settings and the hooks of pre-commit."""
    found = run(*ZIZMOR, ".github", "action.yml", ".pre-commit-config.yaml", ".pre-commit-hooks.yaml")
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("permissions: {}\n\nconcurrency", "concurrency"),
        ("run: .ci/run", 'run: echo "${{ github.event.pull_request.title }}"'),
        ("pull_request:\n", "pull_request_target:\n"),
        ("persist-credentials: false", "persist-credentials: true"),
        ("@de0fac2e4500dabe0009e67214ff5f5447ce83dd", "@v6"),
        ("contents: read # the code", "contents: write"),
    ],
)
def test_the_audit_would_find_something(tmp_path: Path, good: str, bad: str) -> None:
    """The same call over a workflow that was made worse."""
    text = (TOP / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    assert good in text
    (tmp_path / "check.yml").write_text(text.replace(good, bad), encoding="utf-8")
    assert run(*ZIZMOR, tmp_path / "check.yml").returncode > 10


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", [ACTION]),
        ("vendor.dependabot", [TOP / ".github" / "dependabot.yml"]),
    ],
)
def test_the_files_fit_github_s_schemas(schema: str, paths: list[Path]) -> None:
    """check-jsonschema with the schemas that it brings along."""
    checked = run(BIN / "check-jsonschema", "--builtin-schema", schema, *paths)
    assert checked.returncode == 0, checked.stdout


def test_the_hooks_are_what_pre_commit_understands() -> None:
    """Ours and those for other repositories."""
    assert run(BIN / "pre-commit", "validate-config", ".pre-commit-config.yaml").returncode == 0
    assert run(BIN / "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml").returncode == 0


def test_our_hooks_download_nothing() -> None:
    """Each is a program of .venv that is there."""
    for repository in load(TOP / ".pre-commit-config.yaml")["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            assert hook["language"] == "system"
            assert (TOP / hook["entry"].split()[0]).is_file()


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_every_action_is_pinned(path: Path) -> None:
    """By a full commit id, with its version beside it."""
    lines = [line.strip().removeprefix("- ") for line in path.read_text(encoding="utf-8").splitlines()]
    used = [line for line in lines if line.startswith("uses:")]
    assert used
    assert [line for line in used if not PIN.fullmatch(line)] == []


def test_an_action_has_the_same_pin_everywhere() -> None:
    """In our workflows, in the action and in what ``mlgov init`` writes."""
    texts = [path.read_text(encoding="utf-8") for path in [*WORKFLOWS, ACTION, *SCAFFOLD]]
    pins = {match.groups() for text in texts for match in PIN.finditer(text)}
    assert len(pins) == len({action for action, _, _ in pins})


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_nothing_is_granted_at_the_top(path: Path) -> None:
    """Each job names what it needs; runs of one kind do not overlap; strangers' code never runs with our rights."""
    workflow = load(path)
    assert workflow["permissions"] == {}
    assert "group" in workflow["concurrency"]
    assert "pull_request_target" not in workflow["on"]
    assert ("workflow_run" in workflow["on"]) == (path.name == "gate-post.yml")


@pytest.mark.parametrize("job", jobs())
def test_every_job_is_bounded(job: dict[str, Any]) -> None:
    """It ends by itself, and says what it may do."""
    assert 0 < job["timeout-minutes"] <= 60
    assert job["permissions"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=names(WORKFLOWS))
def test_every_grant_has_its_reason_beside_it(path: Path) -> None:
    """Whoever reviews a workflow sees why."""
    grants = re.findall(r"^ +[a-z-]+: (?:read|write)\b(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert grants
    assert all(re.fullmatch(r" # \S.*", reason) for reason in grants)


def test_only_these_jobs_may_write() -> None:
    """The ledger and issues; the gate's comment and status; the published site. Nothing else."""
    granted = {
        (path.stem, name, scope)
        for path in WORKFLOWS
        for name, job in load(path)["jobs"].items()
        for scope, level in job["permissions"].items()
        if level == "write"
    }
    assert granted == {
        ("capture", "capture", "contents"),
        ("gate-post", "post", "pull-requests"),
        ("gate-post", "post", "statuses"),
        ("monitors", "run", "contents"),
        ("monitors", "run", "issues"),
        ("monitors", "revalidate", "issues"),
        ("site", "publish", "pages"),
        ("site", "publish", "id-token"),
    }


def test_the_job_that_publishes_runs_nothing_of_ours() -> None:
    """What can publish does not execute what a pull request brought."""
    assert all("run" not in step for step in load(TOP / ".github/workflows/site.yml")["jobs"]["publish"]["steps"])


@pytest.mark.parametrize("step", steps())
def test_a_step_is_one_command(step: dict[str, Any]) -> None:
    """One line that anybody can repeat at home; expressions come in through the environment."""
    assert "\n" not in step.get("run", "").strip()
    assert "${{" not in step.get("run", "")
    assert step["name"]


@pytest.mark.parametrize("step", steps())
def test_a_checkout_leaves_no_token_behind(step: dict[str, Any]) -> None:
    """The token is given to the one step that needs it."""
    if "actions/checkout" in step.get("uses", ""):
        assert step["with"]["persist-credentials"] is False


def test_monitors_run_one_after_the_other() -> None:
    """Two runs at a time could open an issue twice; a run that has begun is not cut off."""
    assert load(TOP / ".github/workflows/monitors.yml")["concurrency"] == {
        "group": "monitors",
        "cancel-in-progress": False,
    }


def test_what_a_pull_request_runs_cannot_write() -> None:
    """Its own code runs there, a stranger's too."""
    for path in WORKFLOWS:
        workflow = load(path)
        if {"pull_request", "pull_request_review"} & set(workflow["on"]):
            levels = {level for job in workflow["jobs"].values() for level in job["permissions"].values()}
            assert levels == {"read"}


def gate_post() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = load(TOP / ".github/workflows/gate-post.yml")["jobs"]["post"]["steps"]
    return steps


def test_the_job_that_tells_the_gate_s_verdict_runs_the_main_branch() -> None:
    """What is checked out and installed comes from there; the report and the commit arrive after that, as data."""
    steps = gate_post()
    (checkout,) = [step for step in steps if "actions/checkout" in step.get("uses", "")]
    assert checkout["with"]["ref"] == "${{ github.event.repository.default_branch }}"
    order = [step["name"] for step in steps]
    assert order.index("Install") < order.index("Fetch the report")
    assert not any(re.search(r"\bgit (checkout|switch|merge|pull|reset|restore)\b", s.get("run", "")) for s in steps)


def test_the_report_lands_outside_of_the_checkout() -> None:
    """A file of a stranger takes the place of none of ours."""
    (download,) = [step for step in gate_post() if "actions/download-artifact" in step.get("uses", "")]
    assert download["with"]["path"].startswith("${{ runner.temp }}/")


def test_no_capture_replaces_another() -> None:
    """Actions keep one waiting run of a group and drop the others: then the reviews of a merge would be lost."""
    assert "${{ github.sha }}" in load(TOP / ".github/workflows/capture.yml")["concurrency"]["group"]

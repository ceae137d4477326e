"""preview.yml, run step by step on checkouts of proposals that bring more than documents."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlgov.cli.scaffold import CI_FILES
from tests.fakes.github_server import GithubServer
from tests.fakes.github_state import StoredPull
from tests.git_world import clone
from tests.website.documents import MKDOCS
from tests.website.dom import parse
from tests.workflows.forge_world import REPOSITORY, TOP, WORKFLOWS, ForgeWorld, Job, card, new_forge_world, role
from tests.workflows.runner import load

SHIPPED = TOP / "mlgov" / "cli" / "scaffold" / "workflows" / "preview.yml"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ForgeWorld]:
    """A repository with a site, and the author's clone of it."""
    with GithubServer(repository=REPOSITORY) as server:
        world = new_forge_world(tmp_path, server)
        admin = clone(world.hub.root, tmp_path / "admin")
        admin.write("mkdocs.yml", MKDOCS)
        admin.write("docs/index.md", "# About us\n\nWe govern models.\n")
        admin.commit("A site")
        admin.git("push", "--quiet", "origin", "main")
        world.author.git("pull", "--quiet", "origin", "main")
        yield world


def previewed(world: ForgeWorld, pull: StoredPull) -> tuple[Job, Path]:
    """Run the job for a pull request; give it and the folder that it hands over."""
    event: dict[str, Any] = {"number": pull.number, "head": {"sha": pull.head_sha}, "base": {"ref": pull.base}}
    job = world.job("preview.yml", "preview", pull.head_sha, event={"pull_request": event}, event_name="pull_request")
    return job, world.place / f"temp-{world.jobs}" / "preview"


@pytest.mark.parametrize("fork", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_pages_of_a_pull_request_are_handed_over(world: ForgeWorld, fork: bool) -> None:
    """With the proposed text, marked as such; the summary of the run leads there."""
    world.author.save("cards/churn.yaml", card("approved", "Says who leaves, and when."))
    pull = world.propose(fork=fork)
    job, out = previewed(world, pull)
    assert job.outcomes == ["skipped", "success", "skipped", "skipped", "success", "skipped", "success"], job.log
    page = parse((out / "cards" / "churn.html").read_text(encoding="utf-8")).text
    assert "Says who leaves, and when." in page
    assert "Proposed, not merged." in page
    summary = job.steps[-1].summary
    assert f"[pages of {pull.head_sha[:12]}]" in summary
    assert "Nothing on them counts before it is merged." in summary


def test_nothing_that_a_proposal_brings_is_run_or_obeyed(world: ForgeWorld) -> None:
    """Neither its configuration, nor its pages, nor its settings, nor its code; its documents are shown."""
    ran, author = world.place / "ran", world.author
    evil = f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n"
    author.write("mkdocs.yml", MKDOCS.replace("Model governance", "Owned") + "hooks: [evil.py]\n")
    for path in ("evil.py", "sitecustomize.py", "mlgov/__init__.py", "mkdocs/__init__.py", "conftest.py"):
        author.write(path, evil)
    author.write("Makefile", f"%:\n\ttouch {ran}\n.DEFAULT_GOAL := x\n")
    author.write("docs/index.md", "<script src=https://evil.example/x.js></script>\n")
    author.write("docs/assets/x.js", "window.owned = 1\n")
    author.write("mlgov.toml", '[site]\ntitle = "Owned"\nview_uri_template = "https://evil.example/{path}"\n')
    author.write("roles/ops.yaml", role("manage_models"))
    author.commit("Own everything")
    job, out = previewed(world, world.propose())
    assert "success" in job.outcomes
    assert "failure" not in job.outcomes, job.log
    assert not ran.exists()
    every = "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.html"))
    assert "evil.example" not in every
    assert "Owned" not in every
    assert not (out / "assets" / "x.js").exists()
    assert "Manage models" in (out / "roles" / "ops.html").read_text(encoding="utf-8")


def test_a_proposal_without_documents_that_can_be_read_has_a_preview(world: ForgeWorld) -> None:
    """It says what is wrong, as the site would."""
    world.author.save("cards/churn.yaml", "a: [\n")
    job, out = previewed(world, world.propose())
    assert "failure" not in job.outcomes, job.log
    assert "cannot be read" in parse((out / "cards" / "churn.html").read_text(encoding="utf-8")).text


def test_the_shipped_workflow_does_the_same() -> None:
    """But for the machine and how mlgov gets there."""
    ours, theirs = (load(path)["jobs"]["preview"] for path in (WORKFLOWS / "preview.yml", SHIPPED))
    assert ".github/workflows/preview.yml" in CI_FILES["github"]
    assert [step["name"] for step in ours["steps"]] == [s["name"].removesuffix(" mlgov") for s in theirs["steps"]]
    for mine, other in zip(ours["steps"], theirs["steps"], strict=True):
        if not mine["name"].startswith(("Install", "Set up")):
            assert mine | {"run": mine.get("run", "").replace(".venv/bin/", "")} == other | {
                "run": other.get("run", "")
            }


@pytest.mark.parametrize("path", [WORKFLOWS / "preview.yml", SHIPPED], ids=["ours", "shipped"])
def test_the_job_may_only_read(path: Path) -> None:
    """It runs for strangers; so it has no rights, no secrets, and not the trigger that would give it some."""
    workflow, text = load(path), path.read_text(encoding="utf-8")
    assert list(workflow["on"]) == ["pull_request"]
    assert (workflow["permissions"], workflow["jobs"]["preview"]["permissions"]) == ({}, {"contents": "read"})
    assert "secrets." not in text
    assert "github.token" not in text

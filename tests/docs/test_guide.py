"""Whoever does what the guide says gets what the guide shows."""

import json
import re
import shutil
from pathlib import Path

import pytest

from mlgov.adapters import http_scorer
from mlgov.monitors.attribution import asking
from tests.docs.pages import TOP
from tests.docs.walk import Command, Walk, steps
from tests.fakes.scorer import ModelServer

GUIDE = TOP / "docs/guide"
#: The pages that go on from the tutorial.
FURTHER = ("authors", "reviewers", "stakeholders", "platform", "risk")


def page(name: str) -> str:
    """Read a page of the guide."""
    return (GUIDE / f"{name}.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the tutorial was done, with its repository in models/."""
    folder = tmp_path_factory.mktemp("tutorial")
    walk = Walk(folder, tmp_path_factory.mktemp("home"))
    assert walk.follow(page("tutorial")) > 20
    return folder


def test_the_tutorial_can_be_done(tutorial: Path) -> None:
    """Every command of it, with the output that it shows; the alert is on the site."""
    assert "In alert" in (tutorial / "models/build/site/cards/churn/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FURTHER)
def test_what_goes_on_from_the_tutorial_can_be_done(name: str, tutorial: Path, tmp_path: Path) -> None:
    """In a copy of its repository, each page for itself."""
    shutil.copytree(tutorial, tmp_path / "copy")
    (tmp_path / "home").mkdir()
    assert Walk(tmp_path / "copy/models", tmp_path / "home").follow(page(name)) > 3


def test_the_move_from_sagemaker_can_be_done(tmp_path: Path) -> None:
    """As far as it needs no account."""
    (tmp_path / "home").mkdir()
    assert Walk(tmp_path, tmp_path / "home").follow(page("sagemaker")) > 10


def test_a_model_is_asked_as_the_page_shows() -> None:
    """What is sent, what is answered, and how much of it."""
    text = page("sagemaker").partition("### Ask the model")[2].partition("\n## ")[0]
    question, answer = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL))
    shown = question["dataframe_split"]
    with ModelServer(lambda rows: rows, lambda: (200, {}, json.dumps(answer).encode())) as server:
        assert http_scorer.HttpScorer(server.url).score(shown["columns"], shown["data"]) == answer["predictions"]
    assert server.questions == [shown]
    assert f"at most {asking.ASKED_ROWS} rows" in text
    assert f"{2 * asking.ORDERS} × (features − 1) + 1" in text
    assert f"at most {http_scorer.ROWS_AT_ONCE:,} to" in text
    assert (http_scorer.PATIENCE_S, "ten minutes" in text) == (600, True)


@pytest.mark.parametrize("path", sorted(GUIDE.glob("*.md")), ids=lambda path: path.stem)
def test_no_page_leaves_a_command_untried_without_need(path: Path) -> None:
    """A page with commands is done by a test above, and all but a few of its commands are."""
    commands = [step for step in steps(path.read_text(encoding="utf-8")) if isinstance(step, Command)]
    assert not commands or path.stem in {"tutorial", "sagemaker", *FURTHER}
    assert sum(not command.runs for command in commands) <= 5

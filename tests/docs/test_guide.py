"""Whoever does what the guide says gets what the guide shows."""

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import TOP
from tests.docs.walk import Command, Walk, steps

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


@pytest.mark.parametrize("path", sorted(GUIDE.glob("*.md")), ids=lambda path: path.stem)
def test_no_page_leaves_a_command_untried_without_need(path: Path) -> None:
    """A page with commands is done by a test above, and all but a few of its commands are."""
    commands = [step for step in steps(path.read_text(encoding="utf-8")) if isinstance(step, Command)]
    assert not commands or path.stem in {"tutorial", "sagemaker", *FURTHER}
    assert sum(not command.runs for command in commands) <= 5

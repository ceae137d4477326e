"""Whoever does what the guide says gets what the guide shows."""

from pathlib import Path

import pytest

from tests.docs.pages import TOP
from tests.docs.walk import Walk


@pytest.fixture(scope="session")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the tutorial was done, with its repository in models/."""
    folder = tmp_path_factory.mktemp("tutorial")
    walk = Walk(folder, tmp_path_factory.mktemp("home"))
    assert walk.follow((TOP / "docs/guide/tutorial.md").read_text(encoding="utf-8")) > 20
    return folder


def test_the_tutorial_can_be_done(tutorial: Path) -> None:
    """Every command of it, with the output that it shows; the alert is on the site."""
    assert "In alert" in (tutorial / "models/build/site/cards/churn/index.html").read_text(encoding="utf-8")

"""The repository generated anew in a temporary folder, once for all tests here."""

import shutil
from pathlib import Path

import pytest

from examples.generate import TOP, generate
from examples.models import RECIPES, Trained, train

#: What people write; the command reads it and writes all the rest.
WRITTEN_BY_PEOPLE = ("cards", "monitors")


@pytest.fixture(scope="session")
def anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what people wrote, with everything that the command makes of it."""
    root = tmp_path_factory.mktemp("anew")
    for folder in WRITTEN_BY_PEOPLE:
        shutil.copytree(TOP / folder, root / folder)
    generate(root)
    return root


@pytest.fixture(scope="session", params=list(RECIPES))
def trained(request: pytest.FixtureRequest) -> Trained:
    """Each example model."""
    return train(RECIPES[request.param])


@pytest.fixture(scope="session", params=[name for name, recipe in RECIPES.items() if recipe.problem != "regression"])
def classifier(request: pytest.FixtureRequest) -> Trained:
    """Each example model that tells classes apart."""
    return train(RECIPES[request.param])

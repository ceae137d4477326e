"""Adding files to trees, against git's own index as the judge."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlgov.adapters.git.commands import GitCommands
from mlgov.adapters.git.trees import add_files
from tests.git_world import GitWorld, new_world

PATHS = st.lists(st.sampled_from(["d", "e", "f.d", "f"]), min_size=1, max_size=4).map(
    lambda parts: "/".join(parts) + ".x"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """One repository for all examples: trees do not get into each other's way."""
    return new_world(tmp_path_factory.mktemp("trees") / "world")


def by_index(world: GitWorld, paths: set[str], blob: str, scratch: Path) -> str:
    """The same tree through git's index."""
    scratch.unlink(missing_ok=True)
    listing = "".join(f"100644 {blob}\t{path}\n" for path in sorted(paths)).encode()
    world.git("update-index", "--index-info", stdin=listing, GIT_INDEX_FILE=str(scratch))
    return world.git("write-tree", GIT_INDEX_FILE=str(scratch))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(PATHS, min_size=1, max_size=6), min_size=1, max_size=3))
def test_trees_are_those_that_git_writes(world: GitWorld, tmp_path: Path, steps: list[set[str]]) -> None:
    """Step by step, for any nesting; git sorts folders as if their names ended in a slash."""
    commands, blob = GitCommands(world.root), world.git("hash-object", "-w", "--stdin", stdin=b"x")
    tree, known = None, set()
    for step in steps:
        tree = add_files(commands, tree, dict.fromkeys(step, blob))
        known |= step
        assert tree == by_index(world, known, blob, tmp_path / "index")

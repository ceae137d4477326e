"""Reading the index without git: never more than git tracks, and everything in the usual formats."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgov.adapters.git.index import git_folder, tracked_paths
from tests.git_world import GitWorld, new_world

NAMES = ["a", "cards/a.yaml", "cards/ä.yaml", "cards/deep/er/b.yaml", *(f"n/{'x' * length}" for length in range(1, 17))]


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """A repository whose index has paths of every length modulo eight, and one beyond the short length field."""
    world = new_world(tmp_path / "world")
    for name in [*NAMES, "/".join("y" * 200 for _ in range(15)) + "/" + "z" * 200 + "/" + "w" * 100 + "/" + "v" * 100]:
        world.stage("100644", name)
    return world


def tracked_by_git(world: GitWorld, folder: str = "") -> set[str]:
    listed = world.git("ls-files", "-z").split("\0")[:-1]
    return {path.removeprefix(folder) for path in listed if path.startswith(folder)}


@pytest.mark.parametrize("version", ["2", "3"])
def test_the_usual_versions_are_read_in_full(world: GitWorld, version: str) -> None:
    """Version 3 has longer entries for files that are only intended."""
    if version == "3":
        world.write("later", "x")
        world.git("add", "--intent-to-add", "later")
    assert (world.root / ".git/index").read_bytes()[7] == int(version)
    assert tracked_paths(world.root / ".git", "") == tracked_by_git(world)


def test_a_prefix_is_taken_off(world: GitWorld) -> None:
    """And what does not have it is left out."""
    (world.root / "cards").mkdir()
    folder, prefix = git_folder(world.root / "cards") or (Path(), "")
    assert (folder, prefix) == (world.root / ".git", "cards/")
    assert tracked_paths(folder, prefix) == {"a.yaml", "ä.yaml", "deep/er/b.yaml"} == tracked_by_git(world, "cards/")


def test_a_compressed_index_is_left_to_git(world: GitWorld) -> None:
    """Version 4 gives the empty set, and then git is asked."""
    world.git("update-index", "--index-version=4")
    assert tracked_paths(world.root / ".git", "") == frozenset()


def test_a_split_index_gives_no_more_than_git_tracks(world: GitWorld) -> None:
    """Most entries lie in another file."""
    world.git("update-index", "--split-index")
    assert tracked_paths(world.root / ".git", "") <= tracked_by_git(world) | {""}


def test_without_an_index_nothing_is_tracked(tmp_path: Path) -> None:
    """As in a new repository."""
    assert tracked_paths(new_world(tmp_path).root / ".git", "") == frozenset()


def test_without_a_repository_there_is_no_git_folder(tmp_path: Path) -> None:
    """Up to the root of the file system."""
    assert git_folder(tmp_path) is None


@settings(max_examples=300)
@given(st.binary(max_size=400), st.integers(0, 400), st.binary(max_size=8))
def test_damage_never_ends_the_reading(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes, at: int, put: bytes
) -> None:
    """Any bytes give some set of paths."""
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    data = bytearray(b"DIRC\0\0\0\2\0\0\0\5" + tail)
    data[at : at + len(put)] = put
    (folder / "index").write_bytes(data)
    assert isinstance(tracked_paths(folder, ""), frozenset)

"""``mlgov fmt`` on a real repository."""

from pathlib import Path
from typing import Any

import pytest

from mlgov.checks.layout import format_document
from mlgov.cli.main import exit_code_of
from mlgov.documents import load
from mlgov.lifecycle import content_digest
from mlgov.names import FOLDERS
from tests.git_world import GitWorld, new_world

UNTIDY = b"""\
kind: ModelCard
apiVersion: mlgov/v1
lifecycle: {status: approved} # since spring
metadata:
    name: 'churn'
spec:
    intended_uses: {risk_rating: low}
"""
TIDY = b"""\
# yaml-language-server: $schema=../schemas/modelcard.json
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
lifecycle: # since spring
  status: approved
spec:
  intended_uses:
    risk_rating: low
"""


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    """Make a repository with one untidy card."""
    made = new_world(tmp_path)
    made.write("mlgov.toml", "")
    made.write("cards/churn.yaml", UNTIDY)
    return made


@pytest.fixture
def run(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``mlgov fmt`` in the repository; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = exit_code_of(["-C", str(world.root), "fmt", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_documents_are_written_in_canonical_form_once(run: Any, world: GitWorld) -> None:
    """The first run names what it wrote; the second has nothing to do."""
    assert run()[:2] == (0, "cards/churn.yaml\n")
    assert (world.root / "cards/churn.yaml").read_bytes() == TIDY
    assert run() == (0, "", "Every document is in canonical form.\n")


def test_an_approval_stays_valid() -> None:
    """The content digest is the same before and after."""
    documents = [load(data, "x")[0] for data in (UNTIDY, TIDY)]
    assert documents[0] is not None
    assert documents[1] is not None
    assert content_digest(documents[0].value) == content_digest(documents[1].value)


def test_check_lists_and_writes_nothing(run: Any, world: GitWorld) -> None:
    """Exit code 4 says that changes are pending."""
    assert run("--check")[:2] == (4, "cards/churn.yaml\n")
    assert (world.root / "cards/churn.yaml").read_bytes() == UNTIDY


def test_diff_shows_and_writes_nothing(run: Any, world: GitWorld) -> None:
    """The diff can be read and applied by others."""
    code, out, _ = run("--diff")
    assert code == 4
    assert "--- a/cards/churn.yaml\n+++ b/cards/churn.yaml\n" in out
    assert "-    name: 'churn'\n" in out
    assert (world.root / "cards/churn.yaml").read_bytes() == UNTIDY


def test_a_broken_file_is_reported_and_left_alone(run: Any, world: GitWorld) -> None:
    """It is reported with its place, as check does, and the others are formatted all the same."""
    world.write("cards/broken.yaml", b"a: 1\na: 2\n")
    code, out, err = run()
    assert code == 1
    assert out == "cards/churn.yaml\n"
    assert err.startswith("cards/broken.yaml:2:1: error MLG-D006")
    assert (world.root / "cards/broken.yaml").read_bytes() == b"a: 1\na: 2\n"


def test_a_link_is_reported_and_not_written_through(run: Any, world: GitWorld) -> None:
    """What it points at may be anybody's file."""
    world.write("elsewhere.yaml", UNTIDY)
    world.link("cards/linked.yaml", "../elsewhere.yaml")
    assert run("cards/linked.yaml")[0] == 1
    assert (world.root / "elsewhere.yaml").read_bytes() == UNTIDY


def test_paths_limit_what_is_formatted(run: Any, world: GitWorld) -> None:
    """Only what is named is looked at."""
    world.write("cards/other.yaml", UNTIDY.replace(b"churn", b"other"))
    assert run("cards/other.yaml")[:2] == (0, "cards/other.yaml\n")
    assert (world.root / "cards/churn.yaml").read_bytes() == UNTIDY
    assert run("nowhere")[0] == 2


def test_the_documents_of_this_repository_keep_their_content() -> None:
    """Formatting them is idempotent and changes no digest."""
    top = Path(__file__).parents[2]
    paths = [(path, kind) for folder, kind in FOLDERS.items() for path in (top / folder).glob("*.yaml")]
    assert paths
    for path, kind in paths:
        once = format_document(path.read_bytes(), str(path), kind)
        assert format_document(once, str(path), kind) == once
        before, after = load(path.read_bytes(), "x")[0], load(once, "x")[0]
        assert before is not None
        assert after is not None
        assert content_digest(before.value) == content_digest(after.value)

"""``mlgov schema``."""

from pathlib import Path

import pytest

from mlgov.checks.schemas import schema_files
from mlgov.cli.main import exit_code_of

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder that is a governance repository."""
    (tmp_path / "mlgov.toml").write_text("")
    return tmp_path


def test_schemas_are_written_once(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run writes every file and says so; the second has nothing to do."""
    assert exit_code_of(["-C", str(repository), "schema"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"schemas/{name} written" for name in schema_files()]
    assert {path.name: path.read_bytes() for path in (repository / "schemas").iterdir()} == schema_files()
    assert exit_code_of(["-C", str(repository), "schema"]) == 0
    assert capsys.readouterr().out == ""


def test_check_names_the_stale_file_and_changes_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 4: changes are pending."""
    exit_code_of(["-C", str(repository), "schema"])
    capsys.readouterr()
    (repository / "schemas" / "role.json").write_text("{}")
    assert exit_code_of(["-C", str(repository), "schema", "--check"]) == 4
    assert capsys.readouterr().out == "schemas/role.json is not up to date\n"
    assert (repository / "schemas" / "role.json").read_text() == "{}"


def test_check_of_fresh_schemas_is_clean(repository: Path) -> None:
    """Exit code 0."""
    exit_code_of(["-C", str(repository), "schema"])
    assert exit_code_of(["-C", str(repository), "schema", "--check"]) == 0


def test_another_folder_needs_no_repository(tmp_path: Path) -> None:
    """With -o the schemas go anywhere, relative to -C."""
    assert exit_code_of(["-C", str(tmp_path), "schema", "-o", "out"]) == 0
    assert len(list((tmp_path / "out").iterdir())) == len(schema_files())


def test_without_a_repository_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Outside of a governance repository there is no schemas/ folder to write."""
    assert exit_code_of(["-C", str(tmp_path), "schema"]) == 2
    assert "mlgov init" in capsys.readouterr().err


def test_the_schemas_of_this_repository_are_fresh() -> None:
    """What is committed is what the code says."""
    for name, data in schema_files().items():
        assert (REPOSITORY / "schemas" / name).read_bytes() == data, f"run 'mlgov schema': {name} is stale"

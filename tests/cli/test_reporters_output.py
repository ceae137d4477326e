"""Which report goes where."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mlgov.cli.app import App
from mlgov.cli.reporters import ReportCommand, Target, render, targets, write_reports
from mlgov.errors import OutsideError, UsageError
from tests.cli.findings import CONTEXT, ORDINARY


@click.command(cls=ReportCommand)
@click.option("--other", multiple=True)
@click.argument("paths", nargs=-1)
def report(other: tuple[str, ...], paths: tuple[str, ...], targets: list[Target]) -> None:
    """Report."""
    for target in targets:
        click.echo(f"{target.format}:{target.path}")


def said(*arguments: str, env: dict[str, str] | None = None) -> list[str]:
    """Run the command above and give what it was told to write."""
    result = CliRunner().invoke(report, arguments, env={"GITHUB_ACTIONS": None, **(env or {})})
    return result.output.splitlines() if result.exit_code == 0 else [f"exit {result.exit_code}", result.output]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["text:None"]),
        (["-f", "json"], ["json:None"]),
        (["-o", "a.txt"], ["text:a.txt"]),
        (["-o", "a.json", "-f", "json"], ["json:a.json"]),
        (["-f", "text", "-f", "sarif", "-o", "a.sarif"], ["text:None", "sarif:a.sarif"]),
        (["-f", "sarif", "-o", "a.sarif", "-f", "text"], ["sarif:a.sarif", "text:None"]),
        (["-f", "json", "-o", "-", "--format=junit", "--output=b.xml", "p"], ["json:None", "junit:b.xml"]),
        (["--other", "x", "-fjson", "-oa", "--other", "y", "-f", "text"], ["json:a", "text:None"]),
    ],
)
def test_a_file_belongs_to_the_format_before_it(arguments: list[str], expected: list[str]) -> None:
    """Pairs follow the order of the command line, also among other options."""
    assert said(*arguments) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["-f", "json", "-f", "text"],
        ["-f", "json", "-o", "a", "-f", "text", "-o", "a"],
        ["-f", "json", "-o", "a", "-o", "b"],
        ["-f", "pdf"],
    ],
)
def test_what_does_not_pair_is_a_usage_error(arguments: list[str]) -> None:
    """Two reports in one place, a file without a format and an unknown format are refused."""
    assert said(*arguments)[0] == "exit 2"


def test_github_actions_gets_annotations_by_itself() -> None:
    """The format is github when the run is in Actions and nobody chose one."""
    inside = {"GITHUB_ACTIONS": "true"}
    assert said(env=inside) == ["github:None"]
    assert said("-f", "text", env=inside) == ["text:None"]
    assert said("-o", "a.txt", env=inside) == ["text:a.txt"]


def test_files_are_relative_to_the_chosen_folder(tmp_path: Path) -> None:
    """-C moves the output files as well."""
    assert targets([("format", "json"), ("output", "a.json")], {}, tmp_path) == [Target("json", tmp_path / "a.json")]
    app = App(directory=tmp_path, frozen_now=None, no_color=False, quiet=False)
    result = CliRunner().invoke(report, ["-f", "json", "-o", "a.json"], obj=app)
    assert result.output == f"json:{tmp_path / 'a.json'}\n"


def test_reports_are_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One run writes text to standard output and SARIF to a file, and leaves nothing beside it."""
    place = tmp_path / "reports" / "a.sarif"
    place.parent.mkdir()
    write_reports(ORDINARY, [Target("text"), Target("sarif", place)], CONTEXT)
    assert capsys.readouterr().out == render(ORDINARY, "text", context=CONTEXT)
    assert place.read_text() == render(ORDINARY, "sarif", context=CONTEXT)
    assert list(place.parent.iterdir()) == [place]


def test_a_file_that_cannot_be_written_is_an_outside_error(tmp_path: Path) -> None:
    """The environment is at fault, and no part of a file is left."""
    with pytest.raises(OutsideError, match="could not be written"):
        write_reports(ORDINARY, [Target("json", tmp_path / ("a" * 300))], CONTEXT)
    for place in (tmp_path, tmp_path / "missing" / "a.json"):
        with pytest.raises(UsageError):
            write_reports(ORDINARY, [Target("json", place)], CONTEXT)
    assert list(tmp_path.iterdir()) == []

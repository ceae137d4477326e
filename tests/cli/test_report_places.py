"""Where reports may go: every command with -o asks the same."""

from pathlib import Path

import pytest

from mlgov.cli.main import exit_code_of
from tests.cli.card.card_world import NOW, CardWorld, card, new_card_world

COMMANDS = (
    "check -f json",
    "dashboard",
    "events",
    "card show draft -f yaml",
    "card diff",
    "card coverage",
    "card coverage draft -f json",
    "card evaluate draft -f json",
    "card export draft --to json",
    "card pack draft",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> CardWorld:
    """Cards under git."""
    return new_card_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("place", ["cards/draft.yaml", "mlgov.toml"])
def test_no_command_writes_its_report_onto_what_governs(
    world: CardWorld, command: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so and exits with 2; the file stays as it is."""
    before = (world.here.root / place).read_bytes()
    code = exit_code_of(["-C", str(world.here.root), "--now", NOW, *command.split(), "-o", place])
    assert (code, (world.here.root / place).read_bytes()) == (2, before)
    assert "name another file" in capsys.readouterr().err


def test_events_are_not_appended_to_a_card(world: CardWorld) -> None:
    """A sink is a place like any other."""
    run = ["-C", str(world.here.root), "events", "--sink", "jsonl:cards/draft.yaml"]
    assert exit_code_of(run) == 2
    assert (world.here.root / "cards/draft.yaml").read_text() == card("draft", "draft")


def test_a_folder_that_is_not_there_is_not_made(world: CardWorld, tmp_path: Path) -> None:
    """It may be a slip."""
    place = tmp_path / "nonexist" / "x"
    assert world.run("export", "draft", "--to", "json", "-o", str(place)) == 2
    assert not place.parent.exists()

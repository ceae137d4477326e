"""Writing drafts that came from an account."""

from pathlib import Path

from mlgov.cli.card.pulling import NewCard, write_cards


def card(path: str) -> NewCard:
    """Make a card to be written."""
    return NewCard("churn", path, b"new", ())


def test_a_failure_ends_the_writing_and_tells_what_was_written(tmp_path: Path) -> None:
    """What comes after it is not tried."""
    (tmp_path / "blocked").write_text("a file")
    cards = [card("cards/a.yaml"), card("blocked/b.yaml"), card("cards/c.yaml")]
    written, trouble = write_cards(tmp_path, cards)
    assert written == cards[:1]
    assert trouble is not None
    assert [path.name for path in (tmp_path / "cards").iterdir()] == ["a.yaml"]


def test_a_file_that_came_meanwhile_stays(tmp_path: Path) -> None:
    """Even one that was not there when the account was read."""
    (tmp_path / "a.yaml").write_text("mine")
    written, trouble = write_cards(tmp_path, [card("a.yaml")])
    assert (written, trouble is None) == ([], False)
    assert (tmp_path / "a.yaml").read_text() == "mine"

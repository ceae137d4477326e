"""Events as lines of a file."""

import json
from pathlib import Path

from mlgov.adapters.jsonl_messages import JsonlMessages
from tests.fakes.messages import messages


def ids(file: Path) -> list[str]:
    """Read the ids of a file's lines."""
    return [json.loads(line)["id"] for line in file.read_text().splitlines()]


def test_a_replay_adds_nothing(tmp_path: Path) -> None:
    """Only what is not there yet is added, behind what is there."""
    file = tmp_path / "events.jsonl"
    JsonlMessages(file).deliver(messages(2))
    before = file.read_bytes()
    JsonlMessages(file).deliver(messages(3))
    assert file.read_bytes().startswith(before)
    assert ids(file) == ["id-1", "id-2", "id-3"]


def test_a_line_that_broke_off_is_left_alone(tmp_path: Path) -> None:
    """The next line does not stick to it, and its event is written again."""
    file = tmp_path / "events.jsonl"
    file.write_bytes(messages(1)[0].data()[:20])
    JsonlMessages(file).deliver(messages(1))
    broken, whole = file.read_text().splitlines()
    assert (len(broken), json.loads(whole)["id"]) == (20, "id-1")


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """Every event is told."""
    lost = JsonlMessages(tmp_path).deliver(messages(2))
    assert [one.id for one in lost] == ["id-1", "id-2"]
    assert "could not be written" in lost[0].reason

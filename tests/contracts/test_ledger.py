"""What every ledger must do: the one in memory, and git's adapter with and without a remote."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from mlgov.errors import LedgerError
from mlgov.ports import FILE_LIMIT_BYTES, Ledger
from tests.fakes.ledger import MemoryLedger
from tests.git_world import clone, new_world

AT = datetime(2026, 6, 1, 6, tzinfo=UTC)


@dataclass
class World:
    """A ledger and what happens around it.

    Attributes:
        ledger: The ledger.
        others_record: Record something elsewhere and hand it to the remote.
        cut_off: Make the remote unreachable.
    """

    ledger: Ledger
    others_record: Callable[[str, bytes], None]
    cut_off: Callable[[], None]


def _memory_world() -> World:
    ledger = MemoryLedger()

    def others_record(path: str, data: bytes) -> None:
        ledger.elsewhere[path] = data

    def cut_off() -> None:
        ledger.unreachable = True

    return World(ledger, others_record, cut_off)


def _git_world(folder: Path) -> World:
    remote = new_world(folder / "remote.git", "--bare")
    here, there = clone(remote.root, folder / "here"), clone(remote.root, folder / "there")
    other = GitLedger(there.root, branch="mlgov-ledger", remote="origin")

    def others_record(path: str, data: bytes) -> None:
        other.append({path: data}, message="theirs", at=AT)

    def cut_off() -> None:
        remote.root.rename(folder / "gone.git")

    return World(GitLedger(here.root, branch="mlgov-ledger", remote="origin"), others_record, cut_off)


@pytest.fixture(params=["memory", "git"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A ledger of each sort that shares a remote with others."""
    return _memory_world() if request.param == "memory" else _git_world(tmp_path)


@pytest.fixture(params=["memory", "git"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """A ledger of each sort without a remote."""
    if request.param == "memory":
        return MemoryLedger()
    return GitLedger(new_world(tmp_path / "here").root, branch="mlgov-ledger", remote="origin")


def test_a_new_ledger_is_empty(ledger: Ledger) -> None:
    """Reading before the first record gives nothing."""
    assert ledger.records("") == {}


def test_records_come_back_as_they_went_in(ledger: Ledger) -> None:
    """Byte for byte, in the order of their paths, whatever they hold."""
    records = {"b/x.json": b"\0\xff\r\n", "a/x.json": b"", "a-b.json": b"3", "a/x/y.json": b"4" * 100_000}
    ledger.append(records, message="several", at=AT)
    assert list(ledger.records("").items()) == sorted(records.items())


def test_a_prefix_selects_by_the_start_of_the_path(ledger: Ledger) -> None:
    """With or without a slash at its end; a prefix that fits nothing gives nothing."""
    ledger.append(dict.fromkeys(("a/b/1", "a/b/2", "a/bc/3", "d"), b"x"), message="several", at=AT)
    assert list(ledger.records("a/b/")) == ["a/b/1", "a/b/2"]
    assert list(ledger.records("a/b")) == ["a/b/1", "a/b/2", "a/bc/3"]
    assert list(ledger.records("d")) == ["d"]
    assert ledger.records("d/") == ledger.records("zzz/") == ledger.records("../") == {}


def test_some_records_can_be_named(ledger: Ledger) -> None:
    """Those named come, in order; what is not there, or starts otherwise, does not."""
    ledger.append(dict.fromkeys(("a/1", "a/2", "b"), b"x"), message="several", at=AT)
    assert list(ledger.records("a/", {"a/2", "a/9", "b"})) == ["a/2"]
    assert ledger.records("a/", ()) == {}


def test_each_append_is_a_step_of_its_own(ledger: Ledger) -> None:
    """And earlier records stay."""
    first = ledger.append({"a": b"1"}, message="first", at=AT)
    second = ledger.append({"b": b"2"}, message="second", at=AT)
    assert first != second
    assert ledger.records("") == {"a": b"1", "b": b"2"}


def test_the_same_record_again_changes_nothing(ledger: Ledger) -> None:
    """It gives the newest step, so a job that is run again after a crash is harmless."""
    ledger.append({"a": b"1"}, message="first", at=AT)
    second = ledger.append({"b": b"2"}, message="second", at=AT)
    assert ledger.append({"a": b"1"}, message="again", at=AT) == second


def test_a_step_adds_what_is_new_among_what_is_known(ledger: Ledger) -> None:
    """A half known set of records is completed."""
    ledger.append({"a/1": b"1"}, message="first", at=AT)
    ledger.append({"a/1": b"1", "a/2": b"2"}, message="second", at=AT)
    assert ledger.records("a/") == {"a/1": b"1", "a/2": b"2"}


def test_a_record_never_changes(ledger: Ledger) -> None:
    """Other bytes at a known path are refused, and with them the whole step."""
    ledger.append({"a/1": b"1"}, message="first", at=AT)
    with pytest.raises(LedgerError, match=r"a/1 cannot be added.*other bytes"):
        ledger.append({"a/0": b"0", "a/1": b"changed"}, message="second", at=AT)
    assert ledger.records("") == {"a/1": b"1"}


@pytest.mark.parametrize(("first", "second"), [("a", "a/b"), ("a/b", "a"), ("a/b/c", "a/b"), ("a/b", "a/b/c/d")])
def test_a_name_is_a_record_or_a_folder(ledger: Ledger, first: str, second: str) -> None:
    """Never both: neither over time nor within a step."""
    ledger.append({first: b"1"}, message="first", at=AT)
    with pytest.raises(LedgerError, match=r"cannot be added"):
        ledger.append({second: b"1"}, message="second", at=AT)
    with pytest.raises(LedgerError, match=r"cannot lie below"):
        ledger.append({f"x/{first}": b"1", f"x/{second}": b"2"}, message="both", at=AT)
    assert ledger.records("") == {first: b"1"}


ESCAPING = ["", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", ".", "a/./b", ".git/config", "a/.git", "-rf"]
STRANGE = ["a\nb", "a\n", "a\0b", "a b", "ä", "a\\b", "C:a", "a\u202eb", "a*", '"a"', "x" * 128, "/".join("x" * 17)]


@pytest.mark.parametrize("path", [*ESCAPING, *STRANGE])
def test_a_path_that_could_do_harm_is_refused(ledger: Ledger, path: str) -> None:
    """Nothing that leaves the ledger, hides, or means something to a shell or a file system."""
    with pytest.raises(LedgerError, match="no path for a record"):
        ledger.append({path: b"x"}, message="bad", at=AT)
    assert ledger.records("") == {}


def test_a_record_has_a_largest_size(ledger: Ledger) -> None:
    """What is beyond could not be read back."""
    ledger.append({"whole": bytes(FILE_LIMIT_BYTES)}, message="fits", at=AT)
    with pytest.raises(LedgerError, match="the limit is"):
        ledger.append({"large": bytes(FILE_LIMIT_BYTES + 1)}, message="does not", at=AT)
    assert len(ledger.records("whole")["whole"]) == FILE_LIMIT_BYTES


def test_nothing_to_append_is_an_error(ledger: Ledger) -> None:
    """A step holds at least one record."""
    with pytest.raises(LedgerError, match="no record"):
        ledger.append({}, message="nothing", at=AT)


def test_the_time_of_a_step_needs_a_zone(ledger: Ledger) -> None:
    """A time without a zone would mean something else on another machine."""
    with pytest.raises(ValueError, match="aware"):
        ledger.append({"a": b"1"}, message="first", at=datetime(2026, 6, 1))  # noqa: DTZ001 - that is the test


def test_refreshing_without_a_remote_does_nothing(ledger: Ledger) -> None:
    """A ledger may be local for ever."""
    ledger.append({"a": b"1"}, message="first", at=AT)
    ledger.refresh()
    assert ledger.records("") == {"a": b"1"}


def test_a_refresh_brings_what_others_recorded(world: World) -> None:
    """Before the first record of ours and afterwards, and ours stay."""
    world.others_record("theirs/1", b"1")
    world.ledger.refresh()
    assert world.ledger.records("") == {"theirs/1": b"1"}
    world.ledger.append({"ours/1": b"1"}, message="ours", at=AT)
    world.others_record("theirs/2", b"2")
    world.ledger.refresh()
    assert list(world.ledger.records("")) == ["ours/1", "theirs/1", "theirs/2"]


def test_without_the_remote_a_record_is_kept_here_and_the_error_says_so(world: World) -> None:
    """The caller learns both: it is recorded, and the others do not have it yet."""
    world.cut_off()
    with pytest.raises(LedgerError, match=r"Recorded here as .* but not pushed") as caught:
        world.ledger.append({"a": b"1"}, message="first", at=AT)
    assert len(caught.value.recorded) == 40
    assert world.ledger.records("") == {"a": b"1"}


def test_refreshing_without_an_answer_is_an_error(world: World) -> None:
    """Silence is not the same as no news."""
    world.cut_off()
    with pytest.raises(LedgerError, match="could not be read"):
        world.ledger.refresh()

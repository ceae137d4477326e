"""Files that are written whole, by one writer at a time."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mlgov.errors import OutsideError, UsageError
from mlgov.files import create_file, one_writer, replace_file, write_file, write_report


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """The new bytes are there and nothing else is left in the folder."""
    path = tmp_path / "new" / "report.txt"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["report.txt"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What the link leads to is written."""
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """A pipe or a device is never replaced by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_file(pipe, b"report")
    reader.join()
    assert read == [b"report"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_the_null_device_survives() -> None:
    """Output that nobody wants may be thrown away, as root too."""
    write_file(Path(os.devnull), b"report")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_folder_in_the_way_is_an_error(tmp_path: Path) -> None:
    """Nothing is half-written, and the caller is asked for a file."""
    with pytest.raises(UsageError, match="is a folder"):
        write_file(tmp_path, b"report")
    assert list(tmp_path.iterdir()) == []


def test_creating_never_overwrites(tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    (tmp_path / "x").write_bytes(b"mine")
    with pytest.raises(OutsideError):
        create_file(tmp_path / "x", b"theirs")
    assert (tmp_path / "x").read_bytes() == b"mine"


def test_what_somebody_else_has_changed_is_not_replaced(tmp_path: Path) -> None:
    """Nor is what somebody has taken away."""
    path = tmp_path / "x"
    path.write_bytes(b"theirs")
    with pytest.raises(OutsideError, match="changed meanwhile"):
        replace_file(path, b"mine", b"new")
    assert path.read_bytes() == b"theirs"
    path.unlink()
    with pytest.raises(OutsideError, match="changed meanwhile"):
        replace_file(path, b"theirs", b"new")
    assert not path.exists()


def test_one_writer_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one waits; it gives up at last, and nothing is left in the folder."""
    monkeypatch.setattr("mlgov.files.WAIT_SECONDS", 0.2)
    with one_writer(tmp_path), pytest.raises(OutsideError, match="Another mlgov"), one_writer(tmp_path):
        pass
    with one_writer(tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_a_writer_that_dies_keeps_nobody_waiting(tmp_path: Path) -> None:
    """The system takes its lock away."""
    code = "import os, sys, pathlib, mlgov.files as f; l = f.one_writer(pathlib.Path(sys.argv[1])); l.__enter__(); "
    subprocess.run([sys.executable, "-c", code + "os.kill(os.getpid(), 9)", str(tmp_path)], check=False)
    with one_writer(tmp_path):
        pass


GOVERNED = (
    "mlgov.toml",
    "cards/churn.yaml",
    "cards/report.md",
    "roles/x.yaml",
    "monitors/x.yaml",
    "approvals/cards/churn/a.json",
    "schemas/modelcard.json",
    "templates/cards/x.yaml",
    "evidence/churn/report.json",
    ".git/config",
)


@pytest.fixture
def governed(tmp_path: Path) -> Path:
    """A governance repository with one file everywhere."""
    for path in GOVERNED:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"mine")
    return tmp_path


@pytest.mark.parametrize("path", GOVERNED)
def test_no_report_goes_onto_what_governs(governed: Path, path: str) -> None:
    """Neither by its own path nor by a link; the file stays as it is."""
    (governed / "link").symlink_to(path)
    for place in (governed / path, governed / "link", governed / "cards" / ".." / path):
        with pytest.raises(UsageError, match="no place for a report"):
            write_report(place, b"report")
    assert (governed / path).read_bytes() == b"mine"


def test_a_report_goes_anywhere_else(governed: Path) -> None:
    """Into the repository, beside the evidence that is there, and outside."""
    for path in ("report.md", "evidence/churn/new.json", "docs"):
        write_report(governed / path, b"report")
        assert (governed / path).read_bytes() == b"report"


def test_a_report_makes_no_folder_that_was_mistyped(tmp_path: Path) -> None:
    """Unless it was asked for one."""
    with pytest.raises(UsageError, match="no folder"):
        write_report(tmp_path / "rport" / "x", b"report")
    assert list(tmp_path.iterdir()) == []
    write_report(tmp_path / "new" / "x", b"report", make_folder=True)
    assert (tmp_path / "new/x").read_bytes() == b"report"

"""Files that commands write."""

import os
import stat
import threading
from pathlib import Path

import pytest

from mlgov.cli.files import create_file, write_file
from mlgov.errors import OutsideError, UsageError


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

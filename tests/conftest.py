"""What holds for all tests."""

import os
import signal
import tempfile
from pathlib import Path

from hypothesis import settings

# The adapters run the real git; the settings of whoever runs the tests must not steer it.
os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
os.environ["GIT_CONFIG_NOSYSTEM"] = "1"

# Some tests press Ctrl-C. What is started in the background inherits that it is ignored, and hands that on.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's business: a busy one is no mistake.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")

# Every repository of a test waits for the disk at each commit. Nothing here outlives the tests, so memory will do.
MEMORY = Path("/dev/shm")  # noqa: S108  (only the root of folders that pytest makes)


def _is_roomy(folder: Path) -> bool:
    """Whether tests can write there, run what they wrote, and have 4 GB for it."""
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    found = os.statvfs(folder)
    return not found.f_flag & os.ST_NOEXEC and found.f_bavail * found.f_frsize > 4e9


if _is_roomy(MEMORY):
    os.environ.setdefault("TMPDIR", str(MEMORY))
    tempfile.tempdir = None  # ask anew

"""Comparing two windows of 1M rows x 20 columns: ``mlgov monitor compare`` beside its floor and three peers."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Cost, Program, alternate

ROWS = 1_000_000
TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns"
FLOOR = "floor: PyArrow decodes both files, one thread"
BARE = "bare counts: decode, sort, look up; one thread"
NANNYML = "NannyML univariate drift (KS, chi2)"
#: Peer -> its script and a word that proves that it did the work.
PEERS = {
    NANNYML: ("peer_nannyml.py", "num_00"),
    "whylogs profiles": ("peer_whylogs.py", "num_00"),
    "Evidently DataDriftPreset": ("peer_evidently.py", "ValueDrift"),
}
WORK = (
    "12 numeric columns (heavy tails, nulls, three far outliers in a million) and 8 categorical ones of 3 to 5,000 "
    "values; one numeric column is shifted by half a standard deviation. mlgov reads the reference (to learn bins, and "
    "its numbers once more to count in them) and the current file, and judges every column. The floor reads all "
    "columns of both files, to Arrow. The peers run once: they are far away."
)
HERE = Path(__file__).parent


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure all programs on it."""
    files = windows(folder, ROWS)
    return alternate(ours_and_floor(files), rounds, folder) | alternate(peers_on(files), 1, folder)


def peers_on(files: list[str], names: Iterable[str] = PEERS) -> list[Program]:
    """Give peers, installed."""
    python = str(peer_python(HERE / ".work"))
    return [Program(name, [python, str(HERE / PEERS[name][0]), *files], says=PEERS[name][1]) for name in names]


def windows(folder: Path, rows: int) -> list[str]:
    """Make both files, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "reference.parquet", folder / "current.parquet"]
    if not files[1].exists():
        subprocess.run([sys.executable, str(HERE / "make_windows.py"), str(rows), str(folder)], check=True)
    return [str(file) for file in files]


def ours_and_floor(files: list[str]) -> list[Program]:
    """Give mlgov and the least that any program must do."""
    mlgov = str(Path(sys.executable).parent / "mlgov")
    return [
        Program("mlgov monitor compare", [mlgov, "monitor", "compare", *files], (1,), "num_00"),
        Program(FLOOR, [sys.executable, str(HERE / "decode_parquet.py"), *files], says="rows"),
    ]


def bare(files: list[str]) -> Program:
    """Give the barest comparison: counts in fixed bins, and nothing else."""
    return Program(BARE, [sys.executable, str(HERE / "bare_counts.py"), *files], says="numbers counted")


def peer_python(work: Path) -> Path:
    """Install the peers into an environment of their own (they need an older pandas) and give its Python."""
    environment = work / "peers"
    python = environment / "bin" / "python"
    if not (environment / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        uv = str(Path(sys.executable).parent / "uv")
        lock = str(HERE / "peers.lock")
        install = [uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "-r", lock]
        subprocess.run(install, check=True)
        (environment / ".installed").touch()
    return python

"""Comparing two windows of 1M rows x 20 columns: ``mlgov monitor compare`` beside Evidently's data drift preset."""

import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Cost, Program, alternate

ROWS = 1_000_000
TITLE = f"Comparing two Parquet files of {ROWS:,} rows x 20 columns"
PEER = "Evidently DataDriftPreset"
WORK = (
    "12 numeric columns (heavy tails, nulls, three far outliers) and 8 categorical ones of 3 to 5,000 values; one "
    "numeric column is shifted by half a standard deviation. Both programs read both files and judge every column."
)
HERE = Path(__file__).parent


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the data in ``folder`` and measure both programs on it."""
    folder.mkdir(parents=True, exist_ok=True)
    reference, current = folder / "reference.parquet", folder / "current.parquet"
    if not current.exists():
        subprocess.run([sys.executable, str(HERE / "make_windows.py"), str(ROWS), str(folder)], check=True)
    mlgov = str(Path(sys.executable).parent / "mlgov")
    peer = peer_python(HERE / ".work")
    programs = [
        Program("mlgov monitor compare", [mlgov, "monitor", "compare", str(reference), str(current)], (1,), "num_00"),
        Program(PEER, [str(peer), str(HERE / "peer_evidently.py"), str(reference), str(current)], says="ValueDrift"),
    ]
    return alternate(programs, rounds, folder)


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

"""Spark and Dask as clusters of processes on this machine: the bytes of the embedded engine."""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.errors import TablesError
from mlgov.monitors.profile import render
from mlgov.monitors.windows import Reading, RowCounter, Selection
from tests.monitors.test_readings import traffic

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-engines/bin/python"
SPARK = ROOT / ".venv-engines/bin/spark-class"
DEPLOY = "org.apache.spark.deploy"
START_S = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """31 shuffled files, and six of which two are damaged."""
    folder = tmp_path_factory.mktemp("data")
    rows = traffic(20_000)
    order = np.random.default_rng(3).permutation(len(rows))
    (folder / "whole").mkdir()
    for number, chosen in enumerate(np.array_split(order, 31)):
        pq.write_table(rows.take(pa.array(chosen)), folder / f"whole/{number:02d}.parquet")
    (folder / "text").mkdir()
    for number in range(6):
        (folder / f"text/{number}.csv").write_text("a,b\n1,2\n" + "3\n" * (number in (2, 4)))
    return folder


def expected(folder: Path) -> list[str]:
    """What every engine must say of both sources."""
    lines = []
    tables = ArrowTables(folder, threads=1)
    for uri in ("whole", "text"):
        source = Reading(tables, uri, Selection())
        try:
            found = render(source.profile(source.learn(RowCounter(), rows_per_bin=5), RowCounter()))
            lines += [f"digest {hashlib.sha256(found).hexdigest()}", "elsewhere True"]
        except TablesError as error:
            lines.append(f"error {type(error).__name__} {error.message}")
    return lines


def taken_in(engine: str, folder: Path) -> list[str]:
    """Ask an engine for both sources, in a process of its own."""
    assert PYTHON.exists(), "The engines are missing: run 'make .venv-engines/.installed'."
    ran = subprocess.run(
        [PYTHON, "tests/peers/take_in.py", engine, str(folder), "whole", "text"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout.splitlines()


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": str(PYTHON), "SPARK_LOCAL_IP": "127.0.0.1"}


@contextmanager
def spark(folder: Path) -> Iterator[str]:
    """A standalone cluster: a master and a worker, ended by their ids."""
    assert SPARK.exists(), "The engines are missing: run 'make .venv-engines/.installed'."
    log = folder / "master.log"
    started = [_started(log, "master.Master", "--port", "0")]
    try:
        address = _said(log, started[0], "spark://127.0.0.1:")
        started.append(_started(folder / "worker.log", "worker.Worker", "--cores", "2", "-d", str(folder), address))
        _said(folder / "worker.log", started[1], "Successfully")
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)


def _started(log: Path, role: str, *options: str) -> "subprocess.Popen[bytes]":
    command = [SPARK, f"{DEPLOY}.{role}", "--host", "127.0.0.1", "--webui-port", "0", *options]
    with log.open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, env=environment())


def _said(log: Path, process: "subprocess.Popen[bytes]", start: str) -> str:
    for _ in range(START_S * 10):
        said = [word for word in log.read_text(errors="replace").split() if word.startswith(start)]
        if said:
            return said[-1].rstrip(",.")
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    pytest.fail(f"It did not start: {log.read_text()}")


def test_dask_gives_the_same_bytes_and_errors(folder: Path) -> None:
    """Two worker processes; the first damaged file is the one that is told."""
    assert taken_in("dask", folder) == expected(folder)


def test_spark_gives_the_same_bytes_and_errors(folder: Path, tmp_path: Path) -> None:
    """A standalone master with a worker; parts are read by its executor's Python processes."""
    with spark(tmp_path) as address:
        assert taken_in(address, folder) == expected(folder)

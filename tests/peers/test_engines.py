"""Spark and Dask as clusters of processes on this machine: the bytes of the embedded engine."""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlgov.adapters.arrow_tables import ArrowTables
from mlgov.errors import TablesError
from mlgov.monitors.profile import render
from mlgov.monitors.windows import Reading, RowCounter, Selection
from tests.git_world import GitWorld, new_world
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


# Runs


MONITORS = """\
apiVersion: mlgov/v1
kind: MonitorSet
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  model: churn
  monitors:
    - name: data-quality
      monitoring_type: data_quality
      source: {uri: traffic, event_time: at}
      baseline: baselines/churn/data-quality
"""


def mlgov(world: GitWorld, *arguments: str) -> None:
    """Run mlgov among the engines, five minutes after the traffic's day."""
    command = [PYTHON, "-m", "mlgov", "-C", str(world.root), "--now", "2026-11-17T00:05:00Z", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=300)
    assert ran.returncode in (0, 1), ran.stderr[-3000:]


def monitored(folder: Path) -> GitWorld:
    """A repository with a day of traffic in 9 files and a baseline."""
    world = new_world(folder / "world")
    rows = traffic(9_000)
    seconds = np.random.default_rng(5).integers(0, 86_400, len(rows)) + int(
        datetime(2026, 11, 16, tzinfo=UTC).timestamp()
    )
    timed = rows.drop_columns(["at"]).append_column("at", pa.array(seconds * 1_000_000, pa.timestamp("us", tz="UTC")))
    (world.root / "traffic").mkdir()
    for number, places in enumerate(np.array_split(np.arange(len(rows)), 9)):
        pq.write_table(timed.take(pa.array(places)), world.root / f"traffic/{number}.parquet")
    world.write("mlgov.toml", "")
    world.write("monitors/churn.yaml", MONITORS)
    mlgov(world, "monitor", "baseline", "churn", "--from", str(world.root / "traffic"))
    return world


def recorded(world: GitWorld, settings: str, *options: str) -> str:
    """Run what is due with some settings; gives the commit of the ledger, which is gone afterwards."""
    world.write("mlgov.toml", settings)
    mlgov(world, "monitor", "run", "--due", *options)
    tip = world.git("rev-parse", "mlgov-ledger")
    world.git("update-ref", "-d", "refs/heads/mlgov-ledger")
    return tip


@contextmanager
def dask(folder: Path) -> Iterator[str]:
    """A scheduler with two workers, ended by their ids."""
    program = PYTHON.with_name("dask")
    assert program.exists(), "The engines are missing: run 'make .venv-engines/.installed'."
    where = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [_dask(folder / "scheduler.log", program, "scheduler", "--port", "0", *where)]
    try:
        address = _said(folder / "scheduler.log", started[0], "tcp://127.0.0.1:")
        options = ["--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder), *where]
        started.append(_dask(folder / "workers.log", program, "worker", address, *options))
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)


def _dask(log: Path, program: Path, *options: str) -> "subprocess.Popen[bytes]":
    with log.open("wb") as out:
        return subprocess.Popen([program, *options], stdout=out, stderr=out, env=environment())


def test_a_run_on_dask_records_the_same_bytes(tmp_path: Path) -> None:
    """By the settings and by the option: the ledger's commit is that of this process."""
    world = monitored(tmp_path)
    here = recorded(world, "")
    with dask(tmp_path) as address:
        assert recorded(world, f'[monitors]\nengine = "dask"\nengine_address = "{address}"\n') == here
        assert recorded(world, "", "--engine", address) == here
    nobody = '[monitors]\nengine = "dask"\nengine_address = "tcp://127.0.0.1:9"\n'
    assert recorded(world, nobody, "--engine", "") == here


def test_a_run_on_spark_records_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address in the settings; what else Spark needs is in its own configuration."""
    world = monitored(tmp_path)
    here = recorded(world, "")
    lines = [f"spark.executorEnv.PYTHONPATH {ROOT}", "spark.executor.memory 512m", "spark.driver.host 127.0.0.1"]
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/spark-defaults.conf").write_text("\n".join(lines) + "\n")
    with spark(tmp_path) as address:
        monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path / "conf"))
        assert recorded(world, f'[monitors]\nengine = "spark"\nengine_address = "{address}"\n') == here

"""Take in a source on an engine: ``python take_in.py ENGINE FOLDER URI [SETTING=VALUE ...]``.

Prints a line for each of: the profile's digest, or the error; the processes that read.
"""

import hashlib
import os
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from mlgov.adapters.dask_tables import DaskTables
from mlgov.adapters.spark_tables import SparkTables
from mlgov.errors import TablesError
from mlgov.monitors.profile import render
from mlgov.monitors.windows import Reading, RowCounter, Selection


def main() -> None:
    """Run what was asked for."""
    engine, folder, *uris = sys.argv[1:]
    if engine == "dask":
        from distributed import LocalCluster

        options: dict[str, Any] = {"processes": True, "dashboard_address": None, "host": "127.0.0.1"}
        with LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster:
            tables = DaskTables(Path(folder), cluster.scheduler_address)
            for uri in uris:
                report(tables, uri)
        return
    here = str(Path(__file__).parents[2])
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executor.memory": "512m",
        "spark.executorEnv.PYTHONPATH": here,
        "spark.default.parallelism": "2",
    }
    spark = SparkTables(Path(folder), engine, settings=settings)
    for uri in uris:
        report(spark, uri)
    spark.close()


def report(tables: Any, uri: str) -> None:
    """Learn from a source and profile it."""
    try:
        source = Reading(tables, uri, Selection())
        layout = source.learn(RowCounter(), rows_per_bin=5)
        print("digest", hashlib.sha256(render(source.profile(layout, RowCounter()))).hexdigest())
        pids = tables.fold(uri, partial(processes, mine=os.getpid()), set.__or__)
        print("elsewhere", len(pids) > 0 and None not in pids)
    except TablesError as error:
        print("error", type(error).__name__, error.message)


def processes(batches: Iterable[pa.RecordBatch], mine: int) -> set[int | None]:
    """Name the process that reads; None for the one that asked."""
    for _ in batches:
        pass
    return {None if os.getpid() == mine else os.getpid()}


if __name__ == "__main__":
    main()

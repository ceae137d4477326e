"""Read two Parquet files on an engine: ``python read_on_engine.py ENGINE plain|mlgov REFERENCE CURRENT``.

ENGINE is spark or dask: two processes of this machine. ``plain`` lets the engine's own reader read every column and do
nothing with it; ``mlgov`` compares the files as ``mlgov monitor compare --engine`` does.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlgov.ports import Tables

if TYPE_CHECKING:
    import pandas as pd

WORKERS = 2
HERE = str(Path(__file__).parents[1])
SPARK_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executorEnv.PYTHONPATH": HERE,
    "spark.ui.enabled": "false",
}


def read_with_spark(files: list[str]) -> None:
    """Scan every column; Spark's "noop" sink takes the rows and drops them."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{WORKERS}]")
    for name, value in SPARK_SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    for file in files:
        session.read.parquet(file).write.format("noop").mode("overwrite").save()
    session.stop()
    print("read")


def read_with_dask(files: list[str]) -> None:
    """Load every partition as a data frame; its length needs all of it, for the columns are asked for by name."""
    import dask.dataframe

    with cluster() as address:
        from distributed import Client

        with Client(address):
            for file in files:
                frame = dask.dataframe.read_parquet(file, split_row_groups=8)
                print(int(frame.map_partitions(_cells, meta=("cells", "int64")).sum().compute()), "cells read")


def _cells(frame: "pd.DataFrame") -> "pd.Series[int]":
    import pandas

    return pandas.Series([frame.shape[0] * frame.shape[1]])


@contextmanager
def cluster() -> Iterator[str]:
    """Start Dask's processes."""
    from distributed import LocalCluster

    options: dict[str, Any] = {"processes": True, "dashboard_address": None, "host": "127.0.0.1"}
    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, **options) as started:
        yield started.scheduler_address


def compare(tables: Tables, files: list[str]) -> None:
    """Compare the files on an engine."""
    from mlgov.monitors.comparing import compare_sources

    print([column.name for column in compare_sources(tables, *files).columns])


def main() -> None:
    """Run what was asked for."""
    engine, work, *files = sys.argv[1:]
    if work == "plain":
        (read_with_spark if engine == "spark" else read_with_dask)(files)
    elif engine == "spark":
        from mlgov.adapters.spark_tables import SparkTables

        tables = SparkTables(Path.cwd(), f"local[{WORKERS}]", settings=SPARK_SETTINGS)
        compare(tables, files)
        tables.close()
    else:
        from mlgov.adapters.dask_tables import DaskTables

        with cluster() as address:
            compare(DaskTables(Path.cwd(), address), files)


if __name__ == "__main__":
    main()

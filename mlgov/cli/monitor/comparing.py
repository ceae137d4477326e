"""``mlgov monitor compare``."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.monitor.repository import address_of, write
from mlgov.cli.options import format_option, output_option
from mlgov.ports.data import DATA_FORMATS

COMPARISONS = ("text", "json", "markdown", "constraint_violations")


@click.command()
@click.argument("reference")
@click.argument("current")
@click.option("--exclude", multiple=True, metavar="COLUMN", help="A column that is not looked at; may be repeated.")
@click.option("--data-format", type=click.Choice(DATA_FORMATS), help="Format of both.")
@click.option(
    "--engine", default="", metavar="ADDRESS", help="A Spark or Dask cluster that reads: spark://… or tcp://…."
)
@format_option(*COMPARISONS)
@output_option
@click.pass_obj
def compare(
    app: App,
    reference: str,
    current: str,
    exclude: Sequence[str],
    data_format: str | None,
    engine: str,
    format_: str,
    output: Path | None,
) -> int:
    """Compare two data files.

    They are judged as a monitor judges a window by its baseline; no repository is needed. Exits with 1 when CURRENT
    has violations.
    """
    from mlgov.monitors.check import Criteria
    from mlgov.monitors.comparing import compare_sources
    from mlgov.monitors.report import COMPARISON_FORMATS
    from mlgov.wiring import tables

    addresses = address_of(app, reference), address_of(app, current)
    criteria = Criteria(ignored=frozenset(exclude))
    found = compare_sources(tables(app.directory, engine), *addresses, criteria, data_format=data_format)
    found = replace(found, reference=reference, current=current)
    write(app, output, COMPARISON_FORMATS[format_](found))
    return int(bool(found.violations))

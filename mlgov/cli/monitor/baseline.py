"""``mlgov monitor baseline``."""

from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.monitor.repository import address_of, one_monitor, read, wanted
from mlgov.errors import UsageError
from mlgov.ports.data import DATA_FORMATS

SEGMENTS = "segments"


@click.command()
@click.argument("name")
@click.option("--monitor", "-m", "which", metavar="MONITOR", help="The monitor, when NAME has several.")
@click.option("--from", "source", required=True, metavar="FILE", help="The reference data: a file, folder or address.")
@click.option("--data-format", type=click.Choice(DATA_FORMATS), help="Format of FILE.")
@click.option("--force", is_flag=True, help="Replace the files that are there.")
@click.pass_obj
def baseline(app: App, name: str, which: str | None, source: str, data_format: str | None, force: bool) -> int:
    """Make the baseline of a monitor.

    Writes statistics.json and constraints.json into the folder that the monitor names, for data quality with
    profile.json, and the same for its segments. Bias and feature attribution have analysis.json. For model quality
    and bias FILE has a column with the true labels, ground_truth_attribute. Review and commit them like any other
    file; constraints are suggestions and meant to be edited.
    """
    from mlgov.monitors.making import baseline_files
    from mlgov.wiring import scorers

    services = app.services(push=False)
    found = one_monitor(wanted(read(services), [name], every=False)[0], which)
    folder = services.root / found.baseline
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if there and not force:
        hint = "Look at what is there; --force replaces it."
        raise UsageError(f"{found.baseline}/ has {', '.join(there)} already.", hint=hint)
    address = address_of(app, source)
    files = baseline_files(
        lambda: services.tables.batches(address, data_format=data_format),
        found,
        at=services.clock.now(),
        scorers=scorers(services),
    )
    _forget_segments(folder)
    for file, data in files.items():
        write_file(folder / file, data)
        click.echo(f"{found.baseline}/{file}")
    app.chat("Review the files, edit constraints.json where you know better, and commit them.")
    return 0


def _forget_segments(folder: Path) -> None:
    """Remove the baselines of segments that were made before: some of them may no longer be."""
    for file in sorted((folder / SEGMENTS).rglob("*.json")):
        file.unlink()

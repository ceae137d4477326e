"""``mlgov schema``: write the JSON Schemas that editors use, or check that they are fresh."""

from collections.abc import Mapping
from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.plain import safe

CHANGES_PENDING = 4


@click.command()
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit with 4 when a file is not up to date.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Another folder than schemas/.")
@click.pass_obj
def schema(app: App, check_only: bool, output: Path | None) -> int:
    """Write the JSON Schema of every kind to schemas/, for editors."""
    from mlgov.checks.schemas import FOLDER, schema_files

    folder = app.directory / output if output else app.root / FOLDER
    stale = stale_files(folder, schema_files())
    for name, data in stale.items():
        if not check_only:
            write_file(folder / name, data)
        click.echo(safe(f"{output or FOLDER}/{name} {'is not up to date' if check_only else 'written'}"))
    if not stale:
        app.chat(f"The schemas in {output or FOLDER}/ are up to date.")
    elif check_only:
        app.chat("Run 'mlgov schema' to write them anew.")
    return CHANGES_PENDING if check_only and stale else 0


def stale_files(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Find the files whose bytes on disk are not the ones given, or that are not there."""
    return {name: data for name, data in files.items() if _bytes(folder / name) != data}


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None

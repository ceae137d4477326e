"""``mlgov card``: everything that authors do with a model card. One file per group of verbs."""

import click

from mlgov.cli.lazy import LazyGroup, Table

COMMANDS: Table = {}


@click.group(cls=LazyGroup, table=COMMANDS)
def card() -> None:
    """Model cards: write them, move them on, look at them, take them in and out."""

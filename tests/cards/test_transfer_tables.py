"""The tables of formats: a format is one file and one row."""

from pathlib import Path

import mlgov.cards.exports
import mlgov.cards.imports
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.imports import IMPORTERS, NAMED

#: Not a format: what the PDF is printed from, which needs a printer and not only a card.
LAID_OUT = "paper"


def files(package: str) -> set[str]:
    """List the modules of a folder."""
    return {path.stem for path in Path(package).parent.glob("*.py")} - {"__init__", LAID_OUT}


def test_every_file_of_an_export_has_a_row() -> None:
    """A format that nobody can name is none."""
    assert {each.__module__.rpartition(".")[2] for each in EXPORTERS.values()} == files(mlgov.cards.exports.__file__)


def test_every_file_of_an_import_has_a_row() -> None:
    """A format that nobody can name is none."""
    assert {each.__module__.rpartition(".")[2] for each in IMPORTERS.values()} == files(mlgov.cards.imports.__file__)


def test_formats_that_name_their_card_are_formats() -> None:
    """The command line looks them up."""
    assert set(IMPORTERS) >= NAMED

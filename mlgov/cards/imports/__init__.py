"""Formats that a card can be imported from. A format is one file here and one row in `IMPORTERS`."""

from mlgov.cards.transfer import Importer

#: Name of the format, as ``--from`` takes it -> how a file is read.
IMPORTERS: dict[str, Importer] = {}

"""Formats that a card can be exported to. A format is one file here and one row in `EXPORTERS`."""

from mlgov.cards.transfer import Exporter

#: Name of the format, as ``--to`` takes it -> how a card is rendered.
EXPORTERS: dict[str, Exporter] = {}

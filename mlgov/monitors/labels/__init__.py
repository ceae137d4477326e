"""Rows with their true labels: what models answered, joined with what turned out to be true."""

from mlgov.monitors.labels.columns import TRUTH, LabelledColumns, columns_of, plain_rows
from mlgov.monitors.labels.joining import LabelCounts, labelled_rows
from mlgov.monitors.labels.span import data_span

__all__ = ["TRUTH", "LabelCounts", "LabelledColumns", "columns_of", "data_span", "labelled_rows", "plain_rows"]

"""From labelled rows to the arrays that metrics of two classes are counted from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mlgov.monitors.cell_text import text_of
from mlgov.monitors.profile import arrow
from mlgov.monitors.profile.numbers import numbers
from mlgov.monitors.schema import Monitor

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model of two classes answered.

    Attributes:
        positive: Whether the answer is the positive label, shape ``(n,)``.
        usable: Whether there is an answer, and a probability where the monitor names one, shape ``(n,)``.
        probabilities: Of the positive label, shape ``(n,)``, NaN where there is none; None when the monitor names none.
    """

    positive: arrow.Flags
    usable: arrow.Flags
    probabilities: Floats | None


def positive_labels(monitor: Monitor) -> frozenset[str | None]:
    """Give the labels that count as positive, written in one way."""
    return frozenset(text_of(value) for value in monitor.label_values or ["1"])


def is_positive(labels: pa.Array, positive: frozenset[str | None]) -> arrow.Flags:
    """Say which labels are positive; null is not."""
    encoded = labels.dictionary_encode()
    known = [text in positive for text in encoded.dictionary.to_pylist()]
    return np.array([*known, False])[arrow.word_index(encoded)]


def answers_of(rows: pa.RecordBatch, monitor: Monitor, positive: frozenset[str | None]) -> Answers:
    """Read the answers of labelled rows. A probability beyond 0 to 1 is none."""
    probabilities = None
    if monitor.probability_attribute:
        probabilities = numbers(rows.column(monitor.probability_attribute)).values.copy()
        probabilities[~((probabilities >= 0) & (probabilities <= 1))] = np.nan
    there = np.ones(len(rows), bool) if probabilities is None else ~np.isnan(probabilities)
    if monitor.inference_attribute:
        column = rows.column(monitor.inference_attribute)
        empty = arrow.gaps(column)
        return Answers(is_positive(column, positive), there if empty is None else there & ~empty, probabilities)
    assert probabilities is not None  # noqa: S101 - a rule asks for one of the two
    return Answers(probabilities >= monitor.probability_threshold, there, probabilities)

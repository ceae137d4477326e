"""Model quality estimated without labels, beside what is measured. No verdict rests on it.

The model's own probabilities are calibrated on the labels of the baseline and then added up.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa

from mlgov.monitors.estimates import EstimatedMetric, ScoreCounts, count, estimate
from mlgov.monitors.estimates import merge as merged
from mlgov.monitors.formats import json_text
from mlgov.monitors.formats.json_text import Damage, DamageError
from mlgov.monitors.labels import TRUTH
from mlgov.monitors.profile import arrow
from mlgov.monitors.quality.intervals import Z, tidy
from mlgov.monitors.quality.reading import answers_of, is_positive, positive_labels
from mlgov.monitors.quality.scores import ScoreCounts as ExactScores
from mlgov.monitors.results import MetricResult
from mlgov.monitors.schema import Monitor

FILE = "estimate.json"
FORMAT = "mlgov/estimate/v1"

#: Bins of a baseline: so many rows in each, and so many of them.
ROWS_PER_BIN = 20
MOST_BINS = 200
#: Bins where the baseline has none of its own.
PLAIN_EDGES = tuple((np.arange(1, MOST_BINS) / MOST_BINS).tolist())
#: The estimate's name -> ours.
_NAMES = {"specificity": "true_negative_rate"}


def edges_of(known: ExactScores) -> tuple[float, ...]:
    """Choose bins with about equally many rows of a reference, at least twenty in each."""
    rows = np.cumsum(known.negatives + known.positives)
    if not len(rows):
        return PLAIN_EDGES
    bins = int(np.clip(rows[-1] // ROWS_PER_BIN, 2, MOST_BINS))
    places = np.searchsorted(rows, np.arange(1, bins) * rows[-1] / bins)
    return tuple(np.unique(known.values[places].round(6)).tolist())


class EstimateTally:
    """Counts probabilities in bins, whether or not rows are labelled."""

    def __init__(self, monitor: Monitor, edges: tuple[float, ...]) -> None:
        self._monitor, self._edges = monitor, edges
        self._positive = positive_labels(monitor)
        self.counts: ScoreCounts | None = None

    def add(self, rows: Iterable[pa.RecordBatch], *, labelled: bool = False) -> None:
        """Count rows.

        Args:
            rows: Labelled rows.
            labelled: Whether their labels are looked at: those of a baseline calibrate.
        """
        for batch in rows:
            said = answers_of(batch, self._monitor, self._positive)
            assert said.probabilities is not None  # noqa: S101 - `applies` says so
            predicted = np.where(said.usable, said.positive.astype(np.float64), np.nan)
            labels = None
            if labelled:
                truth = batch.column(TRUTH)
                labels = is_positive(truth, self._positive).astype(np.float64)
                empty = arrow.gaps(truth)
                labels = labels if empty is None else np.where(empty, np.nan, labels)
            found = count(said.probabilities, predicted, edges=self._edges, labels=labels)
            self.counts = merged([self.counts, found]) if self.counts else found

    def results(self, reference: ScoreCounts | None, seed: int) -> tuple[MetricResult, ...]:
        """Estimate the metrics; the first one says what speaks against them."""
        if self.counts is None or not self.counts.n:
            return ()
        found = estimate(self.counts, reference, seed=seed)
        results = [_result(metric, found.rows) for metric in found.metrics]
        caveats = " ".join(found.caveats)
        return tuple(_with_sentence(result, caveats if place == 0 else "") for place, result in enumerate(results))


def applies(monitor: Monitor) -> bool:
    """Say whether a monitor's quality can be estimated: two classes, and a probability."""
    return monitor.problem_type == "binary_classification" and monitor.probability_attribute is not None


def _result(metric: EstimatedMetric, rows: int) -> MetricResult:
    name = _NAMES.get(metric.name, metric.name)
    if metric.value is None or metric.sampling_error is None:
        return MetricResult(name, None, sentence=metric.reason, is_estimate=True, count=rows)
    error = sqrt(metric.sampling_error**2 + (metric.calibration_error or 0.0) ** 2)
    return MetricResult(
        name=name,
        value=tidy(metric.value),
        is_estimate=True,
        standard_error=tidy(error),
        lower=tidy(max(0.0, metric.value - Z * error)),
        upper=tidy(min(1.0, metric.value + Z * error)),
        count=rows,
    )


def _with_sentence(result: MetricResult, sentence: str) -> MetricResult:
    return replace(result, sentence=f"{sentence} {result.sentence}".strip())


# The file of the baseline


def render(counts: ScoreCounts) -> bytes:
    """Write the counts of a reference, by which scores are calibrated."""
    value = {
        "format": FORMAT,
        "edges": counts.edges,
        "rows": counts.rows,
        "totals": counts.totals,
        "left_out": counts.left_out,
    }
    lines = [f" {json.dumps(name)}: {json.dumps(part)}" for name, part in value.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def read(data: bytes) -> ScoreCounts:
    """Read what ``render`` wrote. Raises DamageError."""
    value = json_text.read(data)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise DamageError(Damage(f"The format of the file should be {FORMAT}."))
    edges: list[float] = value.get("edges", [])
    left_out = value.get("left_out", 0)
    if not _is_rising(edges) or not isinstance(left_out, int):
        raise DamageError(Damage("edges: they should rise from 0 to 1.", pointer=("edges",)))
    bins = len(edges) + 1
    for name, lines in (("rows", 6), ("totals", 2)):
        if not _is_grid(value.get(name), lines, bins):
            message = f"{name}: there should be {lines} lines of {bins} whole numbers."
            raise DamageError(Damage(message, pointer=(name,)))
    return ScoreCounts(tuple(map(float, edges)), _grid(value["rows"]), _grid(value["totals"]), left_out)


def _is_rising(edges: Any) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(edges, list) or not all(type(edge) in (int, float) and 0 <= edge <= 1 for edge in edges):
        return False
    return all(before < after for before, after in pairwise(edges))


def _is_grid(grid: Any, lines: int, bins: int) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(grid, list) or len(grid) != lines or not all(isinstance(line, list) for line in grid):
        return False
    return all(len(line) == bins and all(type(n) is int and 0 <= n < 2**62 for n in line) for line in grid)


def _grid(lines: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, lines))

"""What a bias metric is: a row of the table of metrics, and how a row is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mlgov.monitors.bias.split import Ints, Split

Floats = npt.NDArray[np.float64]
#: How many, of how many; shape ``(replicates,)`` each.
Proportion: TypeAlias = tuple[Ints, Ints]
NEGATIVE, POSITIVE = 0, 1


class Stage(StrEnum):
    """When a metric can be measured."""

    PRE_TRAINING = "pre_training"
    POST_TRAINING = "post_training"


class Kind(StrEnum):
    """How a metric is built, which decides how its interval is made."""

    DIFFERENCE = "difference"  # of two proportions
    RATIO = "ratio"  # of two proportions
    DISTANCE = "distance"  # of two distributions, never negative
    IMBALANCE = "imbalance"  # one proportion, rescaled
    OTHER = "other"
    SAMPLED = "sampled"  # from rows, not from counts


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must not be zero.

    Attributes:
        counts: Gives it, shape ``(replicates,)``.
        reason: Why the metric is not defined when it is.
        rows_help: Whether more rows could help.
    """

    counts: Callable[[Split], Ints]
    reason: str
    rows_help: bool = True


@dataclass(frozen=True, slots=True)
class Metric:
    """A row of the table.

    Attributes:
        code: What Clarify calls it in files.
        name: What people call it.
        stage: When it can be measured.
        kind: How it is built.
        low: Smallest possible value.
        high: Largest possible value.
        neutral: Its value when both sides fare alike.
        margin: Distance from neutral that limits allow at least: a difference, or a factor for ratios.
        formula: The formula.
        source: Where it comes from.
        needs: What must not be zero.
        of: Gives the values, shape ``(replicates,)``; what it gives where a need is not met is not used.
        proportions: Of a difference (first less second) or a ratio (first by second): the two.
    """

    code: str
    name: str
    stage: Stage
    kind: Kind
    low: float
    high: float
    neutral: float
    margin: float
    formula: str
    source: str
    needs: tuple[Need, ...]
    of: Callable[[Split], Floats]
    proportions: tuple[Callable[[Split], Proportion], Callable[[Split], Proportion]] | None = None


def evaluate(metric: Metric, counts: Split) -> Floats:
    """Give a metric's values, shape ``(replicates,)``, NaN where it is not defined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.array(metric.of(counts), dtype=np.float64)
    for need in metric.needs:
        values[need.counts(counts) == 0] = np.nan
    return values


def unmet(metric: Metric, counts: Split) -> Need | None:
    """Give what a metric lacks to be defined, for counts without replicates; None when it is defined."""
    return next((need for need in metric.needs if need.counts(counts)[0] == 0), None)

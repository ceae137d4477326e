"""The profile of a categorical column."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mlgov.monitors.profile import distinct
from mlgov.monitors.profile.layout import CategoricalLayout
from mlgov.monitors.profile.parts import Counts, Types, added

HASH_BUCKETS = 256
SAMPLE_SIZE = 32


@dataclass(frozen=True, slots=True)
class SampledValue:
    """A value outside the vocabulary, chosen by its hash.

    Attributes:
        hash: Its 64-bit hash.
        text: The value; None in a loaded profile when fewer rows share it than may be shown.
        count: Rows that hold it.
    """

    hash: int
    text: str | None
    count: int


@dataclass(frozen=True, slots=True)
class CategoricalProfile:
    """What a window holds in a categorical column.

    Attributes:
        layout: The frozen vocabulary.
        rows: Rows of batches that have the column.
        absent: Rows of batches that lack the column.
        null: Nulls and NaN.
        types: What the values came as.
        counts: Rows per value of the vocabulary.
        other: Rows with a value outside a vocabulary that was cut.
        unseen: Rows with a value outside a complete vocabulary.
        buckets: Rows outside the vocabulary per hash bucket, 256 of them.
        registers: HyperLogLog registers over the values outside the vocabulary, 4,096 bytes.
        sample: The values outside the vocabulary with the smallest hashes, at most 32, by hash; none of a sensitive
            column.
    """

    layout: CategoricalLayout
    rows: int
    absent: int
    null: int
    types: Types
    counts: Counts
    other: int
    unseen: int
    buckets: Counts
    registers: bytes
    sample: tuple[SampledValue, ...]

    @property
    def n(self) -> int:
        """Number of named values."""
        return sum(self.counts) + self.rest

    @property
    def rest(self) -> int:
        """Number of values outside the vocabulary."""
        return self.other + self.unseen

    @property
    def distinct(self) -> int:
        """About how many different values there are: exact in the vocabulary, HyperLogLog (1.6% sd) outside.

        As long as the sample holds every value outside, they are counted there.
        """
        sampled = len(self.sample)
        is_whole = sampled < SAMPLE_SIZE and not self.layout.sensitive
        outside = sampled if is_whole else distinct.estimate(self.registers)
        return sum(count > 0 for count in self.counts) + outside

    def __add__(self, more: "CategoricalProfile") -> "CategoricalProfile":
        registers = np.maximum(np.frombuffer(self.registers, np.uint8), np.frombuffer(more.registers, np.uint8))
        return CategoricalProfile(
            layout=self.layout,
            rows=self.rows + more.rows,
            absent=self.absent + more.absent,
            null=self.null + more.null,
            types=self.types + more.types,
            counts=added(self.counts, more.counts),
            other=self.other + more.other,
            unseen=self.unseen + more.unseen,
            buckets=added(self.buckets, more.buckets),
            registers=registers.tobytes(),
            sample=smallest_hashes(self.sample + more.sample),
        )


def empty_categorical(layout: CategoricalLayout) -> CategoricalProfile:
    """Give the profile of a categorical column without rows."""
    zeros = (0,) * len(layout.vocabulary)
    registers = bytes(distinct.REGISTERS)
    return CategoricalProfile(layout, 0, 0, 0, Types(), zeros, 0, 0, (0,) * HASH_BUCKETS, registers, ())


def smallest_hashes(values: Iterable[SampledValue]) -> tuple[SampledValue, ...]:
    """Keep the values with the smallest hashes; counts of equal values add up and are complete.

    A value that is among the smallest of all was among the smallest of every part, so no part has dropped it.
    """
    counts: Counter[int] = Counter()
    texts: dict[int, str] = {}
    for value in values:
        counts[value.hash] += value.count
        if value.text is not None:
            texts[value.hash] = min(value.text, texts.get(value.hash, value.text))
    kept = sorted(counts)[:SAMPLE_SIZE]
    return tuple(SampledValue(key, texts.get(key), counts[key]) for key in kept)

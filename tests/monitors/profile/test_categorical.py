"""What a categorical column's profile says."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.monitors.profile import Types
from mlgov.monitors.profile.categorical import SAMPLE_SIZE
from tests.monitors.profile.frames import categorical, words


@given(st.lists(words, max_size=40), st.lists(words, max_size=40))
def test_counts_are_those_of_the_raw_values(reference: list[str | None], current: list[str | None]) -> None:
    """Every value is counted once: under its name, as unseen, or as null; any Unicode is a value of its own."""
    found = categorical(pa.array(reference, pa.string()), pa.array(current, pa.string()))
    known, counts = set(reference) - {None}, Counter(current)
    assert found.layout.vocabulary == tuple(sorted(word for word in known if word is not None))
    assert found.counts == tuple(counts[word] for word in found.layout.vocabulary)
    assert found.null == counts[None]
    unseen = {word: count for word, count in counts.items() if word is not None and word not in known}
    assert (found.unseen, found.other) == (sum(unseen.values()), 0)
    assert {value.text: value.count for value in found.sample} == unseen
    assert found.distinct == len(set(current) - {None})
    assert found.types == Types(text=len(current) - counts[None])


def test_values_outside_a_cut_vocabulary_are_other() -> None:
    """A vocabulary that was cut cannot tell new values from rare ones."""
    reference = ["a"] * 9 + ["b"] * 8 + ["c"] * 7
    found = categorical(reference, ["a", "c", "new"], vocabulary=2)
    assert found.layout.vocabulary == ("a", "b")
    assert (found.counts, found.other, found.unseen) == ((1, 0), 2, 0)


def test_hash_buckets_hold_what_the_vocabulary_does_not() -> None:
    """They add up to the values outside it."""
    found = categorical(["a"] * 5, [f"new{number}" for number in range(1_000)] + ["a"])
    assert sum(found.buckets) == found.rest == 1_000
    assert sum(count > 0 for count in found.buckets) > 200


def test_the_sample_has_the_smallest_hashes_with_complete_counts() -> None:
    """Each sampled value comes with all its rows."""
    found = categorical(["a"], [f"new{number % 200}" for number in range(1_000)])
    assert len(found.sample) == SAMPLE_SIZE
    assert {value.count for value in found.sample} == {5}
    assert [value.hash for value in found.sample] == sorted(value.hash for value in found.sample)


def test_distinct_values_of_an_id_column_are_estimated() -> None:
    """Ids have no vocabulary; how many there are is known to a few percent."""
    found = categorical([f"id-{number}" for number in range(20_000)])
    assert found.layout.vocabulary == ()
    assert found.distinct == pytest.approx(20_000, rel=0.05)


def test_booleans_and_codes_are_categories_when_asked() -> None:
    """Booleans are categories by themselves."""
    found = categorical([True, False, None, True])
    assert dict(zip(found.layout.vocabulary, found.counts, strict=True)) == {"false": 1, "true": 2}
    assert found.types == Types(boolean=3)

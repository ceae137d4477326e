"""Likely causes in categorical columns: each found, none invented."""

import numpy as np
import pytest

from mlgov.monitors.causes import Cause, CauseKind, likely_causes
from mlgov.monitors.profile import learn_layout, profile
from tests.monitors.profile.frames import batch

WORDS = np.array(["Berlin", "Paris", "Rome", "Madrid"])
SHARES = [0.45, 0.3, 0.17, 0.08]


def drawn(seed: int, rows: int, words: np.ndarray = WORDS, shares: list[float] = SHARES) -> list[str]:
    """Draw a column."""
    return np.random.RandomState(seed).choice(words, rows, p=shares).tolist()


REFERENCE = drawn(0, 10_000)


def causes(current: list[str], reference: list[str] = REFERENCE) -> tuple[Cause, ...]:
    """Look for causes in one column."""
    layout = learn_layout([batch(x=reference)])
    return likely_causes(*(profile([batch(x=side)], layout).column("x") for side in (reference, current)))


def kinds(current: list[str], reference: list[str] = REFERENCE) -> list[CauseKind]:
    """List their kinds."""
    return [cause.kind for cause in causes(current, reference)]


@pytest.mark.parametrize("seed", range(1, 31))
def test_nothing_is_invented(seed: int) -> None:
    """Windows without change have no cause."""
    assert kinds(drawn(seed, 100)) == kinds(drawn(seed, 5_000)) == []


def test_known_values_in_another_spelling() -> None:
    """Upper case, with a blank, and it explains the new values."""
    found = causes([word.upper() + " " for word in drawn(31, 1_000)])
    assert found[0].kind is CauseKind.RESPELLED
    assert "'BERLIN ' for 'Berlin'" in found[0].sentence
    assert CauseKind.NEW_CATEGORIES not in [cause.kind for cause in found]


def test_truth_in_other_words() -> None:
    """Yes and no where true and false were."""
    rng = np.random.RandomState(1)
    reference, window = rng.choice(["true", "false"], 5_000, p=[0.3, 0.7]).tolist(), ["yes", "no", "no"] * 200
    assert kinds(window, reference)[0] is CauseKind.RESPELLED


def test_a_permuted_coding() -> None:
    """The same shares under other names."""
    other = dict(zip(WORDS.tolist(), ["Paris", "Rome", "Madrid", "Berlin"], strict=True))
    [found] = causes([other[word] for word in drawn(32, 3_000)])
    assert found.kind is CauseKind.RECODED
    assert found.numbers == {f"was {old}": new for old, new in other.items()}


def test_shares_that_cannot_be_told_apart_are_no_coding() -> None:
    """Four equal shares that moved: no mapping is named."""
    reference = drawn(1, 10_000, shares=[0.25] * 4)
    assert CauseKind.RECODED not in kinds(drawn(2, 3_000), reference)
    assert CauseKind.RECODED not in kinds(drawn(3, 3_000, shares=[0.25] * 4), reference)


def test_new_values_are_named_if_enough_rows_share_them() -> None:
    """One that four rows have is counted and not shown."""
    window = drawn(33, 900) + ["Lisbon"] * 96 + ["Ms Example"] * 4
    [found] = [cause for cause in causes(window) if cause.kind is CauseKind.NEW_CATEGORIES]
    assert "0.0% to 10.0%" in found.sentence
    assert "'Lisbon' (9.6%)" in found.sentence
    assert "Example" not in found.sentence


def test_what_moved_is_named_largest_first() -> None:
    """Berlin lost what Madrid gained."""
    [found] = causes(drawn(34, 5_000, shares=[0.25, 0.3, 0.17, 0.28]))
    assert found.kind is CauseKind.MOVED_CATEGORIES
    assert set(list(found.numbers)[:2]) == {"Berlin", "Madrid"}


def test_missing_values() -> None:
    """A tenth of the rows."""
    window = [None if place % 10 == 0 else word for place, word in enumerate(drawn(35, 2_000))]
    assert kinds(window) == [CauseKind.NULL_SURGE]  # type: ignore[arg-type]


def test_windows_without_values() -> None:
    """Nothing to tell, nothing fails."""
    assert kinds([]) == []

"""Likely causes in numeric columns: each found, none invented."""

from collections.abc import Callable

import numpy as np
import pytest

from mlgov.monitors.causes import Cause, CauseKind, likely_causes
from mlgov.monitors.profile import learn_layout, profile
from tests.monitors.profile.frames import batch

RNG = np.random.RandomState(11)
NORMAL = RNG.normal(50, 10, 20_000)
SKEWED = RNG.lognormal(3, 0.8, 20_000)
SYMMETRIC = RNG.normal(0, 1, 20_000)


def causes(reference: object, current: object) -> tuple[Cause, ...]:
    """Look for causes in one column."""
    layout = learn_layout([batch(x=reference)])  # type: ignore[arg-type]
    sides = [profile([batch(x=side)], layout).column("x") for side in (reference, current)]  # type: ignore[arg-type]
    return likely_causes(*sides)


def kinds(reference: object, current: object) -> list[CauseKind]:
    """List their kinds."""
    return [cause.kind for cause in causes(reference, current)]


def fresh(seed: int, rows: int = 2_000) -> np.ndarray:
    """Draw another window of the normal column."""
    return np.random.RandomState(seed).normal(50, 10, rows)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_invented(seed: int) -> None:
    """Windows without change have no cause, of three shapes and two sizes."""
    rng = np.random.RandomState(seed)
    for rows in (200, 5_000):
        assert kinds(NORMAL, rng.normal(50, 10, rows)) == []
        assert kinds(SKEWED, rng.lognormal(3, 0.8, rows)) == []
        assert kinds(SYMMETRIC, rng.normal(0, 1, rows)) == []


@pytest.mark.parametrize(
    ("factor", "offset", "text"),
    [
        (1000, 0, "a factor of 1,000"),
        (0.01, 0, "a factor of 1/100"),
        (2.54, 0, "inches to centimetres"),
        (1.8, 32, "Celsius to Fahrenheit"),
        (1.0, 273.15, "Celsius to kelvin"),
        (1 / 60, 0, "seconds to minutes"),
        (-1, 0, "the other sign"),
        (1 / 1.609344, 0, "kilometres to miles"),
    ],
)
@pytest.mark.parametrize("rows", [300, 5_000])
def test_a_known_conversion_is_named(factor: float, offset: float, text: str, rows: int) -> None:
    """From quantiles alone, and it explains the values outside the range."""
    [found] = causes(NORMAL, factor * fresh(1, rows) + offset)
    assert found.kind is CauseKind.UNIT_CHANGE
    assert text in found.sentence


def test_any_other_factor_and_offset_are_measured() -> None:
    """A factor of 1.37 of a skewed column, and an offset of 25 of a normal one."""
    [scaled] = causes(SKEWED, 1.37 * np.random.RandomState(2).lognormal(3, 0.8, 5_000))
    assert scaled.kind is CauseKind.UNIT_CHANGE
    assert scaled.numbers["factor"] == pytest.approx(1.37, rel=0.05)
    [moved] = causes(SYMMETRIC, np.random.RandomState(2).normal(2.5, 1, 5_000))
    assert moved.kind is CauseKind.OFFSET
    assert moved.numbers["offset"] == pytest.approx(2.5, rel=0.05)


def test_few_rows_name_no_conversion_for_a_small_move() -> None:
    """Half a sigma at 120 rows: it may be a shift, a factor, or something else."""
    for seed in range(10):
        window = np.random.RandomState(seed).normal(55, 10, 120)
        assert not {CauseKind.UNIT_CHANGE, CauseKind.OFFSET} & set(kinds(NORMAL, window))


def test_another_shape_is_no_conversion() -> None:
    """Two heaps where there was one."""
    rng = np.random.RandomState(3)
    two = np.concatenate([rng.normal(30, 2, 1_000), rng.normal(70, 2, 1_000)])
    assert CauseKind.UNIT_CHANGE not in kinds(NORMAL, two)
    assert CauseKind.OFFSET not in kinds(NORMAL, two)
    assert CauseKind.MOVED_RANGE in kinds(NORMAL, two)


def test_missing_values() -> None:
    """From none to a fifth; and a column that is gone altogether."""
    values = fresh(4).tolist()
    holes = [None if place % 5 == 0 else value for place, value in enumerate(values)]
    [found] = causes(NORMAL, holes)
    assert found.kind is CauseKind.NULL_SURGE
    assert "0.0% to 20.0%" in found.sentence
    layout = learn_layout([batch(x=NORMAL)])
    gone = [profile([batch(**{name: values})], layout).column("x") for name in ("x", "y")]
    assert [cause.sentence for cause in likely_causes(*gone)] == ["The column is missing from every row."]


def test_a_sentinel() -> None:
    """An eighth of the rows are -999."""
    values = fresh(5)
    values[::8] = -999
    [found] = [cause for cause in causes(NORMAL, values) if cause.kind is CauseKind.SENTINEL]
    assert found.numbers["value"] == -999
    assert CauseKind.OUT_OF_RANGE not in kinds(NORMAL, values)


def test_zeros() -> None:
    """A default for missing values, within the range of the column."""
    values = np.random.RandomState(6).normal(0, 1, 2_000)
    values[::8] = 0
    [found] = [cause for cause in causes(SYMMETRIC, values) if cause.kind is CauseKind.SENTINEL]
    assert found.sentence.startswith("Zeros rose from 0.0% to 12.5%")


def test_a_source_that_stands_still() -> None:
    """One value, and no other cause is needed."""
    assert kinds(NORMAL, [51.5] * 500) == [CauseKind.CONSTANT]


def test_fractions_that_are_gone() -> None:
    """Rounded upstream."""
    assert CauseKind.PRECISION in kinds(NORMAL, np.round(fresh(7)))


@pytest.mark.parametrize("lost", [lambda values: values.round(10), lambda values: values.astype(np.float32)])
@pytest.mark.parametrize("size", [2, 3, 8])
def test_values_that_lost_their_last_digits(lost: Callable[[np.ndarray], np.ndarray], size: int) -> None:
    """JSON with ten digits, or single precision, of a column with few values."""
    values = np.random.RandomState(size).choice(np.random.RandomState(1).normal(size=size), 2_000)
    found = causes(values, lost(values))
    assert found[0].kind is CauseKind.LOST_DIGITS
    assert "single precision" in found[0].sentence
    assert not {CauseKind.OUT_OF_RANGE, CauseKind.MOVED_RANGE} & {cause.kind for cause in found}


def test_values_out_of_range() -> None:
    """One in twenty is far above; where the range moved is said too."""
    values = fresh(8)
    values[::20] += np.random.RandomState(8).uniform(100, 900, 100)
    found = {cause.kind: cause for cause in causes(NORMAL, values)}
    assert "5.0% of the values lie above" in found[CauseKind.OUT_OF_RANGE].sentence


def test_another_time_zone() -> None:
    """Hours of the day, five hours on; in small windows too."""
    hours = np.arange(24)
    weights = 1 + np.sin((hours - 9) / 24 * 2 * np.pi) * 0.8
    rng = np.random.RandomState(9)
    reference, window = (rng.choice(hours, rows, p=weights / weights.sum()) for rows in (20_000, 1_000))
    [found] = causes(reference, (window + 5) % 24)
    assert found.kind is CauseKind.CYCLE_SHIFT
    assert found.numbers["shift"] == 5
    assert kinds(reference, window) == []


def test_weekdays_counted_from_another_day() -> None:
    """Sunday first instead of Monday: one day on."""
    rng = np.random.RandomState(10)
    weights = np.array([0.2, 0.19, 0.18, 0.17, 0.16, 0.06, 0.04])
    reference, window = (rng.choice(7, rows, p=weights) for rows in (20_000, 2_000))
    [found] = causes(reference, (window + 1) % 7)
    assert found.sentence.startswith("The values moved around their cycle of 7 by +1 days")


def test_text_where_numbers_were() -> None:
    """The type is named."""
    found = causes([float(value) for value in NORMAL[:2_000]], ["n/a"] * 300)
    assert CauseKind.TYPE_CHANGE in [cause.kind for cause in found]
    assert "come as text" in next(cause.sentence for cause in found if cause.kind is CauseKind.TYPE_CHANGE)


def test_windows_without_values() -> None:
    """Nothing to tell, nothing fails."""
    assert kinds(NORMAL, np.zeros(0)) == []
    assert kinds(np.zeros(0), NORMAL[:100]) == []


def test_whole_numbers_far_apart_cost_no_memory() -> None:
    """Two values with a million million numbers between them are no cycle, and no range is laid out."""
    values = np.array([0, 10**12] * 300)
    assert kinds(values, values[:200]) == []


STANDARD = np.random.default_rng(6).normal(size=285)


@pytest.mark.parametrize(
    ("current", "text"),
    [
        (655 + 352 * STANDARD + 265, "All values moved by about"),
        (1.5 * (655 + 352 * STANDARD), "All values are about 1.5"),
    ],
)
def test_a_shift_is_no_conversion_because_one_is_near(current: np.ndarray, text: str) -> None:
    """An area that grew by 265 is not a temperature in kelvin; one that grew by half is not miles in kilometres."""
    [found] = causes(655 + 352 * np.random.default_rng(5).normal(size=285), current)
    assert text in found.sentence

"""Judging windows by a baseline that another program made: statistics without a profile."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from mlgov.monitors import Thresholds
from mlgov.monitors import profile as profiles
from mlgov.monitors.baseline import Reference, load, make
from mlgov.monitors.check import Criteria, judge
from mlgov.monitors.formats import files
from mlgov.monitors.formats.constraints import Constraints
from mlgov.monitors.formats.rebuilding import rebuilt, unknown_distances
from mlgov.monitors.formats.statistics import Statistics
from mlgov.ports import File

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]

SHAPES: dict[str, Draw] = {
    "normal": lambda random, n: random.normal(50, 7, n),
    "lognormal": lambda random, n: random.lognormal(0, 1, n),
    "pareto": lambda random, n: random.pareto(1.5, n),
    "cauchy": lambda random, n: random.standard_cauchy(n),
    "uniform": lambda random, n: random.uniform(-1, 1, n),
    "whole": lambda random, n: random.integers(0, 11, n).astype(float),
    "atoms": lambda random, n: np.where(random.random(n) < 0.4, 0.0, random.gamma(2, 3, n).round(1)),
}


def buckets(values: Floats) -> dict[str, Any]:
    """Count values as Model Monitor does: ten buckets of equal width, a bound belongs to the bucket above it."""
    bounds = np.linspace(values.min(), values.max(), 11)
    counts, _ = np.histogram(values, bounds)
    return {
        "buckets": [
            {"lower_bound": low, "upper_bound": high, "count": count}
            for low, high, count in zip(bounds[:-1].tolist(), bounds[1:].tolist(), counts.tolist(), strict=True)
        ]
    }


def sketch(values: Floats, k: int = 512) -> dict[str, Any]:
    """Make a KLL sketch: a level that is full hands every second of its sorted values to the next."""
    random, levels = np.random.default_rng(99), [values.tolist()]
    while len(levels[-1]) > k:
        full = sorted(levels[-1])
        levels[-1] = []
        levels.append(full[int(random.integers(2)) :: 2])
    return {"sketch": {"parameters": {"c": 0.64, "k": k}, "data": levels}}


def reference(values: Floats, kll: dict[str, Any], kind: str = "Fractional") -> Reference:
    numbers = {
        "common": {"num_present": len(values), "num_missing": 0},
        "mean": float(values.mean()),
        "std_dev": float(values.std()),
        "min": float(values.min()),
        "max": float(values.max()),
        "distribution": {"kll": kll},
    }
    feature = {"name": "x", "inferred_type": kind, "numerical_statistics": numbers}
    found = Statistics.model_validate({"dataset": {"item_count": len(values)}, "features": [feature]})
    empty = Constraints.model_validate({"version": 0.0, "features": []})
    return Reference(rebuilt(found), empty, "", is_rebuilt=True, unknown=unknown_distances(found))


def verdict(found: Reference, values: Floats) -> str:
    window = profiles.profile([pa.RecordBatch.from_pydict({"x": values})], found.profile.layout)
    return judge(found, window, Criteria()).columns[0].verdict


@pytest.mark.parametrize("known", [buckets, sketch])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rows", [3_000, 40_000])
def test_nothing_is_found_where_nothing_changed(shape: str, known: Callable[..., dict[str, Any]], rows: int) -> None:
    """Whatever the shape: heavy tails, few values, a heap at zero."""
    draw = SHAPES[shape]
    values = draw(np.random.default_rng(1), rows)
    found = reference(values, known(values))
    assert {verdict(found, draw(np.random.default_rng(seed), rows)) for seed in range(2, 7)} == {"ok"}


@pytest.mark.parametrize("known", [buckets, sketch])
@pytest.mark.parametrize("shape", ["normal", "lognormal", "uniform", "whole", "atoms"])
def test_half_a_deviation_is_found(shape: str, known: Callable[..., dict[str, Any]]) -> None:
    """Even where nearly all values share a bucket: the file states the mean."""
    draw = SHAPES[shape]
    values = draw(np.random.default_rng(1), 4_000)
    moved = draw(np.random.default_rng(2), 4_000) + 0.5 * values.std()
    assert verdict(reference(values, known(values)), moved) == "violation"


def test_what_buckets_do_not_tell_is_not_shown() -> None:
    """Where the values of a bucket lie is not known, so no Wasserstein distance is."""
    values = SHAPES["normal"](np.random.default_rng(1), 4_000)
    found = reference(values, buckets(values))
    window = profiles.profile([pa.RecordBatch.from_pydict({"x": values})], found.profile.layout)
    names = {statistic.statistic for statistic in judge(found, window, Criteria()).columns[0].statistics}
    assert {"ks", "js", "mean_shift"} <= names
    assert not {"w1", "w1_sigma"} & names


def test_counts_without_a_distribution_are_no_alarm() -> None:
    """The smallest file of Model Monitor: how many values there are, and not which."""
    values = SHAPES["normal"](np.random.default_rng(1), 1_000)
    found = reference(values, {})
    window = profiles.profile([pa.RecordBatch.from_pydict({"x": values})], found.profile.layout)
    judged = judge(found, window, Criteria())
    assert judged.violations == ()
    assert judged.columns[0].sentence.startswith("Not compared, because the baseline does not show its values;")


@pytest.mark.parametrize("shape", SHAPES)
def test_our_own_folder_without_its_profile_is_no_alarm(shape: str) -> None:
    """statistics.json and constraints.json alone, as other programs leave them."""

    def batch(seed: int) -> pa.RecordBatch:
        return pa.RecordBatch.from_pydict({"x": SHAPES[shape](np.random.default_rng(seed), 6_000)})

    made = make(lambda: [batch(1)], Thresholds())
    kept = {name: data for name, data in made.items() if name != files.PROFILE}
    found = load({f"b/{name}": File(f"b/{name}", "100644", data) for name, data in kept.items()}, "b")
    for seed in range(2, 6):
        window = profiles.profile([batch(seed)], found.profile.layout)
        assert judge(found, window, Criteria()).violations == ()

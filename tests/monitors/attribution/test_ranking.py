"""NDCG and the numbers that see what it misses: worked numbers, scikit-learn as referee, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import ndcg_score

from mlgov.monitors.attribution import ndcg, scale, share_moved, spearman
from tests.monitors.attribution.worked import ADULTS

FIVE = {"f1": 0.40, "f2": 0.25, "f3": 0.15, "f4": 0.10, "f5": 0.05}
FIVE_LIVE = {"f1": 0.22, "f2": 0.30, "f3": 0.05, "f4": 0.14, "f5": 0.20}

values = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([0.0, 0.1, 0.2, 0.25, 0.5, 1.0, 3.0]), min_size=2)


@pytest.mark.parametrize(
    ("baseline", "live", "expected"),
    [
        ({"SAT": 0.7, "GPA": 0.5, "Rank": 0.05}, {"SAT": 0.1, "GPA": 0.2, "Rank": 0.7}, 0.687640),
        (FIVE, FIVE_LIVE, 0.904084),
        (FIVE, {**FIVE_LIVE, "f3": 0.20}, 0.912222),
        (ADULTS, {name: -rank for rank, name in enumerate(sorted(ADULTS, key=ADULTS.__getitem__))}, 1.0),
    ],
)
def test_worked_numbers(baseline: dict[str, float], live: dict[str, float], expected: float) -> None:
    """The documentation's example, one that just passes 0.90, and one with a tie, which is averaged."""
    assert ndcg(baseline, live) == pytest.approx(expected, abs=5e-7)


def reversed_adults() -> dict[str, float]:
    """Give the largest attribution to the feature that had the smallest, and so on."""
    order = sorted(ADULTS, key=ADULTS.__getitem__)
    return dict(zip(order, sorted(ADULTS.values(), reverse=True), strict=True))


def test_what_ndcg_cannot_see() -> None:
    """The top feature falls to zero and passes 0.90; ten times the size is 1; a full reversal is seen."""
    swapped = {**ADULTS, "Education-Num": ADULTS["Hours per week"], "Hours per week": ADULTS["Education-Num"]}
    assert ndcg(ADULTS, reversed_adults()) == pytest.approx(0.493838, abs=5e-7)
    assert ndcg(ADULTS, swapped) == pytest.approx(0.852973, abs=5e-7)
    assert ndcg(ADULTS, {**ADULTS, "Education-Num": 0.0}) == pytest.approx(0.916245, abs=5e-7)
    assert ndcg(ADULTS, {name: 10 * value for name, value in ADULTS.items()}) == 1.0


def test_what_the_other_numbers_see() -> None:
    """The same two cases: a fifth of all attribution moved, and a scale of ten."""
    zeroed = {**ADULTS, "Education-Num": 0.0}
    total = sum(ADULTS.values())
    assert share_moved(ADULTS, zeroed) == pytest.approx(ADULTS["Education-Num"] / total)
    assert share_moved(ADULTS, zeroed) == pytest.approx(0.22, abs=0.005)
    assert scale(ADULTS, {name: 10 * value for name, value in ADULTS.items()}) == pytest.approx(10)


def test_features_of_one_side_only() -> None:
    """A missing one counts as 0, a new one is worth 0 to the baseline's order."""
    assert ndcg({"a": 1, "b": 0.5}, {"a": 1}) == 1.0
    assert ndcg({"a": 1, "b": 0.5}, {"a": 1, "b": 0.5, "c": 2}) == pytest.approx(
        ndcg({"a": 1, "b": 0.5, "c": 0}, {"a": 1, "b": 0.5, "c": 2})
    )
    assert share_moved({"a": 1}, {"b": 1}) == 1.0


def test_nothing_to_rank() -> None:
    """Without any attribution there is no number."""
    assert ndcg({"a": 0.0}, {"a": 1.0}) is None
    assert ndcg({}, {}) is None
    assert share_moved({"a": 0.0}, {"a": 1.0}) is None
    assert scale({"a": 0.0}, {"a": 1.0}) is None
    assert spearman({"a": 1.0}, {"a": 1.0}) is None


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 0.7])] * 2), min_size=2, max_size=12))
def test_scikit_learn_gives_the_same(pairs: list[tuple[float, float]]) -> None:
    """With its averaged ties."""
    baseline, live = ({str(i): pair[side] for i, pair in enumerate(pairs)} for side in (0, 1))
    if any(baseline.values()):
        expected = ndcg_score([list(baseline.values())], [list(live.values())])
        assert ndcg(baseline, live) == pytest.approx(float(expected), abs=1e-12)


@given(values, values)
def test_scipy_gives_the_same_rank_correlation(baseline: dict[str, float], live: dict[str, float]) -> None:
    """Tied ranks averaged, absent features as 0."""
    names = sorted({*baseline, *live})
    x, y = ([side.get(name, 0.0) for name in names] for side in (baseline, live))
    if len(set(x)) > 1 and len(set(y)) > 1:
        assert spearman(baseline, live) == pytest.approx(float(stats.spearmanr(x, y).statistic), abs=1e-12)
    else:
        assert spearman(baseline, live) is None


@given(values, values, st.floats(0.01, 100))
def test_laws(baseline: dict[str, float], live: dict[str, float], factor: float) -> None:
    """In range, 1 or 0 for equal sides, blind to scale but for the scale itself."""
    gain, moved = ndcg(baseline, live), share_moved(baseline, live)
    assert gain is None or 0 <= gain <= 1
    assert moved is None or 0 <= moved <= 1
    assert moved == share_moved(live, baseline)
    if any(baseline.values()):
        larger = {name: value * factor for name, value in baseline.items()}
        assert ndcg(baseline, baseline) == pytest.approx(1)
        assert share_moved(baseline, larger) == pytest.approx(0, abs=1e-12)
        assert scale(baseline, larger) == pytest.approx(factor)


def test_the_order_of_features_does_not_matter() -> None:
    """To the last bit."""
    rng = np.random.RandomState(1)
    names = list(ADULTS)
    live = dict(zip(names, rng.uniform(size=14).tolist(), strict=True))
    expected = ndcg(ADULTS, live), share_moved(ADULTS, live), scale(ADULTS, live)
    for _ in range(10):
        order = rng.permutation(names).tolist()
        one, other = ({name: side[name] for name in order} for side in (ADULTS, live))
        assert (ndcg(one, other), share_moved(one, other), scale(one, other)) == expected

"""Shapley values: against all subsets, and the axioms that define them."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression

from mlgov.errors import UsageError
from mlgov.monitors.attribution import add_up, ndcg
from mlgov.monitors.attribution.shapley import linear, sampled

RNG = np.random.RandomState(3)
ROWS, BACKGROUND = RNG.normal(size=(6, 4)), RNG.normal(size=(20, 4))


def by_subsets(predict: object, row: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Add up over all subsets, as Shapley (1953) defines it."""
    count = len(row)

    def value(subset: tuple[int, ...]) -> float:
        table = background.copy()
        table[:, list(subset)] = row[list(subset)]
        return float(np.mean(predict(table)))  # type: ignore[operator]

    found = np.zeros(count)
    for feature in range(count):
        others = [other for other in range(count) if other != feature]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for subset in combinations(others, size):
                found[feature] += weight * (value((*subset, feature)) - value(subset))
    return found


def pairs(table: np.ndarray) -> np.ndarray:
    """Multiply features in pairs."""
    return table[:, 0] * table[:, 1] - 2 * table[:, 2] + np.sin(table[:, 0]) * table[:, 2]


def triples(table: np.ndarray) -> np.ndarray:
    """Multiply three features."""
    return table[:, 0] * table[:, 1] * table[:, 2] + table[:, 3]


def test_linear_models_are_exact() -> None:
    """By formula, by one pair of orders, and by all subsets."""
    weights = np.array([1.0, -2.0, 0.5, 0.0])
    expected = np.array([by_subsets(lambda table: table @ weights + 3, row, BACKGROUND) for row in ROWS])
    assert linear(weights, ROWS, BACKGROUND) == pytest.approx(expected)
    assert sampled(lambda table: table @ weights + 3, ROWS, BACKGROUND, orders=1) == pytest.approx(expected)


def test_pairs_of_features_are_exact_too() -> None:
    """Because each order is walked both ways."""
    expected = np.array([by_subsets(pairs, row, BACKGROUND) for row in ROWS])
    assert sampled(pairs, ROWS, BACKGROUND, orders=1) == pytest.approx(expected)


def test_more_orders_come_closer() -> None:
    """Three features that act together."""
    expected = np.array([by_subsets(triples, row, BACKGROUND) for row in ROWS])
    few, many = (np.abs(sampled(triples, ROWS, BACKGROUND, orders=n) - expected).max() for n in (1, 300))
    assert many < 0.05
    assert many < 0.4 * few


def test_values_add_up_to_the_prediction() -> None:
    """Less the mean prediction of the background, to the last digits; an unused feature gets nothing."""
    found = sampled(triples, ROWS, BACKGROUND, orders=2)
    assert found.sum(axis=1) == pytest.approx(triples(ROWS) - triples(BACKGROUND).mean())
    assert sampled(pairs, ROWS, BACKGROUND)[:, 3] == pytest.approx(0, abs=1e-12)


def test_the_same_seed_gives_the_same_values() -> None:
    """And another one others."""
    one, again, other = (sampled(triples, ROWS, BACKGROUND, seed=seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert not (one == other).all()


def test_real_models() -> None:
    """A linear regression by both ways, and a forest whose attributions rank the informative features first."""
    x, y = make_classification(400, 6, n_informative=2, n_redundant=0, shuffle=False, random_state=4)
    regression = LinearRegression().fit(x, y)
    assert sampled(regression.predict, x[:20], x[:30], orders=1) == pytest.approx(
        linear(regression.coef_, x[:20], x[:30])
    )
    forest = RandomForestClassifier(20, max_depth=4, random_state=4).fit(x, y)
    values = sampled(lambda table: forest.predict_proba(table)[:, 1], x[:25], x[200:220], orders=2)
    found = add_up({f"f{place}": column for place, column in enumerate(values.T)}).global_values
    assert set(sorted(found, key=found.__getitem__)[-2:]) == {"f0", "f1"}
    assert ndcg(found, found) == pytest.approx(1.0)


def test_one_feature_and_no_rows() -> None:
    """The smallest cases."""
    assert sampled(lambda table: table[:, 0] ** 2, [[3.0]], [[1.0], [2.0]]) == pytest.approx(np.array([[6.5]]))
    assert sampled(pairs, np.zeros((0, 4)), BACKGROUND).shape == (0, 4)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sampled(pairs, ROWS, BACKGROUND[:, :3]),
        lambda: sampled(pairs, ROWS, BACKGROUND[:0]),
        lambda: sampled(pairs, ROWS, BACKGROUND, orders=0),
        lambda: sampled(lambda table: table, ROWS, BACKGROUND),
        lambda: sampled(lambda table: table[:, 0] * np.nan, ROWS, BACKGROUND),
        lambda: linear([1.0], ROWS, BACKGROUND),
    ],
)
def test_what_does_not_fit_is_refused(call: object) -> None:
    """Shapes, and models that do not give one number per row."""
    with pytest.raises(UsageError):
        call()  # type: ignore[operator]

"""The Scorer port: a function in memory and a server on the loopback answer alike."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from mlgov.adapters.http_scorer import HttpScorer
from mlgov.ports import Scorer
from tests.fakes.scorer import MemoryScorer, ModelServer


def model(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(rows[:, 0] * 2 - rows[:, 1])


@pytest.fixture(params=["memory", "http"])
def scorer(request: pytest.FixtureRequest) -> Iterator[Scorer]:
    if request.param == "memory":
        yield MemoryScorer(model)
        return
    with ModelServer(model) as server:
        yield HttpScorer(server.url)


def test_each_row_has_its_answer(scorer: Scorer) -> None:
    """In the order of the rows, to the last digit."""
    assert scorer.score(["a", "b"], [[1, 2], [0.1, 0.3], [-5, 1e-9]]) == [0.0, 0.1 * 2 - 0.3, -10 - 1e-9]


def test_no_rows_have_no_answers(scorer: Scorer) -> None:
    """And are no question."""
    assert scorer.score(["a", "b"], []) == []


def test_many_rows_are_answered_in_order(scorer: Scorer) -> None:
    """However they are cut into questions."""
    rows = [[float(place), 1.0] for place in range(5_000)]
    assert scorer.score(["a", "b"], rows) == [2.0 * place - 1 for place in range(5_000)]

"""A model that serves over HTTP: what is asked, what is believed, and how long."""

import json
import time
from collections.abc import Callable

import pytest

from mlgov.adapters.http_scorer import ANSWER_BYTES, ROWS_AT_ONCE, HttpScorer
from mlgov.errors import ScorerError, UsageError
from tests.fakes.scorer import ModelServer

Answer = tuple[int, dict[str, str], bytes]


def test_questions_are_those_of_mlflow_and_not_too_large() -> None:
    """Names and rows, cut into pieces."""
    with ModelServer(lambda rows: rows.sum(axis=1)) as server:
        HttpScorer(server.url).score(["a", "b"], [[1, 2]] * (ROWS_AT_ONCE + 1))
    assert [len(question["data"]) for question in server.questions] == [ROWS_AT_ONCE, 1]
    assert server.questions[1] == {"columns": ["a", "b"], "data": [[1, 2]]}


def said(**value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("status", "headers", "body", "words"),
    [
        (500, {}, b"", "answered 500"),
        (404, {}, b"", "answered 404"),
        (302, {"Location": "http://127.0.0.1:1/"}, b"", "answered 302"),
        (200, {}, b"<html>", "no JSON"),
        (200, {}, b"[" * 100_000, "no JSON"),
        (200, {}, said(predictions=[1]), "one finite number per row"),
        (200, {}, said(predictions=["1", "2"]), "one finite number per row"),
        (200, {}, said(predictions=[True, False]), "one finite number per row"),
        (200, {}, b'{"predictions": [NaN, 1]}', "one finite number per row"),
        (200, {}, b'{"predictions": [1e999, 1]}', "one finite number per row"),
        (200, {}, said(predictions=[10**400, 1]), "one finite number per row"),
        (200, {}, said(predictions=[[0.1, 0.9], [0.2, 0.8]]), "one finite number per row"),
        (200, {}, said(answer=[1, 2]), "one finite number per row"),
        (200, {}, b"[1, 2]", "one finite number per row"),
        (200, {}, b" " * (ANSWER_BYTES + 1), "answered more than"),
    ],
)
def test_an_answer_that_makes_no_sense_is_an_error(
    status: int, headers: dict[str, str], body: bytes, words: str
) -> None:
    """Never a number out of nothing, and no redirect is followed."""
    with ModelServer(len, lambda: (status, headers, body)) as server, pytest.raises(ScorerError, match=words):
        HttpScorer(server.url).score(["a"], [[1], [2]])
    assert len(server.questions) == 1


def test_a_model_that_is_slow_or_away_is_an_error() -> None:
    """After as long as the caller waits."""

    def late() -> Answer:
        time.sleep(0.5)
        return 200, {}, said(predictions=[1])

    with ModelServer(len, late) as server, pytest.raises(ScorerError, match="timed out"):
        HttpScorer(server.url, timeout_s=0.1).score(["a"], [[1]])
    with pytest.raises(ScorerError, match="could not be asked"):
        HttpScorer(server.url, timeout_s=1).score(["a"], [[1]])


def test_all_questions_together_have_an_end() -> None:
    """A server that is just fast enough each time does not hold a run for hours."""
    times = iter([0.0, 1.0, 2.0, 99.0, 99.0])
    clock: Callable[[], float] = lambda: next(times)  # noqa: E731 - as short as it can be
    with ModelServer(lambda rows: rows[:, 0]) as server, pytest.raises(ScorerError, match="too long"):
        HttpScorer(server.url, patience_s=60, clock=clock).score(["a"], [[1]] * (ROWS_AT_ONCE + 1))


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example/score",
        "file:///etc/passwd",
        "https://",
        "ftp://127.0.0.1/x",
        "https://user:secret@models.example/x",
        "https://models.example/x\n",
        "http://127.0.0.1.models.example/x",
        "https://models.example:0/x",
        "https://[::1/x",
    ],
)
def test_an_unsafe_address_is_refused(url: str) -> None:
    """Before anything is sent; no message repeats it."""
    with pytest.raises(UsageError) as caught:
        HttpScorer(url)
    assert "secret" not in str(caught.value)


def test_no_message_holds_the_path() -> None:
    """It may be a token."""
    with ModelServer(len, lambda: (401, {}, b"")) as server, pytest.raises(ScorerError) as caught:
        HttpScorer(f"{server.url}/token-of-model?key=abc").score(["a"], [[1]])
    assert "token" not in caught.value.message
    assert "abc" not in caught.value.message

"""A model that serves over HTTP, asked as MLflow's scoring server is asked.

One POST for some rows: ``{"dataframe_split": {"columns": [...], "data": [[...], ...]}}``; the answer is
``{"predictions": [number, ...]}``, one number per row.

Only https, or http to this machine; no user or password in the address, no redirect is followed, and what is read and
how long it may take is limited. No part of the address but its host is in any message, because addresses may hold
tokens.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from math import isfinite

from mlgov.adapters import outbound
from mlgov.errors import ScorerError

ROWS_AT_ONCE = 2_048
TIMEOUT_S = 30.0
#: Seconds that all questions of one run may take together.
PATIENCE_S = 600.0
ANSWER_BYTES = 1 << 20


class HttpScorer:
    """The Scorer port on an address.

    Args:
        url: Where the model is asked.
        timeout_s: Seconds to wait for a connection and for each part of an answer.
        patience_s: Seconds that all questions may take together.
        clock: Gives seconds that only go up; for tests.

    Raises:
        UsageError: The address is not safe.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float = TIMEOUT_S,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._host = url, outbound.safe_host(url, "the scorer")
        self._timeout_s, self._clock = timeout_s, clock
        self._ends_at_s = clock() + patience_s
        self._opener = outbound.opener(self._host)

    def score(self, columns: Sequence[str], rows: Sequence[Sequence[float]]) -> list[float]:
        """Ask for the answers to some rows, as the port says."""
        found: list[float] = []
        for start in range(0, len(rows), ROWS_AT_ONCE):
            found += self._asked(columns, rows[start : start + ROWS_AT_ONCE])
        return found

    def _asked(self, columns: Sequence[str], rows: Sequence[Sequence[float]]) -> list[float]:
        if self._clock() > self._ends_at_s:
            raise self._trouble("took too long for all the questions of a run")
        question = {"dataframe_split": {"columns": list(columns), "data": [list(row) for row in rows]}}
        answer = self._posted(json.dumps(question, allow_nan=False).encode())
        try:
            value = json.loads(answer)
        except (ValueError, RecursionError):
            raise self._trouble("answered no JSON") from None
        predictions = value.get("predictions") if isinstance(value, dict) else None
        if not isinstance(predictions, list) or len(predictions) != len(rows) or not all(map(_is_number, predictions)):
            raise self._trouble("did not answer with 'predictions', one finite number per row")
        return [float(prediction) for prediction in predictions]

    def _posted(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "mlgov"}
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
        try:
            with self._opener.open(request, timeout=self._timeout_s) as reply:
                answer = self._read(reply)
        except urllib.error.HTTPError as error:
            with error:
                raise self._trouble(f"answered {error.code}") from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            why = "timed out" if isinstance(reason, TimeoutError) else f"could not be asked ({type(reason).__name__})"
            raise self._trouble(why) from None
        return answer

    def _read(self, reply: http.client.HTTPResponse) -> bytes:
        """Read an answer piece by piece, so that one that trickles in ends, too."""
        found = bytearray()
        while piece := reply.read1(1 << 16):
            found += piece
            if len(found) > ANSWER_BYTES:
                raise self._trouble(f"answered more than {ANSWER_BYTES:,} bytes")
            if self._clock() > self._ends_at_s:
                raise self._trouble("took too long for all the questions of a run")
        return bytes(found)

    def _trouble(self, what: str) -> ScorerError:
        return ScorerError(f"The model at {self._host} {what}.", hint="Look whether it serves as MLflow's server does.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300 and isfinite(value)

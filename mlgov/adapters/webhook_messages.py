"""Events to an HTTP address: one POST an event, signed, tried again where that may help.

- Only https, or http to this machine; no user or password in the address, and no redirect is followed, because a signed
  event must not go to whom nobody named.
- Tried again: no answer, a timeout, 429 and 5xx. Everything else is the receiver's last word on that event, and the
  next event is sent. When the receiver does not answer at all any more, the rest is not tried.
- Neither the secret nor the path and query of the address (which often hold a token) is in any message.
"""

import hashlib
import hmac
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlgov.adapters import outbound
from mlgov.errors import UsageError
from mlgov.ports import Message, Undelivered

TIMEOUT_S = 15.0
MAX_TRIES = 5
FIRST_WAIT_S = 1.0
#: The longest that a receiver may ask us to wait before the next try.
MAX_WAIT_S = 60.0
#: Seconds that one delivery may spend waiting between its requests, over all events.
PATIENCE_S = 180.0
ID_HEADER = "X-Mlgov-Event-Id"
SIGNATURE_HEADER = "X-Mlgov-Signature-256"


def signature(secret: str, body: bytes) -> str:
    """Sign a body as the signature header carries it: ``sha256=`` and the HMAC-SHA256 in 64 hexadecimal digits."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class WebhookMessages:
    """The MessageSink port on a webhook.

    Args:
        url: Where events are posted.
        secret: What they are signed with.
        timeout_s: Seconds to wait for a connection and for each part of an answer.
        patience_s: Seconds that one delivery may spend waiting between its requests.
        sleep: How to wait; for tests.

    Raises:
        UsageError: The address is not safe, or there is no secret.
    """

    def __init__(
        self,
        url: str,
        *,
        secret: str,
        timeout_s: float = TIMEOUT_S,
        patience_s: float = PATIENCE_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        host = outbound.safe_host(url, "the webhook")
        if not secret:
            raise UsageError("There is no secret to sign webhooks with.", hint="Set it in the environment.")
        self._url, self._secret = url, secret
        self._timeout_s, self._patience_s, self._sleep = timeout_s, patience_s, sleep
        self._opener = outbound.opener(host)

    def deliver(self, messages: Sequence[Message]) -> list[Undelivered]:
        """Post events in order and give those that did not arrive."""
        undelivered: list[Undelivered] = []
        waited_s = 0.0
        for position, message in enumerate(messages):
            answer, waited_s = self._send(message, waited_s)
            if answer.is_delivered:
                continue
            undelivered.append(Undelivered(message.id, answer.reason))
            if answer.may_change:
                rest = messages[position + 1 :]
                return undelivered + [Undelivered(left.id, "Not tried: an event before it failed.") for left in rest]
        return undelivered

    def _send(self, message: Message, waited_s: float) -> tuple["_Answer", float]:
        """Post one event until it arrives, is refused or patience ends; gives the last answer and all waiting yet."""
        body = message.data()
        for attempt in range(MAX_TRIES):
            answer = self._post(message, body)
            pause_s = min(answer.retry_after_s or FIRST_WAIT_S * 2**attempt, MAX_WAIT_S)
            is_last = attempt == MAX_TRIES - 1 or waited_s + pause_s > self._patience_s
            if answer.is_delivered or not answer.may_change or is_last:
                break
            waited_s += pause_s
            self._sleep(pause_s)
        return answer, waited_s

    def _post(self, message: Message, body: bytes) -> "_Answer":
        headers = {
            "Content-Type": message.content_type,
            "User-Agent": "mlgov",
            ID_HEADER: message.id,
            SIGNATURE_HEADER: signature(self._secret, body),
        }
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
        try:
            with self._opener.open(request, timeout=self._timeout_s) as reply:
                return _Answer(reply.status)
        except urllib.error.HTTPError as error:
            with error:
                return _Answer(error.code, retry_after=str(error.headers.get("Retry-After", "")))
        except (OSError, ValueError, http.client.HTTPException) as error:
            return _Answer(0, problem=_what(error))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of one request: HTTP status (0 without one), what kept us from one, how long to wait."""

    status: int
    problem: str = ""
    retry_after: str = ""

    @property
    def is_delivered(self) -> bool:
        return 200 <= self.status < 300

    @property
    def may_change(self) -> bool:
        return self.status in (0, 408, 429) or self.status >= 500

    @property
    def retry_after_s(self) -> float:
        return float(self.retry_after) if self.retry_after.isdecimal() and len(self.retry_after) < 9 else 0.0

    @property
    def reason(self) -> str:
        if not self.status:
            return f"The receiver gave no answer ({self.problem})."
        if 300 <= self.status < 400:
            return f"The receiver answered {self.status}, a redirect; name the address that it leads to."
        return f"The receiver answered {self.status}."


def _what(error: Exception) -> str:
    """Name a problem in words that hold no part of the address."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "timed out"
    said = getattr(reason, "strerror", None)
    return str(said) if said else type(reason).__name__

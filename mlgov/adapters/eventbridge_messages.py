"""Events to an EventBridge bus, through boto3.

boto3 finds region, credentials and endpoint by itself (``AWS_REGION``, ``AWS_ENDPOINT_URL_EVENTBRIDGE`` and so on).
EventBridge gives every entry an id of its own, so ours travels in the detail as ``EventId``: what is sent twice has it
twice.
"""

import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from mlgov.errors import OutsideError
from mlgov.ports import Message, Undelivered

#: Entries that EventBridge takes in one call.
BATCH = 10
MAX_TRIES = 4
FIRST_WAIT_S = 1.0
#: What EventBridge says of an entry that the same call may bring through later.
_TRANSIENT = ("ThrottlingException", "InternalFailure", "InternalException", "ServiceUnavailable", "")
_HINT = "Check region, credentials and the right to events:PutEvents on the bus."


class EventBridgeMessages:
    """The MessageSink port on an EventBridge bus.

    Args:
        bus: Name or ARN of the bus.
        client: A boto3 client of the service ``events``; made from the environment when None.
        sleep: How to wait; for tests.

    Raises:
        OutsideError: The environment does not say enough to reach AWS.
    """

    def __init__(self, bus: str, *, client: Any = None, sleep: Callable[[float], None] = time.sleep) -> None:  # noqa: ANN401 - boto3 makes its classes at run time
        self._bus, self._sleep = bus, sleep
        self._client = client or _client()

    def deliver(self, messages: Sequence[Message]) -> list[Undelivered]:
        """Put events in order, ten at a time, and give those that did not arrive."""
        undelivered: list[Undelivered] = []
        for start in range(0, len(messages), BATCH):
            try:
                undelivered += self._put(messages[start : start + BATCH])
            except _foreign_errors() as error:
                reason = f"EventBridge could not be reached or refused the call: {_what(error)}. {_HINT}"
                return undelivered + [Undelivered(message.id, reason) for message in messages[start:]]
        return undelivered

    def _put(self, batch: Sequence[Message]) -> list[Undelivered]:
        """Put one batch; entries that fail for a passing reason are put again, alone."""
        waiting, undelivered = list(batch), []
        for attempt in range(MAX_TRIES):
            codes = self._call(waiting)
            failed = [(message, code) for message, code in zip(waiting, codes, strict=True) if code is not None]
            is_last = attempt == MAX_TRIES - 1
            waiting = [message for message, code in failed if code in _TRANSIENT and not is_last]
            undelivered += [_refusal(message, code) for message, code in failed if message not in waiting]
            if not waiting:
                break
            self._sleep(FIRST_WAIT_S * 2**attempt)
        return undelivered

    def _call(self, messages: Sequence[Message]) -> list[str | None]:
        """Put events once; gives None for each that arrived and EventBridge's error code for each other."""
        reply = self._client.put_events(Entries=[self._entry(message) for message in messages])
        entries = reply.get("Entries", [])
        answers = [*entries, *[{}] * len(messages)][: len(messages)]  # an answer that is missing is none
        return [None if answer.get("EventId") else str(answer.get("ErrorCode", "")) for answer in answers]

    def _entry(self, message: Message) -> dict[str, Any]:
        body = message.body
        return {
            "EventBusName": self._bus,
            "Source": body["source"],
            "DetailType": body["detail-type"],
            "Detail": json.dumps({**body["detail"], "EventId": message.id}, separators=(",", ":")),
            "Resources": list(body["resources"]),
            "Time": datetime.fromisoformat(body["time"]),
        }


def _client() -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    import boto3

    try:
        return boto3.client("events")
    except _foreign_errors() as error:
        raise OutsideError(f"AWS cannot be reached: {_what(error)}.", hint=_HINT) from None


def _refusal(message: Message, code: str) -> Undelivered:
    return Undelivered(message.id, f"EventBridge did not take it: {code or 'no answer'}.")


def _foreign_errors() -> tuple[type[Exception], ...]:
    """Everything that boto3 raises: refused calls, missing settings, ValueError for an endpoint that is no address."""
    from botocore.exceptions import BotoCoreError, ClientError

    return (BotoCoreError, ClientError, ValueError)


def _what(error: Exception) -> str:
    """Name a problem by its code or class; the words of the error could hold what the environment holds."""
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return str(code or type(error).__name__)

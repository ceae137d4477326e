"""Hooks: what a monitor that enters alert sets off, once per alert, over all machines and retries.

The rules that this module keeps:

1. An alert is one alert from the window that raised it until it ends. A revised window that moves its beginning makes
   no second one.
2. Who wants to act first claims the hook on the ledger. Two machines cannot both win: a record never changes.
3. How it ended is a second record. An event or a proposal that failed is tried again by a later run while the alert
   lasts; both can be repeated without harm. A command is never started a second time.
4. A claim whose run never came back is as good as failed, after the time that a command may take and an hour.
5. What a hook does or fails to do never changes what the monitor said.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from mlgov.errors import LedgerError, MlgovError
from mlgov.monitors.alerts import alert_of
from mlgov.monitors.execution import Execution, by_monitor
from mlgov.monitors.schema import Monitor, MonitorSetDocument
from mlgov.names import Status
from mlgov.ports import Ledger

FOLDER = "hooks"
FORMAT = "mlgov/hook/v1"
PATIENCE = timedelta(hours=1)
_SAID_LIMIT = 500


class Hook(StrEnum):
    """What an alert can set off."""

    EVENT = "event"
    REVIEW = "review"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Raised:
    """A monitor that is in alert.

    Attributes:
        model: Name of the model.
        monitor: The monitor.
        since: End of the window that raised the alert, UTC.
        last: The last execution.
    """

    model: str
    monitor: Monitor
    since: datetime
    last: Execution


@dataclass(frozen=True, slots=True)
class HookRecord:
    """What the ledger says of one attempt of a hook: its claim or its end.

    Attributes:
        hook: Which.
        model: Name of the model.
        monitor: Name of the monitor.
        since: End of the window that raised the alert, UTC.
        last: End of the last window that was known then, UTC.
        attempt: 1, and one more for each time it was tried again.
        state: claimed, done, failed, or not_started when it was claimed and then left alone.
        at: When, UTC.
        run: Tells runs apart.
        said: What came of it, for people.
        pull_request: Number of the pull request; 0 for none.
    """

    hook: Hook
    model: str
    monitor: str
    since: datetime
    last: datetime
    attempt: int
    state: str
    at: datetime
    run: str
    said: str = ""
    pull_request: int = 0

    @property
    def path(self) -> str:
        """Where it lies on the ledger."""
        part = "claim" if self.state == "claimed" else "end"
        return (
            f"{FOLDER}/{self.model}/{self.monitor}/{self.since:%Y-%m-%dT%H%M%SZ}/{self.hook}.{self.attempt}.{part}.json"
        )

    def render(self) -> bytes:
        """Write it as JSON."""
        value = {
            "format": FORMAT,
            **asdict(self),
            **{key: _time(getattr(self, key)) for key in ("since", "last", "at")},
        }
        return (json.dumps(value, sort_keys=True, indent=1) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a hook.

    Attributes:
        said: What was done or went wrong, for people; it is kept on the ledger and shown in issues.
        ok: Whether it was done.
        pull_request: Number of the pull request; 0 for none.
    """

    said: str
    ok: bool = True
    pull_request: int = 0


@dataclass(frozen=True, slots=True)
class Firing:
    """A hook that is due.

    Attributes:
        raised: The alert.
        claim: The record that claims it.
    """

    raised: Raised
    claim: HookRecord

    def describe(self) -> str:
        """Say what it is about, on one line."""
        return (
            f"{self.claim.hook} of {self.claim.model}/{self.claim.monitor}, in alert since {_time(self.raised.since)}"
        )


#: Does what a hook does.
Act = Callable[[Firing], Ended]


def raised(sets: Iterable[MonitorSetDocument], executions: Iterable[Execution]) -> list[Raised]:
    """List the monitors that are in alert, of every set that is not archived."""
    groups = by_monitor(executions)
    return [
        Raised(found.spec.model, monitor, since, history[-1])
        for found in sets
        if found.lifecycle.status is not Status.ARCHIVED
        for monitor in found.spec.monitors
        if monitor.enabled and (history := groups.get((found.spec.model, monitor.name)))
        if (since := alert_of(history, monitor.alert).since)
    ]


def load_records(records: Mapping[str, bytes]) -> list[HookRecord]:
    """Read what the ledger knows of hooks. Raises LedgerError for a damaged record."""
    return [_load(data, path) for path, data in records.items() if path.startswith(f"{FOLDER}/")]


def due(
    alerts: Iterable[Raised],
    records: Sequence[HookRecord],
    wanted: Iterable[Hook],
    *,
    now: datetime,
    run: str,
    limit: timedelta = timedelta(),
) -> list[Firing]:
    """List the hooks that are to be fired.

    Args:
        alerts: The monitors that are in alert.
        records: All that the ledger knows of hooks.
        wanted: The hooks that are turned on.
        now: The present time.
        run: Tells this run from others.
        limit: How long a command may take.
    """
    hooks = [hook for hook in Hook if hook in set(wanted)]
    return [
        Firing(replace(alert, since=claim.since), claim)
        for alert in alerts
        for hook in hooks
        if (claim := _claim(alert, hook, _of_alert(alert, hook, records), now, run, limit))
    ]


def trouble(alert: Raised, records: Sequence[HookRecord], *, now: datetime, limit: timedelta = timedelta()) -> str:
    """Say which hooks of an alert failed, a line each; empty when none did.

    Args:
        alert: The alert.
        records: All that the ledger knows of hooks.
        now: The present time.
        limit: How long a command may take.
    """
    lines = []
    for hook in Hook:
        known = _of_alert(alert, hook, records)
        if known and known[-1].state == "failed":
            lines.append(f"{hook}: {known[-1].said}")
        elif known and known[-1].state == "claimed" and _is_lost(known[-1], now, limit):
            again = "It is not started again." if hook is Hook.COMMAND else "The next run tries again."
            lines.append(f"{hook}: It was begun at {_time(known[-1].at)} and never ended. {again}")
    return "\n".join(lines)


def fire(firing: Firing, act: Act, ledger: Ledger, now: datetime) -> Ended | None:
    """Claim a hook and do it.

    Args:
        firing: The hook.
        act: Does it.
        ledger: Where it is claimed and remembered.
        now: The present time.

    Returns:
        What came of it; None when another run was faster.

    Raises:
        LedgerError: It could not be claimed, so nothing was done; or it was done and that could not be recorded.
    """
    claim = firing.claim
    try:
        ledger.append({claim.path: claim.render()}, message=f"Claim {firing.describe()}", at=now)
    except LedgerError as error:
        if not error.recorded:
            if ledger.records(claim.path).get(claim.path, claim.render()) != claim.render():
                return None
            raise
        # The others do not see the claim, so they may act as well. The next append hands both records on.
        _end(claim, Ended("The ledger was out of reach.", ok=False), "not_started", ledger, now)
        raise
    try:
        ended = act(firing)
    except MlgovError as error:
        ended = Ended(f"{error.message} {error.hint}".strip(), ok=False)
    _end(claim, ended, "done" if ended.ok else "failed", ledger, now)
    return ended


def _end(claim: HookRecord, ended: Ended, state: str, ledger: Ledger, now: datetime) -> None:
    said = ended.said[:_SAID_LIMIT]
    record = replace(claim, state=state, at=now, said=said, pull_request=ended.pull_request)
    try:
        ledger.append({record.path: record.render()}, message=f"{state}: {claim.hook} of {claim.model}", at=now)
    except LedgerError:
        if state != "not_started":
            raise


def _of_alert(alert: Raised, hook: Hook, records: Sequence[HookRecord]) -> list[HookRecord]:
    """Give the records of a hook about one alert, oldest attempt first, an end after its claim."""
    found = [
        record
        for record in records
        if (record.model, record.monitor, record.hook) == (alert.model, alert.monitor.name, hook)
        and record.last >= alert.since
    ]
    return sorted(found, key=lambda record: (record.since, record.attempt, record.state != "claimed"))


def _claim(
    alert: Raised, hook: Hook, known: Sequence[HookRecord], now: datetime, run: str, limit: timedelta
) -> HookRecord | None:
    """Give the claim of the next attempt; None when nothing is to be done."""
    since, attempt = alert.since, 1
    if known:
        before = known[-1]
        may_repeat = hook is not Hook.COMMAND
        is_open = {
            "claimed": may_repeat and _is_lost(before, now, limit),
            "failed": may_repeat,
            "not_started": True,
        }.get(before.state, False)
        if not is_open:
            return None
        since, attempt = before.since, before.attempt + 1
    names = (alert.model, alert.monitor.name)
    return HookRecord(hook, *names, since, max(alert.last.window_end, since), attempt, "claimed", now, run)


def _is_lost(claim: HookRecord, now: datetime, limit: timedelta) -> bool:
    return claim.at + limit + PATIENCE <= now


def _load(data: bytes, path: str) -> HookRecord:
    try:
        value: dict[str, Any] = json.loads(data)
        if value.pop("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        times = {key: datetime.fromisoformat(value[key]).astimezone(UTC) for key in ("since", "last", "at")}
        found = HookRecord(**{**value, **times, "hook": Hook(value["hook"])})
        if found.path != path:
            raise ValueError("it is about something else than its path says")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise LedgerError(f"The record {path} is damaged: {error}") from None
    return found


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"

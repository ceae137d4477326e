"""Captures by hour: a run opens the hours of its window, and those in which late rows may lie."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.test_monitor import FIRST, MONITORS, Call
from tests.git_world import GitWorld

HOURLY = MONITORS.replace(
    "source: {{uri: traffic/{name}, format: csv, event_time: at}}",
    "source: {{uri: capture, format: sagemaker_capture}}",
)


def write(world: GitWorld, folder: datetime, *moments: datetime, name: str = "a") -> None:
    """Write records of some moments into the folder of an hour."""
    place: Path = world.root / f"capture/churn/AllTraffic/{folder:%Y/%m/%d/%H}/{name}.jsonl"
    place.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for moment in moments:
        data = json.dumps({"age": 40 + moment.minute % 7, "state": ("CA", "NY", "WA")[moment.minute % 3]})
        sides = {"endpointInput": {"mode": "INPUT", "data": data, "encoding": "JSON"}}
        metadata = {"eventId": f"{name}{moment}", "inferenceTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
        lines.append(json.dumps({"captureData": sides, "eventMetadata": metadata, "eventVersion": "0"}))
    place.write_text("\n".join(lines) + "\n")


def minutes(hour: datetime) -> list[datetime]:
    return [hour + timedelta(minutes=minute) for minute in range(60)]


def test_late_rows_in_later_folders_reopen_their_window(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Three hours later they are found and the window is revised; folders out of reach are not even opened."""
    ready.write("monitors/churn.yaml", HOURLY.format(name="churn") + "      schedule: cron(0 * ? * * *)\n")
    start = FIRST.replace(tzinfo=UTC) + timedelta(days=1)
    for hour in range(6):
        write(ready, start + timedelta(hours=hour), *minutes(start + timedelta(hours=hour)))
    for far in (-5, 20):
        folder = ready.root / f"capture/churn/AllTraffic/{start + timedelta(hours=far):%Y/%m/%d/%H}"
        folder.mkdir(parents=True)
        (folder / "damaged.jsonl").write_text("this is no JSON\n")
    found = json.loads(call("monitor", "run", "--due", "-f", "json", day=1, hour=2)[1])["executions"]
    rows = found[0]["execution"]["rows"]
    assert (len(found), found[0]["execution"]["window_end"]) == (1, "2026-11-02T02:00:00Z")
    assert (rows["judged"], rows["outside"]) == (60, 60)
    late = [start + timedelta(hours=1, minutes=m) for m in (5, 9)]
    write(ready, start + timedelta(hours=3), *late, name="late")
    found = json.loads(call("monitor", "run", "--due", "-f", "json", day=1, hour=4)[1])["executions"]
    seen = [(e["execution"]["window_end"][11:13], e["execution"]["rows"]["judged"], e["is_new"]) for e in found]
    assert seen == [("02", 62, True), ("03", 60, True), ("04", 60, True)]
    assert found[0]["execution"]["revision"] == 2

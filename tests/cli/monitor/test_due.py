"""``mlgov monitor due`` and ``run --due``: what would run is what runs."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.test_monitor import MONITORS, Call, frame, records
from tests.git_world import GitWorld


def due(call: Callable[..., Call], **when: int) -> tuple[int, dict[str, Any]]:
    """Ask what is due; gives the exit code and the one monitor."""
    code, out, _ = call("monitor", "due", "-f", "json", **when)
    (found,) = json.loads(out)["monitors"]
    return code, found


def ends(windows: list[dict[str, str]]) -> list[str]:
    return [window["end"][5:13] for window in windows]


def ran(out: str) -> list[tuple[str, bool]]:
    """Read which windows a run looked at, and whether each result was new."""
    found = json.loads(out)["executions"]
    return [(each["execution"]["window_end"][5:13], each["is_new"]) for each in found]


def test_of_a_new_monitor_the_last_window_is_due(call: Callable[..., Call]) -> None:
    """Exit 4, as for other pending work; nothing is written."""
    code, found = due(call, day=3)
    assert (code, ends(found["missing"]), found["again"]) == (4, ["11-04T00"], [])
    assert (found["reason"], found["last_execution"]) == ("it never ran", None)
    code, out, _ = call("monitor", "due", day=3)
    assert out.split("\n")[1].split()[:4] == ["churn", "data-quality", "1", "2026-11-03T00:00:00Z"]


def test_every_window_since_the_last_execution_is_due_and_run(ready: GitWorld, call: Callable[..., Call]) -> None:
    """What `due` names is what `run --due` runs, once."""
    call("monitor", "run", "--due", day=1)
    code, found = due(call, day=5)
    assert (code, ends(found["missing"])) == (4, ["11-03T00", "11-04T00", "11-05T00", "11-06T00"])
    assert found["reason"] == "4 windows have no execution"
    code, out, _ = call("monitor", "run", "--due", "-f", "json", day=5)
    assert (code, ran(out)) == (1, [(f"11-0{day}T00", True) for day in (3, 4, 5, 6)])
    code, found = due(call, day=5)
    assert (code, found["missing"], ends(found["again"])) == (0, [], ["11-06T00"])
    assert sum(path.startswith("executions/") for path in records(ready)) == 5


def test_a_gap_is_due_too(call: Callable[..., Call]) -> None:
    """A window between two executions was missed as much as one after the last."""
    for day in (1, 3):
        call("monitor", "run", "churn", day=day)
    assert ends(due(call, day=3)[1]["missing"]) == ["11-03T00"]


def test_the_limit_is_said_with_the_command_that_runs_the_rest(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Two windows of four are caught up; the others are named, and a backfill finds them."""
    ready.write("mlgov.toml", "[monitors]\ncatch_up_windows = 2\n")
    call("monitor", "run", "--due", day=1)
    _, found = due(call, day=5)
    assert (ends(found["missing"]), found["left_out"]["count"]) == (["11-05T00", "11-06T00"], 2)
    _, out, err = call("monitor", "run", "--due", "-f", "json", day=5)
    assert [end for end, _ in ran(out)] == ["11-05T00", "11-06T00"]
    span = "2026-11-02T00:00:00Z..2026-11-04T00:00:00Z"
    assert f"2 older windows are left out; 'mlgov monitor backfill' runs {span}" in err
    out = call("monitor", "backfill", "churn", "--window", span, "-f", "json", day=5)[1]
    assert ran(out) == [("11-03T00", True), ("11-04T00", True)]


def test_late_rows_revise_a_window_within_the_bound(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Two days are looked at again when rows may come so late; older records stay as they are."""
    ready.write("mlgov.toml", "[monitors]\nlateness_hours = 30\n")
    for day in (1, 2):
        call("monitor", "run", "--due", day=day)
    for day in (0, 1):
        ready.write(f"traffic/churn/late-{day}.csv", frame(50, 70 + day, day).to_csv(index=False))
    _, found = due(call, day=2, hour=1)
    assert (ends(found["again"]), found["reason"]) == (["11-02T00", "11-03T00"], "late rows may change 2 windows")
    _, out, _ = call("monitor", "run", "--due", "-f", "json", day=2, hour=1)
    assert ran(out) == [("11-02T00", True), ("11-03T00", True)]
    assert [e["execution"]["revision"] for e in json.loads(out)["executions"]] == [2, 2]
    ready.write("traffic/churn/later.csv", frame(50, 80, 0).to_csv(index=False))
    _, out, _ = call("monitor", "run", "--due", "-f", "json", day=2, hour=9)
    assert [end for end, _ in ran(out)] == ["11-03T00"]
    assert "executions/churn/data-quality/2026-11-02T000000Z.r3.json" not in records(ready)


def test_rows_of_later_days_are_no_revision(ready: GitWorld, call: Callable[..., Call]) -> None:
    """A source that grows gives the same record: the window did not change."""
    call("monitor", "run", "churn", day=1)
    ready.write("traffic/churn/more.csv", frame(200, 90, 7).to_csv(index=False))
    ready.write("traffic/churn/old.csv", frame(200, 91, -3).to_csv(index=False))
    assert "completed, known" in call("monitor", "run", "--due", day=1)[1]


def test_a_run_of_the_past_gives_the_bytes_of_then(ready: GitWorld, call: Callable[..., Call]) -> None:
    """The ledger's commit is the same one, though the source has grown since."""
    call("monitor", "run", "--due", day=2)
    before = ready.git("rev-parse", "mlgov-ledger")
    ready.git("update-ref", "-d", "refs/heads/mlgov-ledger")
    ready.write("traffic/churn/more.csv", frame(300, 92, 6).to_csv(index=False))
    call("monitor", "run", "--due", day=2)
    assert ready.git("rev-parse", "mlgov-ledger") == before


def test_nothing_due_says_when_something_will_be(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Also when no monitor is enabled."""
    ready.write("mlgov.toml", "[monitors]\nlateness_hours = 0\n")
    ready.write("monitors/churn.yaml", MONITORS.format(name="churn") + "      enabled: false\n")
    assert call("monitor", "due")[:2] == (0, "Nothing is due: no monitor can run.\n")


def test_what_cannot_be_read_is_told(ready: GitWorld, call: Callable[..., Call]) -> None:
    """A broken document does not look like a quiet one."""
    ready.write("monitors/broken.yaml", "apiVersion: mlgov/v1\nkind: MonitorSet\n")
    code, _, err = call("monitor", "due")
    assert (code, "monitors/broken.yaml" in err) == (5, True)
    assert call("monitor", "run", "--due")[0] == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--due", "--window", "2026-11-01..2026-11-02"), "exclude each other"),
        (("churn", "--window", "2027-01-01..2027-01-02"), "lies in the future"),
        (("churn", "--window", "2026-11-02..2026-11-02"), "has no length"),
        (("churn", "--window", "2026-11-01T00:00..x"), "'x' is no time"),
        (("churn", "--window", "1960-01-01..2026-11-02"), "outside of the years 1970 to 2199"),
        (("churn", "--window", "0001-01-01T00:00+14:00..2026-11-02"), "not within the years"),
    ],
)
def test_times_that_cannot_be_run_are_refused(call: Callable[..., Call], arguments: tuple[str, ...], said: str) -> None:
    """Exit 2 and a sentence."""
    code, _, err = call("monitor", "run", *arguments)
    assert (code, said in err) == (2, True), err


def test_a_window_may_name_its_zone(call: Callable[..., Call]) -> None:
    """Two hours east of Greenwich the day of UTC begins at two; without a zone it is UTC."""
    east = "2026-11-01T02:00+02:00..2026-11-02T02:00+02:00"
    code, out, err = call("monitor", "run", "churn", "--window", east, "-f", "json")
    assert (code, ran(out), "covers" in err) == (0, [("11-02T00", True)], False)


def test_times_that_no_window_covers_are_said(call: Callable[..., Call]) -> None:
    """At both ends, and what is not over yet."""
    _, out, err = call("monitor", "run", "churn", "--window", "2026-10-31T20:00..2026-11-04T05:00", "-f", "json")
    assert [end for end, _ in ran(out)] == ["11-02T00", "11-03T00"]
    said = "2026-10-31T20:00:00Z..2026-11-01T00:00:00Z and 2026-11-03T00:00:00Z..2026-11-04T05:00:00Z"
    assert f"no complete window covers {said}" in err


def test_a_huge_time_is_refused(call: Callable[..., Call]) -> None:
    """Before anything is read."""
    code, _, err = call("monitor", "run", "churn", "--window", "1970-01-01..2026-11-02")
    assert (code, "more than 1,000 windows" in err) == (3, True)

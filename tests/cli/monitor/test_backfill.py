"""``mlgov monitor backfill``: what is missing, oldest first, and never twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgov.monitors.run import record_one
from tests.cli.monitor.conftest import pressing
from tests.cli.test_monitor import MONITORS, Call, records
from tests.git_world import GitWorld, clone, new_world

SPAN = "2026-11-01..2026-11-07"
HOURLY = MONITORS.format(name="churn") + "      schedule: cron(0 * ? * * *)\n"


def ran(out: str) -> list[tuple[str, bool]]:
    """Read which days a run looked at, and whether each result was new."""
    found = json.loads(out)["executions"]
    return [(each["execution"]["window_end"][5:10], each["is_new"]) for each in found]


def kept(world: GitWorld) -> str:
    """Give the tree of all records."""
    return world.git("rev-parse", "mlgov-ledger^{tree}")


def test_only_what_is_missing_is_run(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Oldest first; the records of before have the bytes of before."""
    call("monitor", "run", "churn", day=2)
    before = ready.git("rev-parse", "mlgov-ledger:executions/churn/data-quality/2026-11-03T000000Z.json")
    code, out, err = call("monitor", "backfill", "churn", "--window", SPAN, "-f", "json", day=6)
    assert (code, ran(out)) == (1, [(f"11-0{day}", True) for day in (2, 4, 5, 6, 7)])
    assert "Recorded 5 executions on mlgov-ledger; not pushed, as there is no remote 'origin'." in err
    after = ready.git("rev-parse", "mlgov-ledger:executions/churn/data-quality/2026-11-03T000000Z.json")
    assert after == before
    tip = ready.git("rev-parse", "mlgov-ledger")
    code, out, err = call("monitor", "backfill", "churn", "--window", SPAN, day=6)
    assert (code, out) == (0, "No window of this time lacks an execution.\n")
    assert err == "Nothing new to record on mlgov-ledger.\n"
    assert ready.git("rev-parse", "mlgov-ledger") == tip


def test_a_dry_run_lists_what_is_missing(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Exit 4, as for pending work, and no ledger."""
    code, out, _ = call("monitor", "backfill", "churn", "--window", "2026-11-01..2026-11-03", "--dry-run", day=6)
    assert (code, out.split("\n")[0]) == (4, "churn/data-quality 2026-11-01T00:00:00Z..2026-11-02T00:00:00Z")
    assert "mlgov-ledger" not in ready.git("for-each-ref")


def test_a_backfill_is_the_same_bytes_wherever_it_is_done(
    ready: GitWorld, call: Callable[..., Call], tmp_path: Path
) -> None:
    """Same repository, same data, same --now: the same commit, and the records that daily runs would have made."""
    other = clone(ready.root, tmp_path / "other")
    for world in (ready, other):
        call("monitor", "backfill", "churn", "--window", SPAN, "--no-push", day=6, root=world.root)
    assert other.git("rev-parse", "mlgov-ledger") == ready.git("rev-parse", "mlgov-ledger")
    third = clone(ready.root, tmp_path / "third")
    third.git("update-ref", "-d", "refs/remotes/origin/mlgov-ledger")
    call("monitor", "run", "churn", "--window", SPAN, "--no-push", day=6, root=third.root)
    assert kept(third) == kept(ready)


def test_a_backfill_that_was_stopped_goes_on(ready: GitWorld, call: Callable[..., Call], tmp_path: Path) -> None:
    """Ctrl-C in the midst of it: what was recorded stays, and the end is that of one that was never stopped."""
    ready.write("monitors/churn.yaml", HOURLY)
    ready.commit("hourly")
    other = clone(ready.root, tmp_path / "other")
    command = [sys.executable, "-m", "mlgov", "-C", str(ready.root), "--now", "2026-11-07T00:07:00Z"]
    hours = ("backfill", "churn", "--window", "2026-11-03T00:00..2026-11-03T16:00")
    command += ["monitor", *hours]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=os.environ)
    ledger = ready.root / ".git/refs/heads/mlgov-ledger"
    while not ledger.exists():  # asking git would take as long as some windows
        assert running.poll() is None
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert (running.returncode, "the same command goes on" in said) == (130, True), said
    first = sum(path.startswith("executions/") for path in records(ready))
    assert 0 < first < 16
    out = call("monitor", *hours, "-f", "json", day=6)[1]
    assert len(ran(out)) == 16 - first
    call("monitor", *hours, "--no-push", day=6, root=other.root)
    assert kept(other) == kept(ready)


@pytest.mark.usefixtures("by_default")
@pytest.mark.parametrize("place", ["mlgov.cli.monitor.backfill.read", "mlgov.monitors.backfill.record_one"])
def test_a_backfill_that_was_stopped_before_its_first_record_says_so(
    ready: GitWorld, call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """While documents are read, or when the first window is judged and not recorded."""
    monkeypatch.setattr(place, pressing(object))
    code, out, err = call("monitor", "backfill", "churn", "--window", SPAN, day=6)
    assert (code, out) == (130, "")
    assert err.strip() == "Stopped before this command recorded anything; the same command starts anew."
    assert "mlgov-ledger" not in ready.git("for-each-ref")


@pytest.mark.usefixtures("by_default")
def test_a_backfill_that_was_stopped_counts_executions(
    ready: GitWorld, call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two monitors over six windows are twelve."""
    second = MONITORS.format(name="churn").partition("monitors:\n")[2].replace("name: data-quality", "name: more")
    ready.write("monitors/churn.yaml", MONITORS.format(name="churn") + second)
    monkeypatch.setattr("mlgov.monitors.backfill.record_one", pressing(record_one, after=5))
    code, _, err = call("monitor", "backfill", "churn", "--window", SPAN, day=6)
    said = "Stopped after 5 of 12 executions. What is recorded stays, and the same command goes on."
    assert (code, err.strip()) == (130, said)
    assert sum(path.startswith("executions/") for path in records(ready)) == 5


def test_a_backfill_is_pushed_when_it_is_done(ready: GitWorld, call: Callable[..., Call], tmp_path: Path) -> None:
    """All at once; a clone that has them finds nothing missing."""
    remote = new_world(tmp_path / "remote.git", "--bare")
    ready.git("remote", "add", "origin", str(remote.root))
    ready.git("push", "--quiet", "origin", "main")
    other = clone(remote.root, tmp_path / "other")
    err = call("monitor", "backfill", "churn", "--window", SPAN, day=6)[2]
    assert "Recorded 6 executions on mlgov-ledger, pushed to origin." in err
    assert remote.git("rev-parse", "mlgov-ledger") == ready.git("rev-parse", "mlgov-ledger")
    out = call("monitor", "backfill", "churn", "--window", SPAN, day=6, root=other.root)[1]
    assert out == "No window of this time lacks an execution.\n"


def test_where_the_records_are_is_told_as_after_a_run(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Kept here on purpose, or because the remote did not take them."""
    ready.git("remote", "add", "origin", str(ready.root / "nowhere.git"))
    days = ("--window", "2026-11-01..2026-11-03")
    code, out, err = call("monitor", "backfill", "churn", *days, "--no-push", day=6)
    assert (code, out.count("completed")) == (0, 2)
    assert "Recorded 2 executions on mlgov-ledger; not pushed (--no-push)." in err
    remote = new_world(ready.root.parent / "remote.git", "--bare")
    ready.git("remote", "set-url", "origin", str(remote.root))
    hook = remote.root / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    code, out, err = call("monitor", "backfill", "churn", "--window", SPAN, day=6)
    assert (code, out.split("\n")[4].split()[2]) == (3, "2026-11-07T00:00:00Z")
    assert "Recorded 4 executions on mlgov-ledger; not pushed to origin.\n" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--window", "2026-11-08..2026-11-09"), 2, "lies in the future"),
        (("--window", "2026-11-06T12:00..2026-11-06T14:00"), 3, "holds no complete window"),
        (("--window", SPAN, "-m", "nothing"), 2, "no monitor 'nothing'"),
        ((), 2, "--window"),
    ],
)
def test_what_cannot_be_filled_is_told(
    call: Callable[..., Call], arguments: tuple[str, ...], code: int, said: str
) -> None:
    """Nothing is run."""
    got, _, err = call("monitor", "backfill", "churn", *arguments, day=6)
    assert (got, said in err) == (code, True), err


def test_a_huge_time_is_refused(ready: GitWorld, call: Callable[..., Call]) -> None:
    """More than 10,000 hours."""
    ready.write("monitors/churn.yaml", HOURLY)
    code, _, err = call("monitor", "backfill", "churn", "--window", "2024-11-01..2026-11-02")
    assert (code, "more than 10,000 windows" in err) == (3, True)

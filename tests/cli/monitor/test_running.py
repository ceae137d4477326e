"""``mlgov monitor run``: what is said when it is stopped, and which monitors it runs."""

import json
import signal
import sys
from collections.abc import Callable

import pytest

from mlgov.monitors.rounds import lines_of
from tests.cli.monitor.conftest import pressing
from tests.cli.test_monitor import MONITORS, Call, records
from tests.git_world import GitWorld

DAY = "2026-11-01..2026-11-02"
WHOLE = "2026-11-01T00:00:00Z..2026-11-02T00:00:00Z"


@pytest.mark.usefixtures("by_default")
@pytest.mark.parametrize("place", ["mlgov.cli.monitor.running.read", "mlgov.monitors.side_by_side.execute"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("churn",), "Stopped; nothing was recorded. The same command starts anew."),
        (("churn", "--window", DAY), f"nothing was recorded. 'mlgov monitor backfill churn --window {WHOLE}' records"),
        (("churn", "-m", "data-quality", "--window", DAY), f"backfill churn -m data-quality --window {WHOLE}' records"),
        (("--all", "--window", DAY), f"nothing was recorded. 'mlgov monitor backfill NAME --window {WHOLE}' records"),
    ],
)
def test_a_run_that_is_stopped_says_that_nothing_is_recorded(
    ready: GitWorld,
    call: Callable[..., Call],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    """And with which command the work goes on."""
    monkeypatch.setattr(place, pressing(object))
    code, out, err = call("monitor", "run", *arguments)
    assert (code, out, said in err) == (130, "", True), err
    assert "mlgov-ledger" not in ready.git("for-each-ref")


@pytest.mark.usefixtures("by_default")
@pytest.mark.parametrize("command", ["run", "backfill"])
def test_a_command_that_is_stopped_at_its_start_speaks(
    call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """While the code that reads --window is loaded."""

    class Slow:
        """Stands where the module is looked up."""

        def find_spec(self, name: str, *_: object) -> None:
            """Press Ctrl-C when it is asked for."""
            if name == "mlgov.monitors.schedule":
                signal.raise_signal(signal.SIGINT)

    monkeypatch.delitem(sys.modules, "mlgov.monitors.schedule")
    monkeypatch.setattr(sys, "meta_path", [Slow(), *sys.meta_path])
    code, out, err = call("monitor", command, "churn", "--window", DAY)
    assert (code, out, err.strip()) == (130, "", "Stopped; nothing was recorded. The same command starts anew.")


def test_the_command_that_it_names_is_one(call: Callable[..., Call]) -> None:
    """The time is written as --window takes it."""
    assert call("monitor", "backfill", "churn", "--window", WHOLE, "--dry-run")[:2] == (
        4,
        f"churn/data-quality {WHOLE}\n",
    )


@pytest.mark.usefixtures("by_default")
def test_a_run_that_is_stopped_late_does_not_deny_its_records(
    ready: GitWorld, call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are on the ledger."""
    monkeypatch.setattr("mlgov.monitors.rounds.lines_of", pressing(lines_of))
    code, _, err = call("monitor", "run", "churn", "--window", DAY)
    assert (code, "nothing" in err, "What is recorded stays" in err) == (130, False, True), err
    assert sum(path.startswith("executions/") for path in records(ready)) == 1


@pytest.fixture
def two(ready: GitWorld) -> GitWorld:
    """The model has a second monitor, and there is a second set with a monitor of another name."""
    text = MONITORS.format(name="churn")
    ready.write("monitors/churn.yaml", text + text.partition("monitors:\n")[2].replace("data-quality\n", "more\n", 1))
    ready.write("cards/credit.yaml", (ready.root / "cards/churn.yaml").read_text().replace("churn", "credit"))
    ready.write("monitors/credit.yaml", MONITORS.format(name="credit").replace("data-quality\n", "other\n", 1))
    ready.commit("two")
    return ready


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    "arguments", [("churn",), ("--all",), ("--due",), ("churn", "credit"), ("churn", "--window", DAY)]
)
def test_one_monitor_alone_is_run(call: Callable[..., Call], arguments: tuple[str, ...]) -> None:
    """The name may be in any of the chosen sets."""
    code, out, _ = call("monitor", "run", *arguments, "-m", "more", "-f", "json", day=1)
    found = json.loads(out)
    ran = [(each["model"], each["monitor"]) for each in found["executions"]]
    assert (code, ran, found["problems"]) == (0, [("churn", "more")], [])


def test_issues_and_hooks_are_about_the_other_monitors_too(two: GitWorld, call: Callable[..., Call]) -> None:
    """An alert of a monitor that does not run this time is still one."""
    two.save("mlgov.toml", '[hooks]\ncommand = ["true"]\n')
    call("monitor", "run", "churn", "-m", "data-quality", "--window", "2026-11-03..2026-11-05", day=4)
    more = ("churn", "-m", "more", "--window", DAY, "--dry-run", "--hooks", "-f", "json")
    found = json.loads(call("monitor", "run", *more, day=4)[1])
    assert [each["monitor"] for each in found["executions"]] == ["more"]
    assert found["issue_actions"] == ["open an issue: churn: Data quality in alert"]
    assert len(found["hooks"]) == 1
    assert "churn/data-quality" in found["hooks"][0]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("credit",), "credit has no monitor 'more'.\nIt has other."),
        (("--all",), "None of these monitor sets has a monitor 'mor'.\nThey have data-quality, more, other."),
    ],
)
def test_a_monitor_that_no_set_has_is_refused(call: Callable[..., Call], names: tuple[str, ...], said: str) -> None:
    """With the names there are."""
    code, _, err = call("monitor", "run", *names, "-m", said.split("'")[1])
    assert code == 2
    assert all(part in err for part in said.split("\n")), err

"""``mlgov monitor run``: what is said when it is stopped, and which monitors it runs."""

from collections.abc import Callable

import pytest

from mlgov.monitors.rounds import lines_of
from tests.cli.monitor.conftest import pressing
from tests.cli.test_monitor import Call, records
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

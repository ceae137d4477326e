"""``mlgov monitor status`` and the dashboard's rows: every state that a monitor can be in."""

import json
from collections.abc import Callable

from tests.cli.test_monitor import CARD, FIRST, MONITORS, Call, frame
from tests.git_world import GitWorld

REQUIRED = '[monitors.required]\nlow = ["data_quality", "model_quality"]\n'


def cells(call: Callable[..., Call], **when: int) -> list[tuple[str, str, str]]:
    out = call("monitor", "status", "-f", "json", **when)[1]
    return [(line["model"], line["monitor"], line["cell"]) for line in json.loads(out)]


def dashboard(call: Callable[..., Call], model: str, **when: int) -> dict[str, str]:
    (row,) = (
        each for each in json.loads(call("dashboard", "-f", "json", **when)[1])["models"] if each["model"] == model
    )
    return {kind: cell["state"] for kind, cell in row["monitors"].items()}


def test_an_approved_model_misses_the_monitors_that_its_risk_requires(
    ready: GitWorld, call: Callable[..., Call]
) -> None:
    """Also one without a monitor set; a draft misses nothing; a named set speaks of its own model."""
    ready.write("mlgov.toml", REQUIRED)
    approved = CARD.replace("status: draft", "status: approved")
    ready.write("cards/churn.yaml", approved.format(name="churn"))
    ready.write("cards/fraud.yaml", approved.format(name="fraud"))
    ready.write("cards/idea.yaml", CARD.format(name="idea"))
    watched = [("churn", "data-quality", "pending"), ("churn", "", "missing")]
    assert cells(call) == [*watched, ("fraud", "", "missing"), ("fraud", "", "missing")]
    text = call("monitor", "status", "churn")[1].split("\n")
    assert text[2].split() == ["churn", "-", "model_quality", "Missing", "0", "of", "0", "-"]
    assert len(text) == 4
    assert dashboard(call, "churn")["data_quality"] == "pending"
    assert dashboard(call, "churn")["model_quality"] == "missing"
    assert set(dashboard(call, "idea").values()) == {"none"}


def test_a_monitor_that_is_switched_off_is_inactive_and_not_missing(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Somebody decided it; the dashboard asks for attention all the same."""
    ready.write("mlgov.toml", REQUIRED.replace(', "model_quality"', ""))
    ready.write("cards/churn.yaml", CARD.replace("status: draft", "status: approved").format(name="churn"))
    ready.write("monitors/churn.yaml", MONITORS.format(name="churn") + "      enabled: false\n")
    assert cells(call) == [("churn", "data-quality", "inactive")]
    assert dashboard(call, "churn")["data_quality"] == "inactive"
    assert "No data quality monitor is running" in call("dashboard")[1]


def test_each_outcome_is_a_state_of_its_own(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Pending, ok, in alert, no data, insufficient, failed and stale, here and on the dashboard."""
    seen = []

    def note(day: int) -> None:
        seen.append(cells(call, day=day)[0][2])
        assert dashboard(call, "churn", day=day)["data_quality"] == seen[-1]

    note(1)
    for day in (1, 4):
        call("monitor", "run", "--due", day=day)
        note(day)
    call("monitor", "run", "--due", day=9)
    note(9)
    assert FIRST.day == 1
    ready.write("traffic/churn/few.csv", frame(9, 5, 9).to_csv(index=False))
    call("monitor", "run", "--due", day=10)
    note(10)
    ready.write("monitors/churn.yaml", MONITORS.format(name="churn").replace("event_time: at", "event_time: never"))
    call("monitor", "run", "--due", day=11)
    note(11)
    note(20)
    assert seen == ["pending", "ok", "in_alert", "no_data", "insufficient", "failed", "stale"]

"""Short ways to say how a monitor is doing, for the tests of issues."""

from dataclasses import replace

from hypothesis import strategies as st

from mlgov.monitors.health import MonitorHealth
from mlgov.monitors.results import Violation

WELL = MonitorHealth(
    model="churn",
    monitor="data-quality",
    title="Data quality",
    in_alert=False,
    consecutive_passes=3,
    needed_passes=2,
    owners=("@model-owners",),
    card_path="cards/churn.yaml",
    execution_id="run-1",
)


def violation(feature: str, description: str = "0.31 is over 0.2", check: str = "baseline_drift_check") -> Violation:
    return Violation(feature, check, description)


def alerting(*features: str, model: str = "churn", run: str = "run-1", broken: str = "") -> MonitorHealth:
    """Say that a monitor is in alert about features."""
    found = tuple(map(violation, features or ("age",)))
    return replace(
        WELL,
        model=model,
        in_alert=True,
        violations=found,
        consecutive_passes=0,
        execution_id=run,
        checker_broken=broken,
    )


def passing(times: int, *, model: str = "churn", run: str = "run-2") -> MonitorHealth:
    """Say that a monitor is not in alert and passed ``times`` times in a row; it needs 2."""
    return replace(WELL, model=model, consecutive_passes=times, execution_id=run)


def broken(reason: str = "no baseline", *, model: str = "churn", run: str = "run-1") -> MonitorHealth:
    """Say that a monitor cannot do its work."""
    return replace(WELL, model=model, consecutive_passes=5, checker_broken=reason, execution_id=run)


#: Words as hostile as text can be: everything that Markdown, HTML or GitHub reacts to.
words = st.text(
    alphabet=st.one_of(st.sampled_from("`@#<!->\n\r\t~*_[]()\\&;\u200b\u202e\x1bab 1"), st.characters()), max_size=40
)


@st.composite
def healths(draw: st.DrawFn, run: str = "run") -> list[MonitorHealth]:
    """Draw the state of up to six monitors."""
    names = st.tuples(st.sampled_from(["churn", "fraud", "price"]), st.sampled_from(["data-quality", "bias"]))
    drawn = []
    for model, monitor in draw(st.lists(names, unique=True, max_size=6)):
        features = draw(st.lists(st.sampled_from(["age", "income", "city"]), unique=True))
        drawn.append(
            MonitorHealth(
                model=model,
                monitor=monitor,
                title=draw(words),
                in_alert=draw(st.booleans()),
                violations=tuple(violation(feature, draw(words)) for feature in features),
                consecutive_passes=draw(st.integers(0, 3)),
                needed_passes=draw(st.integers(1, 2)),
                checker_broken=draw(st.sampled_from(["", "", "no baseline"])),
                hook_trouble=draw(st.sampled_from(["", "", "command: exit code 1\nevent: <!-- no answer -->"])),
                owners=tuple(draw(st.lists(words, max_size=2))),
                execution_id=f"{run}-{draw(st.integers(0, 1))}",
            )
        )
    return drawn

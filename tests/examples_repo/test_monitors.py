"""The monitors of this repository, run over the three days of example traffic in a real repository."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from examples.generate import TOP
from examples.traffic import DAYS, FOLDER, SERVED
from mlgov.cli.main import exit_code_of
from mlgov.monitors import Execution, ExecutionStatus, load_all
from mlgov.wiring import services
from tests.fakes.events import RecordedEvents
from tests.git_world import new_world

NOW = "2026-11-19T06:00:00Z"
WINDOWS = f"{DAYS[0]:%Y-%m-%dT%H:%M:%SZ}..{DAYS[-1] + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
LENGTHS_AND_AREAS = ("radius", "perimeter", "area")


@pytest.fixture(scope="module")
def watched(anew: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, committed, with three days of traffic that every monitor has looked at."""
    root = tmp_path_factory.mktemp("watched")
    world = new_world(root)
    for folder in ("cards", "monitors", "roles", "baselines", "evidence"):
        shutil.copytree(TOP / folder, root / folder)
    shutil.copytree(anew / FOLDER, root / FOLDER)
    for name in ("mlgov.toml", ".gitignore"):
        shutil.copy(TOP / name, root / name)
    world.commit("the living repository")
    assert (
        exit_code_of(["-C", str(root), "--now", NOW, "monitor", "run", "--all", "--window", WINDOWS, "--no-push"]) == 1
    )
    return root


@pytest.fixture(scope="module")
def executions(watched: Path) -> dict[str, list[Execution]]:
    """What was recorded about the data of each served model, oldest day first."""
    return {name: recorded(watched, name, "data-quality") for name in SERVED}


def recorded(watched: Path, model: str, monitor: str) -> list[Execution]:
    """Read what one monitor has found, oldest day first."""
    ledger = services(watched, events=RecordedEvents(), push=False).ledger
    every = sorted(load_all(ledger.records(f"executions/{model}/")), key=lambda execution: execution.window_end)
    return [execution for execution in every if execution.monitor == monitor]


def test_the_drifting_model_violates_on_the_two_shifted_days(executions: dict[str, list[Execution]]) -> None:
    """The first day is clean, the two after it are not."""
    assert [execution.status for execution in executions["breast-cancer"]] == [
        ExecutionStatus.COMPLETED,
        ExecutionStatus.COMPLETED_WITH_VIOLATIONS,
        ExecutionStatus.COMPLETED_WITH_VIOLATIONS,
    ]


def test_only_shifted_columns_violate(executions: dict[str, list[Execution]]) -> None:
    """Every violation names a length or an area, and the means and worst values of all three are among them."""
    for execution in executions["breast-cancer"][1:]:
        named = {violation.feature_name for violation in execution.violations}
        assert all(set(name.split("_")) & set(LENGTHS_AND_AREAS) for name in named)
        assert named >= {f"{part}_{what}" for part in ("mean", "worst") for what in LENGTHS_AND_AREAS}


def test_the_healthy_model_is_ok_in_every_column(executions: dict[str, list[Execution]]) -> None:
    """Three completed days without a warning, and no column that could not be judged."""
    for execution in executions["handwritten-digits"]:
        assert execution.status is ExecutionStatus.COMPLETED
        assert {column.verdict for column in execution.columns} == {"ok"}


def test_the_short_day_is_called_insufficient(executions: dict[str, list[Execution]]) -> None:
    """221 rows cannot tell a limit of 0.12 from chance, so the answer is neither ok nor a violation."""
    statuses = {execution.status for execution in executions["diabetes-progression"]}
    assert statuses == {ExecutionStatus.INSUFFICIENT_DATA}


def test_every_day_reads_its_own_rows_alone(executions: dict[str, list[Execution]]) -> None:
    """A window has the rows of its day. Of earlier days it meets all rows, or, in folders of hours, the last ones."""
    for found in executions.values():
        for day, rows in enumerate(execution.rows for execution in found):
            assert rows.judged > 0
            assert rows.outside == day * rows.judged or rows.outside < 0.1 * rows.judged
            assert (rows.judged + rows.outside, rows.undated) == (rows.read, 0)


def test_late_labels_show_what_the_shift_does_to_the_answers(watched: Path) -> None:
    """No rows yet on the first day; then the clean day's; then the shifted day's, with more false alarms."""
    first, clean, shifted = recorded(watched, "breast-cancer", "model-quality")
    assert [one.status for one in (first, clean, shifted)] == [
        ExecutionStatus.NO_DATA,
        ExecutionStatus.COMPLETED,
        ExecutionStatus.COMPLETED_WITH_VIOLATIONS,
    ]
    assert {violation.feature_name for violation in shifted.violations} >= {"precision", "false_positive_rate"}
    assert "recall" not in {violation.feature_name for violation in shifted.violations}


def test_labels_are_late_and_some_are_later_than_the_run(watched: Path) -> None:
    """One in twenty takes four days; of the others none takes more than 30 hours."""
    for execution in recorded(watched, "breast-cancer", "model-quality")[1:]:
        assert execution.labels is not None
        assert 0.9 < execution.labels.coverage < 1
        assert execution.labels.delay_minutes[-1] <= 30 * 60
        assert (execution.labels.duplicate_ids, execution.labels.unknown_ids) == (0, 0)


def test_the_estimate_without_labels_is_beside_the_measured_value(watched: Path) -> None:
    """It holds on the clean day; on the shifted one it does not see that scores mean something else now."""
    clean, shifted = recorded(watched, "breast-cancer", "model-quality")[1:]
    for execution, holds in ((clean, True), (shifted, False)):
        measured = next(m for m in execution.metrics if m.name == "precision" and not m.is_estimate)
        estimated = next(m for m in execution.metrics if m.name == "precision" and m.is_estimate)
        assert measured.value is not None
        assert ((estimated.lower or 0) <= measured.value <= (estimated.upper or 1)) is holds


def test_the_dashboard_says_so(watched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One model in alert, one without enough data, one healthy, one switched off, one never watched."""
    assert exit_code_of(["-C", str(watched), "--now", NOW, "dashboard", "--format", "json"]) == 0
    models = {model["model"]: model for model in json.loads(capsys.readouterr().out)["models"]}
    assert {name: model["monitors"]["data_quality"]["state"] for name, model in models.items()} == {
        "breast-cancer": "in_alert",
        "diabetes-progression": "insufficient",
        "handwritten-digits": "ok",
        "iris-species": "none",
        "wine-cultivars": "inactive",
    }
    assert models["breast-cancer"]["monitors"]["model_quality"]["state"] == "ok"

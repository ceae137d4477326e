"""``mlgov monitor`` for models with labels: real repositories, real files, the real ledger."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlgov.cli.main import exit_code_of
from tests.git_world import GitWorld, new_world

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {name: churn}
lifecycle: {status: draft}
spec: {}
"""
MONITORS = """\
apiVersion: mlgov/v1
kind: MonitorSet
metadata: {name: churn}
lifecycle: {status: draft}
spec:
  model: churn
  monitors:
    - name: model-quality
      monitoring_type: model_quality
      source: {uri: traffic, format: csv, event_time: at, event_id: id}
      problem_type: binary_classification
      inference_attribute: said
      probability_attribute: probability
      label_values: ["yes"]
      ground_truth_attribute: truth
      ground_truth: {uri: labels, format: csv, id_attribute: id, time_attribute: came, end_time_offset: -P1D}
      segments: [{column: region}]
      baseline: baselines/churn/model-quality
"""
Call = tuple[int, str, str]


def frame(count: int, seed: int, day: int, flip: float) -> pd.DataFrame:
    """Make one day of answers and what turned out to be true, which is known 12 hours later."""
    random = np.random.default_rng(seed)
    times = [FIRST + timedelta(days=day, seconds=int(s)) for s in random.integers(0, 86_400, count)]
    probability = random.random(count).round(4)
    said = probability >= 0.5
    return pd.DataFrame(
        {
            "id": [f"{day}-{number}" for number in range(count)],
            "at": [time.isoformat() for time in times],
            "came": [(time + timedelta(hours=12)).isoformat() for time in times],
            "probability": probability,
            "said": np.where(said, "yes", "no"),
            "truth": np.where(said ^ (random.random(count) < flip), "yes", "no"),
            "region": random.choice(["north", "south"], count),
        }
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A model that is worse on the second day, without a baseline at first."""
    made = new_world(tmp_path_factory.mktemp("typed"))
    made.write("mlgov.toml", "")
    made.write("cards/churn.yaml", CARD)
    made.write("monitors/churn.yaml", MONITORS)
    for day, flip in ((0, 0.1), (1, 0.3)):
        found = frame(600, 10 + day, day, flip)
        made.write(f"traffic/{day}.csv", found.drop(columns=["truth", "came"]).to_csv(index=False))
        made.write(f"labels/{day}.csv", found[["id", "truth", "came"]].to_csv(index=False))
    made.write("reference.csv", frame(3000, 1, 0, 0.1).to_csv(index=False))
    assert exit_code_of(["-q", "-C", str(made.root), "monitor", "baseline", "churn", "--from", "reference.csv"]) == 0
    made.commit("model quality")
    return made


@pytest.fixture
def call(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> Callable[..., Call]:
    """Run mlgov some days later; gives exit code, standard output and standard error."""

    def run(*arguments: str, day: int = 2) -> Call:
        now = (FIRST + timedelta(days=day, minutes=7)).isoformat()
        code = exit_code_of(["-C", str(world.root), "--now", now, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_baseline_has_its_segments_and_passes_the_check(world: GitWorld, call: Callable[..., Call]) -> None:
    """Each a folder of the same shape."""
    folder = world.root / "baselines/churn/model-quality"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.json")}
    own = {"statistics.json", "constraints.json", "estimate.json"}
    assert names == own | {f"segments/region={r}/{name}" for r in ("north", "south") for name in own}
    assert call("check")[0] == 0


def test_damage_in_a_segment_is_found(world: GitWorld, call: Callable[..., Call]) -> None:
    """It would make the monitor fail at its next run."""
    path = world.root / "baselines/churn/model-quality/segments/region=north/constraints.json"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"LessThanThreshold", b"Below"))
    code, out, _ = call("check")
    path.write_bytes(before)
    assert (code, "MLG-M003" in out, "region=north/constraints.json" in out) == (1, True, True)


def test_days_are_judged_when_their_labels_are_there(call: Callable[..., Call]) -> None:
    """The first day is well, the second is not; a run in between has no rows yet to judge."""
    assert call("monitor", "run", "churn", "--no-push", day=1)[:1] == (0,)
    code, out, _ = call("monitor", "run", "churn", "--no-push", day=2)
    assert (code, "completed " in out) == (0, True)
    assert "600 of 600 rows have their true label (100.0%); half of those came within 12 h" in out
    code, out, _ = call("monitor", "run", "churn", "--no-push", day=3)
    assert (code, "accuracy is 0." in out, "accuracy (region: north)" in out) == (1, True, True)
    again = call("monitor", "run", "churn", "--no-push", day=3)
    assert "known" in again[1]


def test_the_report_tells_the_last_execution(world: GitWorld, call: Callable[..., Call], tmp_path: Path) -> None:
    """For people, and in the files of Model Monitor."""
    call("monitor", "run", "churn", "--no-push", day=3)
    code, out, _ = call("monitor", "report", "churn", day=3)
    assert code == 0
    for words in ("Measured:", "Estimated without labels:", "Segment region: north:", "True labels:", "at least"):
        assert words in out
    assert "| accuracy | 0." in call("monitor", "report", "churn", "-f", "markdown", day=3)[1]
    record = json.loads(call("monitor", "report", "churn", "-f", "json", day=3)[1])
    assert record[0]["labels"]["labelled"] == 600
    broken = json.loads(call("monitor", "report", "churn", "-f", "constraint_violations", day=3)[1])["violations"]
    assert {"metric_name", "constraint_check_type", "description"} == set(broken[0])
    call("monitor", "report", "churn", "-f", "statistics", "-o", str(tmp_path / "statistics.json"), day=3)
    statistics = json.loads((tmp_path / "statistics.json").read_text())
    assert statistics["dataset"] == {"item_count": 600, "evaluation_time": "2026-11-04T00:00:00Z"}


def test_a_report_of_nothing_says_what_to_do(call: Callable[..., Call]) -> None:
    """Wrong usage, with the next command."""
    code, _, err = call("monitor", "report", "churn", "--monitor", "other")
    assert (code, "mlgov monitor run" in err) == (2, True)


def test_the_status_knows_the_type(call: Callable[..., Call]) -> None:
    """As for every monitor."""
    call("monitor", "run", "churn", "--no-push", day=3)
    assert "model_quality" in call("monitor", "status", day=3)[1]


def test_a_new_baseline_forgets_the_old_segments(world: GitWorld, call: Callable[..., Call]) -> None:
    """One that is no longer in the reference is not judged any more."""
    other = frame(2000, 4, 0, 0.1)
    other[other.region == "north"].to_csv(world.root / "north.csv", index=False)
    folder = world.root / "baselines/churn/model-quality/segments"
    before = {path: path.read_bytes() for path in world.root.glob("baselines/**/*.json")}
    assert call("monitor", "baseline", "churn", "--from", str(world.root / "north.csv"), "--force")[0] == 0
    left = sorted(path.parent.name for path in folder.rglob("constraints.json"))
    for path, data in before.items():
        path.write_bytes(data)
    assert left == ["region=north"]

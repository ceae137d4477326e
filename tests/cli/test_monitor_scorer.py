"""``mlgov monitor`` asks a real model over real HTTP, and only one whose address is on the main branch."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlgov.cli.main import exit_code_of
from tests.fakes.scorer import ModelServer
from tests.git_world import GitWorld, clone, new_world

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  owners: ["@card-owners"]
lifecycle:
  status: draft
spec:
  intended_uses:
    risk_rating: low
"""
MONITORS = """\
apiVersion: mlgov/v1
kind: MonitorSet
metadata:
  name: churn
lifecycle:
  status: draft
spec:
  model: churn
  monitors:
    - name: attribution
      monitoring_type: model_explainability
      source: {uri: traffic, format: csv, event_time: at}
      baseline: baselines/churn/attribution
      scorer: churn
      features: [age, income, tenure]
"""
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
Call = tuple[int, str, str]
FEATURES = ["age", "income", "tenure"]


def frame(rows: int, seed: int) -> pd.DataFrame:
    """Make a day of traffic."""
    random = np.random.default_rng(seed)
    times = [FIRST + timedelta(seconds=int(second)) for second in random.integers(0, 86_400, rows)]
    values = {name: random.normal(0, 1, rows).round(4) for name in FEATURES}
    return pd.DataFrame({"at": [time.isoformat() for time in times], **values})


def fitted(*weights: float) -> Any:
    """Fit a real classifier to labels that follow the features by weights; gives the score of class 1."""
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(5)
    table = random.normal(0, 1, (1_500, 3))
    labels = table @ np.array(weights) + random.normal(0, 0.3, 1_500) > 0
    model = LogisticRegression().fit(table, labels)
    return lambda rows: model.predict_proba(rows)[:, 1]


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    return {"then": fitted(3, 2, 0.5), "now": fitted(0.5, 2, 3)}


@pytest.fixture
def server(models: dict[str, Any]) -> Iterator[ModelServer]:
    """A model behind an address; a test may put another one there."""
    current = dict(models)
    with ModelServer(lambda rows: current["then"](rows)) as running:
        running.models = current  # type: ignore[attr-defined]
        yield running


@pytest.fixture
def world(tmp_path: Path, server: ModelServer) -> GitWorld:
    """A repository whose settings, with the address, are committed."""
    made = new_world(tmp_path / "repository")
    made.write("mlgov.toml", f'[monitors.scorers]\nchurn = "{server.url}"\n')
    made.write("cards/churn.yaml", CARD)
    made.write("monitors/churn.yaml", MONITORS)
    made.write("traffic/day.csv", frame(600, 2).to_csv(index=False))
    made.write("reference.csv", frame(3000, 1).to_csv(index=False))
    made.commit("settings")
    return made


@pytest.fixture
def call(world: GitWorld, capsys: pytest.CaptureFixture[str]) -> Callable[..., Call]:
    """Run mlgov in a repository; gives exit code, standard output and standard error."""

    def run(*arguments: str, root: Path = world.root) -> Call:
        now = (FIRST + timedelta(days=1, minutes=7)).isoformat()
        code = exit_code_of(["-C", str(root), "--now", now, "monitor", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


BASELINE = ("baseline", "churn", "--from", "reference.csv")
RUN = ("run", "churn", "--no-push")


def test_a_real_model_is_asked_in_baseline_and_run(
    world: GitWorld, call: Callable[..., Call], server: ModelServer
) -> None:
    """The model of the baseline passes; one that looks at other features is a violation that names them."""
    code, out, err = call(*BASELINE)
    assert (code, "background.json" in out) == (0, True), err
    world.commit("baseline")
    assert exit_code_of(["-C", str(world.root), "-q", "check"]) == 0
    code, out, err = call(*RUN)
    assert (code, "completed" in out) == (0, True), out + err
    assert call(*RUN)[1].count("known") == 1
    server.models["then"] = server.models["now"]  # type: ignore[attr-defined]
    code, out, err = call(*RUN)
    assert (code, "share_moved" in out, "to clear: " in out) == (1, True, True), out + err
    report = call("report", "churn")[1]
    assert "SHARE OF ALL ATTRIBUTION" in report[report.index("Why share_moved (label0)") :]
    assert all(question["columns"] == FEATURES for question in server.questions)


def failure(out: str) -> str:
    [line] = json.loads(out)["executions"]
    return str(line["execution"]["failure"]["message"])


def test_an_address_that_nobody_merged_is_not_asked(
    world: GitWorld, call: Callable[..., Call], server: ModelServer, models: dict[str, Any]
) -> None:
    """A proposal cannot make a run ask somebody else: not by the address, nor by a new name, nor by the remote's."""
    assert call(*BASELINE)[0] == 0
    world.commit("baseline")
    remote = new_world(world.root.parent / "remote.git", "--bare")
    world.git("remote", "add", "origin", str(remote.root))
    world.git("push", "--quiet", "origin", "main")
    other = clone(remote.root, world.root.parent / "proposal")
    with ModelServer(models["now"]) as stranger:
        for settings in (
            f'[monitors.scorers]\nchurn = "{stranger.url}"\n',
            f'[ledger]\nremote = "nowhere"\n[monitors.scorers]\nchurn = "{stranger.url}"\n',
        ):
            other.write("mlgov.toml", settings)
            other.commit("another address")
            code, out, _ = call(*RUN, "-f", "json", root=other.root)
            assert (code, "not on the main branch yet" in failure(out)) == (3, True)
        other.git("update-ref", "-d", "refs/remotes/origin/main")
        other.git("remote", "set-head", "origin", "--delete")
        assert "not on the main branch yet" in failure(call(*RUN, "-f", "json", root=other.root)[1])
        assert stranger.questions == []
    other.write("mlgov.toml", "")
    assert "names no scorer 'churn'" in failure(call(*RUN, "-f", "json", root=other.root)[1])


def test_without_a_remote_what_is_committed_counts(
    world: GitWorld, call: Callable[..., Call], models: dict[str, Any]
) -> None:
    """An address in the work tree alone is not asked; a baseline says so with exit 2."""
    with ModelServer(models["now"]) as stranger:
        world.write("mlgov.toml", f'[monitors.scorers]\nchurn = "{stranger.url}"\n')
        code, _, err = call(*BASELINE)
        assert (code, "not on the main branch yet" in err, stranger.questions) == (2, True, [])


def test_a_model_that_is_away_is_a_state(world: GitWorld, call: Callable[..., Call], server: ModelServer) -> None:
    """Failed, with exit 3, and no traceback."""
    assert call(*BASELINE)[0] == 0
    world.commit("baseline")
    server.models["then"] = lambda rows: rows[:1, 0]  # type: ignore[attr-defined]
    code, out, err = call(*RUN, "-f", "json")
    assert (code, "Traceback" in err) == (3, False)
    assert "one finite number per row" in failure(out)


@pytest.mark.parametrize("address", ["http://models.example/x", "file:///etc/passwd", "models.example", "https://a b/"])
def test_an_address_that_is_not_safe_is_a_wrong_setting(
    world: GitWorld, call: Callable[..., Call], address: str
) -> None:
    """Told when the settings are read."""
    world.write("mlgov.toml", f'[monitors.scorers]\nchurn = "{address}"\n')
    code, _, err = call(*RUN)
    assert (code, "must be whole and https" in err) == (2, True), err


def test_a_scorer_needs_features(world: GitWorld) -> None:
    """Said by the check, before any run."""
    world.write("monitors/churn.yaml", MONITORS.replace("      features: [age, income, tenure]\n", ""))
    assert exit_code_of(["-C", str(world.root), "check"]) == 1

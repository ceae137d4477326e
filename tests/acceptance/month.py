"""The stage of a month of monitoring: a trained model, its traffic, a bare remote, clones and a forge on loopback.

Traffic is capture files as SageMaker writes them, labels are SageMaker's ground truth and come days late. Everything
is seeded; the clock is ``--now``.
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from mlgov.cli.main import exit_code_of
from mlgov.monitors.issue_text import marker_of
from tests.fakes.github_server import TOKEN, GithubServer
from tests.git_world import CLEAN, GitWorld, clone, new_world

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
ROWS = 250
DATA, QUALITY, BATCH = "data-quality", "model-quality", "batch-quality"

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
  owners: ["@model-owners"]
lifecycle:
  status: approved
  review_by: 2027-06-30
spec:
  intended_uses:
    intended_uses: Letters to customers who may leave.
    risk_rating: low
"""
MONITORS = """\
apiVersion: mlgov/v1
kind: MonitorSet
metadata:
  name: churn
lifecycle:
  status: approved
spec:
  model: churn
  monitors:
    - name: data-quality
      monitoring_type: data_quality
      source: {uri: traffic/churn-production/AllTraffic, format: sagemaker_capture}
      baseline: baselines/churn/data-quality
      thresholds: {ks: {warn: 0.15, violate: 0.2}, psi: {warn: 0.2, violate: 0.3}, js: {warn: 0.2, violate: 0.3}}
      exclude_columns: [probability, prediction]
      notify: [on-call]
    - name: model-quality
      monitoring_type: model_quality
      source: {uri: traffic/churn-production/AllTraffic, format: sagemaker_capture}
      baseline: baselines/churn/model-quality
      problem_type: binary_classification
      inference_attribute: prediction
      probability_attribute: probability
      label_values: ["1"]
      ground_truth_attribute: left
      ground_truth:
        uri: labels
        format: sagemaker_ground_truth
        start_time_offset: -P3D
        end_time_offset: -P2D
    - name: batch-quality
      monitoring_type: data_quality
      source: {uri: traffic/churn-nightly, format: csv, event_time: at}
      baseline: baselines/churn/batch-quality
      thresholds: {ks: {warn: 0.15, violate: 0.2}, psi: {warn: 0.2, violate: 0.3}, js: {warn: 0.2, violate: 0.3}}
      alert: {datapoints_to_alert: 1, evaluation_period: 1}
"""


@dataclass(frozen=True)
class Day:
    """What happens on a day of traffic.

    Attributes:
        ages: Years that customers are older than they should be.
        incomes: Factor of their income.
        noise: Share of answers that turn out wrong beside what the model gets wrong anyway.
        missing: Whether nothing is captured.
        labels_after: Days until the labels come.
    """

    ages: float = 0.0
    incomes: float = 1.0
    noise: float = 0.0
    missing: bool = False
    labels_after: float = 1.0


@dataclass
class Month:
    """The stage.

    Attributes:
        root: Where everything lies.
        server: The forge.
        plan: What happens, by day from 0.
        model: What answers.
    """

    root: Path
    server: GithubServer
    plan: Mapping[int, Day]
    model: LogisticRegression = field(default_factory=LogisticRegression)

    @property
    def robot(self) -> GitWorld:
        """The clone in which the monitors run."""
        return GitWorld(self.root / "robot")

    # Traffic

    def rows(self, seed: int, count: int, day: Day = Day()) -> pd.DataFrame:
        """Draw customers."""
        random = np.random.default_rng(seed)
        age = random.normal(40, 9, count)
        income = random.normal(30_000, 6_000, count)
        left = random.random(count) < 1 / (1 + np.exp((age - 40) / 3 + (income - 30_000) / 4_000))
        left ^= random.random(count) < day.noise
        drifted = {"age": (age + day.ages).round(1), "income": (income * day.incomes).round(0)}
        return pd.DataFrame({**drifted, "region": random.choice(["north", "south"], count), "left": left.astype(int)})

    def answered(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Let the model answer."""
        probability = self.model.predict_proba(rows[["age", "income"]])[:, 1].round(4)
        return rows.assign(probability=probability, prediction=(probability >= 0.5).astype(int))

    def happen(self, number: int) -> None:
        """Write the traffic of a day into the robot's clone, and the labels where they will come."""
        day = self.plan.get(number, Day())
        if not day.missing:
            rows = self.answered(self.rows(1_000 + number, ROWS, day))
            times = [FIRST + timedelta(days=number, seconds=86_000 * i // ROWS) for i in range(ROWS)]
            ids = [f"{number:02}-{i:04}" for i in range(ROWS)]
            noon = FIRST + timedelta(days=number, hours=12)
            self._write(
                f"traffic/churn-production/AllTraffic/{noon:%Y/%m/%d/%H}/part.jsonl", _captured(rows, times, ids)
            )
            came = FIRST + timedelta(days=number + day.labels_after, hours=6)
            self._write(f"labels/{came:%Y/%m/%d/%H}/of-{number:02}.jsonl", _labels(rows, ids))
        nightly = self.rows(5_000 + number, ROWS).drop(columns="left")
        nightly.insert(0, "at", [(FIRST + timedelta(days=number, minutes=i)).isoformat() for i in range(ROWS)])
        self._write(f"traffic/churn-nightly/{number:02}.csv", nightly.to_csv(index=False))

    def _write(self, path: str, text: str) -> None:
        file = self.robot.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    # Commands

    def environment(self) -> dict[str, str]:
        """Give what a job has in its environment."""
        who = {f"GIT_{role}_{key}": f"robot{'@example.org' * (key == 'EMAIL')}" for role in ("AUTHOR", "COMMITTER")
               for key in ("NAME", "EMAIL")}  # fmt: skip
        return CLEAN | who | {"HOME": str(self.root), "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "octo-org/models"}

    def mlgov(self, *arguments: str, day: int, hour: int = 0, expect: tuple[int, ...] = (0,)) -> str:
        """Run mlgov on the morning after a day, in the robot's clone."""
        told = io.StringIO()
        with (
            patch.dict(os.environ, self.environment(), clear=True),
            contextlib.redirect_stdout(told),
            contextlib.redirect_stderr(told),
        ):
            code = exit_code_of(["-C", str(self.robot.root), "--now", self.morning(day, hour), *arguments])
        assert code in expect, (code, told.getvalue())
        return told.getvalue()

    def at_once(self, *arguments: str, day: int) -> list[tuple[int, str]]:
        """Run mlgov in two fresh clones at the same time, as two machines would; gives exit codes and what was said.

        Their clocks differ by a minute, so that no record of the two is the same by accident.
        """
        running = []
        for number in range(2):
            folder = self.root / f"machine-{day}-{number}"
            self.check_out(folder)
            now = self.morning(day, minute=7 + number)
            command = [sys.executable, "-m", "mlgov", "-C", str(folder), "--now", now, *arguments]
            running.append(
                subprocess.Popen(
                    command,
                    env=self.environment() | {"PYTHONPATH": str(Path(__file__).parents[2])},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
            )
        said = [process.communicate(timeout=120)[0] for process in running]
        return [(process.returncode, text) for process, text in zip(running, said, strict=True)]

    def check_out(self, folder: Path) -> GitWorld:
        """Clone the repository and lay the data where it looks for it; git ignores it."""
        made = clone(self.root / "hub.git", folder)
        for name in ("traffic", "labels"):
            shutil.copytree(self.robot.root / name, folder / name)
        return made

    def morning(self, day: int, hour: int = 0, minute: int = 7) -> str:
        """Say when the run after a day takes place."""
        return (FIRST + timedelta(days=day + 1, hours=hour, minutes=minute)).isoformat()

    # What people see

    def open_issues(self) -> dict[str, tuple[int, tuple[str, ...], int]]:
        """Give number, labels and count of our comments of every open issue, by what its marker says."""
        found = {}
        for issue in self.server.state.issues:
            if issue.state == "open":
                comments = sum("mlgov:change" in comment[1] for comment in issue.comments if comment)
                marker = _short(issue.body)
                assert marker not in found, f"two open issues about {marker}"
                found[marker] = (issue.number, tuple(issue.labels), comments)
        return found

    def look(self) -> list[tuple[str, str, str, int, str]]:
        """Give everything about all issues that a run could change."""
        return [
            (_short(i.body), i.state, i.title, len(i.comments), i.body)
            for i in self.server.state.issues
        ]  # fmt: skip

    def ledger(self) -> list[str]:
        """List the records at the remote, without profiles."""
        told = GitWorld(self.root / "hub.git").git("ls-tree", "-r", "--name-only", "mlgov-ledger")
        return [path for path in told.split("\n") if not path.startswith("profiles/")]

    def statuses(self, monitor: str) -> Counter[str]:
        """Count how the windows of a monitor ended, at the remote."""
        hub = GitWorld(self.root / "hub.git")
        paths = [path for path in self.ledger() if path.startswith(f"executions/churn/{monitor}/")]
        return Counter(json.loads(hub.git("show", f"mlgov-ledger:{path}"))["status"] for path in paths)


def _short(body: str) -> str:
    marker = marker_of(body) or ""
    return marker.removeprefix("<!-- mlgov:").removesuffix(" v1 -->").replace("model=churn monitor=", "")


def _captured(rows: pd.DataFrame, times: list[datetime], ids: list[str]) -> str:
    """Write capture records: named inputs and answers as JSON."""
    lines = []
    for row, time, name in zip(rows.to_dict("records"), times, ids, strict=True):
        sides = {
            side: {"observedContentType": "application/json", "mode": mode, "encoding": "JSON",
                   "data": json.dumps({key: row[key] for key in keys})}
            for side, mode, keys in (
                ("endpointInput", "INPUT", ("age", "income", "region")),
                ("endpointOutput", "OUTPUT", ("probability", "prediction")),
            )
        }  # fmt: skip
        metadata = {"eventId": name, "inferenceTime": time.strftime("%Y-%m-%dT%H:%M:%SZ")}
        lines.append(json.dumps({"captureData": sides, "eventMetadata": metadata, "eventVersion": "0"}))
    return "\n".join(lines) + "\n"


def _labels(rows: pd.DataFrame, ids: list[str]) -> str:
    """Write ground truth records."""
    return "".join(
        json.dumps(
            {
                "groundTruthData": {"data": str(left), "encoding": "CSV"},
                "eventMetadata": {"eventId": name},
                "eventVersion": "0",
            }
        )
        + "\n"
        for left, name in zip(rows["left"], ids, strict=True)
    )


def stage(root: Path, server: GithubServer, plan: Mapping[int, Day], settings: str = "") -> Month:
    """Train the model, make the repository with its baselines, the bare remote and the robot's clone."""
    month = Month(root, server, plan)
    reference = month.rows(1, 2_000)
    month.model.fit(reference[["age", "income"]], reference["left"])
    new_world(root / "hub.git", "--bare")
    made = clone(root / "hub.git", root / "author")
    kind = "gitea" if "Gitea" in type(server).__name__ else "github"
    address = server.base_url + ("/api/v1" if kind == "gitea" else "")
    forge = f'[forge]\nkind = "{kind}"\nrepository = "octo-org/models"\nbase_url = "{address}"\n'
    made.write("mlgov.toml", forge + settings)
    made.write(".gitignore", "/traffic\n/labels\n/*.csv\n")
    made.write("cards/churn.yaml", CARD)
    made.write("monitors/churn.yaml", MONITORS)
    answered = month.answered(month.rows(2, 2_000))
    answered.drop(columns="left").to_csv(made.root / "reference.csv", index=False)
    answered.to_csv(made.root / "labelled.csv", index=False)
    answered.drop(columns=["left", "probability", "prediction"]).to_csv(made.root / "nightly.csv", index=False)
    for monitor, file in ((DATA, "reference"), (QUALITY, "labelled"), (BATCH, "nightly")):
        code = exit_code_of(
            ["-q", "-C", str(made.root), "monitor", "baseline", "churn", "-m", monitor, "--from", f"{file}.csv"]
        )
        assert code == 0
    made.commit("A model in production")
    made.git("push", "--quiet", "origin", "main")
    clone(root / "hub.git", month.robot.root)
    return month

"""``mlgov monitor`` on real repositories, real files and a loopback forge."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlgov.cli.main import exit_code_of
from mlgov.cli.monitor.comparing import COMPARISONS
from mlgov.monitors.report import COMPARISON_FORMATS
from tests.fakes.github_server import GithubServer
from tests.git_world import GitWorld, clone, new_world

CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: {name}
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
  name: {name}
lifecycle:
  status: draft
spec:
  model: {name}
  monitors:
    - name: data-quality
      monitoring_type: data_quality
      source: {{uri: traffic/{name}, format: csv, event_time: at}}
      baseline: baselines/{name}/data-quality
"""
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
Call = tuple[int, str, str]


def frame(rows: int, seed: int, day: int = 0, shift: float = 0.0) -> pd.DataFrame:
    """Make one day of traffic."""
    random = np.random.default_rng(seed)
    times = [FIRST + timedelta(days=day, seconds=int(s)) for s in random.integers(0, 86_400, rows)]
    return pd.DataFrame(
        {
            "at": [time.isoformat() for time in times],
            "age": random.normal(40 + shift, 5, rows).round(2),
            "state": random.choice(["CA", "NY", "WA"], rows, p=[0.6, 0.3, 0.1]),
        }
    )


def add_model(world: GitWorld, name: str, days: str) -> None:
    """Write a card, a monitor set and one file of traffic per day: ``.`` normal, ``D`` drifted, blank for none."""
    world.write(f"cards/{name}.yaml", CARD.format(name=name))
    world.write(f"monitors/{name}.yaml", MONITORS.format(name=name))
    world.write(f"traffic/{name}/_note", "traffic of tests")
    for day, letter in enumerate(days):
        if letter != " ":
            shift = 3.0 if letter == "D" else 0.0
            text = frame(600, 100 + day, day, shift).to_csv(index=False)
            world.write(f"traffic/{name}/{day:02}.csv", text)


def drifting_world(folder: Path) -> GitWorld:
    """Make a repository with one model that drifts on its third and fourth day, and with a committed baseline."""
    made = new_world(folder)
    made.write("mlgov.toml", "")
    add_model(made, "churn", "..DD..")
    made.write("reference.csv", frame(4000, 1).to_csv(index=False))
    assert exit_code_of(["-q", "-C", str(made.root), "monitor", "baseline", "churn", "--from", "reference.csv"]) == 0
    made.commit("baseline")
    return made


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> GitWorld:
    """A model that drifts."""
    return drifting_world(tmp_path_factory.mktemp("template"))


@pytest.fixture
def ready(template: GitWorld, tmp_path: Path) -> GitWorld:
    """A copy of the template."""
    shutil.copytree(template.root, tmp_path / "repository")
    return GitWorld(tmp_path / "repository")


@pytest.fixture
def world(ready: GitWorld) -> GitWorld:
    """The same without a baseline."""
    shutil.rmtree(ready.root / "baselines")
    return ready


@pytest.fixture
def call(ready: GitWorld, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Call]:
    """Run mlgov in the repository; gives exit code, standard output and standard error."""
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, day: int = 2, root: Path = ready.root) -> Call:
        now = (FIRST + timedelta(days=day, minutes=7)).isoformat()
        code = exit_code_of(["-C", str(root), "--now", now, *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def records(world: GitWorld) -> list[str]:
    """List the paths on the ledger branch."""
    return world.git("ls-tree", "-r", "--name-only", "mlgov-ledger").split("\n")


# Baselines


def test_a_baseline_is_written_and_passes_the_check(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Three files below baselines/, and `mlgov check` is content with them."""
    files = sorted(path.name for path in (ready.root / "baselines/churn/data-quality").iterdir())
    assert files == ["constraints.json", "profile.json", "statistics.json"]
    assert call("check")[0] == 0


def test_a_baseline_is_not_replaced_by_accident(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Only --force replaces what was reviewed."""
    before = (ready.root / "baselines/churn/data-quality/profile.json").read_bytes()
    other = ready.root / "other.csv"
    frame(500, 5, shift=9).to_csv(other, index=False)
    code, _, err = call("monitor", "baseline", "churn", "--from", str(other))
    assert (code, "already" in err) == (2, True)
    assert (ready.root / "baselines/churn/data-quality/profile.json").read_bytes() == before
    assert call("monitor", "baseline", "churn", "--from", str(other), "--force")[0] == 0
    assert (ready.root / "baselines/churn/data-quality/profile.json").read_bytes() != before


def test_the_time_of_the_rows_is_no_feature(ready: GitWorld) -> None:
    """The baseline knows age and state."""
    statistics = json.loads((ready.root / "baselines/churn/data-quality/statistics.json").read_text())
    assert [feature["name"] for feature in statistics["features"]] == ["age", "state"]


def test_of_several_monitors_one_must_be_chosen(world: GitWorld, call: Callable[..., Call]) -> None:
    """The message names them."""
    text = MONITORS.format(name="churn")
    second = text[text.index("    - name") :].replace("name: data-quality", "name: scores")
    world.write("monitors/churn.yaml", text + second)
    code, _, err = call("monitor", "baseline", "churn", "--from", "reference.csv")
    assert (code, "data-quality, scores" in err) == (2, True)
    assert call("monitor", "baseline", "churn", "-m", "scores", "--from", "reference.csv")[0] == 0


@pytest.mark.parametrize(("source", "code"), [("nowhere.csv", 3), ("mlgov.toml", 3), ("traffic/empty", 2)])
def test_a_baseline_needs_data(world: GitWorld, call: Callable[..., Call], source: str, code: int) -> None:
    """Nothing is written when there is none."""
    (world.root / "traffic/empty").mkdir()
    assert call("monitor", "baseline", "churn", "--from", source)[0] == code
    assert not (world.root / "baselines").exists()


# Runs


def test_a_quiet_day_is_recorded(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Exit 0, a table on standard output, two records on the ledger branch, and nothing anywhere else."""
    head = ready.git("rev-parse", "HEAD")
    code, out, _ = call("monitor", "run", "churn")
    assert code == 0
    assert out.split("\n")[1].split() == ["churn", "data-quality", "2026-11-03T00:00:00Z", "completed", "600", "OK"]
    assert records(ready) == [
        "executions/churn/data-quality/2026-11-03T000000Z.json",
        "profiles/churn/data-quality/2026-11-03T000000Z.json",
    ]
    assert ready.git("rev-parse", "HEAD") == head
    assert ready.git("status", "--porcelain") == ""


def test_a_drifted_day_exits_with_1_and_says_why(ready: GitWorld, call: Callable[..., Call]) -> None:
    """The column, the number and the limit stand on the terminal."""
    code, out, _ = call("monitor", "run", "--all", day=3)
    assert code == 1
    assert "completed_with_violations" in out
    assert "age: " in out
    assert "[baseline_drift_check]" in out


def test_a_drifted_day_says_what_may_have_happened_and_what_would_clear_it(call: Callable[..., Call]) -> None:
    """In a run in short, in a report in full with the history and both distributions."""
    out = call("monitor", "run", "churn", "--window", "2026-11-01..2026-11-04", day=3)[1]
    assert "  perhaps: All values moved by about +" in out
    assert "  to clear: js must fall below 0.12; it is 0." in out
    full = call("monitor", "report", "churn", day=3)[1]
    section = full[full.index("Why age:") :]
    for words in ("to clear: js", "p-value: <1e-6", "sizes: 600 in the window, 4,000 in the baseline", "SHARE OF ROWS"):
        assert words in section
    assert " ok, 0." in section[section.index("history: ") :]
    assert " violation (windows to 2026-11-02T00:00:00Z … 2026-11-04T00:00:00Z)" in section
    assert "### Why age\n" in call("monitor", "report", "churn", "-f", "markdown", day=3)[1]
    window = json.loads(call("monitor", "report", "churn", "-f", "statistics", day=3)[1])
    assert (window["dataset"], window["features"][0]["name"], "mlgov" in window) == ({"item_count": 600}, "age", False)
    [told] = json.loads(call("monitor", "report", "churn", "-f", "json", day=3)[1])
    [reason] = told["reasons"]
    assert [past["verdict"] for past in reason["history"]] == ["ok", "ok", "violation"]
    assert len(reason["shares"]) >= 10
    assert told["columns"][0]["causes"][0]["kind"] == "offset"


def test_running_again_changes_nothing(ready: GitWorld, call: Callable[..., Call]) -> None:
    """The ledger branch stays where it was, whatever the time."""
    call("monitor", "run", "churn")
    before = ready.git("rev-parse", "mlgov-ledger")
    now = (FIRST + timedelta(days=2, hours=9)).isoformat()
    assert exit_code_of(["-C", str(ready.root), "--now", now, "monitor", "run", "churn"]) == 0
    assert ready.git("rev-parse", "mlgov-ledger") == before


def test_late_rows_are_a_revision(ready: GitWorld, call: Callable[..., Call]) -> None:
    """The record of before stays beside it."""
    call("monitor", "run", "churn")
    ready.write("traffic/churn/late.csv", frame(50, 77, day=1).to_csv(index=False))
    code, out, _ = call("monitor", "run", "churn")
    assert (code, "revision 2" in out) == (0, True)
    assert "executions/churn/data-quality/2026-11-03T000000Z.r2.json" in records(ready)


def test_a_window_of_many_days_is_run_day_by_day(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Missed windows are caught up."""
    code, out, _ = call("monitor", "run", "churn", "--window", "2026-11-01..2026-11-07", "-f", "json", day=6)
    found = [(e["execution"]["window_end"][:10], e["execution"]["status"]) for e in json.loads(out)["executions"]]
    drifted = "completed_with_violations"
    assert code == 1
    assert [status for _, status in found] == ["completed"] * 2 + [drifted] * 2 + ["completed"] * 2
    assert [end for end, _ in found] == [f"2026-11-{day:02}" for day in range(2, 8)]


def test_two_bad_days_of_three_are_an_alert(ready: GitWorld, call: Callable[..., Call]) -> None:
    """The state says since when, and it ends when the days are good again."""
    states = []
    for day in range(1, 7):
        call("monitor", "run", "churn", day=day)
        states.append(json.loads(call("monitor", "status", "-f", "json", day=day)[1])[0]["cell"])
    assert states == ["ok", "ok", "ok", "in_alert", "in_alert", "ok"]
    assert "In alert since 2026-11-05T00:00:00Z" in call("monitor", "status", day=4)[1]


@pytest.mark.parametrize(
    ("damage", "code", "status", "cell"),
    [
        ("no files", 0, "no_data", "No data"),
        ("no folder", 3, "failed", "Failed"),
        ("broken", 1, "failed", "Failed"),
        ("no baseline", 3, "failed", "Failed"),
    ],
)
def test_trouble_is_a_state_and_no_traceback(
    ready: GitWorld, call: Callable[..., Call], damage: str, code: int, status: str, cell: str
) -> None:
    """Each is recorded, and each has its exit code; broken data is a violation, not bad luck."""
    folder = ready.root / "traffic/churn"
    if damage == "broken":
        ready.write("traffic/churn/01.csv", "at,age,state\n1,2\n")
    elif damage == "no baseline":
        ready.remove("baselines/churn/data-quality/constraints.json")
    else:
        for path in folder.iterdir():
            path.unlink()
        if damage == "no folder":
            folder.rmdir()
    got, out, err = call("monitor", "run", "churn")
    assert (got, "Traceback" in err) == (code, False)
    assert status in out
    assert cell in call("monitor", "status")[1]
    assert records(ready) == ["executions/churn/data-quality/2026-11-03T000000Z.json"]


def test_one_failure_does_not_stop_the_others(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Exit 5: some could be judged and some could not."""
    add_model(ready, "another", "..")
    code, out, _ = call("monitor", "run", "--all")
    assert code == 5
    assert [line.split()[:4:3] for line in out.split("\n")[1:3]] == [["another", "failed"], ["churn", "completed"]]


def test_a_broken_document_is_told_when_all_are_run(ready: GitWorld, call: Callable[..., Call]) -> None:
    """A typing mistake does not silence a monitor."""
    ready.write("monitors/broken.yaml", "apiVersion: mlgov/v1\nkind: MonitorSet\n")
    code, _, err = call("monitor", "run", "--all")
    assert (code, "monitors/broken.yaml" in err) == (5, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run",), "--all"),
        (("run", "churn", "--all"), "--all"),
        (("run", "chrun"), "Did you mean 'churn'?"),
        (("run", "churn", "--window", "yesterday"), "not a window"),
        (("run", "churn", "--window", "2026-11-02..2026-11-01"), "ends before it starts"),
        (("run", "churn", "--issues"), "GITHUB_TOKEN"),
        (("status", "nobody"), "no monitor set 'nobody'"),
        (("baseline", "churn", "-m", "nothing", "--from", "x.csv"), "no monitor 'nothing'"),
    ],
)
def test_wrong_usage_is_told(ready: GitWorld, call: Callable[..., Call], arguments: tuple[str, ...], said: str) -> None:
    """Exit 2 and what to do."""
    code, _, err = call("monitor", *arguments)
    assert (code, said in err) == (2, True), err


def test_a_window_that_is_not_on_the_schedule_is_told(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Nothing ran, so nothing is well; the message names a window that would do."""
    code, _, err = call("monitor", "run", "churn", "--window", "2026-11-02T01:00..2026-11-02T09:00")
    assert (code, "2026-11-02T00:00:00Z..2026-11-03T00:00:00Z" in err) == (3, True)


def test_two_clones_record_the_same_bytes(ready: GitWorld, call: Callable[..., Call], tmp_path: Path) -> None:
    """Same repository, same data, same --now: the ledger's commit is the same one."""
    other = clone(ready.root, tmp_path / "other")
    call("monitor", "run", "churn", day=3)
    call("monitor", "run", "churn", "--no-push", day=3, root=other.root)
    assert other.git("rev-parse", "mlgov-ledger") == ready.git("rev-parse", "mlgov-ledger")


def test_records_are_pushed_and_two_clones_agree(ready: GitWorld, call: Callable[..., Call], tmp_path: Path) -> None:
    """What one clone recorded the other knows; --no-push keeps records at home."""
    remote = new_world(tmp_path / "remote.git", "--bare")
    ready.git("remote", "add", "origin", str(remote.root))
    ready.git("push", "--quiet", "origin", "main")
    other = clone(remote.root, tmp_path / "other")
    call("monitor", "run", "churn", "--no-push", day=1)
    assert "mlgov-ledger" not in remote.git("for-each-ref")
    call("monitor", "run", "churn", day=2)
    assert len(remote.git("ls-tree", "-r", "--name-only", "mlgov-ledger").split("\n")) == 4
    code, out, _ = call("monitor", "run", "churn", day=2, root=other.root)
    assert (code, "completed, known" in out) == (0, True)


def test_a_run_says_where_it_recorded(ready: GitWorld, call: Callable[..., Call], tmp_path: Path) -> None:
    """On standard error: how many executions, on which branch, and whether others have them."""
    assert (
        "Recorded 1 execution on mlgov-ledger; not pushed, as there is no remote"
        in call("monitor", "run", "churn", day=1)[2]
    )
    remote = new_world(tmp_path / "remote.git", "--bare")
    ready.git("remote", "add", "origin", str(remote.root))
    assert (
        "1 execution on mlgov-ledger; not pushed (--no-push)." in call("monitor", "run", "churn", "--no-push", day=2)[2]
    )
    assert "Recorded 1 execution on mlgov-ledger, pushed to origin." in call("monitor", "run", "churn", day=3)[2]
    assert "Nothing new to record on mlgov-ledger." in call("monitor", "run", "churn", day=3)[2]


def test_a_remote_that_does_not_answer_can_be_left_out(ready: GitWorld, call: Callable[..., Call]) -> None:
    """The hint names the option."""
    ready.git("remote", "add", "origin", str(ready.root / "nowhere.git"))
    code, _, err = call("monitor", "run", "churn")
    assert (code, "--no-push" in err) == (3, True)


def test_a_monitor_that_names_a_wrong_column_is_no_drift(ready: GitWorld, call: Callable[..., Call]) -> None:
    """Exit code 3, and the message says which column may be meant."""
    text = (ready.root / "monitors/churn.yaml").read_text()
    ready.write("monitors/churn.yaml", text.replace("event_time: at", "event_time: att"))
    code, out, _ = call("monitor", "run", "churn")
    assert (code, "Did you mean 'at'?" in out) == (3, True)


# Issues


def test_a_dry_run_writes_nothing_and_prints_the_plan(ready: GitWorld, call: Callable[..., Call]) -> None:
    """What would be recorded is counted, so the plan is the one of the real run."""
    call("monitor", "run", "churn", day=3)
    before = ready.git("rev-parse", "mlgov-ledger")
    code, out, _ = call("monitor", "run", "churn", "--dry-run", day=4)
    assert code == 1
    assert "IN ALERT" in out.upper()
    assert "issues: open an issue" in out
    assert ready.git("rev-parse", "mlgov-ledger") == before


def test_issues_follow_the_alert(ready: GitWorld, call: Callable[..., Call], monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened once with the alert, left alone when nothing is new, closed after recovery."""
    with GithubServer() as server:
        ready.write("mlgov.toml", f'[forge]\nkind = "github"\nbase_url = "{server.base_url}"\nlogin = "octocat"\n')
        monkeypatch.setenv("GITHUB_TOKEN", "token-of-octocat")
        monkeypatch.setenv("GITHUB_REPOSITORY", server.state.repository)
        seen: list[list[tuple[str, str]]] = []
        opened = ""
        for day in (3, 4, 4, 5, 6):
            call("monitor", "run", "churn", "--issues", day=day)
            seen.append([(issue.state, issue.title) for issue in server.state.issues])
            opened = opened or "".join(issue.body for issue in server.state.issues)
        assert [[state for state, _ in issues] for issues in seen] == [[], ["open"], ["open"], ["open"], ["closed"]]
        assert "churn" in seen[1][0][1]
        assert "@card-owners" in server.state.issues[0].body
        assert "perhaps    All values moved by about +" in opened
        assert "share of rows " in opened
        assert "0.2" in opened[opened.index("history ") :].split("\n")[0]
        before = list(server.log)
        code, out, _ = call("monitor", "run", "churn", "--issues", "--dry-run", day=6)
        assert (code, "issues:" in out) == (0, False)
        assert {method for method, _ in server.log[len(before) :]} == {"GET"}


# Comparisons


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, Path]:
    """A reference, a window like it and a drifted one, outside of any repository."""
    folder = tmp_path / "files"
    folder.mkdir()
    frame(4000, 1).drop(columns="at").to_csv(folder / "reference.csv", index=False)
    frame(900, 2).drop(columns="at").to_parquet(folder / "same.parquet")
    frame(900, 3, shift=4).drop(columns="at").to_csv(folder / "drifted.csv", index=False)
    return {path.stem: path for path in folder.iterdir()}


def compared(capsys: pytest.CaptureFixture[str], *arguments: Any) -> Call:
    code = exit_code_of(["monitor", "compare", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_two_files_are_compared_without_a_repository(
    pair: dict[str, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths start from where one is; the formats may differ."""
    monkeypatch.chdir(pair["reference"].parent)
    code, out, _ = compared(capsys, "reference.csv", "same.parquet")
    assert (code, out.split("\n")[0]) == (0, "4,000 rows in reference.csv, 900 in same.parquet: 2 ok")
    assert out.split("\n")[2].split() == ["COLUMN", "STATISTIC", "VALUE", "LIMIT", "P", "N", "VERDICT"]


def test_drift_exits_with_1_and_a_sentence(pair: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The worst column comes first."""
    code, out, _ = compared(capsys, pair["reference"], pair["drifted"])
    assert code == 1
    assert out.split("\n")[3].startswith("age ")
    assert "Violations:\n  age: " in out
    why = out[out.index("Why age:\n  to clear: ") :]
    assert "perhaps: All values moved by about +" in why
    assert "SHARE OF ROWS" in why
    markdown = compared(capsys, pair["reference"], pair["drifted"], "-f", "markdown")[1]
    assert "| share of rows | baseline |  | window |  |" in markdown[markdown.index("### Why age\n") :]


def test_a_comparison_is_json_for_programs(pair: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Every statistic with its numbers; the bytes are the same every time."""
    code, out, _ = compared(capsys, pair["reference"], pair["drifted"], "-f", "json")
    found = json.loads(out)
    assert (code, found["reference_rows"], found["status"]) == (1, 4000, "completed_with_violations")
    statistics = {s["statistic"]: s for s in found["columns"][0]["statistics"]}
    assert statistics["ks"]["value"] > 0.2
    assert [each["place"] for each in found["reasons"]] == ["age"]
    assert sum(each["current"] for each in found["columns"][0]["distribution"]) == found["current_rows"]
    assert compared(capsys, pair["reference"], pair["drifted"], "-f", "json")[1] == out


def test_a_comparison_is_a_file_of_model_monitor(pair: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The three keys of constraint_violations.json, and an empty list when nothing is broken."""
    out = compared(capsys, pair["reference"], pair["drifted"], "-f", "constraint_violations")[1]
    violation = json.loads(out)["violations"][0]
    assert sorted(violation) == ["constraint_check_type", "description", "feature_name"]
    assert (violation["feature_name"], violation["constraint_check_type"]) == ("age", "baseline_drift_check")
    out = compared(capsys, pair["reference"], pair["same"], "-f", "constraint_violations")[1]
    assert json.loads(out) == {"violations": []}


def test_every_format_of_comparisons_is_offered() -> None:
    """The command line and the reports know the same formats."""
    assert tuple(COMPARISON_FORMATS) == COMPARISONS


def test_a_comparison_is_markdown_for_comments(
    pair: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Words from data cannot become markup or mentions."""
    hostile = pd.read_csv(pair["drifted"]).rename(columns={"age": "age|<b>@all</b>"})
    hostile.to_csv(pair["drifted"], index=False)
    target = tmp_path / "report.md"
    code, out, _ = compared(capsys, pair["reference"], pair["drifted"], "-f", "markdown", "-o", target)
    text = target.read_text()
    assert (code, out) == (1, "")
    assert "| age | - | - | - | - | - | violation |" in text
    assert "\\<b\\>\\@all" in text
    assert "<b>" not in text


def test_columns_can_be_left_out(pair: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The drifted column is not looked at."""
    assert compared(capsys, pair["reference"], pair["drifted"], "--exclude", "age")[0] == 0


@pytest.mark.parametrize(
    ("excluded", "said"),
    [
        (("stat",), "Did you mean 'state'? The columns are"),
        (("zz",), "The columns are"),
        (("at", "age", "state"), "is excluded"),
    ],
)
def test_columns_that_cannot_be_left_out_are_told(
    pair: dict[str, Path], capsys: pytest.CaptureFixture[str], excluded: tuple[str, ...], said: str
) -> None:
    """A name that no column has, and all of them."""
    options = [option for name in excluded for option in ("--exclude", name)]
    code, _, err = compared(capsys, pair["reference"], pair["drifted"], *options)
    assert (code, said in err) == (2, True)


def test_columns_with_too_few_rows_say_how_many_they_need(
    pair: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The table shows the verdict, the sentence below it the number."""
    short = pair["reference"].with_name("short.csv")
    short.write_text("".join(pair["reference"].read_text().splitlines(keepends=True)[:41]))
    out = compared(capsys, pair["reference"], short)[1]
    assert "Insufficient:\n" in out
    assert "at least" in out


@pytest.mark.parametrize(("text", "code"), [(None, 3), ("a,b\n1\n", 3), ("age,state\n", 2)])
def test_files_that_cannot_be_compared_are_told(
    pair: dict[str, Path], capsys: pytest.CaptureFixture[str], text: str | None, code: int
) -> None:
    """Missing, damaged and empty files are no success and no traceback."""
    other = pair["reference"].with_name("other.csv")
    if text is not None:
        other.write_text(text)
    got, out, err = compared(capsys, pair["reference"], other)
    assert (got, out) == (code, "")
    assert "mlgov: " in err


def test_a_link_to_itself_cannot_be_compared(pair: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """That is not our bug, and asks for no report."""
    loop = pair["reference"].with_name("loop.csv")
    loop.symlink_to(loop.name)
    code, _, err = compared(capsys, loop, pair["same"])
    assert (code, "leads to itself" in err) == (2, True)

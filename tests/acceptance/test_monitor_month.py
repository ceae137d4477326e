"""A month of a model in production: drift, recovery, days without data and late labels, and the issues that come of it.

Everything is real but the clock: a trained model, capture files, the command line, a ledger with a bare remote, and
a forge on loopback.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.month import BATCH, DATA, QUALITY, Day, Month, stage
from tests.fakes.github_server import GithubServer

pytestmark = pytest.mark.slow

DAYS = 28
#: Days of traffic that are not like the others, from 0; the run about a day is on the morning after.
PLAN = {
    4: Day(labels_after=5),
    7: Day(ages=9),
    8: Day(ages=9),
    9: Day(ages=9, incomes=1.5),
    10: Day(missing=True),
    11: Day(missing=True),
    19: Day(ages=9),
    20: Day(ages=9),
    21: Day(ages=9),
}
BROKEN_BASELINE, REFUSED, TWICE, CLOSED_BY_HAND, LATE_LABELS = 17, 25, (8, 9), 21, 10
ALL = ("monitor", "run", "--all", "--issues", "--hooks")
ANY = (0, 1, 3, 5)

D, Q, B, C = (f"monitor {DATA}", f"monitor {QUALITY}", f"monitor {BATCH}", f"checker {BATCH}")
#: The open issues after the run about each day: what each is about, and how often its violations were said to change.
OPEN: dict[int, dict[str, int]] = {day: {} for day in range(DAYS)} | {
    8: {D: 0},  # two of three days
    9: {D: 1},  # the income, too
    10: {D: 1, Q: 0},  # no data is no pass; the labels of the drifted days are there
    11: {D: 1, Q: 0},
    12: {D: 1, Q: 0},  # the first pass
    13: {Q: 0},  # the second one closes
    14: {Q: 0},
    17: {C: 0},  # a damaged baseline
    20: {D: 2},  # the same issue again
    21: {D: 2},  # closed by hand, and still failing
    22: {D: 2, Q: 1},
    23: {Q: 1},
    24: {Q: 1},
    25: {B: 0},  # data that is refused
}


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    """The stage, with every hook turned on."""
    command = f"import os; open({str(tmp_path / 'commands')!r}, 'a').write(os.environ['MLGOV_MONITOR'] + chr(10))"
    hooks = {"events": [f"jsonl:{tmp_path / 'alerts.jsonl'}"], "command": [sys.executable, "-c", command]}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in hooks.items())
    with GithubServer() as server:
        yield stage(tmp_path, server, PLAN, f"\n[hooks]\nreview_card = true\n{lines}")


def test_a_month_ends_with_exactly_the_issues_that_should_exist(month: Month) -> None:
    """Day by day the open issues, their labels and comments; runs twice and at the same time; each hook once."""
    for day in range(DAYS):
        month.happen(day)
        before_the_run(month, day)
        if day in TWICE:
            assert [code for code, _ in month.at_once(*ALL, day=day)] == [1, 1]
        else:
            month.mlgov(*ALL, day=day, expect=ANY)
        found = month.open_issues()
        assert {about: comments for about, (_, _, comments) in found.items()} == OPEN[day], f"day {day}"
        assert all(labels == labels_of(about) for about, (_, labels, _) in found.items())
        if day in (9, 12, 22):
            nothing_changes(month, day)
        if day == LATE_LABELS:
            labels_come_late(month, day)
    in_the_end(month)


def before_the_run(month: Month, day: int) -> None:
    """Let things happen to the data, the repository and the issues."""
    nightly, profile = (month.robot.root / name for name in (f"traffic/churn-nightly/{REFUSED}.csv", PROFILE))
    if day == BROKEN_BASELINE:
        profile.write_bytes(profile.read_bytes()[:100])
    elif day == BROKEN_BASELINE + 1:
        month.robot.git("checkout", "--quiet", PROFILE)
    elif day == REFUSED:
        nightly.write_text("\n".join(",".join(str(n) for n in range(5_001)) for _ in range(2)))
    elif day == REFUSED + 1:
        nightly.unlink()
    elif day == CLOSED_BY_HAND:
        (issue,) = (issue for issue in month.server.state.issues if DATA in issue.body and issue.state == "open")
        issue.state = "closed"
    elif day == 14:
        month.server.state.pulls[0].state = "closed"


PROFILE = f"baselines/churn/{BATCH}/profile.json"


def labels_of(about: str) -> tuple[str, ...]:
    return ("mlgov/monitor", "on-call") if about == D else ("mlgov/monitor",)


def nothing_changes(month: Month, day: int) -> None:
    """Run once more: no issue, record or hook is different, and nothing is even written to the forge."""
    seen, records, asked = month.look(), month.ledger(), len(month.server.log)
    month.mlgov(*ALL, day=day, hour=3, expect=ANY)
    assert (month.look(), month.ledger()) == (seen, records)
    assert {method for method, _ in month.server.log[asked:]} == {"GET"}


def labels_come_late(month: Month, day: int) -> None:
    """The day whose labels were not there is judged again: one revision, told in the course of its issue alone."""
    seen, records = month.look(), month.ledger()
    month.mlgov(*ALL[:2], "churn", "--issues", "--window", "2026-11-07..2026-11-08", day=day, hour=8)
    late = f"executions/churn/{QUALITY}/2026-11-08T000000Z.r2.json"
    new = month.look()
    assert [path for path in month.ledger() if path not in records] == [late]
    assert [issue[:-1] for issue in new] == [issue[:-1] for issue in seen]
    told = {
        line for was, now in zip(seen, new, strict=True) for line in set(now[-1].split("\n")) - set(was[-1].split("\n"))
    }
    assert told and all(line.startswith("history ") and "no ground truth" not in line for line in told)


def in_the_end(month: Month) -> None:
    """Four issues were opened, all are closed; the ledger has every window; what alerts set off happened once."""
    seen = [(what, state) for what, state, *_ in month.look()]
    assert {state for _, state in seen} == {"closed"}
    assert {what for what, _ in seen} == {D, Q, B, C}
    assert month.statuses(DATA) == {"completed": 20, "completed_with_violations": 6, "no_data": 2}
    assert month.statuses(QUALITY) == {
        "completed": 18,
        "completed_with_violations": 6,
        "no_data": 4,
        "no_ground_truth": 1,
    }
    assert month.statuses(BATCH) == {"completed": 26, "failed": 2}
    alerts = [DATA, QUALITY, DATA, QUALITY, BATCH]
    assert (month.root / "commands").read_text().split() == alerts
    events = [json.loads(line) for line in (month.root / "alerts.jsonl").read_text().splitlines()]
    assert [event["data"]["monitor"] for event in events] == alerts
    assert events[-1]["data"]["failure"] == "refused_data"
    pulls = [(pull.head, pull.base, pull.state) for pull in month.server.state.pulls]
    assert pulls == [("alert-churn-2026-11-10", "main", "closed"), ("alert-churn-2026-11-22", "main", "open")]
    assert "status: pending_review" in month.robot.git("show", "origin/alert-churn-2026-11-22:cards/churn.yaml")

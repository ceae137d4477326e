"""A round: every monitor has its turn, whatever happens to the others, the remote or the forge."""

from collections.abc import Sequence

import pyarrow as pa
import pytest

from mlgov.errors import ForgeError, LedgerError, TablesError
from mlgov.events import Progress
from mlgov.monitors import MonitorSetDocument, Source, Thresholds
from mlgov.monitors.baseline import make
from mlgov.monitors.rounds import Order, Round, run_round
from mlgov.ports import File, Snapshot
from tests.fakes.events import RecordedEvents
from tests.fakes.forge import MemoryForge
from tests.fakes.ledger import MemoryLedger
from tests.fakes.tables import MemoryTables
from tests.monitors.examples import START, monitor, monitor_set
from tests.monitors.test_run import rows

NOW = START.replace(day=20, minute=7)
Data = Sequence[pa.RecordBatch] | TablesError


@pytest.fixture(scope="module")
def baseline() -> dict[str, bytes]:
    return make(lambda: [rows(4000, seed=9).drop_columns(["at"])], Thresholds())


def order(baseline: dict[str, bytes], *names: str, dry_run: bool = False) -> Order:
    """Order a round over one monitor per model, each reading the source of its name."""
    sets: list[MonitorSetDocument] = []
    snapshot: dict[str, File] = {}
    for name in names:
        folder = f"baselines/{name}/data-quality"
        sets.append(monitor_set(monitor(source=Source(uri=name), baseline=folder), name=name))
        snapshot |= {f"{folder}/{file}": File(file, "100644", data) for file, data in baseline.items()}
    frozen: Snapshot = snapshot
    return Order(sets, sets, frozen, NOW, owners={"a": ["@card-owners"]}, dry_run=dry_run)


GOOD: Data = [rows().drop_columns(["at"])]
DRIFTED: Data = [rows(shift=4).drop_columns(["at"])]


def ran(ordered: Order, sources: dict[str, Data], **given: object) -> Round:
    ports = {"ledger": MemoryLedger(), "events": RecordedEvents(), "forge": None, **given}
    return run_round(ordered, MemoryTables(sources), **ports)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sources", "code"),
    [
        ({"a": GOOD, "b": GOOD}, 0),
        ({"a": GOOD, "b": DRIFTED}, 1),
        ({"a": GOOD, "b": TablesError("broken")}, 1),
        ({"a": TablesError("broken"), "b": TablesError("broken")}, 1),
        ({"a": GOOD, "b": []}, 0),
        ({"a": GOOD}, 5),
        ({"a": DRIFTED}, 5),
        ({}, 3),
    ],
)
def test_the_exit_code_tells_the_worst(baseline: dict[str, bytes], sources: dict[str, Data], code: int) -> None:
    """Violations, then monitors that could not judge; a source that is not in the list is missing."""
    done = ran(order(baseline, "a", "b"), sources)
    assert (done.exit_code, len(done.results)) == (code, 2)


def test_progress_is_told(baseline: dict[str, bytes]) -> None:
    """One step per monitor, and the end."""
    events = RecordedEvents()
    ran(order(baseline, "a", "b"), {"a": GOOD, "b": GOOD}, events=events)
    steps = [(event.task, event.done, event.total) for event in events.heard if isinstance(event, Progress)]
    assert steps == [("a/data-quality", 0, 2), ("b/data-quality", 1, 2), ("monitors", 2, 2)]


def test_a_remote_that_does_not_answer_is_told_after_the_work(baseline: dict[str, bytes]) -> None:
    """The records are kept, the results are there, the issues are looked after."""
    ledger = MemoryLedger(unreachable=True)
    done = ran(order(baseline, "a"), {"a": DRIFTED}, ledger=ledger)
    assert isinstance(done.trouble, LedgerError)
    assert len(done.lines) == 1
    assert len(ledger.stored) == 2


def test_a_forge_that_does_not_answer_is_told_after_the_work(baseline: dict[str, bytes]) -> None:
    """Nothing that was found is lost."""
    forge, ledger = MemoryForge(), MemoryLedger()

    def fault(name: str, moment: str) -> None:
        raise ForgeError("No answer.", transient=True)

    forge.fault = fault
    done = ran(order(baseline, "a"), {"a": DRIFTED}, ledger=ledger, forge=forge)
    assert isinstance(done.trouble, ForgeError)
    assert (len(done.lines), len(ledger.stored)) == (1, 2)


def test_issues_are_opened_for_alerts_and_broken_checkers(baseline: dict[str, bytes]) -> None:
    """The second bad day raises the alert; a missing source is the checker's trouble at once."""
    forge, ledger = MemoryForge(), MemoryLedger()
    ordered = order(baseline, "a", "b")
    for day in (20, 21):
        later = Order(ordered.chosen, ordered.everyone, ordered.snapshot, NOW.replace(day=day), owners=ordered.owners)
        done = ran(later, {"a": DRIFTED}, ledger=ledger, forge=forge)
    titles = sorted(issue.title for issue in forge.issues("mlgov/monitor"))
    assert len(titles) == 2
    assert titles[0].startswith("a: ")
    assert "cannot be checked" in titles[1]
    assert [action.split()[0] for action in done.actions] == ["update", "open"]
    assert "@card-owners" in next(issue.body for issue in forge.issues("mlgov/monitor") if issue.title == titles[0])


def test_a_dry_run_writes_nothing_anywhere(baseline: dict[str, bytes]) -> None:
    """And says what it would do."""
    forge, ledger = MemoryForge(), MemoryLedger()
    done = ran(order(baseline, "a", dry_run=True), {}, ledger=ledger, forge=forge)
    assert (ledger.stored, forge.issues("mlgov/monitor")) == ({}, [])
    assert len(done.actions) == 1
    assert done.actions[0].startswith("open an issue")

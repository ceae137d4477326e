"""The pictures of distributions for monitor pages, read from ledger and repository before pages are made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mlgov.dashboard import ModelRow
from mlgov.lifecycle import bytes_digest
from mlgov.monitors import Execution, MonitorState
from mlgov.monitors.execution import PROFILE_FOLDER
from mlgov.ports import Ledger, Repository, Snapshot
from mlgov.website.measured import drawn
from mlgov.website.shapes import Shape, shapes_of

PROFILE_FILE = "profile.json"
#: Profiles held at once.
_CHUNK = 1000
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Picture:
    """The distributions of a window beside those of the baseline.

    Attributes:
        window_end: End of the window; None when nothing can be drawn.
        shapes: The columns, the worst first.
        trouble: Why nothing can be drawn, for people; empty when something can.
        is_baseline_same: Whether the baseline in the repository is the one that the last verdict was made with; None
            when that cannot be told.
    """

    window_end: datetime | None = None
    shapes: tuple[Shape, ...] = ()
    trouble: str = ""
    is_baseline_same: bool | None = None


def pictures(
    rows: Iterable[ModelRow],
    repository: Repository,
    ledger: Ledger,
    at: str = "",
    known: Mapping[Key, tuple[tuple[str, str], Picture]] | None = None,
) -> dict[Key, tuple[tuple[str, str], Picture]]:
    """Draw what every monitor saw last.

    Args:
        rows: The models.
        repository: Holds the baselines.
        ledger: Holds the profiles of windows.
        at: A commit to take the baselines from instead of the work tree.
        known: What an earlier call gave; what is made of the same is taken from it.

    Returns:
        Model and monitor -> what the picture is made of (a ledger path and the digest of a baseline) and the picture.
    """
    wanted = dict(_wanted(rows))
    if not wanted:
        return {}
    files = sorted({f"{execution.baseline}/{PROFILE_FILE}" for execution in wanted.values()})
    baselines = repository.snapshot(at, (), files) if at else repository.work_tree((), files)
    digests = {path: bytes_digest(baselines[path].data) for path in files if path in baselines}
    made_of = {key: (e.profile, digests.get(f"{e.baseline}/{PROFILE_FILE}", "")) for key, e in wanted.items()}
    found = {key: known[key] for key in wanted if known and key in known and known[key][0] == made_of[key]}
    left = [key for key in wanted if key not in found]
    for start in range(0, len(left), _CHUNK):
        chunk = left[start : start + _CHUNK]
        records = ledger.records(f"{PROFILE_FOLDER}/", {wanted[key].profile for key in chunk})
        for key in chunk:
            found[key] = (made_of[key], _picture(wanted[key], baselines, made_of[key][1], records))
    return found


def _wanted(rows: Iterable[ModelRow]) -> Iterator[tuple[Key, Execution]]:
    for row in rows:
        for state in row.states:
            execution = profiled(state)
            if execution:
                yield (row.model, state.monitor), execution


def profiled(state: MonitorState) -> Execution | None:
    """Give the last execution of which the ledger has a profile; None without one."""
    return next((execution for execution in reversed(state.history) if execution.profile), None)


def _picture(execution: Execution, baselines: Snapshot, digest: str, records: Mapping[str, bytes]) -> Picture:
    path = f"{execution.baseline}/{PROFILE_FILE}"
    if not digest:
        return Picture(trouble=f"{path} is missing, so there is nothing to draw the window over.")
    if digest != execution.baseline_digest:
        said = f"{path} has changed since the last window was judged. The next run compares with the new one."
        return Picture(trouble=said, is_baseline_same=False)
    data = records.get(execution.profile, b"")
    if not data or bytes_digest(data) != execution.profile_digest:
        said = f"The ledger has no {execution.profile} that fits its record."
        return Picture(trouble=said, is_baseline_same=True)
    names: Sequence[str] = [each.column.name for each in drawn(execution.columns)]
    shapes = shapes_of(baselines[path].data, data, names)
    if not shapes:
        return Picture(trouble="None of its columns can be drawn.", is_baseline_same=True)
    return Picture(execution.window_end, shapes, "", is_baseline_same=True)

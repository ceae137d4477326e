"""Checks of monitor sets beyond their schema."""

from collections import Counter
from collections.abc import Collection, Iterator

from mlgov.documents import Document, Pointer
from mlgov.findings import Finding, Location, Rule, Severity
from mlgov.monitors import schedule
from mlgov.monitors.formats.json_text import Damage
from mlgov.monitors.schema import Monitor, MonitorSetDocument
from mlgov.monitors.types.needs import BASELINE_FILES, SEGMENTS, asks_a_model, files_of, needs_of
from mlgov.names import MonitoringType
from mlgov.ports import REGULAR_FILE, File, Snapshot

BAD_SCHEDULE = Rule(
    "MLG-M001",
    "bad-schedule",
    Severity.ERROR,
    "A schedule is hourly, daily at an hour, or every few hours, in AWS's cron spelling.",
    "A schedule that cannot be read never fires, and a monitor that never fires finds nothing. The spellings are "
    "those of Model Monitor: cron(0 * ? * * *), cron(0 6 ? * * *), cron(0 0/8 ? * * *).",
    "Write one of cron(0 * ? * * *), cron(0 6 ? * * *) or cron(0 0/8 ? * * *).",
)
BASELINE_MISSING = Rule(
    "MLG-M002",
    "baseline-missing",
    Severity.ERROR,
    "The baseline folder of an enabled monitor holds the plain files that its type needs.",
    "Without a baseline there is nothing to compare with. The files are reviewed like any other: statistics.json and "
    "constraints.json for data and model quality, analysis.json for bias and feature attribution, background.json "
    "for a monitor with a scorer. A file that git ignores (.gitignore) does not count.",
    "Make them with 'mlgov monitor baseline NAME --from FILE' and commit them.",
)
BASELINE_DAMAGED = Rule(
    "MLG-M003",
    "baseline-damaged",
    Severity.ERROR,
    "The files of a baseline folder can be read.",
    "A damaged baseline would make a monitor fail at its next run, or judge by the wrong numbers.",
    "Make the files again with 'mlgov monitor baseline NAME --from FILE --force', or restore them from git.",
)
THRESHOLD_ORDER = Rule(
    "MLG-M004",
    "threshold-order",
    Severity.ERROR,
    "A threshold warns before it is violated: warn <= violate.",
    "With warn above violate the warning could never be seen.",
    "Swap the two numbers.",
)
DUPLICATE_MONITOR = Rule(
    "MLG-M005",
    "duplicate-monitor",
    Severity.ERROR,
    "Each monitor of a monitor set has a name of its own.",
    "Records and issues are found by model and monitor name; two monitors of one name would mix their results.",
    "Rename one of them.",
)
SHARED_BASELINE = Rule(
    "MLG-M007",
    "baseline-of-another-model",
    Severity.ERROR,
    "A baseline lies under baselines/<model>/.",
    "The folder says whose baseline it is; a monitor that compares with the baseline of another model judges nothing.",
    "Move the folder, or correct the path.",
)
UNREADABLE_TIME = Rule(
    "MLG-M008",
    "no-event-time",
    Severity.NOTE,
    "A source of rows with times names its event_time column.",
    "Without event_time every run reads all rows of the source, whatever its window, so old rows hide new ones.",
    "Set source.event_time, unless each run finds only the rows of its own window there.",
    waivable=True,
)
UNUSED_THRESHOLD = Rule(
    "MLG-M009",
    "unused-comparison-threshold",
    Severity.NOTE,
    "A comparison threshold that somebody edited in constraints.json is one that the monitor's mode uses.",
    "Mode standard judges distributions by the thresholds of the monitor. A comparison_threshold in constraints.json "
    "moves nothing there, whatever its author meant.",
    "Set the monitor's own thresholds, or 'mode: sagemaker' to be judged by constraints.json.",
    waivable=True,
)
INCOMPLETE_MONITOR = Rule(
    "MLG-M010",
    "incomplete-monitor",
    Severity.ERROR,
    "An enabled monitor says all that its monitoring type needs.",
    "A model quality monitor must know where the answers and the true labels are, a bias monitor which groups it "
    "compares, an attribution monitor which columns hold attributions. Without that, every run would fail.",
    "Add the keys that the message names, or set 'enabled: false'.",
)
UNKNOWN_SCORER = Rule(
    "MLG-M011",
    "unknown-scorer",
    Severity.ERROR,
    "The scorer of an enabled feature attribution monitor has an address in mlgov.toml.",
    "A monitor with a scorer asks the model of that name. Its address stands in [monitors.scorers] of mlgov.toml, and "
    "counts once it is on the main branch. Without it, every run would fail. A change is judged by the settings of "
    "its base, so one that brings an address is merged before one that uses it.",
    "Name the address below [monitors.scorers] in mlgov.toml.",
)
RULES = (
    BAD_SCHEDULE,
    BASELINE_MISSING,
    BASELINE_DAMAGED,
    THRESHOLD_ORDER,
    DUPLICATE_MONITOR,
    SHARED_BASELINE,
    UNREADABLE_TIME,
    UNUSED_THRESHOLD,
    INCOMPLETE_MONITOR,
    UNKNOWN_SCORER,
)


def check_monitor_set(
    document: Document, monitor_set: MonitorSetDocument, snapshot: Snapshot, scorers: Collection[str]
) -> Iterator[Finding]:
    """Run every rule on one monitor set.

    Args:
        document: The monitor set as written.
        monitor_set: The monitor set as typed.
        snapshot: All governed files, for the baselines.
        scorers: Names of the scorers that the settings have an address for.
    """
    yield from _check_names(document, monitor_set)
    for index, monitor in enumerate(monitor_set.spec.monitors):
        at: Pointer = ("spec", "monitors", index)
        yield from _check_schedule(document, monitor, at)
        yield from _check_needs(document, monitor, at)
        yield from _check_scorer(document, monitor, at, scorers)
        yield from _check_thresholds(document, monitor, at)
        yield from _check_source(document, monitor, at)
        yield from _check_place(document, monitor, monitor_set.spec.model, at)
        yield from _check_baseline(document, monitor, monitor_set, at, snapshot)


def _check_names(document: Document, monitor_set: MonitorSetDocument) -> Iterator[Finding]:
    counts = Counter(monitor.name for monitor in monitor_set.spec.monitors)
    seen: set[str] = set()
    for index, monitor in enumerate(monitor_set.spec.monitors):
        if counts[monitor.name] > 1 and monitor.name in seen:
            at = ("spec", "monitors", index, "name")
            message = f"The name '{monitor.name}' is used {counts[monitor.name]} times."
            yield DUPLICATE_MONITOR.at(document.location(at), message, pointer=at)
        seen.add(monitor.name)


def _check_schedule(document: Document, monitor: Monitor, at: Pointer) -> Iterator[Finding]:
    try:
        schedule.parse(monitor.schedule)
    except ValueError as error:
        where = (*at, "schedule")
        yield BAD_SCHEDULE.at(document.location(where), f"{error}.", pointer=where)


def _check_needs(document: Document, monitor: Monitor, at: Pointer) -> Iterator[Finding]:
    if not monitor.enabled:
        return
    for key, why in needs_of(monitor):
        where = (*at, *key.split("."))
        message = f"'{monitor.name}' has no {key}: {why}."
        yield INCOMPLETE_MONITOR.at(document.location(where), message, pointer=where)


def _check_scorer(document: Document, monitor: Monitor, at: Pointer, scorers: Collection[str]) -> Iterator[Finding]:
    name = monitor.scorer
    if monitor.enabled and asks_a_model(monitor) and name not in scorers:
        where = (*at, "scorer")
        message = f"mlgov.toml names no scorer '{name}'."
        line = f'{name} = "https://models.example/invocations"'
        fix = f"Say where, below [monitors.scorers] in mlgov.toml: {line}. It counts once it is on the main branch."
        yield UNKNOWN_SCORER.at(document.location(where), message, pointer=where, fix=fix)


def _check_thresholds(document: Document, monitor: Monitor, at: Pointer) -> Iterator[Finding]:
    for statistic, threshold in monitor.thresholds:
        if threshold.warn > threshold.violate:
            where = (*at, "thresholds", statistic)
            message = f"{statistic} warns at {threshold.warn:g} and is violated at {threshold.violate:g}."
            yield THRESHOLD_ORDER.at(document.location(where), message, pointer=where)


def _check_source(document: Document, monitor: Monitor, at: Pointer) -> Iterator[Finding]:
    if monitor.enabled and monitor.source.event_time is None and monitor.source.format in ("csv", "parquet"):
        where = (*at, "source", "event_time")
        message = f"'{monitor.name}' has no event_time, so every run reads all rows."
        yield UNREADABLE_TIME.at(document.location(where), message, pointer=where)


def _check_place(document: Document, monitor: Monitor, model: str, at: Pointer) -> Iterator[Finding]:
    if monitor.baseline.split("/")[1] != model:
        where = (*at, "baseline")
        message = f"{monitor.baseline} is not under baselines/{model}/."
        yield SHARED_BASELINE.at(document.location(where), message, pointer=where)


def _check_baseline(
    document: Document, monitor: Monitor, monitor_set: MonitorSetDocument, at: Pointer, snapshot: Snapshot
) -> Iterator[Finding]:
    where = (*at, "baseline")
    if not monitor.enabled:
        return
    missing = [name for name in files_of(monitor) if not _is_file(snapshot, f"{monitor.baseline}/{name}")]
    if missing:
        message = f"{monitor.baseline}/ has no {' and no '.join(missing)}."
        fix = _making(monitor, monitor_set, snapshot)
        yield BASELINE_MISSING.at(document.location(where), message, pointer=where, fix=fix)
    damaged = list(_check_files(monitor, snapshot))
    yield from damaged
    if not damaged and monitor.monitoring_type is MonitoringType.DATA_QUALITY:
        yield from _check_unused(document, monitor, where, snapshot)


def _making(monitor: Monitor, monitor_set: MonitorSetDocument, snapshot: Snapshot) -> str:
    """Say what makes the files of a baseline where the rule's own fix would be refused; nothing where it would not."""
    several = len(monitor_set.spec.monitors) > 1
    there = any(path.startswith(f"{monitor.baseline}/") for path in snapshot)
    if not several and not there:
        return ""
    name = f"{monitor_set.metadata.name} -m {monitor.name}" if several else monitor_set.metadata.name
    force = " --force" if there else ""
    return f"Make them with 'mlgov monitor baseline {name} --from FILE{force}' and commit them."


def _check_unused(document: Document, monitor: Monitor, where: Pointer, snapshot: Snapshot) -> Iterator[Finding]:
    from mlgov.monitors.formats import files
    from mlgov.monitors.formats.constraints import edited_thresholds

    if monitor.mode != "standard":
        return
    path = f"{monitor.baseline}/{files.CONSTRAINTS}"
    if not _is_file(snapshot, path):
        return
    for name, value in edited_thresholds(files.read_constraints(snapshot[path].data)):
        message = f"{path} has {name} {value:g}, which mode standard does not use."
        yield UNUSED_THRESHOLD.at(document.location(where), message, pointer=where)


def _is_file(snapshot: Snapshot, path: str) -> bool:
    file = snapshot.get(path)
    return file is not None and file.mode == REGULAR_FILE


def _check_files(monitor: Monitor, snapshot: Snapshot) -> Iterator[Finding]:
    """Read the files of the baseline and of its segments."""
    prefix = f"{monitor.baseline}/{SEGMENTS}/"
    segments = {path.rsplit("/", 1)[0] for path in snapshot if path.startswith(prefix)} if monitor.segments else set()
    for folder in (monitor.baseline, *sorted(segments)):
        for path, damage in _damages_of(folder, monitor, snapshot):
            location = Location(path, damage.line, damage.column)
            yield BASELINE_DAMAGED.at(location, damage.message, pointer=damage.pointer)


def _damages_of(folder: str, monitor: Monitor, snapshot: Snapshot) -> list[tuple[str, Damage]]:
    from mlgov.monitors.formats import files  # loads jsonschema, which most checks do not need

    found: list[tuple[str, Damage]] = []
    for name in BASELINE_FILES[monitor.monitoring_type]:
        path = f"{folder}/{name}"
        if _is_file(snapshot, path):
            found += [(path, damage) for damage in _damages(snapshot[path], name, monitor)]
    path, profile = f"{folder}/{files.STATISTICS}", f"{folder}/{files.PROFILE}"
    is_profiled = monitor.monitoring_type is MonitoringType.DATA_QUALITY and _is_file(snapshot, profile)
    if not found and is_profiled and _is_file(snapshot, path):
        damage = files.unbound(files.read_statistics(snapshot[path].data), snapshot[profile].data)
        found += [(path, damage)] if damage else []
    return found


def _damages(file: File, name: str, monitor: Monitor) -> list[Damage]:
    from mlgov.monitors.formats import files

    if file.omitted_bytes:
        return [Damage(f"The file has {file.omitted_bytes:,} bytes, which is too much.")]
    return files.damages(file.data, name, monitor.monitoring_type)

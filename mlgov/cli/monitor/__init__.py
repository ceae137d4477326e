"""``mlgov monitor``: baselines, executions, comparisons and states. One file per group of verbs."""

import click

from mlgov.cli.lazy import LazyGroup, Table

COMMANDS: Table = {
    "baseline": ("mlgov.cli.monitor.baseline:baseline", "Make the baseline of a monitor."),
    "due": ("mlgov.cli.monitor.due:due", "Say what would run now, and why."),
    "run": ("mlgov.cli.monitor.running:run", "Run monitors and record what they find."),
    "backfill": ("mlgov.cli.monitor.backfill:backfill", "Run the windows of a time that have no execution yet."),
    "status": ("mlgov.cli.monitor.reading:status", "Print the state of every monitor, from the ledger."),
    "report": ("mlgov.cli.monitor.reading:report", "Print what the last execution of each monitor found."),
    "compare": ("mlgov.cli.monitor.comparing:compare", "Compare two data files."),
    "import": ("mlgov.cli.monitor.importing:import_", "Make a monitor set of schedules of Model Monitor."),
    "capture": ("mlgov.cli.monitor.capturing:capture", "Stand before a scorer and write down what it is asked."),
    "submit": (
        "mlgov.cli.moving:submit_monitor_set",
        "Propose a monitor set for review: branch, commit, request.",
    ),
    "archive": ("mlgov.cli.moving:archive_monitor_set", "Propose to take an approved monitor set out of use."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def monitor() -> None:
    """Baselines, monitoring executions and comparisons."""

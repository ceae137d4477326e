"""Executions as records of the ledger: written, read, and compared by what was found."""

import dataclasses
import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mlgov.errors import LedgerError
from mlgov.lifecycle import bytes_digest
from mlgov.monitors.column_result import ColumnResult
from mlgov.monitors.execution import FOLDER, Execution
from mlgov.monitors.results import MetricResult

FORMAT = "mlgov/execution/v1"


@functools.cache
def _adapter() -> TypeAdapter[Execution]:
    return TypeAdapter(Execution)  # costs milliseconds, and `mlgov check` needs none


def _short(metric: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a metric does not say."""
    return {name: value for name, value in metric.items() if value is not False and value not in ("", [])}


#: What records did not have at first. Left out when empty, so that a window found again has the bytes it had then.
_LATER = ("metrics", "segments")
_LATER_OF_COLUMNS = ("causes", "distribution", "limits")


def render(execution: Execution) -> bytes:
    """Write an execution as the JSON of its record: sorted keys, no NaN, one line per value, nothing that is None."""
    value: dict[str, Any] = {"format": FORMAT, **_adapter().dump_python(execution, mode="json", exclude_none=True)}
    for name in _LATER:
        if not value[name]:
            del value[name]
    for found in (value, *value.get("segments", ())):
        if found.get("metrics"):
            found["metrics"] = [_short(metric) for metric in found["metrics"]]
        for column in found["columns"]:
            for name in _LATER_OF_COLUMNS:
                if not column[name]:
                    del column[name]
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def load(data: bytes, path: str) -> Execution:
    """Read a record.

    Raises:
        LedgerError: It is damaged or of another format, or about something else than its path says.
    """
    try:
        value = json.loads(data)
        if not isinstance(value, dict) or value.pop("format", None) != FORMAT:
            raise LedgerError(f"{path} is no record of an execution.", hint=f"Its format should be {FORMAT}.")
        execution = _adapter().validate_python(value, strict=False)
        if trouble := _contradiction(execution, path):
            raise ValueError(trouble)
        return execution
    except (ValueError, OverflowError, RecursionError, ValidationError) as error:
        raise LedgerError(f"The record {path} is damaged: {error}") from None


def _contradiction(execution: Execution, path: str) -> str:
    """Say why a record cannot be what its path says; empty when it can."""
    moments = (execution.window_start, execution.window_end, execution.executed_at)
    if any(moment.utcoffset() for moment in moments):
        return "its times should be UTC."
    if execution.window_start >= execution.window_end:
        return "its window ends before it starts."
    # Part by part: a slash in a name could make the path of another model's record.
    if [FOLDER, execution.model, execution.monitor] != path.split("/")[:-1] or execution.path != path:
        return f"it is about {execution.model}/{execution.monitor} {execution.window} r{execution.revision}."
    return ""


def load_all(records: Mapping[str, bytes]) -> list[Execution]:
    """Read all executions among ledger records, in the order of their paths. Raises LedgerError."""
    return [load(data, path) for path, data in records.items() if path.startswith(f"{FOLDER}/")]


def result_digest(execution: Execution) -> str:
    """Digest what was found, whenever it was run and however it is explained.

    Equal results are the same record. What lies around the window is no part of it: a source grows, and a label
    without a row is about no window.
    """
    rows = dataclasses.replace(execution.rows, read=0, outside=0)
    labels = dataclasses.replace(execution.labels, unknown_ids=0) if execution.labels else None
    found = dataclasses.replace(
        execution, executed_at=execution.window_end, revision=1, profile="", rows=rows, labels=labels
    )
    return bytes_digest(render(_unexplained(found)))


def _unexplained(execution: Execution) -> Execution:
    """Take off what only explains: it follows from profiles, and a later version may explain better."""

    def bare(columns: Iterable[ColumnResult]) -> tuple[ColumnResult, ...]:
        return tuple(dataclasses.replace(column, causes=(), distribution=(), limits=()) for column in columns)

    def plain(metrics: Iterable[MetricResult]) -> tuple[MetricResult, ...]:
        return tuple(dataclasses.replace(metric, portions=()) for metric in metrics)

    segments = tuple(
        dataclasses.replace(each, columns=bare(each.columns), metrics=plain(each.metrics))
        for each in execution.segments
    )
    columns, metrics = bare(execution.columns), plain(execution.metrics)
    return dataclasses.replace(execution, columns=columns, metrics=metrics, segments=segments)

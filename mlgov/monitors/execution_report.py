"""One execution as a report: text, Markdown, JSON, and the files that Model Monitor would have written. Pure."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mlgov.monitors.column_result import ColumnResult
from mlgov.monitors.execution import Execution, by_monitor
from mlgov.monitors.formats import violations
from mlgov.monitors.reason_text import as_values, picture_head, picture_rows, says_more, title_of, told
from mlgov.monitors.reasons import Reason, reasons_of
from mlgov.monitors.records import render
from mlgov.monitors.report import escaped, markdown_lines, said_of, table_lines
from mlgov.monitors.results import MetricResult
from mlgov.monitors.schedule import moment_text
from mlgov.monitors.wording import NONE, number_text, words_of
from mlgov.names import MONITORING_TITLES

_METRICS = ("metric", "value", "95% interval", "baseline", "limit", "rows", "verdict")
_COLUMNS = ("column", "statistic", "value", "broken at", "verdict")
ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        title: Its heading.
        head: Heads of the table's columns; empty when there is no table.
        rows: The table.
        sentences: What is said besides.
    """

    title: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    sentences: tuple[str, ...] = ()


def report_text(execution: Execution, history: Sequence[Execution] = ()) -> str:
    """Write an execution for a terminal; ``history`` has the executions of the same monitor."""
    parts = [_headline(execution)]
    for section in _sections(execution, history):
        parts += ["", f"{section.title}:", *(f"  {sentence}" for sentence in section.sentences)]
        parts += [f"  {line}".rstrip() for line in table_lines(section.head, section.rows)] if section.rows else []
    return "\n".join(parts) + "\n"


def report_markdown(execution: Execution, history: Sequence[Execution] = ()) -> str:
    """Write an execution as Markdown."""
    parts = [f"**{escaped(_headline(execution))}**"]
    for section in _sections(execution, history):
        parts += [
            "",
            f"### {escaped(section.title)}",
            "",
            *(f"- {escaped(sentence)}" for sentence in section.sentences),
        ]
        if section.rows:
            parts += ["", *markdown_lines(section.head, section.rows)]
    return "\n".join(parts) + "\n"


def report_json(execution: Execution, history: Sequence[Execution] = ()) -> str:
    """Write an execution as the JSON of its record, with the reasons beside what it found."""
    reasons = [as_values(reason) for reason in reasons_of(execution, history)]
    return json.dumps(json.loads(render(execution)) | {"reasons": reasons}, indent=1, ensure_ascii=False) + "\n"


def report_violations(execution: Execution, history: Sequence[Execution] = ()) -> str:  # noqa: ARG001 - one signature
    """Write the violations as Model Monitor's constraint_violations.json."""
    return violations.render(execution.violations, execution.monitoring_type).decode()


REPORT_FORMATS: dict[str, Callable[[Execution, Sequence[Execution]], str]] = {
    "text": report_text,
    "json": report_json,
    "markdown": report_markdown,
    "constraint_violations": report_violations,
}


def report_list(executions: Sequence[Execution], format_: str, history: Sequence[Execution] = ()) -> str:
    """Write several executions: one after the other, JSON as a list.

    Args:
        executions: What is to be told.
        format_: A key of ``REPORT_FORMATS``.
        history: Executions of these and other monitors, for what came before.
    """
    groups = by_monitor(history)
    found = [REPORT_FORMATS[format_](each, groups.get((each.model, each.monitor), ())) for each in executions]
    if format_ == "json":
        return json.dumps([json.loads(text) for text in found], indent=1, ensure_ascii=False) + "\n"
    return "\n".join(found)


def _headline(execution: Execution) -> str:
    title = MONITORING_TITLES[execution.monitoring_type]
    window = f"{moment_text(execution.window_start)} to {moment_text(execution.window_end)}"
    ended = words_of(execution.status.value)
    rows = f"{execution.rows.judged:,} rows"
    return f"{execution.model}/{execution.monitor} ({title.lower()}), window {window}: {ended}, {rows}"


def _sections(execution: Execution, history: Sequence[Execution]) -> Iterator[Section]:
    if execution.failure:
        yield Section("Failure", sentences=(execution.failure.message,))
    if execution.note:
        yield Section("No verdict", sentences=(execution.note,))
    for title, found in (("Violations", execution.violations), ("Warnings", execution.warnings)):
        if found:
            yield Section(title, sentences=tuple(map(said_of, found)))
    for reason in filter(says_more, reasons_of(execution, history)):
        yield _why(reason)
    if execution.labels and execution.labels.rows:
        span = f"Rows from {moment_text(execution.labels.data_start)} to {moment_text(execution.labels.data_end)}."
        yield Section("True labels", sentences=(span, execution.labels.sentence))
    yield from _findings("", execution.columns, execution.metrics)
    for segment in execution.segments:
        said = f"{segment.rows:,} rows: {words_of(segment.status.value)}. {segment.sentence}".strip()
        yield Section(f"Segment {segment.name}", sentences=(said,))
        yield from _findings(f" of segment {segment.name}", segment.columns, segment.metrics)


def _why(reason: Reason) -> Section:
    """Tell one reason with its picture."""
    sentences = tuple(f"{name}: {text}" for name, text in told(reason, without=("found",)))
    if not reason.shares:
        return Section(title_of(reason), sentences=sentences)
    return Section(title_of(reason), picture_head(reason), tuple(picture_rows(reason)), sentences)


def _findings(of: str, columns: Sequence[ColumnResult], metrics: Sequence[MetricResult]) -> Iterator[Section]:
    measured = [metric for metric in metrics if not metric.is_estimate]
    estimated = [metric for metric in metrics if metric.is_estimate]
    if measured:
        yield Section(f"Measured{of}", _METRICS, tuple(map(_metric, measured)))
    if estimated:
        sentences = [metric.sentence for metric in estimated]
        said = "Worked out from the model's own probabilities, without any label. No verdict rests on it."
        told = (said, *filter(None, sentences))
        yield Section(f"Estimated without labels{of}", _METRICS, tuple(map(_metric, estimated)), told)
    if columns:
        yield Section(f"Columns{of}", _COLUMNS, tuple(map(_column, columns)))


def _metric(metric: MetricResult) -> tuple[str, ...]:
    interval = NONE
    if metric.lower is not None and metric.upper is not None:
        interval = f"{number_text(metric.lower)} to {number_text(metric.upper)}"
    name = f"{metric.name} ({metric.about})" if metric.about else metric.name
    verdict = ESTIMATED if metric.is_estimate else words_of(metric.verdict) or NONE
    numbers = (
        number_text(metric.value),
        interval,
        number_text(metric.baseline),
        metric.limit or NONE,
        f"{metric.count:,}",
    )
    return (name, *numbers, verdict)


def _column(column: ColumnResult) -> tuple[str, ...]:
    decided = next((statistic for statistic in column.statistics if statistic.verdict), None)
    if decided is None:
        return (column.name, NONE, NONE, NONE, words_of(column.verdict))
    value, limit = number_text(decided.value), number_text(decided.violate)
    return (column.name, decided.statistic, value, limit, words_of(column.verdict))

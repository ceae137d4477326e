"""One execution as a report: text, Markdown, JSON, and the files that Model Monitor would have written. Pure."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mlgov.monitors.column_result import ColumnResult
from mlgov.monitors.execution import Execution, MetricResult, render
from mlgov.monitors.formats import violations
from mlgov.monitors.report import escaped, markdown_lines, number_text, said_of, table_lines, words_of
from mlgov.monitors.schedule import moment_text
from mlgov.names import MONITORING_TITLES

_NONE = "-"
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


def report_text(execution: Execution) -> str:
    """Write an execution for a terminal."""
    parts = [_headline(execution)]
    for section in _sections(execution):
        parts += ["", f"{section.title}:", *(f"  {sentence}" for sentence in section.sentences)]
        parts += [f"  {line}".rstrip() for line in table_lines(section.head, section.rows)] if section.rows else []
    return "\n".join(parts) + "\n"


def report_markdown(execution: Execution) -> str:
    """Write an execution as Markdown."""
    parts = [f"**{escaped(_headline(execution))}**"]
    for section in _sections(execution):
        parts += [
            "",
            f"### {escaped(section.title)}",
            "",
            *(f"- {escaped(sentence)}" for sentence in section.sentences),
        ]
        if section.rows:
            parts += ["", *markdown_lines(section.head, section.rows)]
    return "\n".join(parts) + "\n"


def report_json(execution: Execution) -> str:
    """Write an execution as the JSON of its record."""
    return render(execution).decode()


def report_violations(execution: Execution) -> str:
    """Write the violations as Model Monitor's constraint_violations.json."""
    return violations.render(execution.violations, execution.monitoring_type).decode()


REPORT_FORMATS: dict[str, Callable[[Execution], str]] = {
    "text": report_text,
    "json": report_json,
    "markdown": report_markdown,
    "constraint_violations": report_violations,
}


def report_list(executions: Sequence[Execution], format_: str) -> str:
    """Write several executions: one after the other, JSON as a list."""
    found = [REPORT_FORMATS[format_](execution) for execution in executions]
    if format_ == "json":
        return json.dumps([json.loads(text) for text in found], indent=1, ensure_ascii=False) + "\n"
    return "\n".join(found)


def _headline(execution: Execution) -> str:
    title = MONITORING_TITLES[execution.monitoring_type]
    window = f"{moment_text(execution.window_start)} to {moment_text(execution.window_end)}"
    ended = words_of(execution.status.value)
    rows = f"{execution.rows.judged:,} rows"
    return f"{execution.model}/{execution.monitor} ({title.lower()}), window {window}: {ended}, {rows}"


def _sections(execution: Execution) -> Iterator[Section]:
    if execution.failure:
        yield Section("Failure", sentences=(execution.failure.message,))
    if execution.note:
        yield Section("No verdict", sentences=(execution.note,))
    for title, found in (("Violations", execution.violations), ("Warnings", execution.warnings)):
        if found:
            yield Section(title, sentences=tuple(map(said_of, found)))
    if execution.labels and execution.labels.rows:
        span = f"Rows from {moment_text(execution.labels.data_start)} to {moment_text(execution.labels.data_end)}."
        yield Section("True labels", sentences=(span, execution.labels.sentence))
    yield from _findings("", execution.columns, execution.metrics)
    for segment in execution.segments:
        said = f"{segment.rows:,} rows: {words_of(segment.status.value)}. {segment.sentence}".strip()
        yield Section(f"Segment {segment.name}", sentences=(said,))
        yield from _findings(f" of segment {segment.name}", segment.columns, segment.metrics)


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
    interval = _NONE
    if metric.lower is not None and metric.upper is not None:
        interval = f"{number_text(metric.lower)} to {number_text(metric.upper)}"
    name = f"{metric.name} ({metric.about})" if metric.about else metric.name
    verdict = ESTIMATED if metric.is_estimate else words_of(metric.verdict) or _NONE
    numbers = (
        number_text(metric.value),
        interval,
        number_text(metric.baseline),
        metric.limit or _NONE,
        f"{metric.count:,}",
    )
    return (name, *numbers, verdict)


def _column(column: ColumnResult) -> tuple[str, ...]:
    decided = next((statistic for statistic in column.statistics if statistic.verdict), None)
    if decided is None:
        return (column.name, _NONE, _NONE, _NONE, words_of(column.verdict))
    value, limit = number_text(decided.value), number_text(decided.violate)
    return (column.name, decided.statistic, value, limit, words_of(column.verdict))

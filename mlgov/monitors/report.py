"""Results as text, JSON and Markdown. Pure: values in, text out."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mlgov.monitors.alerts import CELL_TITLES, Cell, MonitorState
from mlgov.monitors.column_result import ColumnResult, StatisticResult
from mlgov.monitors.execution import Execution
from mlgov.monitors.formats import violations
from mlgov.monitors.reason_text import as_values, picture_head, picture_rows, title_of, told
from mlgov.monitors.reasons import Reason, reasons_of, reasons_of_columns
from mlgov.monitors.results import Violation
from mlgov.monitors.schedule import moment_text
from mlgov.monitors.wording import NONE, check_words, number_text, one_line, p_text, plainly, words_of

VERDICTS = ("violation", "insufficient", "warning", "ok", "not_compared")
#: Verdicts that can be counted in the plural.
_COUNTED = ("violation", "warning")
#: Verdicts of columns that need a sentence, since no violation and no warning tells of them.
_UNDECIDED = {"insufficient": "Insufficient", "not_compared": "Not compared"}
#: Columns that a run names as insufficient before it only counts them.
_NAMED_COLUMNS = 3
#: Broken columns that are explained in the text of a comparison, and in that of a run.
_EXPLAINED_COLUMNS = 10
_EXPLAINED_IN_RUN = 3
#: What tells in JSON how a monitor is now.
_STATE_NOW = ("cell", "since", "is_stale")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two data sets compared.

    Attributes:
        reference: What they call the reference.
        current: What they call the window.
        reference_rows: Rows of the reference.
        current_rows: Rows of the window.
        columns: What was found, by column.
        violations: What is broken.
        warnings: What is only noted.
        status: State as an execution would have it.
    """

    reference: str
    current: str
    reference_rows: int
    current_rows: int
    columns: tuple[ColumnResult, ...]
    violations: tuple[Violation, ...]
    warnings: tuple[Violation, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Line:
    """One monitor in a summary.

    Attributes:
        model: Name of the model.
        state: State of the monitor.
        execution: The execution that the line is about; None in a summary of states alone.
        is_new: Whether the ledger did not know it before.
    """

    model: str
    state: MonitorState
    execution: Execution | None = None
    is_new: bool = False


# Comparisons


def comparison_text(found: Comparison) -> str:
    """Write a comparison as a table for a terminal, the worst columns first, and a sentence for what is not ok."""
    parts = [_headline(found), "", *table_lines(_HEAD, _rows(found.columns))]
    for title, sentences in _sections(found):
        parts += ["", f"{title}:", *(f"  {sentence}" for sentence in sentences)]
    for reason in _explained(found):
        parts += ["", f"{title_of(reason)}:", *(f"  {name}: {text}" for name, text in told(reason, without=("found",)))]
        parts += [f"  {line}".rstrip() for line in table_lines(picture_head(reason), picture_rows(reason))]
    return "\n".join(parts) + "\n"


def _explained(found: Comparison) -> list[Reason]:
    """Explain the worst columns; those beyond are in the table and in JSON."""
    reasons = reasons_of_columns(found.columns, found.violations, found.warnings)
    return [reason for reason in reasons if reason.shares][:_EXPLAINED_COLUMNS]


def comparison_markdown(found: Comparison) -> str:
    """Write a comparison as Markdown."""
    parts = [f"**{_headline(found)}**", "", *markdown_lines(_HEAD, _rows(found.columns))]
    for title, sentences in _sections(found):
        parts += ["", f"### {title}", "", *(f"- {escaped(sentence)}" for sentence in sentences)]
    for reason in _explained(found):
        said = [f"- {escaped(f'{name}: {text}')}" for name, text in told(reason, without=("found",))]
        parts += ["", f"### {escaped(title_of(reason))}", "", *said, ""]
        parts += markdown_lines(picture_head(reason), picture_rows(reason))
    return "\n".join(parts) + "\n"


def _sections(found: Comparison) -> Iterator[tuple[str, list[str]]]:
    said = {"Violations": found.violations, "Warnings": found.warnings}
    sections = {title: [said_of(remark) for remark in remarks] for title, remarks in said.items()}
    for verdict, title in _UNDECIDED.items():
        sections[title] = [one_line(f"{c.name}: {c.sentence}") for c in found.columns if c.verdict == verdict]
    yield from ((title, sentences) for title, sentences in sections.items() if sentences)


def comparison_json(found: Comparison) -> str:
    """Write a comparison as JSON, with the reasons beside what was found."""
    reasons = reasons_of_columns(found.columns, found.violations, found.warnings)
    return _json(asdict(found) | {"reasons": [as_values(reason) for reason in reasons]})


def comparison_violations(found: Comparison) -> str:
    """Write the violations as Model Monitor's constraint_violations.json."""
    return violations.render(found.violations).decode()


COMPARISON_FORMATS: dict[str, Callable[[Comparison], str]] = {
    "text": comparison_text,
    "json": comparison_json,
    "markdown": comparison_markdown,
    "constraint_violations": comparison_violations,
}

_HEAD = ("column", "statistic", "value", "limit", "p", "n", "verdict")


def _headline(found: Comparison) -> str:
    counts = {verdict: sum(column.verdict == verdict for column in found.columns) for verdict in VERDICTS}
    said = ", ".join(_counted(count, verdict) for verdict, count in counts.items() if count) or "no columns"
    rows = f"{found.reference_rows:,} rows in {found.reference}, {found.current_rows:,} in {found.current}"
    return f"{rows}: {said}"


def _counted(count: int, verdict: str) -> str:
    plural = "s" if verdict in _COUNTED and count != 1 else ""
    return f"{count} {words_of(verdict)}{plural}"


def _rows(columns: Sequence[ColumnResult]) -> list[tuple[str, ...]]:
    ordered = sorted(columns, key=lambda column: VERDICTS.index(column.verdict))
    return [_row(column) for column in ordered]


def _row(column: ColumnResult) -> tuple[str, ...]:
    decided = next((statistic for statistic in column.statistics if statistic.verdict), None)
    if decided is None:
        return (column.name, NONE, NONE, NONE, NONE, NONE, words_of(column.verdict))
    p = decided.p_adjusted if decided.p_adjusted is not None else decided.p_value
    counts = f"{decided.reference_count:,}/{decided.current_count:,}"
    numbers = (number_text(decided.value), _limit(decided), p_text(p), counts)
    return (column.name, decided.statistic, *numbers, words_of(column.verdict))


def _limit(statistic: StatisticResult) -> str:
    if statistic.violate is None:
        return NONE
    return f"{number_text(statistic.warn)}/{number_text(statistic.violate)}"


def said_of(remark: Violation) -> str:
    """Write a violation on one line."""
    said = plainly(remark.description)
    where = "" if not remark.place or said.startswith(f"{remark.place} is ") else f"{remark.place}: "
    return one_line(f"{where}{said} [{check_words(remark.constraint_check_type)}]")


# Runs and states


def run_text(lines: Sequence[Line]) -> str:
    """Write what a run found: a table with one line per execution, and a sentence for each violation.

    The present state of a monitor stands beside its latest window only; beside an earlier one it would be taken for
    that window's result.
    """
    head = ("model", "monitor", "window end", "result", "rows", "state now")
    rows = [
        (line.model, e.monitor, _moment(e.window_end), _outcome(line), f"{e.rows.judged:,}", _state_now(line, e))
        for line in lines
        if (e := line.execution)
    ]
    parts = table_lines(head, rows)
    for line in lines:
        parts += _details(line)
    return "\n".join(parts) + "\n"


def _state_now(line: Line, execution: Execution) -> str:
    return cell_text(line.state) if _is_latest(line, execution) else NONE


def _is_latest(line: Line, execution: Execution | None) -> bool:
    last = line.state.last
    return last is None or execution is None or last.window_end <= execution.window_end


def run_json(
    lines: Sequence[Line],
    *,
    problems: Sequence[str] = (),
    actions: Sequence[str] = (),
    hooks: Sequence[str] = (),
) -> str:
    """Write what a run found as JSON, with what kept monitors from running and what is done to issues and by hooks.

    As in the text, the present state stands beside the latest window only: it is null beside earlier ones.
    """
    executions = [_run_line(line) for line in lines]
    done = {"problems": list(problems), "issue_actions": list(actions), "hooks": list(hooks)}
    return _json({"executions": executions, **done})


def status_text(lines: Sequence[Line]) -> str:
    """Write the state of every monitor as a table."""
    head = ("model", "monitor", "type", "state", "violations", "last window end")
    rows = [
        (
            line.model,
            line.state.monitor or "-",
            line.state.monitoring_type.value,
            cell_text(line.state),
            f"{line.state.alert.violation_count} of {line.state.alert.datapoint_count}",
            _moment(line.state.last.window_end) if line.state.last else NONE,
        )
        for line in lines
    ]
    return "\n".join(table_lines(head, rows)) + "\n"


def status_json(lines: Sequence[Line]) -> str:
    """Write the state of every monitor as JSON."""
    return _json([_line(line) for line in lines])


def cell_text(state: MonitorState) -> str:
    """Write a state in a few words, with the time since when where that matters."""
    title = CELL_TITLES[state.cell]
    if state.cell is Cell.OK and state.alert.nearness:
        return f"{title} ({state.alert.nearness})"
    if state.since is None:
        return title
    stale = ", stale" if state.is_stale and state.cell is not Cell.STALE else ""
    return f"{title} since {_moment(state.since)}{stale}"


def _details(line: Line) -> list[str]:
    execution = line.execution
    if execution is None:
        return []
    said = _violations(execution)
    said += [f"({said_of(warning)})" for warning in execution.warnings]
    said += _insufficient(execution)
    said += _not_measured(execution)
    said += [execution.failure.message] if execution.failure else []
    said += [f"{segment.name}: {segment.sentence}" for segment in execution.segments if segment.sentence]
    said += [execution.note] if execution.note else []
    said += [execution.labels.sentence] if execution.labels and execution.labels.rows else []
    title = f"{line.model}/{execution.monitor}, window to {_moment(execution.window_end)}:"
    return ["", title, *(f"  {text}" for text in said)] if said else []


def _violations(execution: Execution) -> list[str]:
    """Write the violations, and below the worst of them what may have happened and what would clear it."""
    reasons = [reason for reason in reasons_of(execution) if reason.verdict == "violation"][:_EXPLAINED_IN_RUN]
    hints = {
        reason.place: [f"  perhaps: {one_line(text)}" for text in reason.causes[:1]]
        + [f"  to clear: {one_line(text)}" for text in reason.clears]
        for reason in reasons
    }
    last = {violation.place: place for place, violation in enumerate(execution.violations)}
    lines = []
    for place, violation in enumerate(execution.violations):
        lines.append(said_of(violation))
        lines += hints.get(violation.place, []) if last[violation.place] == place else []
    return lines


def _insufficient(execution: Execution) -> list[str]:
    """Say of some columns how many rows they would need, and how many columns more there are."""
    found = [f"{c.name}: {c.sentence} [insufficient]" for c in execution.columns if c.verdict == "insufficient"]
    left = len(found) - _NAMED_COLUMNS
    more = [f"… and {left:,} more column{'s' * (left != 1)} with too few rows."] if left > 0 else []
    return found[:_NAMED_COLUMNS] + more


def _not_measured(execution: Execution) -> list[str]:
    """Name the metrics that have a limit and no value: nobody else would say that they are not watched."""
    return [
        one_line(f"{metric.sentence} [not compared]")
        for metric in execution.metrics
        if metric.verdict == "not_compared" and metric.threshold is not None
    ]


def _outcome(line: Line) -> str:
    execution = line.execution
    if execution is None:
        return NONE
    revision = f" (revision {execution.revision})" if execution.revision > 1 else ""
    return execution.status.value + revision + ("" if line.is_new else ", known")


def _run_line(line: Line) -> dict[str, Any]:
    state = {} if _is_latest(line, line.execution) else dict.fromkeys(_STATE_NOW)
    return {**_line(line), **state, "execution": _execution(line.execution), "is_new": line.is_new}


def _line(line: Line) -> dict[str, Any]:
    state = line.state
    return {
        "model": line.model,
        "monitor": state.monitor,
        "monitoring_type": state.monitoring_type,
        "cell": state.cell,
        "since": state.since,
        "is_stale": state.is_stale,
        "violation_count": state.alert.violation_count,
        "datapoint_count": state.alert.datapoint_count,
        "last_window_end": state.last.window_end if state.last else None,
    }


def _execution(execution: Execution | None) -> dict[str, Any] | None:
    return asdict(execution) if execution else None


# Tables


def table_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a table in columns that are as wide as they must be."""
    lines = [[cell.upper() for cell in head], *(list(map(one_line, row)) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def markdown_lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a table as Markdown."""
    lines = [head, ["---"] * len(head), *(list(map(escaped, row)) for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def escaped(text: str) -> str:
    """Make text from data harmless in Markdown: one line, no markup, no mentions."""
    marked = "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-!|~@" else c for c in one_line(text))
    return marked.replace("\\-", "-").replace("\\(", "(").replace("\\)", ")")


def _moment(moment: datetime) -> str:
    return moment_text(moment)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> str:
    return moment_text(value) if isinstance(value, datetime) else str(value)

"""Results as text, JSON and Markdown."""

import json
from dataclasses import replace
from datetime import timedelta

from mlgov.monitors import (
    ColumnResult,
    LikelyCause,
    MetricResult,
    Slice,
    SliceKind,
    StatisticResult,
    Violation,
    state_of,
)
from mlgov.monitors.execution_report import report_markdown, report_text
from mlgov.monitors.report import (
    Comparison,
    Line,
    cell_text,
    comparison_json,
    comparison_markdown,
    comparison_text,
    run_json,
    run_text,
    status_json,
    status_text,
)
from tests.monitors.examples import DAY, START, execution, history, monitor

KS = StatisticResult("ks", 0.31234567, "violation", 0.08, 0.12, 0.25, 0.05, 1e-30, 3e-30, 5000, 1000)
FOUND = Comparison(
    reference="a.csv",
    current="b.csv",
    reference_rows=5000,
    current_rows=1000,
    columns=(
        ColumnResult("calm", "numeric", "ok", "Fine.", (replace(KS, verdict="ok", value=0.01, p_adjusted=0.5),)),
        ColumnResult("age", "numeric", "violation", "It moved.", (replace(KS, statistic="psi", verdict=""), KS)),
        ColumnResult("gone", "categorical", "violation", "It is missing."),
    ),
    violations=(
        Violation("age", "baseline_drift_check", "It moved."),
        Violation("gone", "missing_column_check", "Gone."),
    ),
    warnings=(Violation("new", "extra_column_check", "It is new."),),
    status="completed_with_violations",
)


def test_the_table_shows_the_deciding_numbers_and_the_worst_columns_first() -> None:
    """Column, statistic, value, limits, p, both counts, verdict."""
    lines = comparison_text(FOUND).split("\n")
    assert lines[0] == "5,000 rows in a.csv, 1,000 in b.csv: 2 violations, 1 ok"
    assert lines[3].split() == ["age", "ks", "0.3123", "0.08/0.12", "<1e-6", "5,000/1,000", "violation"]
    assert lines[4].split() == ["gone", "-", "-", "-", "-", "-", "violation"]
    assert lines[5].split()[0] == "calm"


def test_every_violation_has_a_sentence() -> None:
    """With the name of its check; warnings stand below."""
    text = comparison_text(FOUND)
    assert "Violations:\n  age: It moved. [baseline_drift_check]\n  gone: Gone. [missing_column_check]\n" in text
    assert "Warnings:\n  new: It is new. [extra_column_check]\n" in text


def test_names_from_data_stay_on_their_line() -> None:
    """A column name with line ends cannot draw lines of its own."""
    hostile = replace(FOUND, columns=(replace(FOUND.columns[0], name="a\n\nok  fine\t!"),), violations=(), warnings=())
    assert comparison_text(hostile).split("\n")[3].startswith("a ok fine !")
    rows = [line for line in comparison_markdown(hostile).split("\n") if line.startswith("|")]
    assert len(rows) == 3


def test_markdown_escapes_what_would_act() -> None:
    """Pipes, tags, mentions, code and links."""
    named = replace(FOUND.columns[0], name="a|b<i>@team`x`[y](z)#1")
    text = comparison_markdown(replace(FOUND, columns=(named,)))
    assert "a\\|b\\<i\\>\\@team\\`x\\`\\[y\\](z)\\#1" in text


def test_json_has_every_statistic() -> None:
    """For programs."""
    value = json.loads(comparison_json(FOUND))
    assert [s["statistic"] for s in value["columns"][1]["statistics"]] == ["psi", "ks"]
    assert value["violations"][0]["constraint_check_type"] == "baseline_drift_check"


NOW = START + 2 * DAY + timedelta(hours=1)
DRIFTED = execution(1, "completed_with_violations", violations=(Violation("age", "baseline_drift_check", "It moved."),))


def line(letters: str, **given: object) -> Line:
    return Line("churn", state_of(monitor(), history(letters), NOW), **given)  # type: ignore[arg-type]


def test_a_run_is_a_table_with_sentences() -> None:
    """One line per execution; what the ledger had already says so."""
    text = run_text([line("VV", execution=DRIFTED, is_new=True), line("..", execution=execution(0))])
    rows = text.split("\n")
    assert rows[1].split("  ")[-1].strip() == "In alert since 2026-11-03T00:00:00Z"
    assert "completed, known" in rows[2]
    assert "churn/data-quality, window to 2026-11-03T00:00:00Z:\n  age: It moved. [baseline_drift_check]" in text


def test_the_present_state_stands_beside_the_latest_window_only() -> None:
    """An earlier window shows its own result, and no state that came after it."""
    lines = [line("VV", execution=execution(0), is_new=True), line("VV", execution=DRIFTED, is_new=True)]
    head, earlier, latest = run_text(lines).split("\n")[:3]
    assert head.split()[4:] == ["RESULT", "ROWS", "STATE", "NOW"]
    assert earlier.split()[2:4] == ["2026-11-02T00:00:00Z", "completed"]
    assert earlier.split()[-1] == "-"
    assert latest.endswith("In alert since 2026-11-03T00:00:00Z")
    found = [(e["cell"], e["since"], e["is_stale"]) for e in json.loads(run_json(lines))["executions"]]
    assert found == [(None, None, None), ("in_alert", "2026-11-03T00:00:00Z", False)]


def test_a_failure_says_why() -> None:
    """The message of the failure stands below the table; a revision is told."""
    failed = replace(execution(1, "failed"), revision=3)
    text = run_text([line("f", execution=failed, is_new=True)])
    assert "failed (revision 3)" in text
    assert "  There is no data at traffic." in text


def test_run_and_status_are_json_for_programs() -> None:
    """Times are UTC text."""
    value = json.loads(run_json([line("VV", execution=DRIFTED)], problems=["p"], actions=["a"]))
    assert (value["problems"], value["issue_actions"]) == (["p"], ["a"])
    assert value["executions"][0]["execution"]["window_end"] == "2026-11-03T00:00:00Z"
    state = json.loads(status_json([line("VV")]))[0]
    assert (state["cell"], state["since"], state["violation_count"]) == ("in_alert", "2026-11-03T00:00:00Z", 2)


def test_the_states_are_a_table() -> None:
    """Model, monitor, type, state, violations among those looked at, last window."""
    row = status_text([line("V.")]).split("\n")[1].split("  ")
    assert [cell.strip() for cell in row if cell] == [
        "churn",
        "data-quality",
        "data_quality",
        "OK (1 of 2 bad windows to an alert)",
        "1 of 2",
        "2026-11-03T00:00:00Z",
    ]


def test_an_old_alert_is_called_stale_too() -> None:
    """Both facts matter."""
    state = state_of(monitor(), history("VV"), START + 30 * DAY)
    assert cell_text(state) == "In alert since 2026-11-03T00:00:00Z, stale"


def test_a_run_says_of_some_columns_how_many_rows_they_need() -> None:
    """Three by name, the others by number."""
    columns = tuple(ColumnResult(f"c{i}", "numeric", "insufficient", "At least 90 are needed.") for i in range(4))
    text = run_text([line("i", execution=execution(0, "insufficient_data", columns=columns))])
    assert "  c2: At least 90 are needed. [insufficient]\n  … and 1 more column with too few rows.\n" in text
    assert "c3" not in text


def test_a_run_names_the_limits_that_nobody_measures() -> None:
    """A limit that is not watched must not look as if it were kept."""
    unmeasured = MetricResult("auc", verdict="not_compared", sentence="auc has a limit.", threshold=0.7)
    without_limit = MetricResult("NDCG", verdict="not_compared", sentence="NDCG is not defined.")
    text = run_text([line("i", execution=execution(0, "completed", metrics=(unmeasured, without_limit)))])
    assert "  auc has a limit. [not compared]\n" in text
    assert "NDCG" not in text


def test_what_is_about_all_rows_begins_with_its_sentence() -> None:
    """And not with the colon behind a column that is not there."""
    whole = Violation("", "unusable_rows_check", "Half of the rows cannot be read.")
    text = run_text([line("V", execution=execution(0, "completed_with_violations", violations=(whole,)))])
    assert "\n  Half of the rows cannot be read. [" in text


def test_hostile_names_and_values_stay_on_their_lines() -> None:
    """In every line of a reason, as text and as Markdown."""
    bad = "x\n\nViolations:\n  none | `a` <b>"
    column = replace(
        FOUND.columns[1],
        name=bad,
        causes=(LikelyCause("respelled", f"'{bad}' for '{bad}'"),),
        distribution=(Slice(SliceKind.VALUE, bad, 3, 4),),
    )
    found = replace(FOUND, columns=(column,), violations=(Violation(bad, "baseline_drift_check", bad),), warnings=())
    text = comparison_text(found)
    assert text.count("\nViolations:\n") == 1
    assert "Why x Violations: none | `a` <b>:\n" in text
    markdown = comparison_markdown(found)
    assert "<b>" not in markdown.replace("\\<b", "")
    assert not [line for line in markdown.split("\n") if line.startswith("Violations")]
    ran = execution(0, "completed_with_violations", columns=(column,), violations=found.violations)
    state = state_of(monitor(), [ran], START + DAY)
    assert run_text([Line("churn", state, ran, True)]).count("\n  none") == 0
    assert report_text(ran).count("\nViolations:\n") == 1
    assert not [line for line in report_markdown(ran).split("\n") if line.startswith("Violations")]


def test_a_run_explains_the_three_worst() -> None:
    """Below the last sentence about each."""
    columns = tuple(
        replace(FOUND.columns[1], name=f"c{place}", causes=(LikelyCause("offset", "All values moved."),))
        for place in range(5)
    )
    said = tuple(Violation(column.name, "baseline_drift_check", "It moved.") for column in columns)
    ran = execution(0, "completed_with_violations", columns=columns, violations=said)
    text = run_text([Line("churn", state_of(monitor(), [ran], START + DAY), ran, True)])
    assert text.count("    perhaps: All values moved.\n    to clear: ks must fall below 0.12; it is 0.3123.\n") == 3

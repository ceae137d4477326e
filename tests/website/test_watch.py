"""The page of a monitor: it says how the monitor is, shows what moved, and teaches the next step when there is none."""

import dataclasses
from functools import cache

import pytest

from mlgov.monitors import Cell, ColumnResult, ExecutionStatus, SegmentResult
from mlgov.website.pages.watch import verdict_words
from mlgov.website.pictures import Picture
from mlgov.website.plots import Bars
from mlgov.website.shapes import Shape, shapes_of
from mlgov.website.values import SiteValues
from tests.website import documents as d
from tests.website import watched
from tests.website.dom import Dom, read_page
from tests.website.hostile import PAYLOADS
from tests.website.test_pages import GOLDEN, text_of
from tests.website.values import alarming, page, site

DATA_QUALITY = "monitors/churn/data-quality.md"


@cache
def values() -> SiteValues:
    """The values of a site with every state of a monitor."""
    found, left, baseline = watched.executions()
    last = found[watched.DAYS - 1]
    shapes = shapes_of(baseline, left[last.profile], ["tenure", "region", "spend", "calls"])
    picture = Picture(last.window_end, shapes, "", is_baseline_same=True)
    made = site(*watched.documents(), executions=found)
    return dataclasses.replace(made, pictures={("churn", "data-quality"): picture})


@cache
def shown(monitor: str) -> Dom:
    """Read the page of a monitor."""
    return read_page(page(values(), f"monitors/churn/{monitor}.md").markdown)


def test_the_page_is_as_it_was() -> None:
    """A golden file; look at the difference before you renew it."""
    wanted = (GOLDEN / DATA_QUALITY.replace("/", "-")).read_text(encoding="utf-8")
    assert page(values(), DATA_QUALITY).markdown == wanted


def test_the_head_says_how_it_is_and_why() -> None:
    """State, since when, the rule behind it, the schedule in words and when it is due."""
    said = text_of(shown("data-quality"))
    assert "In alert since 2026-03-09 00:00 UTC" in said
    assert "3 of the last 3 windows had violations; 2 make an alert." in said
    assert "Every day at 00:00 UTC" in said
    assert "Next due 2026-03-11 00:00 UTC" in said


def test_every_execution_is_in_the_strip_and_in_the_table() -> None:
    """The strip leads to the row, and the row to the record on the ledger's branch."""
    dom = shown("data-quality")
    rows = {name for name in dom.values("id") if name.startswith("w2026")}
    assert len(rows) == watched.DAYS
    assert {href.removeprefix("#") for href in dom.values("href") if href.startswith("#w")} == rows
    record = "https://forge.example/team/models/blob/mlgov-ledger/executions/churn/data-quality/2026-03-10T000000Z.json"
    assert record in dom.values("href")


def test_the_worst_column_comes_first() -> None:
    """A violation, then the warning, then by how near the limit is."""
    markdown = page(values(), DATA_QUALITY).markdown
    table = markdown[markdown.index("mg-distances") :]
    order = ["tenure", "region", "spend", "calls"]
    places = [table.index(f'<th scope="row">{name}</th>') for name in order]
    assert places == sorted(places)


def test_distributions_are_drawn_with_what_moved_most() -> None:
    """A picture per numeric column, a table of values for a categorical one."""
    dom = shown("data-quality")
    labels = [label for label in dom.values("aria-label") if "share of the rows by value" in label]
    assert [label.partition(":")[0] for label in labels] == ["tenure", "spend", "calls"]
    assert "values not named in the baseline" in dom.text
    assert "Most moved: values not named in the baseline: 0.0% of the baseline, 10.0% of this window" in text_of(dom)


def test_metrics_and_estimates_stand_apart() -> None:
    """Nobody takes an estimate for a measurement."""
    dom = shown("quality")
    assert "These are estimates." in dom.text
    labels = dom.values("aria-label")
    assert "Recall over 8 windows" in labels
    assert "Estimate of Recall over 8 windows" in labels
    assert "Share of rows with a label over 8 windows" in labels


def test_rows_with_a_label_are_a_percentage() -> None:
    """840 of 1,000 rows are 84 percent; 0.84 rows there are none."""
    assert "Rows with a label 84.0%" in text_of(shown("quality"))


def test_each_segment_has_its_own_verdict() -> None:
    """The one that is broken, the one with too few rows, the one that is well."""
    said = text_of(shown("quality"))
    assert "region: north Completed with violations 500 rows" in said
    assert "region: south Insufficient data 12 rows 12 rows are too few." in said
    assert "region: east Completed 488 rows" in said


def test_a_segment_names_the_columns_that_moved() -> None:
    """The sentence of a column does not say which one it is about."""
    moved = ColumnResult("age", "numeric", "violation", "Population stability index 0.59 reaches 0.2.")
    part = SegmentResult("plan", "A", 500, ExecutionStatus.COMPLETED_WITH_VIOLATIONS, columns=(moved,))
    runs = [dataclasses.replace(run, segments=(part,)) for run in alarming()]
    said = text_of(read_page(page(site(*watched.documents(), executions=runs), DATA_QUALITY).markdown))
    assert "500 rows age Population stability index 0.59 reaches 0.2." in said


@pytest.mark.parametrize(
    ("monitor", "step"),
    [
        ("attribution", "mlgov monitor run churn"),
        ("bias", "Set enabled: true in monitors/churn.yaml"),
        ("failing", "The last run failed: There is no file at traffic/churn."),
    ],
)
def test_an_empty_page_teaches_the_next_step(monitor: str, step: str) -> None:
    """Not run yet, switched off, failed."""
    assert step in text_of(shown(monitor))


def test_a_picture_that_cannot_be_drawn_says_why() -> None:
    """For instance because the baseline has changed since."""
    broken = dataclasses.replace(values(), pictures={("churn", "data-quality"): Picture(trouble="It has changed.")})
    assert "It has changed." in read_page(page(broken, DATA_QUALITY).markdown).text


def test_the_pages_that_lead_to_a_monitor_lead_to_its_page() -> None:
    """The dashboard's cell, the card's section and the alert."""
    for path, link in (
        ("index.md", "monitors/churn/data-quality/"),
        ("cards/churn.md", "../../monitors/churn/data-quality/"),
        ("portfolio/alerts.md", "../../monitors/churn/data-quality/"),
    ):
        assert link in read_page(page(values(), path).markdown).values("href")


def test_a_second_monitor_of_the_same_name_has_no_second_page() -> None:
    """The check names it; the site stays whole."""
    other = d.document("MonitorSet", "churn-two", {"model": "churn", "monitors": [d.monitor()]}, status="approved")
    assert page(site(*watched.documents(), other), DATA_QUALITY)


@pytest.mark.parametrize("payload", [*PAYLOADS[::6], "{{ 1 }}"])
def test_names_and_values_of_columns_stay_text(payload: str) -> None:
    """They come from files of strangers, through a profile."""
    plain, hostile = (
        dataclasses.replace(values(), pictures={("churn", "data-quality"): _pictured(word)})
        for word in ("word", payload)
    )
    wanted, found = (read_page(page(each, DATA_QUALITY).markdown) for each in (plain, hostile))
    assert found.tags() == wanted.tags()
    assert found.others == []
    assert " ".join(payload.split()) in " ".join(found.text.split()) or not payload.strip()


def _pictured(word: str) -> Picture:
    words = Shape(word, None, ((word, 0.5, 0.4), ("other", 0.5, 0.6)), (0.0, 0.0), word)
    bars = Shape(word, Bars(0.0, 1.0, (1.0,), (1.0,), (0.0, 0.0), (0.0, 0.0)), (), (0.0, 0.1), word)
    return Picture(d.NOW, (words, bars), "", is_baseline_same=True)


def test_no_page_grows_with_the_number_of_columns() -> None:
    """A thousand columns, all broken, sixty windows: under a megabyte."""
    name = "a_column_with_a_long_name_{:04}"
    broken = watched.columns(True)[-1]
    many = tuple(dataclasses.replace(broken, name=name.format(place)) for place in range(1000))
    found = [dataclasses.replace(each, columns=many) for each in alarming()]
    assert len(page(site(*watched.documents(), executions=found), DATA_QUALITY).markdown) < 1_000_000


def test_words_for_every_state() -> None:
    """A sentence for each; none is empty."""
    row = next(row for row in values().rows if row.model == "churn")
    said = {state.monitor: verdict_words(state) for state in row.states}
    assert said["quality"] == "The last window had 1 violation. 1 window with violations so far; 2 make an alert."
    assert said["attribution"] == "It has not run yet, so nothing is known."
    assert said["bias"] == "It is switched off, so nobody looks."
    assert all(said.values())


def test_an_overdue_monitor_says_since_when() -> None:
    """Whatever its last window said."""
    late = site(*watched.documents(), executions=[d.execution(0)])
    state = late.rows[0].states[0]
    assert state.cell is Cell.STALE
    assert verdict_words(state) == "Nothing has run since the window that ended at 2026-03-03 00:00 UTC."


def test_a_window_without_a_verdict_is_no_pass() -> None:
    """The reason stands in the head."""
    execution = d.unjudged(7, ExecutionStatus.INSUFFICIENT_DATA)
    quiet = site(*watched.documents(), executions=[dataclasses.replace(execution, note="20 rows are too few.")])
    assert verdict_words(quiet.rows[0].states[0]) == "20 rows are too few."


def test_the_page_says_which_columns_have_too_little_data() -> None:
    """The first five with their sentences; the others are counted."""
    few = [ColumnResult(f"c{place}", "numeric", "insufficient", f"c{place} needs 1,098 values.") for place in range(7)]
    execution = dataclasses.replace(d.unjudged(7, ExecutionStatus.INSUFFICIENT_DATA), columns=tuple(few))
    found = site(*watched.documents(), executions=[execution])
    for path in (DATA_QUALITY, "cards/churn.md"):
        said = text_of(read_page(page(found, path).markdown))
        assert "Too little data to tell c0 c0 needs 1,098 values." in said
        assert "c4 c4 needs 1,098 values. And 2 more columns." in said
        assert "rows judged" not in said


def test_rows_without_a_label_are_not_called_judged() -> None:
    """Metrics come from the others."""
    assert "1,000 rows, 840 with a true label" in text_of(shown("quality"))

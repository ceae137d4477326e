"""Pages about all models at once: gaps, alerts, frameworks, statistics and the audit log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from mlgov.dashboard import Indicator, ModelRow
from mlgov.lifecycle.steps import Step, steps
from mlgov.monitors import Cell, MonitorState
from mlgov.names import MONITORING_TITLES, Kind, Status
from mlgov.website import badges
from mlgov.website.links import Links, page_of_card, page_of_monitor, page_of_role
from mlgov.website.markup import render_template
from mlgov.website.pages.menu import menu
from mlgov.website.pages.progress import Covered, covered_of, current_frameworks
from mlgov.website.pages.statistics import statistics
from mlgov.website.pages.trust import SOON_DAYS, Waived, waivers_by_path
from mlgov.website.sparks import runs, spark
from mlgov.website.values import Page, SiteValues

GAPS, ALERTS = "portfolio/gaps.md", "portfolio/alerts.md"
FRAMEWORKS, AUDIT = "portfolio/frameworks.md", "portfolio/audit.md"
STATISTICS = "portfolio/statistics.md"
#: Page -> what it is called.
TITLES = {
    GAPS: "Gaps",
    ALERTS: "Alerts",
    FRAMEWORKS: "Frameworks",
    STATISTICS: "Statistics",
    AUDIT: "Audit log",
}
#: Rows that a table shows; what is beyond is counted.
SHOWN = 500
#: Changes of the audit log that are shown at once; the others are folded, as the page is long on a phone.
OPEN_CHANGES = 50
PROOF = "Approved, and the proof does not hold"
#: A gap -> indicators that show it, and what to do.
_GAPS: dict[str, tuple[tuple[Indicator, ...], str]] = {
    "Approved without a monitor": (
        (Indicator.UNMONITORED,),
        "Declare the monitor that the model's risk asks for, or lower the need in mlgov.toml.",
    ),
    "Reviews that are over": (
        (Indicator.REVIEW_OVERDUE, Indicator.LAPSED),
        "Review the card again and set a new date: mlgov card submit NAME.",
    ),
    PROOF: (
        (Indicator.STALE, Indicator.UNATTESTED),
        "Let the content be approved as it is now, or take it back to what was approved.",
    ),
    "Monitors without a verdict": ((Indicator.NO_VERDICT,), "Look why the data is missing: mlgov monitor status."),
    "Documents that are missing or cannot be read": (
        (Indicator.UNREADABLE, Indicator.NO_CARD),
        "mlgov check says where and what to do.",
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A step of one document in the audit log.

    Attributes:
        path: Path of the document.
        step: What happened.
    """

    path: str
    step: Step


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the pages."""
    gaps = {"gaps": _gaps(values), "proof": PROOF, "has_rules": values.collected.outcome is not None}
    yield _page(GAPS, values, waivers=_ending(values), soon_days=SOON_DAYS, **gaps)
    yield _page(ALERTS, values, alerts=_alerts(values), titles=MONITORING_TITLES, spark=_spark)
    yield _page(FRAMEWORKS, values, **_heat(values))
    yield _page(STATISTICS, values, parts=statistics(values))
    log = audit_log(values)
    outcome = values.collected.outcome
    yield _page(
        AUDIT, values, log=log[:SHOWN], count=len(log), open_rows=OPEN_CHANGES, outcome=outcome, **_links(AUDIT, values)
    )


def _page(path: str, values: SiteValues, **context: object) -> Page:
    links = Links(path, values.directory_urls)
    markdown = render_template(
        f"{path.removesuffix('.md').rpartition('/')[2]}.md.jinja",
        title=TITLES[path],
        menu=menu(path, TITLES, values),
        home=links.to("index.md"),
        badges=badges,
        monitor_link=lambda row, state: links.to(page_of_monitor(row.model, state.monitor)),
        card_link=lambda row: links.to(page_of_card(row.model)) if row.has_page else None,
        now=values.now,
        shown=SHOWN,
        **context,
    )
    return Page(path, markdown, None, TITLES[path], in_nav=True)


def _links(path: str, values: SiteValues) -> dict[str, object]:
    links = Links(path, values.directory_urls)
    governed = values.collected.tree.governed

    def to_document(document: str) -> str | None:
        found = governed.get(document)
        if found is None or found.kind not in (Kind.MODEL_CARD, Kind.ROLE):
            return None
        return links.to(page_of_card(found.name) if found.kind is Kind.MODEL_CARD else page_of_role(found.name))

    return {"to_document": to_document}


def _gaps(values: SiteValues) -> list[tuple[str, str, list[tuple[ModelRow, str]]]]:
    found = []
    for title, (indicators, advice) in _GAPS.items():
        every = [(row, reason) for row in values.rows for reason in row.reasons]
        lit = [(row, reason.sentence) for row, reason in every if reason.indicator in indicators]
        found.append((title, advice, lit))
    return found


def _ending(values: SiteValues) -> list[Waived]:
    """List the waivers in force, the first to end first."""
    last = values.now.date() + timedelta(days=SOON_DAYS)
    every = [each for found in waivers_by_path(values).values() for each in found if each.counts]
    return sorted((w for w in every if w.waiver.spec.expires <= last), key=lambda w: w.waiver.spec.expires)


def _alerts(values: SiteValues) -> list[tuple[ModelRow, MonitorState]]:
    """List the monitors in alert, the longest first."""
    found = [(row, state) for row in values.rows for state in row.states if state.cell is Cell.IN_ALERT]
    return sorted(found, key=lambda pair: (pair[1].since or values.now, pair[0].model))


def _spark(state: MonitorState) -> object:
    return spark(runs(state.recent))


def _heat(values: SiteValues) -> dict[str, object]:
    frameworks = current_frameworks(values)
    rows = [row for row in values.rows if row.readable and row.status is not Status.ARCHIVED]
    sheets = [(row, covered_of(row, values)) for row in rows]
    sheets.sort(key=lambda pair: (sum(each.percent for each in pair[1]), pair[0].title.casefold()))
    means = [_mean([sheet[place] for _, sheet in sheets]) for place in range(len(frameworks))]
    return {"frameworks": list(zip(frameworks, means, strict=True)), "sheets": sheets, "shade": _shade}


def _mean(sheets: Sequence[Covered]) -> int:
    """Give the mean of what is answered, 0 to 100; rounded down once, not per card before that."""
    shares = [Fraction(each.answered, each.answerable) if each.answerable else Fraction(1) for each in sheets]
    return int(100 * sum(shares) / len(shares)) if shares else 0


def _shade(percent: int) -> int:
    """Give a step of shading, 0 to 9."""
    return min(9, percent * 9 // 100)


def audit_log(values: SiteValues) -> list[Entry]:
    """List every step of every document, newest first."""
    found = [Entry(path, step) for path, history in values.collected.revisions.items() for step in steps(history)]
    return sorted(found, key=lambda entry: (entry.step.revision.at, entry.path), reverse=True)


def said(entry: Entry) -> str:
    """Say what a step did, for instance ``cards/churn.yaml: Moved to approved``."""
    return f"{entry.path}: {'. '.join(entry.step.deeds)}"

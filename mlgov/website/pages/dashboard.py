"""The home page: counts, what needs somebody, and the table of every model. Large tables go on by name elsewhere."""

import re
from collections.abc import Iterator, Sequence

from mlgov.dashboard import Indicator, ModelRow, attention, counts, told_apart
from mlgov.names import MONITORING_TITLES, MonitoringType, RiskRating, Status
from mlgov.website import badges
from mlgov.website.links import Links, page_of_card, page_of_monitor
from mlgov.website.markup import render_template
from mlgov.website.pages.menu import menu
from mlgov.website.pages.portfolio import TITLES
from mlgov.website.pages.rows import RowView, models_json, row_view
from mlgov.website.values import HOME_FILE, Page, SiteValues

PATH = "index.md"
#: What the page's script reads: every row, compact.
DATA = "assets/mlgov/models.json"
#: Heads that would make the table too wide for a small screen.
SHORT_TITLES = {MonitoringType.MODEL_BIAS: "Bias", MonitoringType.MODEL_EXPLAINABILITY: "Attribution"}
#: Reasons listed above the table; the table has them all.
SHOWN_REASONS = 8
#: Rows that the home page holds itself. The script knows all of them; without it the others are on pages by name.
STATIC_ROWS = 100
ROWS_PER_PAGE = 250
#: Indicators that are counted even when nobody lights them: the morning's two questions.
ALWAYS_COUNTED = (Indicator.IN_ALERT, Indicator.AWAITING_REVIEW)


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the dashboard, and the pages of all models by name when it does not hold them all."""
    links = Links(PATH, values.directory_urls)
    shown = [row_view(row, _card_link(row, links), links) for row in values.rows[:STATIC_ROWS]]
    by_name = _by_name(values.rows)
    markdown = render_template(
        "dashboard.md.jinja",
        title=values.settings.site.title,
        now=values.now,
        rows=shown,
        total=len(values.rows),
        tiles=[(i, badges.of_indicator(i), count) for i, count in counts(values.rows).items() if _counted(i, count)],
        statuses=[badges.of_status(status) for status in Status],
        risks=[badges.of_risk(risk) for risk in RiskRating],
        reasons=attention(values.rows),
        titles=told_apart({row.model: row.title for row in values.rows}),
        shown_reasons=SHOWN_REASONS,
        monitor_titles=_monitor_titles(),
        badges=badges,
        data=links.file(DATA),
        menu=menu(PATH, TITLES, values),
        by_name=links.to(page_by_name(1)) if by_name else "",
        card_link=lambda row: _card_link(row, links),
    )
    yield Page(PATH, f"{markdown}\n{_below(values.home)}", HOME_FILE if values.home else None, "Dashboard", in_nav=True)
    for number, rows in enumerate(by_name, 1):
        yield _page_by_name(number, rows, by_name, values)


def files(values: SiteValues) -> Iterator[tuple[str, str]]:
    """Give the rows for the script."""
    links = Links(PATH, values.directory_urls)
    before, _, after = links.to(page_of_card("NAME")).partition("NAME")
    watched = re.split("MODEL|MONITOR", links.to(page_of_monitor("MODEL", "MONITOR")))
    rows = (row_view(row, _card_link(row, links), links) for row in values.rows)
    yield DATA, models_json(rows, (before, after), (watched[0], watched[1], watched[2]))


def page_by_name(number: int) -> str:
    """Give the path of a page of models by name; ``number`` counts from 1."""
    return f"models/page-{number}.md"


def _by_name(rows: Sequence[ModelRow]) -> list[list[ModelRow]]:
    if len(rows) <= STATIC_ROWS:
        return []
    ordered = sorted(rows, key=lambda row: (row.title.casefold(), row.model))
    return [ordered[at : at + ROWS_PER_PAGE] for at in range(0, len(ordered), ROWS_PER_PAGE)]


def _page_by_name(number: int, rows: list[ModelRow], by_name: list[list[ModelRow]], values: SiteValues) -> Page:
    path = page_by_name(number)
    links = Links(path, values.directory_urls)
    views: list[RowView] = [row_view(row, _card_link(row, links), links) for row in rows]
    markdown = render_template(
        "models.md.jinja",
        title="Models by name",
        rows=views,
        ranges=[(links.to(page_by_name(n)), n == number, r[0].title, r[-1].title) for n, r in enumerate(by_name, 1)],
        monitor_titles=_monitor_titles(),
        home=links.to(PATH),
        now=values.now,
    )
    return Page(path, markdown, None, f"Models by name, page {number}")


def _monitor_titles() -> list[tuple[str, str]]:
    return [(SHORT_TITLES.get(kind, title), title) for kind, title in MONITORING_TITLES.items()]


def _below(home: str) -> str:
    """Make hand-written Markdown fit below the dashboard: no front matter, and its title one level down."""
    return re.sub(r"\A\s*# ", "## ", re.sub(r"\A---\n.*?\n---\n", "", home, flags=re.DOTALL))


def _counted(indicator: Indicator, count: int) -> bool:
    return count > 0 or indicator in ALWAYS_COUNTED


def _card_link(row: ModelRow, links: Links) -> str | None:
    return links.to(page_of_card(row.model)) if row.has_page else row.view_url

"""The home page: counts, what needs somebody, and the table of every model."""

import re
from collections.abc import Iterator

from mlgov.dashboard import Indicator, ModelRow, attention, counts
from mlgov.names import MONITORING_TITLES, MonitoringType
from mlgov.website import badges
from mlgov.website.links import Links, page_of_card
from mlgov.website.markup import render_template
from mlgov.website.values import HOME_FILE, Page, SiteValues

PATH = "index.md"
#: Heads that would make the table too wide for a small screen.
SHORT_TITLES = {MonitoringType.MODEL_BIAS: "Bias", MonitoringType.MODEL_EXPLAINABILITY: "Attribution"}
#: Reasons listed above the table; the table has them all.
SHOWN_REASONS = 12
#: Indicators that are counted even when nobody lights them: the morning's two questions.
ALWAYS_COUNTED = (Indicator.IN_ALERT, Indicator.AWAITING_REVIEW)


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the dashboard."""
    links = Links(PATH, values.directory_urls)
    markdown = render_template(
        "dashboard.md.jinja",
        title=values.settings.site.title,
        now=values.now,
        rows=values.rows,
        tiles=[(i, badges.of_indicator(i), count) for i, count in counts(values.rows).items() if _counted(i, count)],
        reasons=attention(values.rows),
        shown_reasons=SHOWN_REASONS,
        monitor_titles=[(SHORT_TITLES.get(kind, title), title) for kind, title in MONITORING_TITLES.items()],
        badges=badges,
        has_site_address=bool(values.settings.site.edit_uri_template),
        card_link=lambda row: _card_link(row, links),
    )
    yield Page(PATH, f"{markdown}\n{_below(values.home)}", HOME_FILE if values.home else None, "Dashboard", in_nav=True)


def _below(home: str) -> str:
    """Make hand-written Markdown fit below the dashboard: no front matter, and its title one level down."""
    return re.sub(r"\A\s*# ", "## ", re.sub(r"\A---\n.*?\n---\n", "", home, flags=re.DOTALL))


def _counted(indicator: Indicator, count: int) -> bool:
    return count > 0 or indicator in ALWAYS_COUNTED


def _card_link(row: ModelRow, links: Links) -> str | None:
    return links.to(page_of_card(row.model)) if row.has_page else row.view_url

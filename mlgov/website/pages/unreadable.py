"""The page of a document that cannot be read: it stands at the usual address and says what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlgov.dashboard import Reason, edit_url, view_url
from mlgov.findings import Finding
from mlgov.lifecycle.steps import steps
from mlgov.names import MONITORING_TITLES
from mlgov.website import badges
from mlgov.website.links import Links
from mlgov.website.markup import render_template
from mlgov.website.pages.monitors import MonitorView
from mlgov.website.values import Page, SiteValues


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that cannot be read.

    Attributes:
        what: What it should be, in one word: card or role.
        page: Path of its page.
        home: Path of the page that lists its like.
        name: Its name, as the file is called.
        path: Its path in the repository.
    """

    what: str
    page: str
    home: str
    name: str
    path: str


def unreadable_page(
    shown: Unreadable,
    findings: Sequence[Finding],
    values: SiteValues,
    *,
    reasons: Sequence[Reason] = (),
    watched: Sequence[MonitorView] = (),
    monitor_links: Mapping[str, str] | None = None,
) -> Page:
    """Make the page.

    Args:
        shown: The document.
        findings: What is wrong with it, in order.
        values: The values of the site.
        reasons: What else needs somebody, from pressing to mild.
        watched: Monitors of the model; they go on although the card cannot be read.
        monitor_links: Where the page of each of them is, by its name.
    """
    site, links = values.settings.site, Links(shown.page, values.directory_urls)
    markdown = render_template(
        "unreadable.md.jinja",
        shown=shown,
        findings=findings,
        reasons=reasons,
        watched=watched,
        monitor_links=monitor_links or {},
        history=steps(values.collected.revisions.get(shown.path, ())),
        monitoring_titles=MONITORING_TITLES,
        badges=badges,
        home=links.to(shown.home),
        rules=links.to("reference/rules.md"),
        edit_url=edit_url(site, shown.path),
        view_url=view_url(site, shown.path),
        now=values.now,
    )
    return Page(shown.page, markdown, shown.path, shown.name)

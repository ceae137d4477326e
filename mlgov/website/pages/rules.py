"""The reference of rules: where the docs link of every finding leads."""

from collections.abc import Iterator

from mlgov.rulebook import ALL_RULES
from mlgov.website.markup import render_template
from mlgov.website.pages.menu import menu
from mlgov.website.pages.portfolio import TITLES
from mlgov.website.values import Page, SiteValues

PATH = "reference/rules.md"


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the page of all rules, by code."""
    rules = [ALL_RULES[code] for code in sorted(ALL_RULES)]
    markdown = render_template("rules.md.jinja", rules=rules, menu=menu(PATH, TITLES, values))
    yield Page(PATH, markdown, None, "Rules", in_nav=True)

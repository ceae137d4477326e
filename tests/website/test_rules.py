"""The reference of rules."""

from datetime import UTC, datetime

from mlgov.checks.tree import read_tree
from mlgov.dashboard import Collected
from mlgov.rulebook import ALL_RULES
from mlgov.settings import Settings
from mlgov.website.pages.rules import PATH, pages
from mlgov.website.values import values_from


def test_every_docs_link_of_a_rule_leads_somewhere() -> None:
    """A finding's link has a page and an anchor, and the page says what the rule says."""
    values = values_from(Collected(read_tree({}), {}, {}), Settings(), datetime(2026, 11, 20, tzinfo=UTC))
    (page,) = pages(values)
    for rule in ALL_RULES.values():
        path, anchor = rule.docs_url.split("#")
        assert f"{path.rstrip('/')}.md" == PATH
        assert f'<h2 id="{anchor.replace("-", "&#45;")}">' in page.markdown or f'<h2 id="{anchor}">' in page.markdown

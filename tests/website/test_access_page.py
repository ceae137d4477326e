"""The page of who may do what."""

import pytest

from mlgov.website.pages import access
from tests.website import documents as d
from tests.website.dom import Dom, read_page
from tests.website.test_escaping import granted
from tests.website.values import maximal, page, site

ACCESS, ROLE = "reference/access.md", "roles/granted.md"


def read(path: str, **options: bool) -> Dom:
    """Read a page of a site with an approved role and a grant to it."""
    return read_page(page(site(*maximal(), *granted(), **options), path).markdown)


def test_every_answer_leads_to_the_statement_that_decides() -> None:
    """An element of the page of the role has the id that the link asks for."""
    links = [href for href in read(ACCESS).values("href") if "#statement-" in href]
    assert links
    assert {href.partition("#")[0] for href in links} == {"../../roles/granted/"}
    assert {href.partition("#")[2] for href in links} <= set(read(ROLE).values("id"))


def test_links_follow_the_style_of_addresses() -> None:
    """Without folders for pages too."""
    links = [href for href in read(ACCESS, directory_urls=False).values("href") if "#statement-" in href]
    assert {href.partition("#")[0] for href in links} == {"../roles/granted.html"}


def test_grants_stand_on_both_pages() -> None:
    """With principal and end; a role that nobody approved is named as not asked."""
    for path in (ACCESS, ROLE):
        text = read(path).text
        assert "developer of arn:aws:iam::111122223333:saml-provider/staff" in text
        assert "2026-12-31 18:00" in text
    assert "data-scientist: It is draft." in read(ACCESS).text


def test_a_site_without_roles_has_no_such_page() -> None:
    """An empty table helps nobody."""
    assert list(access.pages(site(d.card("churn")))) == []


@pytest.mark.parametrize("limit", ["CELLS_MAX", "PAIRS_MAX"])
def test_too_many_answers_are_left_to_the_command_line(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how; with very many, nobody is even asked."""
    monkeypatch.setattr(access, limit, 0)
    dom = read(ACCESS)
    assert "mlgov role matrix -f csv" in dom.text
    assert not [href for href in dom.values("href") if "#statement-" in href]

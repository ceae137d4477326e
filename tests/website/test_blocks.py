"""The shape of a page's Markdown, and keeping blocks from the engine."""

import markdown
import pytest

from mlgov.website.blocks import park, tidy, unpark
from mlgov.website.render import render_pages
from tests.website.values import alarming, maximal, site

PAGES = render_pages(site(*maximal(), executions=alarming()))
EXTENSIONS = ["tables", "toc", "pymdownx.superfences"]


def test_blank_lines_stand_around_headings_alone() -> None:
    """So a block is a paragraph of its own, whatever the template left empty."""
    rendered = (
        '\n---\ntitle: "x"\n---\n\n<div class="mg">\n\n  a \n\n</div>\n\n\n## Head\n<div class="mg">\nb\n</div>\n'
    )
    head = '---\ntitle: "x"\n---\n\n<div class="mg">\n  a\n</div>\n'
    assert tidy(rendered) == head + '\n## Head\n\n<div class="mg">\nb\n</div>\n'


def test_what_is_parked_comes_back() -> None:
    """Blocks only; what people wrote stays for the engine."""
    text = '<div class="mg">\n**a**\n</div>\n\n## Head\n\n<div class="mg">\nb\n</div>\n\nwritten *by hand*\n'
    parked, blocks = park(text)
    assert blocks == ['<div class="mg">\n**a**\n</div>', '<div class="mg">\nb\n</div>']
    assert "written *by hand*" in parked
    assert "**a**" not in parked
    assert unpark(parked, blocks) == text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_parking_changes_nothing_about_the_page(page: object) -> None:
    """The engine makes the same HTML of the whole page as of the page with its blocks taken out and put back."""
    body = page.markdown.split("---\n", 2)[2]  # type: ignore[attr-defined]
    parked, blocks = park(body)
    assert blocks
    whole = markdown.markdown(body, extensions=EXTENSIONS)
    assert unpark(markdown.markdown(parked, extensions=EXTENSIONS), blocks) == whole

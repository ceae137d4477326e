"""Links between pages."""

import pytest

from mlgov.website.links import Links, page_of_card, page_of_role


@pytest.mark.parametrize(
    ("origin", "target", "link"),
    [
        ("index.md", page_of_card("churn"), "cards/churn/"),
        (page_of_card("churn"), "index.md", "../../"),
        (page_of_card("churn"), page_of_card("fraud"), "../fraud/"),
        (page_of_card("churn"), page_of_role("ml-ops"), "../../roles/ml-ops/"),
        ("roles/index.md", page_of_role("ml-ops"), "ml-ops/"),
        (page_of_role("ml-ops"), "roles/index.md", "../"),
    ],
)
def test_links_between_folders(origin: str, target: str, link: str) -> None:
    """Each page is a folder, so the site works below any address."""
    assert Links(origin).to(target) == link


@pytest.mark.parametrize(
    ("origin", "target", "link"),
    [
        ("index.md", page_of_card("churn"), "cards/churn.html"),
        (page_of_card("churn"), "index.md", "../index.html"),
        ("roles/index.md", page_of_role("ml-ops"), "ml-ops.html"),
    ],
)
def test_links_between_files(origin: str, target: str, link: str) -> None:
    """Some servers know no folders."""
    assert Links(origin, directory_urls=False).to(target) == link

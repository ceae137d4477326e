"""Where edit and view buttons lead."""

from mlgov.dashboard import edit_url, view_url
from mlgov.settings import SiteSettings


def test_the_path_takes_the_place_of_its_mark() -> None:
    """Both templates work the same way."""
    site = SiteSettings(
        edit_uri_template="https://f.example/edit/{path}", view_uri_template="https://f.example/{path}?raw"
    )
    assert edit_url(site, "cards/churn.yaml") == "https://f.example/edit/cards/churn.yaml"
    assert view_url(site, "cards/churn.yaml") == "https://f.example/cards/churn.yaml?raw"


def test_no_setting_no_button() -> None:
    """A repository without a forge has no edit address."""
    assert edit_url(SiteSettings(), "cards/churn.yaml") is None


def test_what_does_not_belong_into_an_address_is_quoted() -> None:
    """A file name cannot leave the path."""
    site = SiteSettings(edit_uri_template="https://f.example/{path}")
    assert edit_url(site, 'a b"<?#.yaml') == "https://f.example/a%20b%22%3C%3F%23.yaml"

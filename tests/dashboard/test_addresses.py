"""Where edit and view buttons lead."""

import pytest

from mlgov.dashboard import edit_url, issues_url, record_url, request_url, view_url
from mlgov.settings import LedgerSettings, Settings, SiteSettings


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


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://github.com/o/r/blob/main/{path}", "https://github.com/o/r/blob/record-branch/executions/a%20b.json"),
        ("https://git.example/o/r/src/branch/main/{path}", "https://git.example/o/r/src/branch/record-branch/executions/a%20b.json"),
        ("https://gitlab.example/g/o/r/-/blob/main/{path}", "https://gitlab.example/g/o/r/-/blob/record-branch/executions/a%20b.json"),
        ("https://f.example/view?file={path}", None),
        (None, None),
    ],
)  # fmt: skip
def test_a_record_is_shown_on_the_branch_of_the_ledger(template: str | None, address: str | None) -> None:
    """Where the address of a file names its branch; nowhere else."""
    site = SiteSettings(view_uri_template=template)
    settings = Settings(site=site, ledger=LedgerSettings(branch="record-branch"))
    assert record_url(settings, "executions/a b.json") == address


@pytest.mark.parametrize(
    ("template", "search", "request"),
    [
        ("https://github.com/o/r/edit/main/{path}", "https://github.com/o/r/issues?q=is%3Aissue%20churn%26", "issues/new?title="),
        ("https://gitlab.example/g/o/r/-/edit/main/{path}", "https://gitlab.example/g/o/r/-/issues?state=all&search=churn%26", "issues/new?issue%5Btitle%5D="),
        ("https://f.example/{path}", None, None),
    ],
)  # fmt: skip
def test_issues_are_found_at_the_forge(template: str, search: str | None, request: str | None) -> None:
    """By words, which stay one parameter; the same forges take a request."""
    site = SiteSettings(edit_uri_template=template)
    assert issues_url(site, "churn&") == search
    asked = request_url(site, "cards/churn.yaml")
    assert asked is None if request is None else request in str(asked)

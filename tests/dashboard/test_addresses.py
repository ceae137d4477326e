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


GITHUB, GITEA, GITLAB = "https://github.com/o/r", "https://git.example/o/r", "https://gitlab.example/g/o/r/-"


@pytest.mark.parametrize(
    ("template", "branch"),
    [
        (f"{GITHUB}/blob/main/{{path}}", f"{GITHUB}/blob/"),
        (f"{GITEA}/src/branch/main/{{path}}", f"{GITEA}/src/branch/"),
        (f"{GITLAB}/blob/main/{{path}}", f"{GITLAB}/blob/"),
        ("https://f.example/view?file={path}", None),
        (None, None),
    ],
)
def test_a_record_is_shown_on_the_branch_of_the_ledger(template: str | None, branch: str | None) -> None:
    """Where the address of a file names its branch; nowhere else."""
    settings = Settings(site=SiteSettings(view_uri_template=template), ledger=LedgerSettings(branch="record-branch"))
    wanted = f"{branch}record-branch/executions/a%20b.json" if branch else None
    assert record_url(settings, "executions/a b.json") == wanted


@pytest.mark.parametrize(
    ("template", "search", "asked"),
    [
        (f"{GITHUB}/edit/main/{{path}}", f"{GITHUB}/issues?q=is%3Aissue%20churn%26", "issues/new?title="),
        (f"{GITLAB}/edit/main/{{path}}", f"{GITLAB}/issues?state=all&search=churn%26", "new?issue%5Btitle%5D="),
        ("https://f.example/{path}", None, ""),
    ],
)
def test_issues_are_found_at_the_forge(template: str, search: str | None, asked: str) -> None:
    """By words, which stay one parameter; the same forges take a request."""
    site = SiteSettings(edit_uri_template=template)
    assert issues_url(site, "churn&") == search
    assert asked in (request_url(site, "cards/churn.yaml") or "")

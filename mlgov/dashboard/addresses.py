"""Where the edit and view buttons lead."""

from urllib.parse import quote

from mlgov.settings import PLACEHOLDER, SiteSettings


def edit_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that edits the file at ``path``; None when the settings name none."""
    return _address(site.edit_uri_template, path)


def view_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that shows the file at ``path``; None when the settings name none."""
    return _address(site.view_uri_template, path)


def _address(template: str | None, path: str) -> str | None:
    """Fill a template, which the settings took only if it is an address that can be printed anywhere."""
    return None if template is None else template.replace(PLACEHOLDER, quote(path))

"""Where the edit and view buttons lead."""

from urllib.parse import quote, urlsplit

from mlgov.errors import SettingsError
from mlgov.settings import SiteSettings

PLACEHOLDER = "{path}"


def edit_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that edits the file at ``path``; None when the settings name none. Raises SettingsError."""
    return _address(site.edit_uri_template, path, "edit_uri_template")


def view_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that shows the file at ``path``; None when the settings name none. Raises SettingsError."""
    return _address(site.view_uri_template, path, "view_uri_template")


def _address(template: str | None, path: str, key: str) -> str | None:
    if template is None:
        return None
    parts = urlsplit(template)
    if parts.scheme not in ("http", "https") or not parts.netloc or PLACEHOLDER not in template:
        raise SettingsError(
            f"site.{key} is {template!r}; it must be a whole http(s) address that contains {PLACEHOLDER}.",
            hint='For instance "https://forge.example/team/models/edit/main/{path}".',
        )
    return template.replace(PLACEHOLDER, quote(path))

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


def request_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that opens an issue about the file at ``path``; None when the settings do not show the forge.

    GitHub, Gitea and Forgejo have owner and repository as the first two parts of every address; GitLab has ``/-/``.
    """
    template = site.edit_uri_template or site.view_uri_template
    if template is None:
        return None
    title = quote(f"Change request: {path}", safe="")
    if "/-/" in template:
        return f"{template.partition('/-/')[0]}/-/issues/new?issue%5Btitle%5D={title}"
    parts = template.split("/")
    if len(parts) < 6 or PLACEHOLDER in "/".join(parts[:5]):
        return None
    return f"{'/'.join(parts[:5])}/issues/new?title={title}"

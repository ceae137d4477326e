"""Where the edit and view buttons lead."""

import re
from urllib.parse import quote

from mlgov.settings import PLACEHOLDER, Settings, SiteSettings

#: Where GitHub, Gitea and GitLab show a file of a branch: all before the branch, the branch, the file.
_BRANCHED = re.compile(rf"(https?://.+?/(?:blob|src/branch)/)[^/{{}}]+/{re.escape(PLACEHOLDER)}")


def edit_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that edits the file at ``path``; None when the settings name none."""
    return _address(site.edit_uri_template, path)


def view_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that shows the file at ``path``; None when the settings name none."""
    return _address(site.view_uri_template, path)


def _address(template: str | None, path: str) -> str | None:
    """Fill a template, which the settings took only if it is an address that can be printed anywhere."""
    return None if template is None else template.replace(PLACEHOLDER, quote(path))


def record_url(settings: Settings, path: str) -> str | None:
    """Give the address that shows a record of the ledger; None when the settings do not show the forge.

    It is the address of a file, with the ledger's branch instead of the one that the settings name.
    """
    found = _BRANCHED.fullmatch(settings.site.view_uri_template or "")
    return f"{found[1]}{quote(settings.ledger.branch)}/{quote(path)}" if found else None


def issues_url(site: SiteSettings, words: str) -> str | None:
    """Give the address that searches the forge's issues, open and closed; None when the settings do not show it."""
    forge = _forge(site)
    if forge is None:
        return None
    if "/-/" in forge:
        return f"{forge}issues?state=all&search={quote(words, safe='')}"
    return f"{forge}issues?q={quote(f'is:issue {words}', safe='')}"


def request_url(site: SiteSettings, path: str) -> str | None:
    """Give the address that opens an issue about the file at ``path``; None when the settings do not show the forge.

    GitHub, Gitea and Forgejo have owner and repository as the first two parts of every address; GitLab has ``/-/``.
    """
    title, forge = quote(f"Change request: {path}", safe=""), _forge(site)
    if forge is None:
        return None
    return f"{forge}issues/new?{'issue%5Btitle%5D' if '/-/' in forge else 'title'}={title}"


def _forge(site: SiteSettings) -> str | None:
    """Give what the addresses of a repository start with at the forge, with the slash at its end."""
    template = site.edit_uri_template or site.view_uri_template
    if template is None:
        return None
    if "/-/" in template:
        return f"{template.partition('/-/')[0]}/-/"
    parts = template.split("/")
    return f"{'/'.join(parts[:5])}/" if len(parts) >= 6 and PLACEHOLDER not in "/".join(parts[:5]) else None

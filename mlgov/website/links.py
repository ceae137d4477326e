"""Relative links between pages. Raw HTML is not rewritten by the site engine, so the pages bring finished links."""

import posixpath
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one page to others.

    Attributes:
        origin: Path of the page that holds them.
        directory_urls: Whether ``cards/churn.md`` becomes ``cards/churn/`` (True) or ``cards/churn.html``.
    """

    origin: str
    directory_urls: bool = True

    def to(self, target: str) -> str:
        """Give the link to the page at the Markdown path ``target``."""
        found = posixpath.relpath(self._address(target) or ".", posixpath.dirname(self._address(self.origin)) or ".")
        return f"{found}/" if self._address(target).endswith("/") or not self._address(target) else found

    def file(self, target: str) -> str:
        """Give the link to the file at ``target``."""
        return posixpath.relpath(target, posixpath.dirname(self._address(self.origin)) or ".")

    def _address(self, path: str) -> str:
        return address(path, directory_urls=self.directory_urls)


def address(path: str, *, directory_urls: bool = True) -> str:
    """Give the address of the page at a Markdown path, from the top of the site."""
    stem = path.removesuffix(".md")
    if not directory_urls:
        return f"{stem}.html"
    return stem.removesuffix("index") if stem == "index" or stem.endswith("/index") else f"{stem}/"


def page_of_card(model: str) -> str:
    """Give the path of the page about a model."""
    return f"cards/{model}.md"


def page_of_monitor(model: str, monitor: str) -> str:
    """Give the path of the page about a monitor."""
    return f"monitors/{model}/{monitor}.md"


PAGE_OF_ACCESS = "reference/access.md"


def page_of_role(name: str) -> str:
    """Give the path of the page about a role."""
    return f"roles/{name}.md"

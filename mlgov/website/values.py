"""What pages are made of, and what a page is. Values."""

from dataclasses import dataclass
from datetime import datetime

from mlgov.dashboard import Collected, ModelRow, collect
from mlgov.settings import Settings
from mlgov.wiring import Services, proof_ledger

HOME_FILE = "docs/index.md"


@dataclass(frozen=True, slots=True)
class SiteValues:
    """Everything that the generated pages show.

    Attributes:
        collected: Documents, history until now, and records.
        rows: The model inventory.
        settings: Settings of the repository.
        now: The present time, aware.
        home: Markdown that people wrote for the home page; stands below the dashboard.
        directory_urls: Whether ``cards/churn.md`` becomes ``cards/churn/`` (True) or ``cards/churn.html``.
    """

    collected: Collected
    rows: tuple[ModelRow, ...]
    settings: Settings
    now: datetime
    home: str = ""
    directory_urls: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """A generated page.

    Attributes:
        path: Path of the Markdown file in the site's folder.
        markdown: Its text, with front matter.
        edit_path: Repository path of the file that says what the page shows; None when there is none.
        title: Its title, as plain text.
        in_nav: Whether navigation may list it. Pages per document stay out: every page repeats the navigation.
    """

    path: str
    markdown: str
    edit_path: str | None
    title: str
    in_nav: bool = False


def site_values(services: Services, *, directory_urls: bool = True) -> SiteValues:
    """Read everything that the site shows.

    Args:
        services: The repository, its ledger, settings and clock.
        directory_urls: As in `SiteValues`.

    Raises:
        GitError: git refused.
        LedgerError: The ledger cannot be read.
    """
    collected = collect(services.repository, services.ledger, [HOME_FILE], proofs=proof_ledger(services))
    return values_from(collected, services.settings, services.clock.now(), directory_urls=directory_urls)


def values_from(collected: Collected, settings: Settings, now: datetime, *, directory_urls: bool = True) -> SiteValues:
    """Join what was collected into the values of the site."""
    home = collected.tree.snapshot.get(HOME_FILE)
    return SiteValues(
        collected=collected,
        rows=tuple(collected.rows(now, settings)),
        settings=settings,
        now=now,
        home=home.data.decode("utf-8", "replace") if home else "",
        directory_urls=directory_urls,
    )

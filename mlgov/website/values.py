"""What pages are made of, and what a page is. Values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from mlgov.dashboard import Collected, ModelRow, collect
from mlgov.errors import GitError, LedgerError, UsageError
from mlgov.monitors.records import load
from mlgov.names import FOLDERS
from mlgov.ports import Repository
from mlgov.settings import Settings
from mlgov.website.memory import Memory
from mlgov.website.pictures import Key, Picture, pictures
from mlgov.wiring import Services, proof_ledger

if TYPE_CHECKING:
    from mlgov.cards.frameworks import Framework
    from mlgov.dashboard.access_matrix import Matrix
    from mlgov.website.pages.progress import Covered

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
        frameworks: Frameworks in force; filled by whoever asks first.
        covered: How far each card answers them; filled by whoever asks first.
        matrices: Who may do what; filled by whoever asks first.
        attached: Files that were printed for the site, by path in it.
        memory: What an earlier build left; None when there will be no later one.
        pictures: What each monitor saw last, by model and monitor.
    """

    collected: Collected
    rows: tuple[ModelRow, ...]
    settings: Settings
    now: datetime
    home: str = ""
    directory_urls: bool = True
    frameworks: list["Framework"] = field(default_factory=list, compare=False)
    covered: dict[str, list["Covered"]] = field(default_factory=dict, compare=False)
    matrices: list["Matrix"] = field(default_factory=list, compare=False)
    attached: Mapping[str, bytes] = field(default_factory=dict)
    memory: Memory | None = field(default=None, compare=False)
    pictures: Mapping[Key, Picture] = field(default_factory=dict)


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


def site_values(
    services: Services, *, directory_urls: bool = True, at: str = "", memory: Memory | None = None
) -> SiteValues:
    """Read everything that the site shows.

    Args:
        services: The repository, its ledger, settings and clock.
        directory_urls: As in `SiteValues`.
        at: Show the repository as of this: a commit, a tag or a branch, or a day (its end, UTC). Documents, rules,
            reviews and windows are then those of that time; settings are those of today.
        memory: What an earlier build left, and where this one leaves it.

    Raises:
        GitError: git refused.
        UsageError: ``at`` is no ref, or there was nothing yet.
        LedgerError: The ledger cannot be read.
    """
    from mlgov.website.attachments import with_attachments  # which is made of these values

    now = services.clock.now()
    if at:
        at, now = moment_of(services.repository, at, now)
    proofs = proof_ledger(services)
    before = _before(services, memory) if memory and not at else None
    collected = collect(services.repository, services.ledger, [HOME_FILE], proofs=proofs, at=at, before=before)
    if memory:
        memory.collected = collected
    if at:
        collected = replace(collected, records=records_until(collected.records, now))
    values = values_from(collected, services.settings, now, directory_urls=directory_urls)
    known = memory.pictures if memory else None
    found = pictures(values.rows, services.repository, services.ledger, at, known)
    if memory:
        memory.pictures = found
    shown = {key: picture for key, (_, picture) in found.items()}
    return with_attachments(replace(values, memory=memory, pictures=shown), services, at)


def _before(services: Services, memory: Memory) -> Collected | None:
    """Give what was read before, as long as nothing was committed since."""
    try:
        head = services.repository.resolve("HEAD")
    except GitError:
        return None
    found, memory.head = (memory.collected if head == memory.head else None), head
    return found


def moment_of(repository: Repository, at: str, now: datetime) -> tuple[str, datetime]:
    """Find the commit of a ref or of the end of a day, and the time to judge it at.

    Raises:
        UsageError: There is no such ref, or no document was committed yet.
        GitError: git refused.
    """
    day = _day(at)
    commits = repository.history("HEAD" if day else repository.resolve(at), tuple(FOLDERS))
    if day:
        end = min(datetime.combine(day, time.max, UTC), now)
        commits = [commit for commit in commits if commit.committed_at <= end]
    if not commits:
        raise UsageError(f"No document was committed yet at {at}.", hint="'git log' says when the first one was.")
    last = commits[-1]
    return last.id, end if day else last.committed_at.astimezone(UTC)


def _day(at: str) -> date | None:
    try:
        return date.fromisoformat(at)
    except ValueError:
        return None


def records_until(records: Mapping[str, bytes], now: datetime) -> dict[str, bytes]:
    """Leave out executions of later; what cannot be read stays, and says so on its page."""
    return {path: data for path, data in records.items() if not _is_later(path, data, now)}


def _is_later(path: str, data: bytes, now: datetime) -> bool:
    try:
        return load(data, path).executed_at > now
    except LedgerError:
        return False


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

"""The pages of a proposal, for whoever reviews it: its documents in the frame of the branch that it goes into.

A proposal is text of strangers. So settings, ``mkdocs.yml``, hand-written pages and everything else in ``docs/`` come
from the base, and only governed documents from the head, which are data to us. Every page says that it shows a
proposal, and the page of a document that changes says it of that document.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from mlgov.dashboard import collect
from mlgov.errors import UsageError
from mlgov.names import FOLDERS, FRAMEWORKS_FOLDER, SETTINGS_FILE
from mlgov.ports import REGULAR_FILE, Repository
from mlgov.settings import load
from mlgov.website.configuration import FILE
from mlgov.website.links import Links
from mlgov.website.markup import plural
from mlgov.website.values import HOME_FILE, Page, SiteValues, values_from
from mlgov.wiring import Services, proof_ledger

DOCS = "docs"
#: Changed documents that the dashboard of a preview names; the others are counted.
NAMED = 20
#: The bar stands before the theme's head: behind the link that skips it, which must come first.
_PLACE = re.compile(r"(?=<header class=\"md-header)|(?<=<body>)")


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown.

    Attributes:
        head: Commit that is proposed.
        base: Commit that it goes into.
        into: What people call that.
        changed: Repository paths of documents that the proposal changes.
        left_out: Paths of settings and pages that it changes, too, and that are shown as the base has them.
    """

    head: str
    base: str
    into: str
    changed: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()


def preview_of(repository: Repository, base: str, head: str) -> Preview:
    """Find out what a proposal changes.

    Args:
        repository: The governance repository.
        base: The branch or commit that it goes into.
        head: The branch or commit that is proposed.

    Raises:
        GitError: There is no such commit, or the two have no history in common.
    """
    into, tip = repository.resolve(base), repository.resolve(head)
    fork = repository.merge_base(into, tip)
    changed = repository.changed_paths(fork, tip, (*FOLDERS, FRAMEWORKS_FOLDER))
    left_out = repository.changed_paths(fork, tip, (DOCS,), (FILE, SETTINGS_FILE))
    name = re.sub(r"^refs/(heads|remotes)/", "", base)
    return Preview(tip, into, name, changed, tuple(sorted(left_out)))


def write_frame(repository: Repository, base: str, folder: Path) -> None:
    """Write the configuration and the hand-written pages of a commit into an empty folder.

    Raises:
        UsageError: The commit has no configuration of a site.
    """
    files = repository.snapshot(base, (DOCS,), (FILE,))
    if FILE not in files:
        raise UsageError(
            f"{base[:12]} has no {FILE}, which says how the site looks.", hint="Add one to the base first."
        )
    (folder / DOCS).mkdir()
    for path, file in files.items():
        if file.mode == REGULAR_FILE and ".." not in PurePosixPath(path).parts:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.data)


def preview_values(services: Services, preview: Preview, *, directory_urls: bool) -> SiteValues:
    """Read what the pages of a proposal show: documents of the head, judged now by the settings of the base.

    Raises:
        SettingsError: The settings of the base cannot be used.
        GitError: git refused.
    """
    repository = services.repository
    frame = repository.snapshot(preview.base, (), (SETTINGS_FILE, HOME_FILE))
    settings = load(frame[SETTINGS_FILE].data if SETTINGS_FILE in frame else b"")
    collected = collect(repository, services.ledger, proofs=proof_ledger(services), at=preview.head)
    values = values_from(collected, settings, services.clock.now(), directory_urls=directory_urls)
    home = frame.get(HOME_FILE)
    return replace(values, home=home.data.decode("utf-8", "replace") if home else "")


def marked(output: str, preview: Preview, note: str) -> str:
    """Say on a whole page that it shows a proposal: in its title, and above everything else."""
    bar = f'<aside class="mg-preview" aria-label="Preview">{note}</aside>'
    titled = output.replace("<title>", f"<title>Preview {preview.head[:8]}: ", 1)
    return _PLACE.sub(lambda _: bar, titled, count=1)


def note_of(page: Page | None, preview: Preview, pages: Sequence[Page], *, directory_urls: bool) -> str:
    """Say what a page of a preview shows, as HTML.

    Args:
        page: The page; None for one that is no generated page, or stands for many that do not change.
        preview: What is shown.
        pages: All generated pages.
        directory_urls: As in `mlgov.website.values.SiteValues`.
    """
    commit = f"<code>{preview.head[:12]}</code>"
    if page and page.edit_path in preview.changed:
        path = html.escape(page.edit_path or "")
        return f"<b>Proposed, not merged.</b> This is <code>{path}</code> as {commit} has it."
    if page and page.path == "index.md":
        said = _summary(page, preview, pages, directory_urls=directory_urls)
    else:
        said = f"Documents are those of {commit}; the one of this page, if it has one, is not changed."
    return f"<b>Preview of a proposal, not merged.</b> {said}"


def _summary(page: Page, preview: Preview, pages: Sequence[Page], *, directory_urls: bool) -> str:
    links = Links(page.path, directory_urls)
    paged = {each.edit_path: links.to(each.path) for each in pages if each.edit_path}
    named = [_named(path, paged.get(path)) for path in sorted(preview.changed)[:NAMED]]
    more = len(preview.changed) - len(named)
    listed = f": {', '.join(named)}{f' and {more} more' if more > 0 else ''}" if named else ""
    count, into = plural(len(preview.changed), "document"), html.escape(preview.into)
    return f"<code>{preview.head[:12]}</code> into {into} changes {count}{listed}.{_left_out(preview)}"


def _named(path: str, link: str | None) -> str:
    shown = html.escape(path)
    return f'<a href="{html.escape(link)}">{shown}</a>' if link else f"<code>{shown}</code>"


def _left_out(preview: Preview) -> str:
    if not preview.left_out:
        return ""
    count = plural(len(preview.left_out), "file")
    return f" It also changes {count} of settings or pages; those are shown as {html.escape(preview.into)} has them."

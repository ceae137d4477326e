"""The MkDocs plugin: puts the generated pages among the hand-written ones. What they say is decided elsewhere."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage

from mlgov.dashboard import edit_url, unreadable_sentence
from mlgov.events import Event
from mlgov.names import FOLDERS, SETTINGS_FILE
from mlgov.website.blocks import park, unpark
from mlgov.website.navigation import whole
from mlgov.website.render import render_pages
from mlgov.website.shipped import SCRIPT, STYLES, assets
from mlgov.website.values import HOME_FILE, Page, site_values
from mlgov.wiring import Services, find_root, services

#: MkDocs shows what is said here; in a strict build a warning would end it, so this is for information.
VOICE = "mkdocs.plugins.mlgov"
_LOG = logging.getLogger(VOICE)
#: Pages that the navigation begins with.
FIRST = frozenset({"index.md", "roles/index.md"})


class MlgovConfig(Config):  # type: ignore[no-untyped-call]
    """Options of the plugin in ``mkdocs.yml``.

    Attributes:
        now: Time to take as the present, ISO 8601 with a zone; the machine's clock when missing.
    """

    now = c.Optional(c.Type(str))


@dataclass(frozen=True, slots=True)
class _Silent:
    """Nobody listens to progress while MkDocs talks."""

    def emit(self, event: Event) -> None:
        """Take an event and do nothing."""


class MlgovPlugin(BasePlugin[MlgovConfig]):  # type: ignore[no-untyped-call]
    """Adds the dashboard, a page per card and a page per role to a MkDocs site."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Keep the site from calling anybody, and add our style sheet and script."""
        if config.repo_url:
            raise PluginError("repo_url makes every page call the forge; use site.edit_uri_template in mlgov.toml.")
        _refuse_links(Path(config.docs_dir))
        self._listed = config.nav
        config.theme["font"] = False
        config.extra["generator"] = False
        config.extra_css.append(STYLES)
        config.extra_javascript.append(SCRIPT)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages and our assets."""
        self._services = _services(config, self.config.now)
        self._parked: dict[str, list[str]] = {}
        values = site_values(self._services, directory_urls=config.use_directory_urls)
        for page in render_pages(values):
            _make_room(files, page)
            level = InclusionLevel.INCLUDED if page.in_nav else InclusionLevel.NOT_IN_NAV
            file = File.generated(config, page.path, content=page.markdown, inclusion=level)
            file.edit_uri = None  # the page brings its own button
            files.append(file)
            self._parked[page.path] = []
        if said := unreadable_sentence(values.collected.tree):
            _LOG.info(said)
        for path, content in assets().items():
            files.append(File.generated(config, path, content=content))
        if self._listed is not None:
            ours = [path for path in self._parked if files.src_uris[path].inclusion is InclusionLevel.INCLUDED]
            theirs = [file.src_uri for file in files.documentation_pages() if file.src_uri not in self._parked]
            config.nav = whole(self._listed, ours, theirs)
        return files

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Keep the blocks of generated pages from the Markdown engine, which has nothing to do there."""
        path = page.file.src_uri
        if path not in self._parked:
            return markdown
        text, self._parked[path] = park(markdown)
        return text

    def on_page_content(self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG002
        """Put the blocks back."""
        return unpark(html, self._parked.get(page.file.src_uri, []))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:  # noqa: ARG002
        """Put what people come for first, unless the configuration says an order."""
        if config.nav is None:
            nav.items.sort(key=lambda item: not _has_first(item))
        return nav

    def on_page_context(self, context: Any, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> Any:  # noqa: ANN401, ARG002
        """Lead the edit button of a hand-written page to its file."""
        root, docs = self._services.root, Path(config.docs_dir)
        path = HOME_FILE if page.is_homepage else f"{docs.relative_to(root).as_posix()}/{page.file.src_uri}"
        if (root / path).is_file():
            page.edit_url = edit_url(self._services.settings.site, path)
        return context

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:  # noqa: ANN401, ARG002
        """Build again when a document or the settings change."""
        root = self._services.root
        for path in (*(root / folder for folder in FOLDERS), root / SETTINGS_FILE):
            if path.exists():
                server.watch(str(path))
        return server


def _has_first(item: StructureItem) -> bool:
    if isinstance(item, MkDocsPage):
        return item.file.src_uri in FIRST
    return isinstance(item, Section) and any(map(_has_first, item.children))


def _services(config: MkDocsConfig, now: str | None) -> Services:
    root = find_root(Path(config.config_file_path or ".").parent)
    moment = datetime.fromisoformat(now) if now else None
    return services(root, events=_Silent(), now=moment, push=False)


def _refuse_links(docs: Path) -> None:
    """MkDocs would follow a symbolic link and publish what it leads to, wherever that is."""
    for folder, folders, files in os.walk(docs):
        for name in sorted([*folders, *files]):
            path = Path(folder, name)
            if path.is_symlink():
                written = path.relative_to(docs.parent).as_posix()
                raise PluginError(f"{written} is a symbolic link; put the file itself there, or take it away.")
    if docs.is_symlink():
        raise PluginError(f"{docs.name} is a symbolic link; it must be a folder of the repository.")


def _make_room(files: Files, page: Page) -> None:
    """Take away the hand-written home page, whose text stands below the dashboard; anything else must not be there."""
    written = files.get_file_from_path(page.path)
    if written is None:
        return
    if page.edit_path != HOME_FILE:
        raise PluginError(f"docs/{page.path} stands where a generated page belongs; give it another name.")
    files.remove(written)

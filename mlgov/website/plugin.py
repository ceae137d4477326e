"""The MkDocs plugin: puts the generated pages among the hand-written ones. What they say is decided elsewhere."""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import escape
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage

from mlgov.dashboard import edit_url, unreadable_sentence
from mlgov.events import Event
from mlgov.names import FOLDERS, SETTINGS_FILE
from mlgov.website.blocks import park, unpark
from mlgov.website.csp import with_policy
from mlgov.website.keeping import Keeper
from mlgov.website.memory import memory_of
from mlgov.website.navigation import Nav, whole
from mlgov.website.press import Press
from mlgov.website.preview import Preview, marked, note_of, preview_of, preview_values
from mlgov.website.render import render_files, render_pages
from mlgov.website.shipped import SCRIPTS, SHEETS, assets
from mlgov.website.values import HOME_FILE, Page, SiteValues, site_values
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
        at: Commit, tag or day to show; the work tree when missing.
        root: Top folder of the repository; where the configuration lies when missing.
        base: Commit that the one to show is proposed into; nothing is proposed when missing.
        into: What people call the base.
    """

    now = c.Optional(c.Type(str))
    at = c.Type(str, default="")
    root = c.Type(str, default="")
    base = c.Type(str, default="")
    into = c.Type(str, default="")


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody listens to progress while MkDocs talks."""

    def emit(self, event: Event) -> None:
        """Take an event and do nothing."""


class MlgovPlugin(BasePlugin[MlgovConfig]):  # type: ignore[no-untyped-call]
    """Adds the dashboard, a page per card and a page per role to a MkDocs site."""

    _served = False

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:  # noqa: ARG002
        """Remember whether pages are only looked at while they are written."""
        self._served = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Keep the site from calling anybody, and add our style sheets and scripts."""
        if config.repo_url:
            raise PluginError("repo_url makes every page call the forge; use site.edit_uri_template in mlgov.toml.")
        _refuse_links(Path(config.docs_dir))
        self._listed = config.nav
        config.theme["font"] = False
        config.extra["generator"] = False
        config.extra_css.extend(SHEETS)
        config.extra_javascript.extend(SCRIPTS)
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Save what an earlier build of a served site wrote from being thrown away."""
        if self._served:
            memory_of(_root(config, self.config.root)).keeper.set_aside(Path(config.site_dir))

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages and our assets."""
        self._services = _services(config, self.config.now, self.config.root)
        self._parked: dict[str, list[str]] = {}
        values = self._values(config)
        pages = render_pages(values)
        self._pages = {page.path: page for page in pages}
        for page in pages:
            _make_room(files, page)
        changed = self._preview.changed if self._preview else frozenset()
        stampable = [page for page in pages if page.edit_path not in changed] if _may_stamp(config) else ()
        written = [values.home, *_texts(files)]  # the home page is ours and has their words
        urls = config.use_directory_urls
        self._press = Press(stampable, written, directory_urls=urls, memory=values.memory, now=values.now)
        stamped = self._press.paths
        for page in pages:
            if page.path not in stamped:
                self._add(files, config, page.path, page.markdown, in_nav=page.in_nav)
        for path, markdown in self._press.shells.items():
            self._add(files, config, path, markdown)
        if said := unreadable_sentence(values.collected.tree):
            _LOG.info(said)
        for path, content in assets().items():
            files.append(File.generated(config, path, content=content))
        if self._listed is not None:
            ours = _listed([page.path for page in pages if page.in_nav and page.path in files.src_uris])
            theirs = [file.src_uri for file in files.documentation_pages() if file.src_uri not in self._parked]
            config.nav = whole(self._listed, ours, theirs)
        self._data, self._attached = render_files(values), values.attached
        return files

    def _values(self, config: MkDocsConfig) -> SiteValues:
        """Read what the site shows: the documents as they lie there, those of another time, or those of a proposal."""
        urls, settings = config.use_directory_urls, self.config
        self._preview = None
        if settings.base:
            found = preview_of(self._services.repository, settings.base, settings.at)
            self._preview = replace(found, into=settings.into)
            return preview_values(self._services, self._preview, directory_urls=urls)
        memory = memory_of(self._services.root) if self._served else None
        return site_values(self._services, directory_urls=urls, at=settings.at, memory=memory)

    def _add(self, files: Files, config: MkDocsConfig, path: str, markdown: str, *, in_nav: bool = False) -> None:
        level = InclusionLevel.INCLUDED if in_nav else InclusionLevel.NOT_IN_NAV
        file = File.generated(config, path, content=markdown, inclusion=level)
        file.edit_uri = None  # the page brings its own button
        files.append(file)
        self._parked[path] = []

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

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG002
        """Compile the theme once while the site is served."""
        if self._served:
            env.bytecode_cache = memory_of(self._services.root).compiled
        return env

    def on_page_context(self, context: Any, *, page: MkDocsPage, config: MkDocsConfig, nav: Navigation) -> Any:  # noqa: ANN401, ARG002
        """Lead the edit button of a hand-written page to its file."""
        root, docs = self._services.root, Path(config.docs_dir)
        if self._preview:
            return context
        path = HOME_FILE if page.is_homepage else f"{docs.relative_to(root).as_posix()}/{page.file.src_uri}"
        if (root / path).is_file():
            page.edit_url = edit_url(self._services.settings.site, path)
        return context

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:  # noqa: ARG002
        """Put the policy on top of every page, and keep the shells: what is cut from them is written at the end."""
        if not self._served:  # the live reload is a script in the page
            output = with_policy(output, page.content or "")
        if self._preview:
            output = self._marked(output, self._preview, page.file.src_uri)
        if page.file.src_uri not in self._press.shells:
            return output
        self._press.catch(page.file.src_uri, output)
        return ""

    def _marked(self, output: str, preview: Preview, path: str) -> str:
        urls = self._press.directory_urls
        note = note_of(self._pages.get(path), preview, list(self._pages.values()), directory_urls=urls)
        return marked(output, preview, note)

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Put the policy and a way out on the page of errors, and all pages into the sitemap."""
        if template_name == "sitemap.xml":
            return self._press.sitemap(output_content)
        shown = _with_way_out(output_content, config.site_url) if template_name == "404.html" else output_content
        return shown if self._served else with_policy(shown)

    @event_priority(-100)  # after the search has written its index
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the stamped pages, and the files that are no pages."""
        site, keeper = Path(config.site_dir), self._keeper()
        keeper.bring_back(site)
        self._press.write(site, keeper)
        for path, content in self._data.items():
            keeper.write(site, path, content)
        keeper.finish(site)
        for path, data in self._attached.items():
            Path(config.site_dir, path).write_bytes(data)  # beside the other downloads

    def _keeper(self) -> Keeper:
        return memory_of(self._services.root).keeper if self._served else Keeper(forgets=True)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:  # noqa: ANN401, ARG002
        """Build again when a document or the settings change."""
        root = self._services.root
        for path in (*(root / folder for folder in FOLDERS), root / SETTINGS_FILE):
            if path.exists():
                server.watch(str(path))
        return server


def _may_stamp(config: MkDocsConfig) -> bool:
    """Say whether nobody else wants to see each page: other plugins may, so then MkDocs prints all of them itself."""
    return set(config.plugins) <= {"mlgov", "search", "material/search"} and not config.hooks


def _listed(paths: Sequence[str]) -> Nav:
    """Put what is about all models below one title, and the rest side by side."""
    about_all = [path for path in paths if path.startswith("portfolio/")]
    rest: Nav = sorted((path for path in paths if path not in about_all), key=lambda path: path not in FIRST)
    return [*rest, {"Portfolio": about_all}] if about_all else rest


def _texts(files: Files) -> Iterator[str]:
    """Give the texts of the hand-written pages."""
    for file in files.documentation_pages():
        yield Path(file.abs_src_path).read_text(encoding="utf-8", errors="replace") if file.abs_src_path else ""


def _has_first(item: StructureItem) -> bool:
    if isinstance(item, MkDocsPage):
        return item.file.src_uri in FIRST
    return isinstance(item, Section) and any(map(_has_first, item.children))


def _root(config: MkDocsConfig, given: str) -> Path:
    return Path(given) if given else find_root(Path(config.config_file_path or ".").parent)


def _with_way_out(page: str, site_url: str | None) -> str:
    """Say on the page of errors what may have happened and where to go on; it may be shown at any address."""
    home = escape(urlsplit(site_url or "/").path or "/")
    said = "This page does not exist, or no longer: documents are renamed and removed."
    way = f'Search for it, or go on from the <a href="{home}">dashboard</a>.'
    return page.replace("</h1>", f"</h1>\n<p>{said} {way}</p>", 1)


def _services(config: MkDocsConfig, now: str | None, given: str) -> Services:
    root = _root(config, given)
    moment = datetime.fromisoformat(now) if now else None
    return services(root, events=Silent(), now=moment, push=False)


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

"""Building and serving the site with MkDocs inside this process, strictly."""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import TemplateNotFound
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.commands.serve import serve as mkdocs_serve
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from mlgov.errors import SettingsError, SiteError, UsageError
from mlgov.website.configuration import FILE, PLUGIN, plugins, read_configuration
from mlgov.website.plugin import VOICE, Silent
from mlgov.website.preview import Preview, write_frame
from mlgov.website.stamping import NAME as SHELL
from mlgov.wiring import services

HOST = "127.0.0.1"
#: A file that every built site has; what has it may be built over.
_SIGN = "search/search_index.json"


def build(root: Path, out: Path, now: datetime, say: Callable[[str], None] | None = None, *, at: str = "") -> int:
    """Build the site.

    Args:
        root: Top folder of the governance repository.
        out: Where the site goes; emptied before.
        now: The present time, aware.
        say: Takes what people should know about the documents, for instance that some cannot be read.
        at: Show the repository as of a ref or a day, as `mlgov.website.values.site_values` takes it.

    Returns:
        How many pages there are.

    Raises:
        SettingsError: ``mkdocs.yml`` is missing or says what it must not.
        UsageError: ``out`` holds something that is no site.
        SiteError: MkDocs found something wrong, warnings included.
    """
    _refuse_foreign(root, out)
    options = _options(root, now.isoformat(), at)
    with _heard(say, VOICE) as heard, _as_site_error(heard), _build_date(now):
        config = load_config(str(root / FILE), strict=True, site_dir=str(out.absolute()), **options)
        config.plugins.on_startup(command="build", dirty=False)  # MkDocs keeps plugins from one build to the next
        mkdocs_build(config)
    return sum(page.name != "404.html" for page in out.rglob("*.html"))


def preview(root: Path, out: Path, now: datetime, shown: Preview, say: Callable[[str], None]) -> int:
    """Build the pages of a proposal, in the frame of what it goes into. They can be opened without a web server.

    Args:
        root: Top folder of the governance repository.
        out: Where the site goes; emptied before.
        now: The present time, aware.
        shown: The proposal.
        say: Takes what people should know, for instance that some documents cannot be read.

    Returns:
        How many pages there are.

    Raises:
        SettingsError: The configuration of the base says what it must not.
        UsageError: ``out`` holds something that is no site, or the base has no configuration.
        SiteError: MkDocs could not build it.
    """
    _refuse_foreign(root, out)
    with tempfile.TemporaryDirectory() as name:
        frame = Path(name)
        write_frame(services(root, events=Silent(), now=now, push=False).repository, shown.base, frame)
        options = _options(frame, now.isoformat(), shown.head)
        options["plugins"][PLUGIN] |= {"root": str(root.resolve()), "base": shown.base, "into": shown.into}
        with _heard(say, VOICE) as heard, _as_site_error(heard), _build_date(now):
            config = load_config(
                str(frame / FILE), strict=False, site_dir=str(out.absolute()), use_directory_urls=False, **options
            )
            config.plugins.on_startup(command="build", dirty=False)
            mkdocs_build(config)
    return sum(page.name != "404.html" for page in out.rglob("*.html"))


def serve(root: Path, port: int, now: datetime | None, say: Callable[[str], None]) -> None:
    """Serve the site on the loopback interface and build it again when a document changes, until interrupted.

    Args:
        root: Top folder of the governance repository.
        port: Port.
        now: The present time; the machine's clock at every build when None.
        say: Takes what MkDocs says, line by line.

    Raises:
        SettingsError: ``mkdocs.yml`` is missing or says what it must not.
        SiteError: The first build failed.
    """
    options = _options(root, now.isoformat() if now else None)
    with _heard(say) as heard, _as_site_error(heard):
        mkdocs_serve(str(root / FILE), strict=False, dev_addr=f"{HOST}:{port}", **options)


def _options(root: Path, now: str | None, at: str = "") -> dict[str, Any]:
    try:
        data = (root / FILE).read_bytes()
    except OSError:
        hint = "'mlgov init DIR' writes one that you can copy."
        raise SettingsError(f"{root} has no {FILE}, which says how the site looks.", hint=hint) from None
    return {"plugins": plugins(read_configuration(data), now, at)}


def _refuse_foreign(root: Path, out: Path) -> None:
    if root.resolve().is_relative_to(out.resolve()):
        raise UsageError(f"{out} holds the repository; the site would replace it.", hint="Choose another folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / _SIGN).is_file():
        raise UsageError(f"{out} is not empty and holds no site.", hint="Choose another folder, or empty this one.")


@contextmanager
def _build_date(now: datetime) -> Iterator[None]:
    """MkDocs takes the date of a build from the environment and nowhere else."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(now.timestamp()))
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


class _Listener(logging.Handler):
    """Keeps what MkDocs warns of, and passes on what one voice says when somebody wants to hear it."""

    def __init__(self, say: Callable[[str], None] | None, voice: str) -> None:
        super().__init__(logging.INFO if say else logging.WARNING)
        self.say = say
        self.voice = voice
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if SHELL in message:  # a page of ours for the theme alone; nobody can find it
            return
        if self.say and record.name.startswith(self.voice):
            self.say(message)
        if record.levelno >= logging.WARNING:
            self.warnings.append(message)


@contextmanager
def _heard(say: Callable[[str], None] | None, voice: str = "mkdocs") -> Iterator[list[str]]:
    logger = logging.getLogger("mkdocs")
    listener, level, propagate = _Listener(say, voice), logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(listener.level)
    logger.propagate = False
    try:
        yield listener.warnings
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = propagate


@contextmanager
def _as_site_error(warnings: list[str]) -> Iterator[None]:
    try:
        yield
    except MkDocsException as error:
        said = " ".join(dict.fromkeys(warnings)) or error.format_message()
        raise SiteError(f"The site could not be built. {said}") from None
    except TemplateNotFound as error:
        hint = f"Look at theme.language and theme.icon in {FILE}, and at 'template:' on top of pages in docs/."
        raise SiteError(f"The site could not be built. The theme has no {error.name}.", hint=hint) from None
    except UnicodeDecodeError as error:
        said = " ".join(dict.fromkeys(warnings)) or str(error)
        raise SiteError(f"The site could not be built. {said}", hint="Save the page as UTF-8.") from None
    except BrokenPipeError:
        raise  # nobody reads what we say any more; the site is not to blame
    except OSError as error:
        raise SiteError(
            f"The site could not be built. {error}", hint="Look at the folder's rights and space."
        ) from None

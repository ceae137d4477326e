"""``mkdocs.yml`` as we accept it: it names pages, colours and features, and nothing that runs code or calls home.

A pull request may change this file, and the site of a pull request may be built. So the file is read through the same
front door as every document (no tags, no anchors) and every key must be on a list. Who needs more can call ``mkdocs
build`` with a configuration of their own; the plugin works there too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mlgov.documents import Pointer, load
from mlgov.errors import SettingsError

FILE = "mkdocs.yml"
PLUGIN = "mlgov"

_TOP = frozenset(
    {"site_name", "site_url", "site_description", "site_author", "copyright", "nav", "not_in_nav", "theme", "plugins"}
    | {"extra", "extra_css", "extra_javascript", "markdown_extensions", "validation", "strict", "use_directory_urls"}
    | {"exclude_docs", "draft_docs"}
)
_THEME = frozenset({"name", "language", "direction", "palette", "features", "icon", "favicon", "logo", "font"})
_PLUGINS = frozenset({PLUGIN, "search", "tags"})
_EXTRA = frozenset({"generator", "homepage"})
_EXTENSIONS = frozenset(
    {"abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc", "sane_lists"}
    | {f"pymdownx.{name}" for name in ("details", "highlight", "inlinehilite", "keys", "mark", "superfences", "tabbed")}
    | {"pymdownx.tasklist"}
)
#: The keys of a list or mapping -> what they may be.
_LISTS: tuple[tuple[Pointer, frozenset[str]], ...] = (
    ((), _TOP),
    (("theme",), _THEME),
    (("plugins",), _PLUGINS),
    (("extra",), _EXTRA),
    (("markdown_extensions",), _EXTENSIONS),
)


def read_configuration(data: bytes) -> dict[str, Any]:
    """Read ``mkdocs.yml``.

    Returns:
        What the file says.

    Raises:
        SettingsError: It is not YAML as we read it, or says something that a site of ours must not.
    """
    document, findings = load(data, FILE)
    if document is None:
        raise SettingsError(f"{findings[0].location}: {findings[0].message}", hint=findings[0].fix)
    for pointer, said, hint in _complaints(document.value):
        raise SettingsError(f"{document.location(pointer, of_key=True)}: {said}", hint=hint)
    return document.value


def plugins(configuration: Mapping[str, Any], now: str | None) -> dict[str, dict[str, Any]]:
    """Give the plugins of a configuration and their options, ours with the time (None: the clock's).

    As a mapping, because MkDocs empties the entries of a list when it reads them, and serving reads them again.
    """
    found = {name: dict(options or {}) for name, options in _entries(configuration.get("plugins", ["search"]))}
    return found | {PLUGIN: found.get(PLUGIN, {}) | ({"now": now} if now else {})}


def _complaints(value: dict[str, Any]) -> Iterator[tuple[Pointer, str, str]]:
    for pointer, known in _LISTS:
        part = value.get(str(pointer[0])) if pointer else value
        for name, _ in _entries(part):
            if name not in known:
                written = ".".join([*map(str, pointer), name])
                yield (*pointer, name), f"{written} is not taken here.", f"Known are {', '.join(sorted(known))}."
    yield from _theme_complaints(value.get("theme"))
    for key in ("extra_css", "extra_javascript"):
        yield from _foreign(key, value.get(key))


def _theme_complaints(theme: object) -> Iterator[tuple[Pointer, str, str]]:
    name = theme.get("name") if isinstance(theme, dict) else theme
    if name != "material":
        yield ("theme",), f"The theme is {name!r}.", "Write 'name: material' below theme."
    if isinstance(theme, dict) and theme.get("font", False) is not False:
        yield ("theme", "font"), "theme.font loads fonts from another site.", "Write 'font: false'."


def _foreign(key: str, entries: object) -> Iterator[tuple[Pointer, str, str]]:
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        address = entry.get("path") if isinstance(entry, dict) else entry
        if "//" in str(address):
            yield (
                (key, place),
                f"{key} loads {address} from another site.",
                "Put the file below docs/ and name it there.",
            )


def _entries(part: object) -> Iterator[tuple[str, Any]]:
    """List names and options of what MkDocs takes as a mapping, or as a list of names and one-key mappings."""
    if isinstance(part, dict):
        yield from part.items()
    for entry in part if isinstance(part, list) else []:
        if isinstance(entry, dict):
            yield from entry.items()
        else:
            yield str(entry), None

"""``mkdocs.yml`` as we accept it: it names pages, colours and features, and nothing that runs code or calls home.

A pull request may change this file, and the site of a pull request may be built. So the file is read through the same
front door as every document (no tags, no anchors) and every key must be on a list. The theme prints most values as they
are written, so no text may hold HTML. Who needs more can call ``mkdocs build`` with a configuration of their own; the
plugin works there too.
"""

import re
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
_EXTRA = frozenset({"generator", "homepage"})
_PALETTE = frozenset({"media", "scheme", "primary", "accent", "toggle"})
_TOGGLE = frozenset({"icon", "name"})
#: Plugin -> its options. Ours takes the time from the command line alone, so that no change can turn it back.
_PLUGINS: dict[str, frozenset[str]] = {PLUGIN: frozenset(), "search": frozenset({"lang"})}
_EXTENSIONS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("abbr", "admonition", "attr_list", "def_list", "md_in_html", "sane_lists"), frozenset()),
    **dict.fromkeys(("pymdownx.details", "pymdownx.inlinehilite", "pymdownx.keys"), frozenset()),
    "footnotes": frozenset({"BACKLINK_TEXT", "BACKLINK_TITLE"}),
    "tables": frozenset({"use_align_attribute"}),
    "toc": frozenset({"permalink", "permalink_title", "permalink_leading", "toc_depth", "title", "baselevel"}),
    "pymdownx.highlight": frozenset(
        {"anchor_linenums", "auto_title", "guess_lang", "line_spans", "linenums", "pygments_lang_class", "use_pygments"}
    ),
    "pymdownx.mark": frozenset({"smart_mark"}),
    "pymdownx.superfences": frozenset({"disable_indented_code_blocks", "preserve_tabs"}),
    "pymdownx.tabbed": frozenset({"alternate_style", "combine_header_slug"}),
    "pymdownx.tasklist": frozenset({"clickable_checkbox", "custom_checkbox"}),
}
#: The keys of a list or mapping -> what they may be.
_LISTS: tuple[tuple[Pointer, frozenset[str]], ...] = (
    ((), _TOP),
    (("theme",), _THEME),
    (("plugins",), frozenset(_PLUGINS)),
    (("extra",), _EXTRA),
    (("markdown_extensions",), frozenset(_EXTENSIONS)),
)
#: What the theme would print as HTML, or what no reader can see. An ampersand before a space stands for itself.
_HTML = re.compile(r"[<>\"]|&(?!\s)|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: A word, a name of several words or a path of words, as colours, languages and icons are called.
_WORDS = re.compile(r"[A-Za-z0-9]+([ ./_-][A-Za-z0-9]+)*")
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?([/?#][^\s'\\]*)?")
_HTTP = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?([/?#][^\s'\\]*)?")
_RELATIVE = re.compile(r"(?!//)[^:\\\n\t]+")
Complaint = tuple[Pointer, str, str]


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


def plugins(configuration: Mapping[str, Any], now: str | None, at: str = "") -> dict[str, dict[str, Any]]:
    """Give the plugins of a configuration and options, ours with the time (None: the clock's) and the ref to show.

    As a mapping, because MkDocs empties the entries of a list when it reads them, and serving reads them again.
    """
    found = {name: dict(options or {}) for name, options in _entries(configuration.get("plugins", ["search"]))}
    return found | {PLUGIN: found.get(PLUGIN, {}) | ({"now": now} if now else {}) | ({"at": at} if at else {})}


def _complaints(value: dict[str, Any]) -> Iterator[Complaint]:
    for pointer, known in _LISTS:
        yield from _unknown(pointer, value.get(str(pointer[0])) if pointer else value, known)
    for key, options in (("plugins", _PLUGINS), ("markdown_extensions", _EXTENSIONS)):
        yield from _option_complaints(key, value.get(key), options)
    for pointer, text in _texts((), value):
        if _HTML.search(text):
            hint = 'Write it without < > " and &, in plain letters; & with a space behind it is fine.'
            yield pointer, f"{_written(pointer)} is {text!r}, which the site would print as HTML.", hint
    yield from _theme_complaints(value.get("theme"))
    yield from _address_complaints(value)
    for key in ("extra_css", "extra_javascript"):
        entries = value.get(key)
        for place, entry in enumerate(entries if isinstance(entries, list) else []):
            yield from _file_complaints((key, place), entry.get("path") if isinstance(entry, dict) else entry)


def _unknown(pointer: Pointer, part: object, known: frozenset[str]) -> Iterator[Complaint]:
    for name, _ in _entries(part):
        if name not in known:
            hint = f"Known are {', '.join(sorted(known))}." if known else "It takes none; take it away."
            yield (*pointer, name), f"{_written((*pointer, name))} is not taken here.", hint


def _option_complaints(key: str, part: object, known: Mapping[str, frozenset[str]]) -> Iterator[Complaint]:
    for name, options in _entries(part):
        pointer = (key, name)
        if options is not None and not isinstance(options, dict):
            yield pointer, f"The options of {_written(pointer)} are {options!r}.", "Write 'option: value' below it."
            continue
        yield from _unknown(pointer, options, known[name])
        for option, given in (options or {}).items():
            if isinstance(given, dict | list) and option != "lang":
                yield (
                    (*pointer, option),
                    f"{_written((*pointer, option))} must be one value.",
                    "Write a word or number.",
                )


def _theme_complaints(theme: object) -> Iterator[Complaint]:
    name = theme.get("name") if isinstance(theme, dict) else theme
    if name != "material":
        yield ("theme",), f"The theme is {name!r}.", "Write 'name: material' below theme."
    if not isinstance(theme, dict):
        return
    if theme.get("font", False) is not False:
        yield ("theme", "font"), "theme.font loads fonts from another site.", "Write 'font: false'."
    for key in ("logo", "favicon"):
        if key in theme:
            yield from _file_complaints(("theme", key), theme[key])
    if not isinstance(theme.get("features", []), list):
        yield ("theme", "features"), "theme.features must be a list.", "Write one feature per line, after '- '."
    for key in ("language", "direction", "icon", "features"):
        yield from _word_complaints(("theme", key), theme.get(key))
    yield from _palette_complaints(theme.get("palette"))


def _palette_complaints(palette: object) -> Iterator[Complaint]:
    for place, entry in enumerate(palette if isinstance(palette, list) else [palette]):
        pointer: Pointer = ("theme", "palette", place) if isinstance(palette, list) else ("theme", "palette")
        if not isinstance(entry, dict):
            if palette is not None:
                yield pointer, f"{_written(pointer)} is {entry!r}.", "Write 'scheme: default' below it."
            continue
        yield from _unknown(pointer, entry, _PALETTE)
        for key in ("scheme", "primary", "accent"):
            yield from _word_complaints((*pointer, key), entry.get(key))
        toggle = entry.get("toggle")
        if not isinstance(toggle, dict | None):
            yield (*pointer, "toggle"), f"The toggle is {toggle!r}.", "Write 'icon:' and 'name:' below it."
            continue
        yield from _unknown((*pointer, "toggle"), toggle, _TOGGLE)
        yield from _word_complaints((*pointer, "toggle", "icon"), toggle.get("icon") if toggle else None)


def _word_complaints(pointer: Pointer, value: object) -> Iterator[Complaint]:
    for place, text in _texts(pointer, value):
        if not _WORDS.fullmatch(text):
            yield (
                place,
                f"{_written(place)} is {text!r}, which is no plain word.",
                "Write letters, digits, - and / only.",
            )


def _address_complaints(value: Mapping[str, Any]) -> Iterator[Complaint]:
    extra = value.get("extra")
    links = [*_texts(("nav",), value.get("nav"), keys=False)]
    if isinstance(extra, dict):
        links += _texts(("extra", "homepage"), extra.get("homepage"), keys=False)
    for pointer, text in links:
        if not (_RELATIVE.fullmatch(text) or _HTTPS.fullmatch(text)):
            hint = "Write a path without ':' and '\\', or an https address."
            yield pointer, f"{_written(pointer)} leads to {text!r}.", hint
    address = value.get("site_url")
    if address and not _HTTP.fullmatch(str(address)):
        yield ("site_url",), f"site_url is {address!r}.", "Write where the site will be: 'https://host/path/'."


def _file_complaints(pointer: Pointer, path: object) -> Iterator[Complaint]:
    good = isinstance(path, str) and _RELATIVE.fullmatch(path) and not path.startswith("/")
    if not good or "//" in str(path) or ".." in str(path).split("/"):
        hint = "Put the file below docs/ and write its path there."
        yield pointer, f"{_written(pointer)} is {path!r}, which is no file below docs/.", hint


def _texts(pointer: Pointer, value: object, *, keys: bool = True) -> Iterator[tuple[Pointer, str]]:
    """List every text below a value, names of entries included if wanted, and where it stands."""
    if isinstance(value, str):
        yield pointer, value
    if isinstance(value, dict):
        for key, part in value.items():
            if keys:
                yield (*pointer, key), key
            yield from _texts((*pointer, key), part, keys=keys)
    if isinstance(value, list):
        for place, part in enumerate(value):
            yield from _texts((*pointer, place), part, keys=keys)


def _written(pointer: Pointer) -> str:
    return ".".join(map(str, pointer))


def _entries(part: object) -> Iterator[tuple[str, Any]]:
    """List names and options of what MkDocs takes as a mapping, or as a list of names and one-key mappings."""
    if isinstance(part, dict):
        yield from part.items()
    for entry in part if isinstance(part, list) else []:
        if isinstance(entry, dict):
            yield from entry.items()
        else:
            yield str(entry), None

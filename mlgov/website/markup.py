"""Text of documents made into HTML that no engine reads as anything else.

Pages are Markdown files whose bodies are raw HTML blocks. Escaping for HTML alone is not enough there: Markdown, its
extensions, macros and the search index come afterwards. So every punctuation mark that could mean something to any of
them is written as a numeric character reference. A browser shows it as it was; to everything before it is one word.

The rule holds by construction: the environment's ``finalize`` encodes every value that a template prints, unless a
filter of this module has made it. Templates use no ``safe`` and no ``~`` (a test reads them).
"""

import json
import re
import string
from datetime import date, datetime
from functools import cache, lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mlgov.monitors.wording import check_words, plainly
from mlgov.website.blocks import tidy

#: Metrics that are no words.
_METRICS = {"auc": "AUC", "f0_5": "F0.5", "mae": "MAE", "mcc": "MCC", "mse": "MSE", "r2": "R²", "rmse": "RMSE"}
#: Letters up to which an encoded text is remembered.
SHORT = 48
_HARMLESS = " .,;/()%-?"
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in string.punctuation if c not in _HARMLESS}
_REFERENCES |= {ord("\n"): " ", ord("\t"): " "}
_JSON_PARTS = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*")(?=:)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<rest>[^"]+)')


def text(value: object) -> Markup:
    """Encode a value as text on one line.

    Raises:
        TypeError: There is no value; a template should have asked first.
    """
    if isinstance(value, Markup):
        return value
    if value is None:
        raise TypeError("a page prints None")
    said = str(value)
    return _short(said) if len(said) < SHORT else _encoded(said)


def _encoded(said: str) -> Markup:
    return Markup(said.translate(_REFERENCES))  # noqa: S704 - this is the escaping


#: The same names and numbers stand on thousands of pages.
_short = lru_cache(maxsize=32768)(_encoded)


def lines(value: str) -> Markup:
    """Encode free text; its line breaks stay, nothing else of it means anything."""
    return Markup("<br>").join(text(line) for line in value.strip().splitlines())


def paragraphs(value: str) -> Markup:
    """Encode free text as paragraphs, which blank lines part."""
    parts = [part for part in re.split(r"\n[ \t]*\n", value.strip()) if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(lines(part)) for part in parts)


def verbatim(value: str) -> Markup:
    """Encode text for a ``pre``: line ends become references too, so that the block is one line of the page."""
    return _literal(value.rstrip("\n"))


def highlighted(value: str) -> Markup:
    """Encode JSON for a ``pre``, with keys and strings marked for the theme's colours."""
    return Markup("").join(map(_highlighted, _JSON_PARTS.finditer(value.rstrip("\n"))))


def _literal(value: str) -> Markup:
    return Markup("&#10;").join(map(text, value.split("\n")))


def _highlighted(found: re.Match[str]) -> Markup:
    if found["rest"]:
        return _literal(found["rest"])
    return Markup('<span class="{}">{}</span>').format("nt" if found["key"] else "s2", _literal(found[0]))


@lru_cache(maxsize=4096)
def moment(value: datetime) -> Markup:
    """Write a time to the minute."""
    machine, human = value.strftime("%Y-%m-%dT%H:%M:%SZ"), value.strftime("%Y-%m-%d %H:%M UTC")
    return Markup('<time datetime="{}">{}</time>').format(text(machine), text(human))


@lru_cache(maxsize=4096)
def day(value: date) -> Markup:
    """Write a day (of a time, its day)."""
    iso = value.strftime("%Y-%m-%d")
    return Markup('<time datetime="{}">{}</time>').format(iso, iso)


def number(value: float) -> str:
    """Write a number with six significant digits; whole ones exactly, with commas."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.6g}"


def four_digits(value: float) -> str:
    """Write a number in four digits: 31,980 and not 3.198e+04."""
    return number(float(f"{value:.4g}"))


def short(value: float) -> str:
    """Write a number with three significant digits, for a picture or a narrow column."""
    return number(float(f"{value:.3g}"))


def percent(share: float) -> str:
    """Write a share, 0 to 1, as a percentage."""
    return f"{share:.1%}"


def width(share: float) -> str:
    """Write a share, 0 to 1, as a length of 100."""
    return f"{100 * share:.1f}".removesuffix(".0")


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


#: Words of identifiers that are not written in small letters.
_ACRONYMS = {
    "iam": "IAM",
    "id": "ID",
    "js": "JS",
    "kms": "KMS",
    "ks": "KS",
    "ml": "ML",
    "mlflow": "MLflow",
    "mlops": "MLOps",
    "ok": "OK",
    "psi": "PSI",
}
_IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


def words(identifier: object) -> str:
    """Write an identifier such as ``pending_review`` as words."""
    said = " ".join(_ACRONYMS.get(word, word) for word in str(identifier).replace("_", " ").split(" "))
    return said[:1].upper() + said[1:]


def label(text: str) -> str:
    """Write an identifier as words, and leave what people wrote in words of their own as it is."""
    return words(text) if _IDENTIFIER.fullmatch(text) else text


def metric(name: str) -> str:
    """Write the name of a metric as people do: ``auc`` is AUC, ``f0_5`` is F0.5, others are words."""
    return _METRICS.get(name) or words(name)


def front_matter(title: str, **keys: object) -> Markup:
    """Write the YAML head of a page. The title is encoded: the theme prints it as it is."""
    entries = {"title": str(text(title)), **keys}
    rows = [f"{key}: {json.dumps(value)}" for key, value in entries.items()]
    return Markup("\n".join(["---", *rows, "---"]))  # noqa: S704 - JSON of encoded text


def render_template(name: str, **context: object) -> str:
    """Render a page template to the Markdown of a page."""
    return tidy(environment().get_template(name).render(**context))


@cache
def environment() -> Environment:
    """Give the environment of all page templates."""
    found = Environment(
        loader=PackageLoader("mlgov.website"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=text,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # templates are part of the package; looking at their files for each page takes long
    )
    found.filters |= {
        "check_words": check_words,
        "plainly": plainly,
        "lines": lines,
        "paragraphs": paragraphs,
        "verbatim": verbatim,
        "highlighted": highlighted,
        "moment": moment,
        "day": day,
        "number": number,
        "percent": percent,
        "short": short,
        "width": width,
        "plural": plural,
        "words": words,
        "label": label,
        "metric": metric,
    }
    found.globals |= {"front_matter": front_matter}
    return found

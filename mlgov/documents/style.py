"""How single values are written: quotes only where they are needed, long text as a block."""

import re
import textwrap

from mlgov.documents import scalars
from mlgov.documents.front_door import RefusedError
from mlgov.documents.reader import Value

WIDTH = 120

#: Words and numbers that YAML 1.1 readers (PyYAML among them) take for something else than text. Dates are left out:
#: they are text here, and written without quotes everywhere.
_OLD_WORDS = re.compile(
    r"yes|no|on|off|true|false|null|~|=|<<"
    r"|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?"
    r"|[-+]?\.[0-9_]+(?:e[-+]?[0-9]+)?|0[box][0-9a-f_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[-+]?\.inf|\.nan",
    re.IGNORECASE,
)
#: What plain text may not begin with. A dash, a colon or a question mark may begin it before anything but a blank.
_BAD_START = re.compile(r"[,\[\]{}#&*!|>'\"%@`]|[-?:](?:\s|$)|---|\.\.\.")
_BAD_INSIDE = re.compile(r": |:$| #|[\n\t]")


def inline(value: Value, *, in_flow: bool = False, quote: str = "") -> str:
    """Write a value on one line.

    Args:
        value: What to write.
        in_flow: Whether it stands in brackets, where commas and brackets need quotes.
        quote: The quotes that text had before: ``'``, ``"`` or none; they are kept where they are legal.
    """
    if isinstance(value, str):
        return _quoted(value, quote) if quote else text(value, in_flow=in_flow)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(k, in_flow=True)}: {inline(v, in_flow=True)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(each, in_flow=True) for each in value) + "]"
    return _word(value)


def text(value: str, *, in_flow: bool = False) -> str:
    """Write text on one line, in quotes when it needs them."""
    return value if is_plain(value, in_flow=in_flow) else _quoted(value, '"')


def is_plain(value: str, *, in_flow: bool = False) -> bool:
    """Say whether text can stand without quotes and is text to every reader."""
    if not value or value != value.strip() or _BAD_START.match(value) or _BAD_INSIDE.search(value):
        return False
    if in_flow and re.search(r"[,\[\]{}:?]|^-", value):
        return False
    return not _OLD_WORDS.fullmatch(value) and _resolves_to_text(value)


def folded(value: str, indent: int) -> list[str] | None:
    """Break long text into lines for ``>-``; None where it has no place to break or would not come back the same."""
    if value != value.strip() or re.search(r"[\n\t]", value):
        return None
    width = max(WIDTH - indent, 40)
    words = re.split(r"(?<=[^ ]) (?=[^ ])", value)
    glued = [word.replace(" ", "\0") for word in words]
    lines = textwrap.wrap(
        " ".join(glued), width, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
    )
    return [line.replace("\0", " ") for line in lines] if len(lines) > 1 else None


def literal(value: str) -> list[str] | None:
    """Give header and lines of a ``|`` block for text of several lines; None where quotes are the only way."""
    body = value.rstrip("\n")
    if "\n" not in value or not body or value[0] in " \n\t" or body != body.rstrip() or "\t" in value:
        return None
    ends = len(value) - len(body)
    header = "|-" if ends == 0 else "|" if ends == 1 else "|+"
    return [header, *body.split("\n"), *[""] * (ends - 1)]


def _word(value: float | bool | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _quoted(value: str, quote: str) -> str:
    single = "'" + value.replace("'", "''") + "'"
    plain_single = not re.search(r"[\n\t]", value)
    if plain_single and (quote == "'" or re.search(r'["\\]', value)):
        return single
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _resolves_to_text(value: str) -> bool:
    try:
        return isinstance(scalars.resolve(value), str)
    except RefusedError:
        return False

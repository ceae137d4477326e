"""YAML texts made at random: some good, some broken, all near the edge of what the quick reader knows."""

import random
from collections.abc import Iterator

KEYS = ["a", "b", "name", "x-1", "a.b", "c/d", "_k", "true", "null", "no", "1", "'q'", '"q"', "<<", "a b", "é"]
PLAIN = ["text", "two words", "a:b", "a#b", "a #b", "no", "~", "null", "True", "-1", "1.50", "017", "0x1F", "1e3", ".5"]
PLAIN += [
    "1_000",
    "2026-12-31",
    "s3://x/y",
    "(a)",
    "$x",
    "+",
    "-",
    "--",
    "...",
    "x ",
    "a: b",
    "a:",
    "=",
    "<",
    "é",
    "中",
    "می\u200cخواهم",
    "x\u200cy",
    "\U0001f469\u200d\U0001f52c",
    "\u200d",
]
PLAIN += [
    "9007199254740991",
    "9007199254740993",
    ".inf",
    "1e999",
    "-0",
    "0.0",
    "00",
    "5.",
    "@x",
    "`x",
    "%x",
    "&a",
    "*a",
]
QUOTED = [
    '"x"',
    "'x'",
    '""',
    "''",
    '"a: b"',
    "'a # b'",
    '"\\n"',
    "'it''s'",
    '"é"',
    '"x" # c',
    '"\\u0645\\u200c\\u06cc"',
    '"\\u0645\\u200cx"',
    '"a" b',
    '"',
    "'",
]
FLOW = ["[]", "{}", "[1]", "[1, 2.5]", '["a", b]', "[a, b c]", "{a: 1}", '{a: "x", b: y}', "{ a: 1 }", "[ 1 ]", "[1,2]"]
FLOW += ["[[0, 1], [2, 3]]", "[[0.5]]", "[[1],2]", "{a: 1, a: 2}", "{a: {b: 1}}", "[{a: 1}]", "[a: b]", "[1, ]", "{a}"]
FLOW += [
    '["x, y"]',
    "[#]",
    "[a #b]",
    "{a: 1} # c",
    "[1",
    "[true, null, ~]",
    "[-1, -x]",
    "[1.2.3, ..]",
    "[ ]",
    "{null: 1}",
    "[1,2.5,x]",
    "{a: 1,b: x}",
    "{  a:  1 ,  b: 2  }",
    "[ [ 1 , 2 ],[3,4] ]",
    '["a,b",c]',
    "[1 ,2]",
    "{a: 1 }",
    '{name: x, value: "1", other: "2"}',
    '{name: x, name: "1"}',
    "- - x",
    "- 1",
    '"a \\" b \\u00e9"',
    '"\\ud83d\\ude00"',
    '"\\u200b"',
    '"\\x41"',
    "'it''s '' '",
    "'a'''",
    "'''",
]
#: Lines of running text that stands on several lines, good ones first.
RUNNING = [
    "goes on",
    "and (on)",
    "2 of 3",
    "it's",
    '"so" he said',
    "x:y",
    "é",
    "- no item",
    "# no",
    "a #b",
    "k: v",
    "k:",
]
RUNNING += [
    "x \\",
    "\\ y",
    "\\xe9",
    "\\n",
    "a\\\\",
    "\\u2028",
    "[x",
    "'",
    '"',
    "",
    "   ",
    "''",
    "\\",
    "}",
    "?",
    "&a",
    "...",
    "---",
    "-",
]
BLOCKS = ["|", "|-", ">", ">-", "|+", "|2", "> ", "| # c"]
NOISE = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "- ",
    ": ",
    ":",
    "#",
    " #",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "|",
    ">",
    "-",
    "\t",
]
NOISE += [
    "?",
    "!",
    "&",
    "*",
    "%",
    "@",
    "\\",
    "0",
    "1",
    "a",
    "é",
    "\r\n",
    "\r",
    "...",
    "---",
    "\u2028",
    "\u00a0",
    "~",
    ".",
]


def documents(source: random.Random, count: int) -> Iterator[str]:
    """Make ``count`` documents, most of them good."""
    for _ in range(count):
        oddity = source.choice((0.0, 0.0, 0.02, 0.1))
        text = "".join(_mapping(source, 0, 3, oddity))
        yield text.rstrip("\n") if source.random() < 0.05 else text


def mutated(source: random.Random, text: str) -> str:
    """Change a text in up to three places: something put in, cut out, doubled or moved."""
    for _ in range(source.randint(1, 3)):
        start = source.randrange(len(text) + 1)
        end = min(len(text), start + source.choice((0, 0, 1, 1, 2, 8)))
        piece = source.choice((source.choice(NOISE), text[start:end] * 2, source.choice(PLAIN + QUOTED + FLOW), ""))
        text = text[:start] + piece + text[end:]
    return text


def _mapping(source: random.Random, indent: int, depth: int, oddity: float, first: str = "") -> Iterator[str]:
    good = KEYS[:7]
    keys = source.sample(good, source.randint(1, 4))
    for key in keys:
        if source.random() < oddity:
            key = source.choice(KEYS)
        yield f"{first or _pad(source, indent, oddity)}{key}:"
        first = ""
        yield from _value(source, indent, depth, oddity)
        yield from _between(source)


def _list(source: random.Random, indent: int, depth: int, oddity: float) -> Iterator[str]:
    for _ in range(source.randint(1, 3)):
        dash = "-" + " " * source.choice((1, 1, 1, 3))
        start = _pad(source, indent, oddity) + dash
        if source.random() < 0.15:
            inner = "- " * source.choice((1, 1, 1, 2))
            yield f"{start}{inner}{_scalar(source, oddity)}\n"
            for _ in range(source.randint(0, 2)):
                yield f"{' ' * (indent + len(dash))}- {_scalar(source, oddity)}\n"
        elif depth and source.random() < 0.4:
            yield from _mapping(source, indent + len(dash), depth - 1, oddity, start)
        else:
            yield f"{start}{_scalar(source, oddity)}\n"


def _value(source: random.Random, indent: int, depth: int, oddity: float) -> Iterator[str]:
    choice = source.random()
    if depth and choice < 0.25:
        yield "\n"
        yield from _mapping(source, indent + source.choice((1, 2, 4)), depth - 1, oddity)
    elif depth and choice < 0.45:
        yield "\n"
        yield from _list(source, indent + source.choice((0, 2)), depth - 1, oddity)
    elif choice < 0.6:
        yield from _block(source, indent, oddity)
    elif choice < 0.7:
        yield from _running(source, indent, oddity)
    elif choice < 0.75:
        yield from _bracketed(source, indent, oddity)
    elif choice < 0.8:
        yield source.choice(("\n", " \n", "  # nothing\n"))
    else:
        yield f" {_scalar(source, oddity)}{source.choice(('', '', '', ' ', ' # c'))}\n"


def _block(source: random.Random, indent: int, oddity: float) -> Iterator[str]:
    odd = source.random() < oddity
    yield f" {source.choice(BLOCKS if odd else BLOCKS[:4])}\n"
    pad = indent + source.choice((1, 2, 4))
    for _ in range(source.randint(1, 4)):
        extra = source.choice((0, 0, 1)) if odd else 0
        yield f"{' ' * (pad + extra)}{source.choice(('text of a line', 'a: b', '- c', '# d', 'e  f', 'g ', '[h'))}\n"
        if source.random() < 0.2:
            yield source.choice(("\n", "\n\n", " " * pad + "\n" if odd else "\n"))


def _running(source: random.Random, indent: int, oddity: float) -> Iterator[str]:
    """Text, plain or in quotes, that goes on in the next lines or begins there."""
    quote = source.choice(("", "", "'", '"'))
    start = source.choice((" ", " ", " ", f"\n{' ' * (indent + 2)}"))
    yield f"{start}{quote}{source.choice(('some', 'a b', '1', 'true') + (('', ' x', '- x') if oddity else ()))}"
    for _ in range(source.randint(0, 3)):
        pad = indent + source.choice((1, 2, 4)) - (source.random() < oddity)
        lines = RUNNING if source.random() < oddity * 4 else RUNNING[:3]
        yield f"{source.choice(('', '', ' '))}\n{' ' * max(pad, 0)}{source.choice(lines)}"
        if source.random() < 0.1:
            yield source.choice(("\n", "\n\n", "\n   ", "\n# c" if oddity else "\n"))
    closing = "" if source.random() < oddity else quote
    yield f"{source.choice(('', '', ' ') if oddity else ('',))}{closing}{source.choice(('', '', ' ', ' # c'))}\n"


def _bracketed(source: random.Random, indent: int, oddity: float) -> Iterator[str]:
    """A list or mapping in brackets that are closed in a later line."""
    opening, closing = source.choice(("[]", "{}", "[]"))
    if opening == "{":
        parts = ["a: 1", 'b: "x"', "c: d e"]
    else:
        parts = source.choice((["[0, 1]", "[1, 2]", "[0.5]"], ["x", "1"]))
    yield f" {opening}"
    for index, part in enumerate(parts):
        chosen = source.choice(FLOW + QUOTED + PLAIN) if source.random() < oddity else part
        gap = source.choice(("", "", f"\n{' ' * (indent + source.choice((0, 2, 2)))}", " "))
        yield f"{gap}{chosen}{'' if index + 1 == len(parts) else ','}"
    yield f"{source.choice(('', f'{chr(10)}{chr(32) * indent}', ' '))}{closing}\n"


def _scalar(source: random.Random, oddity: float) -> str:
    group = source.choice((PLAIN, QUOTED, FLOW))
    return source.choice(group) if source.random() < oddity else source.choice(group[:4])


def _pad(source: random.Random, indent: int, oddity: float) -> str:
    shift = source.choice((-1, 1, 2)) if source.random() < oddity / 2 else 0
    return " " * max(0, indent + shift)


def _between(source: random.Random) -> Iterator[str]:
    if source.random() < 0.1:
        yield source.choice(("\n", "# comment\n", "   # comment\n", "   \n"))

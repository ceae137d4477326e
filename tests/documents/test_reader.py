"""The strict front door: what it lets in, what it refuses, and where it says so."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mlgov.documents import LIMITS, Limits, load

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
)
MERGE_BOMB = "a0: &a0 {k: v}\n" + "".join(
    f"a{i}: &a{i} {{<<: [{','.join([f'*a{i - 1}'] * 9)}], k{i}: v}}\n" for i in range(1, 8)
)

REFUSED = {
    "alias bomb": (BOMB, "MLG-D005", (1, 4)),
    "merge-key bomb": (MERGE_BOMB, "MLG-D005", (1, 5)),
    "self reference": ("a: &a [*a]", "MLG-D005", (1, 4)),
    "anchor on a key": ("&k a: 1", "MLG-D005", (1, 1)),
    "merge key": ("b:\n  <<: {c: 1}", "MLG-D005", (2, 3)),
    "quoted merge key": ('b:\n  "<<": {c: 1}', "MLG-D005", (2, 3)),
    "deep flow": ("a: " + "[" * 100_000, "MLG-D004", (1, 19)),
    "deep block": ("\n".join("  " * i + "a:" for i in range(20)), "MLG-D004", (17, 33)),
    "duplicate key": ("status: draft\nstatus: approved", "MLG-D006", (2, 1)),
    "duplicate key, quoted": ("status: draft\n'status': approved", "MLG-D006", (2, 1)),
    "duplicate key, NFC and NFD": ("caf\u00e9: 1\ncafe\u0301: 2", "MLG-D006", (2, 1)),
    "duplicate key, deep": ("a:\n  - b: 1\n    b: 2", "MLG-D006", (3, 5)),
    "second document": ("a: 1\n---\nb: 2", "MLG-D007", (2, 1)),
    "YAML 1.1 directive": ("%YAML 1.1\n---\na: no", "MLG-D007", (1, 1)),
    "tag directive": ("%TAG ! tag:x,2000:\n---\na: 1", "MLG-D007", (1, 1)),
    "python tag": ("a: !!python/object/apply:os.system ['id']", "MLG-D007", (1, 4)),
    "string tag": ("a: !!str 1", "MLG-D007", (1, 4)),
    "local tag": ("a: !mine 1", "MLG-D007", (1, 4)),
    "non-specific tag": ("a: ! 1", "MLG-D007", (1, 4)),
    "integer key": ("1: a", "MLG-D008", (1, 1)),
    "boolean key": ("true: a", "MLG-D008", (1, 1)),
    "null key": ("? \n: a", "MLG-D008", (1, 2)),
    "list key": ("? [a]\n: b", "MLG-D008", (1, 3)),
    "mapping key": ("? {a: b}\n: c", "MLG-D008", (1, 3)),
    "infinity": ("a: .inf", "MLG-D009", (1, 4)),
    "negative infinity": ("a: -.INF", "MLG-D009", (1, 4)),
    "not a number": ("a: .NaN", "MLG-D009", (1, 4)),
    "float too large": ("a: 1e999", "MLG-D009", (1, 4)),
    "integer too large": ("a: 9007199254740993", "MLG-D009", (1, 4)),
    "5,000 digits": ("a: " + "9" * 5000, "MLG-D009", (1, 4)),
    "octal of old": ("a: 017", "MLG-D009", (1, 4)),
    "NUL": ("a: x\0y", "MLG-D003", (1, 5)),
    "escaped NUL": ('a: "x\\0y"', "MLG-D003", (1, 4)),
    "NEL": ("a: x\u0085b: y", "MLG-D003", (1, 5)),
    "line separator": ("a: x\u2028y", "MLG-D003", (1, 5)),
    "bidi override": ("# \u202eevil\na: 1", "MLG-D003", (1, 3)),
    "escaped bidi": ('a: "\\u202e"', "MLG-D003", (1, 4)),
    "zero width": ("ad\u200bmin: 1", "MLG-D003", (1, 3)),
    "tag character": ("a: x\U000e0041", "MLG-D003", (1, 5)),
    "inner BOM": ("a: x\ufeff", "MLG-D003", (1, 5)),
    "lone carriage return": ("a: 1\rb: 2", "MLG-D003", (1, 5)),
    "tab as indentation": ("a:\n\tb: 1", "MLG-D001", (2, 1)),
    "open bracket": ("a: [1,", "MLG-D001", (2, 1)),
    "list on top": ("- a", "MLG-D010", (1, 1)),
    "text on top": ("hello", "MLG-D010", (1, 1)),
    "nothing": ("", "MLG-D010", (1, 1)),
    "only a comment": ("# nothing here\n", "MLG-D010", (1, 1)),
}


NEEDED_JOINERS = {
    "Persian": "می\u200cخواهم",
    "Persian, after a vowel sign": "خانهِ\u200cما",
    "Syriac": "\u0712\u200c\u0713",
    "N'Ko": "\u07ca\u200c\u07cb",
    "Hindi, half form": "क्\u200dष",
    "Hindi, visible virama": "क्\u200cष",
    "Malayalam, at the end of the word": "ന്\u200d",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "scientist": "\U0001f469\U0001f3fd\u200d\U0001f52c",
    "rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "health worker": "\U0001f9d1\u200d\u2695\ufe0f",
}.values()

NEEDLESS_JOINERS = {
    "Latin, non-joiner": "ad\u200cmin",
    "Latin, joiner": "ad\u200dmin",
    "digits": "1\u200c0",
    "at the start": "\u200cم",
    "at the end": "می\u200c",
    "before a blank": "می\u200c خواهم",
    "twice": "می\u200c\u200cخواهم",
    "two scripts": "م\u200cx",
    "letters that do not join": "中\u200c中",
    "joiner between letters": "می\u200dخواهم",
    "Indic without virama": "क\u200dष",
    "emoji and letter": "\U0001f469\u200da",
    "letter and emoji": "a\u200d\U0001f52c",
    "emoji, non-joiner": "\U0001f469\u200c\U0001f52c",
    "emoji, twice": "\U0001f469\u200d\u200d\U0001f52c",
    "emoji alone": "\U0001f469\u200d",
    "sign of two halves": "\ufe0f\u200d\U0001f52c",
}.values()


@pytest.mark.parametrize("case", REFUSED)
def test_refused_text(case: str) -> None:
    """Each hostile text ends in one finding with its own rule and place, quickly."""
    text, code, place = REFUSED[case]
    started = time.process_time()
    document, findings = load(text.encode(), "cards/x.yaml")
    assert document is None
    assert [(f.rule.code, (f.location.line, f.location.column)) for f in findings] == [(code, place)]
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbfa: 1", "a: 1".encode("utf-16"), "a: 1".encode("utf-16-be"), b"a: \xff", b"a: \xc0\x80"],
    ids=["BOM", "UTF-16", "UTF-16 without BOM", "invalid byte", "overlong NUL"],
)
def test_refused_bytes(data: bytes) -> None:
    """Anything but plain UTF-8 is refused."""
    document, findings = load(data, "x")
    assert document is None
    assert findings[0].rule.code in {"MLG-D002", "MLG-D003"}


@pytest.mark.parametrize("code_point", [*range(0x20), *range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010), 0x2066, 0xFEFF])
def test_hidden_characters_are_refused_raw_and_escaped(code_point: int) -> None:
    """Every control, bidirectional and zero-width character is refused in both spellings."""
    if chr(code_point) in "\t\n":
        return
    raw, escaped = f"a: 'x{chr(code_point)}y'", f'a: "x\\u{code_point:04x}y"'
    assert load(raw.encode(), "x")[1][0].rule.code == "MLG-D003"
    assert load(escaped.encode(), "x")[1][0].rule.code == "MLG-D003"


@pytest.mark.parametrize("text", NEEDED_JOINERS)
def test_joiners_that_a_script_or_an_emoji_needs_are_read(text: str) -> None:
    """Persian, Indic scripts and emoji keep their joiners: plain, escaped and in a comment."""
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)
    for written in (f"a: {text}  # {text}\n", f'a: "{escaped}"\n', f'"a": >-\n  {text}\n'):
        document, findings = load(written.encode(), "cards/x.yaml")
        assert not findings
        assert document is not None
        assert document.value == {"a": text}
        assert document.location(("a",)).line == 1


@pytest.mark.parametrize("text", NEEDLESS_JOINERS)
def test_joiners_that_only_hide_a_difference_are_refused(text: str) -> None:
    """Between Latin letters, at an end, twice or beside a single emoji, a joiner is refused."""
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)
    for written in (f"a: 'x {text} y'", f'a: "{escaped}"'):
        assert load(written.encode(), "x")[1][0].rule.code == "MLG-D003"


@pytest.mark.parametrize("text", NEEDED_JOINERS)
def test_a_key_takes_no_joiner(text: str) -> None:
    """Two keys must never look alike, so a key takes not even the joiners that its script knows."""
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)
    for written in (f"{text}: 1", f'"{escaped}": 1', f"a: {{{text}: 1}}", f"- {text}: 1"):
        assert load(written.encode(), "x")[1][0].rule.code == "MLG-D003"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("NO", "NO"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("1:30", "1:30"),
        ("2026-02-30", "2026-02-30"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("0x1F", 31),
        ("0o17", 15),
        ("-0", 0),
        ("+12", 12),
        ("9007199254740991", 2**53 - 1),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5E-3", -0.0015),
        ("1.2.3", "1.2.3"),
        ("+", "+"),
        (".", "."),
        ("e3", "e3"),
        ("=", "="),
        ("'12'", "12"),
        ('"null"', "null"),
        ("|-\n  12", "12"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    """Plain scalars are YAML 1.2 core; quoted and block scalars are text."""
    document, findings = load(f"a: {written}\n".encode(), "x")
    assert findings == []
    assert document is not None
    assert document.value["a"] == value
    assert type(document.value["a"]) is type(value)


@pytest.mark.parametrize(
    ("limits", "text", "fits"),
    [
        (Limits(file_bytes=4), "a: 1", True),
        (Limits(file_bytes=3), "a: 1", False),
        (Limits(depth=2), "a: {}", True),
        (Limits(depth=2), "a: {b: {}}", False),
        (Limits(nodes=3), "a: 1", True),
        (Limits(nodes=3), "a: 1\nb: 2", False),
        (Limits(scalar_bytes=8), "a: '12345678'", True),
        (Limits(scalar_bytes=8), "a: '123456789'", False),
        (Limits(scalar_bytes=8), "a: '\u00e9\u00e9\u00e9\u00e9\u00e9'", False),
        (Limits(integer=10), "a: -10", True),
        (Limits(integer=10), "a: -11", False),
    ],
)
def test_limits(limits: Limits, text: str, *, fits: bool) -> None:
    """A limit lets n pass and refuses n + 1."""
    assert (load(text.encode(), "x", limits)[0] is not None) == fits


def test_the_default_limits_are_the_documented_ones() -> None:
    """256 KiB, 16 levels, 20,000 nodes, 64 KiB a scalar, 2^53 - 1."""
    assert Limits(256 * 1024, 16, 20_000, 64 * 1024, 2**53 - 1) == LIMITS
    assert load(b"a: '" + b"x" * LIMITS.file_bytes, "x")[1][0].rule.code == "MLG-D004"


TEXT = """\
# a card
kind: ModelCard
spec:
  list: [1, {deep: x}]
  block: |
    two
    lines
"""


@pytest.mark.parametrize(
    ("pointer", "of_key", "place"),
    [
        (("kind",), False, (2, 7)),
        (("kind",), True, (2, 1)),
        (("spec", "list", 1, "deep"), False, (4, 20)),
        (("spec", "list", 1, "deep"), True, (4, 14)),
        (("spec", "block"), False, (5, 10)),
        (("spec", "missing"), False, (3, 1)),
        (("spec", "list", 7), False, (4, 3)),
        (("metadata", "name"), False, (1, 1)),
        ((), False, (2, 1)),
    ],
)
def test_positions(pointer: tuple[str | int, ...], place: tuple[int, int], *, of_key: bool) -> None:
    """Every key and value has its place; what is missing is at its parent's key."""
    document, _ = load(TEXT.encode(), "cards/x.yaml")
    assert document is not None
    location = document.location(pointer, of_key=of_key)
    assert (location.line, location.column) == place


def test_windows_line_ends_read_like_unix_ones() -> None:
    """CRLF changes neither values nor places."""
    unix, windows = load(TEXT.encode(), "x")[0], load(TEXT.replace("\n", "\r\n").encode(), "x")[0]
    assert unix is not None
    assert windows is not None
    assert unix.value == windows.value
    assert unix.location(("spec", "block")) == windows.location(("spec", "block"))


ALPHABET = st.sampled_from([*"ab01.:-+eExo#&*!|>%@`{}[],?'\"\\~ \n", "true", "null", ": ", "- ", "  "])


@given(st.lists(ALPHABET, max_size=40).map("".join))
@settings(max_examples=1500, deadline=None)
def test_what_we_accept_a_second_reader_reads_alike(text: str) -> None:
    """Whatever passes the front door means the same to ruamel.yaml, an independent YAML 1.2 reader."""
    document, findings = load(text.encode(), "x")
    assert (document is None) == bool(findings)
    if document is not None:
        assert _plain(YAML(typ="safe", pure=True).load(text)) == document.value


def _plain(value: object) -> object:
    """Ruamel reads dates and underscored numbers that YAML 1.2 core does not know; none is in the alphabet."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    assert not isinstance(value, float) or math.isfinite(value)
    return value


@pytest.mark.slow
@given(st.binary(max_size=400), st.integers(0, 10_000))
@settings(max_examples=20_000, deadline=None)
def test_no_bytes_crash_the_front_door(noise: bytes, seed: int) -> None:
    """Random bytes spliced into a document end in a document or in findings, never in an exception."""
    at = seed % len(TEXT)
    document, findings = load(TEXT[:at].encode() + noise + TEXT[at:].encode(), "x")
    assert (document is None) == bool(findings)


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("owners:\n  - @team\n", (2, 5), "in quotes"),
        ("a: b: c\n", (1, 5), "colon and a space in quotes"),
        ("a: 'x\nb: 1\nc: 2\n", (1, 4), "Close the quote"),
        ("a: 1\nbcd\ne: 1\n", (2, 1), "Add the colon"),
        ("a:\n - x\n b: 1\n", (3, 2), "Begin the item"),
    ],
)
def test_syntax_errors_say_what_to_do_where_they_begin(text: str, place: tuple[int, int], advice: str) -> None:
    """The usual typing mistakes are found where they were made."""
    (finding,) = load(text.encode(), "x")[1]
    assert ((finding.location.line, finding.location.column), finding.rule.code) == (place, "MLG-D001")
    assert advice in finding.fix

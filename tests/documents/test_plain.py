"""The quick reader: it reads what the reader of record reads, or gives up."""

import io
import random
from pathlib import Path

import pytest
import yaml
from ruamel.yaml import YAML

from benchmarks.check_documents import card
from mlgov.documents import plain
from mlgov.documents.front_door import RefusedError, decode
from mlgov.documents.reader import load_exactly
from tests.documents.test_reader import REFUSED
from tests.documents.yaml_texts import documents, mutated

PLAIN = """\
# a card
apiVersion: mlgov/v1
metadata:   # who
  owners: ["@team", 'other', b]
  labels: {domain: health, level: "1"}
spec:
  empty:
  none: ~
  on: no
  small: -0.5
  list:
  - a
  - 1e3
  - name: x
    points:
      - [0, 1.5]
    deep: [[0, 0.1], [1, -2]]
  literal: |
    two

      lines
  folded: >-
    one
    line

    and another
  text: a:b #c d#e  # a comment
"""


def exactly(text: str) -> object:
    """What the reader of record says; the code of its rule when it refuses."""
    try:
        return load_exactly(text.encode(), "x").value
    except RefusedError as refused:
        return refused.rule.code


def agrees(text: str) -> bool:
    """Whether the quick reader read the text; fails when it read it differently."""
    try:
        decoded = decode(text.encode("utf-8", "surrogatepass"))
    except RefusedError:
        return False
    value = plain.read(decoded)
    if value is None:
        return False
    expected = exactly(text)
    assert expected == value
    assert repr(expected) == repr(value)  # and in the same order, with the same types
    return True


@pytest.mark.parametrize("text", [PLAIN, card(7), "---\n" + card(8), PLAIN.replace("\n", "\r\n"), "é: 1\na: é\n"[5:]])
def test_everyday_documents_are_read_the_quick_way(text: str) -> None:
    """What people write is read quickly, and alike."""
    assert agrees(text)


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_documents_are_left_to_the_reader_of_record(case: str) -> None:
    """Whatever the front door refuses, the quick reader does not read, at the end of a document or alone."""
    text = REFUSED[case][0]
    assert not agrees(text)
    assert not agrees(text + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c\n",
        "a: b:\n",
        "a: b\n  c\n",
        "a: b\n  c: d\n",
        "a: b\n  - c\n",
        "a:\n    b: 1\n  c: 2\n",
        "a:\n- b\nc: 1\n - d\n",
        "a: |\n text\n  more\nb: >\n  x\n   y\n",
        "a: |\n  text\n # less\nb: 1\n",
        "a: |\n\n  text\n",
        "a: |\nb: 1\n",
        "- name: |\n  text\n",
        "a: 'it''s'\n",
        'a: "x" y\n',
        "a: [1, 2\n",
        "a: [b #c,\n  d]\n",
        "a: [b, c # d\n  e]\n",
        "a: [1,, 2]\n",
        'a: ["x, y", "z"]\n',
        "a: {b: 1, b: 2}\n",
        "a: {b}\n",
        "a: [[1], 2]\n",
        "a: [[[1]]]\n",
        "a: {true: 1}\n",
        "null: 1\n",
        "a:\tb\n",
        "a: -\n",
        "a: - b\n",
        "a: ? b\n",
        "a: http://x:\n",
        "...\n",
        "a: 1\n...\n",
        "a: 1\n--- \nb: 2\n",
        "a: 1",
        "  a: 1\nb: 2\n",
        "a: 0x1F\nb: 017\n",
        "a: [1e400]\n",
        "a: [017]\n",
        "-\n",
        "a:\n  -\n",
        "a:\n  - - b\n",
        "a: @b\n",
        "a: `b\n",
        "a: %b\n",
        "a: b\n\n\nc: d   \ne:   \n",
    ],
)
def test_odd_documents(text: str) -> None:
    """What is odd is read alike, or left to the reader of record."""
    agrees(text)


def test_more_nodes_than_allowed_are_left_to_the_reader_of_record() -> None:
    """The quick reader never lets a document through that is too large."""
    assert not agrees("a:\n" + "- [" + ", ".join("1" * 9_999) + "]\n" + "- 1\n" * 2)
    assert not agrees("a:\n" + "- [" + ", ".join(["1"] * 20_000) + "]\n")
    assert not agrees("".join(f"{' ' * i}a:\n" for i in range(17)) + " " * 17 + "b: 1\n")
    assert not agrees("a: " + "x" * 65_600 + "\n")


def test_a_document_does_not_share_its_values_with_the_next() -> None:
    """Lines are kept for later documents; the lists and mappings that came of them are not."""
    text = "a: [1, 2]\nb: {c: d}\nd: [[1, 2], [3, 4]]\n"
    for _ in range(4):
        value = plain.read(text)
        assert value == {"a": [1, 2], "b": {"c": "d"}, "d": [[1, 2], [3, 4]]}
        value["a"].append(3)
        value["b"]["x"] = 1
        value["d"][0].append(1)


WRITTEN_OVER_LINES = """\
plain: It begins here
  and goes on, (as (people) do)

  after a blank line.
below:
  It begins below its key
  and "goes" on
number:
  12
single: 'It''s quoted: yes,
  and goes on'
double: "over
  lines"  # a comment
escaped: "a \\"word\\" \\u00e9\\n"
quoted_lines: 'one: two

  three

  '
wrapped: "caf\\xE9 is \\
  \\ wrapped\\
  \\ here \\u2019 \\\\ "
items:
- one
  item
- - 0.5
  - 1
- - 2
  - x
wide: [a, b,
  c]
rows: [
  [0, 1],
  [2, 3]
]
mapping: { a: 1, b: "x" }
tight: [1,2,3]
last: no newline"""


def test_values_over_several_lines_are_read_the_quick_way() -> None:
    """Running text, quotes and brackets that end in a later line are everyday YAML too."""
    assert agrees(WRITTEN_OVER_LINES)


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[2].glob("cards/*.yaml")), ids=lambda path: path.stem)
def test_real_cards_are_read_the_quick_way(path: Path) -> None:
    """The cards of this repository are read quickly, as they are and as other programs would write them."""
    text = path.read_text(encoding="utf-8")
    value = exactly(text)
    assert agrees(text)
    assert agrees(yaml.safe_dump(value, sort_keys=False, allow_unicode=True))
    assert agrees(yaml.safe_dump(value))
    assert agrees(yaml.safe_dump(value, width=60, allow_unicode=True, indent=4))
    out = io.StringIO()
    YAML(typ="rt").dump(value, out)
    assert agrees(out.getvalue())


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[1].glob("examples/*/*/**/*.yaml")), ids=str)
def test_examples_are_read_alike(path: Path) -> None:
    """Every example of the rules, good or bad, is read alike or left to the reader of record."""
    data = path.read_bytes()
    if b"\r" not in data:
        agrees(data.decode("utf-8", "replace"))


@pytest.mark.parametrize("seed", range(40))
def test_both_readers_agree(seed: int) -> None:
    """Generated documents and mutations of good ones: both readers say the same, whatever was read before."""
    held_against_each_other(seed, 75)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_both_readers_agree_on_many(seed: int) -> None:
    """The same on 120,000 documents."""
    held_against_each_other(seed, 600)


def held_against_each_other(seed: int, count: int) -> None:
    """Hold ``count`` generated and ``count`` mutated documents against the reader of record."""
    random_ = random.Random(seed)  # noqa: S311 - not for secrets
    read = [agrees(text) for text in documents(random_, count)]
    assert sum(read) > count // 4  # else the test would prove nothing
    seeds = [PLAIN, card(seed), *(text for text, _, _ in REFUSED.values() if len(text) < 500)]
    quick = [agrees(mutated(random_, random_.choice(seeds[:2] * 10 + seeds))) for _ in range(count)]
    assert any(quick)

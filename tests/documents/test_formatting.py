"""Canonical formatting: one form for one document, and nothing said is lost."""

from collections import Counter

import pytest
from hypothesis import assume, given, settings

from mlgov.documents import load
from mlgov.documents.formatting import canonical, render, same
from mlgov.documents.source import parse
from mlgov.errors import UsageError
from tests.documents.wild import documents


@settings(max_examples=150, deadline=None)
@given(documents())
def test_formatting_keeps_value_and_comments_and_is_idempotent(data: bytes) -> None:
    """Whatever people write, formatting changes neither value nor comments, and formatting again changes nothing."""
    before, _ = load(data, "x")
    assume(before is not None)
    assert before is not None
    once = canonical(data, "x")
    after, findings = load(once, "x")
    assert after is not None, findings
    assert same(after.value, before.value)
    comments = [Counter(c.text for c in parse(each.decode()).comments) for each in (data, once)]
    assert comments[0] == comments[1]
    assert canonical(once, "x") == once


UNTIDY = b"""\
# about the file
kind:   ModelCard   # which kind
apiVersion: 'mlgov/v1'
spec:
    zeta: [ 1,  2.50 ]

    # above text


    text: "%s"
    words: [a, "no", '2026-01-31']   # some words
    limits: {warn: 0.10, violate: 0.2}
    empty:
    off: False
    items:
    -  # behind the dash
       # above name
       notes: n
       name: "x"
    # below the items
    lines: "one\\ntwo\\n"
"""
TIDY = b"""\
# modeline
# about the file
apiVersion: mlgov/v1
kind: ModelCard # which kind
spec:
  items:
    # behind the dash
    # above name
    - notes: n
      name: x
  zeta: [1, 2.50]

  # above text

  text: >-
    %s
    %s
  words: # some words
    - a
    - "no"
    - 2026-01-31
  limits: {warn: 0.10, violate: 0.2}
  empty:
  "off": false
  # below the items
  lines: |
    one
    two
"""
ORDER = {(): ("apiVersion", "kind", "spec"), ("spec",): ("items", "zeta")}


def test_the_canonical_form() -> None:
    """Keys in order, one indentation, quotes where needed, long text folded, comments with their keys."""
    long, first, rest = " ".join(["word"] * 40), " ".join(["word"] * 23), " ".join(["word"] * 17)
    formatted = canonical(
        UNTIDY % long.encode(), "x", order=lambda pointer: ORDER.get(pointer, ()), modeline="# modeline"
    )
    assert formatted == TIDY % (first.encode(), rest.encode())


def test_line_breaks_inside_block_text_are_the_authors() -> None:
    """Who breaks lines by sentence keeps them; only the indentation changes."""
    assert canonical(b"a: >-\n     One.\n     Two.\n", "x") == b"a: >-\n  One.\n  Two.\n"


def test_a_modeline_that_is_there_stays_the_only_one() -> None:
    """It moves to the top, and no second one is added."""
    text = b"# first\n# yaml-language-server: $schema=x\na: 1\n"
    assert canonical(text, "x", modeline="# other") == b"# yaml-language-server: $schema=x\n# first\na: 1\n"


def test_carriage_returns_go() -> None:
    """Lines end as git ends them."""
    assert canonical(b"a: 1\r\nb: |\r\n  x\r\n", "x") == b"a: 1\nb: |\n  x\n"


def test_what_yaml_1_1_reads_as_something_else_gets_quotes() -> None:
    """Other tools read no, 1_000 and 12:30 as a truth value and numbers; dates are left as everybody writes them."""
    text = b"a: no\nb: 1_000\nc: 12:30\nd: 2026-12-31\ne: 1e-3\nf: '1e-3'\n"
    assert canonical(text, "x") == b'a: "no"\nb: "1_000"\nc: "12:30"\nd: 2026-12-31\ne: 1e-3\nf: "1e-3"\n'


def test_what_the_front_door_refuses_is_not_formatted() -> None:
    """A broken file is left to its author."""
    with pytest.raises(UsageError, match="x:2:1"):
        canonical(b"a: 1\na: 2\n", "x")


def test_values_are_written_in_canonical_form() -> None:
    """A new document reads as the value it was made of."""
    value = {"b": [{"name": "x", "points": [[0, 1], [0.5, 2]]}], "a": "no", "t": "one\n\n two\n"}
    assert render(value, order=lambda pointer: () if pointer else ("a",)) == (
        b'a: "no"\nb:\n  - name: x\n    points:\n      - [0, 1]\n      - [0.5, 2]\nt: |\n  one\n\n   two\n'
    )


def test_a_blank_line_below_block_text_stays_out_of_it() -> None:
    """Text that ends with blank lines keeps exactly those, also when its author left a blank line below."""
    data = b'a:\n  - ["x", "y\\n\\n"]\n\n  - z\nb: 1\n'
    once = canonical(data, "x")
    after, _ = load(once, "x")
    assert after is not None
    assert after.value == {"a": [["x", "y\n\n"], "z"], "b": 1}
    assert canonical(once, "x") == once

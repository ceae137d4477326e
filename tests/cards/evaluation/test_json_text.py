"""Reports that want to break their reader."""

import json

import pytest

from mlgov.cards.evaluation import FORMATS, MAX_BYTES, read_report
from mlgov.cards.evaluation.json_text import MAX_DEPTH, read_json
from mlgov.errors import ImportFormatError
from tests.cards.evaluation.reading import read, values

HOSTILE = {
    "no bytes": b"",
    "no JSON": b"{'a': 1}",
    "not UTF-8": b'{"a": "\xff"}',
    "a list": b"[1]",
    "a number": b"1",
    "a key twice": b'{"a": 1, "b": {"x": 1, "x": 2}}',
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a float without end": b'{"a": 1e999}',
    "a whole number without end": b'{"a": ' + b"9" * 5000 + b"}",
    "too deep for us": b'{"a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
    "too deep for Python": b'{"a": ' * 200_000 + b"1" + b"}" * 200_000,
    "never closed": b"[" * 200_000,
    "too large": b'{"a": "' + b"x" * MAX_BYTES + b'"}',
    "more after the end": b"{} {}",
}


@pytest.mark.parametrize("format_name", ["auto", *FORMATS])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_with_the_file_and_what_to_do(name: str, format_name: str) -> None:
    """One kind of error, whatever is wrong and whatever the format."""
    with pytest.raises(ImportFormatError) as caught:
        read_report(HOSTILE[name], "odd/report.json", format_name)
    assert caught.value.message.startswith("odd/report.json")
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize("format_name", ["auto", *FORMATS])
@pytest.mark.parametrize("value", [{}, {"a": {}}, {"a": [[]]}, {"a": None}, {"metrics": {}}, {"facets": {"a": 1}}])
def test_json_of_nothing_known_is_refused(value: object, format_name: str) -> None:
    """There is no evaluation without a value."""
    with pytest.raises(ImportFormatError):
        read(value, format_name)


def test_words_alone_are_no_report() -> None:
    """Any settings file would be one."""
    with pytest.raises(ImportFormatError, match="in no format that is known"):
        read({"version": "1.0", "name": "x"})


def test_the_place_of_broken_json_is_named() -> None:
    """Line and column."""
    with pytest.raises(ImportFormatError, match=r"^r\.json:2:7: is not JSON"):
        read_json(b'{"a": 1,\n "b": }', "r.json")


@pytest.mark.parametrize("name", ["a\u202eb", "a\u200bb", "a\x00b", "\ud800"])
def test_names_with_characters_that_nobody_sees_are_refused(name: str) -> None:
    """A card could not hold them, and a reviewer could not see them."""
    with pytest.raises(ImportFormatError, match="hidden character"):
        read({name: 0.5})
    with pytest.raises(ImportFormatError, match="hidden character"):
        read({"word": name, "number": 1})


def test_large_whole_numbers_become_floats() -> None:
    """As every other JSON reader has them; the card takes no whole number beyond 2^53 - 1."""
    found = values(read(b'{"a": 9007199254740991, "b": 9007199254740993, "c": 123456789012345678901}'), "metrics")
    assert found == {"a": 2**53 - 1, "b": 9007199254740992.0, "c": 1.2345678901234568e20}
    assert [type(value) for value in found.values()] == [int, float, float]


def test_many_equal_names_cost_no_more_than_they_should() -> None:
    """Each gets a name of its own, in one pass."""
    metrics = [{"key": "m", "value": 1}] * 20_000
    report = read(json.dumps({"metrics": metrics}).encode())
    assert len(values(report, "metrics")) == 20_000

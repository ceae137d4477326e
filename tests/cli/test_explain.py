"""``mlgov explain``."""

import json

import pytest

from mlgov.cli.main import exit_code_of
from mlgov.rulebook import ALL_RULES


@pytest.mark.parametrize("asked", ["MLG-S003", "mlg-s003", "unknown-key"])
def test_a_rule_is_found_by_code_or_name(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the case, the rule says what it wants, why, and what to do."""
    assert exit_code_of(["explain", asked]) == 0
    out = capsys.readouterr().out
    assert out.startswith("MLG-S003 unknown-key (error)\n")
    assert "typing mistake" in out
    assert "What to do: Correct or remove the key." in out


def test_json_has_every_part_of_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the rule as one object and nothing else on standard output."""
    assert exit_code_of(["explain", "MLG-S003", "--format", "json"]) == 0
    rule = json.loads(capsys.readouterr().out)
    assert set(rule) == {"code", "name", "severity", "summary", "explanation", "fix", "waivable", "docs_url"}
    assert rule["summary"] == ALL_RULES["MLG-S003"].summary


def test_an_unknown_rule_names_its_neighbour(capsys: pytest.CaptureFixture[str]) -> None:
    """A typing mistake is a usage error with a suggestion."""
    assert exit_code_of(["explain", "unknown-kye"]) == 2
    assert "Did you mean MLG-S003 (unknown-key)?" in capsys.readouterr().err


def test_an_absurd_rule_is_only_shown_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing near: no false suggestion, and no control character in the message."""
    assert exit_code_of(["explain", "\x1b[31mzzzzzzzz"]) == 2
    said = capsys.readouterr().err
    assert "Did you mean" not in said
    assert "\x1b" not in said


def test_the_list_has_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a rule, in order of code."""
    assert exit_code_of(["explain", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(ALL_RULES)


def test_the_list_comes_as_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The envelope names its version."""
    assert exit_code_of(["explain", "--list", "-f", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["format"] == "mlgov/rules/v1"
    assert [rule["code"] for rule in listed["rules"]] == sorted(ALL_RULES)


@pytest.mark.parametrize("arguments", [[], ["MLG-S003", "--list"]])
def test_either_a_rule_or_the_list(arguments: list[str]) -> None:
    """Nothing asked and both asked are usage errors."""
    assert exit_code_of(["explain", *arguments]) == 2

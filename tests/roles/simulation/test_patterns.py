"""Policy text taken apart: wildcards, variables, defaults and escapes."""

import pytest

from mlgov.roles.simulation.patterns import ANY, ONE, Variable, fill, parse

SAID = {"aws:username": ("ann",), "aws:principaltag/team": ("churn",), "aws:tagkeys": ("a", "b"), "x:star": ("*",)}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("home/${aws:username}/*", ("home/ann/", ANY)),
        ("${AWS:UserName}?", ("ann", ONE)),
        ("${aws:PrincipalTag/team}", ("churn",)),
        ("${aws:PrincipalTag/site, 'north'}", ("north",)),
        ("${aws:PrincipalTag/site,'a b/c'}", ("a b/c",)),
        ("${aws:PrincipalTag/site, ''}x", ("x",)),
        ("${aws:username, 'nobody'}", ("ann",)),
        ("${*}${?}${$}{aws}", ("*?${aws}",)),
        ("${x:star}", ("*",)),
        ("$aws:username}", ("$aws:username}",)),
    ],
)
def test_a_variable_has_its_value(text: str, filled: tuple[object, ...]) -> None:
    """Keys of either case, defaults, escapes; a value is literal even when it is a star."""
    assert fill(parse(text), SAID) == filled


@pytest.mark.parametrize(
    "text", ["${aws:PrincipalTag/site}", "${aws:TagKeys}", "${}", "${ }", "${a:b, c}", "${a:b${c:d}}"]
)
def test_a_variable_without_one_value_cannot_be_filled(text: str) -> None:
    """Absent, of several values, or no variable at all."""
    assert fill(parse(text), SAID) is None


def test_an_absent_key_with_a_default_of_several_values_is_not_filled() -> None:
    """The default is for keys that are absent, not for those that cannot be used."""
    assert fill(parse("${aws:TagKeys, 'x'}"), SAID) is None


def test_policies_of_2008_know_no_variables() -> None:
    """There the text is itself, wildcards in it included."""
    assert parse("${aws:username}*", variables=False) == ("${aws:username}", ANY)
    assert parse("${a*}", variables=False) == ("${a", ANY, "}")


def test_wildcards_may_be_plain_signs() -> None:
    """Where an operator compares letter for letter, a star is a star."""
    assert parse("a*?", wildcards=False) == ("a*?",)


def test_a_variable_keeps_its_key_and_default() -> None:
    """Keys are compared in small letters, defaults as they are written."""
    assert parse("${AWS:PrincipalTag/Team, 'Red'}") == (Variable("aws:principaltag/team", "Red"),)

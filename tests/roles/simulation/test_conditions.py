"""Every condition operator, qualifier and kind of absence."""

import pytest

from mlgov.errors import UsageError
from mlgov.roles.simulation import request
from mlgov.roles.simulation.conditions import OPERATORS, condition

NEGATED = sorted(name for name, (_, negated) in OPERATORS.items() if negated)
KEY = "aws:key"
ARN = "arn:aws:iam::111122223333:role/a"


def holds(operator: str, values: str | list[str], said: object = None, *, key: str = KEY) -> bool:
    """Test a condition on a request that says one thing, several (a list), or nothing (None)."""
    given = [values] if isinstance(values, str) else values
    context = {} if said is None else {KEY: said, "aws:username": "ann"}
    return condition(operator, key, given, variables=True).holds(request("a:b", "*", context).context)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("operator", "value", "yes", "no"),
    [
        ("StringEquals", "a", ["a"], ["A", "ab", ""]),
        ("StringEquals", "a*", ["a*"], ["ab"]),
        ("StringEquals", "${aws:username}", ["ann"], ["${aws:username}"]),
        ("StringEqualsIgnoreCase", "aB", ["Ab", "ab"], ["abc"]),
        ("StringEqualsIgnoreCase", "${aws:username}X", ["ANNx"], ["ann"]),
        ("StringLike", "a*c?", ["acd", "abbcc"], ["ac", "Acd"]),
        ("StringLike", "${*}", ["*"], ["a"]),
        ("NumericEquals", "10", ["10", "10.0", "+10"], ["11", "ten", "1e1", "", "NaN"]),
        ("NumericLessThan", "10.5", ["10.4", "-1"], ["10.5"]),
        ("NumericLessThanEquals", "10.5", ["10.5"], ["10.51"]),
        ("NumericGreaterThan", "3600", ["3601"], ["3600", "9007199254740993x"]),
        ("NumericGreaterThanEquals", "9007199254740993", ["9007199254740993"], ["9007199254740992"]),
        ("DateEquals", "2026-11-20T00:00:00Z", ["2026-11-20", "2026-11-20T01:00:00+01:00", "1795132800"], ["2026"]),
        ("DateLessThan", "2026-11-20", ["2026-11-19T23:59:59.999Z", "2026", "1795132799"], ["2026-11-20T00:00Z"]),
        ("DateLessThanEquals", "1795132800", ["2026-11-20"], ["2026-11-20T00:00:00.001Z"]),
        ("DateGreaterThan", "2026-02", ["2026-02-02"], ["2026-02-01", "soon", "2026-13-01", "2026-02-02 10:00"]),
        ("DateGreaterThanEquals", "2026", ["2026-01-01"], ["2025-12-31T23:59:59Z"]),
        ("Bool", "true", ["true", "TRUE"], ["false", "yes", "1"]),
        ("BinaryEquals", "QUJD", ["QUJD"], ["QUJE", "not base64"]),
        ("IpAddress", "203.0.113.0/24", ["203.0.113.7"], ["203.0.114.7", "2001:db8::1", "203.0.113"]),
        ("IpAddress", "203.0.113.7", ["203.0.113.7"], ["203.0.113.8"]),
        ("IpAddress", "2001:db8::/32", ["2001:db8::1", "2001:0DB8:0:0:0:0:0:1"], ["2001:db9::1", "203.0.113.7"]),
        ("IpAddress", "0.0.0.0/0", ["203.0.113.7"], ["2001:db8::1"]),
        ("ArnEquals", ARN, [ARN], [f"{ARN}b", "a"]),
        ("ArnEquals", "arn:aws:iam::*:role/?", [ARN], ["arn:aws:iam::1:role/ab", "arn:aws:iam::1:user/x:role/a"]),
        ("ArnLike", "arn:aws:iam::1*:role/*", [ARN, "arn:aws:iam::1:role/a/b:c"], ["arn:aws:iam::2:role/a"]),
        ("ArnLike", "*", [], [ARN]),
        ("ArnLike", "arn:aws:iam::111122223333:role/${aws:username}", ["arn:aws:iam::111122223333:role/ann"], [ARN]),
    ],
)
def test_an_operator_compares(operator: str, value: str, yes: list[str], no: list[str]) -> None:
    """What fits, and what does not."""
    assert [said for said in yes if not holds(operator, value, said)] == []
    assert [said for said in no if holds(operator, value, said)] == []


@pytest.mark.parametrize(
    ("operator", "value", "fits", "fits_not"),
    [
        ("StringNotEquals", "a", "a", "A"),
        ("StringNotEqualsIgnoreCase", "a", "A", "b"),
        ("StringNotLike", "a*", "ab", "ba"),
        ("NumericNotEquals", "1", "1.0", "2"),
        ("DateNotEquals", "2026", "2026-01-01", "2027"),
        ("NotIpAddress", "10.0.0.0/8", "10.1.1.1", "2001:db8::1"),
        ("ArnNotEquals", ARN, ARN, f"{ARN}b"),
        ("ArnNotLike", "arn:aws:iam::*:role/*", ARN, "arn:aws:iam::1:user/a"),
    ],
)
def test_a_negated_operator_holds_for_all_else(operator: str, value: str, fits: str, fits_not: str) -> None:
    """The opposite of the plain one."""
    assert not holds(operator, value, fits)
    assert holds(operator, value, fits_not)


def test_the_two_tables_name_every_negated_operator() -> None:
    """None was forgotten above."""
    assert len(NEGATED) == 8
    assert len(OPERATORS) == 26


def test_any_value_of_the_policy_is_enough() -> None:
    """Values are alternatives; for a negated operator none may fit."""
    assert holds("StringEquals", ["a", "b"], "b")
    assert not holds("StringNotEquals", ["a", "b"], "b")


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_an_absent_key_fails_unless_the_operator_is_negated(operator: str) -> None:
    """Plain operators want the key, negated ones do without it, IfExists always does."""
    assert holds(operator, "1") is (operator in NEGATED)
    assert holds(f"{operator}IfExists", "1")
    assert holds(f"ForAllValues:{operator}", "1")
    assert not holds(f"ForAnyValue:{operator}", "1")
    assert holds(f"ForAnyValue:{operator}IfExists", "1")


def test_an_empty_list_of_values_is_an_absent_key() -> None:
    """A key without values says nothing."""
    assert holds("Null", "true", [])
    assert not holds("StringEquals", "a", [])


@pytest.mark.parametrize(
    ("operator", "said", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAllValues:StringEquals", "a", True),
        ("ForAllValues:StringEquals", [""], True),
        ("ForAllValues:StringNotEquals", ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "d"], False),
        ("ForAnyValue:StringEquals", ["c", "a"], True),
        ("ForAnyValue:StringEquals", ["c", "d"], False),
        ("ForAnyValue:StringNotEquals", ["a", "c"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], False),
        ("StringEquals", ["a", "b"], False),
        ("StringNotEquals", ["c", "d"], False),
        ("StringEquals", ["a"], True),
    ],
)
def test_a_qualifier_says_how_many_values_must_fit(operator: str, said: str | list[str], expected: bool) -> None:
    """All, any, or, without a qualifier, the only one."""
    assert holds(operator, ["a", "b"], said) is expected


def test_null_asks_whether_a_key_is_there() -> None:
    """True: it is absent. False: it is there, with whatever value."""
    assert holds("Null", "true")
    assert not holds("Null", "false")
    assert holds("Null", "false", "")
    assert not holds("null", "TRUE", "x")


@pytest.mark.parametrize("operator", ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"])
def test_a_variable_without_a_value_fails_whatever_the_operator(operator: str) -> None:
    """A negated operator would otherwise hold for want of knowledge."""
    assert not holds(operator, "${aws:missing}", "a")
    assert not holds(f"ForAnyValue:{operator}", "${aws:missing}", "a")


@pytest.mark.parametrize("operator", ["NumericNotEquals", "DateNotEquals", "NotIpAddress"])
def test_what_cannot_be_compared_fails(operator: str) -> None:
    """A text is not unequal to a number, and a damaged value in the policy excuses nothing."""
    assert not holds(operator, "1", "?!")
    assert not holds(operator, "?!", "1")


def test_keys_and_operators_may_have_letters_of_either_case() -> None:
    """Key names do not depend on case, their values do."""
    assert holds("stringequals", "a", "a", key="AWS:Key")
    assert holds("FORALLVALUES:StringLikeIFEXISTS", "a", "a")


@pytest.mark.parametrize(
    "operator", ["StringMatches", "NullIfExists", "ForAllValues:Null", "ForSome:StringEquals", "", ":"]
)
def test_an_unknown_operator_is_refused(operator: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError, match="no condition operator"):
        holds(operator, "a")


def test_a_condition_writes_itself() -> None:
    """As answers show it."""
    assert str(condition("StringLike", "aws:A", ["x", "y"], variables=True)) == "StringLike aws:A x or y"

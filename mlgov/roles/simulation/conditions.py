"""The conditions of a statement: operators, set qualifiers, and what an absent key means.

* A key that the request does not have: a plain operator fails, a negated one (``…Not…``) holds, ``…IfExists`` holds,
  ``ForAllValues:`` holds, ``ForAnyValue:`` fails.
* ``ForAllValues:`` wants the operator to hold for every value of the request, ``ForAnyValue:`` for at least one. Under
  ``ForAllValues:``, a key with nothing but empty texts counts as absent.
* An operator without a qualifier compares one value. AWS does not say what it does with several; here it fails.
* What cannot be compared (a text that is no number, a variable without a value) fails, negated operators included:
  "any attempt to match it fails and causes the statement to be invalid".
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mlgov.errors import UsageError
from mlgov.roles.simulation import comparisons
from mlgov.roles.simulation.comparisons import Comparison, Maker
from mlgov.roles.simulation.patterns import Context

Test = Callable[[Context], bool]
Qualifier = Literal["", "ForAllValues", "ForAnyValue"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a statement, ready to be tested.

    Attributes:
        operator: The operator as the policy writes it, qualifier and all.
        key: The condition key as the policy writes it.
        values: The values of the policy, any of which will do.
        holds: Whether it holds for a request.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    holds: Test

    def __str__(self) -> str:
        return f"{self.operator} {self.key} {' or '.join(self.values)}"


#: Operator in small letters -> what it compares, and whether it is negated.
OPERATORS: Mapping[str, tuple[Maker, bool]] = {
    "stringequals": (comparisons.text, False),
    "stringnotequals": (comparisons.text, True),
    "stringequalsignorecase": (comparisons.text_ignoring_case, False),
    "stringnotequalsignorecase": (comparisons.text_ignoring_case, True),
    "stringlike": (comparisons.like, False),
    "stringnotlike": (comparisons.like, True),
    "numericequals": (comparisons.number(operator.eq), False),
    "numericnotequals": (comparisons.number(operator.eq), True),
    "numericlessthan": (comparisons.number(operator.lt), False),
    "numericlessthanequals": (comparisons.number(operator.le), False),
    "numericgreaterthan": (comparisons.number(operator.gt), False),
    "numericgreaterthanequals": (comparisons.number(operator.ge), False),
    "dateequals": (comparisons.date(operator.eq), False),
    "datenotequals": (comparisons.date(operator.eq), True),
    "datelessthan": (comparisons.date(operator.lt), False),
    "datelessthanequals": (comparisons.date(operator.le), False),
    "dategreaterthan": (comparisons.date(operator.gt), False),
    "dategreaterthanequals": (comparisons.date(operator.ge), False),
    "bool": (comparisons.boolean, False),
    "binaryequals": (comparisons.binary, False),
    "ipaddress": (comparisons.address, False),
    "notipaddress": (comparisons.address, True),
    "arnequals": (comparisons.arn, False),
    "arnlike": (comparisons.arn, False),
    "arnnotequals": (comparisons.arn, True),
    "arnnotlike": (comparisons.arn, True),
}
_QUALIFIERS: Mapping[str, Qualifier] = {"": "", "forallvalues": "ForAllValues", "foranyvalue": "ForAnyValue"}


def condition(written: str, key: str, values: Sequence[str], *, variables: bool) -> Condition:
    """Make a condition.

    Args:
        written: The operator, for instance ``ForAllValues:StringLikeIfExists``; letters of either case.
        key: The condition key; letters of either case.
        values: The values of the policy.
        variables: Whether ``${…}`` in a value is a variable.

    Raises:
        UsageError: There is no such operator.
    """
    before, _, name = written.lower().rpartition(":")
    if name == "null" and not before:
        return Condition(written, key, tuple(values), _null(key.lower(), values))
    base = name.removesuffix("ifexists")
    if base not in OPERATORS or before not in _QUALIFIERS:
        raise UsageError(f"There is no condition operator {written}.")
    make, negated = OPERATORS[base]
    test = _test(_QUALIFIERS[before], key.lower(), make(values, variables), negated, base != name)
    return Condition(written, key, tuple(values), test)


def _null(key: str, values: Sequence[str]) -> Test:
    wanted = {value.lower() for value in values}
    return lambda context: ("false" if context.get(key) else "true") in wanted


def _test(qualifier: Qualifier, key: str, compare: Comparison, negated: bool, if_exists: bool) -> Test:
    absent = if_exists or qualifier == "ForAllValues" or (negated and not qualifier)
    if qualifier == "ForAllValues":
        return _for_all(key, compare, not negated)
    if qualifier == "ForAnyValue":
        return _for_any(key, compare, not negated, absent)
    return _for_one(key, compare, not negated, absent)


def _for_one(key: str, compare: Comparison, wanted: bool, absent: bool) -> Test:
    def holds(context: Context) -> bool:
        values = context.get(key)
        if not values:
            return absent
        return len(values) == 1 and compare(values[0], context) is wanted

    return holds


def _for_all(key: str, compare: Comparison, wanted: bool) -> Test:
    def holds(context: Context) -> bool:
        values = context.get(key, ())
        return not any(values) or all(compare(value, context) is wanted for value in values)

    return holds


def _for_any(key: str, compare: Comparison, wanted: bool, absent: bool) -> Test:
    def holds(context: Context) -> bool:
        values = context.get(key)
        if not values:
            return absent
        return any(compare(value, context) is wanted for value in values)

    return holds

"""What condition operators compare: one value of the request with the values of the policy.

A comparison is made once per condition, from the values that the policy has. It answers True or False, or None when
the two cannot be compared: a text that is no number, a policy variable without a value. The value formats are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
"""

import base64
import binascii
import ipaddress
import operator
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mlgov.roles.simulation import matching
from mlgov.roles.simulation.patterns import Context, Filled, Tokens, fill, has_variables, parse, plain

#: (value of the request, the whole request) -> whether any value of the policy fits; None when nobody can tell.
Comparison = Callable[[str, Context], bool | None]
#: Makes a comparison of the values of a policy; the flag says whether ``${…}`` is a variable.
Maker = Callable[[Sequence[str], bool], Comparison]

#: Colons that an ARN has at least.
ARN_COLONS = 5

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_EPOCH = re.compile(r"-?(?:[0-9]{1,3}|[0-9]{5,15})(?:\.[0-9]{1,9})?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(T.*)?)?)?")
_TIME = re.compile(r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})")


def text(values: Sequence[str], variables: bool) -> Comparison:
    """Compare letter for letter; ``*`` is a star."""
    templates = [parse(value, wildcards=False, variables=variables) for value in values]
    fixed = frozenset(found for found in map(plain, templates) if found is not None)
    return _with_variables(lambda value: value in fixed, templates, _equals)


def text_ignoring_case(values: Sequence[str], variables: bool) -> Comparison:
    """Compare letter for letter, with small and capital letters alike."""
    templates = [parse(value, wildcards=False, variables=variables) for value in values]
    fixed = frozenset(found.lower() for found in map(plain, templates) if found is not None)
    return _with_variables(lambda value: value.lower() in fixed, templates, _equals_ignoring_case)


def like(values: Sequence[str], variables: bool) -> Comparison:
    """Compare with wildcards over the whole text."""
    templates = [parse(value, variables=variables) for value in values]
    return _with_variables(_any(templates, matching.whole), templates, matching.whole)


def arn(values: Sequence[str], variables: bool) -> Comparison:
    """Compare ARNs component by component, with wildcards; ArnEquals and ArnLike do the same."""
    templates = [parse(value, variables=variables) for value in values]
    fixed = frozenset(found for found in map(plain, templates) if found is not None and found.count(":") >= ARN_COLONS)
    patterns = _any([template for template in templates if plain(template) is None], matching.arn)
    return _with_variables(lambda value: value in fixed or patterns(value), templates, matching.arn)


def number(compare: Callable[[Any, Any], bool]) -> Maker:
    """Make comparisons of decimal numbers."""
    return lambda values, _: _parsed(values, as_number, compare)


def date(compare: Callable[[Any, Any], bool]) -> Maker:
    """Make comparisons of moments: ISO 8601 as W3C writes it, or seconds since 1970."""
    return lambda values, _: _parsed(values, as_moment, compare)


def boolean(values: Sequence[str], variables: bool) -> Comparison:  # noqa: ARG001 - one shape for all makers
    """Compare truth values, written in letters of either case."""
    return _parsed(values, as_boolean, operator.eq)


def binary(values: Sequence[str], variables: bool) -> Comparison:  # noqa: ARG001 - one shape for all makers
    """Compare byte for byte; both sides are written in base64."""
    return _parsed(values, as_bytes, operator.eq)


def address(values: Sequence[str], variables: bool) -> Comparison:  # noqa: ARG001 - one shape for all makers
    """Look whether an address lies in a range; a range of the other IP version holds no address."""
    return _parsed(values, as_network, lambda asked, given: asked.version == given.version and asked.subnet_of(given))


def as_number(value: str) -> Decimal | None:
    """Read a decimal number."""
    return Decimal(value) if _NUMBER.fullmatch(value) else None


@lru_cache(1024)
def as_moment(value: str) -> Decimal | None:
    """Read a moment as seconds since 1970. Four digits are a year; a date without a time is midnight UTC."""
    if _EPOCH.fullmatch(value):
        return Decimal(value)
    found = _DATE.fullmatch(value)
    if not found or (found[4] and not _TIME.fullmatch(found[4])):
        return None
    written = f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}{found[4] or 'T00:00:00Z'}"
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return Decimal(str((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()))


def as_boolean(value: str) -> bool | None:
    """Read true or false."""
    return {"true": True, "false": False}.get(value.lower())


def as_bytes(value: str) -> bytes | None:
    """Read base64."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(4096)
def as_network(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Read an address, or a range in CIDR notation."""
    prefix = value.partition("/")[2]
    if "/" in value and not (prefix.isascii() and prefix.isdigit()):
        return None
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None


def _equals(filled: Filled) -> matching.Matcher:
    wanted = "".join(map(str, filled))
    return lambda value: value == wanted


def _equals_ignoring_case(filled: Filled) -> matching.Matcher:
    wanted = "".join(map(str, filled)).lower()
    return lambda value: value.lower() == wanted


def _any(templates: Sequence[Tokens], match: Callable[[Filled], matching.Matcher]) -> matching.Matcher:
    """Match any of the values that hold no variables."""
    matchers = [match(filled) for t in templates if not has_variables(t) and (filled := fill(t, {})) is not None]
    if len(matchers) == 1:
        return matchers[0]
    return lambda value: any(matches(value) for matches in matchers)


def _with_variables(
    fixed: matching.Matcher, templates: Sequence[Tokens], match: Callable[[Filled], matching.Matcher]
) -> Comparison:
    """Add the values whose variables only the request can fill."""
    open_ones = [template for template in templates if has_variables(template)]
    if not open_ones:
        return lambda value, _: fixed(value)

    def compare(value: str, context: Context) -> bool | None:
        if fixed(value):
            return True
        filled = [fill(template, context) for template in open_ones]
        if any(each is not None and match(each)(value) for each in filled):
            return True
        return None if None in filled else False

    return compare


def _parsed(values: Sequence[str], read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Comparison:
    given = [read(value) for value in values]
    usable = [each for each in given if each is not None]

    def test(value: str, _: Context) -> bool | None:
        asked = read(value)
        if asked is None:
            return None
        if any(compare(asked, each) for each in usable):
            return True
        return False if len(usable) == len(given) else None

    return test

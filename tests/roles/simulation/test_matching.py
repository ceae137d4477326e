"""Wildcards: over whole texts, over resource ARNs, over ARNs in conditions."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgov.roles.simulation import matching
from mlgov.roles.simulation.patterns import ANY, ONE, Filled, fill, parse

PATTERNS = st.text(st.sampled_from("ab*?:/"), max_size=12)
TEXTS = st.text(st.sampled_from("ab:/"), max_size=16)


def filled(pattern: str) -> Filled:
    """Take a pattern without variables apart."""
    found = fill(parse(pattern), {})
    assert found is not None
    return found


@given(PATTERNS, TEXTS)
def test_whole_matching_is_that_of_a_plain_regular_expression(pattern: str, text: str) -> None:
    """The fast matcher and the obvious one agree."""
    obvious = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern)
    assert matching.whole(filled(pattern))(text) is (re.fullmatch(obvious, text, re.DOTALL) is not None)


@given(PATTERNS, TEXTS)
def test_resource_matching_is_that_of_a_plain_regular_expression(pattern: str, text: str) -> None:
    """The same for resources, where wildcards of the first five segments mostly stay in them."""
    obvious, colons = "", 0
    for index, sign in enumerate(pattern):
        ends = pattern[index + 1 : index + 2] in ("", ":")
        reach = "." if colons >= 5 or (sign == "*" and ends) else "[^:]"
        obvious += {"*": f"{reach}*", "?": reach}.get(sign, re.escape(sign))
        colons += sign == ":"
    assert matching.resource(filled(pattern))(text) is (re.fullmatch(obvious, text, re.DOTALL) is not None)


@given(st.text(st.sampled_from("ab*?:/"), max_size=14), st.text(st.sampled_from("ab:/"), max_size=14))
def test_arn_matching_goes_component_by_component(pattern: str, text: str) -> None:
    """Six components against six, each by itself; anything else matches nothing."""
    ours, theirs = pattern.split(":", 5), text.split(":", 5)
    expected = len(ours) == len(theirs) == 6 and all(
        matching.whole(filled(one))(other) for one, other in zip(ours, theirs, strict=True)
    )
    assert matching.arn(filled(pattern))(text) is expected


@pytest.mark.parametrize(
    ("pattern", "arn", "matches"),
    [
        ("*", "arn:aws:s3:::data", True),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::data/a/b:c", True),
        ("arn:aws:s3:::data/*", "arn:aws:s3:::Data/a", False),
        ("arn:aws:s3:::data/?", "arn:aws:s3:::data/ab", False),
        ("arn:aws:sagemaker:*:*:*/*", "arn:aws:sagemaker:eu-central-1:111122223333:training-job/a", True),
        ("arn:aws:sagemaker:eu-*:1*3:app/*", "arn:aws:sagemaker:eu-central-1:111122223333:app/a", True),
        ("arn:aws:sagemaker:eu-*-1:*:app/*", "arn:aws:sagemaker:eu-central-1:1:app/a", True),
        ("arn:aws:sagemaker:eu-*-1:*:app/*", "arn:aws:sagemaker:eu-a:b-1:1:app/a", False),
        ("arn:aws:logs:*:log-group:x", "arn:aws:logs:eu-central-1:111122223333:log-group:x", True),
        ("arn:aws:s3:*", "arn:aws:s3:::data/a", True),
        ("arn:aws:iam::?:role/x", "arn:aws:iam:::role/x", False),
        ("arn:aws:s3:::data", "*", False),
        ("arn:aws:s3:::da\nta*", "arn:aws:s3:::da\nta\n", True),
    ],
)
def test_a_resource_matches(pattern: str, arn: str, matches: bool) -> None:
    """Examples of each kind of wildcard."""
    assert matching.resource(filled(pattern))(arn) is matches


@pytest.mark.parametrize("match", [matching.whole, matching.resource, matching.arn])
@pytest.mark.parametrize(
    "pattern", ["a" + "*a" * 200 + "b", "arn:aws:s3:::" + "*a" * 200 + "b", "x*a" * 99 + ":" + "*a?" * 99]
)
def test_no_pattern_takes_long(match: object, pattern: str) -> None:
    """Patterns that make naive matchers run for years are over at once."""
    started = time.perf_counter()
    assert not match(filled(pattern))("arn:aws:s3:::" + "a" * 2000)  # type: ignore[operator]
    assert time.perf_counter() - started < 1


def test_wildcards_are_tokens() -> None:
    """What the matchers take."""
    assert filled("a*?") == ("a", ANY, ONE)

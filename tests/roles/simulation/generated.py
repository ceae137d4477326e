"""Generated policies and requests, dense enough that every part of them decides something. Same seed, same cases."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

ACCOUNT, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/tester"
JOB = f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:training-job/"

ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "sagemaker:CreateTrainingJob",
    "iam:PassRole",
    "ec2:RunInstances",
)
ACTION_PATTERNS = (
    *ACTIONS,
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "s3:*Object",
    "s3:?etObject",
    "*",
    "sagemaker:*Job",
    "iam:*",
)
RESOURCES = (
    "*",
    "arn:aws:s3:::data",
    "arn:aws:s3:::data/a",
    "arn:aws:s3:::data/a/b:c",
    "arn:aws:s3:::Data/a",
    f"{JOB}one",
    f"{JOB}two",
    f"arn:aws:sagemaker:us-east-1:{OTHER}:training-job/one",
    f"arn:aws:iam::{ACCOUNT}:role/one",
    f"arn:aws:iam::{ACCOUNT}:role/team/one",
)
RESOURCE_PATTERNS = (
    *RESOURCES,
    "arn:aws:s3:::*",
    "arn:aws:s3:::data*",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::data/?",
    "arn:aws:s3:::data/${aws:username}",
    "arn:aws:s3:::data/${aws:PrincipalTag/team, 'a'}",
    "arn:aws:s3:::data/${*}",
    f"arn:aws:sagemaker:*:{ACCOUNT}:training-job/*",
    "arn:aws:sagemaker:*:*:training-job/one",
    "arn:aws:sagemaker:eu-*:*:*/*",
    f"arn:aws:iam::{ACCOUNT}:role/*",
    f"arn:aws:iam::{ACCOUNT}:role/?ne",
    "arn:aws:iam::*:role/team/*",
)
QUALIFIERS = ("", "", "", "ForAllValues:", "ForAnyValue:")


@dataclass(frozen=True)
class Family:
    """Operators that compare the same kind of values, with a key of that kind.

    Attributes:
        operators: Their names.
        key: A condition key that holds one value.
        given: Values that policies have.
        said: Values that requests have.
        many: A condition key that may hold several.
    """

    operators: Sequence[str]
    key: str
    given: Sequence[str]
    said: Sequence[str]
    many: str = "aws:TagKeys"


FAMILIES = (
    Family(
        ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        "aws:PrincipalTag/Team",
        ("a", "A", "b", "a*", "${aws:username}", "${aws:username, 'b'}", "${*}", "x${aws:PrincipalTag/site}"),
        ("a", "A", "b", "a*", "*", "xa"),
    ),
    Family(
        ("StringLike", "StringNotLike"),
        "aws:PrincipalTag/Site",
        ("a", "a*", "?", "*", "*b*", "a?c", "${*}", "${?}", "${aws:username}*"),
        ("a", "ab", "abc", "A", "*", "?", "xbx"),
    ),
    Family(
        ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
        "aws:PrincipalArn",
        (
            ROLE,
            f"arn:aws:iam::{ACCOUNT}:role/*",
            "arn:aws:iam::*:role/tester",
            "arn:aws:iam::*:*/t?ster",
            "arn:aws:*:*:*:*",
        ),
        (
            ROLE,
            f"arn:aws:iam::{ACCOUNT}:role/team/tester",
            f"arn:aws:iam::{OTHER}:role/tester",
            "arn:aws:iam::1:user/a:b",
        ),
    ),
    Family(
        (
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ),
        "s3:max-keys",
        ("10", "10.5", "0", "-3"),
        ("10", "10.0", "11", "3", "-3"),
    ),
    Family(
        (
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ),
        "aws:CurrentTime",
        ("2026-11-20T00:00:00Z", "2026-11-20", "2026-11-20T02:00:00+02:00", "1795132800"),
        ("2026-11-20T00:00:00Z", "2026-11-21T10:00:00Z", "2025-01-01T00:00:00Z", "1795132800"),
    ),
    Family(("Bool",), "aws:SecureTransport", ("true", "false", "True"), ("true", "false", "TRUE")),
    Family(("BinaryEquals",), "aws:PrincipalTag/Blob", ("QUJD", "QUJE"), ("QUJD", "QUJE", "")),
    Family(
        ("IpAddress", "NotIpAddress"),
        "aws:SourceIp",
        ("203.0.113.0/24", "203.0.113.7", "2001:db8::/32", "2001:db8:0:0::1", "0.0.0.0/0"),
        ("203.0.113.7", "203.0.114.7", "2001:db8::1", "2001:0db8:0:0:0:0:0:1", "2002::1"),
    ),
    Family(("Null",), "aws:PrincipalTag/Team", ("true", "false"), ("a", "b")),
)


@dataclass(frozen=True)
class Case:
    """Policies, and requests to put to them."""

    policies: dict[str, Any]
    requests: list[tuple[str, str, dict[str, str | list[str]]]] = field(default_factory=list)


def cases(seed: int, policies: int, requests: int) -> Iterator[Case]:
    """Make ``policies`` random sets of policies with ``requests`` requests each."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for _ in range(policies):
        yield Case(_policies(chance), [_request(chance) for _ in range(requests)])


def _policies(chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {
        "identityPolicies": [{"name": f"p{n}", "policy": document(chance)} for n in range(chance.randint(1, 2))]
    }
    if chance.random() < 0.3:
        found["permissionBoundaryPolicies"] = [{"name": "boundary", "policy": document(chance)}]
    return found


def document(chance: random.Random) -> dict[str, Any]:
    """Make a policy document."""
    return {"Version": "2012-10-17", "Statement": [_statement(chance, n) for n in range(chance.randint(1, 4))]}


def _statement(chance: random.Random, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"Sid": f"S{number}", "Effect": "Deny" if chance.random() < 0.2 else "Allow"}
    found["NotAction" if chance.random() < 0.1 else "Action"] = some(chance, ACTION_PATTERNS)
    found["NotResource" if chance.random() < 0.1 else "Resource"] = some(chance, RESOURCE_PATTERNS)
    if chance.random() < 0.6:
        found["Condition"] = _conditions(chance)
    return found


def _conditions(chance: random.Random) -> dict[str, Any]:
    blocks: dict[str, Any] = {}
    for _ in range(chance.randint(1, 2)):
        family = chance.choice(FAMILIES)
        operator = chance.choice(family.operators)
        if operator == "Null":
            blocks["Null"] = {family.key: chance.choice(family.given)}
            continue
        qualifier = chance.choice(QUALIFIERS) if operator.startswith("String") else ""
        tail = "IfExists" if chance.random() < 0.2 else ""
        blocks[f"{qualifier}{operator}{tail}"] = {family.many if qualifier else family.key: some(chance, family.given)}
    return blocks


def some(chance: random.Random, values: Sequence[str]) -> list[str]:
    """Choose one to three values."""
    return chance.sample(values, min(len(values), chance.randint(1, 3)))


def _request(chance: random.Random) -> tuple[str, str, dict[str, str | list[str]]]:
    context: dict[str, str | list[str]] = {}
    for family in FAMILIES:
        if chance.random() < 0.6:
            key = family.key if chance.random() < 0.8 else family.key.upper()
            context = {known: value for known, value in context.items() if known.lower() != key.lower()}
            context[key] = chance.choice(family.said)
    if chance.random() < 0.5:
        context["aws:username"] = chance.choice(("a", "b", "*"))
    if chance.random() < 0.7:
        context["aws:TagKeys"] = chance.sample(("a", "A", "b", "ab", "abc"), chance.randint(1, 3))
    return chance.choice(ACTIONS), chance.choice(RESOURCES), context

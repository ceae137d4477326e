"""Generated policies and requests, dense enough that every part of them decides something. Same seed, same cases."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


Asked = tuple[str, str, dict[str, str | list[str]]]


@dataclass(frozen=True)
class Family:
    """Operators that compare the same kind of values, with a key of that kind.

    Attributes:
        operators: Their names.
        key: A condition key that holds one value.
        given: Values that policies have.
        said: Values that requests have.
    """

    operators: Sequence[str]
    key: str
    given: Sequence[str]
    said: Sequence[str]


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
        "aws:MultiFactorAuthAge",
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
        ("IpAddress",),
        "aws:SourceIp",
        ("203.0.113.0/24", "203.0.113.7", "2001:db8::/32", "2001:db8:0:0::1", "0.0.0.0/0"),
        ("203.0.113.7", "203.0.114.7", "2001:db8::1", "2001:0db8:0:0:0:0:0:1", "2002::1"),
    ),
    Family(
        ("NotIpAddress",),  # one version only: see the table in test_agreement.py
        "aws:VpcSourceIp",
        ("10.0.0.0/8", "10.1.2.3", "10.1.0.0/16"),
        ("10.1.2.3", "10.2.2.3", "192.0.2.1"),
    ),
    Family(("Null",), "aws:PrincipalTag/Team", ("true", "false"), ("a", "b")),
)


#: A key that may have several values.
MANY = "aws:TagKeys"
SAID = {"aws:username": ("a", "b", "*"), **{family.key: family.said for family in reversed(FAMILIES)}}

#: How values end that the independent simulator judges otherwise than AWS documents: test_agreement.py says why.
DISPUTED = ("*/*", "0.0.0.0/0", "2001:db8:0:0::1", "1795132800")


@dataclass(frozen=True)
class Case:
    """Policies, and requests to put to them."""

    policies: dict[str, Any]
    requests: list[Asked]


class Generator:
    """Makes policies and requests; the same seed makes the same.

    Args:
        seed: Of the random numbers.
        disputed: Whether to make what the independent simulator is known to judge otherwise.
    """

    def __init__(self, seed: int, *, disputed: bool = True) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._disputed = disputed

    def cases(self, policies: int, requests: int) -> Iterator[Case]:
        """Make ``policies`` sets of policies with ``requests`` requests each."""
        for _ in range(policies):
            yield Case(self.policies(), [self.request() for _ in range(requests)])

    def policies(self) -> dict[str, Any]:
        """Make identity policies, and sometimes a permissions boundary, as the simulator wants them."""
        names = [f"p{number}" for number in range(self.chance.randint(1, 2))]
        found: dict[str, Any] = {"identityPolicies": [{"name": name, "policy": self.document()} for name in names]}
        if self.chance.random() < 0.3:
            found["permissionBoundaryPolicies"] = [{"name": "boundary", "policy": self.document()}]
        return found

    def document(self) -> dict[str, Any]:
        """Make a policy document."""
        return {"Version": "2012-10-17", "Statement": [self.statement(n) for n in range(self.chance.randint(1, 4))]}

    def statement(self, number: int = 0) -> dict[str, Any]:
        """Make a statement."""
        without = self.chance.random() < 0.1
        resources = [text for text in RESOURCE_PATTERNS if not (without and "${aws" in text and not self._disputed)]
        found: dict[str, Any] = {"Sid": f"S{number}", "Effect": "Deny" if self.chance.random() < 0.2 else "Allow"}
        found["NotAction" if self.chance.random() < 0.1 else "Action"] = self._some(ACTION_PATTERNS)
        found["NotResource" if without else "Resource"] = self._some(resources)
        if self.chance.random() < 0.6:
            found["Condition"] = self._conditions()
        return found

    def request(self) -> Asked:
        """Make a request: action, resource, context."""
        context: dict[str, str | list[str]] = {}
        for key, values in SAID.items():
            if self.chance.random() < 0.6:
                context[key if self.chance.random() < 0.8 else key.upper()] = self._one(values)
        if self.chance.random() < 0.7:
            context["aws:TagKeys"] = self.chance.sample(("a", "A", "b", "ab", "abc"), self.chance.randint(1, 3))
        resources = RESOURCES if self._disputed else RESOURCES[1:]
        return self._one(ACTIONS), self._one(resources), context

    def _conditions(self) -> dict[str, Any]:
        blocks: dict[str, Any] = {}
        for _ in range(self.chance.randint(1, 2)):
            family = self.chance.choice(FAMILIES)
            operator = self.chance.choice(family.operators)
            if operator == "Null":
                blocks["Null"] = {family.key: self._one(family.given)}
                continue
            qualifier = self.chance.choice(QUALIFIERS) if operator.startswith("String") else ""
            tail = "IfExists" if self.chance.random() < 0.2 else ""
            key = MANY if qualifier else family.key
            if not self._disputed and qualifier == "ForAnyValue:":
                tail = ""
            escapes = "Equals" in operator and not self._disputed
            given = [value for value in family.given if not (escapes and "${*}" in value)]
            blocks[f"{qualifier}{operator}{tail}"] = {key: self._some(given)}
        return blocks

    def _one(self, values: Sequence[str]) -> str:
        return self._some(values, most=1)[0]

    def _some(self, values: Sequence[str], most: int = 3) -> list[str]:
        usable = [v for v in values if self._disputed or not v.endswith(DISPUTED)]
        return self.chance.sample(usable, min(len(usable), self.chance.randint(1, most)))

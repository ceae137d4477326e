"""The form of every name and ARN in a role spec."""

import re
from collections.abc import Iterator

from mlgov.documents import Pointer
from mlgov.roles import rules
from mlgov.roles.problem import Problem
from mlgov.roles.schema import RoleSpec
from mlgov.roles.shapes import SHAPES

#: What regions of a partition begin with.
_REGIONS = {"aws-cn": "cn-", "aws-us-gov": "us-gov-"}


def check_values(spec: RoleSpec) -> Iterator[Problem]:
    """Find values of the wrong form, patterns and placeholders, and what lies in another partition."""
    for pointer, key, value in _values(spec):
        yield from _value(spec, pointer, key, value)
    if spec.region and _partition_of(spec.region) != spec.partition:
        message = f"The region {spec.region} is not in the partition {spec.partition} of the role."
        yield Problem(rules.PARTITION, ("spec", "region"), message)


def _partition_of(region: str) -> str:
    return next((partition for partition, start in _REGIONS.items() if region.startswith(start)), "aws")


def _values(spec: RoleSpec) -> Iterator[tuple[Pointer, str, str]]:
    """List every name and ARN of the spec with its place and key."""
    parts: list[tuple[Pointer, object]] = [
        (("spec", "parameters"), spec.parameters),
        (("spec", "network"), spec.network),
        (("spec", "keys"), spec.keys),
        (("spec", "trust"), spec.trust),
        (("spec",), spec),
    ]
    parts += [(("spec", "trust", "oidc", i), each) for i, each in enumerate(spec.trust.oidc)]
    parts += [(("spec", "trust", "github", i), each) for i, each in enumerate(spec.trust.github)]
    parts += [(("spec", "activities", i, "parameters"), c.parameters) for i, c in enumerate(spec.activities or ())]
    for place, part in parts:
        for key in SHAPES:
            found = getattr(part, key, None)
            if isinstance(found, str):
                yield (*place, key), key, found
            for index, value in enumerate(found if isinstance(found, list) else ()):
                yield (*place, key, index), key, value


def _value(spec: RoleSpec, pointer: Pointer, key: str, value: str) -> Iterator[Problem]:
    shape = SHAPES[key]
    if re.search(r"[${}]", value):
        yield Problem(rules.PLACEHOLDER, pointer, f"{key} holds the placeholder {value}.")
    elif re.search(r"[*?]", value):
        rule = rules.WILDCARD_PASS_ROLE if key == "roles_to_pass" else rules.WILDCARD
        yield Problem(rule, pointer, f"{key} holds the pattern {value}.")
    elif not shape.fits(value):
        fix = f"Write it like {shape.example}."
        yield Problem(rules.PARAMETER_SHAPE, pointer, f"{value} is not {shape.words}.", fix)
    elif value.startswith("arn:") and value.split(":")[1] != spec.partition:
        yield Problem(rules.PARTITION, pointer, f"{value} is not in the partition {spec.partition} of the role.")
    elif key == "roles_to_pass" and spec.account and value.split(":")[4] != spec.account:
        message = f"{value} is not in the account {spec.account} of the role, and roles are passed within an account."
        yield Problem(rules.NO_EFFECT, pointer, message)

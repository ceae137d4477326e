"""The limits of IAM, each at its edge: the last that fits, and one more."""

from collections.abc import Callable
from typing import Any

import pytest

from mlgov.roles import RenderedRole
from mlgov.roles.iam_json import policy_document, size, trust_document
from tests.roles.samples import ACTIVITIES, found, rendered

POLICIES = "arn:aws:iam::111122223333:policy/"


def test_the_role_name_has_64_characters_at_most() -> None:
    """SageMaker- and 54 characters fit, 55 do not."""
    assert found(persona="mlops", name="a" * 54) == []
    assert found(persona="mlops", name="a" * 55) == ["MLG-R011 error metadata.name"]


def _filled(
    make: Callable[[list[str]], dict[str, Any]], measure: Callable[[RenderedRole], int], wanted: int
) -> list[str]:
    """Make names such that ``measure`` of the rendered role is ``wanted``; a letter is a character."""

    def measured(names: list[str]) -> int:
        return measure(rendered(**make(names)))

    names = ["a0000"]
    while measured(names) < wanted - 200:
        names.append(f"a{len(names):04}" + "x" * 20)
    for letter in range(wanted - measured(names)):
        names[letter % len(names)] += "x"
    assert measured(names) == wanted
    return names


def _longer(names: list[str]) -> list[str]:
    return [names[0] + "x", *names[1:]]


def _databases(names: list[str]) -> dict[str, Any]:
    return {"activities": ["manage_glue_tables"], "parameters": {"s3_buckets": ["abc"], "glue_databases": names}}


def _principals(names: list[str]) -> dict[str, Any]:
    principals = [f"arn:aws:iam::111122223333:role/{name}" for name in names]
    return {"persona": "mlops", "trust": {"principals": principals}}


def _policy_size(role: RenderedRole) -> int:
    return sum(size(policy_document(policy)) for policy in role.policies)


def _trust_size(role: RenderedRole) -> int:
    return size(trust_document(role))


def test_a_managed_policy_has_6144_characters_at_most() -> None:
    """One character more is an error, and not one when the policy is inline."""
    names = _filled(_databases, _policy_size, 6144)
    assert found(**_databases(names), policy_type="managed") == []
    assert found(**_databases(_longer(names)), policy_type="managed") == ["MLG-R012 error spec"]
    assert found(**_databases(_longer(names))) == []


def test_inline_policies_have_10240_characters_together_at_most() -> None:
    """One character more is an error."""
    names = _filled(_databases, _policy_size, 10240)
    assert found(**_databases(names)) == []
    assert found(**_databases(_longer(names))) == ["MLG-R012 error spec"]


def test_inline_policies_are_counted_together() -> None:
    """Two policies that fit alone do not fit together."""
    names = _filled(_databases, _policy_size, 10240)
    assert found(**{**_databases(names), "activities": ["manage_glue_tables", "manage_endpoints"]}) == [
        "MLG-R012 error spec"
    ]


def test_a_trust_policy_has_2048_characters_at_most() -> None:
    """One character more is an error."""
    names = _filled(_principals, _trust_size, 2048)
    assert found(**_principals(names)) == []
    assert found(**_principals(_longer(names))) == ["MLG-R012 error spec.trust"]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (10, []),
        (11, ["MLG-R013 warning spec.managed_policy_arns"]),
        (20, ["MLG-R013 warning spec.managed_policy_arns"]),
        (21, ["MLG-R013 error spec.managed_policy_arns"]),
    ],
)
def test_attached_policies_are_counted(count: int, expected: list[str]) -> None:
    """More than 10 is a warning, more than 20 an error."""
    assert found(persona="mlops", managed_policy_arns=[f"{POLICIES}p{n}" for n in range(count)]) == expected


def test_policies_of_activities_count_as_attached_when_managed() -> None:
    """Thirteen activities make thirteen managed policies."""
    assert found(activities=ACTIVITIES, policy_type="managed") == ["MLG-R013 warning spec.managed_policy_arns"]

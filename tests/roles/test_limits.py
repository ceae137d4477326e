"""The limits of IAM, each at its edge: the last that fits, and one more."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from mlgov.roles import Persona, RenderedRole
from mlgov.roles.iam_json import objects, policy_document, size, trust_document
from tests.roles.samples import found, rendered

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
    """One character more, and there are two policies; inline it stays one."""
    names = _filled(_databases, _policy_size, 6144)
    assert _count(**_databases(names)) == 1
    assert _count(**_databases(_longer(names))) == 2
    assert len(objects(rendered(**_databases(_longer(names))))) == 1


def _count(**spec: Any) -> int:
    assert found(**spec, policy_type="managed") == []
    return len(objects(rendered(**spec, policy_type="managed")))


def test_a_statement_that_cannot_be_split_is_too_large() -> None:
    """Conditions are never split: what they hold together would come apart."""
    subnets = [f"subnet-{number:017x}" for number in range(300)]
    network = {"subnets": subnets, "security_groups": ["sg-0a1b2c3d"]}
    given = {"activities": ["manage_models"], "network": network}
    assert found(**given, policy_type="managed") == ["MLG-R012 error spec"]
    assert found(**given) == []


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


@pytest.mark.parametrize(("foreign", "expected"), [(5, 10), (6, 8), (9, 11)])
def test_policies_of_the_role_count_as_attached_when_managed(foreign: int, expected: int) -> None:
    """Five activities make five policies beside five others; beside more they are joined, as far as that goes."""
    activities = ["manage_jobs", "manage_models", "manage_pipelines", "manage_experiments", "visualize_experiments"]
    arns = [f"{POLICIES}p{n}" for n in range(foreign)]
    spec = {"activities": activities, "policy_type": "managed", "managed_policy_arns": arns}
    assert len(objects(rendered(**spec))) + foreign == expected
    assert found(**spec) == (["MLG-R013 warning spec.managed_policy_arns"] if expected > 10 else [])


def test_names_of_policies_have_128_characters_at_most() -> None:
    """The longest name of a role and the longest id of an activity leave room for a number."""
    longest = "SageMaker-" + "a" * 54 + "-" + "A" * 60
    assert len(longest) + len("-99") <= 128
    with pytest.raises(ValidationError, match="at most 60"):
        Persona(id="a" * 61, title="A", summary="A.")

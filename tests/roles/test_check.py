"""What is found wrong with a role, where, and every limit at its edge."""

from typing import Any

import pytest

from mlgov.documents import Document, load
from mlgov.lifecycle import validate
from mlgov.names import Kind, path_of
from mlgov.roles import RoleDocument, built_in, check_role
from mlgov.roles import render as render_role
from mlgov.roles.check import problems
from tests.roles.samples import ACCOUNT, KEY, KEYS, NETWORK, PERSONAS, found, role

ROLES = f"arn:aws:iam::{ACCOUNT}:role/"
POLICIES = f"arn:aws:iam::{ACCOUNT}:policy/"
BUCKETS = {"s3_buckets": ["churn-data"]}

TEXT = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: churn
lifecycle:
  status: draft
spec:
  persona: custom
  activities:
    - id: access_s3_buckets
      parameters:
        s3_buckets: [churn-data, "churn-*"]
"""


def read(text: str) -> tuple[Document, RoleDocument]:
    """Read a role as the command line does."""
    document, _ = load(text.encode(), path_of(Kind.ROLE, "churn"))
    assert document
    typed, findings = validate(document, RoleDocument)
    assert typed, findings
    return document, typed


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_good_role_is_clean(persona: str) -> None:
    """Every persona with what it asks for has nothing wrong."""
    assert found(persona=persona) == []


def test_findings_stand_where_the_value_stands() -> None:
    """Line and column are those of the value; a missing key stands at its parent."""
    findings = list(check_role(*read(TEXT)))
    assert [(str(f.location), f.rule.name) for f in findings] == [
        ("roles/churn.yaml:12:34", "wildcard-value"),
        ("roles/churn.yaml:7:1", "open-account"),
    ]
    assert findings[0].json_pointer == "/spec/activities/0/parameters/s3_buckets/1"


def test_an_unknown_persona_is_an_error_with_a_suggestion() -> None:
    """A typing mistake gets the name that was meant."""
    mistaken = role(persona="compute", parameters={}).model_copy()
    spec = mistaken.spec.model_copy(update={"persona": "data_sientist"})
    (problem,) = problems(mistaken.model_copy(update={"spec": spec}), built_in())
    assert (problem.rule.code, problem.fix) == ("MLG-R001", "Did you mean 'data_scientist'?")


def test_an_unknown_activity_is_an_error_with_a_suggestion() -> None:
    """The same for an activity, at its place in the list."""
    (problem,) = problems(role(activities=["manage_models", "manage_pipeline"]), built_in())
    assert (problem.pointer[-2:], problem.fix) == ((1, "id"), "Did you mean 'manage_pipelines'?")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"persona": "custom"}, ["MLG-R003 error spec.activities"]),
        ({"activities": ["manage_endpoints", "manage_endpoints"]}, ["MLG-R004 error spec.activities.1.id"]),
        ({"activities": ["access_s3_buckets"], "parameters": {}}, ["MLG-R005 error spec.parameters.s3_buckets"]),
        ({"persona": "mlops", "account": None}, ["MLG-R016 warning spec.account"]),
        ({"activities": ["manage_endpoints"], "network": NETWORK}, ["MLG-R017 warning spec.network"]),
        ({"activities": ["manage_models"], "keys": KEYS}, ["MLG-R017 warning spec.keys"]),
        ({"activities": ["manage_endpoints"], "parameters": BUCKETS}, ["MLG-R017 warning spec.parameters.s3_buckets"]),
        ({"persona": "mlops", "tags": {"aws:x": "y"}}, ["MLG-R018 error spec.tags.aws:x"]),
        ({"persona": "mlops", "tags": {"Aws:x": "y"}}, ["MLG-R018 error spec.tags.Aws:x"]),
        ({"persona": "mlops", "tags": {"Team": "y", "team": "y"}}, ["MLG-R018 error spec.tags.team"]),
        ({"persona": "mlops", "description": "a \u2013 b"}, ["MLG-R010 error spec.description"]),
        (
            {"persona": "mlops", "partition": "aws-us-gov"},
            ["MLG-R015 error spec.parameters.roles_to_pass.0", "MLG-R015 error spec.region"],
        ),
    ],
)  # fmt: skip
def test_a_problem_is_found_at_its_place(spec: dict[str, Any], expected: list[str]) -> None:
    """Each mistake alone gives its own rule, level and place."""
    assert found(**spec) == expected


def test_a_parameter_that_an_activity_does_not_ask_for_is_noticed() -> None:
    """A parameter below the wrong activity limits nothing."""
    misplaced = {"id": "manage_endpoints", "parameters": {"s3_buckets": ["churn-data"]}}
    assert found(activities=[misplaced]) == ["MLG-R017 warning spec.activities.0.parameters.s3_buckets"]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("AdministratorAccess", "error"),
        ("IAMFullAccess", "error"),
        ("AmazonS3FullAccess", "warning"),
        ("job-function/SystemAdministrator", "warning"),
    ],
)
def test_an_attached_policy_that_gives_everything_is_noticed(name: str, level: str) -> None:
    """Administrators are refused, other full access is a warning."""
    attached = [f"arn:aws:iam::aws:policy/{name}"]
    assert found(persona="mlops", managed_policy_arns=attached) == [f"MLG-R014 {level} spec.managed_policy_arns.0"]


def test_one_missing_parameter_is_one_problem() -> None:
    """However many activities ask for it, the author adds it once."""
    (problem,) = problems(role("data_scientist", parameters={"s3_buckets": ["churn-data"]}), built_in())
    assert problem.message == "roles_to_pass is missing; run_studio_apps, manage_jobs, manage_models cannot do without."


@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "arn:aws:iam::*:role/x",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::111122223333:role/SageMaker-?",
        f"{ROLES}path/*",
    ],
)
def test_pass_role_on_a_pattern_is_refused(arn: str) -> None:
    """Whatever part of the ARN is open, the role is not rendered."""
    assert found(persona="mlops", parameters={"roles_to_pass": [arn]}) == [
        "MLG-R007 error spec.parameters.roles_to_pass.0"
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("roles_to_pass", "arn:aws:iam::111122223333:role"),
        ("roles_to_pass", "arn:aws:iam::111122223333:user/x"),
        ("roles_to_pass", "arn:aws:iam::1111:role/x"),
        ("roles_to_pass", "SageMaker-churn"),
        ("roles_to_pass", f"{ROLES}a//b"),
        ("roles_to_pass", f"{ROLES}x\n"),
        ("roles_to_pass", f"{ROLES}\u0445"),
        ("roles_to_pass", f"{ROLES}{'x' * 65}"),
        ("s3_buckets", "Churn"),
        ("s3_buckets", "ab"),
        ("s3_buckets", "a" * 64),
        ("s3_buckets", "arn:aws:s3:::churn"),
        ("s3_buckets", "churn/other"),
        ("s3_buckets", "churn..other"),
        ("s3_buckets", "192.168.5.4"),
        ("ecr_repositories", "churn/training"),
        ("ecr_repositories", "arn:aws:ecr:eu-central-1:111122223333:churn"),
        ("athena_workgroups", "primary/other"),
        ("glue_databases", "churn/other"),
        ("glue_databases", "churn:other"),
    ],
)
def test_a_value_of_another_form_is_refused(key: str, value: str) -> None:
    """Nothing but exact names and ARNs reaches a statement."""
    asking = next(activity.id for activity in built_in().activities.values() if key in activity.parameters)
    given = role(activities=[asking]).spec.parameters.model_dump(exclude_none=True)
    assert found(activities=[asking], parameters={**given, key: [value]}) == [f"MLG-R006 error spec.parameters.{key}.0"]


@pytest.mark.parametrize("value", ["{account}", "churn-${aws:username}", "{{Region}}", "$x", "a}b"])
def test_placeholders_in_values_are_refused(value: str) -> None:
    """Braces and dollar signs are neither filled nor passed on."""
    assert found(activities=["access_s3_buckets"], parameters={"s3_buckets": [value]}) == [
        "MLG-R009 error spec.parameters.s3_buckets.0"
    ]


@pytest.mark.parametrize(
    ("spec", "code", "place"),
    [
        ({"network": {**NETWORK, "subnets": ["subnet-*"]}}, "MLG-R008", "network.subnets.0"),
        ({"network": {**NETWORK, "security_groups": ["subnet-0a1b2c3d"]}}, "MLG-R006", "network.security_groups.0"),
        ({"keys": {**KEYS, "volume_keys": ["alias/x"]}}, "MLG-R006", "keys.volume_keys.0"),
        ({"keys": {**KEYS, "data_keys": [f"{KEY}*"]}}, "MLG-R008", "keys.data_keys.0"),
        ({"permissions_boundary": "ml-boundary"}, "MLG-R006", "permissions_boundary"),
        ({"managed_policy_arns": [f"{POLICIES}*"]}, "MLG-R008", "managed_policy_arns.0"),
        ({"trust": {"services": ["*.amazonaws.com"]}}, "MLG-R008", "trust.services.0"),
        ({"trust": {"services": ["glue.example.com"]}}, "MLG-R006", "trust.services.0"),
        ({"trust": {"principals": ["*"]}}, "MLG-R008", "trust.principals.0"),
        ({"trust": {"principals": [f"arn:aws:iam::{ACCOUNT}:root"]}}, "MLG-R006", "trust.principals.0"),
    ],
)  # fmt: skip
def test_every_other_name_and_arn_is_checked_too(spec: dict[str, Any], code: str, place: str) -> None:
    """Network, keys, trust and attached policies take exact values alike."""
    assert found(persona="data_scientist", **spec) == [f"{code} error spec.{place}"]


def test_a_role_without_errors_can_be_rendered() -> None:
    """Checking and rendering agree: what has no error renders."""
    document = role("data_scientist", network=NETWORK, keys=KEYS)
    assert not any(problem.is_error for problem in problems(document, built_in()))
    assert render_role(document).policies

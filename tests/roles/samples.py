"""Roles for the tests."""

from typing import Any

from mlgov.roles import RoleDocument, Statement, built_in, render
from mlgov.roles.check import problems
from mlgov.roles.policy import RenderedRole

ACCOUNT = "111122223333"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/0f0e0d0c-0b0a-4908-8706-0504030201"
NETWORK = {
    "subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"],
    "security_groups": ["sg-0a1b2c3d4e5f60718"],
}
KEYS = {"data_keys": [f"{KEY}01"], "volume_keys": [f"{KEY}02", f"{KEY}03"]}
PARAMETERS = {
    "roles_to_pass": [f"arn:aws:iam::{ACCOUNT}:role/SageMaker-churn-compute"],
    "s3_buckets": ["churn-training-data", "churn-models"],
    "ecr_repositories": [f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/churn/training"],
    "athena_workgroups": ["primary"],
    "glue_databases": ["churn_features"],
    "mlflow_servers": ["churn-experiments"],
}
EXTRAS = {
    "none": {},
    "network": {"network": NETWORK},
    "keys": {"keys": KEYS},
    "both": {"network": NETWORK, "keys": KEYS},
}
ACTIVITIES = sorted(built_in().activities)
#: Personas that SageMaker acts for, and those of people.
SAGEMAKER_PERSONAS = ("compute", "data_scientist", "mlops")
PEOPLE = ("auditor", "model_card_author", "model_validator")
PERSONAS = (*SAGEMAKER_PERSONAS, *PEOPLE)
#: Who may assume the roles of people in these tests.
STAFF = {"saml_providers": [f"arn:aws:iam::{ACCOUNT}:saml-provider/staff"]}


def envelope(spec: dict[str, Any], name: str = "churn") -> dict[str, Any]:
    """Wrap a spec into a document."""
    lifecycle = {"status": "draft"}
    return {"apiVersion": "mlgov/v1", "kind": "Role", "metadata": {"name": name}, "lifecycle": lifecycle, "spec": spec}


def role(persona: str = "custom", *, name: str = "churn", **spec: Any) -> RoleDocument:
    """Make a role that gives the parameters its activities ask for; ``activities`` may be plain ids."""
    ids = spec.get("activities") or built_in().personas[persona].activities
    if spec.get("activities"):
        spec["activities"] = [{"id": found} if isinstance(found, str) else found for found in spec["activities"]]
    known = [built_in().activities[i] for i in ids if isinstance(i, str) and i in built_in().activities]
    asked = {parameter for activity in known for parameter in activity.parameters}
    given = {"parameters": {parameter: PARAMETERS[parameter] for parameter in sorted(asked)}}
    region = {"account": ACCOUNT, "region": "eu-central-1"}
    trust = {"trust": STAFF} if persona in PEOPLE else {}
    return RoleDocument.model_validate(envelope({"persona": persona, **region, **given, **trust, **spec}, name))


def rendered(persona: str = "custom", **spec: Any) -> RenderedRole:
    """Render such a role."""
    return render(role(persona, **spec))


def statements(found: RenderedRole) -> list[Statement]:
    """List every statement of a role."""
    return [statement for policy in found.policies for statement in policy.statements]


def actions(found: RenderedRole) -> set[str]:
    """List every action of a role once."""
    return {action for statement in statements(found) for action in statement.actions}


def found(**spec: Any) -> list[str]:
    """List what is wrong with such a role as ``CODE level pointer``."""
    return [
        f"{p.rule.code} {(p.severity or p.rule.severity).label} {'.'.join(map(str, p.pointer))}"
        for p in problems(role(**spec), built_in())
    ]

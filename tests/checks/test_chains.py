"""Chains of roles as findings, at the place that opens the first step."""

import json
from datetime import date
from typing import Any

import pytest

from mlgov.checks.chains import check_chains
from mlgov.checks.tree import read_tree
from mlgov.findings import Finding
from mlgov.ports import REGULAR_FILE, File
from tests.roles.samples import ACCOUNT, EXTRAS, PEOPLE, SAGEMAKER_PERSONAS, STAFF, envelope
from tests.roles.samples import role as typed

TODAY = date(2026, 11, 20)
POWER = {
    "sid": "Strengthen", "purpose": "x", "actions": ["iam:PutRolePolicy"],
    "resources": [f"arn:aws:iam::{ACCOUNT}:role/*"],
}  # fmt: skip


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/SageMaker-{name}"


def role(name: str, status: str = "approved", **spec: Any) -> dict[str, Any]:
    value = envelope({"persona": "custom", "account": ACCOUNT, **spec}, name)
    return value | {"lifecycle": {"status": status}}


def check(*documents: dict[str, Any]) -> list[Finding]:
    """Check documents of one repository."""
    folders = {"Role": "roles", "AccessGrant": "grants"}
    texts = {
        f"{folders[each['kind']]}/{each['metadata']['name']}.yaml": json.dumps(each, indent=1) for each in documents
    }
    tree = read_tree({path: File(path, REGULAR_FILE, text.encode()) for path, text in texts.items()})
    assert tree.findings == []
    return list(check_chains(tree, TODAY))


JOBS = role("jobs", trust={"sagemaker": True}, statements=[POWER])


def people(**spec: Any) -> dict[str, Any]:
    given = {"activities": [{"id": "manage_jobs"}], "parameters": {"roles_to_pass": [arn("jobs")]}}
    return role("people", **given | spec)


def test_it_is_told_where_the_role_is_passed() -> None:
    """With the whole way in words."""
    (finding,) = check(people(), JOBS)
    assert (finding.location.path, finding.pointer) == ("roles/people.yaml", ("spec", "parameters", "roles_to_pass", 0))
    assert finding.message.startswith(
        "SageMaker-people can hand SageMaker-jobs to sagemaker.amazonaws.com (iam:PassRole,"
    )
    assert "write a policy into a role, this one among them (iam:PutRolePolicy)" in finding.message


def test_it_is_told_where_the_role_is_let_in() -> None:
    """In the trust of the other role, or in the grant."""
    plain = role("people", activities=[{"id": "read_models"}])
    (finding,) = check(plain, role("jobs", trust={"principals": [arn("people")]}, statements=[POWER]))
    assert (finding.location.path, finding.pointer) == ("roles/jobs.yaml", ("spec", "trust", "principals"))
    spec = {
        "role": "jobs",
        "principal": {"type": "iam", "arn": arn("people")},
        "requester": "@developer",
        "reason": "x",
    }
    grant = {**envelope({**spec, "expires": "2026-12-31T18:00:00Z"}, "people-jobs"), "kind": "AccessGrant"}
    (finding,) = check(plain, JOBS, grant)
    assert finding.location.path == "grants/people-jobs.yaml"
    ended = json.loads(json.dumps(grant).replace("2026-12-31", "2026-10-31"))
    assert check(plain, JOBS, ended) == []


def test_an_archived_role_leads_nowhere() -> None:
    """It is not applied any more."""
    assert check(people(), JOBS | {"lifecycle": {"status": "archived"}}) == []


@pytest.mark.parametrize("extra", EXTRAS)
def test_no_false_alarm_on_the_shipped_personas(extra: str) -> None:
    """All of them in one repository, passing the compute role, with and without a network and keys."""
    documents = []
    for persona in (*SAGEMAKER_PERSONAS, *PEOPLE):
        given = EXTRAS[extra] if persona in SAGEMAKER_PERSONAS else {}
        name = persona.replace("_", "-")
        parameters = {**typed(persona).spec.parameters.model_dump(exclude_none=True)}
        parameters |= {"roles_to_pass": [arn("compute")]} if "roles_to_pass" in parameters else {}
        spec = {"persona": persona, "parameters": parameters, **given} | ({"trust": STAFF} if persona in PEOPLE else {})
        documents.append(role(name, **spec))
    assert check(*documents) == []

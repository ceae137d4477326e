"""The matrix of a repository: which roles are asked, about what, and how it is written."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from mlgov.checks.tree import Tree, read_tree
from mlgov.dashboard.access_matrix import Matrix, access_matrix, matrix_value, narrowed, to_csv, to_json
from mlgov.errors import UsageError
from mlgov.ports import REGULAR_FILE, File

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DEVELOPER = "arn:aws:iam::111122223333:user/developer"


def role(name: str, status: str = "approved", **spec: Any) -> dict[str, Any]:
    """Write a role."""
    usual = {"persona": "custom", "account": "111122223333", "region": "eu-central-1"}
    return document("Role", name, status, usual | spec)


def document(kind: str, name: str, status: str, spec: dict[str, Any]) -> dict[str, Any]:
    head = {"apiVersion": "mlgov/v1", "kind": kind, "metadata": {"name": name}, "lifecycle": {"status": status}}
    return {**head, "spec": spec}


def grant(name: str, role: str, until: str, status: str = "approved") -> dict[str, Any]:
    """Write an access grant."""
    principal = {"type": "iam", "arn": DEVELOPER}
    spec = {"role": role, "principal": principal, "requester": "@developer", "reason": "x", "expires": until}
    return document("AccessGrant", name, status, spec)


DOCUMENTS: Mapping[str, dict[str, Any]] = {
    "cards/churn.yaml": document("ModelCard", "churn", "draft", {}),
    "monitors/churn.yaml": document(
        "MonitorSet", "churn", "draft",
        {"model": "churn", "monitors": [], "deployments": [
            {"name": "churn-production", "kind": "endpoint", "status": "in_service"},
            {"name": "churn-nightly", "kind": "batch_transform_job", "status": "completed"},
        ]},
    ),
    "roles/serving.yaml": role("serving", activities=[{"id": "manage_endpoints"}]),
    "roles/reading.yaml": role(
        "reading", activities=[{"id": "read_s3_buckets"}], parameters={"s3_buckets": ["churn-data"]},
        policy_type="managed",
    ),
    "roles/waiting.yaml": role("waiting", "pending_review", activities=[{"id": "manage_endpoints"}]),
    "grants/developer-serving.yaml": grant("developer-serving", "serving", "2026-12-31T18:00:00Z"),
    "grants/old.yaml": grant("old", "reading", "2026-10-31T18:00:00Z"),
    "grants/draft.yaml": grant("draft", "reading", "2026-12-31T18:00:00Z", "draft"),
}  # fmt: skip


def tree(**other: dict[str, Any]) -> Tree:
    """Read the documents."""
    found = {**DOCUMENTS, **{f"roles/{name}.yaml": value for name, value in other.items()}}
    return read_tree({path: File(path, REGULAR_FILE, json.dumps(value).encode()) for path, value in found.items()})


def matrix(**other: dict[str, Any]) -> Matrix:
    """Ask, in a repository without approval rules."""
    read = tree(**other)
    assert read.findings == []
    return access_matrix(read, None, {}, NOW)


def test_approved_roles_are_asked_and_the_others_named() -> None:
    """With the reason."""
    found = matrix()
    assert [each.name for each in found.subjects] == ["reading", "serving"]
    assert found.left == {"waiting": "It is pending review."}


def test_things_are_those_that_the_documents_tell_of() -> None:
    """Cards and their models, endpoints, buckets of statements, and roles."""
    assert [(each.kind, each.name) for each in matrix().things] == [
        ("model", "churn"), ("endpoint", "churn-production"), ("card", "churn"), ("bucket", "churn-data"),
        ("role", "reading"), ("role", "serving"),
    ]  # fmt: skip


def test_who_may_do_what() -> None:
    """The statement that decides is named by its activity, also where policies are objects of their own."""
    cells = {(each.role, each.thing.name, each.ability): each for each in matrix().cells}
    assert {key[2] for key in cells if key[0] == "serving"} == {"see_endpoint", "deploy_endpoint", "delete_endpoint"}
    assert {key[2] for key in cells if key[0] == "reading"} == {"list_bucket", "read_data"}
    found = cells["reading", "churn-data", "read_data"]
    assert (found.activity, found.statement.number if found.statement else 0) == ("read_s3_buckets", 2)


def test_grants_in_force_are_held_until_their_end() -> None:
    """Expired ones and drafts are not."""
    held = {each.name: [h.grant for h in each.holders if h.grant] for each in matrix().subjects}
    assert held == {"reading": [], "serving": ["developer-serving"]}


def test_a_model_lies_where_its_card_says() -> None:
    """By its ARN."""
    arn = "arn:aws:sagemaker:eu-west-1:444455556666:model/Churn-v2"
    value = document("ModelCard", "churn", "draft", {"model_overview": {"model_id": arn}})
    read = tree()
    snapshot = {**read.snapshot, "cards/churn.yaml": File("cards/churn.yaml", REGULAR_FILE, json.dumps(value).encode())}
    (model,) = access_matrix(read_tree(snapshot), None, {}, NOW).of("model")
    assert (model.name, model.account, model.region) == ("Churn-v2", "444455556666", "eu-west-1")


def test_a_role_that_cannot_be_rendered_is_left_with_the_reason() -> None:
    """And does not keep the others from being asked."""
    found = matrix(broken=role("broken", activities=[{"id": "no_such_activity"}]))
    assert "no_such_activity" in found.left["broken"]
    assert len(found.subjects) == 2


def test_json_has_the_same_keys_for_every_cell() -> None:
    """A shape that stays; the same values give the same bytes."""
    value = matrix_value(matrix())
    assert value["format"] == "mlgov/role-matrix/v1"
    assert list(value) == ["format", "now", "roles", "not_asked", "abilities", "things", "cells"]
    assert {tuple(cell) for cell in value["cells"]} == {
        ("role", "kind", "name", "ability", "answer", "conditions", "action", "resource", "statement")
    }
    assert to_json(matrix()) == to_json(matrix())


def test_csv_has_one_line_for_each_cell() -> None:
    """Under a line of heads."""
    head, *lines = csv.reader(io.StringIO(to_csv(matrix())))
    assert head[0] == "kind"
    assert len(lines) == len(matrix().cells)
    assert ["bucket", "churn-data", "read data in", "reading", "yes"] in [line[:5] for line in lines]


def test_a_part_is_shown_by_name() -> None:
    """What is not there is refused with what may be meant."""
    part = narrowed(matrix(), ["churn-data"], ["reading"])
    assert ({each.thing.name for each in part.cells}, len(part.subjects)) == ({"churn-data"}, 1)
    with pytest.raises(UsageError, match="churn-dat ") as refused:
        narrowed(matrix(), ["churn-dat"], [])
    assert refused.value.hint == "Did you mean 'churn-data'?"
    with pytest.raises(UsageError) as refused:
        narrowed(matrix(), [], ["waiting"])
    assert refused.value.hint == "It is pending review."

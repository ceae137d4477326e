"""The text of managed policies: strict JSON, in its place, judged with the roles that attach it."""

import json

import pytest

from mlgov.findings import Finding
from mlgov.names import policy_path_of
from mlgov.ports import File
from mlgov.roles import attached_policies
from mlgov.roles.lint.policy_files import PolicyFile, check_policy_files, read_policy
from tests.roles.lint.samples import EVERYTHING, statement
from tests.roles.samples import role

ARN = "arn:aws:iam::111122223333:policy/team/logs"
AWS = "arn:aws:iam::aws:policy/logs"


def file(path: str, *statements: object, **more: object) -> File:
    """Write a policy file."""
    return File(path, "100644", json.dumps({"Version": "2012-10-17", "Statement": statements, **more}).encode())


def test_a_policy_lies_under_its_name() -> None:
    """Those of AWS apart, because both may have one name."""
    assert (policy_path_of(ARN), policy_path_of(AWS)) == ("policies/logs.json", "policies/aws/logs.json")


def test_a_role_gets_the_policies_that_are_there() -> None:
    """Its boundary among them; others are not read."""
    spec = role(activities=["read_models"], managed_policy_arns=[ARN, AWS], permissions_boundary=f"{ARN}-bound").spec
    snapshot = {path: file(path, EVERYTHING) for path in ("policies/logs.json", "policies/logs-bound.json")}
    assert set(attached_policies(spec, snapshot)) == {ARN, f"{ARN}-bound"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"Statement": [{"Effect": "Allow", "Action": "*"}]}',
        b'{"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}',
        b'{"Statement": [], "Statement": []}',
        b'{"Version": "2020-01-01", "Statement": []}',
        b'{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": {"AWS": "*"}, "X": 1}]}',
        b"{" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_iam_would_refuse_is_a_finding(data: bytes) -> None:
    """Never an error, never an empty success."""
    found = read_policy(File("policies/x.json", "100644", data))
    assert isinstance(found, Finding)
    assert found.rule.code == "MLG-R060"


@pytest.mark.parametrize(
    ("path", "mode"), [("policies/x.yaml", "100644"), ("policies/x.json", "120000"), ("policies/a/x.json", "100644")]
)
def test_a_file_in_the_wrong_place_is_a_finding(path: str, mode: str) -> None:
    """Links, other names, other folders."""
    assert isinstance(read_policy(File(path, mode, b'{"Statement": []}')), Finding)


def test_statements_of_a_policy_are_judged_at_their_place() -> None:
    """Line and column of the action, of a list or of a single value."""
    data = b'{"Statement": [\n  {"Effect": "Allow", "Resource": "*",\n   "Action": ["iam:PassRole"]}]}'
    found = check_policy_files({"policies/logs.json": File("policies/logs.json", "100644", data)}, [ARN], [])
    assert [(str(f.location), f.rule.code, f.severity.label) for f in found] == [
        ("policies/logs.json:3:15", "MLG-R053", "warning"),
        ("policies/logs.json:3:15", "MLG-R056", "error"),
    ]


def test_json_that_is_no_yaml_is_judged_without_a_line() -> None:
    """Tabs, which IAM's own console writes, are no reason to stay silent."""
    data = b'{\n\t"Statement": {\n\t\t"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}}'
    found = check_policy_files({"policies/logs.json": File("policies/logs.json", "100644", data)}, [ARN], [])
    assert {f.rule.code for f in found} == {"MLG-R053", "MLG-R056"}


def test_boundaries_and_policies_of_aws_are_read_but_not_corrected() -> None:
    """Nobody here can change the one, and the other grants nothing; both must be attached."""
    snapshot = {path: file(path, EVERYTHING) for path in ("policies/aws/logs.json", "policies/bound.json")}
    bound = "arn:aws:iam::111122223333:policy/bound"
    assert check_policy_files(snapshot, [AWS], [bound]) == []
    assert [f.message for f in check_policy_files(snapshot, [], [bound])] == ["No role attaches this policy."]


def test_a_good_policy_is_read_with_its_statements() -> None:
    """Single values and lists alike."""
    found = read_policy(file("policies/x.json", statement("s3:GetObject", on="arn:aws:s3:::a/*")))
    assert isinstance(found, PolicyFile)
    assert found.grants[0].actions == ("s3:GetObject",)

"""Roles as CloudFormation, Terraform and a shell script: golden bytes, and nothing that is read as a template."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from mlgov.roles import TARGETS, RenderedRole, iam_value, to_iam_json
from tests.roles.samples import ACTIVITIES, EXTRAS, PERSONAS, rendered
from tests.roles.test_render import check_golden

BOUNDARY = "arn:aws:iam::111122223333:policy/ml-boundary"
FOREIGN = ["arn:aws:iam::aws:policy/AmazonSageMakerReadOnly"]
MORE = {
    "description": "Für alle; file:///etc/passwd ${path} %{if} it's",
    "tags": {"team": "churn", "stage": "a b=c"},
    "path": "/ml/",
    "permissions_boundary": BOUNDARY,
    "managed_policy_arns": FOREIGN,
}


def inline() -> RenderedRole:
    """A small role with everything that a role may have."""
    return rendered(activities=["access_s3_buckets", "manage_endpoints"], **MORE)


def managed() -> RenderedRole:
    """The same with managed policies."""
    return rendered(activities=["access_s3_buckets", "manage_endpoints"], policy_type="managed", **MORE)


@pytest.mark.parametrize("make", [inline, managed])
@pytest.mark.parametrize("format_", sorted(set(TARGETS) - {"iam"}))
def test_a_role_is_written_as_its_golden_file_says(format_: str, make: Callable[[], RenderedRole]) -> None:
    """Byte for byte, in ASCII, ending with a newline."""
    text = TARGETS[format_].write(make())
    check_golden(f"exports/{make.__name__}{TARGETS[format_].ending}", text)
    assert text.isascii()
    assert text.endswith("\n")


@pytest.mark.parametrize("seed", ["0", "7"])
def test_the_hash_seed_does_not_change_a_byte(seed: str) -> None:
    """Another interpreter with another hash seed writes the same in every format."""
    program = (
        "from mlgov.roles import TARGETS; from tests.roles.samples import *; "
        "found = rendered(activities=ACTIVITIES, policy_type='managed', **EXTRAS['both']); "
        "print(''.join(TARGETS[each].write(found) for each in TARGETS), end='')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    found = rendered(activities=ACTIVITIES, policy_type="managed", **EXTRAS["both"])
    assert ran.stdout.decode() == "".join(TARGETS[each].write(found) for each in TARGETS)


def test_a_template_holds_the_same_documents() -> None:
    """Every policy of the role is in CloudFormation's resources, and refers to the role."""
    template = json.loads(TARGETS["cloudformation"].write(managed()))
    value = iam_value(managed())
    policies = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::IAM::ManagedPolicy"]
    assert [p["PolicyDocument"] for p in policies] == [p["PolicyDocument"] for p in value["ManagedPolicies"]]
    assert all(p["Roles"] == [{"Ref": "Role"}] for p in policies)


def test_terraform_reads_no_template_in_a_text() -> None:
    """Only our own references are templates."""
    text = TARGETS["terraform"].write(managed())
    assert "$${path} %%{if}" in text
    references = text.replace("$${", "").split("${")[1:]
    assert {reference.partition(".")[0] for reference in references} == {"aws_iam_role", "aws_iam_policy"}


def test_terraform_holds_the_same_documents() -> None:
    """As texts within the text."""
    resources = json.loads(TARGETS["terraform"].write(inline()))["resource"]
    (role,) = resources["aws_iam_role"].values()
    value = iam_value(inline())["Role"]
    assert json.loads(role["assume_role_policy"]) == value["AssumeRolePolicyDocument"]
    documents = {p["name"]: json.loads(p["policy"]) for p in resources["aws_iam_role_policy"].values()}
    assert documents == {p["PolicyName"]: p["PolicyDocument"] for p in value["Policies"]}


AWS = """\
#!{python}
import json, sys
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[2] == "create-policy":
    print("arn:aws:iam::111122223333:policy/" + json.loads(sys.argv[4])["PolicyName"])
"""


def calls(script: str, folder: Path) -> list[list[str]]:
    """Run a script with a command ``aws`` that writes down how it is called."""
    log = folder / "log"
    (folder / "aws").write_text(AWS.format(python=sys.executable, log=str(log)))
    (folder / "aws").chmod(0o755)
    bash = shutil.which("bash")
    assert bash
    environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
    subprocess.run([bash, "-s"], input=script.encode(), env=environment, check=True)
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize("make", [inline, managed])
def test_the_script_calls_what_the_service_takes(make: Callable[[], RenderedRole], tmp_path: Path) -> None:
    """Each call's input is legal by AWS's own model of IAM, and its documents are those of the role."""
    found, iam = make(), botocore.session.get_session().get_service_model("iam")
    documents: list[Any] = []
    operations = []
    for _, operation, *arguments in calls(TARGETS["aws-cli"].write(found), tmp_path):
        operations.append(operation)
        if arguments[0] == "--cli-input-json":
            name = "".join(word.capitalize() for word in operation.split("-"))
            given = json.loads(arguments[1])
            report = ParamValidator().validate(given, iam.operation_model(name).input_shape)
            assert not report.has_errors(), report.generate_report()
            documents += [json.loads(given[key]) for key in given if key.endswith("Document")]
        else:
            assert arguments[:2] == ["--role-name", "SageMaker-churn"]
            assert arguments[3].startswith("arn:aws:iam::111122223333:policy/SageMaker-churn-")
    value = iam_value(found)
    policies = [p["PolicyDocument"] for p in [*value["Role"].get("Policies", []), *value["ManagedPolicies"]]]
    assert documents == [value["Role"]["AssumeRolePolicyDocument"], *policies]
    pair = ["create-policy", "attach-role-policy"] if value["ManagedPolicies"] else ["put-role-policy"]
    assert operations == ["create-role", *pair * len(policies), "attach-role-policy"]


def test_the_script_hands_on_texts_as_they_are(tmp_path: Path) -> None:
    """Quotes, dollars and what the command line would take for the name of a file."""
    call = calls(TARGETS["aws-cli"].write(inline()), tmp_path)[0]
    assert json.loads(call[3])["Description"] == MORE["description"]


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_the_target_iam_is_the_json_of_the_role(persona: str, extra: str) -> None:
    """One rendering under two names."""
    found = rendered(persona, **EXTRAS[extra])
    assert TARGETS["iam"].write(found) == to_iam_json(found)

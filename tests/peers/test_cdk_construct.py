"""``compat: cdk`` held against the public CDK construct: the templates inside its published wheel."""

import io
import json
import re
import tarfile
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from mlgov.roles import built_in, iam_value
from mlgov.roles.cdk import templates
from tests.roles.samples import ACCOUNT, EXTRAS, KEYS, NETWORK, PARAMETERS, rendered

pytestmark = pytest.mark.slow

PACKAGE = Path(__file__).parents[2] / ".venv-peers/lib"
#: Our activity -> the file of its template; the variants of it end in Vpc, Kms (or KMS), VpcKms.
FILES = {
    "access_aws_services": "accessAWSServices",
    "access_s3_all_resources": "accessS3AllResources",
    "access_s3_all_resources_v2": "accessS3AllResourcesV2",
    "access_s3_buckets": "accessS3Buckets",
    "manage_endpoints": "manageEndpoints",
    "manage_experiments": "manageExperiments",
    "manage_glue_tables": "manageGlueTables",
    "manage_jobs": "manageJobs",
    "manage_models": "manageModels",
    "manage_pipelines": "managePipelines",
    "monitor_models": "monitorModels",
    "query_athena_groups": "queryWorkgroups",
    "run_studio_apps": "runStudioApps",
    "run_studio_apps_v2": "runStudioAppsV2",
    "visualize_experiments": "visualizeExperiments",
}
#: What the construct preselects for each persona, by its documentation.
PERSONAS = {
    "compute": ["access_aws_services"],
    "data_scientist": [
        "run_studio_apps",
        "manage_jobs",
        "manage_models",
        "manage_experiments",
        "visualize_experiments",
        "access_s3_buckets",
    ],
    "mlops": ["run_studio_apps", "manage_models", "manage_endpoints", "manage_pipelines", "visualize_experiments"],
}
#: Statements of the persona with none of network and keys, with one, with both, as a synthesis of the construct gave.
COUNTS = {"data_scientist": (14, 16, 18, 19), "mlops": (13, 14, 17, 18), "compute": (6, 7, 7, 8)}
Statements = set[str]


@cache
def their_files() -> dict[str, Any]:
    """Read the template files out of the wheel as it was installed."""
    (wheel,) = PACKAGE.glob("python3*/site-packages/cdklabs/cdk_aws_sagemaker_role_manager/_jsii/*.tgz")
    with tarfile.open(fileobj=io.BytesIO(wheel.read_bytes())) as archive:
        names = [name for name in archive.getnames() if "/templates/" in name and name.endswith(".json")]
        found = [(name, archive.extractfile(name)) for name in names]
        return {Path(name).stem: json.loads(file.read()) for name, file in found if file}


def their_variant(activity: str, extra: str) -> tuple[str, Any]:
    """Choose a file as the construct does: an extra for which there is none is ignored."""
    files = {name.lower(): name for name in their_files()}
    base = FILES[activity].lower()
    network = f"{base}vpc" in files and extra in ("network", "both")
    keys = f"{base}kms" in files and extra in ("keys", "both")
    name = files[base + "vpc" * network + "kms" * keys]
    return name, their_files()[name]


def filled(value: Any, values: dict[str, list[str]]) -> Any:
    """Put values into ``{{One}}`` and, once for each, into ``[[Several]]``."""
    if isinstance(value, dict):
        return {key: filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [text for each in value for text in texts(each, values)]
    return texts(value, values)[0]


def texts(text: str, values: dict[str, list[str]]) -> list[str]:
    """Fill one text."""
    for name in re.findall(r"\{\{(\w+)}}", text):
        text = text.replace("{{" + name + "}}", values[name][0])
    several = re.findall(r"\[\[(\w+)]]", text)
    return [text.replace(f"[[{several[0]}]]", value) for value in values[several[0]]] if several else [text]


def values_for(region: str | None, account: str | None) -> dict[str, list[str]]:
    """Give what the construct puts in; of a key it takes what follows ``key/``."""
    return {
        "Region": [region or "*"],
        "AccountId": [account or "*"],
        "PassRoles": PARAMETERS["roles_to_pass"],
        "S3Buckets": PARAMETERS["s3_buckets"],
        "ECRRepoArns": PARAMETERS["ecr_repositories"],
        "WorkGroupNames": PARAMETERS["athena_workgroups"],
        "GlueDbNames": PARAMETERS["glue_databases"],
        "VpcSubnets": NETWORK["subnets"],
        "VpcSecurityGroups": NETWORK["security_groups"],
        "DataKmsKeys": [key.split("/")[1] for key in KEYS["data_keys"]],
        "VolumeKmsKeys": [key.split("/")[1] for key in KEYS["volume_keys"]],
    }


def normal(statement: Any) -> str:
    """Write a statement in one way: lists sorted, a single value as a list of one."""
    return json.dumps(_normal(statement), sort_keys=True)


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _normal(each) for key, each in value.items()}
    return sorted(value) if isinstance(value, list) else [value]


def their_role(activities: list[str], extra: str, region: str | None, account: str | None) -> tuple[Any, Statements]:
    """Render the policies by name, and the trust policy of the first activity, as the construct would."""
    values = values_for(region, account)
    variants = [their_variant(activity, extra)[1] for activity in activities]
    policies = {
        f"{file['name']}_V{file['version']}": sorted(
            normal(filled(s, values)) for s in file["templateJson"]["Statement"]
        )
        for file in variants
    }
    return policies, {normal(filled(s, values)) for s in variants[0]["trustTemplateJson"]["Statement"]}


def our_role(persona: str, activities: list[str], extra: str, region: str | None, account: str | None) -> Any:
    """Render with ``compat: cdk``."""
    spec = {"compat": "cdk", "region": region, "account": account, **EXTRAS[extra]}
    value = iam_value(rendered(persona, activities=activities, **spec))["Role"]
    policies = {p["PolicyName"]: sorted(map(normal, p["PolicyDocument"]["Statement"])) for p in value["Policies"]}
    return policies, set(map(normal, value["AssumeRolePolicyDocument"]["Statement"]))


PLACES = [(None, None), ("eu-central-1", ACCOUNT)]


@pytest.mark.parametrize(("extra", "place"), list(product(EXTRAS, PLACES)))
@pytest.mark.parametrize("persona", PERSONAS)
def test_a_persona_has_the_statements_of_the_construct(persona: str, extra: str, place: Any) -> None:
    """Policy by policy, statement by statement, and the trust policy; with and without a region and account."""
    assert sorted(built_in().personas[persona].activities) == sorted(PERSONAS[persona])
    ours, theirs = our_role(persona, PERSONAS[persona], extra, *place), their_role(PERSONAS[persona], extra, *place)
    assert ours == theirs
    assert sum(map(len, theirs[0].values())) == COUNTS[persona][list(EXTRAS).index(extra)]


@pytest.mark.parametrize(("extra", "place"), list(product(EXTRAS, PLACES)))
@pytest.mark.parametrize("activity", FILES)
def test_an_activity_has_the_statements_of_the_construct(activity: str, extra: str, place: Any) -> None:
    """Each alone, in the persona custom."""
    assert our_role("custom", [activity], extra, *place) == their_role([activity], extra, *place)


def test_every_template_of_the_construct_is_compared() -> None:
    """No file in the wheel is left over, and no activity of ours has no file."""
    compared = {their_variant(activity, extra)[0] for activity in FILES for extra in EXTRAS}
    assert compared == set(their_files())
    assert set(FILES) == set(templates())


def test_trust_is_that_of_the_first_activity() -> None:
    """The construct lets the order of the list decide; this rendering does so too."""
    for activities in (["manage_glue_tables", "manage_jobs"], ["manage_jobs", "manage_glue_tables"]):
        assert our_role("custom", activities, "none", None, None) == their_role(activities, "none", None, None)

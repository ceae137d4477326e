"""Terraform's JSON: its shape always, and ``terraform validate`` where Terraform and the provider are installed.

The provider is looked for where Terraform itself looks for plug-ins that need no download, below /opt, and in the
folder that MLGOV_TERRAFORM_PLUGINS names. Nothing is fetched.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlgov.roles import TARGETS, RenderedRole
from mlgov.roles.access_grants.assignments import to_terraform
from tests.roles.access_grants.samples import INSTANCE, assigned
from tests.roles.samples import ACTIVITIES, EXTRAS, PERSONAS, rendered
from tests.roles.terraform_shape import ARGUMENTS, faults
from tests.roles.test_exports import MORE

PROVIDER = "registry.terraform.io/hashicorp/aws"
HEAD = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}}}


def roles() -> Iterator[RenderedRole]:
    """Every persona with every limit, inline and managed; and one with everything that a role may have."""
    for kind in ("inline", "managed"):
        for extra, given in EXTRAS.items():
            for persona in PERSONAS:
                name = f"{persona}-{extra}-{kind}".replace("_", "-")
                yield rendered(persona, name=name, policy_type=kind, **given)
        yield rendered(activities=ACTIVITIES[:3], name=f"more-{kind}", policy_type=kind, **MORE)


def files() -> Iterator[tuple[str, str]]:
    """Give name and text of every file."""
    for each in roles():
        yield f"{each.name}.tf.json", TARGETS["terraform"].write(each)
    yield "assignments.tf.json", to_terraform(assigned(), INSTANCE)


def test_every_file_has_the_shape_that_terraform_demands() -> None:
    """Known resources and arguments of the right types, whole labels, references that lead somewhere."""
    every = dict(files())
    assert len(every) == 2 * (len(PERSONAS) * len(EXTRAS) + 1) + 1
    wrong = {name: found for name, text in every.items() if (found := list(faults(json.loads(text))))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"description": "${path.module}"}, "holds the template"),
        ({"description": "for %{ if true }"}, "holds the template"),
        ({"max_session_duration": "3600"}, "max_session_duration is str"),
        ({"names": "x"}, "names is str"),
        ({"permissions_boundary": "${aws_iam_policy.other.arn}"}, "holds the template"),
    ],
)
def test_a_fault_is_found(change: dict[str, Any], fault: str) -> None:
    """So the test above can fail."""
    value = json.loads(TARGETS["terraform"].write(rendered(activities=["access_s3_buckets"])))
    value["resource"]["aws_iam_role"]["SageMaker-churn"] |= change
    assert fault in next(faults(value))


def plugins() -> Path | None:
    """Find the folder with the provider."""
    home = Path.home() / ".terraform.d" / "plugins"
    shared = [Path("/usr/local/share/terraform/plugins"), Path("/usr/share/terraform/plugins")]
    named = [Path(found)] if (found := os.environ.get("MLGOV_TERRAFORM_PLUGINS")) else []
    below = sorted(Path("/opt").glob("*")) if Path("/opt").is_dir() else []
    return next((each for each in (*named, home, *shared, *below) if (each / PROVIDER).is_dir()), None)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Terraform knows the provider; without it the tests say so."""
    folder = plugins()
    if shutil.which("terraform") is None or folder is None:
        pytest.skip("terraform, or its provider hashicorp/aws, is not installed: nothing was validated by it")
    place = tmp_path_factory.mktemp("terraform")
    (place / "head.tf.json").write_text(json.dumps(HEAD))
    ran = terraform(place, "init", "-backend=false", "-input=false", f"-plugin-dir={folder}")
    assert ran.returncode == 0, ran.stderr
    return place


def terraform(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = place / "cli.tfrc"
    settings.touch()
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        ["terraform", *arguments], cwd=place, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_terraform_validates_every_file(workspace: Path) -> None:
    """All of them in one folder, without a warning; and it finds a mistake when there is one."""
    for name, text in files():
        (workspace / name).write_text(text)
    said = json.loads(terraform(workspace, "validate", "-json").stdout)
    assert (said["valid"], said["diagnostics"]) == (True, [])
    wrong = {"resource": {"aws_iam_role": {"wrong": {"name": "x", "path": "no-slash", "assume_role_policy": "{"}}}}
    (workspace / "wrong.tf.json").write_text(json.dumps(wrong))
    said = json.loads(terraform(workspace, "validate", "-json").stdout)
    (workspace / "wrong.tf.json").unlink()
    assert (said["valid"], said["error_count"] > 0) == (False, True)


@pytest.mark.slow
def test_the_arguments_are_those_of_the_provider(workspace: Path) -> None:
    """The table that the shape is judged by is not out of date."""
    ran = terraform(workspace, "providers", "schema", "-json")
    schemas = json.loads(ran.stdout)["provider_schemas"][PROVIDER]["resource_schemas"]
    for name, (needed, optional) in ARGUMENTS.items():
        block = schemas[name]["block"]
        known = block["attributes"].keys() | block.get("block_types", {}).keys()
        demanded = {key for key, each in block["attributes"].items() if each.get("required")}
        demanded |= {key for key, each in block.get("block_types", {}).items() if each.get("min_items")}
        assert set(needed) == demanded, name
        assert set(optional) <= known, name

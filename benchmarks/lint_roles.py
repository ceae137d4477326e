"""Linting and rendering 1,000 role specs: ``mlgov`` beside parliament, which lints what mlgov rendered."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import Cost, Program, alternate

ROLES = 1_000
TITLE = f"Linting and rendering {ROLES:,} roles"
WORK = (
    "Role specs of the shipped personas, each with an account of its own, a network, keys and two tests, in one "
    "repository. mlgov checks them (schema, limits of IAM, actions, resources and conditions, ways to more power in "
    "each role and over several, duties, tests by simulation) without a cache, and then renders them all to IAM's "
    "JSON, for which it checks each of them once more. "
    "parliament lints the rendered policies, one by one, in one run, with its community auditors: it "
    "knows no roles, no trust and no tests. Both programs must have judged every role."
)
HERE = Path(__file__).parent
TOP = HERE.parent
PEERS = TOP / ".venv-peers" / "bin" / "python"
PERSONAS = ("data_scientist", "mlops", "compute", "model_validator", "model_card_author")
NETWORK = {"subnets": ["subnet-0a1b2c3d4e5f60718"], "security_groups": ["sg-0a1b2c3d4e5f60718"]}
BUCKETS, PASSED = ("data_scientist", "compute", "model_validator", "model_card_author"), ("data_scientist", "mlops")
PEOPLE = ("model_validator", "model_card_author")


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Write the roles into ``folder`` and measure both programs on them."""
    (folder / "roles").mkdir(parents=True, exist_ok=True)
    (folder / "mlgov.toml").write_text("")
    for number in range(ROLES):
        spec = role(number)
        (folder / "roles" / f"{spec['metadata']['name']}.yaml").write_text(json.dumps(spec))  # JSON is YAML
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    mlgov = Path(sys.executable).parent / "mlgov"
    both = f"{mlgov} check --no-cache && {mlgov} role render --all -o rendered && ls rendered | wc -l"
    ours = alternate([Program("mlgov", ["sh", "-c", both], says=str(ROLES))], rounds, folder)
    if not PEERS.exists():
        subprocess.run(["make", ".venv-peers/.installed"], cwd=TOP, check=True)
    peer = Program("parliament", [str(PEERS), str(HERE / "peer_parliament.py"), "rendered"], says=f"{ROLES} roles")
    return ours | alternate([peer], 1, folder)


def role(number: int) -> dict[str, object]:
    """Make a role that nothing is wrong with."""
    persona, account = PERSONAS[number % len(PERSONAS)], f"{100000000000 + number // len(PERSONAS)}"
    key = f"arn:aws:kms:eu-central-1:{account}:key/0f0e0d0c-0b0a-4908-8706-0504030201"
    name = f"{persona.replace('_', '-')}-{number // len(PERSONAS):04d}"
    passed = f"arn:aws:iam::{account}:role/SageMaker-compute-{number // len(PERSONAS):04d}"
    images = f"arn:aws:ecr:eu-central-1:{account}:repository/images"
    parameters = {
        **({"s3_buckets": [f"data-{number:04d}"]} if persona in BUCKETS else {}),
        **({"ecr_repositories": [images]} if persona == "compute" else {}),
        **({"roles_to_pass": [passed]} if persona in PASSED else {}),
    }
    spec: dict[str, object] = {
        "persona": persona,
        "description": f"Made for measuring, number {number}.",
        "account": account,
        "region": "eu-central-1",
        "parameters": parameters,
        "tests": [
            {"expect": "deny", "actions": ["iam:Create*", "iam:Put*", "iam:Attach*", "sts:*"]},
            {"expect": "deny", "actions": ["s3:PutBucketPolicy", "kms:PutKeyPolicy"]},
        ],
    }
    if persona in PEOPLE:
        spec["trust"] = {"saml_providers": [f"arn:aws:iam::{account}:saml-provider/staff"]}
    else:
        spec["keys"] = {"data_keys": [f"{key}01"], "volume_keys": [f"{key}02"]}
    if persona == "data_scientist":
        spec["network"] = NETWORK
    head = {"apiVersion": "mlgov/v1", "kind": "Role", "metadata": {"name": name, "owners": ["@ml-platform"]}}
    return {**head, "lifecycle": {"status": "approved"}, "spec": spec}

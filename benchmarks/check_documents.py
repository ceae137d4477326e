"""Checking 10,000 model cards of about 150 lines: ``mlgov check`` beside ajv-cli and check-jsonschema, same files."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import Cost, Program, alternate

CARDS = 10_000
TITLE = f"Checking {CARDS:,} cards"
WORK = (
    "Every card is read from disk and held against the model card schema. mlgov also applies its other rules (front "
    "door, names, evidence, criteria, required fields, references, review dates) and says line and column. Cold: the "
    "cache of an earlier run is removed first. No change: the same again. The programs take turns; check-jsonschema, "
    "which takes minutes, runs once."
)
HERE = Path(__file__).parent
SCHEMA = HERE.parent / "schemas" / "modelcard.json"
IDENTITY = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org", "-c", "commit.gpgsign=false")


def measure(folder: Path, rounds: int, cards: int = CARDS) -> dict[str, Cost]:
    """Make the cards in ``folder`` and measure all programs on them."""
    files = make_repository(folder, cards)
    check = f"{Path(sys.executable).parent / 'mlgov'} check --cache"
    says = f"in {cards:,} files"
    ajv = [str(ajv_cli(HERE / ".work")), "validate", "--spec=draft7", "--strict=false", "--errors=line"]
    quick = [
        Program("mlgov check, cold", ["sh", "-c", f"rm -f .git/mlgov/check.json && exec {check}"], says=says),
        Program("mlgov check, no change", ["sh", "-c", f"exec {check}"], says=says),
        Program("ajv-cli", [*ajv, "-s", str(SCHEMA), "-d", "cards/*.yaml"], says=f"{files[-1]} valid"),
    ]
    peer = str(Path(sys.executable).parent / "check-jsonschema")
    slow = [Program("check-jsonschema", [peer, "--schemafile", str(SCHEMA), *files], says="ok")]
    return alternate(quick, rounds, folder) | alternate(slow, 1, folder)


def make_repository(folder: Path, cards: int) -> list[str]:
    """Make a git repository with ``cards`` cards, all committed, and give their paths."""
    (folder / "cards").mkdir(parents=True, exist_ok=True)
    (folder / "mlgov.toml").write_text("")
    files = [f"cards/model-{number:05d}.yaml" for number in range(cards)]
    for number, path in enumerate(files):
        (folder / path).write_text(card(number))
    (folder / ".gitignore").write_text("*.log\n")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "cards"]):
        subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True)
    time.sleep(3)  # files that changed just now are read again, whatever the cache says
    return files


def ajv_cli(work: Path) -> Path:
    """Install ajv-cli as its lock file says, and give its program. It reads YAML with js-yaml."""
    place = work / "node"
    program = place / "node_modules" / ".bin" / "ajv"
    if not program.exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "node" / name, place)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=place, check=True)
    return program


def card(number: int) -> str:
    """Write a card of about 150 lines."""
    metrics = "".join(
        f"            - name: metric {i}\n"
        f"              type: number\n"
        f"              value: {(number * 31 + i * 7) % 1000 / 1000}\n"
        for i in range(25)
    )
    parameters = "".join(f'        - {{name: parameter_{i}, value: "{i * number}"}}\n' for i in range(20))
    return f"""\
# A card made for measuring, number {number}.
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: model-{number:05d}
  title: Model {number}
  owners: ["@team-{number % 20}"]
  labels:
    domain: d{number % 7}
lifecycle:
  status: draft
spec:
  model_overview:
    model_name: model-{number:05d}
    model_description: >-
      A model that exists to be checked. Its text is as long as the description of a real model would be, and it
      stands on several lines, as people write it.
    model_version: {1 + number % 9}
    problem_type: binary_classification
    algorithm_type: gradient boosting
    model_creator: "@data-science"
    model_owner: "@model-owners"
    model_artifact:
      - s3://models/{number}/model.tar.gz
  intended_uses:
    purpose_of_model: Decide whether a case needs a second look.
    intended_uses: |
      In scope: cases of the domain.
      Out of scope: everything else.
    risk_rating: medium
    explanations_for_risk_rating: A person looks at every decision.
  business_details:
    business_problem: Too many cases.
    business_stakeholders: Operations
    line_of_business: Service
  training_details:
    objective_function:
      function:
        function: maximize
        facet: AUC
    training_observations: None.
    training_job_details:
      training_datasets:
        - s3://data/{number}/train.parquet
      hyper_parameters:
{parameters}  evaluation_details:
    - name: holdout
      datasets:
        - s3://data/{number}/holdout.parquet
      metric_groups:
        - name: quality
          metric_data:
{metrics}  additional_information:
    ethical_considerations: Reviewed.
    caveats_and_recommendations: None known.
    custom_details:
      ticket: T-{number}
"""

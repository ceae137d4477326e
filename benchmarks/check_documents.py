"""Checking 1,000 model cards of about 150 lines: ``mlgov check`` beside check-jsonschema on the same files."""

import sys
from pathlib import Path

from benchmarks.measure import Cost, Program, alternate

CARDS = 1_000
TITLE = f"Checking {CARDS:,} cards"
PEER = "check-jsonschema"
WORK = (
    "Every card is read from disk and held against the model card schema. mlgov also applies its other rules "
    "(front door, names, required fields, references, review dates) and knows the line of every key."
)


def measure(folder: Path, rounds: int) -> dict[str, Cost]:
    """Make the cards in ``folder`` and measure both programs on them."""
    cards = folder / "cards"
    cards.mkdir(parents=True, exist_ok=True)
    (folder / "mlgov.toml").write_text("")
    for number in range(CARDS):
        (cards / f"model-{number:05d}.yaml").write_text(_card(number))
    binaries = Path(sys.executable).parent
    schema = Path(__file__).parent.parent / "schemas" / "modelcard.json"
    files = sorted(str(path) for path in cards.glob("*.yaml"))
    programs = [
        Program("mlgov check", [str(binaries / "mlgov"), "check"], says=f"in {CARDS:,} files"),
        Program(PEER, [str(binaries / "check-jsonschema"), "--schemafile", str(schema), *files], says="ok"),
    ]
    return alternate(programs, rounds, folder)


def _card(number: int) -> str:
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

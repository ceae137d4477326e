"""What mlgov keeps beside SageMaker's sections: lineage, acceptance criteria, claims, evidence and provenance."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from mlgov.cards.texts import Digest, RepositoryPath, Text63, Text255, Text1024, Text2048
from mlgov.lifecycle import Part


def _moment(text: str) -> str:
    """Take only the one way of writing a second in UTC, so that equal times are equal texts."""
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        at = None
    if at is None or at.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0") != text:
        raise ValueError(f"'{text}' is no time in UTC like 2026-11-20T06:00:00Z")
    return text


Moment = Annotated[str, AfterValidator(_moment)]
#: Keys below ``spec`` with dots between; an item of a list by its name in brackets, in quotes where it has to be.
FieldPath = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=512,
        pattern=r"""^[A-Za-z_]\w*(\[name=([^\]"]*|"[^"]*")\])?(\.[A-Za-z_]\w*(\[name=([^\]"]*|"[^"]*")\])?)*$""",
    ),
]


class Evidence(Part):
    """A file of the repository that an evaluation or a claim rests on, bound by its digest."""

    path: RepositoryPath = Field(examples=["evidence/churn/evaluation.json"])
    """Path of the file in this repository."""
    digest: Digest
    """SHA-256 of its bytes."""


class Dataset(Part):
    """Data that the model was made from or judged by."""

    name: Text255 = Field(examples=["churn customers 2026-06"])
    """What people call it."""
    used_for: Literal["training", "validation", "test", "reference"]
    """training, validation (to choose among models), test (to judge the chosen one) or reference (for monitors)."""
    uri: Text1024 | None = Field(default=None, examples=["s3://churn-data/2026-06/train.parquet"])
    """Where it lies."""
    version: Text255 | None = Field(default=None, examples=["2026-06"])
    """Which version of it."""
    digest: Digest | None = None
    """SHA-256 of its bytes."""
    notes: Text1024 | None = None
    """Where it comes from, who may use it, what is missing in it."""


class Code(Part):
    """Code that made the model."""

    repository: Text1024 = Field(examples=["https://git.example.org/ml/churn"])
    """Address of its repository."""
    commit: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")] | None = None
    """The commit, in full."""
    path: Text1024 | None = Field(default=None, examples=["train.py"])
    """What was run, inside the repository."""


class Lineage(Part):
    """What the model comes from."""

    datasets: list[Dataset] = Field(default_factory=list, max_length=100)
    """Data that went into it."""
    code: list[Code] = Field(default_factory=list, max_length=20)
    """Code that made it."""


class AcceptanceCriterion(Part):
    """A limit that a number of an evaluation has to keep. The verdict is worked out from both and never stored."""

    name: Text63 = Field(examples=["finds malignant masses"])
    """What the criterion is called."""
    evaluation: Text63 = Field(examples=["holdout"])
    """Name of the evaluation that is judged."""
    metric_group: Text63 | None = Field(default=None, examples=["quality"])
    """Name of the group; any group of the evaluation when missing."""
    metric: Text255 = Field(examples=["recall"])
    """Name of a metric of type number."""
    condition: Literal["at_least", "at_most"]
    """at_least: the value must reach the threshold; at_most: it must not pass it."""
    threshold: float = Field(examples=[0.95])
    """The limit, in the unit of the metric."""
    rationale: Text1024 | None = None
    """Why this limit."""


class Claim(Part):
    """A statement that the card answers a requirement of a framework."""

    framework: Text63 = Field(examples=["eu-ai-act-annex-iv"])
    """Id of the framework."""
    requirement: Text63 = Field(examples=["2(g)"])
    """Id of the requirement."""
    statement: Text2048
    """How it is met, or why it does not apply."""
    evidence: list[Evidence] = Field(default_factory=list, max_length=10)
    """Files of this repository that show it."""


class Provenance(Part):
    """Where a value of the card was imported from. A value without such an entry was written by people."""

    field: FieldPath = Field(examples=["model_overview.model_id"])
    """The value: keys below spec, with dots between."""
    source: Text1024 = Field(examples=["mlflow:runs/4f1c0a at https://mlflow.example.org"])
    """What it was read from; never with credentials."""
    run: Text255 | None = Field(default=None, examples=["4f1c0a"])
    """Which run, version or file of the source."""
    digest: Digest
    """SHA-256 of the value as it was imported, as RFC 8785 canonical JSON."""
    at: Moment = Field(examples=["2026-11-20T06:00:00Z"])
    """When it was imported, in UTC."""

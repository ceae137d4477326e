"""The job of a schedule: a definition of its own, or one inside of the schedule as older tools wrote it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlgov.errors import ImportFormatError
from mlgov.monitors.sagemaker.descriptions import TYPES, Descriptions, Fields
from mlgov.names import is_name


@dataclass(frozen=True, slots=True)
class Job:
    """The job of a schedule, wherever it is described.

    Attributes:
        fields: The description that it is part of.
        kind: Its type as AWS calls it.
        inside: The path to it: empty for a definition of its own.
    """

    fields: Fields
    kind: str
    inside: tuple[str, ...] = ()

    def part(self, name: str) -> tuple[str, ...]:
        """Give the path to a part: an inline job has the plain names."""
        plain = {"BaselineConfig": "BaselineConfig", "AppSpecification": "MonitoringAppSpecification"}
        if self.inside:
            return (*self.inside, "MonitoringInputs", "0") if name == "JobInput" else (*self.inside, plain[name])
        return (f"{self.kind}{name}",)

    def take(self, part: str, *path: str) -> Any:  # noqa: ANN401 - any JSON value
        return self.fields.take(*self.part(part), *path)

    def text(self, part: str, *path: str) -> str:
        return self.fields.text(*self.part(part), *path)

    @property
    def input(self) -> str:
        """Which input it has."""
        batch = self.fields.below(*self.part("JobInput"), "BatchTransformInput")
        return "BatchTransformInput" if batch else "EndpointInput"


def job_of(fields: Fields, found: Descriptions) -> Job:
    said = fields.text("MonitoringType")
    configured = fields.text("MonitoringScheduleConfig", "MonitoringType")
    inline = ("MonitoringScheduleConfig", "MonitoringJobDefinition")
    if fields.below(*inline):
        kind = said or configured or "DataQuality"
        return Job(fields, kind, inline)
    name = fields.text("MonitoringScheduleConfig", "MonitoringJobDefinitionName")
    if name not in found.jobs:
        kind = re.sub(r"(?<!^)([A-Z])", r"-\1", said or configured or "DataQuality").lower()
        hint = f"Add what 'aws sagemaker describe-{kind}-job-definition --job-definition-name {name}' prints."
        raise ImportFormatError(f"{fields.label} runs the job definition '{name}', which no file describes.", hint=hint)
    job = found.jobs[name]
    job.take("JobDefinitionName")
    kind = next(kind for kind in TYPES if job.below(f"{kind}JobInput"))
    if {said, configured} - {"", kind}:
        raise ImportFormatError(f"{fields.label} is of type {said or configured} and {job.label} of {kind}.")
    return Job(job, kind)


def model_of(jobs: Mapping[str, Job]) -> str:
    names = {
        dict(job.fields.rest()).get(".".join((*job.part("JobInput"), job.input, "EndpointName")))
        for job in jobs.values()
    }
    if len(names) != 1 or None in names:
        raise ImportFormatError("The schedules do not tell which one model they watch.", hint="Name it with --model.")
    return slug(str(names.pop()))


def slug(text: str) -> str:
    """Make a name of what SageMaker calls something. Raises ImportFormatError."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
    if not is_name(name):
        raise ImportFormatError(f"{text!r} makes no legal name.", hint="Name the model with --model.")
    return name

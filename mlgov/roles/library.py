"""The ML activities and personas that roles are put together from, and the format of their files.

They are YAML files in ``activities/`` and ``personas/``, read through the same front door as every other document.
An activity is a list of statements. In its strings ``{placeholders}`` stand for values of the role spec:

* ``{partition}``, ``{dns_suffix}``, ``{region}``, ``{account}``: one value each, ``*`` for a region or account that is
  not given;
* the parameters ``{roles_to_pass}``, ``{s3_buckets}``, ``{ecr_repositories}``, ``{athena_workgroups}``,
  ``{glue_databases}`` and ``{mlflow_servers}``;
* ``{subnets}``, ``{security_groups}``: only below ``only_with: network`` or ``with_network``;
* ``{data_keys}``, ``{volume_keys}``: only below ``only_with: keys`` or ``with_keys``.

A string with a list placeholder is repeated once per value. Nothing else is substituted, and a string that still
holds a brace afterwards ends the rendering.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator

from mlgov.documents import load
from mlgov.errors import MlgovError
from mlgov.lifecycle import Part, wording

SCALARS = frozenset({"partition", "dns_suffix", "region", "account"})
PARAMETERS = frozenset(
    {"roles_to_pass", "s3_buckets", "ecr_repositories", "athena_workgroups", "glue_databases", "mlflow_servers"}
)
EXTRAS: dict[str, frozenset[str]] = {
    "network": frozenset({"subnets", "security_groups"}),
    "keys": frozenset({"data_keys", "volume_keys"}),
}

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")

#: Operators that activities may use. None of them holds for a key that is absent (``…IfExists`` would), except
#: ``ForAllValues``, which must therefore stand beside ``Null``, and ``StringNotEquals``, which is for what a request
#: must not set.
OPERATORS = frozenset(
    {
        "ArnEquals",
        "ArnLike",
        "Bool",
        "ForAllValues:StringEquals",
        "Null",
        "StringEquals",
        "StringLike",
        "StringNotEquals",
    }
)

Extra = Literal["network", "keys"]
Id = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]*$", max_length=60)]
#: A full action name. Wildcards are not accepted: an activity is a closed list.
Action = Annotated[str, StringConstraints(pattern="^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$")]
Sid = Annotated[str, StringConstraints(pattern="^[A-Z][A-Za-z0-9]{0,63}$")]
#: Policy text as IAM takes it, less what JSON would have to escape.
Text = Annotated[str, StringConstraints(pattern=r"^[ -~]+$", max_length=1000)]
#: Operator -> condition key -> values.
Conditions = dict[str, dict[str, Annotated[list[Text], Field(min_length=1)]]]


class StatementTemplate(Part):
    """One Allow statement of an activity."""

    sid: Sid
    """Its Sid, unique in the activity."""
    purpose: Text
    """What it permits, in plain words."""
    only_with: Extra | None = None
    """The statement is there only when the role has a network, or keys."""
    actions: list[Action] = Field(min_length=1)
    """Full action names."""
    resources: list[Text] = Field(min_length=1)
    """Resource ARNs; a lone * only for actions that know no resources."""
    conditions: Conditions = Field(default_factory=dict)
    """Conditions that always apply."""
    with_network: Conditions = Field(default_factory=dict)
    """Further conditions for a role with a network."""
    with_keys: Conditions = Field(default_factory=dict)
    """Further conditions for a role with keys."""

    @model_validator(mode="after")
    def _holds(self) -> "StatementTemplate":
        allowed = SCALARS | PARAMETERS | EXTRAS.get(self.only_with or "", frozenset())
        _known([*self.resources, *_strings(self.conditions)], allowed, self.sid)
        _known(_strings(self.with_network), allowed | EXTRAS["network"], self.sid)
        _known(_strings(self.with_keys), allowed | EXTRAS["keys"], self.sid)
        _no_escalation(self)
        for conditions in (self.conditions, self.with_network, self.with_keys):
            _no_tautology(conditions, self.sid)
        return self

    @property
    def placeholders(self) -> set[str]:
        """Every placeholder of the statement."""
        every = (self.resources, *map(_strings, (self.conditions, self.with_network, self.with_keys)))
        return {name for strings in every for text in strings for name in PLACEHOLDER.findall(text)}

    def reacts_to(self, extra: str) -> bool:
        """Say whether a network, or keys, change this statement."""
        return self.only_with == extra or bool(self.with_network if extra == "network" else self.with_keys)


class TrustTemplate(Part):
    """Conditions that an activity puts on SageMaker assuming the role."""

    only_with: Extra | None = None
    """They apply only when the role has a network, or keys."""
    conditions: Conditions = Field(min_length=1)
    """Operator, condition key, values."""

    @model_validator(mode="after")
    def _holds(self) -> "TrustTemplate":
        _known(_strings(self.conditions), SCALARS, "trust")
        _no_tautology(self.conditions, "trust")
        return self


class Activity(Part):
    """A named bundle of permissions."""

    id: Id
    """Its id: verb and noun; the name of its file."""
    title: Text
    """Its name for people."""
    summary: Text
    """What it permits, in plain words."""
    extends: Id | None = None
    """A built-in activity whose statements it has as well; one with a sid of its own is replaced."""
    parameters: list[str] = Field(default_factory=list)
    """The parameters it asks for: exactly those that its statements use."""
    statements: list[StatementTemplate] = Field(min_length=1)
    """Its statements."""
    trust: list[TrustTemplate] = Field(default_factory=list)
    """Conditions on the trust policy."""

    @model_validator(mode="after")
    def _holds(self) -> "Activity":
        used = {name for statement in self.statements for name in statement.placeholders} & PARAMETERS
        if used != set(self.parameters):
            raise ValueError(f"the statements use the parameters {sorted(used)}, not {sorted(self.parameters)}")
        sids = [statement.sid for statement in self.statements]
        if len(set(sids)) != len(sids):
            raise ValueError("a sid stands twice")
        return self

    @property
    def policy_name(self) -> str:
        """The name of its policy: ``ManageJobs`` for ``manage_jobs``."""
        return "".join(word.capitalize() for word in self.id.split("_"))

    def reacts_to(self, extra: str) -> bool:
        """Say whether a network, or keys, change what this activity permits."""
        return any(statement.reacts_to(extra) for statement in self.statements)


class Persona(Part):
    """A kind of user that a role is made for."""

    id: Id
    """Its id; the name of its file."""
    title: Text
    """Its name for people."""
    summary: Text
    """Who it is, in plain words."""
    extends: Id | None = None
    """A built-in persona whose activities it brings as well; its own of the same id among them."""
    activities: list[Id] = Field(default_factory=list)
    """The activities that it brings."""
    without: list[Id] = Field(default_factory=list)
    """Activities of the persona that it extends which it does not bring."""
    assumed_by: Literal["sagemaker", "people"] = "sagemaker"
    """Whether SageMaker may assume a role of this persona when the role does not say."""


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that a role can be put together from, by id."""

    activities: Mapping[str, Activity]
    personas: Mapping[str, Persona]


PartT = TypeVar("PartT", Activity, Persona)


@cache
def built_in() -> Library:
    """Read the activities and personas that come with mlgov.

    Raises:
        MlgovError: A file of ours is damaged.
    """
    activities = {found.id: found for found in map(read_activity, *_files("activities"))}
    personas = {found.id: found for found in map(read_persona, *_files("personas"))}
    for persona in personas.values():
        if unknown := set(persona.activities) - set(activities):
            raise MlgovError(f"The persona {persona.id} names unknown activities: {', '.join(sorted(unknown))}.")
    return Library(activities, personas)


def read_activity(data: bytes, path: str) -> Activity:
    """Read one activity file. Raises MlgovError when it breaks the format above."""
    return _read(data, path, Activity)


def read_persona(data: bytes, path: str) -> Persona:
    """Read one persona file. Raises MlgovError when it breaks the format above."""
    return _read(data, path, Persona)


def _files(folder: str) -> tuple[list[bytes], list[str]]:
    found = sorted(
        (entry for entry in resources.files("mlgov.roles").joinpath(folder).iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    return [entry.read_bytes() for entry in found], [f"{folder}/{entry.name}" for entry in found]


def _read(data: bytes, path: str, model: type[PartT]) -> PartT:
    document, findings = load(data, path)
    if document is None:
        raise MlgovError(f"{findings[0].location}: {findings[0].message}")
    try:
        part = model.model_validate(document.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise MlgovError(f"{path}: {where}: {wording.sentence(first)}") from None
    if not path.endswith(f"/{part.id}.yaml"):
        raise MlgovError(f"{path}: the id is {part.id}, not the name of the file.")
    return part


def _strings(conditions: Conditions) -> list[str]:
    return [text for keys in conditions.values() for values in keys.values() for text in values]


def _known(strings: list[str], allowed: frozenset[str], where: str) -> None:
    for text in strings:
        unknown = set(PLACEHOLDER.findall(text)) - allowed
        left = PLACEHOLDER.sub("", text)
        if unknown or "{" in left or "}" in left or "$" in left:
            raise ValueError(f"{where}: {text!r} holds a placeholder that has no value there")


def _no_escalation(statement: StatementTemplate) -> None:
    """Keep out what would let a role grant itself more: IAM and STS actions, except PassRole of named roles."""
    guarded = [action for action in statement.actions if action.partition(":")[0] in ("iam", "sts", "organizations")]
    if not guarded:
        return
    passed_to = statement.conditions.get("StringEquals", {}).get("iam:PassedToService", [])
    alone = statement.actions == ["iam:PassRole"] and statement.resources == ["{roles_to_pass}"]
    if not (alone and passed_to and not any("*" in service or "{" in service for service in passed_to)):
        raise ValueError(f"{statement.sid}: of IAM only PassRole of {{roles_to_pass}} to named services is permitted")


def _no_tautology(conditions: Conditions, where: str) -> None:
    """Keep out conditions that look like a limit and always hold."""
    if unknown := set(conditions) - OPERATORS:
        raise ValueError(f"{where}: the operator {sorted(unknown)[0]} is not one that activities may use")
    if "*" in _strings(conditions):
        raise ValueError(f"{where}: a condition on * always holds")
    for key in conditions.get("ForAllValues:StringEquals", {}):
        if conditions.get("Null", {}).get(key) != ["false"]:
            raise ValueError(f"{where}: ForAllValues holds when {key} is absent; add Null {key}: false")

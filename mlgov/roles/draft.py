"""A new role spec from answers, as the value of a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mlgov.names import API_VERSION, Kind, Status
from mlgov.roles.library import Library

Texts = Sequence[str]


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody wants of a new role. What is empty is left out of the draft.

    Attributes:
        name: Name of the document.
        persona: Id of a persona.
        title: Name for people.
        description: What the role is for.
        owners: Who answers for it, as ``@team``.
        account: Twelve digits.
        region: An AWS region.
        lists: Answers that are lists, by their key: those of network, keys, parameters, trust and the managed policies.
        activities: Ids; those of the persona when None.
        github: Repository and environments of workflows that may assume the role.
        permissions_boundary: ARN of a policy.
        tags: Tags of the role.
    """

    name: str
    persona: str
    title: str = ""
    description: str = ""
    owners: Texts = ()
    account: str = ""
    region: str = ""
    lists: Mapping[str, Texts] = field(default_factory=dict)
    activities: Texts | None = None
    github: Mapping[str, Texts] = field(default_factory=dict)
    permissions_boundary: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


def draft(answers: Answers) -> dict[str, Any]:
    """Give the document, with its keys in no particular order."""
    metadata = {"name": answers.name, "title": answers.title, "owners": list(answers.owners)}
    github = [{"repository": name, "environments": list(where)} for name, where in answers.github.items()]
    spec = {
        "persona": answers.persona,
        "description": answers.description,
        "activities": None if answers.activities is None else [{"id": name} for name in answers.activities],
        "parameters": _chosen(answers, PARAMETERS),
        "network": _chosen(answers, NETWORK),
        "keys": _chosen(answers, KEYS),
        "account": answers.account,
        "region": answers.region,
        "managed_policy_arns": list(answers.lists.get("managed_policy_arns", ())),
        "permissions_boundary": answers.permissions_boundary,
        "tags": dict(answers.tags),
        "trust": _chosen(answers, TRUST) | ({"github": github} if github else {}),
    }
    lifecycle = {"status": Status.DRAFT.value}
    return {
        "apiVersion": API_VERSION,
        "kind": Kind.ROLE.value,
        "metadata": _kept(metadata),
        "lifecycle": lifecycle,
        "spec": _kept(spec),
    }


PARAMETERS = (
    "roles_to_pass",
    "s3_buckets",
    "ecr_repositories",
    "athena_workgroups",
    "glue_databases",
    "mlflow_servers",
)
NETWORK = ("subnets", "security_groups")
KEYS = ("data_keys", "volume_keys")
TRUST = ("principals", "saml_providers")


def chosen_activities(persona: str, activities: Texts | None, library: Library) -> list[str]:
    """Give the ids of the activities of a role; those of its persona when there are none of its own."""
    return list(library.personas[persona].activities if activities is None else activities)


def asked_parameters(activities: Texts, library: Library) -> list[str]:
    """List the parameters that activities ask for, in one order; unknown activities ask for nothing."""
    asked = {name for each in activities if each in library.activities for name in library.activities[each].parameters}
    return [name for name in PARAMETERS if name in asked]


def _chosen(answers: Answers, keys: Texts) -> dict[str, list[str]]:
    return {key: list(answers.lists[key]) for key in keys if answers.lists.get(key)}


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}

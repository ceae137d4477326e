"""The statements of the public CDK construct for SageMaker roles, as they are.

The construct is ``cdklabs.cdk-aws-sagemaker-role-manager``. Each file here says what one of its activities renders in
its four variants: with none of network and keys, with one, with both. Nothing is repaired: what is wrong with an
activity stands in its file as ``defects``, and is repaired in ``activities/``, which roles use unless they say
``compat: cdk``.
"""

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from mlgov.documents import load
from mlgov.errors import MlgovError
from mlgov.lifecycle import Part
from mlgov.roles.filling import Values, conditions, distinct, filled, scalars_of
from mlgov.roles.library import Conditions, Extra, TrustTemplate
from mlgov.roles.policy import Statement, TrustStatement
from mlgov.roles.schema import RoleSpec

Variant = Literal["none", "network", "keys", "both"]

#: How the construct spells the extras of a role in names of policies.
_SUFFIXES: dict[Extra, str] = {"network": "_VPC", "keys": "_KMS"}


class CdkStatement(Part):
    """One statement of the construct; it has no Sid."""

    purpose: str
    """What it permits, in plain words."""
    when: list[Variant] = Field(default_factory=list)
    """The variants that it stands in; every one when the list is empty."""
    actions: list[str] = Field(min_length=1)
    """Full action names."""
    resources: list[str] = Field(min_length=1)
    """Resource ARNs."""
    conditions: Conditions = Field(default_factory=dict)
    """Conditions in every variant."""
    with_network: Conditions = Field(default_factory=dict)
    """Further conditions in the variants with a network."""
    with_keys: Conditions = Field(default_factory=dict)
    """Further conditions in the variants with keys."""


class CdkDefect(Part):
    """Something wrong with the construct's statements."""

    when: list[Variant] = Field(default_factory=list)
    """The variants that have it; every one when the list is empty."""
    text: str
    """What is wrong, in plain words."""


class CdkActivity(Part):
    """One activity of the construct."""

    id: str
    """Id of the same activity here."""
    policy_name: str
    """What the construct calls its policy."""
    version: int = 1
    """The version that the construct gives the policy."""
    reacts_to: list[Extra] = Field(default_factory=list)
    """The extras that change its statements; others are ignored in silence, as the construct does."""
    statements: list[CdkStatement] = Field(min_length=1)
    """Its statements."""
    trust: list[TrustTemplate] = Field(default_factory=list)
    """Conditions on SageMaker assuming the role."""
    defects: list[CdkDefect] = Field(default_factory=list)
    """What is wrong with it."""


@cache
def templates() -> dict[str, CdkActivity]:
    """Read the activities of the construct, by our ids."""
    entries = sorted(resources.files("mlgov.roles.cdk").iterdir(), key=lambda entry: entry.name)
    found = [_read(entry.read_bytes(), entry.name) for entry in entries if entry.name.endswith(".yaml")]
    return {activity.id: activity for activity in found}


def _read(data: bytes, path: str) -> CdkActivity:
    document, findings = load(data, path)
    if document is None:
        raise MlgovError(f"{findings[0].location}: {findings[0].message}")
    return CdkActivity.model_validate(document.value)


def policy_name(activity: CdkActivity, extras: Iterable[str]) -> str:
    """Give the name of a policy: that of the construct without the time that it appends."""
    suffix = "".join(written for extra, written in _SUFFIXES.items() if extra in _heard(activity, extras))
    return f"{activity.policy_name}{suffix}_V{activity.version}"


def statements(activity: CdkActivity, extras: Iterable[str], values: Values) -> tuple[Statement, ...]:
    """Render the statements of one activity.

    Args:
        activity: Which.
        extras: Which of network and keys the role has.
        values: What placeholders stand for. KMS keys are cut down to their ids, as the construct does it.
    """
    heard = _heard(activity, extras)
    variant = _variant(heard)
    cut = {name: _cut(values[name]) for name in ("data_keys", "volume_keys") if name in values}
    wanted = [each for each in activity.statements if not each.when or variant in each.when]
    return tuple(_statement(each, heard, {**values, **cut}) for each in wanted)


def trust(activity: CdkActivity, extras: Iterable[str], spec: RoleSpec) -> TrustStatement:
    """Render the trust of one activity: SageMaker, under the conditions of that activity alone."""
    heard = _heard(activity, extras)
    blocks = [template.conditions for template in activity.trust if template.only_with in (None, *heard)]
    return TrustStatement("", "Service", ("sagemaker.amazonaws.com",), conditions(blocks, scalars_of(spec)))


def defects(activity: CdkActivity, extras: Iterable[str]) -> list[str]:
    """List what is wrong with the statements of one activity, in plain words."""
    variant = _variant(_heard(activity, extras))
    return [defect.text for defect in activity.defects if not defect.when or variant in defect.when]


def _heard(activity: CdkActivity, extras: Iterable[str]) -> set[str]:
    return set(extras) & set(activity.reacts_to)


def _variant(heard: set[str]) -> str:
    return "both" if len(heard) == 2 else next(iter(heard), "none")


def _cut(keys: Iterable[str]) -> list[str]:
    return [key.rpartition("/")[2] for key in keys]


def _statement(template: CdkStatement, extras: set[str], values: Values) -> Statement:
    narrowing = {"network": template.with_network, "keys": template.with_keys}
    blocks = [template.conditions, *(block for extra, block in narrowing.items() if extra in extras)]
    return Statement(
        sid="",
        purpose=template.purpose,
        limits=(),
        actions=distinct(template.actions),
        resources=filled(template.resources, values),
        conditions=conditions(blocks, values),
    )

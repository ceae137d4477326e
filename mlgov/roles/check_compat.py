"""What is wrong with a role that is rendered as the public CDK construct does it."""

from collections.abc import Iterator

from mlgov.documents import Pointer
from mlgov.findings import Severity
from mlgov.roles import cdk, rules
from mlgov.roles.assembly import activities_of
from mlgov.roles.filling import extras_of
from mlgov.roles.library import Library, built_in
from mlgov.roles.problem import Problem
from mlgov.roles.schema import RoleSpec
from mlgov.roles.trust import is_for_sagemaker


def check_compat(spec: RoleSpec, library: Library) -> Iterator[Problem]:
    """List the defects of the construct's statements; what the construct does not have is an error.

    Args:
        spec: A role whose persona and activities are known.
        library: Activities and personas.
    """
    if spec.compat != "cdk":
        return
    place: Pointer = ("spec", "compat")
    ids = [choice.id for choice in activities_of(spec, library)]
    foreign = [found for found in ids if not _is_of_construct(found, library)]
    if spec.statements:
        message = "The construct has no statements of a role's own."
        yield Problem(rules.COMPAT, place, message, severity=Severity.ERROR)
    elif foreign:
        message = f"The construct does not have {', '.join(foreign)}."
        yield Problem(rules.COMPAT, place, message, severity=Severity.ERROR)
    elif spec.partition != "aws" or not is_for_sagemaker(spec, library):
        message = "The construct renders only roles for SageMaker in the partition aws."
        yield Problem(rules.COMPAT, place, message, severity=Severity.ERROR)
    else:
        for defect, having in _defects(spec, ids).items():
            yield Problem(rules.COMPAT, place, f"{defect} ({', '.join(having)})")


def _defects(spec: RoleSpec, ids: list[str]) -> dict[str, list[str]]:
    """List what is wrong, and the activities in which it is."""
    found: dict[str, list[str]] = {}
    for activity in sorted(ids):
        for defect in cdk.defects(cdk.templates()[activity], extras_of(spec)):
            found.setdefault(defect, []).append(activity)
    return found


def _is_of_construct(activity: str, library: Library) -> bool:
    """Say whether an activity is one of the construct, and not replaced by one of the repository."""
    return activity in cdk.templates() and library.activities[activity] is built_in().activities.get(activity)

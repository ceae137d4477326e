"""The limits of IAM that a rendered role must keep. Sizes are characters without white space."""

from collections.abc import Iterator

from mlgov.documents import Pointer
from mlgov.findings import Severity
from mlgov.roles import iam_json, rules
from mlgov.roles.packing import ATTACHED_DEFAULT, MANAGED_POLICY_MAX, objects
from mlgov.roles.policy import RenderedRole
from mlgov.roles.problem import Problem

ROLE_NAME_MAX = 64
INLINE_POLICIES_MAX = 10_240
TRUST_POLICY_MAX = 2_048
#: The most attached managed policies that are accepted here; an account takes 10 unless its quota is raised.
ATTACHED_MAX = 20


def check_limits(rendered: RenderedRole) -> Iterator[Problem]:
    """Find limits that a rendered role breaks."""
    if len(rendered.name) > ROLE_NAME_MAX:
        message = f"The role would be called {rendered.name}: {len(rendered.name)} characters, the limit is 64."
        yield Problem(rules.NAME_LENGTH, ("metadata", "name"), message)
    yield from _sizes(rendered)
    yield from _attached(rendered)


def _sizes(rendered: RenderedRole) -> Iterator[Problem]:
    trust = iam_json.size(iam_json.trust_document(rendered))
    sizes = {policy.name: iam_json.size(iam_json.policy_document(policy)) for policy in objects(rendered)}
    if trust > TRUST_POLICY_MAX:
        yield _too_large(("spec", "trust"), "The trust policy", trust, TRUST_POLICY_MAX)
    if rendered.policy_type == "inline" and sum(sizes.values()) > INLINE_POLICIES_MAX:
        yield _too_large(("spec",), "The sum of the inline policies", sum(sizes.values()), INLINE_POLICIES_MAX)
    for name, size in sizes.items():
        if rendered.policy_type == "managed" and size > MANAGED_POLICY_MAX:
            yield _too_large(("spec",), f"The policy {name}", size, MANAGED_POLICY_MAX)


def _too_large(pointer: Pointer, what: str, size: int, limit: int) -> Problem:
    return Problem(rules.POLICY_SIZE, pointer, f"{what} has {size:,} characters; IAM takes {limit:,}.", at_key=True)


def _attached(rendered: RenderedRole) -> Iterator[Problem]:
    own = len(objects(rendered)) if rendered.policy_type == "managed" else 0
    count = own + len(rendered.managed_policy_arns)
    if count > ATTACHED_DEFAULT:
        severity = Severity.ERROR if count > ATTACHED_MAX else Severity.WARNING
        limit = ATTACHED_MAX if count > ATTACHED_MAX else ATTACHED_DEFAULT
        message = f"{count} managed policies are attached to the role; the limit is {limit}."
        yield Problem(rules.ATTACHED_POLICIES, ("spec", "managed_policy_arns"), message, "", severity, at_key=True)

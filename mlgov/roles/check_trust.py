"""Who may assume a role: somebody, and only under conditions that are written out."""

from collections.abc import Iterator

from mlgov.documents import Pointer
from mlgov.roles import rules
from mlgov.roles.library import Library
from mlgov.roles.problem import Problem
from mlgov.roles.schema import RoleSpec
from mlgov.roles.trust import github_subjects, is_for_sagemaker


def check_trust(spec: RoleSpec, library: Library) -> Iterator[Problem]:
    """Find a role that nobody may assume, and trust in GitHub that does not say in what."""
    trust = spec.trust
    others = (trust.services, trust.principals, trust.saml_providers, trust.oidc, trust.github)
    if not any(others) and not is_for_sagemaker(spec, library):
        yield Problem(rules.NOBODY, ("spec", "trust"), "Nobody may assume the role.")
    for index, each in enumerate(trust.github):
        place: Pointer = ("spec", "trust", "github", index)
        if not github_subjects(each):
            message = f"Nothing says which workflows of {each.repository} may assume the role."
            fix = "Add branches, git_tags, environments or pull_requests."
            yield Problem(rules.MISSING_PARAMETER, (*place, "branches"), message, fix)
        if each.provider is None and spec.account is None:
            message = "Without an account of the role the identity provider of GitHub is not known."
            fix = "Add spec.account, or the provider here."
            yield Problem(rules.MISSING_PARAMETER, (*place, "provider"), message, fix)

"""Who may assume a role: SageMaker, other services, IAM principals, identity providers, workflows on GitHub."""

from collections.abc import Iterator, Sequence

from mlgov.roles.filling import conditions, distinct, extras_of, scalars_of
from mlgov.roles.library import Conditions, Library, TrustTemplate
from mlgov.roles.policy import Condition, TrustStatement
from mlgov.roles.schema import GitHubTrust, RoleSpec
from mlgov.roles.shapes import DNS_SUFFIXES

SAGEMAKER = "sagemaker.amazonaws.com"
GITHUB = "token.actions.githubusercontent.com"
#: Where SAML assertions are sent to, by partition: the audience that an assertion must name.
SAML_AUDIENCES = {
    "aws": "https://signin.aws.amazon.com/saml",
    "aws-cn": "https://signin.amazonaws.cn/saml",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
}


def trust_statements(spec: RoleSpec, library: Library, templates: Sequence[TrustTemplate]) -> Iterator[TrustStatement]:
    """List who may assume a role.

    Args:
        spec: The role.
        library: Personas, which say whether SageMaker is among them.
        templates: The conditions that activities put on SageMaker.
    """
    yield from _services(spec, library, templates)
    if spec.trust.principals:
        yield TrustStatement("Principals", "AWS", distinct(spec.trust.principals), ())
    yield from _saml(spec)
    yield from _oidc(spec)
    yield from _github(spec)


def is_for_sagemaker(spec: RoleSpec, library: Library) -> bool:
    """Say whether SageMaker may assume the role: the role says so, or else its persona."""
    if spec.trust.sagemaker is not None:
        return spec.trust.sagemaker
    persona = library.personas.get(spec.persona)
    return persona is None or persona.assumed_by == "sagemaker"


def _services(spec: RoleSpec, library: Library, templates: Sequence[TrustTemplate]) -> Iterator[TrustStatement]:
    """SageMaker under every condition that some activity puts; others only tied to the account."""
    extras, scalars = extras_of(spec), scalars_of(spec)
    account: Conditions = {"StringEquals": {"aws:SourceAccount": ["{account}"]}} if spec.account else {}
    blocks = [template.conditions for template in templates if template.only_with in (None, *extras)]
    if is_for_sagemaker(spec, library):
        yield TrustStatement("SageMaker", "Service", (SAGEMAKER,), conditions([account, *blocks], scalars))
    if services := set(spec.trust.services) - {SAGEMAKER}:
        yield TrustStatement("Services", "Service", distinct(services), conditions([account], scalars))


def _saml(spec: RoleSpec) -> Iterator[TrustStatement]:
    if spec.trust.saml_providers:
        audience = Condition("StringEquals", "SAML:aud", (SAML_AUDIENCES[spec.partition],))
        providers = distinct(spec.trust.saml_providers)
        yield TrustStatement("Saml", "Federated", providers, (audience,), ("sts:AssumeRoleWithSAML",))


def _oidc(spec: RoleSpec) -> Iterator[TrustStatement]:
    every = sorted(spec.trust.oidc, key=lambda each: (each.provider, sorted(each.audiences), sorted(each.subjects)))
    for number, each in enumerate(every, start=1):
        yield _web_identity(f"Oidc{number}", each.provider, each.audiences, each.subjects)


def _github(spec: RoleSpec) -> Iterator[TrustStatement]:
    """One statement per provider, for all repositories together: their subjects are alternatives."""
    subjects: dict[str, list[str]] = {}
    for each in spec.trust.github:
        subjects.setdefault(github_provider(spec, each), []).extend(github_subjects(each))
    audience = f"sts.{DNS_SUFFIXES[spec.partition]}"
    for number, provider in enumerate(sorted(subjects), start=1):
        yield _web_identity(f"GitHub{number}", provider, [audience], subjects[provider])


def github_provider(spec: RoleSpec, trust: GitHubTrust) -> str:
    """Give the identity provider of a workflow: the one named, or the usual one of the account."""
    return trust.provider or f"arn:{spec.partition}:iam::{spec.account or '*'}:oidc-provider/{GITHUB}"


def github_subjects(trust: GitHubTrust) -> list[str]:
    """List the subjects of the tokens that GitHub gives to the workflows meant.

    Source: https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
    """
    wanted = [f"environment:{name}" for name in trust.environments]
    wanted += [f"ref:refs/heads/{name}" for name in trust.branches]
    wanted += [f"ref:refs/tags/{name}" for name in trust.git_tags]
    wanted += ["pull_request"] if trust.pull_requests else []
    return [f"repo:{trust.repository}:{what}" for what in wanted]


def _web_identity(sid: str, provider: str, audiences: Sequence[str], subjects: Sequence[str]) -> TrustStatement:
    issuer = provider.partition(":oidc-provider/")[2]
    asked = (
        Condition("StringEquals", f"{issuer}:aud", distinct(audiences)),
        Condition("StringEquals", f"{issuer}:sub", distinct(subjects)),
    )
    return TrustStatement(sid, "Federated", (provider,), asked, ("sts:AssumeRoleWithWebIdentity",))

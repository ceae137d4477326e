"""Who may assume a role: identity providers, workflows on GitHub, and nobody by accident."""

from typing import Any

import pytest

from mlgov.roles import TrustStatement
from mlgov.roles.iam_json import trust_document
from tests.roles.samples import ACCOUNT, STAFF, found, rendered

OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.example.org/team"
GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"


def trust(persona: str = "auditor", **spec: Any) -> tuple[TrustStatement, ...]:
    """Render who may assume a role."""
    return rendered(persona, **spec).trust


def asked(statement: TrustStatement) -> dict[str, tuple[str, ...]]:
    """List the keys that a statement compares, all of them with StringEquals."""
    assert {condition.operator for condition in statement.conditions} == {"StringEquals"}
    return {condition.key: condition.values for condition in statement.conditions}


def test_roles_of_people_are_not_assumed_by_sagemaker() -> None:
    """Only whom the role names."""
    (statement,) = trust(trust={"principals": [f"arn:aws:iam::{ACCOUNT}:role/staff"]})
    assert statement.kind == "AWS"


@pytest.mark.parametrize("persona", ["auditor", "model_card_author", "model_validator"])
def test_a_role_that_nobody_may_assume_is_refused(persona: str) -> None:
    """At the key that is missing; SageMaker does when the role says so."""
    assert found(persona=persona, trust={}) == ["MLG-R021 error spec.trust"]
    assert found(persona=persona, trust={"sagemaker": True}) == []
    assert found(persona="mlops", trust={"sagemaker": False}) == ["MLG-R021 error spec.trust"]


@pytest.mark.parametrize(
    ("partition", "region", "audience"),
    [
        ("aws", "eu-central-1", "https://signin.aws.amazon.com/saml"),
        ("aws-cn", "cn-north-1", "https://signin.amazonaws.cn/saml"),
        ("aws-us-gov", "us-gov-west-1", "https://signin.amazonaws-us-gov.com/saml"),
    ],
)
def test_users_of_a_saml_provider_come_through_the_sign_in_page(partition: str, region: str, audience: str) -> None:
    """The audience is the page of the partition."""
    provider = STAFF["saml_providers"][0].replace("arn:aws:", f"arn:{partition}:")
    (statement,) = trust(trust={"saml_providers": [provider]}, partition=partition, region=region)
    assert (statement.kind, statement.principals) == ("Federated", (provider,))
    assert statement.actions == ("sts:AssumeRoleWithSAML",)
    assert asked(statement) == {"SAML:aud": (audience,)}


def test_holders_of_a_token_name_audience_and_subject() -> None:
    """Keys carry the issuer, path and all."""
    given = {"provider": OIDC, "audiences": ["sts.amazonaws.com"], "subjects": ["repo:b", "repo:a"]}
    (statement,) = trust(trust={"oidc": [given]})
    assert statement.actions == ("sts:AssumeRoleWithWebIdentity",)
    assert asked(statement) == {
        "login.example.org/team:aud": ("sts.amazonaws.com",),
        "login.example.org/team:sub": ("repo:a", "repo:b"),
    }


def test_workflows_on_github_are_named_by_what_they_run_on() -> None:
    """Branches, tags, environments and pull requests become subjects; all repositories share one statement."""
    one = {"repository": "example/churn", "branches": ["main"], "environments": ["production"]}
    two = {"repository": "example/base", "git_tags": ["v1"], "pull_requests": True}
    (statement,) = trust(trust={"github": [one, two]})
    assert statement.principals == (GITHUB,)
    assert asked(statement) == {
        "token.actions.githubusercontent.com:aud": ("sts.amazonaws.com",),
        "token.actions.githubusercontent.com:sub": (
            "repo:example/base:pull_request",
            "repo:example/base:ref:refs/tags/v1",
            "repo:example/churn:environment:production",
            "repo:example/churn:ref:refs/heads/main",
        ),
    }


@pytest.mark.parametrize(
    ("github", "expected"),
    [
        ({"repository": "example/churn"}, "MLG-R005 error spec.trust.github.0.branches"),
        ({"repository": "example/*", "branches": ["main"]}, "MLG-R008 error spec.trust.github.0.repository"),
        ({"repository": "churn", "branches": ["main"]}, "MLG-R006 error spec.trust.github.0.repository"),
        ({"repository": "example/churn", "branches": ["*"]}, "MLG-R008 error spec.trust.github.0.branches.0"),
        ({"repository": "example/churn", "environments": ["a:b"]}, "MLG-R006 error spec.trust.github.0.environments.0"),
        ({"repository": "example/churn", "git_tags": ["v${x}"]}, "MLG-R009 error spec.trust.github.0.git_tags.0"),
    ],
)
def test_trust_in_github_is_written_out(github: dict[str, Any], expected: str) -> None:
    """No repository without what runs there, no pattern, no placeholder."""
    assert found(persona="auditor", trust={"github": [github]}) == [expected]


def test_github_needs_an_account_or_a_provider() -> None:
    """Its identity provider lies in the account of the role."""
    github = {"repository": "example/churn", "branches": ["main"]}
    assert "MLG-R005 error spec.trust.github.0.provider" in found(
        persona="auditor", trust={"github": [github]}, account=None
    )
    (statement,) = trust(trust={"github": [{**github, "provider": OIDC}]}, account=None)
    assert statement.principals == (OIDC,)


@pytest.mark.parametrize(("key", "value"), [("subjects", "repo:*"), ("audiences", "*"), ("provider", f"{OIDC}*")])
def test_trust_in_tokens_is_written_out(key: str, value: str) -> None:
    """A pattern would let in whoever the provider knows."""
    whole = {"provider": OIDC, "audiences": ["sts.amazonaws.com"], "subjects": ["repo:a"]}
    given = {**whole, key: value if key == "provider" else [value]}
    place = f"spec.trust.oidc.0.{key}" + ("" if key == "provider" else ".0")
    assert found(persona="auditor", trust={"oidc": [given]}) == [f"MLG-R008 error {place}"]


def test_every_way_in_has_a_statement_of_its_own() -> None:
    """All of them together, each Sid once, and a size that IAM takes."""
    every = {
        **STAFF,
        "services": ["glue.amazonaws.com"],
        "principals": [f"arn:aws:iam::{ACCOUNT}:user/jo"],
        "oidc": [{"provider": OIDC, "audiences": ["a"], "subjects": ["b"]}] * 2,
        "github": [{"repository": "example/churn", "branches": ["main"]}],
    }
    document = trust_document(rendered("mlops", trust=every))
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert sids == ["SageMaker", "Services", "Principals", "Saml", "Oidc1", "Oidc2", "GitHub1"]

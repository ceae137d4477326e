"""Access grants for the tests."""

from typing import Any

from mlgov.roles.access_grants import AccessGrantSpec, LiveGrant
from mlgov.roles.access_grants.assignments import AssignedRole
from tests.roles.samples import ACCOUNT, EXTRAS, rendered

INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
ID = "93671c3f4b-2f1e0d9c-8b7a-4655-9433-221100ffeedd"
PRINCIPALS: dict[str, dict[str, str]] = {
    "iam": {"type": "iam", "arn": f"arn:aws:iam::{ACCOUNT}:user/developer"},
    "saml": {
        "type": "saml",
        "provider": f"arn:aws:iam::{ACCOUNT}:saml-provider/staff",
        "subject": "developer@example.org",
    },
    "oidc": {
        "type": "oidc",
        "provider": f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.example.org",
        "audience": "aws",
        "subject": "developer",
    },
    "user": {"type": "identity_centre_user", "id": ID},
    "group": {"type": "identity_centre_group", "id": ID},
}


def grant(name: str = "developer-churn", kind: str = "iam", **spec: Any) -> LiveGrant:
    """Make a live grant."""
    given = {"role": "churn", "principal": PRINCIPALS[kind], "requester": "@developer", "reason": "x"}
    return LiveGrant(name, AccessGrantSpec.model_validate({**given, "expires": "2026-12-31T19:00:00+01:00", **spec}))


def assigned() -> list[AssignedRole]:
    """Give two roles that are assigned, one with everything that a role may have."""
    more = {
        "description": "For ${all} %{if}",
        "tags": {"team": "churn"},
        "permissions_boundary": f"arn:aws:iam::{ACCOUNT}:policy/teams/ml-boundary",
        "managed_policy_arns": [
            "arn:aws:iam::aws:policy/AmazonSageMakerReadOnly",
            f"arn:aws:iam::{ACCOUNT}:policy/teams/churn",
        ],
    }
    small = rendered("data_scientist", name="a-role-whose-name-is-a-long-one", **EXTRAS["both"])
    return [
        AssignedRole(rendered(activities=["access_s3_buckets"], **more), ACCOUNT, (grant("developer", "user"),)),
        AssignedRole(small, ACCOUNT, (grant("team-a", "group"), grant("team-a1", "user"))),
    ]

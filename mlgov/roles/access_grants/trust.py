"""Live grants in the trust policy of a role: one statement each, with the moment of its end as a second lock.

The statement says ``aws:CurrentTime``, so access ends on time even when nobody applies anything. IAM looks at it when
the role is assumed: a session that began before lasts as long as it was asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mlgov.roles.access_grants.schema import (
    AccessGrantSpec,
    Assigned,
    IamPrincipal,
    OidcPrincipal,
    SamlPrincipal,
    Trusted,
)
from mlgov.roles.policy import Condition, RenderedRole, TrustStatement
from mlgov.roles.trust import SAML_AUDIENCES


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """A grant that counts.

    Attributes:
        name: Name of its document.
        spec: What it says.
    """

    name: str
    spec: AccessGrantSpec


def with_grants(rendered: RenderedRole, grants: Iterable[LiveGrant]) -> RenderedRole:
    """Add grants to the trust policy of a role; those of IAM Identity Center are assignments and take no part.

    Args:
        rendered: The role.
        grants: Its live grants.
    """
    own = sorted((grant for grant in grants if not isinstance(grant.spec.principal, Assigned)), key=lambda g: g.name)
    statements = tuple(_statement(grant, rendered.partition) for grant in own)
    return replace(rendered, trust=(*rendered.trust, *statements)) if statements else rendered


def sid_of(name: str) -> str:
    """Give the Sid of a grant: one for each name. A hyphen, which a Sid cannot have, becomes a capital X."""
    return f"GrantX{name.replace('-', 'X')}"


def _statement(grant: LiveGrant, partition: str) -> TrustStatement:
    spec = grant.spec
    assert not isinstance(spec.principal, Assigned)  # noqa: S101 - the caller has looked
    kind, who, asked, action = _who(spec.principal, partition)
    end = Condition("DateLessThan", "aws:CurrentTime", (_written(spec.expires),))
    start = (Condition("DateGreaterThanEquals", "aws:CurrentTime", (_written(spec.starts),)),) if spec.starts else ()
    conditions = tuple(sorted((end, *start, *asked)))
    return TrustStatement(sid_of(grant.name), kind, (who,), conditions, (action,))  # type: ignore[arg-type]


def _who(principal: Trusted, partition: str) -> tuple[str, str, tuple[Condition, ...], str]:
    """Give kind, name, conditions and action of a principal."""
    match principal:
        case IamPrincipal():
            return "AWS", principal.arn, (), "sts:AssumeRole"
        case SamlPrincipal():
            asked = (
                Condition("StringEquals", "SAML:aud", (SAML_AUDIENCES[partition],)),
                Condition("StringEquals", "SAML:sub", (principal.subject,)),
            )
            return "Federated", principal.provider, asked, "sts:AssumeRoleWithSAML"
        case OidcPrincipal():
            issuer = principal.provider.partition(":oidc-provider/")[2]
            asked = (
                Condition("StringEquals", f"{issuer}:aud", (principal.audience,)),
                Condition("StringEquals", f"{issuer}:sub", (principal.subject,)),
            )
            return "Federated", principal.provider, asked, "sts:AssumeRoleWithWebIdentity"


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

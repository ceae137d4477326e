"""What an access grant (kind AccessGrant) says: who may assume which role, why, and until when."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic.fields import FieldInfo

from mlgov.lifecycle import Envelope, Name, Owner, Part, ShortText
from mlgov.roles import shapes
from mlgov.roles.shapes import Shape

_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$"

#: Ids of the identity store, after the API reference of IAM Identity Center (CreateAccountAssignment, PrincipalId).
IDENTITY_ID = Shape(
    "the id of a user or group of IAM Identity Center",
    "(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}",
    "93671c3f4b-2f1e0d9c-8b7a-4655-9433-221100ffeedd",
    47,
)


def _moment(value: object) -> object:
    """Read a moment with its offset from text; anything else is left for pydantic to refuse."""
    if not isinstance(value, str):
        return value
    said = f"'{value}' is no moment with an offset; write one like 2026-12-31T18:00:00Z"
    if not re.match(_MOMENT, value):
        raise ValueError(said)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(said) from None


def _fits(shape: Shape) -> FieldInfo:
    info: FieldInfo = Field(pattern=f"^(?:{shape.pattern})$", max_length=shape.max_length, examples=[shape.example])
    return info


Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time", "pattern": _MOMENT})
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"\S")]
#: The subject of an assertion or token, written out. Wildcards and policy variables do not fit.
Subject = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/@|=,+#~-]{1,255}$")]


PrincipalArn = Annotated[str, _fits(shapes.PRINCIPAL_ARN)]
SamlProvider = Annotated[str, _fits(shapes.SAML_PROVIDER)]
OidcProvider = Annotated[str, _fits(shapes.OIDC_PROVIDER)]
IdentityId = Annotated[str, _fits(IDENTITY_ID)]


class IamPrincipal(Part):
    """An IAM user or role."""

    type: Literal["iam"]
    """What the principal is."""
    arn: PrincipalArn
    """Its full ARN, without wildcards."""


class SamlPrincipal(Part):
    """Somebody whom a SAML identity provider of IAM knows."""

    type: Literal["saml"]
    """What the principal is."""
    provider: SamlProvider
    """The identity provider, as the ARN that IAM gives it."""
    subject: Subject = Field(examples=["developer@example.org"])
    """The NameID of the person, which must stay the same from one sign-in to the next."""


class OidcPrincipal(Part):
    """Holders of a token of an OpenID Connect identity provider."""

    type: Literal["oidc"]
    """What the principal is."""
    provider: OidcProvider
    """The identity provider, as the ARN that IAM gives it."""
    audience: Subject = Field(examples=["sts.amazonaws.com"])
    """Whom the token is meant for (its aud)."""
    subject: Subject = Field(examples=["repo:example/churn-governance:environment:production"])
    """Whom the token was given to (its sub)."""


class IdentityCentreUser(Part):
    """A user of IAM Identity Center."""

    type: Literal["identity_centre_user"]
    """What the principal is."""
    id: IdentityId
    """The user id of the identity store."""


class IdentityCentreGroup(Part):
    """A group of IAM Identity Center: everybody who is in it, or comes into it later."""

    type: Literal["identity_centre_group"]
    """What the principal is."""
    id: IdentityId
    """The group id of the identity store."""


Trusted = IamPrincipal | SamlPrincipal | OidcPrincipal
Assigned = IdentityCentreUser | IdentityCentreGroup
GrantPrincipal = Annotated[
    IamPrincipal | SamlPrincipal | OidcPrincipal | IdentityCentreUser | IdentityCentreGroup,
    Field(discriminator="type"),
]


def principal_words(principal: Trusted | Assigned) -> str:
    """Name a principal for people and for comparison: two that are the same have the same name."""
    match principal:
        case IamPrincipal():
            return principal.arn
        case SamlPrincipal() | OidcPrincipal():
            return f"{principal.subject} of {principal.provider}"
        case IdentityCentreUser():
            return f"identity centre user {principal.id}"
        case IdentityCentreGroup():
            return f"identity centre group {principal.id}"


class AccessGrantSpec(Part):
    """Who may assume which role, why, and until when."""

    role: Name = Field(examples=["data-scientist"])
    """The role, by the name of its document. Its own approval has to hold as well."""
    principal: GrantPrincipal = Field(
        examples=[{"type": "iam", "arn": shapes.PRINCIPAL_ARN.example}],
    )
    """Who gets access."""
    requester: Owner = Field(examples=["@developer"])
    """Who asks for it, and uses it. They cannot approve it."""
    reason: Words = Field(examples=["Retrains the churn model while a colleague is away."])
    """What the access is needed for."""
    starts: Moment | None = Field(default=None, examples=["2026-12-01T08:00:00Z"])
    """The first moment of the access, with its offset; from the approval on when this key is left out."""
    expires: Moment = Field(examples=["2026-12-31T18:00:00Z"])
    """The moment when the access ends, with its offset."""
    ticket: ShortText | None = Field(default=None, examples=["https://tracker.example/ACCESS-12"])
    """Where the request is followed."""


class AccessGrantDocument(Envelope[AccessGrantSpec]):
    """Access to a role for a while."""

    kind: Literal["AccessGrant"]
    """What the document is."""

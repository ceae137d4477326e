"""Who asks, and whether the Principal element of a trust policy or another resource policy means them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from mlgov.errors import UsageError

PrincipalKind = Literal["AWS", "Service", "Federated"]
#: Kind of principal -> names, as a policy has them.
Named = Mapping[str, Sequence[str]]


class Grant(IntEnum):
    """How directly a resource policy grants to a principal; more than one statement may, and the highest counts."""

    NONE = 0
    ACCOUNT = 1
    ROLE_OR_USER = 2
    SESSION = 3


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        kind: ``AWS`` for a role, a session of one or a user; ``Service``; ``Federated`` for an identity provider.
        name: The ARN, the service principal, or the provider.
        role: For a session of a role whose path is known: the ARN of the role. A session ARN has no path.
    """

    kind: PrincipalKind
    name: str
    role: str = ""

    @property
    def account(self) -> str:
        """The twelve digits of the account of an AWS principal; empty for others."""
        return self.name.split(":")[4] if self.kind == "AWS" else ""

    @property
    def is_user(self) -> bool:
        """Whether it is an IAM user, whom a permissions boundary does not limit where a resource policy grants."""
        return self.kind == "AWS" and self.name.split(":", 5)[5].startswith("user/")


def principal(text: str) -> Principal:
    """Read a principal as people write it.

    Args:
        text: An ARN of IAM or STS, a service such as ``sagemaker.amazonaws.com``, or the name of a web identity
            provider such as ``accounts.google.com``.

    Raises:
        UsageError: It is none of them.
    """
    if text.endswith((".amazonaws.com", ".amazonaws.com.cn")) and not text.startswith("arn:"):
        return Principal("Service", text)
    parts = text.split(":", 5)
    if len(parts) == 6 and parts[0] == "arn" and parts[2] in ("iam", "sts"):
        provider = parts[5].startswith(("oidc-provider/", "saml-provider/"))
        return Principal("Federated" if provider else "AWS", text)
    if text and "." in text and ":" not in text and " " not in text:
        return Principal("Federated", text)
    raise UsageError(
        f"{text!r} is no principal.",
        hint="Write an ARN such as arn:aws:iam::111122223333:role/name, or a service such as glue.amazonaws.com.",
    )


def grant_to(asking: Principal, named: Named) -> Grant:
    """Say how directly a Principal element means the one who asks."""
    if "*" in named.get("*", ()):
        return Grant.ROLE_OR_USER
    names = named.get(asking.kind, ())
    if asking.kind != "AWS":
        return Grant.ROLE_OR_USER if asking.name in names or "*" in names else Grant.NONE
    return max((_grant(asking, name) for name in names), default=Grant.NONE)


def is_named(asking: Principal, named: Named) -> bool:
    """Say whether a NotPrincipal element names the one who asks: the account too must be named for a role or user."""
    return grant_to(asking, named) is not Grant.NONE


def _grant(asking: Principal, name: str) -> Grant:
    if name == "*":
        return Grant.ROLE_OR_USER
    if name in (asking.account, _root_of(asking)):
        return Grant.ACCOUNT
    if name == asking.name:
        return Grant.SESSION if ":assumed-role/" in name else Grant.ROLE_OR_USER
    return Grant.ROLE_OR_USER if name and name == (asking.role or _role_of(asking)) else Grant.NONE


def _root_of(asking: Principal) -> str:
    return f"arn:{asking.name.split(':')[1]}:iam::{asking.account}:root"


def _role_of(asking: Principal) -> str:
    """Give the ARN of the role behind a session, as far as a session ARN tells: without its path."""
    parts = asking.name.split(":", 5)
    kind, _, rest = parts[5].partition("/")
    return f"arn:{parts[1]}:iam::{asking.account}:role/{rest.partition('/')[0]}" if kind == "assumed-role" else ""

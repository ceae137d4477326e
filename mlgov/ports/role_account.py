"""What mlgov needs of an account that holds roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """A managed policy of a cloud account.

    Attributes:
        arn: Its ARN.
        name: Its name.
        path: Its IAM path.
        document: The document of its default version as a JSON value, as the account gave it.
        description: What it permits, in plain words; given when it is made, and not later.
        tags: Keys and values, sorted.
        default_version: Id of the version in force; empty in a policy that is wanted.
        versions: Ids of the other versions, oldest first.
    """

    arn: str
    name: str
    path: str
    document: Any
    description: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    default_version: str = ""
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountRole:
    """An IAM role of a cloud account.

    Attributes:
        name: Its name.
        arn: Its ARN.
        path: Its IAM path.
        description: What it is for; empty when it does not say.
        max_session_duration: Longest session, seconds.
        trust: The trust policy as a JSON value, as the account gave it.
        inline: Name and document of each inline policy, sorted by name.
        attached: ARNs of the attached managed policies, sorted.
        permissions_boundary: ARN of the upper bound; None when there is none.
        tags: Keys and values, sorted.
        instance_profiles: Names of the instance profiles that hold the role, sorted.
    """

    name: str
    arn: str
    path: str
    description: str
    max_session_duration: int
    trust: Any
    inline: tuple[tuple[str, Any], ...] = ()
    attached: tuple[str, ...] = ()
    permissions_boundary: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    instance_profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """Whom a cloud account takes us for.

    Attributes:
        account: Id of the account, twelve digits.
        caller: ARN of who calls.
    """

    account: str
    caller: str


@dataclass(frozen=True, slots=True)
class AccountCall:
    """One change of an account: an operation of IAM with its arguments as IAM spells them.

    Policy documents are JSON values here, and text on the wire.
    """

    operation: str
    arguments: Mapping[str, Any]


class RoleAccount(Protocol):
    """IAM roles and managed policies in a cloud account. Every method may raise CloudError.

    A change whose answer is lost may have been made all the same.
    """

    def identity(self) -> AccountIdentity:
        """Ask which account this is, and who asks."""

    def role_names(self, prefix: str) -> list[str]:
        """List the names of the roles that start with ``prefix``, in order."""

    def role(self, name: str) -> AccountRole | None:
        """Read a role with all that hangs on it; None when there is no such role."""

    def policy_arns(self, prefix: str) -> list[str]:
        """List the ARNs of the account's own managed policies whose names start with ``prefix``, in order."""

    def policy(self, arn: str) -> AccountPolicy | None:
        """Read a managed policy of the account; None when there is no such policy."""

    def call(self, change: AccountCall) -> None:
        """Make one change."""

"""What can be wrong with an access grant: by itself, beside its role, and beside the other grants of that role."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from mlgov.documents import Document, Pointer
from mlgov.findings import Finding, Severity
from mlgov.names import Status
from mlgov.roles import iam_json
from mlgov.roles.access_grants import rules
from mlgov.roles.access_grants.schema import AccessGrantDocument, Assigned, IamPrincipal, Trusted
from mlgov.roles.access_grants.trust import LiveGrant, with_grants
from mlgov.roles.limits import TRUST_POLICY_MAX
from mlgov.roles.policy import RenderedRole
from mlgov.roles.schema import RoleDocument
from mlgov.settings import GrantSettings

_ROLE: Pointer = ("spec", "role")
_PRINCIPAL: Pointer = ("spec", "principal")
_EXPIRES: Pointer = ("spec", "expires")


def check_grant(
    document: Document, grant: AccessGrantDocument, settings: GrantSettings, today: date
) -> Iterator[Finding]:
    """Find what is wrong with a grant by itself.

    Args:
        document: The grant as written.
        grant: The same as its model.
        settings: How long grants may last, and where users and groups are known.
        today: The day of the check.
    """
    spec, status = grant.spec, grant.lifecycle.status
    if status is Status.ARCHIVED:
        return
    if spec.starts and spec.starts >= spec.expires:
        said = f"The grant ends at {spec.expires:%Y-%m-%dT%H:%M:%SZ}, before it starts."
        yield rules.TERM.at(document.location(_EXPIRES), said, pointer=_EXPIRES)
    latest = today + timedelta(days=settings.max_days)
    if spec.expires.date() > latest:
        said = f"The grant expires on {spec.expires:%Y-%m-%d}; mlgov.toml allows {settings.max_days} days: {latest}."
        yield rules.TERM.at(document.location(_EXPIRES), said, pointer=_EXPIRES)
    if spec.expires.date() < today and status is Status.APPROVED:
        said = f"The grant expired on {spec.expires:%Y-%m-%d} and gives nothing any more."
        yield rules.EXPIRED.at(document.location(_EXPIRES), said, pointer=_EXPIRES)
    if isinstance(spec.principal, Assigned) and not settings.identity_centre:
        said = "The grant is for a principal of IAM Identity Center, and mlgov.toml names no instance of it."
        yield rules.PRINCIPAL.at(document.location(_PRINCIPAL, of_key=True), said, pointer=_PRINCIPAL)


def check_beside_role(document: Document, grant: AccessGrantDocument, role: RoleDocument | None) -> Iterator[Finding]:
    """Find what is wrong with a grant beside the role that it is about.

    Args:
        document: The grant as written.
        grant: The same as its model.
        role: The role; None when the repository has none of that name that can be read.
    """
    if grant.lifecycle.status is Status.ARCHIVED:
        return
    if role is None:
        said = f"There is no role {grant.spec.role} that can be read."
        yield rules.UNKNOWN_ROLE.at(document.location(_ROLE), said, pointer=_ROLE)
        return
    status = role.lifecycle.status
    if status is not Status.APPROVED:
        level = Severity.WARNING if grant.lifecycle.status is Status.APPROVED else None
        said = f"The role {grant.spec.role} is {status.value.replace('_', ' ')}, so the grant gives nothing."
        yield rules.UNAPPROVED_ROLE.at(document.location(_ROLE), said, pointer=_ROLE, severity=level)
    if said := _misfit(grant.spec.principal, role):
        yield rules.PRINCIPAL.at(document.location(_PRINCIPAL, of_key=True), said, pointer=_PRINCIPAL)


def check_together(grants: Sequence[tuple[Document, AccessGrantDocument]], rendered: RenderedRole) -> Iterator[Finding]:
    """Find the grants of one role that its trust policy has no room for.

    Args:
        grants: Every grant of the role that is not archived and has not expired, in order.
        rendered: The role, without any of them.
    """
    trusted = [(document, LiveGrant(grant.metadata.name, grant.spec)) for document, grant in grants]
    size = iam_json.size(iam_json.trust_document(with_grants(rendered, [grant for _, grant in trusted])))
    if trusted and size > TRUST_POLICY_MAX:
        document = trusted[-1][0]
        said = (
            f"With its {len(trusted)} grants the trust policy of {rendered.name} has {size:,} characters; "
            f"IAM takes {TRUST_POLICY_MAX:,}."
        )
        yield rules.TRUST_SIZE.at(document.location(_ROLE), said, pointer=_ROLE)


def _misfit(principal: Trusted | Assigned, role: RoleDocument) -> str:
    """Say why a role cannot be given to somebody, as a sentence; empty when it can."""
    if isinstance(principal, Assigned):
        if role.spec.account is None:
            return "The role names no account, and an assignment of IAM Identity Center needs one."
        return ""
    arn = principal.arn if isinstance(principal, IamPrincipal) else principal.provider
    partition, account = arn.split(":")[1], arn.split(":")[4]
    if partition != role.spec.partition:
        return f"The principal is in the partition {partition}, and the role in {role.spec.partition}."
    if not isinstance(principal, IamPrincipal) and role.spec.account not in (None, account):
        return f"The identity provider is in the account {account}, and the role in {role.spec.account}."
    return ""

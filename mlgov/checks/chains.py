"""Ways to more power that lead over several roles of the repository, as findings at their first step."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, cast

from mlgov.checks.tree import Governed, Tree
from mlgov.documents import Document, Pointer
from mlgov.errors import UsageError
from mlgov.findings import Finding, Severity
from mlgov.names import Kind, Status
from mlgov.roles import RoleDocument, attached_policies
from mlgov.roles.access_grants import AccessGrantDocument
from mlgov.roles.access_grants.schema import IamPrincipal

if TYPE_CHECKING:
    from mlgov.roles.lint.chains import Chain, Node
    from mlgov.roles.policy import RenderedRole

#: Ways that a finding tells.
_TOLD = 4


def check_chains(tree: Tree, today: date) -> Iterator[Finding]:
    """Find the ways to more power over several roles.

    Args:
        tree: All roles and access grants, and the files of the snapshot.
        today: The day of the check.
    """
    roles = [found for found in tree.of(Kind.ROLE) if found.typed.lifecycle.status is not Status.ARCHIVED]
    if len(roles) < 2:
        return
    from mlgov.roles.lint.chains import chains

    granted = dict(_granted(tree, today))
    nodes = [node for found in roles if (node := _node(found, tree, granted.get(found.name, {})))]
    by_name = {found.name: found for found in roles}
    for chain in chains(nodes):
        yield from _findings(chain, by_name, tree)


def _granted(tree: Tree, today: date) -> Iterator[tuple[str, dict[str, str]]]:
    """List the roles that access grants let in: role -> ARN of the one that is let in -> path of the grant."""
    found: dict[str, dict[str, str]] = {}
    for each in tree.of(Kind.ACCESS_GRANT):
        grant = cast(AccessGrantDocument, each.typed)
        counts = grant.lifecycle.status is not Status.ARCHIVED and grant.spec.expires.date() >= today
        if counts and isinstance(grant.spec.principal, IamPrincipal):
            found.setdefault(grant.spec.role, {})[grant.spec.principal.arn] = each.document.path
    yield from found.items()


def _node(found: Governed, tree: Tree, granted: dict[str, str]) -> "Node | None":
    """Make a role part of the graph; one that cannot be put together is told elsewhere."""
    from mlgov.roles.assembly import assemble
    from mlgov.roles.check_statements import union
    from mlgov.roles.lint.chains import Node

    role = cast(RoleDocument, found.typed)
    try:
        rendered = assemble(role, tree.library())
    except (UsageError, KeyError):
        return None
    grants, bounds = union(rendered, attached_policies(role.spec, tree.snapshot))
    spec = role.spec
    arn = f"arn:{spec.partition}:iam::{spec.account}:role{rendered.path}{rendered.name}" if spec.account else ""
    trusted = {**granted, **dict.fromkeys(spec.trust.principals, found.document.path)}
    return Node(found.name, arn, grants, bounds, _services(rendered), trusted)


def _services(rendered: "RenderedRole") -> frozenset[str]:
    named = (name for statement in rendered.trust if statement.kind == "Service" for name in statement.principals)
    return frozenset(name.removesuffix(".cn") for name in named)


def _findings(chain: "Chain", roles: dict[str, Governed], tree: Tree) -> Iterator[Finding]:
    from mlgov.roles.lint.rules import CHAIN

    document, pointer, of_key = _place(chain, roles, tree)
    place, start = document.location(pointer, of_key=of_key), f"SageMaker-{chain.start} {chain.words}"
    if chain.ways:
        told = [f"{way.path.title} ({', '.join(way.path.needs)})" for way in chain.ways[:_TOLD]]
        more = f"; and {len(chain.ways) - _TOLD} ways more" if len(chain.ways) > _TOLD else ""
        severity = Severity.WARNING if all(way.bounded for way in chain.ways) else None
        yield CHAIN.at(place, f"{start}, and that one can {'; '.join(told)}{more}.", pointer=pointer, severity=severity)
    for pair in chain.pairs:
        both = f"one of the two may {pair.one.title}, and the other {pair.other.title}. {pair.reason}"
        yield CHAIN.at(place, f"{start}: {both}", pointer=pointer, severity=Severity.WARNING)


def _place(chain: "Chain", roles: dict[str, Governed], tree: Tree) -> tuple[Document, Pointer, bool]:
    """Point at what opens the first step: where a role is let in, or what passes it on."""
    first, here = chain.steps[0], roles[chain.start]
    spec = cast(RoleDocument, here.typed).spec
    if first.place:
        opened = tree.documents.get(first.place) or tree.governed[first.place].document
        is_grant = tree.governed[first.place].kind is Kind.ACCESS_GRANT
        return opened, (("spec", "role") if is_grant else ("spec", "trust", "principals")), not is_grant
    if first.grant and first.grant.origin == "statements":
        return here.document, ("spec", "statements", first.grant.number), False
    named = spec.parameters.roles_to_pass or []
    at = next((i for i, arn in enumerate(named) if arn.endswith(f"/SageMaker-{first.target}")), None)
    if at is not None:
        return here.document, ("spec", "parameters", "roles_to_pass", at), False
    return here.document, ("spec", "activities" if spec.activities is not None else "persona"), True

"""Which roles of git an account should have: those that are approved, without errors, and for this account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mlgov.checks.tree import Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.finding import tell
from mlgov.cli.role import FOLDER, findings_of
from mlgov.errors import GitError, UsageError
from mlgov.findings import Severity, worst
from mlgov.lifecycle.digest import content_digest
from mlgov.lifecycle.tombstones import is_tombstone, read_tombstone
from mlgov.names import SETTINGS_FILE, Kind, folder_of
from mlgov.roles import Library, RenderedRole, RoleDocument, render
from mlgov.roles.access_grants import LiveGrant, with_grants
from mlgov.roles.account.planning import Choice, Wanted
from mlgov.roles.account.states import wanted_state
from mlgov.roles.iam_json import size, trust_document
from mlgov.roles.limits import TRUST_POLICY_MAX
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.effective import Standing
    from mlgov.approvals.lives import Outcome
    from mlgov.settings import Settings
    from mlgov.wiring import Services

UNATTESTED = "approved in git; there are no approval rules, so nothing proves it"


@dataclass(frozen=True, slots=True)
class GitRoles:
    """The roles of a commit, as far as an account is concerned.

    Attributes:
        commit: The commit.
        owner: What the repository calls itself.
        wanted: The roles to apply.
        left: Role -> why it is not applied.
        buried: Roles that a tombstone says are gone.
        broken: Approved roles with errors; what is wrong with them was said.
        unattested: Whether there are no approval rules, so that the declared status counts.
        owners: Owners of each role that can be read.
    """

    commit: str
    owner: str
    wanted: tuple[Wanted, ...]
    left: Mapping[str, str]
    buried: frozenset[str]
    broken: tuple[str, ...]
    unattested: bool
    owners: Mapping[str, Sequence[str]]

    def choice(self, names: Iterable[str], *, prune: bool = False, replace: bool = False) -> Choice:
        """Give what is asked for. A role with errors is not there, and stays in the account as it is."""
        return Choice(self.owner, tuple(sorted(set(names))), self.buried, self.left, prune, replace)


def roles_of(app: App, services: "Services", ref: str, account: str) -> GitRoles:
    """Gather the roles of a commit that an account should have.

    Rules, settings and roles are those of the commit; the work tree takes no part.

    Args:
        app: Where findings are said.
        services: The repository, the ledger and the clock.
        ref: The commit.
        account: Id of the account, twelve digits.

    Raises:
        UsageError: There is no git repository, or it does not say what it calls itself.
        GitError: There is no such commit.
    """
    from mlgov.approvals.audit import replay
    from mlgov.approvals.effective import standings

    commit = commit_of(services, ref)
    tree = read_tree(services.repository.snapshot(commit, (FOLDER, folder_of(Kind.ACCESS_GRANT))))
    outcome = replay(services.repository, proof_ledger(services).records("reviews/"), commit)
    settings = _settings(services, commit)
    found = {each.name: each for each in standings(outcome, services.clock.now().date()) if each.kind is Kind.ROLE}
    unattested = not (_rules_of(outcome) or settings.approvals.rules)
    left = {name: why for name, each in found.items() if (why := _why_not(each, unattested=unattested))}
    approved = [name for name in sorted(found) if name not in left]
    broken = _broken(app, tree, approved)
    owner = _owner(outcome, settings)
    libraries: dict[str, Library] = {}
    wanted, live = [], _live(app, tree, outcome, services.clock.now(), settings.grants.max_days)
    for name in (name for name in approved if name not in broken):
        then = _library_then(services, found[name], libraries)
        each = _wanted(tree, found[name], Place(account, owner), then, live.get(name, ()))
        if isinstance(each, str):
            left[name] = each
            if each.startswith(_OVERFULL):
                broken.append(name)
        else:
            wanted.append(each)
    owners = {each.name: each.typed.metadata.owners for each in tree.of(Kind.ROLE)}
    left |= {name: "It has errors." for name in broken if name not in left}
    return GitRoles(commit, owner, tuple(wanted), left, _buried(tree), tuple(broken), unattested, owners)


def commit_of(services: "Services", ref: str) -> str:
    """Give the commit that ``ref`` names.

    Raises:
        UsageError: There is no git repository.
        GitError: There is no such commit.
    """
    if not services.repository.is_under_git():
        raise UsageError(
            "Only what is committed is applied, and here is no git repository.", hint="Start one: git init"
        )
    try:
        return services.repository.resolve(ref)
    except GitError as error:
        raise GitError(error.message, hint=error.hint or "Commit the roles first.") from None


def _settings(services: "Services", commit: str) -> "Settings":
    from mlgov import settings

    files = services.repository.snapshot(commit, (), (SETTINGS_FILE,))
    return settings.load(files[SETTINGS_FILE].data if SETTINGS_FILE in files else b"")


def _rules_of(outcome: "Outcome") -> bool:
    return outcome.policy is not None and bool(outcome.policy.settings.approvals.rules)


def _owner(outcome: "Outcome", settings: "Settings") -> str:
    """Give what the repository calls itself; where rules are in force, what those say."""
    approved = outcome.policy.repository if outcome.policy else ""
    owner = approved or settings.approvals.repository or settings.roles.managed_by
    if not owner:
        hint = f"Write repository under [approvals], or managed_by under [roles], in {SETTINGS_FILE}."
        raise UsageError("The repository does not say what it calls itself, so it could own nothing.", hint=hint)
    return owner


def _why_not(standing: "Standing", *, unattested: bool) -> str:
    """Say why a role is not applied; empty when it is."""
    from mlgov.approvals.effective import Effective

    is_declared = unattested and standing.declared == "approved"
    if standing.effective is Effective.APPROVED or is_declared:
        return ""
    return f"It is {standing.effective.value}. {standing.reason}"


def _broken(app: App, tree: Tree, names: list[str]) -> list[str]:
    """Say what is wrong with approved roles, and give those with errors."""
    broken = []
    for name in names:
        findings = findings_of(tree, [name], everything=False)
        if worst(findings) is Severity.ERROR:
            tell(app, findings, 1)
            broken.append(name)
    return broken


def _live(app: App, tree: Tree, outcome: "Outcome", now: datetime, max_days: int) -> "dict[str, list[LiveGrant]]":
    """List the access grants that give something now, by role; those of IAM Identity Center are told."""
    from mlgov.approvals.granting import grant_standings, live_by_role

    grants = tree.of(Kind.ACCESS_GRANT)
    live = live_by_role(grant_standings(grants, outcome, now, max_days)) if grants else {}
    assigned = [each for them in live.values() for each in them if each.spec.principal.type.startswith("identity_c")]
    if assigned:
        app.chat(f"Grants of IAM Identity Center are written by 'mlgov grant render': {len(assigned)} in force.")
    return live


@dataclass(frozen=True, slots=True)
class Place:
    """Where roles go: the account, and what the repository calls itself in it."""

    account: str
    owner: str


#: How the reason begins that a role is not applied because of its many grants.
_OVERFULL = "With its grants"


def _wanted(
    tree: Tree, standing: "Standing", place: Place, then: Library | None, grants: "Sequence[LiveGrant]"
) -> Wanted | str:
    """Render a role with its grants, or say why it is not for this account.

    An approval binds to the role alone. So the activities of the repository must give what they gave ``then``, when it
    was approved; None when nothing proves an approval.
    """
    document = tree.governed[standing.path].typed
    assert isinstance(document, RoleDocument)  # noqa: S101 - the folder decides the kind
    if document.spec.account not in (None, place.account):
        return f"It belongs to the account {document.spec.account}."
    rendered = render(document, tree.library())
    if then and _rendered(document, then) != rendered:
        return "An activity or persona of this repository that it uses changed after the approval."
    rendered = with_grants(rendered, grants)
    if (characters := size(trust_document(rendered))) > TRUST_POLICY_MAX:
        return f"{_OVERFULL} its trust policy has {characters:,} characters, and IAM takes {TRUST_POLICY_MAX:,}."
    digest = content_digest(tree.documents[standing.path].value)
    reason = standing.reason if then else UNATTESTED
    return Wanted(standing.name, wanted_state(rendered, place.account, place.owner), digest, reason)


def _rendered(document: RoleDocument, library: Library) -> RenderedRole | None:
    try:
        return render(document, library)
    except UsageError:
        return None


def _library_then(services: "Services", standing: "Standing", known: dict[str, Library]) -> Library | None:
    """Give the activities of the commit in which a role was approved; each commit is read once."""
    commit = standing.approved_in
    if commit and commit not in known:
        known[commit] = read_tree(services.repository.snapshot(commit, (FOLDER,))).library()
    return known.get(commit)


def _buried(tree: Tree) -> frozenset[str]:
    """Name the roles whose tombstone can be read and whose document is gone."""
    graves = [path for path in tree.snapshot if is_tombstone(path)]
    found = [tombstone for path in graves if (tombstone := read_tombstone(tree.snapshot, path)[0])]
    return frozenset(each.metadata.name for each in found if f"{FOLDER}/{each.metadata.name}.yaml" not in tree.snapshot)

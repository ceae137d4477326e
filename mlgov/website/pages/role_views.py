"""What the page of a role shows beside its policy: who may assume it, what it may do to what, its tests, its change."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mlgov.approvals.effective import Standing
from mlgov.checks.tree import Governed
from mlgov.dashboard.access_matrix import Matrix, asked_alone
from mlgov.documents import load
from mlgov.errors import UsageError
from mlgov.lifecycle import Revision, validate
from mlgov.lifecycle.steps import Step, steps
from mlgov.names import is_name
from mlgov.roles import Condition, Library, RenderedRole, RoleDocument, attached_policies, render
from mlgov.roles.access import AccessChange, access_changes
from mlgov.roles.matrix import KINDS, Cell, abilities
from mlgov.roles.simulation import simulate
from mlgov.roles.simulation.trials import failures
from mlgov.website.links import Links, page_of_card, page_of_role
from mlgov.website.markup import number
from mlgov.website.pages.access import PAIRS_MAX, matrix_of
from mlgov.website.values import SiteValues

#: Names that a line of the table of abilities lists; the others are counted.
NAMED = 12
_TRUSTED = {"Service": "Service", "AWS": "IAM principal", "Federated": "Identity provider"}
_PULL = re.compile(r"(?:\(#|Merge pull request #|!)(\d{1,9})\b")


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who may assume a role for good.

    Attributes:
        principal: The service, ARN or provider.
        kind: What that is, in words.
        actions: How the role is assumed.
        conditions: What must hold, in words.
    """

    principal: str
    kind: str
    actions: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AbilityView:
    """Something that a role may do to things, under the same conditions and by the same statement.

    Attributes:
        what: What it may do, for instance ``look at``.
        kind: Kind of the things, several of them.
        named: The first things, with links to their pages where they have one.
        count: How many things.
        total: How many things of that kind there are.
        conditions: What must hold, in words.
        anchor: Element of the page that shows the statement; empty when no statement of an activity decides.
    """

    what: str
    kind: str
    named: tuple[tuple[str, str | None], ...]
    count: int
    total: int
    conditions: tuple[str, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A test of a role spec and how it comes out.

    Attributes:
        expect: ``allow`` or ``deny``.
        description: Why, for people; may be empty.
        actions: What is asked.
        resources: On what; empty when the test names none.
        context: What the request says, as ``key = value``.
        principal: Who asks; empty when the role does.
        failures: What came out otherwise; empty when the test passes.
    """

    expect: str
    description: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: tuple[str, ...]
    principal: str
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last commit that changed what a role says.

    Attributes:
        step: The step.
        pull_request: Number of the pull request that its subject names; empty when it names none.
        approved: Who approved this content; empty when nobody did, or nothing proves it.
        is_first: Whether there was no role before.
        access: What it did to access, widened first; empty when nothing.
        why_not: Why that cannot be told; empty when it can.
    """

    step: Step
    pull_request: str
    approved: str
    is_first: bool
    access: tuple[AccessChange, ...]
    why_not: str = ""


def trusted(rendered: RenderedRole) -> list[Trusted]:
    """List who may assume a role for good."""
    return [
        Trusted(principal, _TRUSTED[statement.kind], statement.actions, condition_words(statement.conditions))
        for statement in rendered.trust
        for principal in statement.principals
    ]


def condition_words(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Write conditions of a statement, one by one."""
    return tuple(f"{each.key}: {each.operator} {' or '.join(each.values)}" for each in conditions)


def ability_views(role: RoleDocument, rendered: RenderedRole, values: SiteValues) -> tuple[list[AbilityView], str]:
    """List what a role may do to the things there are; one that is not approved is asked as if it was.

    Returns:
        What it may do, and why it is not asked with the others; the latter is empty when it is.
    """
    matrix = matrix_of(values)
    name = role.metadata.name
    if name not in matrix.left:
        return _grouped([cell for cell in matrix.cells if cell.role == name], matrix, values), ""
    known = _known(role, values)
    too_many = not matrix.is_asked or len(matrix.things) * len(matrix.left) > PAIRS_MAX
    cells = [] if too_many else asked_alone(role, rendered, known, matrix)
    return _grouped(cells, matrix, values), matrix.left[name]


def _grouped(cells: Iterable[Cell], matrix: Matrix, values: SiteValues) -> list[AbilityView]:
    order = {each.id: place for place, each in enumerate(abilities())}
    titles = {each.id: each.title for each in abilities()}
    groups: dict[tuple[int, tuple[str, ...], str], list[Cell]] = {}
    for cell in cells:
        anchor = f"statement-{cell.activity}-{cell.statement.number}" if cell.statement and cell.activity else ""
        groups.setdefault((order[cell.ability], cell.conditions, anchor), []).append(cell)
    totals = {kind: len(matrix.of(kind)) for kind in KINDS}
    paged = {row.model for row in values.rows if row.has_page}
    links = Links("roles/x.md", values.directory_urls)
    return [
        AbilityView(
            what=titles[found[0].ability],
            kind=KINDS[found[0].thing.kind].lower(),
            named=tuple((cell.thing.name, _page_of(cell, paged, links)) for cell in found[:NAMED]),
            count=len(found),
            total=totals[found[0].thing.kind],
            conditions=conditions,
            anchor=anchor,
        )
        for (_, conditions, anchor), found in sorted(groups.items())
    ]


def _page_of(cell: Cell, paged: set[str], links: Links) -> str | None:
    thing = cell.thing
    if thing.kind == "role":
        return links.to(page_of_role(thing.name))
    is_card = thing.kind in ("card", "model") and is_name(thing.name) and thing.name in paged
    return links.to(page_of_card(thing.name)) if is_card else None


def trials(role: RoleDocument, rendered: RenderedRole, values: SiteValues) -> tuple[list[Trial], list[str]]:
    """Try the tests of a role.

    Returns:
        The tests, and the ARNs of attached policies that they are decided without.
    """
    if not role.spec.tests:
        return [], []
    simulated = simulate(role.spec, rendered, _known(role, values))
    found = [
        Trial(
            expect=test.expect,
            description=test.description or "",
            actions=tuple(test.actions),
            resources=tuple(test.resources or ()),
            context=tuple(f"{key} = {_said(value)}" for key, value in test.context.items()),
            principal=test.principal or "",
            failures=tuple(failure.message for failure in failures(simulated, test)),
        )
        for test in role.spec.tests
    ]
    return found, list(simulated.unknown)


def _said(value: object) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)


def _known(role: RoleDocument, values: SiteValues) -> dict[str, dict[str, object]]:
    files = attached_policies(role.spec, values.collected.tree.snapshot)
    return {arn: dict(file.document) for arn, file in files.items()}


def last_change(found: Governed, standing: Standing | None, library: Library, values: SiteValues) -> LastChange | None:
    """Tell of the last commit that changed what a role says; None when there is no history."""
    path = found.document.path
    history = values.collected.revisions.get(path, ())
    last = next((place for place in reversed(range(len(history))) if _changed(history, place)), None)
    if last is None:
        return None
    step = steps(history)[len(history) - 1 - last]
    before = next((each for each in reversed(history[:last]) if each.digest), None)
    access, why_not = _access(path, before, history[last], library, values) if before else ([], "")
    pull = _PULL.search(step.revision.commit.subject)
    approved = _approved(standing, step.revision)
    return LastChange(step, pull[1] if pull else "", approved, before is None, tuple(access), why_not)


def _changed(history: Sequence[Revision], place: int) -> bool:
    digest = history[place].digest
    earlier = next((each.digest for each in reversed(history[:place]) if each.digest), None)
    return digest is not None and digest != earlier


def _approved(standing: Standing | None, revision: Revision) -> str:
    if standing is None or not standing.approvers or standing.digest != revision.digest:
        return ""
    return " and ".join(standing.approvers)


def _access(
    path: str, before: Revision, now: Revision, library: Library, values: SiteValues
) -> tuple[list[AccessChange], str]:
    """Compare what two versions permit, both with the activities of today."""
    try:
        rendered = [_rendered(path, each, library, values) for each in (before, now)]
    except UsageError as error:
        return [], error.message
    return access_changes(*rendered), ""


def _rendered(path: str, revision: Revision, library: Library, values: SiteValues) -> RenderedRole:
    blob = next((change.blob for change in revision.commit.changes if change.path == path), None)
    document = load(values.collected.blobs.get(blob or "", b""), path)[0]
    typed = validate(document, RoleDocument)[0] if document else None
    if typed is None:
        raise UsageError(f"Version {number(revision.version)} of the role cannot be read.")
    return render(typed, library)

"""Who may do what: the roles that are approved, asked about every model, endpoint, card, bucket and role there is."""

import csv
import difflib
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from mlgov.approvals.effective import Effective, Standing
from mlgov.approvals.granting import GrantStanding, grant_standings, live_by_role
from mlgov.approvals.lives import Life, Outcome
from mlgov.cards import CardDocument
from mlgov.checks.tree import Governed, Tree
from mlgov.dashboard.exports import harmless
from mlgov.errors import UsageError
from mlgov.monitors import MonitorSetDocument
from mlgov.names import Kind, Status
from mlgov.roles import RenderedRole, RoleDocument, attached_policies, render
from mlgov.roles.access_grants import LiveGrant
from mlgov.roles.matrix import KINDS, Cell, Subject, Thing, abilities, abilities_of, ask, subject_of

FORMAT = "mlgov/role-matrix/v1"


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix.

    Attributes:
        now: The time that it is of, aware.
        subjects: The roles, by name.
        things: What they were asked about, by kind and name.
        cells: Everything that some role may do; what is not here, nobody in ``subjects`` may.
        left: Roles that are not in it -> why.
        is_asked: Whether the roles were asked; False when there was too much to ask.
    """

    now: datetime
    subjects: tuple[Subject, ...]
    things: tuple[Thing, ...]
    cells: tuple[Cell, ...]
    left: Mapping[str, str]
    is_asked: bool = True

    def of(self, kind: str) -> list[Thing]:
        """List the things of one kind."""
        return [thing for thing in self.things if thing.kind == kind]

    def who(self) -> dict[tuple[Thing, str], list[Cell]]:
        """List who may do what, by thing and ability; roles in order."""
        found: dict[tuple[Thing, str], list[Cell]] = {}
        for cell in self.cells:
            found.setdefault((cell.thing, cell.ability), []).append(cell)
        return found


def access_matrix(
    tree: Tree, outcome: Outcome | None, standings: Mapping[str, Standing], now: datetime, most: int | None = None
) -> Matrix:
    """Ask every approved role about everything.

    Args:
        tree: The governed documents.
        outcome: What a replay of the history found; None when no approval rules are in force, so that the declared
            status counts.
        standings: Where every document stands, by path; empty when no approval rules are in force.
        now: The present time, aware.
        most: Pairs of a role and a thing that are asked about; with more, nobody is asked. None: however many.
    """
    grants = grant_standings(tree.of(Kind.ACCESS_GRANT), outcome or _as_it_lies(tree), now)
    live = live_by_role(grants)
    subjects: list[Subject] = []
    left: dict[str, str] = {}
    for found in tree.of(Kind.ROLE):
        if why := _why_not(found, standings.get(found.document.path), proven=outcome is not None):
            left[found.name] = why
            continue
        try:
            subjects.append(_subject(found, tree, live))
        except UsageError as error:
            left[found.name] = error.message
    things = sorted(set(_things(tree, subjects)), key=lambda each: (list(KINDS).index(each.kind), each.name))
    is_asked = most is None or len(subjects) * len(things) <= most
    cells = _asked(subjects, things, now) if is_asked else []
    return Matrix(now, tuple(subjects), tuple(things), tuple(cells), left, is_asked)


def asked_alone(
    role: RoleDocument, rendered: RenderedRole, known: Mapping[str, Mapping[str, Any]], matrix: Matrix
) -> list[Cell]:
    """Ask a role that is not in a matrix about what the matrix knows and the buckets it names, as if it was approved.

    Args:
        role: The role.
        rendered: The role rendered from it.
        known: Documents of the policies that it attaches, by ARN, as far as they are known.
        matrix: Tells the things, the time, and the roles that this one may pass or assume.
    """
    subject = subject_of(role, rendered, (), known)
    targets = {each.name: each for each in (*matrix.subjects, subject)}
    asked = (
        ask(subject, thing, ability, targets, _moment(matrix.now))
        for thing in dict.fromkeys((*matrix.things, *(Thing("bucket", name) for name in _buckets(subject))))
        for ability in abilities_of(thing.kind)
    )
    return [cell for cell in asked if cell]


def narrowed(matrix: Matrix, things: Collection[str], roles: Collection[str]) -> Matrix:
    """Leave out what nobody asked for.

    Args:
        matrix: The whole matrix.
        things: Names of things; empty for all.
        roles: Names of roles; empty for all.

    Raises:
        UsageError: There is no such thing, or no such role was asked.
    """
    names, known = {thing.name for thing in matrix.things}, {subject.name for subject in matrix.subjects}
    for name in sorted(set(things) - names):
        raise UsageError(f"There is no {name} in the matrix.", hint=_close(name, names))
    for name in sorted(set(roles) - known):
        raise UsageError(f"The role {name} was not asked.", hint=matrix.left.get(name) or _close(name, known))
    return replace(
        matrix,
        subjects=tuple(each for each in matrix.subjects if not roles or each.name in roles),
        things=tuple(each for each in matrix.things if not things or each.name in things),
        cells=tuple(
            each
            for each in matrix.cells
            if (not roles or each.role in roles) and (not things or each.thing.name in things)
        ),
    )


def _close(name: str, names: Collection[str]) -> str:
    close = difflib.get_close_matches(name, sorted(names), n=1)
    return f"Did you mean '{close[0]}'?" if close else "'mlgov role matrix' without names shows all."


def grants_by_role(tree: Tree, outcome: Outcome | None, now: datetime) -> dict[str, list[GrantStanding]]:
    """Say what each access grant is, by role and end. Arguments are those of `access_matrix`."""
    found: dict[str, list[GrantStanding]] = {}
    standings = grant_standings(tree.of(Kind.ACCESS_GRANT), outcome or _as_it_lies(tree), now)
    for each in sorted(standings, key=lambda each: (each.grant.spec.expires, each.name)):
        found.setdefault(each.grant.spec.role, []).append(each)
    return found


def _asked(subjects: Sequence[Subject], things: Sequence[Thing], now: datetime) -> list[Cell]:
    targets, moment = {subject.name: subject for subject in subjects}, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    every = [(thing, ability) for thing in things for ability in abilities() if ability.of == thing.kind]
    asked = (ask(subject, thing, ability, targets, moment) for thing, ability in every for subject in subjects)
    return [cell for cell in asked if cell]


def _as_it_lies(tree: Tree) -> Outcome:
    """Take every grant as committed like this, where nothing can be proven anyway."""
    paths = [found.document.path for found in tree.of(Kind.ACCESS_GRANT)]
    return Outcome({path: Life(path, tree.snapshot[path].data) for path in paths})


def _why_not(found: Governed, standing: Standing | None, *, proven: bool) -> str:
    """Say why a role is not in the matrix; empty when it is."""
    if not proven:
        status = found.typed.lifecycle.status
        return "" if status is Status.APPROVED else f"It is {status.value.replace('_', ' ')}."
    if standing is None or standing.effective is not Effective.APPROVED:
        return standing.reason if standing else "It is not committed."
    return ""


def _subject(found: Governed, tree: Tree, live: Mapping[str, Sequence[LiveGrant]]) -> Subject:
    role = cast(RoleDocument, found.typed)
    files = attached_policies(role.spec, tree.snapshot)
    known = {arn: file.document for arn, file in files.items()}
    return subject_of(role, render(role, tree.library()), live.get(found.name, ()), known)


def _things(tree: Tree, subjects: Sequence[Subject]) -> Iterator[Thing]:
    """List what the documents tell of: models and cards, endpoints, buckets that roles name, and the roles."""
    for found in tree.of(Kind.MODEL_CARD):
        card = cast(CardDocument, found.typed)
        yield Thing("card", found.name)
        yield _model(found.name, card)
    for found in tree.of(Kind.MONITOR_SET):
        deployments = cast(MonitorSetDocument, found.typed).spec.deployments
        yield from (Thing("endpoint", each.name) for each in deployments if each.kind == "endpoint")
    for subject in subjects:
        yield Thing("role", subject.name)
        yield from (Thing("bucket", name) for name in _buckets(subject))


def _model(name: str, card: CardDocument) -> Thing:
    """Give the model of a card, by its own ARN where the card has that."""
    overview = card.spec.model_overview
    parts = (overview.model_id or "").split(":", 5) if overview else []
    if len(parts) == 6 and parts[2] == "sagemaker" and parts[5].startswith("model/"):
        return Thing("model", parts[5].removeprefix("model/"), parts[4], parts[3])
    return Thing("model", name)


def _buckets(subject: Subject) -> Iterator[str]:
    """List the buckets that the statements of a role name in full."""
    for document in subject.simulated.own.layers[0].documents:
        for statement in document.statements:
            for resource in statement.resources:
                bucket = resource.partition(":s3:::")[2].partition("/")[0]
                if bucket and not any(sign in bucket for sign in "*?$"):
                    yield bucket


def matrix_value(matrix: Matrix) -> dict[str, Any]:
    """Give the matrix as JSON: a list of what may be done. What is not in it may not be done.

    ``answer`` is ``yes``, or ``conditional`` when ``conditions`` must hold. ``statement`` is the one that decides: the
    policy and the number of the statement in it, from 1; null where the trust policy of a role decides alone.
    """
    return {
        "format": FORMAT,
        "now": _moment(matrix.now),
        "roles": [_role(subject) for subject in matrix.subjects],
        "not_asked": [{"name": name, "why": why} for name, why in sorted(matrix.left.items())],
        "abilities": [{"id": each.id, "of": each.of, "title": each.title} for each in abilities()],
        "things": [{"kind": each.kind, "name": each.name} for each in matrix.things],
        "cells": [_cell(cell) for cell in matrix.cells],
    }


def to_json(matrix: Matrix) -> str:
    """Write `matrix_value`."""
    return json.dumps(matrix_value(matrix), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def to_csv(matrix: Matrix) -> str:
    """Write one line for each thing that some role may do, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "name", "ability", "role", "answer", "conditions", "action", "resource", "statement"])
    titles = {ability.id: ability.title for ability in abilities()}
    for cell in matrix.cells:
        answer = "conditional" if cell.conditions else "yes"
        row = [cell.thing.kind, cell.thing.name, titles[cell.ability], cell.role, answer, "; ".join(cell.conditions)]
        writer.writerow(map(harmless, [*row, cell.action, cell.resource, str(cell.statement or "")]))
    return out.getvalue()


def _role(subject: Subject) -> dict[str, Any]:
    return {
        "name": subject.name,
        "title": subject.title,
        "arn": subject.simulated.arn,
        "held_by": [
            {
                "principal": each.principal,
                "grant": each.grant or None,
                "until": _moment(each.until) if each.until else None,
            }
            for each in subject.holders
        ],
        "unknown_policies": list(subject.simulated.unknown),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    ref = cell.statement
    return {
        "role": cell.role,
        "kind": cell.thing.kind,
        "name": cell.thing.name,
        "ability": cell.ability,
        "answer": "conditional" if cell.conditions else "yes",
        "conditions": list(cell.conditions),
        "action": cell.action,
        "resource": cell.resource,
        "statement": {
            "policy": ref.policy,
            "activity": cell.activity or None,
            "number": ref.number,
            "sid": ref.sid or None,
        }
        if ref
        else None,
    }


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

"""A role's own statements, and what all that it is given opens together."""

import re
from collections.abc import Iterator, Mapping, Sequence

from mlgov.documents import Pointer
from mlgov.findings import Severity
from mlgov.roles import rules
from mlgov.roles.lint import rules as lint_rules
from mlgov.roles.lint.conditions import check_limits
from mlgov.roles.lint.duties import duties, toxic
from mlgov.roles.lint.escalation import Escalation, escalations
from mlgov.roles.lint.grants import Grant, Union, of_role, together
from mlgov.roles.lint.policy_files import PolicyFile, grants_of
from mlgov.roles.lint.statements import check_statement
from mlgov.roles.policy import Condition, RenderedRole
from mlgov.roles.problem import Problem
from mlgov.roles.schema import CustomStatement, RoleSpec

_STATEMENTS: Pointer = ("spec", "statements")
#: How many ways to more power a finding tells.
_TOLD = 6


def check_statements(spec: RoleSpec) -> Iterator[Problem]:
    """Find what is wrong with each of a role's own statements by itself."""
    for index, own in enumerate(spec.statements):
        place: Pointer = (*_STATEMENTS, index)
        for key, number, text in _texts(own):
            if re.search(r"[${}]", text):
                yield Problem(rules.PLACEHOLDER, (*place, *key, number), f"The statement holds the placeholder {text}.")
        grant = _grant(index, own)
        for note in (*check_statement(grant), *check_limits(grant)):
            yield Problem(note.rule, (*place, *note.place), note.message, note.fix, note.severity)


def check_power(spec: RoleSpec, rendered: RenderedRole, files: Mapping[str, PolicyFile]) -> Iterator[Problem]:
    """Find ways to more power, and duties that do not go together, in all that a role is given.

    Args:
        spec: The role.
        rendered: The role rendered from it.
        files: The text of the policies that it attaches, by ARN, as far as it is known.
    """
    grants, bounds = union(rendered, files)
    grouped: dict[tuple[Pointer, bool], list[Escalation]] = {}
    for found in escalations(grants, bounds):
        grouped.setdefault((_place(spec, files, found.grants), found.bounded), []).append(found)
    for (place, bounded), ways in grouped.items():
        severity = Severity.WARNING if bounded else None
        yield Problem(lint_rules.ESCALATION, place, _said(ways), "", severity, at_key=len(place) == 2)
    held = duties(grants, bounds)
    for pair in toxic(held, held):
        place = _place(spec, files, (*held[pair.one.id], *held[pair.other.id]))
        message = f"The role may {pair.one.title} and {pair.other.title}. {pair.reason}"
        yield Problem(lint_rules.TOXIC_PAIR, place, message, at_key=len(place) == 2)


def union(rendered: RenderedRole, files: Mapping[str, PolicyFile]) -> tuple[Union, Union | None]:
    """Give all statements of a role, and those of its boundary where their text is known."""
    grants = together([*of_role(rendered), *grants_of(files, rendered.managed_policy_arns)])
    boundary = rendered.permissions_boundary
    return grants, together(files[boundary].grants) if boundary and boundary in files else None


def _grant(index: int, own: CustomStatement) -> Grant:
    conditions = [Condition(op, key, tuple(v)) for op, keys in own.conditions.items() for key, v in keys.items()]
    return Grant("statements", "", index, True, tuple(own.actions), tuple(own.resources), tuple(conditions))


def _texts(own: CustomStatement) -> Iterator[tuple[Pointer, int, str]]:
    for number, resource in enumerate(own.resources):
        yield ("resources",), number, resource
    for operator, keys in own.conditions.items():
        for key, values in keys.items():
            for number, value in enumerate(values):
                yield ("conditions", operator, key), number, value


def _place(spec: RoleSpec, files: Mapping[str, PolicyFile], grants: Sequence[Grant]) -> Pointer:
    """Point at what the role adds to its activities, and at those when it adds nothing."""
    for grant in grants:
        if grant.origin == "statements":
            return (*_STATEMENTS, grant.number)
    for grant in grants:
        for index, arn in enumerate(spec.managed_policy_arns):
            if arn in files and files[arn].path == grant.source:
                return ("spec", "managed_policy_arns", index)
    return ("spec", "activities" if spec.activities is not None else "persona")


def _said(ways: Sequence[Escalation]) -> str:
    told = [f"{way.path.title} ({', '.join(way.path.needs)})" for way in ways[:_TOLD]]
    more = f"; and {len(ways) - _TOLD} ways more" if len(ways) > _TOLD else ""
    return f"Whoever holds the role can {'; '.join(told)}{more}."

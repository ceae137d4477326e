"""What is wrong with a role spec, found before anything is rendered.

What is checked, in this order:

1. the spec: persona, activities and their parameters, the form of every value, who may assume the role, text, tags,
   settings without effect;
2. its own statements, each by itself;
3. if that holds, the rendered role: names, sizes of policies, number of attached policies, limits that are undone, and
   what it opens together with the policies whose text is known.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from mlgov.documents import Document, Pointer
from mlgov.findings import Finding, Severity
from mlgov.roles import rules
from mlgov.roles.assembly import activities_of, assemble
from mlgov.roles.check_compat import check_compat
from mlgov.roles.check_trust import check_trust
from mlgov.roles.check_undone import check_undone
from mlgov.roles.check_values import check_values
from mlgov.roles.library import Activity, Library, built_in
from mlgov.roles.limits import check_limits
from mlgov.roles.policy import RenderedRole
from mlgov.roles.problem import Problem
from mlgov.roles.schema import Parameters, RoleDocument, RoleSpec
from mlgov.roles.shapes import SHAPES

if TYPE_CHECKING:
    from mlgov.roles.lint.policy_files import PolicyFile

#: Managed policies that make every other check pointless.
ADMINISTRATORS = frozenset({"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"})

#: IAM's own pattern for descriptions.
_NOT_IAM_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\xa1-\xff]")


def check_role(
    document: Document,
    role: RoleDocument,
    library: Library | None = None,
    files: "Mapping[str, PolicyFile] | None" = None,
) -> Iterator[Finding]:
    """Find what is wrong with a role.

    Args:
        document: The file, for positions.
        role: The same, typed.
        library: Activities and personas; the built-in ones when None.
        files: The text of the policies that it attaches, by ARN, as far as it is known.
    """
    found, rendered = _judged(role, library or built_in(), files)
    for problem in found:
        location = document.location(problem.pointer, of_key=problem.at_key)
        yield problem.rule.at(
            location, problem.message, pointer=problem.pointer, fix=problem.fix, severity=problem.severity
        )
    if role.spec.tests and rendered and not any(problem.is_error for problem in found):
        from mlgov.roles.simulation.checking import check_tests  # most roles have no tests, and the check is fast

        known = {arn: file.document for arn, file in (files or {}).items()}
        yield from check_tests(document, role, rendered, known)


def problems(role: RoleDocument, library: Library, files: "Mapping[str, PolicyFile] | None" = None) -> list[Problem]:
    """List what is wrong with a role. One with an error among them must not be rendered."""
    return _judged(role, library, files)[0]


def _judged(
    role: RoleDocument, library: Library, files: "Mapping[str, PolicyFile] | None"
) -> tuple[list[Problem], RenderedRole | None]:
    """List what is wrong with a role, and give what it is rendered to if that can be said at all."""
    from mlgov.roles.check_statements import check_power, check_statements  # repositories without roles do without

    found = [*_in_spec(role.spec, library), *check_statements(role.spec)]
    if any(problem.is_error for problem in found):
        return found, None
    rendered = assemble(role, library)
    found.extend([*check_limits(rendered), *check_undone(rendered), *check_power(role.spec, rendered, files or {})])
    return found, rendered


def _in_spec(spec: RoleSpec, library: Library) -> Iterator[Problem]:
    choice_problems = [*_persona(spec, library), *_activities(spec, library)]
    yield from choice_problems
    if not choice_problems:
        activities = [library.activities[choice.id] for choice in activities_of(spec, library)]
        yield from _missing(spec, activities)
        yield from _effect(spec, activities)
        yield from check_compat(spec, library)
    yield from check_values(spec)
    yield from check_trust(spec, library)
    yield from _text(spec)
    yield from _tags(spec)
    yield from _broad(spec)
    if spec.account is None:
        yield Problem(rules.OPEN_ACCOUNT, ("spec", "account"), "The role names no account.")


def _persona(spec: RoleSpec, library: Library) -> Iterator[Problem]:
    if spec.persona not in library.personas:
        message = f"There is no persona '{spec.persona}'."
        yield Problem(rules.UNKNOWN_PERSONA, ("spec", "persona"), message, _known(spec.persona, library.personas))
    elif not activities_of(spec, library) and not spec.statements:
        yield Problem(rules.NO_ACTIVITIES, ("spec", "activities"), f"The persona {spec.persona} brings no activities.")

    elif spec.activities is None:
        for choice in activities_of(spec, library):
            if choice.id not in library.activities:
                message = f"The persona {spec.persona} brings the activity '{choice.id}', which is not there."
                yield Problem(rules.UNKNOWN_ACTIVITY, ("spec", "persona"), message)


def _activities(spec: RoleSpec, library: Library) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, choice in enumerate(spec.activities or ()):
        pointer = ("spec", "activities", index, "id")
        if choice.id not in library.activities:
            message = f"There is no activity '{choice.id}'."
            yield Problem(rules.UNKNOWN_ACTIVITY, pointer, message, _known(choice.id, library.activities))
        if choice.id in seen:
            yield Problem(rules.DUPLICATE_ACTIVITY, pointer, f"The activity {choice.id} stands in the list already.")
        seen.add(choice.id)


def _missing(spec: RoleSpec, activities: list[Activity]) -> Iterator[Problem]:
    """Find what activities ask for and nobody gives: one problem per parameter, however many ask."""
    own = {choice.id: choice.parameters for choice in spec.activities or ()}
    for name in Parameters.model_fields:
        asking = [activity.id for activity in activities if name in activity.parameters]
        without = [asks for asks in asking if not getattr(own.get(asks), name, None)]
        if without and not getattr(spec.parameters, name):
            message = f"{name} is missing; {', '.join(without)} cannot do without."
            fix = f"Add '{name}:' below spec.parameters, for instance [{SHAPES[name].example}]."
            yield Problem(rules.MISSING_PARAMETER, ("spec", "parameters", name), message, fix)


def _text(spec: RoleSpec) -> Iterator[Problem]:
    if found := _NOT_IAM_TEXT.search(spec.description or ""):
        message = f"The description holds {found[0]!r} (U+{ord(found[0]):04X})."
        yield Problem(rules.TEXT, ("spec", "description"), message)


def _tags(spec: RoleSpec) -> Iterator[Problem]:
    seen: set[str] = set()
    for key in spec.tags:
        pointer = ("spec", "tags", key)
        if key.lower().startswith("aws:"):
            yield Problem(rules.TAGS, pointer, f"The tag key {key} starts with aws:.", at_key=True)
        if key.lower() in seen:
            yield Problem(rules.TAGS, pointer, f"The tag key {key} differs from another one only in case.", at_key=True)
        seen.add(key.lower())


def _broad(spec: RoleSpec) -> Iterator[Problem]:
    for index, arn in enumerate(spec.managed_policy_arns):
        name = arn.rpartition("/")[2]
        pointer = ("spec", "managed_policy_arns", index)
        if name in ADMINISTRATORS:
            yield Problem(rules.BROAD_POLICY, pointer, f"{name} makes the role an administrator.", "", Severity.ERROR)
        elif "FullAccess" in name or "Administrator" in name:
            yield Problem(rules.BROAD_POLICY, pointer, f"{name} gives far more than the activities of the role.")


def _effect(spec: RoleSpec, activities: list[Activity]) -> Iterator[Problem]:
    asked = {name for activity in activities for name in activity.parameters}
    yield from _unasked(spec.parameters, asked, ("spec", "parameters"), "no activity of the role asks for it")
    asking = {activity.id: activity.parameters for activity in activities}
    for index, choice in enumerate(spec.activities or ()):
        place = ("spec", "activities", index, "parameters")
        yield from _unasked(choice.parameters, asking.get(choice.id, ()), place, f"{choice.id} does not ask for it")
    for extra, given in (("network", spec.network), ("keys", spec.keys)):
        if given and not any(activity.reacts_to(extra) for activity in activities):
            message = f"{extra} has no effect: no activity of the role can be limited by it."
            yield Problem(rules.NO_EFFECT, ("spec", extra), message, at_key=True)


def _unasked(parameters: Parameters, asked: Collection[str], place: Pointer, why: str) -> Iterator[Problem]:
    for name in sorted(parameters.model_fields_set - set(asked)):
        yield Problem(rules.NO_EFFECT, (*place, name), f"{name} has no effect: {why}.", at_key=True)


def _known(word: str, names: Collection[str]) -> str:
    close = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Known are {', '.join(sorted(names))}."

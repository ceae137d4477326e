"""What is wrong with a role spec, found before anything is rendered.

What is checked, in this order:

1. the spec: persona, activities and their parameters, the form of every value, text, tags, settings without effect;
2. if that holds, the rendered role: names, sizes of policies, number of attached policies.
"""

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mlgov.documents import Document, Pointer
from mlgov.findings import Finding, Rule, Severity
from mlgov.roles import iam_json, rules
from mlgov.roles.library import Activity, Library, built_in
from mlgov.roles.policy import RenderedRole, activities_of, assemble
from mlgov.roles.schema import Parameters, RoleDocument, RoleSpec
from mlgov.roles.shapes import SHAPES

#: Limits of IAM. Sizes are characters without white space.
ROLE_NAME_MAX = 64
MANAGED_POLICY_MAX = 6_144
INLINE_POLICIES_MAX = 10_240
TRUST_POLICY_MAX = 2_048
#: Attached managed policies: the default quota of an account, and the most that is accepted here.
ATTACHED_DEFAULT = 10
ATTACHED_MAX = 20

#: Managed policies that make every other check pointless.
ADMINISTRATORS = frozenset({"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"})

#: IAM's own pattern for descriptions.
_NOT_IAM_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\xa1-\xff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a role, before it has a place in a file; ``at_key``: its place is the key, not the value."""

    rule: Rule
    pointer: Pointer
    message: str
    fix: str = ""
    severity: Severity | None = None
    at_key: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it keeps the role from being rendered."""
        return (self.severity or self.rule.severity) >= Severity.ERROR


def check_role(document: Document, role: RoleDocument, library: Library | None = None) -> Iterator[Finding]:
    """Find what is wrong with a role.

    Args:
        document: The file, for positions.
        role: The same, typed.
        library: Activities and personas; the built-in ones when None.
    """
    found = problems(role, library or built_in())
    for problem in found:
        location = document.location(problem.pointer, of_key=problem.at_key)
        yield problem.rule.at(
            location, problem.message, pointer=problem.pointer, fix=problem.fix, severity=problem.severity
        )
    if role.spec.tests and not any(problem.is_error for problem in found):
        from mlgov.roles.simulation.checking import check_tests  # most roles have no tests, and the check is fast

        yield from check_tests(document, role, assemble(role, library or built_in()))


def problems(role: RoleDocument, library: Library) -> list[Problem]:
    """List what is wrong with a role. One with an error among them must not be rendered."""
    found = list(_in_spec(role.spec, library))
    if not any(problem.is_error for problem in found):
        found.extend(_in_rendered(assemble(role, library)))
    return found


def _in_spec(spec: RoleSpec, library: Library) -> Iterator[Problem]:
    choice_problems = [*_persona(spec, library), *_activities(spec, library)]
    yield from choice_problems
    if not choice_problems:
        activities = [library.activities[choice.id] for choice in activities_of(spec, library)]
        yield from _missing(spec, activities)
        yield from _effect(spec, activities)
    for pointer, key, value in _values(spec):
        yield from _value(spec, pointer, key, value)
    yield from _text(spec)
    yield from _tags(spec)
    yield from _broad(spec)
    if spec.account is None:
        yield Problem(rules.OPEN_ACCOUNT, ("spec", "account"), "The role names no account.")


def _persona(spec: RoleSpec, library: Library) -> Iterator[Problem]:
    if spec.persona not in library.personas:
        message = f"There is no persona '{spec.persona}'."
        yield Problem(rules.UNKNOWN_PERSONA, ("spec", "persona"), message, _known(spec.persona, library.personas))
    elif not activities_of(spec, library):
        yield Problem(rules.NO_ACTIVITIES, ("spec", "activities"), f"The persona {spec.persona} brings no activities.")


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


def _values(spec: RoleSpec) -> Iterator[tuple[Pointer, str, str]]:
    """List every name and ARN of the spec with its place and key."""
    parts: list[tuple[Pointer, object]] = [
        (("spec", "parameters"), spec.parameters),
        (("spec", "network"), spec.network),
        (("spec", "keys"), spec.keys),
        (("spec", "trust"), spec.trust),
        (("spec",), spec),
    ]
    parts += [(("spec", "activities", i, "parameters"), c.parameters) for i, c in enumerate(spec.activities or ())]
    for place, part in parts:
        for key in SHAPES:
            found = getattr(part, key, None)
            if isinstance(found, str):
                yield (*place, key), key, found
            for index, value in enumerate(found if isinstance(found, list) else ()):
                yield (*place, key, index), key, value


def _value(spec: RoleSpec, pointer: Pointer, key: str, value: str) -> Iterator[Problem]:
    shape = SHAPES[key]
    if re.search(r"[${}]", value):
        yield Problem(rules.PLACEHOLDER, pointer, f"{key} holds the placeholder {value}.")
    elif re.search(r"[*?]", value):
        rule = rules.WILDCARD_PASS_ROLE if key == "roles_to_pass" else rules.WILDCARD
        yield Problem(rule, pointer, f"{key} holds the pattern {value}.")
    elif not shape.fits(value):
        fix = f"Write it like {shape.example}."
        yield Problem(rules.PARAMETER_SHAPE, pointer, f"{value} is not {shape.words}.", fix)
    elif value.startswith("arn:") and value.split(":")[1] != spec.partition:
        yield Problem(rules.PARTITION, pointer, f"{value} is not in the partition {spec.partition} of the role.")


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


def _in_rendered(rendered: RenderedRole) -> Iterator[Problem]:
    if len(rendered.name) > ROLE_NAME_MAX:
        message = f"The role would be called {rendered.name}: {len(rendered.name)} characters, the limit is 64."
        yield Problem(rules.NAME_LENGTH, ("metadata", "name"), message)
    yield from _sizes(rendered)
    yield from _attached(rendered)


def _sizes(rendered: RenderedRole) -> Iterator[Problem]:
    trust = iam_json.size(iam_json.trust_document(rendered))
    sizes = {policy.activity: iam_json.size(iam_json.policy_document(policy)) for policy in rendered.policies}
    if trust > TRUST_POLICY_MAX:
        yield _too_large(("spec", "trust"), "The trust policy", trust, TRUST_POLICY_MAX)
    if rendered.policy_type == "inline" and sum(sizes.values()) > INLINE_POLICIES_MAX:
        yield _too_large(("spec",), "The sum of the inline policies", sum(sizes.values()), INLINE_POLICIES_MAX)
    for activity, size in sizes.items():
        if rendered.policy_type == "managed" and size > MANAGED_POLICY_MAX:
            yield _too_large(("spec",), f"The policy of {activity}", size, MANAGED_POLICY_MAX)


def _too_large(pointer: Pointer, what: str, size: int, limit: int) -> Problem:
    return Problem(rules.POLICY_SIZE, pointer, f"{what} has {size:,} characters; IAM takes {limit:,}.", at_key=True)


def _attached(rendered: RenderedRole) -> Iterator[Problem]:
    own = len(rendered.policies) if rendered.policy_type == "managed" else 0
    count = own + len(rendered.managed_policy_arns)
    if count > ATTACHED_DEFAULT:
        severity = Severity.ERROR if count > ATTACHED_MAX else Severity.WARNING
        limit = ATTACHED_MAX if count > ATTACHED_MAX else ATTACHED_DEFAULT
        message = f"{count} managed policies are attached to the role; the limit is {limit}."
        yield Problem(rules.ATTACHED_POLICIES, ("spec", "managed_policy_arns"), message, "", severity, at_key=True)


def _known(word: str, names: Collection[str]) -> str:
    close = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Known are {', '.join(sorted(names))}."

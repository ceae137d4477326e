"""Activities and personas of the governance repository itself, beside those that come with mlgov.

They lie in ``roles/activities/<id>.yaml`` and ``roles/personas/<id>.yaml`` and have the same format and the same
limits. One with the id of a built-in one takes its place; one that ``extends`` a built-in one adds to it. What cannot
be read takes its place too, as nothing: a role that asks for it is refused, and never gets the built-in one unasked.
"""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from mlgov.documents import Document, Pointer, load
from mlgov.findings import Finding, Location, Rule
from mlgov.lifecycle import rules as lifecycle_rules
from mlgov.lifecycle import validate
from mlgov.names import Kind, folder_of
from mlgov.ports import REGULAR_FILE, File, Snapshot
from mlgov.roles import rules
from mlgov.roles.assembly import activities_of
from mlgov.roles.library import Activity, Library, Persona, built_in
from mlgov.roles.schema import RoleSpec

if TYPE_CHECKING:
    from mlgov.roles.lint.policy_files import PolicyFile

ACTIVITIES = f"{folder_of(Kind.ROLE)}/activities"
PERSONAS = f"{folder_of(Kind.ROLE)}/personas"

PartT = TypeVar("PartT", Activity, Persona)


def is_own(path: str) -> bool:
    """Say whether a file of the repository defines an activity or a persona."""
    return path.rpartition("/")[0] in (ACTIVITIES, PERSONAS)


def library_in(snapshot: Snapshot) -> tuple[Library, list[Finding]]:
    """Put together the activities and personas that roles of a repository may use.

    Args:
        snapshot: The files of the repository.

    Returns:
        The built-in ones with those of the repository, and what is wrong with its files.
    """
    paths = sorted(path for path in snapshot if is_own(path))
    if not paths:
        return built_in(), []
    findings: list[Finding] = []
    activities = _activities(snapshot, [path for path in paths if path.startswith(ACTIVITIES)], findings)
    personas = _personas(snapshot, [path for path in paths if path.startswith(PERSONAS)], activities, findings)
    return Library(activities, personas), findings


def _activities(snapshot: Snapshot, paths: list[str], findings: list[Finding]) -> dict[str, Activity]:
    known = dict(built_in().activities)
    for stem, read in _read(snapshot, paths, Activity, findings):
        known.pop(stem, None)
        base = _base(*read, built_in().activities, rules.UNKNOWN_ACTIVITY, findings) if read else None
        if read and base:
            known[stem] = _extended_activity(base, read[1])
        elif read and read[1].extends is None:
            known[stem] = read[1]
    return known


def _personas(
    snapshot: Snapshot, paths: list[str], activities: Collection[str], findings: list[Finding]
) -> dict[str, Persona]:
    known = dict(built_in().personas)
    for stem, read in _read(snapshot, paths, Persona, findings):
        known.pop(stem, None)
        base = _base(*read, built_in().personas, rules.UNKNOWN_PERSONA, findings) if read else None
        findings.extend(_unknown_activities(*read, activities) if read else ())
        if read and base:
            findings.extend(_not_there(*read, base))
            known[stem] = _extended_persona(base, read[1])
        elif read and read[1].extends is None:
            known[stem] = read[1]
    return known


def own_paths(spec: RoleSpec, library: Library) -> list[str]:
    """List the files that would change what a role permits, whether or not they are there."""
    activities = [f"{ACTIVITIES}/{choice.id}.yaml" for choice in activities_of(spec, library)]
    return [f"{PERSONAS}/{spec.persona}.yaml", *activities]


def attached_policies(spec: RoleSpec, snapshot: Snapshot) -> "dict[str, PolicyFile]":
    """Read the text of the policies that a role attaches, its boundary among them, by ARN; only what is there."""
    arns = [*spec.managed_policy_arns, *([spec.permissions_boundary] if spec.permissions_boundary else [])]
    if not arns:
        return {}
    from mlgov.roles.lint.policy_files import attached  # most roles attach none

    return attached(arns, snapshot)


def _read(
    snapshot: Snapshot, paths: list[str], model: type[PartT], findings: list[Finding]
) -> Iterator[tuple[str, tuple[Document, PartT] | None]]:
    """Read files: the stem of each, and what is in it or None."""
    for path in paths:
        if not path.endswith("/.gitkeep"):
            yield path.rpartition("/")[2].removesuffix(".yaml"), _part(snapshot[path], model, findings)


def _part(file: File, model: type[PartT], findings: list[Finding]) -> tuple[Document, PartT] | None:
    if misplaced := list(_misplaced(file)):
        findings.extend(misplaced)
        return None
    document, found = load(file.data, file.path)
    findings.extend(found)
    if document is None:
        return None
    if "apiVersion" in document.value or "kind" in document.value:
        folder = file.path.rpartition("/")[0]
        message = f"{folder}/ holds files without an envelope; documents belong right into {folder_of(Kind.ROLE)}/."
        findings.append(lifecycle_rules.WRONG_PLACE.at(Location(file.path), message))
        return None
    typed, found = validate(document, model)
    findings.extend(found)
    if typed is None:
        return None
    stem = file.path.rpartition("/")[2].removesuffix(".yaml")
    if typed.id != stem:
        message = f"The id is {typed.id!r} but the file is called {stem!r}."
        findings.append(lifecycle_rules.WRONG_PLACE.at(document.location(("id",)), message, pointer=("id",)))
        return None
    if isinstance(typed, Activity):
        from mlgov.roles.lint.activities import check_activity  # most repositories have no activities of their own

        findings.extend(check_activity(document, typed))
    return document, typed


def _misplaced(file: File) -> Iterator[Finding]:
    folder, _, name = file.path.rpartition("/")
    if file.mode != REGULAR_FILE:
        message = f"The file has the git mode {file.mode}, not {REGULAR_FILE} (a plain file)."
        yield lifecycle_rules.WRONG_PLACE.at(Location(file.path), message)
    elif not name.endswith(".yaml"):
        yield lifecycle_rules.WRONG_PLACE.at(Location(file.path), f"{folder}/ holds only {folder}/<id>.yaml.")


def _base(
    document: Document, own: PartT, known: Mapping[str, PartT], rule: Rule, findings: list[Finding]
) -> PartT | None:
    """Find the built-in part that one extends."""
    if own.extends is None or own.extends in known:
        return known.get(own.extends or "")
    message = f"Only built-in ones can be extended, and {own.extends!r} is not one."
    findings.append(_at(document, ("extends",), rule, message, _close(own.extends, known)))
    return None


def _extended_activity(base: Activity, own: Activity) -> Activity:
    replaced = {statement.sid for statement in own.statements}
    statements = [*(each for each in base.statements if each.sid not in replaced), *own.statements]
    used = {name for statement in statements for name in statement.placeholders}
    asked = [name for name in dict.fromkeys([*base.parameters, *own.parameters]) if name in used]
    return own.model_copy(
        update={"statements": statements, "parameters": asked, "trust": [*base.trust, *own.trust], "extends": None}
    )


def _extended_persona(base: Persona, own: Persona) -> Persona:
    brought = [name for name in dict.fromkeys([*base.activities, *own.activities]) if name not in own.without]
    assumed_by = own.assumed_by if "assumed_by" in own.model_fields_set else base.assumed_by
    return own.model_copy(update={"activities": brought, "assumed_by": assumed_by, "extends": None, "without": []})


def _unknown_activities(document: Document, persona: Persona, known: Collection[str]) -> Iterator[Finding]:
    for index, name in enumerate(persona.activities):
        if name not in known:
            message = f"There is no activity '{name}'."
            yield _at(document, ("activities", index), rules.UNKNOWN_ACTIVITY, message, _close(name, known))


def _not_there(document: Document, persona: Persona, base: Persona) -> Iterator[Finding]:
    for index, name in enumerate(persona.without):
        if name not in base.activities:
            message = f"The persona {base.id} does not bring '{name}'."
            yield _at(document, ("without", index), rules.UNKNOWN_ACTIVITY, message, _close(name, base.activities))


def _at(document: Document, pointer: Pointer, rule: Rule, message: str, fix: str) -> Finding:
    return rule.at(document.location(pointer), message, pointer=pointer, fix=fix)


def _close(word: str, names: Collection[str]) -> str:
    close = difflib.get_close_matches(word, names, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Known are {', '.join(sorted(names))}."

"""The text of managed policies, in ``policies/``: strict JSON, one policy per file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mlgov.documents import Document, Pointer, load, strict_json
from mlgov.errors import UsageError
from mlgov.findings import Finding, Location, Severity
from mlgov.names import POLICIES_FOLDER, policy_path_of
from mlgov.ports import REGULAR_FILE, File, Snapshot
from mlgov.roles.lint import rules
from mlgov.roles.lint.conditions import check_limits
from mlgov.roles.lint.grants import Grant, listed, of_document
from mlgov.roles.lint.notes import Note
from mlgov.roles.lint.statements import check_statement
from mlgov.roles.simulation.documents import compile_document

MAX_BYTES = 262_144
MAX_DEPTH = 12
_PATH = re.compile(rf"{POLICIES_FOLDER}/(aws/)?[A-Za-z0-9+=,.@_-]{{1,128}}\.json")
_KEYS = {"actions": ("Action", "NotAction"), "resources": ("Resource", "NotResource"), "conditions": ("Condition",)}
#: What is only a warning in a policy that somebody else may keep up.
_MILDER = frozenset(
    {
        rules.UNKNOWN_ACTION,
        rules.RESOURCE_MISMATCH,
        rules.CONDITION_MISMATCH,
        rules.WILDCARD_RESOURCE,
        rules.WILDCARD_ACTION,
    }
)


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A managed policy.

    Attributes:
        path: Path of the file.
        document: What it says.
        grants: Its statements.
    """

    path: str
    document: Mapping[str, Any]
    grants: tuple[Grant, ...]


def is_policy_file(path: str) -> bool:
    """Say whether a file lies where the text of policies lies."""
    return path.startswith(f"{POLICIES_FOLDER}/")


@lru_cache(256)
def read_policy(file: File) -> PolicyFile | Finding:
    """Read a policy, or say what is wrong with the file."""
    location = Location(file.path)
    if file.mode != REGULAR_FILE or not _PATH.fullmatch(file.path):
        return rules.POLICY_FILE.at(location, f"{file.path} is no plain file called after a policy.")
    try:
        value = strict_json.read(file.data, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
        compile_document(file.path, value)
    except strict_json.StrictJsonError as error:
        place = Location(file.path, error.line or 1, error.column or 1)
        return rules.POLICY_FILE.at(place, f"The file {error.problem}.", fix=error.hint)
    except UsageError as error:
        return rules.POLICY_FILE.at(location, error.message, fix=error.hint)
    return PolicyFile(file.path, value, tuple(of_document(file.path, value)))


def attached(arns: Iterable[str], snapshot: Snapshot) -> dict[str, PolicyFile]:
    """Read the policies whose text is there, by ARN; those that cannot be read are told by `check_policy_files`."""
    found = {arn: snapshot.get(policy_path_of(arn)) for arn in arns}
    read = {arn: read_policy(file) for arn, file in found.items() if file}
    return {arn: each for arn, each in read.items() if isinstance(each, PolicyFile)}


def check_policy_files(snapshot: Snapshot, arns: Iterable[str], bounds: Iterable[str]) -> list[Finding]:
    """Find what is wrong with the files in ``policies/``.

    The statements of a boundary grant nothing, and those of AWS's own policies nobody here can change: only what they
    open is told, at the role that attaches them.

    Args:
        snapshot: The files of the repository.
        arns: The managed policies that its roles attach.
        bounds: Their permissions boundaries.
    """
    granting = {policy_path_of(arn) for arn in arns}
    wanted = granting | {policy_path_of(arn) for arn in bounds}
    findings: list[Finding] = []
    for path in sorted(filter(is_policy_file, snapshot)):
        if path.endswith("/.gitkeep"):
            continue
        read = read_policy(snapshot[path])
        if isinstance(read, Finding):
            findings.append(read)
            continue
        if path not in wanted:
            findings.append(rules.POLICY_FILE.at(Location(path), "No role attaches this policy."))
        if path in granting and not path.startswith(f"{POLICIES_FOLDER}/aws/"):
            findings += _findings(read, snapshot[path].data)
    return findings


def _findings(policy: PolicyFile, data: bytes) -> list[Finding]:
    places = load(data, policy.path)[0]  # JSON is YAML; where it is not, the finding has the file alone
    found = []
    for grant in policy.grants:
        for note in (*check_statement(grant), *check_limits(grant)):
            pointer = _pointer(policy.document, grant.number, note)
            location = _location(places, policy.path, pointer)
            severity = Severity.WARNING if note.rule in _MILDER else note.severity
            found.append(note.rule.at(location, note.message, pointer=pointer, fix=note.fix, severity=severity))
    return found


def _location(document: Document | None, path: str, pointer: Pointer) -> Location:
    return document.location(pointer) if document else Location(path)


def _pointer(document: Mapping[str, Any], number: int, note: Note) -> Pointer:
    """Say where a note stands in the JSON, in which single values may stand without a list."""
    statements = document["Statement"]
    written = listed(statements)[number]
    place: Pointer = ("Statement", number) if isinstance(statements, list) else ("Statement",)
    if not note.place:
        return place
    key = next(key for key in _KEYS[str(note.place[0])] if key in written)
    rest = note.place[1:] if key == "Condition" or isinstance(written[key], list) else ()
    return (*place, key, *rest)


def grants_of(files: Mapping[str, PolicyFile], arns: Sequence[str]) -> list[Grant]:
    """List the statements of the policies of these ARNs, as far as their text is known."""
    return [grant for arn in arns if arn in files for grant in files[arn].grants]

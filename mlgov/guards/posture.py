"""What weakens the proof at the forge: its settings against the declared guards. Values in, findings out."""

from collections.abc import Iterator

from mlgov.findings import Finding, Location, Rule, Severity
from mlgov.guards import rules
from mlgov.guards.declared import Declared
from mlgov.guards.labels import LABELS
from mlgov.names import SETTINGS_FILE
from mlgov.ports import BranchGuard, Posture

NEEDED_ROLES = ("owner", "validator", "admin")


def check_posture(declared: Declared, posture: Posture) -> Iterator[Finding]:
    """Compare the settings of the forge with the declared guards.

    Args:
        declared: What is wanted.
        posture: What is, with a guard for the main branch and one for the ledger branch.
    """
    for unread in posture.unread:
        yield _at(rules.NOT_READ, unread.what, f"Not read: {unread.what}. {unread.why}")
    for guard in posture.guards:
        if guard.branch == declared.ledger_branch:
            yield from _check_ledger(guard)
        else:
            yield from _check_main(declared, guard)
    yield from _check_workflows(posture)
    for error in posture.code_owner_errors or ():
        yield _at(rules.CODE_OWNERS_BROKEN, error, f"The forge does not understand {error}.", path="CODEOWNERS")
    have = None if posture.labels is None else {label.casefold() for label in posture.labels}
    for label in LABELS:
        if have is not None and label.name.casefold() not in have:
            yield _at(rules.LABEL_MISSING, label.name, f"There is no label {label.name}.")


def check_roles(declared: Declared) -> Iterator[Finding]:
    """Name the roles that nobody has."""
    for role in NEEDED_ROLES:
        if not declared.handles.get(role):
            yield _at(rules.NOBODY_HAS_ROLE, role, f"Nobody is {role.replace('_', ' ')}.")


def _check_main(declared: Declared, guard: BranchGuard) -> Iterator[Finding]:
    name = f"Branch {guard.branch}"
    if not guard.force_push_forbidden:
        yield _missing(rules.HISTORY_CAN_CHANGE, guard, "force", f"{name} can be rewritten by a forced push")
    if not guard.deletion_forbidden:
        yield _missing(rules.HISTORY_CAN_CHANGE, guard, "deletion", f"{name} can be deleted")
    if not guard.pull_request_required:
        yield _missing(rules.MERGE_WITHOUT_REVIEW, guard, "pull", f"{name} can be pushed to without pull request")
    elif guard.approvals < declared.approvals:
        words = f"{name} asks for {guard.approvals} approving reviews, fewer than {declared.approvals}"
        yield _missing(rules.MERGE_WITHOUT_REVIEW, guard, "approvals", words)
    yield from _check_checks(declared, guard)
    if not guard.code_owner_review:
        yield _missing(rules.OWNERS_NOT_ASKED, guard, "owners", f"{name} does not ask owners of files for their review")
    if not (guard.stale_dismissed or guard.last_push_approval):
        yield _missing(rules.STALE_APPROVAL_STAYS, guard, "stale", f"{name} keeps approvals after another push")
    yield from _check_bypass(guard)


def _check_checks(declared: Declared, guard: BranchGuard) -> Iterator[Finding]:
    for context in declared.checks:
        sources = [check.source for check in guard.checks if check.context == context]
        if not sources:
            yield _missing(
                rules.CHECK_NOT_REQUIRED, guard, context, f"Branch {guard.branch} does not wait for '{context}'"
            )
        elif declared.check_source not in (None, *sources):
            words = f"Branch {guard.branch} takes '{context}' from anybody, or from another app than GitHub Actions"
            yield _missing(rules.CHECK_FROM_ANYBODY, guard, context, words)


def _check_ledger(guard: BranchGuard) -> Iterator[Finding]:
    if not guard.force_push_forbidden:
        yield _missing(
            rules.LEDGER_CAN_CHANGE, guard, "force", f"Branch {guard.branch} can be rewritten by a forced push"
        )
    if not guard.deletion_forbidden:
        yield _missing(rules.LEDGER_CAN_CHANGE, guard, "deletion", f"Branch {guard.branch} can be deleted")
    yield from _check_bypass(guard)


def _check_bypass(guard: BranchGuard) -> Iterator[Finding]:
    if guard.bypass is None:
        message = f"Not read: who may pass the rules of {guard.branch} by. The forge does not tell this token."
        yield _at(rules.NOT_READ, f"{guard.branch} bypass", message)
    for actor in guard.bypass or ():
        words = f"The rules of {guard.branch} do not hold for {actor}."
        yield _at(rules.RULES_CAN_BE_BYPASSED, f"{guard.branch} {actor}", words)


def _check_workflows(posture: Posture) -> Iterator[Finding]:
    if posture.workflows_may_approve:
        yield _at(rules.WORKFLOWS_MAY_APPROVE, "actions", "Workflows may approve pull requests.")
    if posture.workflow_token == "write":  # noqa: S105 - what a token may do, no token
        yield _at(rules.WORKFLOW_TOKEN_WRITES, "actions", "Workflows that ask for nothing may write.")
    if posture.actions_must_be_pinned is False:
        yield _at(rules.ACTIONS_NOT_PINNED, "actions", "Workflows may name actions by a tag, which can be moved.")


def _missing(rule: Rule, guard: BranchGuard, key: str, words: str) -> Finding:
    """A guard that is missing; when not everything could be read it may be there all the same, and that is no error."""
    if guard.complete:
        return _at(rule, f"{guard.branch} {key}", f"{words}.")
    message = f"{words}, as far as could be read."
    return _at(rule, f"{guard.branch} {key}", message, severity=min(rule.severity, Severity.WARNING))


def _at(rule: Rule, key: str, message: str, *, path: str = SETTINGS_FILE, severity: Severity | None = None) -> Finding:
    return rule.at(Location(path), message, pointer=("forge", key), severity=severity)

"""How a repository is set up at GitHub.

GitHub answers 403 or 404 to whoever may not look, and 404 also for "there is none". Only answers that are certain
count; everything else is told as unread.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

from mlgov.adapters.forge_api.client import PAGE_SIZE, ForgeClient
from mlgov.adapters.forge_api.values import value
from mlgov.errors import ForgeError
from mlgov.ports import BranchGuard, Posture, RequiredCheck, Unread

T = TypeVar("T")

#: What GitHub says to who may know, when there is no classic protection or not even such a branch.
NOT_PROTECTED = ("Branch not protected", "Branch not found")
_MERGE_METHODS = {"merge": "allow_merge_commit", "squash": "allow_squash_merge", "rebase": "allow_rebase_merge"}
_MAY_NOT_LOOK = (403, 404)
_WAY_OUT = "A token of an administrator may read it."


@dataclass(slots=True)
class _Reader:
    """Reads settings one by one and keeps account of what it may not read."""

    client: ForgeClient
    unread: list[Unread] = field(default_factory=list)

    def object(self, what: str, path: str, read: Callable[[dict[str, Any]], T]) -> T | None:
        return self._try(what, lambda: self.client.read(what, f"{self.client.root}{path}", read))

    def items(self, what: str, path: str) -> list[dict[str, Any]] | None:
        return self._try(what, lambda: list(self.client.items(path)))

    def _try(self, what: str, request: Callable[[], T]) -> T | None:
        try:
            return request()
        except ForgeError as error:
            if error.status not in _MAY_NOT_LOOK or error.transient:
                raise
            self.unread.append(Unread(what, f"{error.message} {_WAY_OUT}"))
            return None


def read_posture(client: ForgeClient, branches: Sequence[str]) -> Posture:
    """Read the settings of a repository.

    Args:
        client: Asks GitHub.
        branches: Branches whose guards are wanted.

    Raises:
        ForgeError: GitHub did not answer, or answered oddly; not when it refused.
    """
    reader = _Reader(client)
    facts = reader.object("the repository", "", lambda data: data)
    token, may_approve = _workflow_token(reader)
    pinned = reader.object(
        "the permissions of Actions", "/actions/permissions", lambda d: d.get("sha_pinning_required")
    )
    errors = reader.object("the errors of CODEOWNERS", "/codeowners/errors", _code_owner_errors)
    environments = reader.object("the environments", f"/environments?per_page={PAGE_SIZE}", _environments)
    labels = reader.items("the labels", "labels")
    return Posture(
        default_branch=value(facts, "default_branch", str) if facts else None,
        guards=tuple(_guard(reader, branch) for branch in branches),
        merge_methods=_merge_methods(reader, facts),
        workflows_may_approve=may_approve,
        workflow_token=token,
        actions_must_be_pinned=pinned if isinstance(pinned, bool) else None,
        code_owner_errors=errors,
        environments=environments,
        labels=None if labels is None else tuple(value(label, "name", str) for label in labels),
        unread=tuple(reader.unread),
    )


def _merge_methods(reader: _Reader, facts: Mapping[str, Any] | None) -> tuple[str, ...] | None:
    """GitHub shows the ways of merging to who may push, and leaves the keys out for others."""
    if facts is None:
        return None
    if not all(isinstance(facts.get(key), bool) for key in _MERGE_METHODS.values()):
        reader.unread.append(Unread("the ways of merging", f"GitHub does not show them for this token. {_WAY_OUT}"))
        return None
    return tuple(method for method, key in _MERGE_METHODS.items() if facts[key])


def _workflow_token(reader: _Reader) -> tuple[str | None, bool | None]:
    def read(data: dict[str, Any]) -> tuple[str, bool]:
        may_approve = value(data, "can_approve_pull_request_reviews", bool)
        return value(data, "default_workflow_permissions", str), may_approve

    found = reader.object("the rights of workflows", "/actions/permissions/workflow", read)
    return found or (None, None)


def _code_owner_errors(data: dict[str, Any]) -> tuple[str, ...]:
    found = value(data, "errors", list)
    return tuple(f"{value(e, 'path', str)}:{value(e, 'line', int)}: {value(e, 'kind', str)}" for e in found)


def _environments(data: dict[str, Any]) -> tuple[str, ...]:
    found = value(data, "environments", list)
    return tuple(value(item, "name", str) for item in found)


def _guard(reader: _Reader, branch: str) -> BranchGuard:
    """What all rulesets and the classic protection forbid together."""
    before = len(reader.unread)
    guards = [*_by_rulesets(reader, branch), *_by_classic_protection(reader, branch)]
    complete = len(reader.unread) == before
    bypasses = [guard.bypass for guard in guards if guard.bypass is not None]
    known = len(bypasses) == len(guards)
    return BranchGuard(
        branch=branch,
        force_push_forbidden=any(guard.force_push_forbidden for guard in guards),
        deletion_forbidden=any(guard.deletion_forbidden for guard in guards),
        pull_request_required=any(guard.pull_request_required for guard in guards),
        approvals=max((guard.approvals for guard in guards), default=0),
        stale_dismissed=any(guard.stale_dismissed for guard in guards),
        code_owner_review=any(guard.code_owner_review for guard in guards),
        last_push_approval=any(guard.last_push_approval for guard in guards),
        checks=tuple(dict.fromkeys(check for guard in guards for check in guard.checks)),
        bypass=tuple(sorted({actor for actors in bypasses for actor in actors})) if known else None,
        complete=complete,
    )


def _by_rulesets(reader: _Reader, branch: str) -> Iterator[BranchGuard]:
    rules = reader.items(f"the rules of {branch}", f"rules/branches/{quote(branch, safe='')}")
    for number in dict.fromkeys(rule.get("ruleset_id") for rule in rules or ()):
        group = [rule for rule in rules or () if rule.get("ruleset_id") == number]
        yield _ruleset_guard(branch, group, _bypass(reader, number))


def _bypass(reader: _Reader, number: object) -> tuple[str, ...] | None:
    """Who may pass a ruleset by; GitHub tells it only to who may change the ruleset."""
    if not isinstance(number, int):
        return None
    found = reader.object(f"ruleset {number}", f"/rulesets/{number}", lambda data: data)
    actors = (found or {}).get("bypass_actors")
    if not isinstance(actors, list):
        return None
    return tuple(f"{actor.get('actor_type')} {actor.get('actor_id') or ''}".strip() for actor in actors)


def _ruleset_guard(branch: str, rules: Sequence[Mapping[str, Any]], bypass: tuple[str, ...] | None) -> BranchGuard:
    by_type = {value(rule, "type", str): rule.get("parameters") or {} for rule in rules}
    pull = by_type.get("pull_request", {})
    return BranchGuard(
        branch=branch,
        force_push_forbidden="non_fast_forward" in by_type,
        deletion_forbidden="deletion" in by_type,
        pull_request_required="pull_request" in by_type,
        approvals=int(pull.get("required_approving_review_count") or 0),
        stale_dismissed=bool(pull.get("dismiss_stale_reviews_on_push")),
        code_owner_review=bool(pull.get("require_code_owner_review")),
        last_push_approval=bool(pull.get("require_last_push_approval")),
        checks=tuple(
            RequiredCheck(value(check, "context", str), check.get("integration_id"))
            for check in by_type.get("required_status_checks", {}).get("required_status_checks", ())
        ),
        bypass=bypass,
    )


def _by_classic_protection(reader: _Reader, branch: str) -> Iterator[BranchGuard]:
    what = f"the classic protection of {branch}"
    path = f"{reader.client.root}/branches/{quote(branch, safe='')}/protection"
    try:
        yield reader.client.read(what, path, lambda data: _classic_guard(branch, data))
    except ForgeError as error:
        if error.status not in _MAY_NOT_LOOK or error.transient:
            raise
        if not (error.status == 404 and any(words in error.message for words in NOT_PROTECTED)):
            reader.unread.append(Unread(what, f"{error.message} {_WAY_OUT}"))


def _classic_guard(branch: str, data: Mapping[str, Any]) -> BranchGuard:
    pull = data.get("required_pull_request_reviews") or {}
    checks = (data.get("required_status_checks") or {}).get("checks") or ()
    bypass = [] if _enabled(data, "enforce_admins") else ["administrators"]
    allowed = pull.get("bypass_pull_request_allowances") or {}
    bypass += [
        f"{kind} {actor.get('login') or actor.get('slug')}" for kind in sorted(allowed) for actor in allowed[kind]
    ]
    return BranchGuard(
        branch=branch,
        force_push_forbidden=not _enabled(data, "allow_force_pushes"),
        deletion_forbidden=not _enabled(data, "allow_deletions"),
        pull_request_required=bool(pull),
        approvals=int(pull.get("required_approving_review_count") or 0),
        stale_dismissed=bool(pull.get("dismiss_stale_reviews")),
        code_owner_review=bool(pull.get("require_code_owner_reviews")),
        last_push_approval=bool(pull.get("require_last_push_approval")),
        checks=tuple(RequiredCheck(value(check, "context", str), check.get("app_id")) for check in checks),
        bypass=tuple(bypass),
    )


def _enabled(data: Mapping[str, Any], key: str) -> bool:
    return bool((data.get(key) or {}).get("enabled"))

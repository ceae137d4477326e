"""How a repository is set up at Gitea. What its API does not tell is told as unread."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from mlgov.adapters.forge_api.client import ForgeClient
from mlgov.adapters.forge_api.values import value
from mlgov.errors import ForgeError
from mlgov.ports import BranchGuard, Posture, RequiredCheck, Unread

T = TypeVar("T")

_MERGE_METHODS = {"merge": "allow_merge_commits", "squash": "allow_squash_merge", "rebase": "allow_rebase"}
_NOT_TOLD = ("the rights of workflows", "the errors of CODEOWNERS")


def read_posture(client: ForgeClient, branches: Sequence[str]) -> Posture:
    """Read the settings of a repository.

    Args:
        client: Asks Gitea.
        branches: Branches whose guards are wanted.

    Raises:
        ForgeError: Gitea did not answer, or answered oddly; not when it refused.
    """
    unread = [Unread(what, "The API of Gitea does not tell.") for what in _NOT_TOLD]

    def tried(what: str, request: Callable[[], T]) -> T | None:
        try:
            return request()
        except ForgeError as error:
            if error.status not in (403, 404) or error.transient:
                raise
            unread.append(Unread(what, f"{error.message} A token of an administrator may read it."))
            return None

    facts = tried("the repository", lambda: client.read("the repository", client.root, lambda data: data))
    rules = tried("the protected branches", lambda: client.whole("branch_protections"))
    labels = tried("the labels", lambda: [value(label, "name", str) for label in client.pages("labels")])
    return Posture(
        default_branch=value(facts, "default_branch", str) if facts else None,
        guards=tuple(_guard(branch, rules) for branch in branches),
        merge_methods=tuple(way for way, key in _MERGE_METHODS.items() if facts.get(key)) if facts else None,
        labels=None if labels is None else tuple(labels),
        unread=tuple(unread),
    )


def _guard(branch: str, rules: Sequence[dict[str, Any]] | None) -> BranchGuard:
    """Gitea applies one rule to a branch: the one of its very name, else one whose pattern fits.

    Which of several patterns wins depends on the version of Gitea. Then nothing of them is taken for granted.
    """
    if rules is None:
        return BranchGuard(branch, bypass=None, complete=False)
    named = [rule for rule in rules if _name(rule) == branch]
    fitting = named or [rule for rule in rules if fnmatchcase(branch, _name(rule))]
    if len(fitting) != 1:
        return BranchGuard(branch, bypass=None if fitting else (), complete=not fitting)
    return _read_rule(branch, fitting[0])


def _name(rule: dict[str, Any]) -> str:
    return str(rule.get("rule_name") or rule.get("branch_name") or "")


def _read_rule(branch: str, rule: dict[str, Any]) -> BranchGuard:
    """A protected branch can neither be deleted nor rewritten. Administrators may merge unless that is blocked."""
    pushes = bool(rule.get("enable_push"))
    contexts = rule.get("status_check_contexts") or () if rule.get("enable_status_check") else ()
    bypass = [] if rule.get("block_admin_merge_override") else ["administrators"]
    return BranchGuard(
        branch=branch,
        force_push_forbidden=not rule.get("enable_force_push"),
        deletion_forbidden=True,
        pull_request_required=not pushes,
        approvals=int(rule.get("required_approvals") or 0),
        stale_dismissed=bool(rule.get("dismiss_stale_approvals")),
        checks=tuple(RequiredCheck(str(context)) for context in contexts),
        bypass=tuple(bypass),
    )

"""Rulesets in the form in which GitHub takes them in (Settings > Rules > Import a ruleset, or its API)."""

from typing import Any

from mlgov.guards.declared import Declared


def main_ruleset(declared: Declared) -> dict[str, Any]:
    """The main branch: its history stays, changes come by reviewed and checked pull requests, and nobody is exempt."""
    source = {} if declared.check_source is None else {"integration_id": declared.check_source}
    review = {
        "required_approving_review_count": declared.approvals,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": True,
        "require_last_push_approval": True,
        "required_review_thread_resolution": False,
    }
    checks = {
        "strict_required_status_checks_policy": True,
        "do_not_enforce_on_create": False,
        "required_status_checks": [{"context": context, **source} for context in declared.checks],
    }
    more = [
        {"type": "pull_request", "parameters": review},
        {"type": "required_status_checks", "parameters": checks},
    ]
    return _ruleset("mlgov: main branch", "~DEFAULT_BRANCH", more)


def ledger_ruleset(declared: Declared) -> dict[str, Any]:
    """The branch of records: it only ever grows. The workflows that write it push without pull request."""
    return _ruleset("mlgov: ledger", f"refs/heads/{declared.ledger_branch}", [])


def _ruleset(name: str, branch: str, more: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [branch], "exclude": []}},
        "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}, *more],
        "bypass_actors": [],
    }

"""What a loopback GitHub says of a repository's settings, and to whom."""

from dataclasses import dataclass, field
from re import Match
from typing import Any
from urllib.parse import unquote

from tests.fakes.github_reviews import Answer, Route
from tests.fakes.github_state import MOMENT, Account, GithubState, node


@dataclass
class StoredRuleset:
    """A ruleset in force: its rules as GitHub spells them, for some branches; actors that may pass it by."""

    id: int
    branches: tuple[str, ...]
    rules: list[dict[str, Any]]
    bypass: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class StoredSettings:
    """Settings; ``classic`` is the classic protection by branch. Accounts that are not admins see little of it."""

    default_branch: str = "main"
    merge_methods: tuple[str, ...] = ("merge", "squash", "rebase")
    rulesets: list[StoredRuleset] = field(default_factory=list)
    classic: dict[str, dict[str, Any]] = field(default_factory=dict)
    workflow_token: str = "read"
    workflows_may_approve: bool = False
    sha_pinning: bool | None = False
    code_owner_errors: list[str] = field(default_factory=list)
    environments: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


FORBIDDEN: Answer = (403, None)


def _repository(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    settings = state.settings
    keys = {"merge": "allow_merge_commit", "squash": "allow_squash_merge", "rebase": "allow_rebase_merge"}
    ways = {key: method in settings.merge_methods for method, key in keys.items()} if account.may_administer else {}
    counts = {"network_count": 0, "subscribers_count": 0}
    return 200, {**state.repo_json(state.repository), **counts, **ways, "default_branch": settings.default_branch}


def _rules(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    rules = []
    for ruleset in state.settings.rulesets:
        source = {"ruleset_source_type": "Repository", "ruleset_source": state.repository, "ruleset_id": ruleset.id}
        rules += [rule | source for rule in ruleset.rules if unquote(match[1]) in ruleset.branches]
    return 200, rules


def _ruleset(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    ruleset = next((ruleset for ruleset in state.settings.rulesets if ruleset.id == int(match[1])), None)
    if ruleset is None:
        return 404, None
    return 200, {
        "id": ruleset.id,
        "name": f"Ruleset {ruleset.id}",
        "target": "branch",
        "source_type": "Repository",
        "source": state.repository,
        "enforcement": "active",
        "rules": ruleset.rules,
        "node_id": node("ruleset"),
        "created_at": MOMENT,
        "updated_at": MOMENT,
        **({"bypass_actors": ruleset.bypass} if account.may_administer else {}),
    }


def _classic(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    if not account.may_administer:
        return FORBIDDEN
    found = state.settings.classic.get(unquote(match[1]))
    return (200, found) if found is not None else (404, {"message": "Branch not protected"})


def _workflow_rights(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    settings = state.settings
    rights = {
        "default_workflow_permissions": settings.workflow_token,
        "can_approve_pull_request_reviews": settings.workflows_may_approve,
    }
    return (200, rights) if account.may_administer else FORBIDDEN


def _actions(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    rights = {"enabled": True, "allowed_actions": "all", "sha_pinning_required": state.settings.sha_pinning}
    known = {key: right for key, right in rights.items() if right is not None}
    return (200, known) if account.may_administer else FORBIDDEN


def _code_owners(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    error = {"line": 3, "column": 1, "source": "/cards/ @nobody", "suggestion": None, "message": "No such owner"}
    errors = [{**error, "kind": kind, "path": ".github/CODEOWNERS"} for kind in state.settings.code_owner_errors]
    return 200, {"errors": errors}


def _environments(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    found = [
        {
            "id": 1,
            "node_id": node(name),
            "name": name,
            "url": f"{state.host}/repos/{state.repository}/environments/{name}",
            "html_url": f"https://github.com/{state.repository}/deployments/activity_log",
            "created_at": MOMENT,
            "updated_at": MOMENT,
        }
        for name in state.settings.environments
    ]
    return 200, {"total_count": len(found), "environments": found}


def _labels(state: GithubState, given: dict[str, Any], match: Match[str], account: Account) -> Answer:
    return 200, [state.label_json(name) for name in state.settings.labels]


def classic_protection(**changes: Any) -> dict[str, Any]:
    """A branch that is protected the classic way, as GitHub shows it."""
    off, url = {"enabled": False}, "https://api.github.com/repos/octo-org/models/branches/main/protection"
    return {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": True},
        "required_pull_request_reviews": {
            "url": f"{url}/required_pull_request_reviews",
            "dismiss_stale_reviews": True,
            "require_code_owner_reviews": True,
            "required_approving_review_count": 2,
            "require_last_push_approval": False,
        },
        "required_status_checks": {
            "url": f"{url}/required_status_checks",
            "strict": False,
            "contexts": ["mlgov/gate"],
            "contexts_url": f"{url}/required_status_checks/contexts",
            "checks": [{"context": "mlgov/gate", "app_id": 15368}],
        },
        **dict.fromkeys(("allow_force_pushes", "allow_deletions", "required_linear_history"), off),
        **changes,
    }


#: Method, path below the repository, answer.
ROUTES: list[tuple[str, str, Route]] = [
    ("GET", r"", _repository),
    ("GET", r"rules/branches/([^/]+)", _rules),
    ("GET", r"rulesets/(\d+)", _ruleset),
    ("GET", r"branches/([^/]+)/protection", _classic),
    ("GET", r"actions/permissions/workflow", _workflow_rights),
    ("GET", r"actions/permissions", _actions),
    ("GET", r"codeowners/errors", _code_owners),
    ("GET", r"environments", _environments),
    ("GET", r"labels", _labels),
]

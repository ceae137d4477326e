"""Requests to the REST API of a forge, through PyGithub: GitHub's, and Gitea's, which is made after it.

Three things that PyGithub would do are done here instead, because nothing must be lost or done twice:

- Retrying. PyGithub repeats a POST whose reply was lost. Here only reading and editing are repeated, and requests that
  the forge says it refused (rate limits), and only for so long.
- Reading lists. PyGithub takes an empty reply for an empty list, follows ``next`` links without end and, under
  ``python -O``, to any host. Here a page must be a list, and links stay on the host.
- Errors. Whatever PyGithub or requests raise becomes a ForgeError. The token is in no message.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from mlgov.adapters.forge_api.values import OddReplyError
from mlgov.errors import ForgeError, UsageError

if TYPE_CHECKING:
    from github import Github

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
    403: "The token may not do this; grant 'issues: write' (read for a dry run), 'pull requests: write' or "
    "'statuses: write'.",
    404: "Check forge.repository in mlgov.toml, and that the token may see that repository.",
    410: "Switch issues on for the repository, or restore the issue.",
    422: "This is how mlgov asked; if it stays so, please report it.",
    429: "The forge asks to slow down; run the command again later.",
}


class ForgeClient:
    """Requests about one repository.

    Args:
        base_url: Address of the API, for instance ``https://api.github.com``.
        token: Access token.
        repository: ``owner/name``.
        name: What people call the forge.
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
        name: str = "GitHub",
        write_pause_s: float = 1.0,
        patience_s: float = PATIENCE_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        address = urlsplit(base_url)
        if not address.hostname or (address.scheme, address.hostname in LOOPBACK) not in _SAFE_ADDRESSES:
            raise UsageError(
                "forge.base_url is no https address; a token is not sent over anything else.",
                hint="Write https://api.github.com; for your own server https://HOST/api/v3, for Gitea https://HOST/api/v1.",
            )
        if not token:
            raise UsageError("There is no token for the forge.", hint="Set GITHUB_TOKEN.")
        if len(repository.split("/")) != 2 or not all(part.strip(" .") for part in repository.split("/")):
            raise UsageError(f"forge.repository {repository!r} is not of the form owner/name.")
        self.repository = repository
        self._name = name
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._write_pause_s = write_pause_s
        self._patience_s = patience_s
        self._sleep = sleep

    @property
    def root(self) -> str:
        """Address of the repository below the API's."""
        return f"/repos/{self.repository}"

    def read(
        self, what: str, address: str, read: Callable[[dict[str, Any]], T], query: Mapping[str, str] | None = None
    ) -> T:
        """Read an object.

        Args:
            what: What it is, for messages.
            address: Its path.
            read: Makes a value of it; what it raises as OddReplyError is a reply that no forge gives.
            query: Parameters of the address.
        """
        return self.call(f"read {what}", lambda: read(_object(self._get(address, query or {})[1])), repeatable=True)

    def write(
        self,
        what: str,
        method: str,
        address: str,
        given: object,
        read: Callable[[Any], T],
        *,
        repeatable: bool,
    ) -> T:
        """Send something and read the reply.

        Args:
            what: What is done, for messages.
            method: HTTP method.
            address: Path.
            given: JSON value to send.
            read: Makes a value of the reply.
            repeatable: Whether doing it twice is doing it once.
        """

        def send() -> T:
            _, reply = self._github.requester.requestJsonAndCheck(method, address, input=given)
            return read(reply)

        return self.call(what, send, repeatable=repeatable)

    def items(self, what: str, query: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """List what lies at a path below the repository, all pages of it.

        Args:
            what: The path, for instance ``issues``.
            query: Parameters of the first page.
        """
        address, parameters = f"{self.root}/{what}", {**(query or {}), "per_page": str(PAGE_SIZE)}
        for _ in range(MAX_PAGES):
            headers, page = self.call(f"list {what}", partial(self._page, address, parameters), repeatable=True)
            yield from page
            following = self._next(headers)
            if following is None:
                return
            address, parameters = following, {}
        raise ForgeError(
            f"The list of {what} of {self._name} does not end.", hint="Remove the label from issues of other use."
        )

    def pages(self, what: str, query: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """List what lies at a path below the repository, page by page until one is empty.

        For forges whose lists do not always say whether they go on, and give fewer items than they were asked for.

        Args:
            what: The path.
            query: Parameters of every page.
        """
        for number in range(1, MAX_PAGES + 1):
            parameters = {**(query or {}), "page": str(number), "limit": str(PAGE_SIZE)}
            request = partial(self._page, f"{self.root}/{what}", parameters)
            _, page = self.call(f"list {what}", request, repeatable=True)
            yield from page
            if not page:
                return
        raise ForgeError(f"The list of {what} of {self._name} does not end.", hint="Ask for fewer items.")

    def whole(self, what: str) -> list[dict[str, Any]]:
        """List what lies at a path below the repository and comes without pages."""
        return self.call(f"list {what}", partial(self._page, f"{self.root}/{what}", {}), repeatable=True)[1]

    def call(self, what: str, request: Callable[[], T], *, repeatable: bool) -> T:
        """Do a request, again when that may help and does no harm. Raises ForgeError."""
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

    def _page(self, address: str, parameters: Mapping[str, str]) -> tuple[Mapping[str, Any], list[Any]]:
        headers, page = self._get(address, parameters)
        if not isinstance(page, list) or not all(isinstance(item, dict) for item in page):
            raise OddReplyError
        return headers, page

    def _get(self, address: str, parameters: Mapping[str, str]) -> tuple[Mapping[str, Any], Any]:
        return self._github.requester.requestJsonAndCheck("GET", address, parameters=dict(parameters))

    def _next(self, headers: Mapping[str, Any]) -> str | None:
        import requests

        links = requests.utils.parse_header_links(str(headers.get("link", "")))
        address = next((link["url"] for link in links if link.get("rel") == "next"), None)
        if address and not address.startswith(f"{self._base_url}/"):
            raise ForgeError(f"A list of {self._name} goes on at another host.", hint=_HINTS[0])
        return address

    def _error(self, what: str, problem: "_Problem") -> ForgeError:
        answer = f"it answered {problem.status}" if problem.status else "it gave no usable answer"
        said = " ".join(problem.said.replace(self._token, "***").split())[:200]
        hint = _HINTS[429] if problem.is_rate_limit else _HINTS.get(problem.status, _HINTS[0])
        return ForgeError(
            f"{self._name} did not {what} of {self.repository}: {answer}{f' ({said})' if said else ''}.",
            status=problem.status,
            hint=hint,
            transient=problem.is_transient,
        )


class _Problem(NamedTuple):
    """What went wrong with one request: HTTP status (0 without one), the forge's words, seconds it asks to wait."""

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
    """What the forge says, with the first of the details that it gives to a refusal."""
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


def _object(reply: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON from outside
    if not isinstance(reply, dict):
        raise OddReplyError
    return reply

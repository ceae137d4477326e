"""GitHub's API of issues, pull requests and settings on the loopback interface.

It is real HTTP, with state, pages and faults on demand.

With a ``Description`` every request and every reply is judged by GitHub's published description. What does not fit is
kept in ``deviations``, and a request that does not fit is answered as GitHub would: 422.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from mlgov.adapters.forge_api.client import ForgeClient
from mlgov.adapters.github_forge import GithubForge
from tests.fakes import github_reviews, github_settings
from tests.fakes.github_reviews import Route
from tests.fakes.github_state import HOST, Account, GithubState

HANG_S = 1.5
TOKEN = "token-of-actions"
ROUTES = [*github_reviews.ROUTES, *github_settings.ROUTES]
NUMERIC_ROOT = "/repositories/42"  # GitHub's own links name a repository by its number


class Judge(Protocol):
    """Says what is wrong with a request or a reply."""

    def request_problems(self, method: str, path: str, query: dict[str, str], body: bytes) -> list[str]: ...
    def reply_problems(self, method: str, path: str, status: int, body: bytes) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in; ``path`` without query."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    token: str


@dataclass
class Reply:
    """A reply. ``wire`` says how it goes out: ``whole``, ``cut`` in the middle, ``none`` at all, or ``late``."""

    status: int
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    wire: str = "whole"

    @property
    def data(self) -> bytes:
        return json.dumps(self.value).encode() if self.raw is None else self.raw


@dataclass
class Fault:
    """Something that goes wrong, ``times`` times, with requests of ``method`` whose path matches ``path``.

    Attributes:
        kind: A key of ``FAULTS``, or ``lost`` (it takes effect, then the connection drops) or ``cut`` (it takes effect,
            half the reply arrives).
        method: HTTP method; any when empty.
        path: Regular expression that the path must match somewhere.
        times: How often.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1

    def meets(self, request: Request) -> bool:
        return self.times > 0 and self.method in ("", request.method) and bool(re.search(self.path, request.path))


def _limited(status: int, **headers: str) -> Reply:
    words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return Reply(status, _error(words), {key.replace("_", "-"): value for key, value in headers.items()})


def _error(message: str) -> dict[str, str]:
    return {"message": message, "documentation_url": "https://docs.github.com/rest"}


#: Faults in which the request has no effect.
FAULTS: dict[str, Callable[[], Reply]] = {
    "dropped": lambda: Reply(0, wire="none"),
    "bad_gateway": lambda: Reply(502, raw=b"<html>Bad gateway</html>"),
    "list_500": lambda: Reply(500, ["odd"]),
    "limited_403": lambda: _limited(403, retry_after="7"),
    "limited_403_silent": lambda: _limited(403),
    "limited_403_wordless": lambda: Reply(403, _error("Forbidden"), {"retry-after": "5"}),
    "limited_429": lambda: _limited(429, retry_after="3"),
    "limited_primary": lambda: Reply(
        403,
        _error("API rate limit exceeded for installation ID 42."),
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"},
    ),
    "forbidden": lambda: Reply(403, _error("Resource not accessible by integration")),
    "echo": lambda: Reply(418, _error("You sent token-of-actions\nto me")),
    "hangs": lambda: Reply(0, wire="late"),
    "missing": lambda: Reply(404, _error("Not Found")),
    "gone": lambda: Reply(410, _error("Issues are disabled for this repo")),
    "unprocessable": lambda: Reply(422, {**_error("Validation Failed"), "errors": []}),
    "html": lambda: Reply(200, raw=b"<html><body>Please sign in</body></html>"),
    "empty": lambda: Reply(200, raw=b""),
    "no_pulls": lambda: Reply(200, []),
    "object": lambda: Reply(200, {"items": []}),
    "empty_object": lambda: Reply(200, {}),
    "nonsense": lambda: Reply(200, raw=b"{'not': json"),
    "moved": lambda: Reply(307, _error("Moved Permanently"), {"location": f"{HOST}{NUMERIC_ROOT}/issues"}),
    "other_host": lambda: Reply(301, _error("Moved Permanently"), {"location": "http://forge.invalid/issues"}),
    "foreign_next": lambda: Reply(200, [], {"link": '<https://forge.invalid/issues?page=2>; rel="next"'}),
}


class GithubServer:
    """The server; a context manager.

    Args:
        judge: Judges requests and replies; nobody does when None.
        repository: ``owner/name``.

    Attributes:
        state: Issues and accounts.
        faults: What goes wrong, first match first.
        log: Method and path of every request.
        deviations: What did not fit GitHub's description.
        endless: Whether every list has one more page.
    """

    def __init__(self, judge: Judge | None = None, repository: str = "octo-org/models") -> None:
        self.state = GithubState(repository)
        self.faults: list[Fault] = []
        self.log: list[tuple[str, str]] = []
        self.deviations: list[str] = []
        self.endless = False
        self._judge = judge
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.state.host = self.base_url
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "GithubServer":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def forge(
        self, token: str = TOKEN, *, login: str = "", sleep: Callable[[float], None] = lambda seconds: None
    ) -> GithubForge:
        """Connect the real adapter to this server; waits are handed to ``sleep``."""
        client = ForgeClient(
            base_url=self.base_url, token=token, repository=self.state.repository, write_pause_s=0, sleep=sleep
        )
        return GithubForge(client, login=login)

    def answer(self, request: Request) -> Reply:
        """Answer a request, with the fault that is due."""
        with self._lock:
            self.log.append((request.method, request.path))
            fault = next((fault for fault in self.faults if fault.meets(request)), None)
            if fault is None:
                return self._judged(request)
            fault.times -= 1
            if fault.kind in FAULTS:
                return FAULTS[fault.kind]()
            reply = self._judged(request)
            reply.wire = {"lost": "none", "cut": "cut"}[fault.kind]
            return reply

    def _judged(self, request: Request) -> Reply:
        path = request.path.replace(NUMERIC_ROOT, f"/repos/{self.state.repository}", 1)
        if self._judge is None:
            return self._routed(request, path)
        problems = self._judge.request_problems(request.method, path, request.query, request.body)
        if problems:
            self.deviations += [f"{request.method} {path}: {problem}" for problem in problems]
            return Reply(422, {**_error("Validation Failed"), "errors": []})
        reply = self._routed(request, path)
        found = self._judge.reply_problems(request.method, path, reply.status, reply.data)
        self.deviations += [f"reply {reply.status} to {request.method} {path}: {problem}" for problem in found]
        return reply

    def _routed(self, request: Request, path: str) -> Reply:
        account = self.state.accounts.get(request.token)
        if account is None:
            return Reply(401, _error("Bad credentials"))
        if path == "/user":
            return self._user(account)
        below = path.removeprefix(f"/repos/{self.state.repository}").lstrip("/")
        for method, pattern, route in ROUTES:
            if method == request.method and (match := re.fullmatch(pattern, below)):
                return self._by_route(request, path, account, route, match)
        about_pulls = re.fullmatch(
            rf"/repos/{re.escape(self.state.repository)}/pulls(?:/(\d+)/requested_reviewers)?", path
        )
        if about_pulls:
            return self._pulls(request, path, account, int(about_pulls[1] or 0))
        match = re.fullmatch(rf"/repos/{re.escape(self.state.repository)}/issues(?:/(\d+)(/comments)?)?", path)
        if match is None:
            return Reply(404, _error("Not Found"))
        if request.method != "GET" and not account.may_write:
            return Reply(403, _error("Resource not accessible by personal access token"))
        if match[1] is None:
            return self._list(request, path) if request.method == "GET" else self._create(request, account)
        return self._one(request, path, account, int(match[1]), about_comments=bool(match[2]))

    def _by_route(self, request: Request, path: str, account: Account, route: Route, match: re.Match[str]) -> Reply:
        if request.method != "GET" and not account.may_write:
            return Reply(403, _error("Resource not accessible by personal access token"))
        given = json.loads(request.body) if request.body else dict(request.query)
        status, value = route(self.state, given, match, account)
        if status == 204:
            return Reply(204, raw=b"")
        if status >= 400:
            words = {403: "Resource not accessible by integration", 404: "Not Found", 422: "Validation Failed"}
            return Reply(status, {**_error(words[status]), **(value or {})})
        return self._page(value, request, path) if isinstance(value, list) else Reply(status, value)

    def _user(self, account: Account) -> Reply:
        if account.kind == "Bot":
            return Reply(403, _error("Resource not accessible by integration"))
        return Reply(200, self.state.own_user_json(account))

    def _pulls(self, request: Request, path: str, account: Account, number: int) -> Reply:
        if request.method == "GET":
            return self._list_pulls(request, path)
        if not account.may_write:
            return Reply(403, _error("Resource not accessible by personal access token"))
        given = json.loads(request.body)
        return self._ask_for_review(number, given) if number else self._create_pull(given, account)

    def _list_pulls(self, request: Request, path: str) -> Reply:
        head, base = request.query.get("head", "").partition(":")[2], request.query.get("base", "")
        found = [pull for pull in self.state.pulls if pull.state == request.query.get("state", "open")]
        found = [pull for pull in found if head in ("", pull.head) and base in ("", pull.base)]
        return self._page([self.state.pull_json(pull) for pull in found], request, path)

    def _create_pull(self, given: dict[str, Any], account: Account) -> Reply:
        if any((p.head, p.base, p.state) == (given["head"], given["base"], "open") for p in self.state.pulls):
            words = f"A pull request already exists for {self.state.repository.split('/')[0]}:{given['head']}."
            details = [{"resource": "PullRequest", "code": "custom", "message": words}]
            return Reply(422, {**_error("Validation Failed"), "errors": details})
        pull = self.state.add_pull(given["title"], given.get("body", ""), given["head"], given["base"], account)
        return Reply(201, self.state.pull_json(pull, whole=True))

    def _ask_for_review(self, number: int, given: dict[str, Any]) -> Reply:
        pull = self.state.find_pull(number)
        if pull is None:
            return Reply(404, _error("Not Found"))
        pull.reviewers += [name for name in given.get("reviewers", []) if name not in pull.reviewers]
        pull.teams += [name for name in given.get("team_reviewers", []) if name not in pull.teams]
        return Reply(201, self.state.pull_json(pull))

    def _list(self, request: Request, path: str) -> Reply:
        state, labels = request.query.get("state", "open"), request.query.get("labels")
        wanted = set(labels.split(",")) if labels else set()
        found = [i for i in self.state.issues if state in ("all", i.state) and wanted <= set(i.labels)]
        if request.query.get("direction", "desc") == "desc":
            found.reverse()
        return self._page([self.state.issue_json(issue) for issue in found], request, path)

    def _page(self, values: list[Any], request: Request, path: str) -> Reply:
        size = int(request.query.get("per_page", "30"))
        start = int(request.query.get("after", "0"))
        headers = {}
        if start + size < len(values) or self.endless:
            query = urlencode({**request.query, "after": str(start + size)})
            address = path.replace(f"/repos/{self.state.repository}", NUMERIC_ROOT, 1)
            headers["Link"] = f'<{self.base_url}{address}?{query}>; rel="next"'
        return Reply(200, values[start : start + size], headers)

    def _create(self, request: Request, account: Account) -> Reply:
        given = json.loads(request.body)
        labels = given.get("labels", []) if account.may_label else []
        issue = self.state.add(given["title"], given.get("body", ""), labels, account)
        return Reply(201, self.state.issue_json(issue))

    def _one(self, request: Request, path: str, account: Account, number: int, *, about_comments: bool) -> Reply:
        if about_comments:
            return self._comments(request, path, account, number)
        issue = self.state.find(number)
        if issue is None:
            return Reply(404, _error("Not Found"))
        given = json.loads(request.body) if request.body else {}
        if request.method == "PATCH":
            issue.title, issue.body = given.get("title", issue.title), given.get("body", issue.body)
            issue.state = given.get("state", issue.state)
            issue.closed_by = account if issue.state == "closed" else None
        return Reply(200, self.state.issue_json(issue))

    def _comments(self, request: Request, path: str, account: Account, number: int) -> Reply:
        thread = self.state.find(number) or self.state.find_pull(number)
        if thread is None:
            return Reply(404, _error("Not Found"))
        if request.method == "POST":
            thread.comments.append((account, json.loads(request.body)["body"]))
            return Reply(201, self.state.comment_json(thread, len(thread.comments) - 1))
        there = [index for index, comment in enumerate(thread.comments) if comment is not None]
        return self._page([self.state.comment_json(thread, index) for index in there], request, path)


def _handler(server: GithubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            address = urlsplit(self.path)
            token = (self.headers.get("Authorization") or "").split(" ")[-1]
            self._send(server.answer(Request(self.command, address.path, dict(parse_qsl(address.query)), body, token)))

        def _send(self, reply: Reply) -> None:
            if reply.wire in ("none", "late"):
                time.sleep(HANG_S if reply.wire == "late" else 0)
                self.close_connection = True
                return
            data = reply.data
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if reply.wire == "cut" else data)
            self.close_connection = reply.wire == "cut"

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Stay silent."""

    return Handler

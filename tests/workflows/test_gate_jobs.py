"""gate.yml, gate-post.yml and capture.yml, run step by step on real checkouts and a loopback forge."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.fakes.github_server import TOKEN, Fault, GithubServer
from tests.roles.test_own import READ_TABLES
from tests.workflows.forge_world import CARD, REPOSITORY, ForgeWorld, card, change, new_forge_world, role

SLOW = pytest.mark.slow
HOSTILE = (
    "@org/team closes #1 GH-2 <!-- mlgov gate --> <img src=x onerror=alert(1)> [a](https://evil.example) ![b](//c)"
)
COMMANDS = "x\n::error file=a::owned\n##[error]owned"


@pytest.fixture
def server() -> Iterator[GithubServer]:
    with GithubServer(repository=REPOSITORY) as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, server: GithubServer) -> ForgeWorld:
    """A card in draft, and a change of it that the author has committed."""
    return new_forge_world(tmp_path, server)


def statuses(server: GithubServer) -> list[tuple[str, str]]:
    return [(status["context"], status["state"]) for status in server.state.statuses]


def markup(body: str) -> tuple[str, set[str]]:
    """Render a comment as GitHub does: the text outside of code, and the kinds of markup."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(body)
    parts = [part for token in tokens for part in token.children or [token]]
    return "\n".join(part.content for part in parts if part.type == "text"), {part.type for part in parts}


def check_harmless(body: str) -> None:
    """Nothing in a comment acts: no HTML but the marker, no link, image or mention, nothing that is closed."""
    marker, _, rest = body.partition("\n")
    assert marker == "<!-- mlgov gate -->"
    text, kinds = markup(rest)
    assert not kinds & {"html_block", "html_inline", "link_open", "image"}
    assert not re.search(r"[@#](?=\w)|\bGH-(?=\d)", text)


@pytest.mark.parametrize("fork", [False, pytest.param(True, marks=SLOW)])
def test_a_pull_request_is_judged_told_and_told_again(world: ForgeWorld, server: GithubServer, fork: bool) -> None:
    """Pending, then approved by a review: one comment, edited in place; a fork's commit comes by fetch alone."""
    change(world)
    pull = world.propose(fork=fork)
    asked = world.gate(pull)
    assert asked.outcomes == ["skipped"] * 3 + ["success", "skipped"], asked.log
    assert "Needs 1 more approval by a model validator who is not @first-author (Everything)." in asked.log
    assert json.loads(asked.report)["verdict"] == "pending"
    told = world.post(asked.report, pull.head_sha)
    assert told.outcomes == ["skipped"] * 5 + ["success"] * 2, told.log
    assert statuses(server) == [("mlgov/gate", "pending")]
    world.review(pull, "first-author")  # their own work
    world.review(pull, "some-app", kind="Bot")
    world.review(pull, "first-validator")
    again = world.post(world.gate(pull).report, pull.head_sha)
    assert again.last.outcome == "success", again.log
    assert statuses(server)[1:] == [("mlgov/gate", "success")]
    ((who, body),) = [comment for comment in pull.comments if comment]
    assert who.login == "github-actions[bot]"
    check_harmless(body)
    assert "Approved by first-validator." in body
    assert "some-app" not in body


def test_the_comment_says_what_changes(world: ForgeWorld, server: GithubServer) -> None:
    """By meaning, in access with its risks, and on what it rests; the report alone says nothing of that."""
    change(world)
    pull = world.propose()
    assert (
        world.post(f'{{"format": "mlgov/gate/v1", "pull_request": {pull.number}}}'.encode(), pull.head_sha).last.code
        == 0
    )
    ((_, body),) = [comment for comment in pull.comments if comment]
    assert "Says who leaves{+, and when+}" in body
    assert re.search(r"^- widened: .*sagemaker", body, re.MULTILINE)
    assert "**[PassRole]**" in body
    assert re.search(r"evidence/churn/report.json: `sha256:[0-9a-f]{64}`", body)


@SLOW
def test_the_comment_knows_activities_of_the_repository(world: ForgeWorld, server: GithubServer) -> None:
    """Those of each side; a role that cannot be rendered is said to be so, and not taken for one without access."""
    author = world.author
    author.write("roles/activities/read_tables.yaml", READ_TABLES)
    tables = role("read_tables").replace("parameters: {", "parameters: {glue_databases: [churn], ")
    author.save("roles/ops.yaml", tables)
    author.save("roles/lost.yaml", role("nobody_knows_it").replace("name: ops", "name: lost"))
    pull = world.propose()
    world.post(b'{"format": "mlgov/gate/v1", "pull_request": 1}', pull.head_sha)
    ((_, body),) = [comment for comment in pull.comments if comment]
    assert re.search(r"^- widened: glue:GetTable on .*database/churn", body, re.MULTILINE)
    assert "**Access by roles/lost.yaml**\n\nIt cannot be told" in body


REPORTS = {
    "too large": b'{"format": "mlgov/gate/v1", "pull_request": 1, "x": "' + b"x" * (1 << 20) + b'"}',
    "another number": b'{"format": "mlgov/gate/v1", "pull_request": 2}',
    "no such number": b'{"format": "mlgov/gate/v1", "pull_request": 77}',
    "two numbers": b'{"format": "mlgov/gate/v1", "pull_request": 2, "pull_request": 1}',
    "a number as text": b'{"format": "mlgov/gate/v1", "pull_request": "1"}',
    "not JSON": b"<html>::error::owned",
    "a list": b"[1]",
    "deep": b"[" * 5000,
    "not there": None,
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgeWorld]:
    """Two open pull requests of two commits, which nobody has told anything."""
    with GithubServer(repository=REPOSITORY) as running:
        world = new_forge_world(tmp_path_factory.mktemp("prepared"), running)
        change(world)
        world.propose()
        change(world, "Something else.")
        world.propose()
        yield world


@pytest.mark.parametrize(
    "name", [n if n in ("too large", "another number") else pytest.param(n, marks=SLOW) for n in REPORTS]
)
def test_a_report_that_lies_says_nothing(prepared: ForgeWorld, name: str) -> None:
    """Whatever a pull request's own code wrote: the step fails, and no pull request hears of it."""
    state = prepared.server.state
    done = prepared.post(REPORTS[name], state.pulls[0].head_sha).last
    assert done.code == (3 if name == "no such number" else 2), done.log
    assert not re.search(r"^\s*::", done.log, re.MULTILINE)
    assert state.statuses == []
    assert [pull.comments for pull in state.pulls] == [[], []]


def test_an_older_head_is_not_told(world: ForgeWorld, server: GithubServer) -> None:
    """A newer push has its own run."""
    change(world)
    old = world.author.git("rev-parse", "HEAD")
    report = b'{"format": "mlgov/gate/v1", "pull_request": 1}'
    world.author.git("push", "--quiet", "origin", "HEAD:refs/heads/older")
    change(world, "Newer.")
    world.propose()
    assert world.post(report, old).last.code == 2
    assert statuses(server) == []


def test_the_verdict_about_another_branch_is_another_status(world: ForgeWorld, server: GithubServer) -> None:
    """One commit, proposed for main and for a branch that has it already: the harmless one does not open main."""
    change(world)
    world.author.git("push", "--quiet", "origin", "HEAD:sandbox")
    world.author.git("fetch", "--quiet")
    pull = world.propose()
    sandbox = server.state.add_pull("Harmless", "", "change", "sandbox", pull.author)
    sandbox.head_sha, sandbox.base_sha = pull.head_sha, pull.head_sha
    for number in (pull.number, sandbox.number):
        report = json.dumps({"format": "mlgov/gate/v1", "pull_request": number}).encode()
        assert world.post(report, pull.head_sha).last.code == 0
    assert statuses(server) == [("mlgov/gate", "pending"), ("mlgov/gate into sandbox", "success")]


@pytest.mark.parametrize(
    ("fault", "approved", "told"),
    [
        (Fault("forbidden", "GET", r"/pulls/1$"), False, []),
        pytest.param(Fault("bad_gateway", "GET", r"/reviews$", 99), False, [], marks=SLOW),
        pytest.param(Fault("forbidden", "POST", r"/statuses/"), False, [], marks=SLOW),
        (Fault("forbidden", "POST", r"/comments$"), True, []),
        pytest.param(Fault("forbidden", "POST", r"/comments$"), False, [("mlgov/gate", "pending")], marks=SLOW),
    ],
)
def test_a_forge_that_fails_never_hears_the_better_half(
    world: ForgeWorld, server: GithubServer, fault: Fault, approved: bool, told: list[tuple[str, str]]
) -> None:
    """Exit code 3; a status that lets a merge through is the last thing said, one that stops it the first."""
    change(world)
    pull = world.propose()
    if approved:
        world.review(pull, "first-validator")
    server.faults.append(fault)
    done = world.post(b'{"format": "mlgov/gate/v1", "pull_request": 1}', pull.head_sha).last
    assert (done.code, statuses(server), pull.comments) == (3, told, []), done.log
    assert TOKEN not in done.log


@pytest.mark.parametrize("job", ["gate", pytest.param("post", marks=SLOW), pytest.param("capture", marks=SLOW)])
def test_without_a_token_nothing_is_said(world: ForgeWorld, server: GithubServer, job: str) -> None:
    """The step fails with a hint, and the forge is not asked."""
    change(world)
    pull = world.propose()
    if job == "gate":
        done = world.gate(pull, token="").last
    elif job == "post":
        done = world.post(b'{"format": "mlgov/gate/v1", "pull_request": 1}', pull.head_sha, token="").last
    else:
        done = world.capture(*world.merge(pull, "squash"), token="").last
    assert (done.code, "Set GITHUB_TOKEN" in done.log) == (1 if job == "gate" else 2, True)
    assert server.log == []


def test_hostile_words_stay_words(world: ForgeWorld, server: GithubServer) -> None:
    """Titles, names of roles and authors, texts and paths neither mark up, mention, link, close nor command."""
    author = world.author
    author.write(CARD, card("approved", HOSTILE + COMMANDS, title=HOSTILE[:100]))
    author.write("roles/ops.yaml", f"kind: Role\nmetadata: {{name: {HOSTILE!r}}}\nx: {HOSTILE!r}\n")
    author.write("cards/`@org` closes #1.yaml", card("approved", HOSTILE))
    author.git("add", "--all")
    who = {
        "GIT_AUTHOR_NAME": HOSTILE.replace("<", "(").replace(">", ")"),
        "GIT_AUTHOR_EMAIL": "first.validator@example.org",
    }
    author.git("commit", "--quiet", "--message", f"closes #1\n\nCo-authored-by: {HOSTILE[:30]} <a@example.org>", **who)
    pull = world.propose()
    world.review(pull, "first-validator")
    asked = world.gate(pull)
    assert asked.last.outcome == "success", asked.log
    told = world.post(asked.report, pull.head_sha)
    assert told.last.code == 0, told.log
    assert not re.search(r"^\s*::|##\[", asked.log + told.log, re.MULTILINE)
    ((_, body),) = [comment for comment in pull.comments if comment]
    assert "wrote the content" in body
    check_harmless(body)
    (status,) = server.state.statuses
    assert (status["state"], status["description"]) == ("failure", "It cannot be merged like this.")


@pytest.mark.parametrize("how", ["squash", pytest.param("merge", marks=SLOW), pytest.param("rebase", marks=SLOW)])
def test_what_was_merged_is_captured_once(world: ForgeWorld, server: GithubServer, how: str) -> None:
    """The ledger reaches the forge; the same job again, from another checkout, changes nothing; a clone proves it."""
    change(world)
    pull = world.propose(fork=how == "merge")
    world.review(pull, "first-validator")
    before, after = world.merge(pull, how)
    first = world.capture(before, after)
    assert first.outcomes == ["skipped"] * 4 + ["success"], first.log
    assert f"Wrote reviews/{after}/cards-churn.json: pull request 1, 1 reviews" in first.log
    assert f"reviews/{after}/cards-churn.json" in world.records()
    tip = world.ledger()
    second = world.capture(before, after)
    assert "Kept reviews/" in second.log
    assert world.ledger() == tip
    shutil.rmtree(world.author.root)
    from tests.git_world import clone

    assert mlgov(clone(world.hub.root, world.place / "nobody").root, "audit") == 0


def mlgov(folder: Path, *arguments: str) -> int:
    from mlgov.cli.main import exit_code_of

    return exit_code_of(["-C", str(folder), *arguments])


def test_a_direct_push_has_nothing_to_capture(world: ForgeWorld, server: GithubServer) -> None:
    """The job says so and writes nothing; nothing is proven by it."""
    author = world.author
    before = author.git("rev-parse", "HEAD")
    change(world)
    author.git("push", "--quiet", "origin", "HEAD:main")
    done = world.capture(before, author.git("rev-parse", "HEAD")).last
    assert (done.code, "without a pull request" in done.log) == (0, True), done.log
    assert world.records() == []


@SLOW
def test_the_reviews_of_the_right_pull_request_are_captured(world: ForgeWorld, server: GithubServer) -> None:
    """The commit may also lie in one that went into another branch."""
    change(world)
    sandbox = world.propose(into="sandbox")
    sandbox.state, sandbox.merge_sha = "closed", "7" * 40
    pull = world.propose()
    world.review(pull, "first-validator")
    before, after = world.merge(pull, "merge")
    sandbox.commits.append(pull.commits[0].__class__(after, None, None))
    assert "pull request 2, 1 reviews" in world.capture(before, after).log


@SLOW
def test_a_forge_that_fails_captures_nothing(world: ForgeWorld, server: GithubServer) -> None:
    """All or nothing: a half list of reviews would stay on record for good."""
    change(world)
    pull = world.propose()
    before, after = world.merge(pull, "squash")
    server.faults.append(Fault("bad_gateway", "GET", "/reviews$", 99))
    done = world.capture(before, after).last
    assert (done.code, world.records()) == (3, [])

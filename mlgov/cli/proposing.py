"""From a wish to a pull request: what the commands that move a document share."""

import difflib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mlgov.checks.proposed import check_proposed
from mlgov.cli.app import App
from mlgov.cli.deeds import Result, tell_deed
from mlgov.cli.finding import tell
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line, safe
from mlgov.errors import UsageError
from mlgov.lifecycle.proposals import Outcome, Plan, Wish, by_hand, carry_out, forge_repository, plan
from mlgov.lifecycle.tombstones import grave_of
from mlgov.names import ATTACHMENT_FOLDERS, POLICIES_FOLDER, Kind, folder_of
from mlgov.ports import Snapshot

if TYPE_CHECKING:
    from mlgov.ports import Forge
    from mlgov.wiring import Services

PARTIAL = 5
SHORT_ID = 10
#: What the life of a document touches beside it: the evidence of a card and the monitors of its model, the activities
#: and personas of roles, the baselines of monitors.
AROUND: dict[Kind, tuple[str, ...]] = {
    Kind.MODEL_CARD: (folder_of(Kind.MONITOR_SET), *ATTACHMENT_FOLDERS),
    Kind.ROLE: (folder_of(Kind.ROLE),),
    Kind.MONITOR_SET: (folder_of(Kind.MONITOR_SET), *ATTACHMENT_FOLDERS),
    Kind.WAIVER: (folder_of(Kind.WAIVER),),
    Kind.ACCESS_GRANT: (folder_of(Kind.ACCESS_GRANT), folder_of(Kind.ROLE), POLICIES_FOLDER),
}

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Choices:
    """What the options of a command that proposes say.

    Attributes:
        branch: The branch; a name made from the document's when empty.
        message: The commit message; the command's own when empty.
        reviewers: Who is asked for a review.
        into: The branch to go into; found out when empty.
        push: Whether to push and to open a pull request.
        dry_run: Whether only to show the plan.
        as_json: Whether what was done is told as JSON.
    """

    branch: str
    message: str
    reviewers: tuple[str, ...]
    into: str
    push: bool
    dry_run: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """What is being done, for programs and for what is read around it.

    Attributes:
        command: The command, as ``submit``.
        kind: Kind of the document.
        name: Its name.
        also: Paths of other documents that it is judged with.
    """

    command: str
    kind: Kind
    name: str
    also: tuple[str, ...] = ()

    def tell(self, result: Result, **more: Any) -> None:  # noqa: ANN401 - any JSON
        """Print what came of it as JSON."""
        tell_deed(self.command, self.name, result, kind=self.kind, **more)


def choices(**options: Any) -> Choices:  # noqa: ANN401 - click's own
    """Read the options that `with_choices` adds."""
    reviewers = tuple(dict.fromkeys(name.strip().removeprefix("@") for name in options["reviewers"]))
    if not all(reviewers):
        raise UsageError("A reviewer has no name.", hint="Write --reviewer @login or --reviewer @owner/team.")
    return Choices(
        options["branch"],
        options["message"],
        reviewers,
        options["into"],
        options["push"],
        options["dry_run"],
        options["format_"] == "json",
    )


def with_choices(command: F) -> F:
    """Add the options of a command that proposes."""
    for option in reversed(
        (
            click.option(
                "--branch", default="", metavar="BRANCH", help="Name of the branch; made from NAME by default."
            ),
            click.option(
                "-m", "--message", default="", metavar="TEXT", help="Commit message; its first line is the title."
            ),
            click.option("--reviewer", "reviewers", multiple=True, metavar="@WHO", help="Ask @login or @owner/team."),
            click.option(
                "--into", default="", metavar="BRANCH", help="Branch to go into. [default: the remote's main]"
            ),
            click.option(
                "--no-push", "push", flag_value=False, default=True, help="Commit on the branch, and stop there."
            ),
            click.option("--dry-run", is_flag=True, help="Show the plan, and change nothing."),
            format_option(),
        )
    ):
        command = option(command)
    return command


def committed(services: "Services", paths: Sequence[str], ref: str = "HEAD") -> Snapshot:
    """Read some files as they are committed; nothing before the first commit.

    Raises:
        UsageError: There is no git repository.
    """
    if not services.repository.is_under_git():
        raise UsageError("A proposal needs a git repository.", hint="Start one with 'git init'.")
    return services.repository.snapshot(services.repository.resolve(ref), (), paths)


def propose(app: App, services: "Services", wish: Wish, chosen: Choices, deed: Deed) -> int:
    """Check a wish, carry it out as far as possible, and say what was done and what is left.

    Args:
        app: The call.
        services: The outside world.
        wish: What is proposed.
        chosen: How.
        deed: What is being done.

    Returns:
        The exit code: 0, 1 when the proposal would break rules, 5 when only a part could be done.
    """
    planned = plan(wish, services.repository, remote=services.settings.ledger.remote, into=chosen.into)
    paths = (*wish.files, *map(grave_of, wish.files), *deed.also)
    start = services.repository.snapshot(services.repository.resolve("HEAD"), AROUND[deed.kind], paths)
    findings = check_proposed(start, wish.files, services.settings, today=services.clock.now().date())
    if findings:
        tell(app, findings, len(wish.files))
        else_missing = "; 'mlgov card todo' says what else is missing" if deed.kind is Kind.MODEL_CARD else ""
        app.chat(f"Nothing was changed. Correct this first{else_missing}.")
        return 1
    if chosen.dry_run:
        if chosen.as_json:
            difference = "".join(f"{line}\n" for line in _differences(start, wish.files))
            _tell_values(deed, Result.PLANNED, planned, start, by_hand(planned), difference=difference)
        else:
            _echo(_described(planned, start, push=chosen.push))
        return 0
    forge = _forge(app, services, planned) if chosen.push and planned.remote else None
    outcome = carry_out(planned, services.repository, forge, push=chosen.push)
    if chosen.as_json:
        result = Result.PARTIAL if outcome.trouble else Result.DONE
        _tell_values(deed, result, planned, start, _left(planned, outcome), **_done(outcome))
    else:
        _echo(_told(planned, outcome))
    return _trouble(outcome) if outcome.trouble else 0


def _tell_values(
    deed: Deed,
    result: Result,
    planned: Plan,
    start: Snapshot,
    left: list[str],
    **more: Any,  # noqa: ANN401 - any JSON
) -> None:
    files = {path: _verb(start, path, data) for path, data in planned.wish.files.items()}
    commit = {"commit": planned.done or None, "branch": planned.wish.branch, "into": planned.into}
    deed.tell(result, files=files, left_to_do=left, **{**commit, **more})


def _done(outcome: Outcome) -> dict[str, Any]:
    request, trouble = outcome.pull_request, outcome.trouble
    return {
        "commit": outcome.commit,
        "pushed": outcome.pushed,
        "pull_request": {"number": request.number, "url": request.url} if request else None,
        "trouble": {"message": trouble.message, "hint": trouble.hint} if trouble else None,
    }


def _echo(lines: Iterator[str]) -> None:
    click.echo("".join(f"{safe(line)}\n" for line in lines), nl=False)


def _described(planned: Plan, start: Snapshot, *, push: bool) -> Iterator[str]:
    wish, remote = planned.wish, planned.remote
    if planned.done:
        yield f"The branch {wish.branch} holds this already ({planned.done[:SHORT_ID]})."
    else:
        start_id = planned.start[:SHORT_ID]
        yield f"Commit on the branch {wish.branch}, which starts from {start_id}: {one_line(wish.title)}"
        yield from (f"  {_verb(start, path, data)} {path}" for path, data in wish.files.items())
    if push and remote:
        yield f"Push to {remote.name} ({remote.address})."
        asked = f", and ask {', '.join(wish.reviewers)} for a review" if wish.reviewers else ""
        yield f"Open a pull request into {planned.into}{asked}."
    else:
        yield from ("By hand:", *(f"  {line}" for line in by_hand(planned)))
    yield from _differences(start, wish.files)


def _verb(start: Snapshot, path: str, data: bytes | None) -> str:
    return "remove" if data is None else "change" if path in start else "add"


def _differences(start: Snapshot, files: Mapping[str, bytes | None]) -> Iterator[str]:
    """Show what changes in the YAML files."""
    for path, data in files.items():
        if path.endswith(".yaml"):
            before = start[path].data.decode("utf-8", "replace").splitlines() if path in start else []
            after = data.decode("utf-8", "replace").splitlines() if data is not None else []
            yield ""
            yield from difflib.unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm="", n=1)


def _told(planned: Plan, outcome: Outcome) -> Iterator[str]:
    wish, commit = planned.wish, outcome.commit[:SHORT_ID]
    if planned.done:
        yield f"The branch {wish.branch} holds this already ({commit})."
    else:
        yield f"Committed {commit} on the branch {wish.branch}: {', '.join(wish.files)}"
    if outcome.pushed and planned.remote:
        yield f"Pushed to {planned.remote.name}."
    if outcome.pull_request:
        yield f"Pull request {outcome.pull_request.number}: {outcome.pull_request.url}"
    if left := _left(planned, outcome):
        yield from ("By hand:", *(f"  {line}" for line in left))


def _left(planned: Plan, outcome: Outcome) -> list[str]:
    left, reviewers = by_hand(planned, outcome), planned.wish.reviewers
    if reviewers and (outcome.pull_request is None or outcome.trouble):
        left.append(f"ask {', '.join(reviewers)} for a review")
    return left


def _trouble(outcome: Outcome) -> int:
    trouble = outcome.trouble
    assert trouble is not None  # noqa: S101 - asked by the caller
    click.echo(safe(f"mlgov: {trouble.message}"), err=True)
    if trouble.hint:
        click.echo(safe(f"  {trouble.hint}"), err=True)
    click.echo("  What is said above is done. Run the same command again to go on from there.", err=True)
    return PARTIAL


def _forge(app: App, services: "Services", planned: Plan) -> "Forge | None":
    from mlgov import wiring

    settings = services.settings
    token = os.environ.get("GITHUB_TOKEN", "")
    name = settings.forge.repository or os.environ.get("GITHUB_REPOSITORY", "") or forge_repository(planned.remote)
    if settings.forge.kind == "none":
        app.chat("mlgov.toml names no forge, so no pull request is opened.")
    elif not token:
        app.chat("GITHUB_TOKEN is not set, so no pull request is opened.")
    elif not name:
        app.chat("forge.repository is not set in mlgov.toml, so no pull request is opened.")
    else:
        return wiring.forge(settings, token, name)
    return None

"""``mlgov capture``: write the reviews of what was merged to the ledger, while the forge still knows them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.plain import safe
from mlgov.errors import UsageError
from mlgov.names import SETTINGS_FILE, Status

if TYPE_CHECKING:
    from mlgov.approvals.capture import Capture
    from mlgov.approvals.reviewing import Told
    from mlgov.ports import Commit, Forge, PullRequestFacts
    from mlgov.wiring import Services

_NOTHING = "0" * 40


@click.command()
@click.option("--range", "span", required=True, metavar="A..B", help="Commits of the first-parent line that are new.")
@click.option("--no-push", "push", flag_value=False, default=True, help="Keep the records in this clone.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def capture(app: App, span: str, push: bool, dry_run: bool) -> int:
    """Capture the reviews of the pull requests that moved a document to approved, or changed the approval rules.

    One record per document and commit, on the ledger branch. A record that is there already stays as it is. Reviews
    count for 'mlgov audit' by these records alone: what is not captured is not proven.
    """
    from mlgov.approvals.capture import render_capture

    services = app.services(push=push)
    records = {each.path: each for each in _captures(app, services, span)}
    known = services.ledger.records("reviews/")
    fresh = {path: render_capture(each) for path, each in records.items() if path not in known}
    for path in sorted(records):
        each = records[path]
        word = "Kept" if path in known else "Would write" if dry_run else "Wrote"
        click.echo(safe(f"{word} {path}: pull request {each.pull_request}, {len(each.reviews)} reviews"))
    if fresh and not dry_run:
        message = f"Reviews of {len(fresh)} documents"
        services.ledger.append(fresh, message=message, at=services.clock.now())
    if not records:
        app.chat(f"Nothing became approved in {span}.")
    return 0


def _captures(app: App, services: "Services", span: str) -> "Iterator[Capture]":
    from mlgov.approvals import reviewing
    from mlgov.cli.gate_forge import the_forge

    moved = list(_moved(services, span))
    if not moved:
        return
    forge, told = the_forge(services), dict[int, "Told"]()
    for commit, path in moved:
        pull = _merged(forge, commit, services.repository.branch())
        if pull is None:
            app.chat(f"{commit.id[:12]} moved {path} without a pull request; there are no reviews to capture.")
            continue
        if pull.number not in told:
            services.repository.fetch(services.settings.ledger.remote, pull.head_sha)
            told[pull.number] = reviewing.ask(forge, pull)
        yield reviewing.capture(services.repository, told[pull.number], path, commit.id, services.clock.now())


def _moved(services: "Services", span: str) -> "Iterator[tuple[Commit, str]]":
    """List what became approved, stayed approved with other bytes, or changed the rules, commit by commit.

    A role has other bytes also when an activity, persona or policy that it is made of has.
    """
    from mlgov.approvals.contents import is_document
    from mlgov.approvals.proposal import makes_roles, resting_roles
    from mlgov.documents import load
    from mlgov.lifecycle import status_of
    from mlgov.names import FOLDERS, POLICIES_FOLDER, Kind, folder_of

    start, dots, end = span.partition("..")
    if not dots or not end:
        raise UsageError(f"{span!r} is no range.", hint="Write A..B; in a workflow BEFORE..AFTER of the push.")
    repository = services.repository
    line = repository.line(end)
    known = set(repository.line(start)) if start and start != _NOTHING else set(line[:-1])
    for commit in repository.history(end, (*FOLDERS, POLICIES_FOLDER, SETTINGS_FILE)):
        if commit.id in known:
            continue
        blobs = repository.blobs(c.blob for c in commit.changes if c.blob and is_document(c.path))
        for change in commit.changes:
            document = load(blobs[change.blob], change.path)[0] if change.blob in blobs else None
            approved = document is not None and status_of(document) is Status.APPROVED
            if approved or change.path == SETTINGS_FILE:
                yield commit, change.path
        changed = {change.path for change in commit.changes}
        if any(map(makes_roles, changed)):
            files = repository.snapshot(commit.id, (folder_of(Kind.ROLE),))
            yield from ((commit, path) for path in sorted(resting_roles(changed, {}, files) - changed))


def _merged(forge: "Forge", commit: "Commit", branch: str) -> "PullRequestFacts | None":
    """Find the pull request that a commit came with: it may also lie in others, which went into other branches."""
    merged = [pull for pull in forge.pull_requests_of_commit(commit.id) if pull.merged]
    wanted = sorted(merged, key=lambda pull: (pull.merge_commit == commit.id, pull.base_ref == branch, pull.number))
    return wanted[-1] if wanted else None

"""``mlgov revalidate``: which approved documents have to be looked at again, and the issues that ask for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line
from mlgov.cli.reporters.json_report import to_json
from mlgov.errors import ForgeError
from mlgov.names import FRAMEWORKS_FOLDER
from mlgov.wiring import proof_ledger

if TYPE_CHECKING:
    from mlgov.dashboard import Collected
    from mlgov.ports import Forge
    from mlgov.revalidation.triggers import Concern
    from mlgov.wiring import Services

FORMAT = "mlgov/revalidation/v1"
CHANGES_PENDING, PARTLY = 4, 5


@click.command()
@click.option("--issues", is_flag=True, help="Open, update and close issues on the forge (needs GITHUB_TOKEN).")
@click.option("--dry-run", is_flag=True, help="With --issues: change nothing, print what would be done to issues.")
@format_option()
@output_option
@click.pass_obj
def revalidate(app: App, issues: bool, dry_run: bool, format_: str, output: Path | None) -> int:
    """List the approved documents that have to be looked at again, and why.

    Reasons are a review date that is near, past or missing; a monitor of the model that has been in alert for long; a
    model or a framework pack that is another one than was approved. A new approval settles them.

    Without --issues nothing is changed, and the exit code is 4 when a document has to be looked at. With --issues it
    is 0 when the issues are as they should be, and 5 when some could not be changed.
    """
    from mlgov.dashboard import collect

    services = app.services(push=False)
    forge = _forge(services) if issues else None
    found = _concerns(services, collect(services.repository, services.ledger, proofs=proof_ledger(services)))
    pressing = [concern for concern in found if concern.reasons]
    actions, failed, waiting = _act(found, forge, services, dry_run=dry_run) if forge else ([], [], [])
    text = _json(pressing, actions, failed, waiting) if format_ == "json" else _text(pressing, actions, waiting)
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    for problem in failed:
        click.echo(f"mlgov: {one_line(problem)}", err=True)
    if forge and not dry_run:
        return PARTLY if failed else 0
    return CHANGES_PENDING if (actions if forge else pressing) else 0


def _forge(services: "Services") -> "Forge":
    from mlgov.cli.gate_forge import the_forge

    return the_forge(services)


def _concerns(services: "Services", collected: "Collected") -> "list[Concern]":
    from mlgov.monitors import load_all
    from mlgov.revalidation.approvals import last_approvals
    from mlgov.revalidation.triggers import Facts, concerns

    repository = services.repository
    approvals = last_approvals(collected.outcome, collected.revisions, repository.blobs)
    packs = repository.history("HEAD", (FRAMEWORKS_FOLDER,)) if approvals else []
    facts = Facts(collected.tree, approvals, load_all(collected.records), packs)
    return concerns(facts, services.settings, services.clock.now())


def _act(
    found: "Sequence[Concern]", forge: "Forge", services: "Services", *, dry_run: bool
) -> tuple[list[str], list[str], list[str]]:
    """Give what was done to issues or would be, what could not be done, and the documents that wait for an issue."""
    from mlgov.revalidation import issues as planner

    max_new = services.settings.forge.max_new_issues
    there = forge.issues(planner.LABEL)
    waiting = [concern.path for concern in planner.waiting(found, there, max_new=max_new)]
    if dry_run:
        planned = planner.plan(found, there, max_new=max_new)
        return [action.describe() for action in planned], [], waiting
    applied = planner.synchronise(found, forge, max_new=max_new)
    failed = [f"{action.describe()}: {_said(error)}" for action, error in applied.failed]
    return [action.describe() for action in applied.done], failed, waiting


def _said(error: ForgeError) -> str:
    return f"{error.message} {error.hint}".strip()


def _text(pressing: "Sequence[Concern]", actions: Sequence[str], waiting: Sequence[str]) -> str:
    lines = []
    for concern in pressing:
        lines += [one_line(concern.path), *(f"    {one_line(reason)}" for reason in concern.reasons)]
    if not pressing:
        lines.append("No document has to be looked at again.")
    lines += [f"issues: {one_line(action)}" for action in actions]
    lines += [f"issues: {one_line(path)} gets one in a later run" for path in waiting]
    return "".join(f"{line}\n" for line in lines)


def _json(pressing: "Sequence[Concern]", actions: Sequence[str], failed: Sequence[str], waiting: Sequence[str]) -> str:
    documents: list[dict[str, Any]] = [
        {
            "kind": concern.kind.value,
            "name": concern.name,
            "path": concern.path,
            "owners": list(concern.owners),
            "reasons": list(concern.reasons),
        }
        for concern in pressing
    ]
    return to_json(
        {
            "format": FORMAT,
            "documents": documents,
            "issues": {"actions": list(actions), "failed": list(failed), "waiting": list(waiting)},
        }
    )

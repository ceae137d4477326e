"""``mlgov role drift``: what was changed by hand in an account."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlgov.cli.app import App
from mlgov.cli.monitor.running import the_forge
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line
from mlgov.cli.reporters.json_report import to_json
from mlgov.cli.role_account import echo, seen_in, with_ref, with_service, with_snapshot
from mlgov.cli.role_account_text import differences_text
from mlgov.cli.role_issues import LABEL, Look, plan_issues, synchronise
from mlgov.cli.role_wanted import roles_of
from mlgov.roles.account.drift import Drift, drifts
from mlgov.roles.account.plan_file import PREFIX, differences_value, last_applied

if TYPE_CHECKING:
    from mlgov.wiring import Services

FORMAT = "mlgov/role-drift/v1"
PENDING, PARTIAL, ENVIRONMENT = 4, 5, 3


@click.command()
@with_service
@with_ref
@with_snapshot
@click.option("--issues", is_flag=True, help="Open, update and close an issue for each role (needs GITHUB_TOKEN).")
@click.option("--dry-run", is_flag=True, help="Print what would be done to issues, and do nothing.")
@click.option("--no-refresh", is_flag=True, help="Do not ask the remote for records of others.")
@format_option()
@click.pass_obj
def drift(
    app: App,
    service: str,
    ref: str,
    file: Path | None,
    issues: bool,
    dry_run: bool,
    no_refresh: bool,
    format_: str,
) -> int:
    """Say what was changed by hand in an account: what it has otherwise than it was last applied.

    The ledger says what was applied last. What git wants and nobody has applied yet is no drift; 'mlgov role plan aws'
    tells it.

    Exit code 0: none. 4: some.
    """
    services = app.services(push=not no_refresh)
    if not no_refresh:
        services.ledger.refresh()
    seen = seen_in(app, services, service, file)
    git = roles_of(app, services, ref, seen.identity.account)
    applied = last_applied(services.ledger.records(PREFIX), seen.identity.account, git.owner)
    found = drifts(applied, git.wanted, seen, git.owner)
    look = Look(found, seen.identity.account, git.commit, git.owners)
    actions, failed = _issues(services, look, dry_run=dry_run) if issues else ([], [])
    if format_ == "json":
        click.echo(to_json(_value(look, actions)), nl=False)
    else:
        echo(_text(found, actions))
    for problem in failed:
        click.echo(f"mlgov: {one_line(problem)}", err=True)
    if failed:
        return PARTIAL if actions else ENVIRONMENT
    return PENDING if found else 0


def _issues(services: "Services", look: Look, *, dry_run: bool) -> tuple[list[str], list[str]]:
    """Bring issues in line; gives what was done, and what was not with the reason."""
    forge, limit = the_forge(services), services.settings.forge.max_new_issues
    if dry_run:
        planned = plan_issues(look, forge.issues(LABEL), max_new=limit)
        return [f"would {action.describe()}" for action in planned], []
    applied = synchronise(look, forge, max_new=limit)
    failed = [f"could not {action.describe()}: {error.message}" for action, error in applied.failed]
    return [action.describe() for action in applied.done], failed


def _text(found: Sequence[Drift], actions: Sequence[str]) -> Iterator[str]:
    for each in found:
        yield f"{one_line(each.iam_name)} is not as it was applied"
        yield f"  {one_line(each.reason)}"
        yield from differences_text(each.differences)
    if not found:
        yield "The account has every role as it was applied."
    yield from (f"issues: {one_line(action)}" for action in actions)


def _value(look: Look, actions: Sequence[str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "commit": look.commit,
        "account": look.account,
        "roles": [
            {
                "name": each.name,
                "iam_name": each.iam_name,
                "reason": each.reason,
                "changes": differences_value(each.differences),
            }
            for each in look.drifts
        ],
        "issues": list(actions),
    }

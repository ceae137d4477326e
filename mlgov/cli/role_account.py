"""``mlgov role plan``, ``apply`` and ``snapshot``: roles of git and roles of a cloud account."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlgov.cli.app import App
from mlgov.cli.files import write_file
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line, safe
from mlgov.cli.reporters.json_report import to_json
from mlgov.cli.role_account_text import plan_text, result_text, result_value
from mlgov.cli.role_wanted import GitRoles, roles_of
from mlgov.errors import CloudError, LedgerError, OutsideError, UsageError
from mlgov.events import Progress
from mlgov.ports import RoleAccount
from mlgov.roles.account.carrying import Outcome, carry_out
from mlgov.roles.account.plan_file import Bound, plan_value, read_plan, record
from mlgov.roles.account.planning import RolePlan
from mlgov.roles.account.planning import plan as plan_roles
from mlgov.roles.account.seen import Seen, read_account, read_snapshot, snapshot_text

if TYPE_CHECKING:
    from mlgov.wiring import Services

FINDINGS, ENVIRONMENT, PENDING, PARTIAL = 1, 3, 4, 5
SERVICES = ("aws",)
#: A snapshot of an account is no larger than this.
FILE_LIMIT_BYTES = 256 * 2**20

with_service = click.argument("service", type=click.Choice(SERVICES))
with_names = click.argument("names", nargs=-1, metavar="[NAME]...")
with_ref = click.option(
    "--at", "ref", default="HEAD", show_default=True, metavar="REF", help="The roles of this commit."
)
with_snapshot = click.option(
    "--snapshot", "file", type=click.Path(path_type=Path), metavar="FILE", help="Ask this file instead of the account."
)
_prune = click.option("--prune", is_flag=True, help="Delete roles that were removed here, as their tombstones say.")
_replace = click.option("--replace", is_flag=True, help="Make roles anew whose path changes.")


@click.command()
@with_service
@output_option
@click.pass_obj
def snapshot(app: App, service: str, output: Path | None) -> int:
    """Write down what an account has: every role and policy whose name starts with SageMaker-.

    The file stands for the account in 'mlgov role plan aws --snapshot FILE', where nobody has credentials.
    """
    text = snapshot_text(_read(app.services(push=False), account_of(service)))
    if output:
        write_file(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    return 0


@click.command()
@with_service
@with_names
@with_ref
@with_snapshot
@_prune
@_replace
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the plan to this file, for apply --plan.")
@format_option()
@click.pass_obj
def plan(
    app: App,
    service: str,
    names: Sequence[str],
    ref: str,
    file: Path | None,
    prune: bool,
    replace: bool,
    output: Path | None,
    format_: str,
) -> int:
    """Say what would bring the roles of an account to what is committed here, and change nothing.

    Roles that are effectively approved are applied, no others. What changes is told in statements, and in what a role
    may do: widened, narrowed, conditions lost, PassRole, wildcards, trust, boundary. Only what carries the tag
    mlgov:managed-by of this repository is ever touched.

    Exit code 0: nothing to do. 4: changes pending. 1: something should be done and is refused.
    """
    services = app.services(push=False)
    seen = seen_in(app, services, service, file)
    bound, git, plans = _planned(app, services, ref, seen, names, prune=prune, replace=replace)
    value = plan_value(bound, plans)
    if output:
        write_file(app.directory / output, to_json(value).encode())
    if format_ == "json":
        click.echo(to_json(value), nl=False)
    else:
        echo(plan_text(plans))
    if any(each.calls for each in plans):
        return PENDING
    return _refused(git, plans)


@click.command()
@with_service
@with_names
@with_ref
@click.option("--plan", "file", type=click.Path(path_type=Path), metavar="FILE", help="Apply this plan, or nothing.")
@_prune
@_replace
@click.option("--no-push", is_flag=True, help="Keep the records here and do not hand them to the remote.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@format_option()
@click.pass_obj
def apply(
    app: App,
    service: str,
    names: Sequence[str],
    ref: str,
    file: Path | None,
    prune: bool,
    replace: bool,
    no_push: bool,
    yes: bool,
    format_: str,
) -> int:
    """Bring the roles of an account to what is committed here.

    The account is read first, the plan is printed, and after your word it is carried out; every role that was changed
    gets a record on the ledger. With --plan the same plan must come out again, commit, account and all, or nothing is
    changed. Applying again plans nothing.

    Exit code 0: the account is as git wants it. 1: something is refused. 5: some of it was done. 3: none of it.
    """
    services = app.services(push=not no_push)
    account = account_of(service)
    if not no_push:
        services.ledger.refresh()
    seen = _read(services, account)
    asked = read_plan(_bytes(app.directory / file), str(file)) if file else None
    if asked:
        if names or prune or replace:
            raise UsageError("A plan file says itself which roles, and what may be done.", hint="Leave the rest out.")
        names, prune, replace = asked.bound.names, asked.bound.prune, asked.bound.replace
    bound, git, plans = _planned(app, services, ref, seen, names, prune=prune, replace=replace)
    if asked and (asked.bound != bound or asked.digest != plan_value(bound, plans)["digest"]):
        raise CloudError(_diverged(asked.bound, bound), hint="Plan again, look at it, and apply that.")
    pending = [each for each in plans if each.calls]
    if format_ == "text":
        echo(plan_text(plans))
    _ask(pending, yes=yes or asked is not None, show=format_ == "json")
    outcomes, trouble = _applied(services, pending, account, bound, seen)
    if format_ == "json":
        click.echo(to_json(result_value(plan_value(bound, plans), outcomes)), nl=False)
    else:
        echo(result_text(outcomes))
    if trouble:
        tell_error(trouble)
    return _code(outcomes, pending, trouble) or _refused(git, plans)


def account_of(service: str) -> RoleAccount:
    """Connect to the account that the environment names."""
    from mlgov import wiring

    return wiring.role_account(service)


def seen_in(app: App, services: "Services", service: str, file: Path | None) -> Seen:
    """Read an account, or the file that stands for it."""
    if file:
        return read_snapshot(_bytes(app.directory / file), str(file))
    return _read(services, account_of(service))


def echo(lines: Iterator[str], *, err: bool = False) -> None:
    """Print lines, harmlessly."""
    click.echo("".join(f"{safe(line)}\n" for line in lines), nl=False, err=err)


def tell_error(error: OutsideError) -> None:
    """Say what went wrong without ending."""
    click.echo(safe(f"mlgov: {error.message}"), err=True)
    if error.hint:
        click.echo(safe(f"  {error.hint}"), err=True)


def _read(services: "Services", account: RoleAccount) -> Seen:
    return read_account(account, lambda done, total: services.events.emit(Progress("Reading the account", done, total)))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", hint="Check the name.") from None
    if len(data) > FILE_LIMIT_BYTES:
        raise UsageError(f"{path} is larger than any snapshot or plan.")
    return data


def _planned(
    app: App,
    services: "Services",
    ref: str,
    seen: Seen,
    names: Sequence[str],
    *,
    prune: bool,
    replace: bool,
) -> tuple[Bound, GitRoles, list[RolePlan]]:
    git = roles_of(app, services, ref, seen.identity.account)
    if git.unattested:
        app.chat("There are no approval rules: what says approved is applied, and nothing proves it.")
    for name, why in sorted(git.left.items()):
        app.chat(f"Not applied: {one_line(name)}. {one_line(why)}")
    plans = plan_roles(git.wanted, seen, git.choice(names, prune=prune, replace=replace))
    known = {each.name for each in plans}
    for name in names:
        if name not in known:
            hint = git.left.get(name, "'mlgov status' lists the roles and what they are.")
            raise UsageError(f"There is no role {name} to apply, nor one in the account.", hint=hint)
    choice = git.choice(names)
    bound = Bound(git.commit, seen.identity.account, git.owner, choice.names, prune, replace)
    return bound, git, plans


def _diverged(asked: Bound, now: Bound) -> str:
    for what, before, after in (
        ("commit", asked.commit, now.commit),
        ("account", asked.account, now.account),
        ("repository", asked.owner, now.owner),
    ):
        if before != after:
            return f"The plan was made for the {what} {before}, and this is {after}. Nothing was changed."
    return "The account or the approvals are not what they were when the plan was made. Nothing was changed."


def _ask(pending: Sequence[RolePlan], *, yes: bool, show: bool) -> None:
    if not pending or yes:
        return
    if show:  # the plan as JSON comes at the end, with what became of it
        echo(plan_text(pending), err=True)
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("Nobody is there to be asked, and nothing was changed.", hint="Add --yes to apply this plan.")
    count = len(pending)
    click.confirm(f"Change {count} role{'s' * (count != 1)} in the account?", abort=True, err=True)


def _applied(
    services: "Services", pending: Sequence[RolePlan], account: RoleAccount, bound: Bound, seen: Seen
) -> tuple[list[Outcome], LedgerError | None]:
    """Carry out plans and record each role at once; when the ledger refuses, nothing more is changed."""
    outcomes: list[Outcome] = []
    for outcome in carry_out(pending, account):
        outcomes.append(outcome)
        services.events.emit(Progress("Applying", len(outcomes), len(pending)))
        if not outcome.tried:
            continue
        now = services.clock.now()
        path, data = record(outcome, bound, seen.identity, now)
        try:
            services.ledger.append({path: data}, message=f"Applied role {outcome.plan.name}", at=now)
        except LedgerError as error:
            return outcomes, error
    return outcomes, None


def _code(outcomes: Sequence[Outcome], pending: Sequence[RolePlan], trouble: LedgerError | None) -> int:
    if trouble or any(outcome.trouble for outcome in outcomes) or len(outcomes) < len(pending):
        return PARTIAL if any(outcome.done for outcome in outcomes) else ENVIRONMENT
    return 0


def _refused(git: GitRoles, plans: Sequence[RolePlan]) -> int:
    return FINDINGS if git.broken or any(each.refused for each in plans) else 0

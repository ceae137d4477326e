"""``mlgov card push`` and ``pull``: cards of git and cards of a cloud account, brought together as plan and apply."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from mlgov.cards.reconcile import Outcome, Plan, carry_out, plan
from mlgov.cli.app import App
from mlgov.cli.card.account_text import plan_text, pull_json, pull_text, push_json, result_text
from mlgov.cli.card.finding_cards import card_path
from mlgov.cli.card.pulling import Drifted, Left, NewCard, Pulled, pull_cards, write_cards
from mlgov.cli.card.transfer import tell_unmapped
from mlgov.cli.card.wanted_cards import WantedCards, commit_of, committed_names, wanted_cards
from mlgov.cli.options import format_option
from mlgov.cli.plain import safe
from mlgov.errors import OutsideError, UsageError
from mlgov.events import Progress
from mlgov.ports import CardAccount

if TYPE_CHECKING:
    from mlgov.wiring import Services

FINDINGS, ENVIRONMENT, PENDING, PARTIAL = 1, 3, 4, 5
#: Names that SageMaker takes; ours are all among them.
ACCOUNT_NAME = re.compile(r"(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
SERVICES = ("sagemaker",)

T = TypeVar("T")

_service = click.argument("service", type=click.Choice(SERVICES))
_names = click.argument("names", nargs=-1, metavar="NAME...")


@click.command()
@_service
@_names
@click.option("--all", "all_", is_flag=True, help="All cards that are committed.")
@click.option("--at", "ref", default="HEAD", show_default=True, metavar="REF", help="Push the cards of this commit.")
@click.option("--kms-key", "key", default="", metavar="KEY", help="Encrypt cards that are made with this key.")
@click.option("--dry-run", is_flag=True, help="Print the plan and change nothing; exit code 4 when something is left.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@format_option()
@click.pass_obj
def push(
    app: App,
    service: str,
    names: tuple[str, ...],
    all_: bool,
    ref: str,
    key: str,
    dry_run: bool,
    yes: bool,
    format_: str,
) -> int:
    """Bring the cards NAME of an account to what is committed here.

    What is not committed is not pushed, nor is a card with errors. The account is read first, the plan is printed, and
    after your word it is carried out: content and status in calls of their own. Pushing again plans nothing. Labels
    become tags when a card is made, and not later. Cards that only the account has stay as they are.
    """
    _check_choice(names, all_)
    services = app.services(push=False)
    commit = commit_of(services.repository, ref)
    there = committed_names(services.repository, commit)
    wanted = _committed(app, services, there if all_ else names, commit, there)
    account = _account(service)
    read = _told(services, "Reading the account", wanted.cards)
    plans = [plan(card, account.find(card.name), key=key) for card in read]
    others = sorted(set(account.names()) - set(there)) if all_ else []
    pending = [each for each in plans if each.actions]
    _tell_losses(app, pending, wanted)
    if format_ == "text":
        _echo(plan_text(plans, others))
    outcomes = _applied(services, pending, account, yes=yes, show=format_ == "json") if not dry_run else []
    if format_ == "json":
        click.echo(push_json(commit, plans, outcomes, others, wanted.broken), nl=False)
    else:
        _echo(result_text(outcomes))
    return _push_code(plans, outcomes, dry_run=dry_run, broken=bool(wanted.broken))


@click.command()
@_service
@_names
@click.option("--all", "all_", is_flag=True, help="All cards of the account.")
@click.option("--dry-run", is_flag=True, help="Write nothing; exit code 4 when something is new or differs.")
@format_option()
@click.pass_obj
def pull(app: App, service: str, names: tuple[str, ...], all_: bool, dry_run: bool, format_: str) -> int:
    """Take in the cards NAME of an account.

    A card that is not here yet is written as a draft into cards/. One that is here is never overwritten: it is said in
    what the account differs from what is committed, and the exit code is 1. A card that was removed here is not taken
    in again.
    """
    _check_choice(names, all_)
    for name in names:
        if not ACCOUNT_NAME.fullmatch(name):
            raise UsageError(f"{name!r} is not the name of a card in SageMaker.", hint="Names have letters and digits.")
    services = app.services(push=False)
    account = _account(service)
    wanted = account.names() if all_ else list(dict.fromkeys(names))
    pulled = pull_cards(app, services, account, _told(services, "Reading the account", wanted))
    new = [card for card in pulled if isinstance(card, NewCard)]
    for card in new:
        tell_unmapped(app, card.unmapped, f"{card.path}: what a card has no place for, or tells otherwise")
    written, trouble = ([], None) if dry_run else write_cards(app.root, new)
    if format_ == "json":
        click.echo(pull_json(pulled, written), nl=False)
    else:
        _echo(pull_text(pulled, written, dry_run=dry_run))
    if trouble:
        _say(trouble)
        return PARTIAL if written else ENVIRONMENT
    return _pull_code(pulled, dry_run=dry_run)


def _check_choice(names: Sequence[str], all_: bool) -> None:
    if bool(names) == all_:
        raise UsageError("Name the cards, or write --all.", hint="One of the two.")


def _account(service: str) -> CardAccount:
    from mlgov import wiring

    return wiring.card_account(service)


def _committed(app: App, services: "Services", names: Sequence[str], commit: str, there: Sequence[str]) -> WantedCards:
    """Read the cards to be pushed from their commit."""
    for name in names:
        if name not in there:
            hint = "Only what is committed is pushed. 'mlgov card list' lists the cards."
            raise UsageError(f"There is no {card_path(name)} at {commit[:10]}.", hint=hint)
    chosen = list(dict.fromkeys(names))
    return wanted_cards(app, services, chosen, lambda paths: services.repository.snapshot(commit, (), paths))


def _tell_losses(app: App, pending: Sequence[Plan], wanted: WantedCards) -> None:
    for each in pending:
        headline = f"{each.name}: what SageMaker has no place for, or takes otherwise"
        tell_unmapped(app, wanted.notes.get(each.name, ()), headline)


def _applied(
    services: "Services", pending: Sequence[Plan], account: CardAccount, *, yes: bool, show: bool
) -> list[Outcome]:
    """Carry out plans after the user's word.

    Raises:
        UsageError: There is nobody to ask.
        click.Abort: The user said no.
    """
    if not pending:
        return []
    if not yes:
        if show:  # the plan as JSON comes at the end, with what became of it
            _echo(plan_text(pending, ()), err=True)
        _ask(len(pending))
    return list(_told(services, "Pushing", carry_out(pending, account), len(pending)))


def _ask(count: int) -> None:
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("Nobody is there to be asked, and nothing was changed.", hint="Add --yes to push this plan.")
    click.confirm(f"Change {count} card{'s' * (count != 1)} in the account?", abort=True, err=True)


def _told(services: "Services", task: str, items: Iterable[T], total: int | None = None) -> Iterator[T]:
    """Give the items one by one and show how far it has come."""
    whole = len(items) if isinstance(items, Sequence) else total
    for done, item in enumerate(items):
        services.events.emit(Progress(task, done, whole))
        yield item
    if whole:
        services.events.emit(Progress(task, whole, whole))


def _echo(lines: Iterator[str], *, err: bool = False) -> None:
    click.echo("".join(f"{safe(line)}\n" for line in lines), nl=False, err=err)


def _say(error: OutsideError) -> None:
    click.echo(safe(f"mlgov: {error.message}"), err=True)
    if error.hint:
        click.echo(safe(f"  {error.hint}"), err=True)


def _push_code(plans: Sequence[Plan], outcomes: Sequence[Outcome], *, dry_run: bool, broken: bool) -> int:
    if dry_run and any(each.actions for each in plans):
        return PENDING
    if any(outcome.trouble for outcome in outcomes):
        return PARTIAL if any(outcome.done for outcome in outcomes) else ENVIRONMENT
    return FINDINGS if broken or any(each.refusal for each in plans) else 0


def _pull_code(pulled: Sequence[Pulled], *, dry_run: bool) -> int:
    if dry_run and any(isinstance(card, NewCard | Drifted) for card in pulled):
        return PENDING
    return FINDINGS if any(isinstance(card, Drifted | Left) for card in pulled) else 0

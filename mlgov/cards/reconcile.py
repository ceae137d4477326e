"""Cards of git and cards of a cloud account: what differs, what brings the account to git, and doing it.

What the service wants (and what the plan keeps to):

- Content and status change in calls of their own; a new content is a new version, a new status is none.
- An archived card is frozen. What an archived card would need is refused here, never tried.
- Tags and the key that encrypts a card are given when it is made, and not later.
- Content is compared as parsed JSON: order of keys, empty lists and mappings and nulls say nothing.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mlgov.cards import sagemaker as words
from mlgov.cards.fields import written
from mlgov.cards.foreign import read_json
from mlgov.documents import Pointer, Value
from mlgov.errors import CloudError, ImportFormatError
from mlgov.names import Status
from mlgov.ports import AccountCard, CardAccount, NewAccountCard

APPROVED, ARCHIVED = words.STATUSES[Status.APPROVED], words.STATUSES[Status.ARCHIVED]
#: Path of the differences that stand beside the content.
STATUS, WHOLE = "status", "content"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A card as git has it, in the account's words.

    Attributes:
        name: Its name.
        status: Its status, as the account spells it.
        content: The content as JSON text.
        tags: Its labels, as far as they can be tags.
    """

    name: str
    status: str
    content: str
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which the account and git are not alike.

    Attributes:
        path: Dotted path in the content; ``status``; or ``content`` when the account's is no JSON object.
        account: The account's value as JSON text, or its status as it is; None when it has none.
        git: Git's value as JSON text, or its status as the account spells it; None when it has none.
    """

    path: str
    account: str | None
    git: str | None


@dataclass(frozen=True, slots=True)
class Create:
    """Make the card."""

    card: NewAccountCard


@dataclass(frozen=True, slots=True)
class UpdateContent:
    """Replace the content, which makes the next version."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class UpdateStatus:
    """Move the card on, which makes no version."""

    name: str
    status: str


Action = Create | UpdateContent | UpdateStatus


@dataclass(frozen=True, slots=True)
class Plan:
    """What one card needs.

    Attributes:
        name: Its name.
        found: The card in the account that was planned against; None when there is none.
        actions: What to do, in order.
        differences: In what the account differs from git; empty for a card that is made.
        refusal: Why nothing is done although the two differ; empty when nothing stands in the way.
        hint: What to do about the refusal.
    """

    name: str
    found: AccountCard | None
    actions: tuple[Action, ...] = ()
    differences: tuple[Difference, ...] = ()
    refusal: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one plan.

    Attributes:
        plan: The plan.
        done: The actions that were carried out.
        trouble: What ended it before the last action; None when all were carried out.
    """

    plan: Plan
    done: tuple[Action, ...]
    trouble: CloudError | None = None

    @property
    def left(self) -> tuple[Action, ...]:
        """The actions that were not carried out, as far as we know."""
        return self.plan.actions[len(self.done) :]


def plan(wanted: Wanted, found: AccountCard | None, *, key: str = "") -> Plan:
    """Plan what brings the account's card to git's. Pure; a plan that was carried out plans nothing the next time.

    Content is never shown under an approval that it does not have: an approved card that gets another content and
    loses its approval loses it first.

    Args:
        wanted: The card of git.
        found: The card of the account; None when there is none.
        key: The key to encrypt a card with that is made; empty for the account's own.
    """
    if found is None:
        made = NewAccountCard(wanted.name, wanted.status, wanted.content, wanted.tags, key)
        return Plan(wanted.name, None, (Create(made),))
    found_differences = tuple(differences(wanted, found))
    if found_differences and found.status == ARCHIVED:
        return _frozen(wanted, found, found_differences)
    actions = _updates(wanted, found, found_differences)
    return Plan(wanted.name, found, actions, found_differences)


def differences(wanted: Wanted, found: AccountCard) -> Iterator[Difference]:
    """List in what a card of the account differs from git's: the status first, then the content by its fields."""
    if found.status != wanted.status:
        yield Difference(STATUS, found.status or None, wanted.status)
    theirs, ours = _parsed(found.content), _parsed(wanted.content)
    if theirs is None:
        yield Difference(WHOLE, _text(found.content) if found.content else None, _text(ours or {}))
    else:
        yield from _between((), theirs, ours or {})


def carry_out(plans: Iterable[Plan], account: CardAccount) -> Iterator[Outcome]:
    """Carry out plans, card by card.

    A card is read once more before it is touched; one that changed since it was planned is left alone. A refusal that
    concerns one card leaves the others; after any other failure nothing more is tried.
    """
    stopped = False
    for each in plans:
        if stopped:
            yield Outcome(each, (), CloudError("It was not tried, because of the failure before."))
            continue
        outcome = _carried_out(each, account)
        stopped = outcome.trouble is not None and not outcome.trouble.one_thing
        yield outcome


def _carried_out(planned: Plan, account: CardAccount) -> Outcome:
    done: list[Action] = []
    try:
        if planned.actions and account.find(planned.name) != planned.found:
            message = f"{planned.name} changed in the account since it was planned."
            raise CloudError(message, hint="Run the same command again; it plans anew.", one_thing=True)
        for action in planned.actions:
            _act(action, account)
            done.append(action)
    except CloudError as error:
        return Outcome(planned, tuple(done), error)
    return Outcome(planned, tuple(done))


def _act(action: Action, account: CardAccount) -> None:
    if isinstance(action, Create):
        account.create(action.card)
    elif isinstance(action, UpdateContent):
        account.update_content(action.name, action.content)
    else:
        account.update_status(action.name, action.status)


def _updates(wanted: Wanted, found: AccountCard, told: tuple[Difference, ...]) -> tuple[Action, ...]:
    moves = found.status != wanted.status
    status = (UpdateStatus(wanted.name, wanted.status),) if moves else ()
    content = (UpdateContent(wanted.name, wanted.content),) if told[moves:] else ()  # the status comes first
    loses_approval = found.status == APPROVED and wanted.status != ARCHIVED
    return (*status, *content) if loses_approval else (*content, *status)


def _frozen(wanted: Wanted, found: AccountCard, told: tuple[Difference, ...]) -> Plan:
    content = " and has another content" if told[found.status != wanted.status :] else ""
    git = "" if wanted.status == ARCHIVED else f"; in git it is {wanted.status}"
    return Plan(
        wanted.name,
        found,
        differences=told,
        refusal=f"It is archived in the account{content}{git}. An archived card is frozen.",
        hint=f"Give the card a new name with 'mlgov card reinstate', or delete {wanted.name} in the account yourself.",
    )


def _parsed(content: str) -> dict[str, Value] | None:
    """Read content strictly, without what says nothing; None when it is no JSON object."""
    try:
        value = _pruned(read_json(content.encode(errors="surrogatepass"), "a SageMaker model card"))
    except ImportFormatError:
        return None
    return value if isinstance(value, dict) else None


def _pruned(value: Value) -> Value:
    """Leave out keys that say nothing, and write whole numbers alike. Items of lists stay: their place counts."""
    if isinstance(value, dict):
        kept = {key: _pruned(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each is not None and each != [] and each != {}}
    if isinstance(value, list):
        return [_pruned(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _between(at: Pointer, theirs: Value, ours: Value) -> Iterator[Difference]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in dict.fromkeys((*ours, *theirs)):
            yield from _at((*at, key), *_both(theirs, ours, key))
    elif isinstance(theirs, list) and isinstance(ours, list):
        for index in range(max(len(theirs), len(ours))):
            yield from _at((*at, index), theirs[index : index + 1], ours[index : index + 1])
    elif _text(theirs) != _text(ours):
        yield Difference(written(at), _text(theirs), _text(ours))


def _both(theirs: dict[str, Value], ours: dict[str, Value], key: str) -> tuple[list[Value], list[Value]]:
    return [theirs[key]] if key in theirs else [], [ours[key]] if key in ours else []


def _at(at: Pointer, theirs: list[Value], ours: list[Value]) -> Iterator[Difference]:
    """Compare what stands in one place; a list of none stands for nothing."""
    if theirs and ours:
        yield from _between(at, theirs[0], ours[0])
    else:
        yield Difference(written(at), *(_text(side[0]) if side else None for side in (theirs, ours)))


def _text(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)

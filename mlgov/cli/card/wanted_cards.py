"""Cards of git in the words of a cloud account: only those without errors, and with what is lost said."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlgov.cards import CardDocument
from mlgov.cards import sagemaker as words
from mlgov.cards.exports import EXPORTERS
from mlgov.cards.exports.sagemaker import tags_of
from mlgov.cards.reconcile import Wanted
from mlgov.cards.transfer import ExportContext, Unmapped
from mlgov.checks.check import check_snapshot
from mlgov.checks.tree import Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.finding_cards import FOLDER, card_path, names_of
from mlgov.cli.finding import tell
from mlgov.errors import GitError, UsageError
from mlgov.findings import Severity
from mlgov.ports import Repository, Snapshot

if TYPE_CHECKING:
    from mlgov.wiring import Services

#: What the exporter leaves to us: a push sends the status in a call of its own, and labels as tags.
_BESIDE = ("lifecycle.status", "metadata.labels")

#: Reads files by their paths, from a commit or from the work tree.
Reader = Callable[[Sequence[str]], Snapshot]


@dataclass(frozen=True, slots=True)
class WantedCards:
    """Cards of git.

    Attributes:
        cards: Those without errors, in the account's words.
        broken: Names of the others; what is wrong with them was said.
        notes: What the account has no place for, by card.
    """

    cards: tuple[Wanted, ...] = ()
    broken: tuple[str, ...] = ()
    notes: Mapping[str, tuple[Unmapped, ...]] = field(default_factory=dict)


def committed_names(repository: Repository, commit: str) -> list[str]:
    """List the cards of a commit."""
    return sorted(names_of(repository.snapshot(commit, (FOLDER,))))


def commit_of(repository: Repository, ref: str) -> str:
    """Give the commit that ``ref`` names.

    Raises:
        UsageError: There is no git repository.
        GitError: There is no such commit.
    """
    if not repository.is_under_git():
        raise UsageError("Only what is committed is pushed, and here is no git repository.", hint="Start one: git init")
    try:
        return repository.resolve(ref)
    except GitError as error:
        raise GitError(error.message, hint=error.hint or "Commit the cards first.") from None


def wanted_cards(app: App, services: "Services", names: Sequence[str], read: Reader) -> WantedCards:
    """Check cards as ``mlgov check`` does, say what is wrong, and give those without errors.

    Args:
        app: Where findings are said.
        services: Settings and the clock.
        names: The cards; they are there.
        read: Reads files of the commit or work tree.

    Raises:
        UsageError: The content of a card is longer than the account takes.
    """
    paths = [card_path(name) for name in names]
    tree = read_tree(read(paths))
    asked = sorted({path for card in _cards(tree).values() for path in card.asked_paths})
    snapshot = {**tree.snapshot, **read(asked)} if asked else tree.snapshot
    findings = check_snapshot(snapshot, services.settings, today=services.clock.now().date())
    tell(app, findings, len(paths))
    bad = {found.location.path for found in findings if found.severity is Severity.ERROR}
    fine = {path: card for path, card in _cards(tree).items() if path not in bad}
    broken = tuple(name for name, path in zip(names, paths, strict=True) if path not in fine)
    exported = [_exported(card, services) for card in fine.values()]
    notes = {wanted.name: told for wanted, told in exported if told}
    return WantedCards(tuple(wanted for wanted, _ in exported), broken, notes)


def _cards(tree: Tree) -> dict[str, CardDocument]:
    return {path: found.typed for path, found in tree.governed.items() if isinstance(found.typed, CardDocument)}


def _exported(card: CardDocument, services: "Services") -> tuple[Wanted, tuple[Unmapped, ...]]:
    exported = EXPORTERS["sagemaker"](card, ExportContext(services.clock.now()))
    content = json.dumps(json.loads(exported.data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    tags, left = tags_of(card)
    wanted = Wanted(
        card.metadata.name,
        words.STATUSES[card.lifecycle.status],
        content,
        tuple((tag["Key"], tag["Value"]) for tag in tags),
    )
    return wanted, (*(each for each in exported.unmapped if each.path not in _BESIDE), *left)

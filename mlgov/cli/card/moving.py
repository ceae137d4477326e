"""``mlgov card reinstate`` and ``rm``: how a card goes and comes back, by pull request."""

from typing import TYPE_CHECKING, Any

import click

from mlgov.checks.tree import Governed, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.finding_cards import card_path, find_card
from mlgov.cli.card.reading import history_of, history_or_nothing
from mlgov.cli.finding import tell
from mlgov.cli.proposing import Deed, choices, committed, propose, with_choices
from mlgov.documents import Change, edit
from mlgov.errors import UsageError
from mlgov.lifecycle import content_digest
from mlgov.lifecycle.proposals import Wish
from mlgov.lifecycle.tombstones import REMOVABLE, bury, grave_of, read_tombstone, tombstone_path
from mlgov.names import Kind, Status, folder_of, path_of

if TYPE_CHECKING:
    from mlgov.wiring import Services

REINSTATED = "mlgov/reinstates"


@click.command()
@click.argument("name")
@click.option("--as", "new", required=True, metavar="NEW", help="Name of the new draft.")
@with_choices
@click.pass_obj
def reinstate(app: App, /, name: str, new: str, **options: Any) -> int:  # noqa: ANN401 - click's own
    """Propose a new draft NEW with the content of the card NAME, which was archived or removed.

    An archived card is final and the name of a removed one is not used again, so what comes back is another document:
    a draft that notes in its annotations where it came from, and goes through review like any other.
    """
    services = app.services(push=False)
    path, chosen = card_path(new), choices(**options)
    old = _retired(services, name)
    if old is None:
        return 1
    _refuse_used(services, new)
    digest = content_digest(old.document.value)
    changes = [
        Change(("metadata", "name"), new),
        Change(("lifecycle", "status"), Status.DRAFT.value),
        Change(("metadata", "annotations", REINSTATED), f"{name} {digest}"),
    ]
    app.chat(f"{name} stays as it is: archived and removed cards are final. {new} starts as a draft with its content.")
    data = edit(old.document.data, changes, path)
    title = f"Reinstate the card {name} as {new}"
    body = (
        f"The card `{new}` is a new draft with the content of `{name}`.\n\n- Content digest of `{name}`: `{digest}`\n"
    )
    wish = Wish(chosen.branch or f"reinstate-{new}", {path: data}, chosen.message or title, body, chosen.reviewers)
    return propose(app, services, wish, chosen, Deed("reinstate", Kind.MODEL_CARD, new))


@click.command()
@click.argument("name")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is removed; kept on the tombstone.")
@with_choices
@click.pass_obj
def rm(app: App, /, name: str, reason: str, **options: Any) -> int:  # noqa: ANN401 - click's own
    """Propose to remove the card NAME, which is a draft or archived.

    A tombstone stays in cards/.tombstones/: it keeps the name from being used again, and the digest by which git finds
    the content. Monitor sets of the model that are drafts or archived go with it.
    """
    services, chosen = app.services(push=False), choices(**options)
    found = _removable(app, services, name)
    if found is None:
        return 1
    branch = chosen.branch or f"remove-{name}"
    files = _burial(services, found, branch, reason)
    for monitor_set in _retired_monitors(services, name):
        files |= _burial(services, monitor_set, branch, reason)
    digest = content_digest(found.document.value)
    body = f"The card `{name}` is removed, and its name is not used again.\n\n- Content digest: `{digest}`\n"
    wish = Wish(branch, files, chosen.message or f"Remove the card {name}", body, chosen.reviewers)
    return propose(app, services, wish, chosen, Deed("rm", Kind.MODEL_CARD, name))


def _retired(services: "Services", name: str) -> Governed | None:
    """Find the last content of a card that was archived or removed."""
    path, grave = card_path(name), tombstone_path(Kind.MODEL_CARD, name)
    there = committed(services, (path, grave))
    if grave in there and path not in there:
        return _buried(services, name)
    found, _ = find_card(services.repository, name)
    status = found.typed.lifecycle.status if found else None
    if found is None or status is not Status.ARCHIVED:
        hint = "Only what was archived or removed can be reinstated."
        raise UsageError(f"{path} is {status or 'not readable'}.", hint=hint)
    return found


def _buried(services: "Services", name: str) -> Governed:
    path, grave = card_path(name), tombstone_path(Kind.MODEL_CARD, name)
    stone, _ = read_tombstone(committed(services, (grave,)), grave)
    digest = stone.spec.digest if stone else ""
    for revision in reversed(history_or_nothing(services.repository, name)):
        if revision.digest == digest:
            tree = read_tree(services.repository.snapshot(revision.commit.id, (), (path,)))
            if path in tree.governed:
                return tree.governed[path]
    raise UsageError(f"The history here does not hold the content of {name}.", hint="Fetch the whole history.")


def _refuse_used(services: "Services", new: str) -> None:
    paths = (path_of(Kind.MODEL_CARD, new), tombstone_path(Kind.MODEL_CARD, new))
    used = {**services.repository.work_tree((), paths), **committed(services, paths)}
    if used:
        raise UsageError(f"The name {new} is used: {next(iter(used))} is there.", hint="Choose another one.")


def _removable(app: App, services: "Services", name: str) -> Governed | None:
    path, grave = card_path(name), tombstone_path(Kind.MODEL_CARD, name)
    there, here = committed(services, (path, grave)), services.repository.work_tree((), (path,))
    if path not in there:
        if path in here:
            raise UsageError(f"{path} was never committed.", hint="Delete the file; nothing remembers it.")
        if grave in there:
            raise UsageError(f"The card {name} was removed already.")
    elif path in here and here[path] != there[path]:
        raise UsageError(f"{path} has changes that are not committed.", hint="Commit them or restore the file.")
    found, findings = find_card(services.repository, name, "HEAD")
    if found is None:
        tell(app, findings)
        return None
    status = found.typed.lifecycle.status
    if status not in REMOVABLE:
        first = f"mlgov card archive {name}"
        if status is Status.PENDING_REVIEW:
            first = f"mlgov card edit {name} --set lifecycle.status=draft"
        hint = f"First, in a pull request of its own: {first}"
        raise UsageError(f"{path} is {status}; only a draft or an archived card is removed.", hint=hint)
    return found


def _burial(services: "Services", found: Governed, branch: str, reason: str) -> dict[str, bytes | None]:
    """Take a document away and put its tombstone in."""
    path = found.document.path
    digest, history = content_digest(found.document.value), history_of(services.repository, path)
    stone = _tombstone_on(services, branch, grave_of(path), digest) or bury(
        found.document,
        kind=found.kind,
        version=history[-1].version if history else 1,
        removed_on=services.clock.now().date().isoformat(),
        reason=_reason(reason),
    )
    return {path: None, grave_of(path): stone}


def _retired_monitors(services: "Services", name: str) -> list[Governed]:
    """Find the monitor sets of a model that may be removed with its card; one in use keeps the card where it is."""
    tree = read_tree(services.repository.snapshot("HEAD", (folder_of(Kind.MONITOR_SET),)))
    return [
        found
        for found in tree.of(Kind.MONITOR_SET)
        if found.typed.spec.model == name and found.typed.lifecycle.status in REMOVABLE
    ]


def _tombstone_on(services: "Services", branch: str, grave: str, digest: str) -> bytes | None:
    """Give the tombstone that the branch holds already: asking again on another day must not change it."""
    tip = services.repository.tip(branch)
    there = services.repository.snapshot(tip, (), (grave,)) if tip else {}
    stone = read_tombstone(there, grave)[0] if grave in there else None
    return there[grave].data if stone and stone.spec.digest == digest else None


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not 0 < len(reason) <= 256:
        raise UsageError("The reason has to have 1 to 256 characters.")
    return reason

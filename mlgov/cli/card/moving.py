"""``mlgov card submit``, ``archive``, ``reinstate`` and ``rm``: moving a card through its life, by pull request."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from mlgov.cards import CardDocument, Evidence
from mlgov.checks.proposed import with_files
from mlgov.checks.tree import Governed, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.deeds import Result, tell_deed
from mlgov.cli.card.finding_cards import card_path, find_card, tell
from mlgov.cli.card.proposing import AROUND, Choices, choices, committed, propose, with_choices
from mlgov.cli.card.reading import history_of, history_or_nothing
from mlgov.cli.card.todo import fenced, todos_of
from mlgov.documents import Change, edit
from mlgov.errors import UsageError
from mlgov.lifecycle import bytes_digest, content_digest
from mlgov.lifecycle.proposals import Wish, moved
from mlgov.lifecycle.tombstones import REMOVABLE, bury, grave_of, read_tombstone, tombstone_path
from mlgov.names import Kind, Status, folder_of, path_of
from mlgov.ports import REGULAR_FILE

if TYPE_CHECKING:
    from mlgov.wiring import Services

REINSTATED = "mlgov/reinstates"


@click.command()
@click.argument("name")
@with_choices
@click.pass_obj
def submit(app: App, /, name: str, **options: Any) -> int:  # noqa: ANN401 - click's own
    """Propose the card NAME for review.

    Sets the status to pending_review on a branch of its own, commits, pushes, and opens a pull request. The commit has
    the card as it lies here and the evidence that it cites, and nothing else; it is made by your own git, with your
    hooks and your signature. Your work tree stays as it is. Run it again after more edits to add to the proposal.
    """
    services = app.services(push=False)
    found, findings = find_card(services.repository, name)
    if found is None:
        tell(app, findings)
        return 1
    files = {found.document.path: moved(found.document, Status.PENDING_REVIEW), **_evidence(services, found)}
    if _is_committed(services, files):
        said = f"{found.document.path} is pending review already, and nothing in it changed."
        return _nothing(app, ("submit", name), said, **options)
    title = f"Submit the card {name} for review"
    return _move(app, services, found, files, choices(**options), title, "submit")


@click.command()
@click.argument("name")
@with_choices
@click.pass_obj
def archive(app: App, /, name: str, **options: Any) -> int:  # noqa: ANN401 - click's own
    """Propose to take the approved card NAME out of use. An archived card is frozen for good, and stays on record."""
    services = app.services(push=False)
    found, findings = find_card(services.repository, name)
    if found is None:
        tell(app, findings)
        return 1
    if found.typed.lifecycle.status is Status.DRAFT:
        hint = f"'mlgov card rm {name}' removes a draft."
        raise UsageError(f"{found.document.path} is a draft; only an approved card is archived.", hint=hint)
    files = {found.document.path: moved(found.document, Status.ARCHIVED)}
    if _is_committed(services, files):
        return _nothing(app, ("archive", name), f"{found.document.path} is archived already.", **options)
    return _move(app, services, found, files, choices(**options), f"Archive the card {name}", "archive")


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
    return propose(app, services, wish, chosen, ("reinstate", new))


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
    return propose(app, services, wish, chosen, ("rm", name))


def _move(
    app: App,
    services: "Services",
    found: Governed,
    files: dict[str, bytes],
    chosen: Choices,
    title: str,
    command: str,
) -> int:
    body = "".join(_body(services, found, files))
    branch = chosen.branch or f"{command}-{found.name}"
    wish = Wish(branch, files, chosen.message or title, body, chosen.reviewers)
    return propose(app, services, wish, chosen, (command, found.name))


def _nothing(app: App, told: tuple[str, str], said: str, **options: Any) -> int:  # noqa: ANN401 - click's own
    app.chat(f"Nothing to do: {said}")
    if choices(**options).as_json:
        tell_deed(*told, Result.UNCHANGED)
    return 0


def _body(services: "Services", found: Governed, files: dict[str, bytes]) -> Iterator[str]:
    """Write the text of a pull request: facts that cannot act, and what the approval still needs."""
    document, card, path = found.document, _card(found), found.document.path
    after = read_tree(with_files({}, {path: files[path]})).governed[path].typed
    before = committed(services, (path,)).get(path)
    yield f"The card `{found.name}` is to be {after.lifecycle.status.value}.\n\n"
    yield f"- File: `{path}`{'' if before else ' (new)'}\n"
    yield f"- Content digest: `{content_digest(document.value)}`\n"
    yield f"- Risk rating: {card.risk_rating.value}\n"
    if card.metadata.owners:
        yield f"- Owners: {', '.join(f'`{owner}`' for owner in card.metadata.owners)}\n"
    around = services.repository.work_tree(AROUND)
    left = todos_of(with_files(around, dict(files)), [found.name], services.settings, services.clock.now().date())
    if left:
        yield f"\nWhat is left to do:\n\n{fenced(left)}"


def _card(found: Governed) -> CardDocument:
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - the folder decides the kind
    return found.typed


def _evidence(services: "Services", found: Governed) -> dict[str, bytes]:
    """Give the cited evidence that is not committed as cited. It belongs to the card: the digest binds its bytes."""
    cited = {evidence.path: evidence.digest for evidence in _cited(_card(found))}
    here, there = services.repository.work_tree((), tuple(cited)), committed(services, tuple(cited))
    fitting = {path: file for path, file in here.items() if bytes_digest(file.data) == cited[path]}
    return {
        path: file.data
        for path, file in sorted(fitting.items())
        if file.mode == REGULAR_FILE and not file.omitted_bytes and there.get(path) != file
    }


def _cited(card: CardDocument) -> Iterator[Evidence]:
    for evaluation in card.spec.evaluation_details:
        yield from evaluation.evidence
    for claim in card.spec.claims:
        yield from claim.evidence


def _is_committed(services: "Services", files: dict[str, bytes]) -> bool:
    there = committed(services, tuple(files))
    return all(path in there and there[path].data == data for path, data in files.items())


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

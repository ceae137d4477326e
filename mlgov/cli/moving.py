"""``submit`` and ``archive`` of every governed kind: moving a document through its life, by pull request."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import click

from mlgov.cards import CardDocument, Evidence
from mlgov.checks.proposed import with_files
from mlgov.checks.tree import Governed, read_tree
from mlgov.cli.app import App
from mlgov.cli.deeds import Result
from mlgov.cli.finding import WORDS, find_document, tell
from mlgov.cli.proposing import AROUND, Deed, choices, committed, propose, with_choices
from mlgov.errors import UsageError
from mlgov.lifecycle import bytes_digest, content_digest
from mlgov.lifecycle.proposals import Wish, moved
from mlgov.monitors import MonitorSetDocument
from mlgov.names import Kind, Status, path_of
from mlgov.ports import REGULAR_FILE, File
from mlgov.roles import RoleDocument

if TYPE_CHECKING:
    from mlgov.wiring import Services

Files = dict[str, bytes | None]

_SUBMIT = """Propose the {noun} NAME for review.

Sets the status to pending_review on a branch of its own, commits, pushes, and opens a pull request. The commit has the
{noun} as it lies here{with_it}, and nothing else; it is made by your own git, with your hooks and your signature. Your
work tree stays as it is. Run it again after more edits to add to the proposal.
"""
_ARCHIVE = """Propose to take the approved {noun} NAME out of use.

An archived {noun} is frozen for good, and stays on record.
"""
_WITH_IT = {Kind.MODEL_CARD: " and the evidence that it cites", Kind.MONITOR_SET: " and the baselines that it names"}


def submit_command(kind: Kind) -> click.Command:
    """Make the command that proposes a document of ``kind`` for review."""
    return _command(kind, "submit", _submit, _SUBMIT)


def archive_command(kind: Kind) -> click.Command:
    """Make the command that proposes to take a document of ``kind`` out of use."""
    return _command(kind, "archive", _archive, _ARCHIVE)


def _command(kind: Kind, command: str, act: Callable[..., int], text: str) -> click.Command:
    @with_choices
    @click.pass_obj
    def moving(app: App, /, name: str, **options: Any) -> int:  # noqa: ANN401 - click's own
        return act(app, Deed(command, kind, name), **options)

    moving.__doc__ = text.format(noun=WORDS[kind].noun, with_it=_WITH_IT.get(kind, ""))
    return click.command(command)(click.argument("name")(moving))


def _submit(app: App, deed: Deed, **options: Any) -> int:  # noqa: ANN401 - click's own
    services = app.services(push=False)
    found, findings = find_document(services.repository, deed.kind, deed.name)
    if found is None:
        tell(app, findings)
        return 1
    files = {found.document.path: moved(found.document, Status.PENDING_REVIEW), **_attached(services, found)}
    if _is_committed(services, files):
        return _nothing(app, deed, "is pending review already, and nothing in it changed", **options)
    title = f"Submit the {WORDS[deed.kind].noun} {deed.name} for review"
    return _move(app, services, found, files, deed, title, **options)


def _archive(app: App, deed: Deed, **options: Any) -> int:  # noqa: ANN401 - click's own
    services, words = app.services(push=False), WORDS[deed.kind]
    found, findings = find_document(services.repository, deed.kind, deed.name)
    if found is None:
        tell(app, findings)
        return 1
    path = found.document.path
    if found.typed.lifecycle.status is Status.DRAFT:
        hint = "A draft may be taken away in a pull request: nobody relies on it."
        if deed.kind is Kind.MODEL_CARD:
            hint = f"'mlgov card rm {deed.name} --reason TEXT' proposes to remove a draft."
        raise UsageError(f"{path} is a draft; only an approved {words.noun} is archived.", hint=hint)
    files: Files = {path: moved(found.document, Status.ARCHIVED)}
    if _is_committed(services, files):
        return _nothing(app, deed, "is archived already", **options)
    return _move(app, services, found, files, deed, f"Archive the {words.noun} {deed.name}", **options)


def _move(
    app: App,
    services: "Services",
    found: Governed,
    files: Files,
    deed: Deed,
    title: str,
    **options: Any,  # noqa: ANN401 - click's own
) -> int:
    chosen = choices(**options)
    body = "".join(_body(services, found, files))
    branch = chosen.branch or f"{deed.command}-{WORDS[deed.kind].own_branches}{deed.name}"
    wish = Wish(branch, files, chosen.message or title, body, chosen.reviewers)
    return propose(app, services, wish, chosen, Deed(deed.command, deed.kind, deed.name, _judged_with(found)))


def _nothing(app: App, deed: Deed, said: str, **options: Any) -> int:  # noqa: ANN401 - click's own
    app.chat(f"Nothing to do: {path_of(deed.kind, deed.name)} {said}.")
    if choices(**options).as_json:
        deed.tell(Result.UNCHANGED)
    return 0


def _judged_with(found: Governed) -> tuple[str, ...]:
    """Name the card that a monitor set refers to."""
    typed = found.typed
    return (path_of(Kind.MODEL_CARD, typed.spec.model),) if isinstance(typed, MonitorSetDocument) else ()


def _body(services: "Services", found: Governed, files: Files) -> Iterator[str]:
    """Write the text of a pull request: facts that cannot act, and what the approval still needs."""
    document, typed, path = found.document, found.typed, found.document.path
    after = read_tree(with_files({}, {path: files[path]})).governed[path].typed
    before = committed(services, (path,)).get(path)
    yield f"The {WORDS[found.kind].noun} `{found.name}` is to be {after.lifecycle.status.value}.\n\n"
    yield f"- File: `{path}`{'' if before else ' (new)'}\n"
    yield f"- Content digest: `{content_digest(document.value)}`\n"
    yield from _own_facts(found)
    if typed.metadata.owners:
        yield f"- Owners: {', '.join(f'`{owner}`' for owner in typed.metadata.owners)}\n"
    if found.kind is Kind.MODEL_CARD:
        yield from _left(services, found.name, files)


def _own_facts(found: Governed) -> Iterator[str]:
    typed = found.typed
    if isinstance(typed, CardDocument):
        yield f"- Risk rating: {typed.risk_rating.value}\n"
    elif isinstance(typed, RoleDocument):
        yield f"- Persona: `{typed.spec.persona}`\n"
    elif isinstance(typed, MonitorSetDocument):
        yield f"- Model: `{typed.spec.model}`\n"
        yield f"- Monitors: {', '.join(f'`{monitor.name}`' for monitor in typed.spec.monitors) or 'none'}\n"


def _left(services: "Services", name: str, files: Files) -> Iterator[str]:
    from mlgov.cli.card.todo import fenced, todos_of

    around = services.repository.work_tree(AROUND[Kind.MODEL_CARD])
    left = todos_of(with_files(around, files), [name], services.settings, services.clock.now().date())
    if left:
        yield f"\nWhat is left to do:\n\n{fenced(left)}"


def _attached(services: "Services", found: Governed) -> Files:
    """Give the files that an approval would bind to and that are not committed as they lie here."""
    if found.kind is Kind.MODEL_CARD:
        return _evidence(services, cast(CardDocument, found.typed))
    if found.kind is Kind.MONITOR_SET:
        return _baselines(services, cast(MonitorSetDocument, found.typed))
    return {}


def _evidence(services: "Services", card: CardDocument) -> Files:
    """Give the cited evidence that is not committed as cited. It belongs to the card: the digest binds its bytes."""
    cited = {evidence.path: evidence.digest for evidence in _cited(card)}
    here, there = services.repository.work_tree((), tuple(cited)), committed(services, tuple(cited))
    fitting = {path: file for path, file in here.items() if bytes_digest(file.data) == cited[path]}
    return {path: file.data for path, file in sorted(fitting.items()) if _is_whole(file) and there.get(path) != file}


def _cited(card: CardDocument) -> Iterator[Evidence]:
    for evaluation in card.spec.evaluation_details:
        yield from evaluation.evidence
    for claim in card.spec.claims:
        yield from claim.evidence


def _baselines(services: "Services", monitor_set: MonitorSetDocument) -> Files:
    """Give the baselines as they lie here, where they are not committed so; a file that is gone here goes there too."""
    folders = tuple(sorted({monitor.baseline for monitor in monitor_set.spec.monitors}))
    if not folders:
        return {}
    committed(services, ())  # says it in the words of a proposal when there is no commit yet
    here, there = services.repository.work_tree(folders), services.repository.snapshot("HEAD", folders)
    changed: Files = {p: file.data for p, file in sorted(here.items()) if _is_whole(file) and there.get(p) != file}
    return changed | dict.fromkeys(sorted(set(there) - set(here)))


def _is_whole(file: File) -> bool:
    return file.mode == REGULAR_FILE and not file.omitted_bytes


def _is_committed(services: "Services", files: Files) -> bool:
    there = committed(services, tuple(files))
    return all((there[path].data if path in there else None) == data for path, data in files.items())


submit_card, archive_card = submit_command(Kind.MODEL_CARD), archive_command(Kind.MODEL_CARD)
submit_role, archive_role = submit_command(Kind.ROLE), archive_command(Kind.ROLE)
submit_monitor_set, archive_monitor_set = submit_command(Kind.MONITOR_SET), archive_command(Kind.MONITOR_SET)
submit_waiver, archive_waiver = submit_command(Kind.WAIVER), archive_command(Kind.WAIVER)
submit_grant, archive_grant = submit_command(Kind.ACCESS_GRANT), archive_command(Kind.ACCESS_GRANT)

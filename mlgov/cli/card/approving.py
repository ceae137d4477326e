"""Who has to approve a card that is in review, in the sentences of the gate, and with which command."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlgov.cards.todo import Todo, Who
from mlgov.errors import GitError, LedgerError
from mlgov.names import Kind, Status, path_of
from mlgov.wiring import Services, proof_ledger

if TYPE_CHECKING:
    from mlgov.approvals.proposal import Case, Proposal


def with_approvers(found: Sequence[Todo], services: Services) -> list[Todo]:
    """Put what the approval rules ask for in the place of the general advice to review a card.

    Judged is what is committed, as ``mlgov approve`` and the gate do. Without rules, or where git cannot tell, the
    advice stays as it is.

    Args:
        found: What is to do.
        services: The outside world.
    """
    if not (services.settings.approvals.rules and any(map(_is_review, found)) and services.repository.is_under_git()):
        return list(found)
    heads = dict.fromkeys(_head(todo) for todo in found if _is_review(todo))
    try:
        said = {head: _said(services, head, [t for t in found if _is_review(t) and _head(t) == head]) for head in heads}
    except (GitError, LedgerError):
        return list(found)
    return [
        each for todo in found for each in (said[_head(todo)].get(todo.card) if _is_review(todo) else None) or [todo]
    ]


def _is_review(todo: Todo) -> bool:
    return todo.who is Who.REVIEWER


def _head(todo: Todo) -> str:
    """Name the branch whose content is to be reviewed; empty for what is checked out."""
    return todo.command.rpartition("...")[2] if "..." in todo.command else ""


def _said(services: Services, head: str, found: Sequence[Todo]) -> dict[str, list[Todo]]:
    from mlgov.approvals.proposal import read_proposal
    from mlgov.cli.approve import base_of

    repository = services.repository
    paths = {path_of(Kind.MODEL_CARD, todo.card): todo for todo in found}
    proposal = read_proposal(
        repository,
        proof_ledger(services).records("reviews/"),
        base=base_of(repository, services.settings.ledger.remote),
        head=head or "HEAD",
        at=services.clock.now(),
        also=tuple(paths),
    )
    said = {}
    for path, todo in paths.items():
        case = proposal.cases[path]
        if case.head.status is Status.PENDING_REVIEW:
            said[todo.card] = list(_of_case(todo, proposal, case, head))
    return said


def _of_case(todo: Todo, proposal: "Proposal", case: "Case", head: str) -> Iterator[Todo]:
    from mlgov.approvals.proposal import judged

    judgement = judged(proposal, case)
    if judgement is None:
        return
    command = f"mlgov approve {todo.card}" + (f" --branch {head}" if head else "")
    if head:
        yield todo
    for sentence in (*judgement.refused, *judgement.missing):
        what = f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."
        yield replace(todo, what=what, command=command, before=Status.APPROVED)
    if judgement.approved and not head:
        yield replace(todo, who=Who.OWNER, what="The approvals that are needed are there: set the card to approved.")

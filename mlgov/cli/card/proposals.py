"""What is to do for a card that is proposed already: its file on main says draft until the pull request is merged."""

from dataclasses import replace

from mlgov.cards.todo import Todo, Who
from mlgov.documents import load
from mlgov.errors import GitError
from mlgov.lifecycle import content_digest, status_of
from mlgov.names import Kind, Status, path_of
from mlgov.ports import Repository, Snapshot


def proposed(todo: Todo, repository: Repository, remote: str, snapshot: Snapshot) -> Todo:
    """Say what follows a submission that was made, in the place of the advice to make one.

    Args:
        todo: Something to do.
        repository: Where the branch of the proposal is looked for.
        remote: Name of the remote that it is pushed to.
        snapshot: The cards as they are here.
    """
    if todo.command != f"mlgov card submit {todo.card}" or not repository.is_under_git():
        return todo
    branch, path = f"submit-{todo.card}", path_of(Kind.MODEL_CARD, todo.card)
    tip = repository.tip(branch)
    if tip is None or _is_merged(repository, tip):
        return todo
    there = repository.snapshot(tip, (), (path,))
    document, here = (load(files[path].data, path)[0] if path in files else None for files in (there, snapshot))
    if document is None or here is None or status_of(document) is not Status.PENDING_REVIEW:
        return todo
    if content_digest(document.value) != content_digest(here.value):
        what = f"The branch {branch} proposes this card with other content: submit it again to add to the proposal."
        return replace(todo, what=what)
    if _commit(repository, f"refs/remotes/{remote}/{branch}") != tip:
        what = f"The card is proposed on the branch {branch}, which is not pushed: push it and open a pull request."
        return replace(todo, what=what, before=None, command=f"git push --set-upstream {remote} {branch}")
    what = f"The card is proposed on the branch {branch}, which is pushed: review its pull request and merge it."
    return replace(todo, who=Who.REVIEWER, what=what, before=None, command=f"mlgov card diff HEAD...{branch}")


def _is_merged(repository: Repository, tip: str) -> bool:
    head = _commit(repository, "HEAD")
    try:
        return bool(head) and repository.merge_base(tip, head) == tip
    except GitError:
        return False


def _commit(repository: Repository, ref: str) -> str:
    try:
        return repository.resolve(ref)
    except GitError:
        return ""

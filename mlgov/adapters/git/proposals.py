"""Commits on a branch of their own, made as the user would make them and pushed without force.

The commit is made in a second work tree in a temporary folder, on no branch. So the user's work tree, index and branch
are never touched, nothing that is staged there can be swept along, and hooks see exactly what is committed. Hooks,
identity and signature are the user's own. The branch is moved as the very last step, so there is never half a proposal.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from mlgov.adapters.git.commands import GitCommands, Reply, failure, is_id, one_line
from mlgov.adapters.git.remote import is_ancestor
from mlgov.errors import GitError, RefError
from mlgov.ports import REGULAR_FILE, MainLine, Remote

_LINES_OF_A_HOOK = 600
_NO_MAIN = (
    "Its HEAD names a branch that is not there; choose its default branch at the forge, or set HEAD in a bare one."
)


def branch_of(git: GitCommands) -> str:
    """Name the branch that is checked out; empty when none is."""
    reply = git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
    return reply.out.decode("utf-8", "replace").strip() if not reply.code else ""


def tip_of(git: GitCommands, branch: str) -> str | None:
    """Give the commit that a branch is at; None when there is no such branch."""
    reply = git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{_ref(git, branch)}^{{commit}}")
    return reply.out.decode("ascii", "replace").strip() or None


def remote_of(git: GitCommands, name: str) -> Remote | None:
    """Tell what is known here of a remote; None when there is no such remote."""
    if name not in git.run("remote").decode("utf-8", "replace").split("\n"):
        return None
    address = git.run("remote", "get-url", "--", name).decode("utf-8", "replace")
    head = git.ask("symbolic-ref", "--quiet", f"refs/remotes/{name}/HEAD").out.decode("utf-8", "replace").strip()
    return Remote(name, one_line(address), head.removeprefix(f"refs/remotes/{name}/"))


def commit(
    git: GitCommands,
    branch: str,
    start: str,
    files: Mapping[str, bytes | None],
    message: str,
    at: datetime | None = None,
) -> str:
    """Commit files on a branch, as the port says.

    Args:
        git: The repository.
        branch: The branch.
        start: Id of the commit to build on.
        files: Bytes by path; None takes a file away.
        message: The commit message.
        at: Aware time of the commit; git's own clock when None.

    Raises:
        GitError: A hook or git refused, the branch is checked out, or it has commits that ``start`` does not have.
    """
    ref, tip = _ref(git, branch), tip_of(git, branch)
    _check_branch(git, branch, ref, tip, start)
    below = git.run("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")
    with _second_work_tree(git, start) as tree:
        for path, data in files.items():
            _put(tree, below + path, data)
        made = _commit(tree, message, at)
    # Compare and swap: somebody may have moved the branch meanwhile.
    git.run("update-ref", "-m", "mlgov", "--end-of-options", ref, made, tip or "0" * len(made))
    return made


def commit_here(git: GitCommands, files: Mapping[str, bytes | None], message: str, at: datetime | None = None) -> str:
    """Commit files on top of HEAD and take HEAD and the work tree there, as the port says.

    Args:
        git: The repository.
        files: Bytes by path; None takes a file away.
        message: The commit message.
        at: Aware time of the commit; git's own clock when None.

    Raises:
        GitError: A hook or git refused, or one of the files has changes here that are not committed.
    """
    start = git.resolve("HEAD")
    below = git.run("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")
    with _second_work_tree(git, start) as tree:
        for path, data in files.items():
            _put(tree, below + path, data)
        made = _commit(tree, message, at)
    reply = git.ask("merge", "--quiet", "--ff-only", "--no-verify-signatures", made, as_user=True)
    if reply.code:
        hint = "Commit or put aside the changes of these files, then run the command again."
        raise GitError(f"The work tree could not follow: {one_line(reply.err)[:_LINES_OF_A_HOOK]}", hint=hint)
    return made


def fetch(git: GitCommands, remote: str, commit: str) -> None:
    """Fetch one commit as data, as the port says.

    Raises:
        GitError: It is no id, or the remote does not answer or has no such commit.
    """
    if not is_id(commit):
        raise GitError(f"{commit[:80]!r} is no id of a commit.")
    if not git.ask("cat-file", "-e", f"{commit}^{{commit}}").code:
        return
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    reply = git.ask("fetch", *options, "--end-of-options", remote, commit, as_user=True)
    if reply.code:
        raise failure(reply, "fetch")


def ask_main(git: GitCommands, remote: str) -> MainLine:
    """Ask a remote for its main branch, as the port says.

    Raises:
        GitError: The remote does not answer, or does not say.
    """
    reply = git.ask("ls-remote", "--symref", "--end-of-options", remote, "HEAD", as_user=True)
    if reply.code:
        raise failure(reply, "ls-remote")
    said = [line.split("\t") for line in reply.out.decode("utf-8", "replace").splitlines() if line.endswith("\tHEAD")]
    branch = next((left.removeprefix("ref: refs/heads/") for left, _ in said if left.startswith("ref: ")), "")
    commit = next((left for left, _ in said if is_id(left)), "")
    if not branch or not commit:
        raise GitError(f"{remote} does not say which of its branches is the main one.", hint=_NO_MAIN)
    return MainLine(branch, commit)


def push(git: GitCommands, remote: str, branch: str) -> None:
    """Hand a branch to a remote, without force.

    Raises:
        GitError: The remote does not answer, or refuses.
    """
    ref = _ref(git, branch)
    options = ("--porcelain", "--set-upstream")
    reply = git.ask("push", *options, "--end-of-options", remote, f"{ref}:{ref}", as_user=True)
    if not reply.code:
        return
    refused = [line for line in reply.out.decode("utf-8", "replace").splitlines() if line.startswith("!")]
    told = one_line(" ".join([*refused, reply.err]))
    if "non-fast-forward" in told or "fetch first" in told:
        hint = f"The branch has other commits there; delete it at {remote} or choose another one with --branch."
        raise GitError(f"{remote} has another branch {branch}.", hint=hint)
    raise failure(Reply(reply.code, b"", told), "push")


def _ref(git: GitCommands, branch: str) -> str:
    if branch.startswith("-") or git.ask("check-ref-format", "--branch", branch).code:
        raise RefError(f"{branch[:80]!r} cannot be the name of a branch.", hint="Choose another one with --branch.")
    return f"refs/heads/{branch}"


def _check_branch(git: GitCommands, branch: str, ref: str, tip: str | None, start: str) -> None:
    if tip is None:
        return
    if git.run("for-each-ref", "--format=%(worktreepath)", ref).strip():
        raise GitError(f"The branch {branch} is checked out.", hint="Choose another one with --branch.")
    if not is_ancestor(git, tip, start):
        hint = f"Delete it with 'git branch -D {branch}', or choose another one with --branch."
        raise GitError(f"The branch {branch} is there already and has other commits.", hint=hint)


@contextlib.contextmanager
def _second_work_tree(git: GitCommands, start: str) -> Iterator[GitCommands]:
    folder = Path(tempfile.mkdtemp(prefix="mlgov-"))
    place = folder / "tree"
    try:
        git.run("worktree", "add", "--quiet", "--detach", str(place), start)
        yield GitCommands(place)
    finally:
        git.ask("worktree", "remove", "--force", str(place))
        shutil.rmtree(folder, ignore_errors=True)
        git.ask("worktree", "prune")


def _put(tree: GitCommands, path: str, data: bytes | None) -> None:
    """Put bytes into the index as they are, whatever filters and line-end settings say, and into the work tree."""
    if data is None:
        tree.run("update-index", "--force-remove", "--", path)
        (tree.root / path).unlink(missing_ok=True)
        return
    blob = tree.run("hash-object", "-w", "--no-filters", "--stdin", stdin=data).decode("ascii").strip()
    tree.run("update-index", "--add", "--cacheinfo", f"{REGULAR_FILE},{blob},{path}")
    tree.run("checkout-index", "--quiet", "--force", "--", path)


def _commit(tree: GitCommands, message: str, at: datetime | None) -> str:
    date = f"{int(at.timestamp())} +0000" if at else ""
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if at else {}
    reply = tree.ask("commit", "--quiet", "--file=-", stdin=message.encode(), env=dates, as_user=True)
    if reply.code:
        said = one_line(f"{reply.out.decode('utf-8', 'replace')} {reply.err}")[:_LINES_OF_A_HOOK]
        found = failure(Reply(reply.code, b"", said), "commit")
        hint = found.hint or "Nothing was committed. If a hook refused, do what it asks and run the command again."
        raise GitError(f"git refused the commit, perhaps by a hook of this repository: {said}", hint=hint)
    return tree.resolve("HEAD")

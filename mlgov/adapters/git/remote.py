"""One branch of a remote: fetched without touching any ref of ours, pushed without force."""

from mlgov.adapters.git.commands import GitCommands, Reply, failure, one_line

#: What a remote says when somebody else was faster; anything else is not mended by trying again.
_RACE_SIGNS = (
    "[rejected]",
    "cannot lock ref",
    "failed to update ref",
    "incorrect old value",
    "reference already exists",
)


class Remote:
    """A branch of a remote.

    Args:
        git: The repository.
        name: Name of the remote; None for no remote.
        branch: The branch.
    """

    def __init__(self, git: GitCommands, name: str | None, branch: str) -> None:
        self._git = git
        self.name = name
        self._ref = f"refs/heads/{branch}"

    def exists(self) -> bool:
        """Say whether the remote is configured."""
        return self.name is not None and self.name in self._git.run("remote").decode("utf-8", "replace").split()

    def fetch(self, here: str | None) -> str | None:
        """Fetch the branch.

        Args:
            here: Newest commit of our branch.

        Returns:
            The remote's newest commit; None when there is none or our branch contains it.

        Raises:
            GitError: The remote does not answer.
        """
        theirs = self._newest()
        # Reachable from our branch means complete; a commit that merely exists may be the rest of a killed fetch.
        if theirs is None or (here and is_ancestor(self._git, theirs, here)):
            return None
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", "--no-auto-maintenance")
        self._git.run("fetch", *quiet, "--no-recurse-submodules", "--end-of-options", str(self.name), self._ref)
        return theirs

    def push(self, commit: str) -> bool:
        """Set the remote's branch to ``commit`` if that only adds to it.

        Returns:
            Whether it did; not when somebody else was faster.

        Raises:
            GitError: The remote does not answer or refuses for another reason.
        """
        options = ("--porcelain", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
        reply = self._git.ask("push", *options, "--end-of-options", str(self.name), f"{commit}:{self._ref}")
        refused = [line for line in reply.out.decode("utf-8", "replace").splitlines() if line.startswith("!")]
        told = one_line(" ".join([*refused, reply.err]))
        if reply.code and not any(sign in told for sign in _RACE_SIGNS):
            raise failure(Reply(reply.code, b"", told), "push")
        return not reply.code

    def _newest(self) -> str | None:
        listed = self._git.run("ls-remote", "--end-of-options", str(self.name), self._ref).decode("utf-8", "replace")
        lines = (line.split("\t") for line in listed.splitlines())
        return next((identity for identity, ref in lines if ref == self._ref), None)


def is_ancestor(git: GitCommands, commit: str, of: str) -> bool:
    """Say whether ``commit`` is ``of`` or one of its ancestors. A commit that is not here is none."""
    return commit == of or not git.ask("merge-base", "--is-ancestor", commit, of).code

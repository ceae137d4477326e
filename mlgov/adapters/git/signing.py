"""Which key git signs with, as far as it is an SSH key."""

from pathlib import Path

from mlgov.adapters.git.commands import GitCommands, failure

_LITERAL = "key::"


def signing_key(root: Path) -> Path | str | None:
    """Read git's ``user.signingkey`` when ``gpg.format`` is ``ssh``.

    Args:
        root: Folder in which git is asked; a relative file name starts there.

    Returns:
        The file of a key; or the line of a public key, its private half in ssh-agent; None when git names neither.

    Raises:
        GitError: git could not be asked.
    """
    git = GitCommands(root)
    value = _setting(git, "user.signingkey", "--type=path")
    if not value or _setting(git, "gpg.format") != "ssh":
        return None
    if value.startswith((_LITERAL, "ssh-")):  # without key:: is git's older way of writing it
        return value.removeprefix(_LITERAL)
    return root / value


def _setting(git: GitCommands, name: str, *options: str) -> str:
    reply = git.ask("config", *options, "--get", name)
    if reply.code > 1:
        raise failure(reply, "config")
    return reply.out.decode("utf-8", "surrogateescape").removesuffix("\n")

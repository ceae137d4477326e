"""Running git: the one place that starts the program, through GitPython's command wrapper.

What holds for every command:

- Arguments are a list, written down here or ids that git gave us. No shell, no expansion. What a person may choose
  (a ref) is checked, comes after ``--end-of-options`` and is turned into a commit id first.
- ``-C ROOT`` says where. GitPython is not told: it would expand ``~`` and ``$NAME`` in the path, and go on in the
  current folder when it cannot enter the one that it was given.
- Replacement objects, grafts, hooks, file system monitors, background maintenance and prompts are off; settings that
  change what a command prints are overruled. What a hook of another repository left in the environment (GIT_DIR and
  the like) is unset.
- What a person would have done by hand, a commit or a push under their own name, runs with their hooks, signature and
  settings instead (``as_user``): an organisation may rely on them.
- Whatever goes wrong leaves as `GitError`: GitPython's and the system's exceptions end here.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from mlgov.errors import GitError, RefError

if TYPE_CHECKING:
    from subprocess import Popen

    from git.cmd import Git

_SETTINGS = (
    "core.fsmonitor=false",  # would start a program of the repository's choice
    f"core.hooksPath={os.devnull}",
    "core.warnAmbiguousRefs=true",  # resolve() relies on the warning
    "core.fsync=objects,reference",  # an acknowledged record survives a power cut
    "core.filesRefLockTimeout=2000",
    "advice.graftFileDeprecated=false",  # about the empty graft file that we name below
    "log.showSignature=false",
    "log.showRoot=true",
    "log.follow=false",
    f"diff.orderFile={os.devnull}",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.fsckObjects=true",
    "fetch.writeCommitGraph=false",
    "http.lowSpeedLimit=1000",  # a transfer below 1 kB/s for half a minute has stalled
    "http.lowSpeedTime=30",
)

_ENVIRONMENT = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}

#: The same for what runs as the user's own git. Prompts stay off: nobody sees them.
_USER_SETTINGS = ("i18n.commitEncoding=UTF-8", "i18n.logOutputEncoding=UTF-8")
_USER_ENVIRONMENT = {"GIT_TERMINAL_PROMPT": "0"}

#: Variables that point git at another repository, index or way of reading paths. A hook has some of them set.
_UNWANTED = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)

#: What git says -> what to do about it.
_HINTS = {
    "not a git repository": "Start one with 'git init', or name another folder with -C.",
    "dubious ownership": "If you trust the folder, run: git config --global --add safe.directory FOLDER",
    "safe.bareRepository": "If you trust the folder, run: git config --global safe.bareRepository all",
    "Authentication failed": "Check that git may use the remote from here.",
    "could not read Username": "Check that git may use the remote from here.",
    "Permission denied": "Check the permissions of the repository and of the remote.",
    "No space left": "Free some disk space.",
    "unknown option": "Git 2.31 or newer is needed.",
    "tell me who you are": "Tell git who you are: git config user.name NAME; git config user.email ADDRESS",
}

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answered.

    Attributes:
        code: Exit code.
        out: Standard output.
        err: Standard error on one line, without controls and without the user part of addresses.
    """

    code: int
    out: bytes
    err: str


class GitCommands:
    """Git commands in one repository. Nothing happens and GitPython is not imported before the first command.

    Args:
        root: A folder of the repository; paths in answers are relative to it where the command can do so.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def run(self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        """Run a command that must succeed and give its standard output.

        Raises:
            GitError: It failed.
        """
        reply = self.ask(*arguments, stdin=stdin, env=env)
        if reply.code:
            raise failure(reply, arguments[0])
        return reply.out

    def ask(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        as_user: bool = False,
    ) -> Reply:
        """Run a command that may fail and give what it answered.

        Args:
            arguments: The command and its arguments.
            stdin: Standard input.
            env: Variables to add.
            pass_fds: Open files that the command keeps open until it ends.
            as_user: Whether hooks, signing and all other settings are the user's own.

        Raises:
            GitError: It could not be started.
        """
        with _as_git_error(), _input(stdin) as source:
            settings, variables = (_USER_SETTINGS, _USER_ENVIRONMENT) if as_user else (_SETTINGS, _ENVIRONMENT)
            code, out, err = self._client.execute(
                self._command(arguments, settings),
                istream=source,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                shell=False,
                env=variables | dict(env or {}),
                pass_fds=tuple(pass_fds),
            )
            return Reply(code, out, one_line(err))

    @contextlib.contextmanager
    def stream(self, *arguments: str, stdin: bytes) -> Iterator[IO[bytes]]:
        """Run a command and read its standard output while it works.

        Raises:
            GitError: It could not be started, or failed after everything was read.
        """
        with _as_git_error(), _input(stdin) as source:
            command = self._command(arguments)
            process = self._client.execute(command, source, as_process=True, shell=False, env=_ENVIRONMENT)
            with cast("Popen[bytes]", process.proc) as popen:
                yield cast(IO[bytes], popen.stdout)
                if popen.wait():
                    raise failure(Reply(popen.returncode, b"", one_line(_rest(popen))), arguments[0])

    def resolve(self, ref: str) -> str:
        """Give the commit id of ``ref``.

        Raises:
            GitError: It is not written as a ref, names no commit, or names two things.
        """
        _check_ref(ref)
        reply = self.ask("rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
        found = reply.out.decode("ascii", "replace").strip()
        if reply.code and "Needed a single revision" not in reply.err:
            raise failure(reply, "rev-parse")
        if reply.code or not is_id(found):
            if ref == "HEAD":
                raise GitError(
                    "'HEAD' names no commit here: nothing is committed yet.", hint="Make the first commit with git."
                )
            hint = "Check its spelling, or fetch it; a CI checkout needs its whole history (fetch-depth: 0)."
            raise RefError(f"'{ref}' names no commit here.", hint=hint)
        if "is ambiguous" in reply.err and not is_id(ref):
            # Somebody may have pushed a tag with the name of the base branch; git would silently take the tag.
            hint = f"Write it in full, for instance refs/heads/{ref} or refs/remotes/{ref}, or delete the other one."
            raise GitError(f"'{ref}' names more than one thing here.", hint=hint)
        return found

    def _command(self, arguments: Sequence[str], settings: Sequence[str] = _SETTINGS) -> list[str]:
        chosen = [part for setting in settings for part in ("-c", setting)]
        unset = [part for name in _UNWANTED if name in os.environ for part in ("-u", name)]
        # GitPython can add variables but not take them away, so env(1) does it where there is something to take away.
        prefix = ["env", *unset] if unset else []
        return [*prefix, str(self._client.GIT_PYTHON_GIT_EXECUTABLE), "-C", str(self.root), *chosen, *arguments]

    @cached_property
    def _client(self) -> "Git":
        with _as_git_error():
            from git.cmd import Git

            return Git()


def is_id(text: str) -> bool:
    """Say whether ``text`` is a full object id."""
    return bool(_ID.fullmatch(text))


def failure(reply: Reply, task: str) -> GitError:
    """Make the error for a command that failed."""
    hint = next((hint for sign, hint in _HINTS.items() if sign in reply.err), "")
    return GitError(f"git {task}: {reply.err or f'exit code {reply.code}'}", hint=hint)


def _rest(process: "Popen[bytes]") -> str:
    return process.stderr.read().decode("utf-8", "replace") if process.stderr else ""


def _check_ref(ref: str) -> None:
    written = ref.isprintable() and not ref.startswith("-") and " " not in ref
    if not ref or not written or len(ref) > _REF_LENGTH:
        raise RefError(f"{ref[:80]!r} is not a ref.", hint="Give a branch, a tag or a commit id.")


@contextlib.contextmanager
def _input(data: bytes) -> Iterator[BinaryIO | None]:
    if not data:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield cast(BinaryIO, file)


@contextlib.contextmanager
def _as_git_error() -> Iterator[None]:
    """Turn what GitPython and the system raise into GitError."""
    try:
        yield
    except GitError:
        raise
    except ImportError:  # GitPython's answer to a missing git program
        raise GitError("The program git was not found.", hint="Install git 2.31 or newer.") from None
    except (OSError, ValueError, _gitpython_error()) as error:
        raise GitError(f"git cannot be used: {one_line(str(error))}", hint="") from error


def _gitpython_error() -> type[Exception]:
    try:
        from git.exc import GitError as GitPythonError
    except ImportError:
        return GitError
    return cast(type[Exception], GitPythonError)


def one_line(text: str) -> str:
    """Put text of others on one line, without controls and without the user part of addresses."""
    line = " ".join(text.split())
    line = re.sub(r"//[^/\s@]+@", "//", line)
    return "".join(character if character.isprintable() else "?" for character in line)[:1000]

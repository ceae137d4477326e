"""Does what a page tells its reader to do: writes the files that it shows and runs its commands.

A block ``console`` is run, line by line; what follows a command is compared, ``...`` stands for anything. A block with
a ``title`` is a file, or one that is added to when the title says ``add to``. Nothing is done with a block below a
comment ``<!-- not run: REASON -->``.

A plain call of mlgov runs in this process, because starting Python for each would take most of the time; everything
else runs in a shell.
"""

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from mlgov.cli.main import exit_code_of

#: What only a shell understands.
_SHELL = re.compile(r"&&|[|<>;`]|\$")
_BLOCK = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')
_NOT_RUN = re.compile(r"<!-- not run: .+ -->\n$")
_SAME = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page.

    Attributes:
        line: What is typed.
        output: What the page shows below; nothing is compared when it is empty.
        runs: Whether it is run here.
    """

    line: str
    output: str
    runs: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """A file that a page shows, or the end of one."""

    path: str
    text: str
    added: bool

    def write(self, folder: Path) -> None:
        """Put it below a folder."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if self.added else ""
        path.write_text(before + self.text, encoding="utf-8")


def steps(page: str) -> Iterator[Command | File]:
    """List what a page says to do, in order."""
    for block in _BLOCK.finditer(page):
        language, info, text = block.groups()
        runs = not _NOT_RUN.search(page[: block.start()])
        title = _TITLE.search(info)
        if language == "console":
            yield from (Command(line, output, runs) for line, output in _commands(text))
        elif title and runs:
            yield File(title[1].removeprefix("add to "), text, added=title[1].startswith("add to "))


def _commands(block: str) -> Iterator[tuple[str, str]]:
    assert block.startswith("$ "), f"A block begins with a command: {block}"
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        yield line, output


@dataclass
class Walk:
    """A shell in a scratch folder.

    Attributes:
        folder: Where it is.
        home: The folder of its user.
        code: Exit code of the last command.
    """

    folder: Path
    home: Path
    code: int = 0

    def follow(self, page: str) -> int:
        """Do everything that a page says and give the number of commands that ran.

        A command must succeed, unless the page asks for its exit code next.
        """
        todo = [step for step in steps(page) if isinstance(step, File) or step.runs]
        for step, after in zip(todo, [*todo[1:], None], strict=True):
            if isinstance(step, File):
                step.write(self.folder)
                continue
            got = self._run(step.line)
            asked = isinstance(after, Command) and after.line == "echo $?"
            assert asked or self.code == 0, f"$ {step.line}\n{got}exit code {self.code}"
            assert not step.output or _same(step.output, got), f"$ {step.line}\n{got}--- the page says\n{step.output}"
        return sum(isinstance(step, Command) for step in todo)

    def _run(self, line: str) -> str:
        return self._call(line) if line.startswith("mlgov ") and not _SHELL.search(line) else self._shell(line)

    def _call(self, line: str) -> str:
        told = io.StringIO()
        with (
            Path(os.devnull).open(encoding="utf-8") as nothing,
            patch.dict(os.environ, self._environment(), clear=True),
            patch("sys.stdin", nothing),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(told),
            contextlib.redirect_stderr(told),
        ):
            self.code = exit_code_of(shlex.split(line)[1:])
        return told.getvalue()

    def _shell(self, line: str) -> str:
        where = self.home / "where"
        script = f"(exit {self.code}); {line}\ncode=$?; pwd > {shlex.quote(str(where))}; exit $code"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        self.code, self.folder = done.returncode, Path(where.read_text(encoding="utf-8").strip())
        return done.stdout

    def _environment(self) -> dict[str, str]:
        """A person's machine, with mlgov and Python on the path."""
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _PERSON.items()}
        return who | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
            "GIT_CONFIG_NOSYSTEM": "1",
        }


_PERSON = {"NAME": "First Author", "EMAIL": "author@example.org"}


def _same(wanted: str, got: str) -> bool:
    return doctest.OutputChecker().check_output(wanted, got, _SAME)

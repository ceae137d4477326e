"""The command line starts fast because it imports little."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mlgov.cli.main import EXTRAS, exit_code_of

HEAVY = ("pydantic", "yaml", "ruamel", "git", "github", "numpy", "pandas", "pyarrow", "scipy", "jsonschema", "mkdocs")


def test_the_command_table_imports_nothing_heavy() -> None:
    """--help and completion pay for click and nothing else."""
    code = f"import sys, mlgov.cli.main; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_help_imports_no_command() -> None:
    """The list of commands comes from the table, not from their modules."""
    code = (
        "import sys; from mlgov.cli.main import COMMANDS, exit_code_of; exit_code_of(['--help']);"
        "print([spec.split(':')[0] for spec, _ in COMMANDS.values() if spec.split(':')[0] in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


WITHOUT_EXTRAS = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {extras!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
from mlgov.cli.main import exit_code_of
sys.exit(exit_code_of({arguments!r}))
"""


def run_without_extras(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as it runs for somebody who installed mlgov without extras."""
    code = WITHOUT_EXTRAS.format(extras=set(EXTRAS), arguments=["-C", str(folder), *arguments])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new governance repository."""
    folder = tmp_path_factory.mktemp("governance")
    assert exit_code_of(["-q", "init", str(folder)]) == 0
    return folder


@pytest.mark.parametrize(
    "arguments", [["check"], ["schema", "--check"], ["explain", "MLG-S001"], ["role", "render", "example-role"]]
)
def test_checking_needs_no_extra(repository: Path, arguments: list[str]) -> None:
    """A CI job that checks and renders installs a handful of packages, and no numpy."""
    result = run_without_extras(repository, *arguments)
    assert result.returncode == 0, result.stderr


def test_a_missing_extra_is_named(repository: Path) -> None:
    """Who builds the site without its packages is told what to install."""
    result = run_without_extras(repository, "site", "build")
    assert result.returncode == 2
    assert "pip install 'mlgov[site]'" in result.stderr


@pytest.mark.parametrize(
    ("redirections", "arguments", "code"),
    [
        (">&-", "card list", 0),
        (">&- 2>&-", "card show example-model", 0),
        ("<&-", "card refresh example-model --from json:metadata.json", 2),
        ("<&- >&- 2>&-", "check", 0),
        (">&-", "card export example-model --to json", 0),
    ],
)
def test_closed_streams_are_no_bug(repository: Path, redirections: str, arguments: str, code: int) -> None:
    """What cannot be said is not said, and who cannot be asked is not asked."""
    (repository / "metadata.json").write_text('{"spec": {"business_details": {"line_of_business": "retail"}}}')
    shell = f'"$0" -m mlgov {arguments} {redirections}'
    result = subprocess.run(["sh", "-c", shell, sys.executable], cwd=repository, capture_output=True, text=True)
    assert (result.returncode, "bug" in result.stderr) == (code, False), result.stderr


def test_ctrl_c_while_it_starts_is_silent(tmp_path: Path) -> None:
    """Also while modules are imported; here one of them takes its time."""
    (tmp_path / "click.py").write_text("import time\nprint('importing', flush=True)\ntime.sleep(30)\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    run = [sys.executable, "-m", "mlgov", "check"]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"importing\n"
        started.send_signal(signal.SIGINT)
        assert (started.wait(timeout=20), started.stderr.read() if started.stderr else b"") == (130, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="Arrow has it on Linux alone")
@pytest.mark.parametrize(("chosen", "used"), [("", "jemalloc"), ("system", "system")])
def test_arrow_is_told_which_allocator_to_use(chosen: str, used: str) -> None:
    """The one of which several threads keep least, unless somebody has chosen."""
    environment = {key: value for key, value in os.environ.items() if key != "ARROW_DEFAULT_MEMORY_POOL"}
    environment |= {"ARROW_DEFAULT_MEMORY_POOL": chosen} if chosen else {}
    code = """
import contextlib, sys
from mlgov.cli.main import run
sys.argv = ["mlgov", "--version"]
with contextlib.suppress(SystemExit):
    run()
import pyarrow
print(pyarrow.default_memory_pool().backend_name)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert (result.stdout.split()[-1], result.stderr) == (used, "")

"""The ``mlgov`` command: lazy sub-commands, global options, one table of exit codes."""

import contextlib
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from mlgov.cli.app import App
from mlgov.cli.interrupts import remembered
from mlgov.cli.lazy import LazyGroup
from mlgov.cli.plain import safe
from mlgov.errors import MlgovError

#: Command -> where it is defined and its one line of help. Modules are imported only when their command runs.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("mlgov.cli.init:init", "Start a governance repository in a folder."),
    "check": ("mlgov.cli.check:check", "Check the documents, or what a change does to them."),
    "fmt": ("mlgov.cli.fmt:fmt", "Write documents in their canonical form."),
    "explain": ("mlgov.cli.explain:explain", "Say what a rule wants and why."),
    "schema": ("mlgov.cli.schema:schema", "Write the JSON Schemas that editors use."),
    "doctor": ("mlgov.cli.doctor:doctor", "Say what weakens the proof: at the forge, in this clone, in the files."),
    "guards": ("mlgov.cli.guards:guards", "Write CODEOWNERS, rulesets, labels and issue forms."),
    "role": ("mlgov.cli.role:role", "Role specs and the IAM policies rendered from them."),
    "grant": ("mlgov.cli.grant:grant", "Access to roles for a while: ask for it, see what is in force, render it."),
    "card": ("mlgov.cli.card:card", "Model cards: write them, move them on, look at them, take them in and out."),
    "monitor": ("mlgov.cli.monitor:monitor", "Baselines, monitoring executions and comparisons."),
    "waiver": ("mlgov.cli.waiver:waiver", "Findings that do not count for a while: ask for it, see what is in force."),
    "approve": ("mlgov.cli.approve:approve", "Sign an approval of a document, or a rejection."),
    "gate": ("mlgov.cli.gate:gate", "Say whether a proposal has the approvals that it needs."),
    "capture": ("mlgov.cli.capture:capture", "Write the reviews of what was merged to the ledger."),
    "status": ("mlgov.cli.status:status", "List what every document is, beside what it says it is."),
    "verify": ("mlgov.cli.verify:verify", "Print the proof of one document, step by step."),
    "audit": ("mlgov.cli.audit:audit", "Judge every status in the whole history, offline."),
    "revalidate": ("mlgov.cli.revalidate:revalidate", "Say which documents have to be looked at again, and why."),
    "dashboard": ("mlgov.cli.dashboard:dashboard", "Print one row per model."),
    "events": ("mlgov.cli.events:events", "Tell each change of a card's status, or send it somewhere."),
    "site": ("mlgov.cli.site:site", "Build, serve or render the card site."),
}

#: Exit code when somebody pressed Ctrl-C, as shells give it: 128 and the number of SIGINT.
INTERRUPTED = 130

#: Packages that not every command needs -> the extra of mlgov that brings them.
EXTRAS = {
    **dict.fromkeys(("numpy", "pandas", "pyarrow", "scipy"), "monitors"),
    **dict.fromkeys(("jinja2", "markdown", "material", "mkdocs", "vl_convert"), "site"),
    "github": "github",
    **dict.fromkeys(("boto3", "botocore"), "aws"),
    "typst": "pdf",
}


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:  # noqa: ARG001
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a time; write it as 2026-12-31T06:00:00Z") from None
    if not 1970 <= moment.year <= 9000:
        raise click.BadParameter(f"the year {moment.year} is out of range")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "--directory", type=click.Path(path_type=Path), default=Path(), help="Run as if started here.")
@click.option("--now", callback=_moment, metavar="TIME", help="Take this as the present time (UTC).")
@click.option("--no-color", is_flag=True, help="No colours, whatever the terminal can do.")
@click.option("-q", "--quiet", is_flag=True, help="No chatter on standard error.")
@click.version_option(package_name="mlgov", prog_name="mlgov")
@click.pass_context
def main(ctx: click.Context, directory: Path, now: datetime | None, no_color: bool, quiet: bool) -> None:
    """Governance for machine learning that lives in git.

    Exit codes: 0 clean, 1 findings, 2 usage or settings, 3 environment, 4 changes pending, 5 partial success,
    70 our bug.
    """
    ctx.obj = App(directory=directory, frozen_now=now, no_color=no_color, quiet=quiet)


def run() -> None:
    """Run the command line and exit with the code of its outcome."""
    _open_streams()
    _choose_allocator()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter shows its code
    with remembered():
        code = exit_code_of(sys.argv[1:])
    if code == INTERRUPTED:
        _leave_at_once()
    sys.exit(code)


def _choose_allocator() -> None:
    """Have Arrow use the allocator of which several threads keep least. It looks once, when it is loaded."""
    if sys.platform == "linux":  # elsewhere it does not come with it
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")


def _leave_at_once() -> None:
    """End the process without Python's tidying up, which aborts when a thread of a library is still reading."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(INTERRUPTED)


def _open_streams() -> None:
    """Put the null device where a stream is closed (``>&-``): libraries ask streams things, and no file may be next."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end


def exit_code_of(arguments: list[str]) -> int:
    """Run the command line and give its exit code; what goes wrong is said on standard error."""
    try:
        outcome = _run(arguments)
    except click.ClickException as error:
        _show(error)
        return 2
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except MlgovError as error:
        _say(error)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ModuleNotFoundError as error:
        return _missing(error)
    except OSError as error:
        return _refused(error)
    except Exception:
        return _our_bug()
    return outcome if isinstance(outcome, int) else 0


def _run(arguments: list[str]) -> object:
    outcome = main.main(arguments, prog_name="mlgov", standalone_mode=False)
    if sys.stdout is not None:
        sys.stdout.flush()  # a full disk is found out here, and not when nobody can say it any more
    return outcome


def _say(error: MlgovError) -> None:
    click.echo(f"mlgov: {safe(error.message)}", err=True)
    if error.hint:
        click.echo(f"  {safe(error.hint)}", err=True)


def _show(error: click.ClickException) -> None:
    message = io.StringIO()
    error.show(message)
    click.echo(safe(message.getvalue()), err=True, nl=False)


def _missing(error: ModuleNotFoundError) -> int:
    """Say which extra brings a package that is not installed; a module of our own that is missing is our bug."""
    package = (error.name or "").split(".")[0]
    if package not in EXTRAS:
        return _our_bug()
    extra = EXTRAS[package]
    click.echo(f"mlgov: this command needs {package}, which comes with mlgov[{extra}].", err=True)
    click.echo(f"  Install it with: pip install 'mlgov[{extra}]'", err=True)
    return 2


def _refused(error: OSError) -> int:
    """The system refused something that no adapter speaks for: a full disk behind standard output, a lost terminal."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is buffered cannot be written at exit
    where = f" {error.filename}:" if error.filename else ""
    click.echo(safe(f"mlgov:{where} {error.strerror or error}."), err=True)
    return 3


def _our_bug() -> int:
    import tempfile
    import traceback

    try:
        handle, path = tempfile.mkstemp(prefix="mlgov-bug-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as report:
            traceback.print_exc(file=report)
    except OSError:
        click.echo(safe(f"mlgov: this is a bug in mlgov, not in your files.\n{traceback.format_exc()}"), err=True)
        return 70
    click.echo(f"mlgov: this is a bug in mlgov, not in your files. Please send us the report in {path}.", err=True)
    return 70

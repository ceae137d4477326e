"""``mlgov doctor``: what weakens the proof at the forge, in this clone and in generated files, and how to mend it."""

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from mlgov import wiring
from mlgov.cli.app import App
from mlgov.cli.guards import folder_in_git, stale_guards
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line
from mlgov.cli.reporters.context import LEVELS, by_level, counted
from mlgov.cli.reporters.json_report import to_json
from mlgov.cli.schema import stale_files
from mlgov.errors import ForgeError, GitError
from mlgov.findings import Finding, Location, Severity, in_order, worst
from mlgov.guards import rules
from mlgov.names import SETTINGS_FILE

if TYPE_CHECKING:
    from mlgov.guards.declared import Declared
    from mlgov.ports import Posture
    from mlgov.wiring import Services

FORMAT = "mlgov/doctor/v1"
ENVIRONMENT_FAILED = 3
_LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "note": Severity.NOTE}


@click.command()
@format_option()
@click.option("--forge/--no-forge", "ask", default=True, help="Whether the forge is asked (with GITHUB_TOKEN).")
@click.option(
    "--fail-on",
    type=click.Choice([*_LEVELS, "never"]),
    default="error",
    show_default=True,
    help="The lowest level that makes the exit code 1.",
)
@click.pass_obj
def doctor(app: App, format_: str, ask: bool, fail_on: str) -> int:
    """Say what weakens the proof of approvals: at the forge, in this clone and in the generated files.

    Without a token the forge is not asked, and the report says so. What could not be read is never taken for good.
    """
    from mlgov.guards.declared import declare

    services = app.services(push=False)
    declared = declare(services.settings, folder_in_git(app.root))
    findings = [*_clone(services), *_files(services, declared)]
    asked = list(_forge(services, declared)) if ask else []
    findings = sorted(in_order([*findings, *asked]), key=lambda finding: (-finding.severity, finding.rule.code))
    click.echo(as_json(findings) if format_ == "json" else as_text(findings), nl=False)
    if any(finding.pointer == _UNANSWERED for finding in findings):
        return ENVIRONMENT_FAILED
    level = worst(findings)
    return int(fail_on != "never" and level is not None and level >= _LEVELS[fail_on])


#: Where the finding stands that the forge did not answer.
_UNANSWERED = ("forge", "no answer")


def as_text(findings: Sequence[Finding]) -> str:
    """Write findings for people: what, why it matters, how to mend it; the worst first, those of one kind together."""
    lines: list[str] = []
    for (rule, fix), group in groupby(findings, key=lambda finding: (finding.rule, finding.fix)):
        lines += [f"{found.severity.label}: {one_line(found.message)} [{rule.code}]" for found in group]
        lines += [f"    why:  {rule.explanation}", f"    mend: {one_line(fix)}", ""]
    groups = by_level(findings)
    counts = ", ".join(counted(len(group), level.label) for level, group in groups.items())
    return "\n".join([*lines, f"{counts or 'Nothing was found that weakens the proof'}."]) + "\n"


def as_json(findings: Sequence[Finding]) -> str:
    """Write findings for programs. Keys are only ever added to a version of the format."""
    groups = by_level(findings)
    summary = {f"{level.label}s": len(groups.get(level, ())) for level in LEVELS}
    return to_json({"format": FORMAT, "summary": summary, "findings": [_values(finding) for finding in findings]})


def _values(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity.label,
        "place": finding.location.path,
        "what": finding.message,
        "why": finding.rule.explanation,
        "mend": finding.fix,
        "fingerprint": finding.fingerprint,
    }


def _clone(services: "Services") -> Iterator[Finding]:
    from mlgov.guards.local import check_surroundings

    try:
        found = wiring.surroundings(services.root, services.settings)
    except GitError as error:
        yield _not_read("git", f"The clone was not looked at: {error.message}", error.hint)
    else:
        yield from check_surroundings(found, services.settings.ledger.branch)


def _files(services: "Services", declared: "Declared") -> Iterator[Finding]:
    from mlgov.checks.schemas import FOLDER, schema_files
    from mlgov.guards.local import check_files
    from mlgov.guards.posture import check_roles

    schemas = stale_files(services.root / FOLDER, schema_files())
    yield from check_files(rules.SCHEMA_NOT_FRESH, [f"{FOLDER}/{name}" for name in schemas])
    if services.settings.forge.kind == "github":
        yield from check_files(rules.GUARD_NOT_FRESH, stale_guards(services.root, services.settings))
    yield from check_roles(declared)


def _forge(services: "Services", declared: "Declared") -> Iterator[Finding]:
    from mlgov.guards.posture import check_posture

    if services.settings.forge.kind == "none":
        yield _not_read(
            "kind", "The forge was not asked: mlgov.toml names none.", f"Set kind under [forge] in {SETTINGS_FILE}."
        )
        return
    token = os.environ.get("GITHUB_TOKEN", "")
    repository = services.settings.forge.repository or os.environ.get("GITHUB_REPOSITORY", "")
    if not token or not repository:
        what = "GITHUB_TOKEN is not set" if not token else "nobody says which repository is meant"
        hint = "Set GITHUB_TOKEN." if not token else f"Set repository under [forge] in {SETTINGS_FILE}."
        yield _not_read("token", f"The forge was not asked: {what}.", hint)
        return
    try:
        posture = _posture(services, declared, token, repository)
    except ForgeError as error:
        message = f"The settings of the forge were not read: {error.message}"
        yield rules.NOT_READ.at(
            Location(SETTINGS_FILE), message, pointer=_UNANSWERED, fix=error.hint, severity=Severity.WARNING
        )
    else:
        yield from check_posture(declared, posture)


def _posture(services: "Services", declared: "Declared", token: str, repository: str) -> "Posture":
    """Read the settings for the main branch as this clone knows it; when the forge has another one, for that."""
    forge = wiring.forge(services.settings, token, repository)
    remote = services.repository.remote(services.settings.ledger.remote) if services.repository.is_under_git() else None
    main = (remote.main if remote else "") or "main"
    posture = forge.posture([main, declared.ledger_branch])
    if posture.default_branch not in (None, main):
        return forge.posture([str(posture.default_branch), declared.ledger_branch])
    return posture


def _not_read(key: str, message: str, fix: str) -> Finding:
    return rules.NOT_READ.at(Location(SETTINGS_FILE), message, pointer=("forge", key), fix=fix)

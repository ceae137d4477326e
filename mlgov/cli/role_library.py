"""``mlgov role activities`` and ``mlgov role personas``: what roles are put together from."""

import json

import click

from mlgov.checks.tree import read_tree
from mlgov.cli.app import App
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report
from mlgov.names import Kind, folder_of
from mlgov.roles import Activity, Library, Persona, is_own
from mlgov.roles.own import ACTIVITIES, PERSONAS

Rows = list[dict[str, str | list[str]]]


@click.command()
@format_option()
@click.pass_obj
def activities(app: App, format_: str) -> int:
    """List the ML activities: those that come with mlgov, and those in roles/activities/."""
    library, paths, code = _library(app)
    rows: Rows = [
        _row(found, paths, ACTIVITIES) | {"parameters": sorted(found.parameters)}
        for _, found in sorted(library.activities.items())
    ]
    _write(rows, format_, "parameters")
    return code


@click.command()
@format_option()
@click.pass_obj
def personas(app: App, format_: str) -> int:
    """List the personas: those that come with mlgov, and those in roles/personas/."""
    library, paths, code = _library(app)
    rows: Rows = [
        _row(found, paths, PERSONAS) | {"activities": list(found.activities), "assumed_by": found.assumed_by}
        for _, found in sorted(library.personas.items())
    ]
    _write(rows, format_, "activities")
    return code


def _library(app: App) -> tuple[Library, set[str], int]:
    """Read what roles may use, and say what is wrong with the repository's own."""
    tree = read_tree(app.services(push=False).repository.work_tree([folder_of(Kind.ROLE)]))
    findings = [found for found in tree.findings if is_own(found.location.path)]
    if findings:
        click.echo(report(findings, "text", context=ReportContext(files=len(findings))), err=True, nl=False)
    return tree.library(), set(filter(is_own, tree.snapshot)), int(bool(findings))


def _row(found: Activity | Persona, paths: set[str], folder: str) -> dict[str, str | list[str]]:
    path = f"{folder}/{found.id}.yaml"
    summary = " ".join(found.summary.split())
    return {"id": found.id, "title": found.title, "summary": summary, "source": path if path in paths else "mlgov"}


def _write(rows: Rows, format_: str, last: str) -> None:
    if format_ == "json":
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(one_line(f"{row['id']:<28} {row['title']:<44} {' '.join(row[last])}".rstrip()))

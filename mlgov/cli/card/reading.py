"""``mlgov card list``, ``show``, ``history`` and ``versions``: looking at cards."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mlgov.cards import CardDocument
from mlgov.checks.tree import Governed, Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.card_text import card_text
from mlgov.cli.card.finding_cards import FOLDER, card_path, find_card, names_of
from mlgov.cli.card.tables import table
from mlgov.cli.files import write_report
from mlgov.cli.finding import tell
from mlgov.cli.options import format_option, output_option
from mlgov.cli.plain import one_line, safe
from mlgov.cli.reporters.json_report import to_json
from mlgov.errors import GitError, UsageError
from mlgov.findings import Severity, worst
from mlgov.lifecycle import ContentVersion, Revision, Step, content_digest, content_versions, revisions, steps
from mlgov.lifecycle.tombstones import Removed, read_tombstone, tombstone_path
from mlgov.names import Kind, RiskRating, Status
from mlgov.ports import Repository

UNREADABLE = "unreadable"
SHORT_ID = 10
SHORT_DIGEST = 19  # "sha256:" and twelve digits


@click.command("list")
@format_option()
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Only cards of this status.")
@click.option("--risk", type=click.Choice([risk.value for risk in RiskRating]), help="Only cards of this risk rating.")
@click.option("--owner", metavar="@OWNER", help="Only cards of this owner.")
@click.pass_obj
def list_(app: App, format_: str, status: str | None, risk: str | None, owner: str | None) -> int:
    """List the cards with status, risk, owners and the day of their next review."""
    tree = read_tree(app.services(push=False).repository.work_tree((FOLDER,)))
    wanted = {"status": status, "risk_rating": risk}
    rows = [row for row in _rows(tree) if _is_wanted(row, wanted, owner)]
    if format_ == "json":
        click.echo(to_json({"format": "mlgov/cards/v1", "cards": rows}), nl=False)
    else:
        _echo(_list_text(rows))
        if not rows:
            app.chat("No card is like that." if any((status, risk, owner)) else "There is no card: mlgov card new NAME")
    tell(app, tree.findings, len(names_of(tree.snapshot)))
    return int(worst(tree.findings) is Severity.ERROR)


@click.command()
@click.argument("name")
@click.option("--at", "ref", metavar="REF", help="The card of this commit instead of the work tree.")
@format_option("text", "json", "yaml")
@output_option
@click.pass_obj
def show(app: App, name: str, ref: str | None, format_: str, output: Path | None) -> int:
    """Show the card NAME: its sections as text, its values as JSON, or its file as it is."""
    repository = app.services(push=False).repository
    found, findings = find_card(repository, name, ref)
    if found is None:
        tell(app, findings)
        return 1
    history = history_or_nothing(repository, name, ref)
    if format_ == "yaml":
        text = found.document.data.decode()
    elif format_ == "json":
        text = to_json(_card_values(found, history, repository.resolve(ref) if ref else None))
    else:
        color = app.color() and output is None
        text = card_text(_card(found), _facts(found, history), width=terminal_width(), color=color)
    if output:
        write_report(app.directory / output, text.encode())
    else:
        # What is harmless in a document may be a command to the log of a CI run; a file gets every byte.
        click.echo(safe(text) if format_ == "yaml" else text, nl=False, color=app.color())
    return 0


@click.command()
@click.argument("name")
@format_option()
@click.pass_obj
def history(app: App, name: str, format_: str) -> None:
    """Show what each commit did to the card NAME, the newest first. Works for removed cards too."""
    repository = app.services(push=False).repository
    found = steps(_history(repository, name))
    stone = _tombstone(repository, name)
    if format_ == "json":
        values = {"format": "mlgov/card-history/v1", "card": name, "history": [*map(_step, found)]}
        click.echo(to_json(values | {"removed": stone.model_dump(mode="json") if stone else None}), nl=False)
        return
    rows = [_step_row(step) for step in found]
    _echo(table(("When", "Who", "Status", "Version", "Commit", "What"), rows, terminal_width()))
    if stone:
        click.echo(one_line(f"Removed on {stone.removed_on}: {stone.reason}"))


def _tombstone(repository: Repository, name: str) -> Removed | None:
    """Read what stays of a removed card, as it is committed."""
    grave = tombstone_path(Kind.MODEL_CARD, name)
    there = repository.snapshot("HEAD", (), (grave,))
    stone = read_tombstone(there, grave)[0] if grave in there else None
    return stone.spec if stone else None


@click.command()
@click.argument("name")
@format_option()
@click.pass_obj
def versions(app: App, name: str, format_: str) -> None:
    """List the versions of the content of the card NAME, the newest first, with the statuses each went through."""
    found = content_versions(_history(app.services(push=False).repository, name))
    if format_ == "json":
        values = [_version(version) for version in found]
        click.echo(to_json({"format": "mlgov/card-versions/v1", "card": name, "versions": values}), nl=False)
        return
    rows = [_version_row(version) for version in found]
    _echo(table(("Version", "Digest", "Since", "Commit", "Statuses"), rows, terminal_width()))


def terminal_width() -> int:
    """Give the characters of a line: those of the terminal within reason, or 100 where there is none."""
    return max(50, min(140, shutil.get_terminal_size((100, 24)).columns)) if sys.stdout.isatty() else 100


def _echo(lines: Iterator[str]) -> None:
    click.echo("".join(f"{line}\n" for line in lines), nl=False)


def _card(found: Governed) -> CardDocument:
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - the folder decides the kind
    return found.typed


def _rows(tree: Tree) -> list[dict[str, Any]]:
    rows = [_row(found) for found in tree.of(Kind.MODEL_CARD)]
    known = {row["name"] for row in rows}
    nothing = dict.fromkeys(("title", "risk_rating", "review_by"))
    broken: list[dict[str, Any]] = [
        {"name": name, **nothing, "status": UNREADABLE, "owners": [], "path": f"{FOLDER}/{name}.yaml"}
        for name in names_of(tree.snapshot)
        if name not in known
    ]
    return sorted([*rows, *broken], key=lambda row: str(row["name"]))


def _row(found: Governed) -> dict[str, Any]:
    card = _card(found)
    review_by = card.lifecycle.review_by
    return {
        "name": found.name,
        "title": card.metadata.title,
        "status": card.lifecycle.status.value,
        "risk_rating": card.risk_rating.value,
        "review_by": review_by.isoformat() if review_by else None,
        "owners": list(card.metadata.owners),
        "path": found.document.path,
    }


def _is_wanted(row: dict[str, Any], wanted: dict[str, str | None], owner: str | None) -> bool:
    fits = all(value is None or row[key] == value for key, value in wanted.items())
    handle = f"@{owner.removeprefix('@')}" if owner else None
    return fits and (handle is None or handle.casefold() in map(str.casefold, row["owners"]))


def _list_text(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    cells = [
        [
            row["name"],
            row["status"],
            row["risk_rating"] or "-",
            row["review_by"] or "-",
            ", ".join(row["owners"]) or "-",
        ]
        for row in rows
    ]
    titled = [[*line, row["title"] or ""] for line, row in zip(cells, rows, strict=True)]
    return (
        table(("Name", "Status", "Risk", "Review by", "Owners", "Title"), titled, terminal_width())
        if rows
        else iter(())
    )


def _history(repository: Repository, name: str, ref: str | None = None) -> list[Revision]:
    path = card_path(name)
    found = history_of(repository, path, ref)
    if not found:
        hint = "It may not be committed yet. 'mlgov card list' lists the cards."
        raise UsageError(f"There is no history of {path}.", hint=hint)
    return found


def history_of(repository: Repository, path: str, ref: str | None = None) -> list[Revision]:
    """List the revisions of one document on the first-parent line, oldest first.

    Raises:
        GitError: There is no commit, or this is a shallow clone.
    """
    commits = repository.history(ref or "HEAD", (path,))
    blobs = repository.blobs({change.blob for commit in commits for change in commit.changes if change.blob})
    return revisions(path, commits, blobs)


def history_or_nothing(repository: Repository, name: str, ref: str | None = None) -> list[Revision]:
    """Give the history where there is one: a card can be shown without git and in a shallow clone."""
    try:
        return _history(repository, name, ref)
    except (GitError, UsageError):
        return []


def _facts(found: Governed, history: Sequence[Revision]) -> list[tuple[str, str]]:
    digest = content_digest(found.document.value)
    return [("Version", _version_text(history, digest)), ("Digest", digest)]


def _version_text(history: Sequence[Revision], digest: str) -> str:
    if not history:
        return "not committed"
    last = history[-1]
    same = last.digest == digest
    return f"{last.version}, since {_day(_first(history).at)}" if same else f"{last.version}, and changes not committed"


def _first(history: Sequence[Revision]) -> Revision:
    return next(revision for revision in history if revision.version == history[-1].version)


def _card_values(found: Governed, history: Sequence[Revision], commit: str | None) -> dict[str, Any]:
    digest = content_digest(found.document.value)
    committed = bool(history) and history[-1].digest == digest
    return {
        "format": "mlgov/card/v1",
        "path": found.document.path,
        "commit": commit,
        "version": history[-1].version if committed else None,
        "digest": digest,
        "card": found.document.value,
    }


def _step(step: Step) -> dict[str, Any]:
    revision = step.revision
    return {
        "commit": revision.commit.id,
        "at": _moment(revision.at),
        "author": revision.commit.author,
        "email": revision.commit.email,
        "status": revision.status.value if revision.status else None,
        "version": revision.version,
        "digest": revision.digest,
        "what": list(step.deeds),
        "subject": revision.commit.subject,
    }


def _step_row(step: Step) -> list[str]:
    revision = step.revision
    status = revision.status.value if revision.status else "-"
    what = f"{'. '.join(step.deeds)}: {revision.commit.subject}"
    when = f"{revision.at:%Y-%m-%d %H:%M}"
    return [when, revision.commit.author, status, str(revision.version), revision.commit.id[:SHORT_ID], what]


def _version(version: ContentVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "digest": version.digest,
        "commit": version.first.commit.id,
        "since": _moment(version.first.at),
        "statuses": [status.value for status in version.statuses],
    }


def _version_row(version: ContentVersion) -> list[str]:
    digest = (version.digest or "cannot be read")[:SHORT_DIGEST]
    statuses = " -> ".join(status.value for status in version.statuses) or "-"
    commit = version.first.commit.id[:SHORT_ID]
    return [str(version.version), digest, _day(version.first.at), commit, statuses]


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")

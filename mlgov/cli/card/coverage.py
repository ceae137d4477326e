"""``mlgov card coverage``: how far cards answer the requirements of frameworks."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from mlgov.cards import CardDocument
from mlgov.cards.coverage import Answer, Line, Sheet, coverage
from mlgov.cards.frameworks import Framework
from mlgov.checks.tree import Tree, read_tree
from mlgov.cli.app import App
from mlgov.cli.files import write_report
from mlgov.cli.options import output_option
from mlgov.cli.plain import one_line
from mlgov.dashboard.evidence_pack import is_monitored, known_frameworks, plain_sheet
from mlgov.errors import UsageError
from mlgov.events import Emit, stepwise
from mlgov.names import FRAMEWORKS_FOLDER, Kind, Status

MARKS = {
    Answer.ANSWERED: "yes",
    Answer.CLAIMED: "claim",
    Answer.PARTLY: "part",
    Answer.OPEN: "open",
    Answer.OUTSIDE: "-",
}
FORMATS = ("text", "json", "markdown")
_HEADS = ("ID", "ANSWER", "REQUIREMENT", "FIELDS")


@click.command("coverage")
@click.argument("name", required=False)
@click.option("--framework", "chosen", multiple=True, metavar="ID", help="Only this framework; may be repeated.")
@click.option("--superseded", is_flag=True, help="Frameworks that were replaced as well.")
@click.option("--list", "list_", is_flag=True, help="List the frameworks.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="How it is told."
)
@output_option
@click.pass_obj
def show(
    app: App,
    name: str | None,
    chosen: Sequence[str],
    superseded: bool,
    list_: bool,
    format_: str,
    output: Path | None,
) -> int:
    """Hold cards against frameworks.

    With NAME, one sheet per framework: which requirement which fields answer, and what is missing. Without, a matrix of
    all cards. A filled field is no legal judgement: reviewers decide whether it answers.
    """
    services = app.services(push=False)
    today = services.clock.now().date()
    snapshot = services.repository.work_tree(("cards", "monitors", FRAMEWORKS_FOLDER))
    frameworks = _frameworks(known_frameworks(snapshot), chosen, today, superseded=superseded or list_ or bool(chosen))
    if list_:
        text = _listed(frameworks, format_)
    else:
        emit = services.events.emit
        tree = read_tree(snapshot, emit)
        text = _sheets(tree, name, frameworks, format_) if name else _matrix(tree, frameworks, format_, emit)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_report(app.directory / output, text.encode())
    return 0


def _frameworks(
    known: dict[str, Framework], chosen: Sequence[str], today: date, *, superseded: bool
) -> list[Framework]:
    for each in chosen:
        if each not in known:
            raise UsageError(f"There is no framework '{each}'.", hint=f"Known are {', '.join(known)}.")
    found = [framework for framework in known.values() if not chosen or framework.id in chosen]
    return [framework for framework in found if superseded or framework.is_current(today)]


def _sheets(tree: Tree, name: str, frameworks: Iterable[Framework], format_: str) -> str:
    cards = {found.name: found.typed for found in tree.of(Kind.MODEL_CARD)}
    if name not in cards:
        raise UsageError(f"There is no legal card '{name}'.", hint="'mlgov check' says what is wrong with a card.")
    sheets = [_sheet(tree, cards[name], framework) for framework in frameworks]
    return {"text": _sheets_text, "json": _sheets_json, "markdown": _sheets_markdown}[format_](sheets)


def _sheet(tree: Tree, card: Any, framework: Framework) -> Sheet:  # noqa: ANN401 - narrowed below
    assert isinstance(card, CardDocument)  # noqa: S101 - the kind says it
    return coverage(card, framework, is_monitored=is_monitored(tree, card.metadata.name))


def _sheets_text(sheets: Sequence[Sheet]) -> str:
    parts = []
    for sheet in sheets:
        rows = [(line.requirement.id, MARKS[line.answer], line.requirement.title, _told(line)) for line in sheet.lines]
        parts.append(f"{_headline(sheet)}\n\n" + _table(_HEADS, rows))
    return "\n".join(parts)


def _headline(sheet: Sheet) -> str:
    framework = sheet.framework
    replaced = f" (superseded on {framework.superseded} by {framework.successor})" if framework.superseded else ""
    return f"{sheet.card}, {framework.title}{replaced}: {sheet.answered} of {sheet.answerable} answered"


def _told(line: Line) -> str:
    if line.answer is Answer.OUTSIDE:
        return line.requirement.outside or ""
    if line.answer is Answer.CLAIMED:
        return one_line(line.statement)[:100]
    return f"missing: {', '.join(line.missing)}" if line.missing else ", ".join(line.filled)


def _sheets_json(sheets: Sequence[Sheet]) -> str:
    return json.dumps([plain_sheet(sheet) for sheet in sheets], indent=2, ensure_ascii=False) + "\n"


def _sheets_markdown(sheets: Sequence[Sheet]) -> str:
    parts = []
    for sheet in sheets:
        rows = [
            f"| {line.requirement.id} | {MARKS[line.answer]} | {line.requirement.title} | {_cell(_told(line))} |"
            for line in sheet.lines
        ]
        head = ["| Id | Answer | Requirement | Fields |", "|---|---|---|---|"]
        parts.append("\n".join([f"## {_headline(sheet)}", "", f"<{sheet.framework.link}>", "", *head, *rows, ""]))
    return "\n".join(parts)


def _cell(text: str) -> str:
    """Keep a claim from being more than text in a table."""
    escaped = "".join(f"\\{letter}" if letter in "\\`*_[]<>|#!" else letter for letter in text)
    return escaped.replace("&", "&amp;")


def _matrix(tree: Tree, frameworks: Sequence[Framework], format_: str, emit: Emit) -> str:
    cards = [found.typed for found in tree.of(Kind.MODEL_CARD) if found.typed.lifecycle.status is not Status.ARCHIVED]
    sheets = [
        [_sheet(tree, card, framework) for framework in frameworks] for card in stepwise(cards, "Comparing", emit)
    ]
    if format_ == "json":
        return _sheets_json([sheet for row in sheets for sheet in row])
    heads = ("CARD", *(framework.id.upper() for framework in frameworks))
    rows = [(row[0].card, *(f"{sheet.answered}/{sheet.answerable}" for sheet in row)) for row in sheets if row]
    return _markdown(heads, rows) if format_ == "markdown" else _table(heads, rows)


def _listed(frameworks: Sequence[Framework], format_: str) -> str:
    if format_ == "json":
        plain = [framework.model_dump(mode="json", exclude_none=True) for framework in frameworks]
        return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
    heads = ("ID", "VERSION", "EFFECTIVE", "SUPERSEDED", "REQUIREMENTS", "TITLE")
    rows = [
        (f.id, f.version, str(f.effective), str(f.superseded or "-"), str(len(f.requirements)), f.title)
        for f in frameworks
    ]
    return _markdown(heads, rows) if format_ == "markdown" else _table(heads, rows)


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [" | ".join(row) for row in (heads, ["---"] * len(heads), *rows)]
    return "".join(f"| {line} |\n" for line in lines)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *rows)]
    return "".join(f"{line.rstrip()}\n" for line in lines)

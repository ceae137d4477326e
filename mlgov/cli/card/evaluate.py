"""``mlgov card evaluate``: attach a report to a card, or print what the card's own criteria say."""

import difflib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from mlgov.cards import CardDocument, Outcome, Verdict, all_met, verdicts
from mlgov.cards.criteria import written
from mlgov.cards.evaluation import AUTO, DEFAULT_POINTS, FORMATS, MAX_BYTES, Report, read_report
from mlgov.cards.evaluation.attach import FOLDER, Attachment, Wish, attach, evidence_path
from mlgov.checks.edits import judge_status
from mlgov.checks.tree import Governed, read_tree
from mlgov.cli.app import App
from mlgov.cli.card.deeds import Result, tell_deed
from mlgov.cli.card.finding_cards import DROP_COMMENTS, drop_comments_option, tell
from mlgov.cli.files import one_at_a_time, replace_file, write_file, write_report
from mlgov.cli.plain import one_line, safe
from mlgov.cli.reporters import ReportContext
from mlgov.cli.reporters import render as report_findings
from mlgov.documents.losses import check_comments
from mlgov.errors import ImportFormatError, OutsideError, UsageError
from mlgov.findings import Finding
from mlgov.lifecycle.rules import CHANGED_WHILE_APPROVED
from mlgov.names import Kind, folder_of, is_name, path_of
from mlgov.ports import REGULAR_FILE, File, Repository, Snapshot

SHOWN_NOTES = 20


@click.command()
@click.argument("name")
@click.argument("report", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from", "source", type=click.Choice([AUTO, *FORMATS]), default=AUTO, show_default=True, help="Format of REPORT."
)
@click.option("--as", "evaluation", metavar="EVALUATION", help="Name of the evaluation in the card.")
@click.option("--dataset", "datasets", multiple=True, metavar="TEXT", help="Data it was evaluated on; may be repeated.")
@click.option(
    "--points", type=click.IntRange(2, 1000), default=DEFAULT_POINTS, show_default=True, help="Most points of a curve."
)
@click.option("--replace", is_flag=True, help="Put the report in the place of an evaluation of that name.")
@drop_comments_option
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json", "markdown"]), help="How it is told.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH", help="Write verdicts to a file.")
@click.pass_obj
@one_at_a_time
def evaluate(
    app: App,
    name: str,
    report: Path | None,
    source: str,
    evaluation: str | None,
    datasets: Sequence[str],
    points: int,
    replace: bool,
    drop_comments: bool,
    dry_run: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Attach an evaluation report to the card NAME, or judge the card by its acceptance criteria.

    With REPORT: its results go into the card, and the file goes to evidence/NAME/ and is cited by its digest. Both are
    written, or none. -f json tells what was done.

    Without REPORT: print a verdict for each criterion; the exit code is 1 unless all of them are met. A card without
    criteria misses none: the exit code is 0, and that is said.
    """
    if report is None:
        _refuse_report_options(evaluation, datasets, replace, dry_run)
        return _judge(app, name, format_ or "text", output)
    if format_ == "markdown" or output:
        raise UsageError("-f markdown and -o are for verdicts.", hint="The format of a report is given by --from.")
    repository = app.services(push=False).repository
    snapshot = repository.work_tree([folder_of(Kind.MODEL_CARD), FOLDER])
    found = _card(snapshot, name)
    if found is None:
        return 1
    data = _read(app.directory / report, str(report))
    said = read_report(data, str(report), source, points=points)
    evidence = File(_place(app, name, report), REGULAR_FILE, data)
    wish = Wish(evaluation, tuple(datasets), replace)
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - the folder decides the kind
    plan = attach(found.document, found.typed, said, evidence, wish, snapshot)
    agreed = drop_comments or dry_run
    check_comments(found.document.data, plan.card.data, plan.card.path, way=DROP_COMMENTS, agreed=agreed)
    if _refused(app, name, list(judge_status(repository, plan.card.path, found.document.data, plan.card.data))):
        return 1
    if not dry_run:
        _write(app.root, plan, found.document.data, repository)
    if format_ == "json":
        _tell_values(name, plan, said, found.document.data, dry_run=dry_run)
        return 0
    if dry_run:
        click.echo(safe(_difference(plan, found.document.data)), nl=False)
    _tell(app, plan, said, dry_run=dry_run)
    return 0


def _refused(app: App, name: str, findings: list[Finding]) -> bool:
    """Say what the status of a card does not allow, and what to do first."""
    if findings:
        tell(app, findings)
        if any(each.rule is CHANGED_WHILE_APPROVED for each in findings):
            app.chat(f"First: mlgov card edit {name} --set lifecycle.status=pending_review")
        app.chat("Nothing was written.")
    return bool(findings)


def _refuse_report_options(*given: object) -> None:
    if any(given):
        raise UsageError("There is no REPORT to attach.", hint="Name the file: mlgov card evaluate NAME REPORT.")


def _card(snapshot: Snapshot, name: str) -> Governed | None:
    """Give the card, or None after its findings were printed.

    Raises:
        UsageError: There is no such card.
    """
    path = path_of(Kind.MODEL_CARD, name)
    if not is_name(name) or path not in snapshot:
        known = [each.split("/")[-1].removesuffix(".yaml") for each in snapshot]
        close = difflib.get_close_matches(name, known, n=1)
        raise UsageError(f"There is no card '{name}'.", hint=f"Did you mean '{close[0]}'?" if close else "")
    tree = read_tree({path: snapshot[path]})
    if path not in tree.governed:
        click.echo(report_findings(tree.findings, "text", context=ReportContext(files=1)), err=True, nl=False)
    return tree.governed.get(path)


def _read(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(f"{name} is no file.", hint="Name the report to attach.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise OutsideError(f"{name} could not be read: {error.strerror}.") from None
    if len(data) > MAX_BYTES:
        hint = "Cite a smaller report: results, not rows."
        raise ImportFormatError(f"{name} has more than {MAX_BYTES:,} bytes.", hint=hint)
    return data


def _place(app: App, name: str, report: Path) -> str:
    """Say where the evidence lies: where it is when that is under evidence/ already."""
    there, root = (app.directory / report).resolve(), app.root.resolve()
    if there.is_relative_to(root / FOLDER):
        return there.relative_to(root).as_posix()
    return evidence_path(name, report.name)


def _difference(plan: Attachment, before: bytes) -> str:
    old, new = (data.decode().splitlines(keepends=True) for data in (before, plan.card.data))
    return "".join(difflib.unified_diff(old, new, f"a/{plan.card.path}", f"b/{plan.card.path}"))


def _tell_values(name: str, plan: Attachment, report: Report, before: bytes, *, dry_run: bool) -> None:
    files = {plan.card.path: "change"} if plan.card.data != before else {}
    if plan.is_new_evidence:
        files[plan.evidence.path] = "add"
    more: dict[str, Any] = {
        "evaluation": plan.evaluation,
        "replaced": plan.is_replaced,
        "evidence": plan.evidence.path,
        "read_as": list(report.formats),
        "notes": [*report.notes, *plan.notes],
        "difference": _difference(plan, before),
    }
    result = Result.PLANNED if dry_run else Result.DONE if files else Result.UNCHANGED
    tell_deed("evaluate", name, result, files=files, **more)


def _write(root: Path, plan: Attachment, before: bytes, repository: Repository) -> None:
    """Write the evidence and then the card; when one of them cannot be, the evidence is as it was."""
    card, evidence = root / plan.card.path, root / plan.evidence.path
    old = evidence.read_bytes() if evidence.exists() else None
    if plan.is_new_evidence:
        write_file(evidence, plan.evidence.data)
    try:
        if plan.evidence.path not in repository.work_tree([], [plan.evidence.path]):
            hint = "Take it out of .gitignore: evidence is committed with the card."
            raise UsageError(f"git ignores {plan.evidence.path}.", hint=hint)
        replace_file(card, before, plan.card.data)
    except BaseException:
        if plan.is_new_evidence:
            _take_back(evidence, old)
        raise


def _take_back(evidence: Path, old: bytes | None) -> None:
    if old is not None:
        write_file(evidence, old)
        return
    evidence.unlink(missing_ok=True)
    with suppress(OSError):
        evidence.parent.rmdir()  # only when it is empty


def _tell(app: App, plan: Attachment, report: Report, *, dry_run: bool) -> None:
    notes = (*report.notes, *plan.notes)
    for note in notes[:SHOWN_NOTES]:
        app.chat(one_line(f"note: {note}"))
    if len(notes) > SHOWN_NOTES:
        app.chat(f"note: and {len(notes) - SHOWN_NOTES:,} more.")
    would = "would be " if dry_run else ""
    deed = "replaced" if plan.is_replaced else "added"
    read_as = " and ".join(report.formats)
    said = f"{plan.card.path}: evaluation '{plan.evaluation}' {would}{deed}, {_size(report)} (read as {read_as})"
    evidence = f"{plan.evidence.path}: {would}{'written' if plan.is_new_evidence else 'cited as it is'}"
    for line in (said, evidence):
        click.echo(one_line(line), err=dry_run)  # a dry run prints the difference, and this beside it


def _size(report: Report) -> str:
    groups = report.metric_groups
    count = sum(
        len(each) for group in groups if isinstance(group, dict) and isinstance(each := group["metric_data"], list)
    )
    return f"{len(groups)} metric groups, {count} metrics"


def _judge(app: App, name: str, format_: str, output: Path | None) -> int:
    repository = app.services(push=False).repository
    path = path_of(Kind.MODEL_CARD, name) if is_name(name) else None
    snapshot = repository.work_tree([], [path]) if path else {}
    if path not in snapshot:
        snapshot = repository.work_tree([folder_of(Kind.MODEL_CARD)])  # for a name that is close
    found = _card(snapshot, name)
    if found is None:
        return 1
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - the folder decides the kind
    judged = verdicts(found.typed)
    text = _RENDERERS[format_](found.typed, judged)
    if output:
        write_report(app.directory / output, text.encode())
    else:
        click.echo(text, nl=False)
    if not judged:
        app.chat(f"{path} has no acceptance criteria; add them below spec.acceptance_criteria.")
    return int(not all_met(judged))


def _as_text(card: CardDocument, judged: Sequence[Verdict]) -> str:  # noqa: ARG001 - one shape for all renderers
    width = max((len(_WORDS[verdict.outcome]) for verdict in judged), default=0)
    lines = [f"{_WORDS[each.outcome]:<{width}}  {each.criterion.name}: {each.sentence}" for each in judged]
    return "".join(f"{one_line(line)}\n" for line in lines)


def _as_json(card: CardDocument, judged: Sequence[Verdict]) -> str:
    counts = {outcome.value: sum(each.outcome is outcome for each in judged) for outcome in Outcome}
    value = {
        "card": card.metadata.name,
        "status": card.lifecycle.status.value,
        "all_met": all_met(judged),
        "counts": counts,
        "verdicts": [_row(each) for each in judged],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _row(verdict: Verdict) -> dict[str, str | float | None]:
    criterion = verdict.criterion
    return {
        "criterion": criterion.name,
        "outcome": verdict.outcome.value,
        "evaluation": criterion.evaluation,
        "metric_group": verdict.metric_group or criterion.metric_group,
        "metric": criterion.metric,
        "condition": criterion.condition,
        "threshold": criterion.threshold,
        "value": verdict.value,
        "sentence": verdict.sentence,
    }


def _as_markdown(card: CardDocument, judged: Sequence[Verdict]) -> str:
    name = card.metadata.name
    head = [f"## Acceptance criteria of {name}" + (f" ({_cell(card.title)})" if card.title != name else ""), ""]
    if not judged:
        return "\n".join([*head, "None.", ""])
    rows = ["| Verdict | Criterion | Asked | Value | Why |", "|---|---|---|---|---|"]
    for each in judged:
        criterion = each.criterion
        asked = f"{criterion.metric} {criterion.condition.replace('_', ' ')} {written(criterion.threshold)}"
        value = "" if each.value is None else written(each.value)
        cells = (_WORDS[each.outcome], criterion.name, asked, value, each.sentence)
        rows.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join([*head, *rows, ""])


def _cell(text: str) -> str:
    """Text of a document in Markdown: marks that mean something are escaped, and it stays on one line."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>~&@" else c for c in one_line(text))


_WORDS = {Outcome.MET: "met", Outcome.NOT_MET: "not met", Outcome.CANNOT_TELL: "cannot tell"}
_RENDERERS: dict[str, Callable[[CardDocument, Sequence[Verdict]], str]] = {
    "text": _as_text,
    "json": _as_json,
    "markdown": _as_markdown,
}

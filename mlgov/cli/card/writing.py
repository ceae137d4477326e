"""``mlgov card new``, ``clone`` and ``edit``: cards are written and changed with their comments kept."""

from collections.abc import Sequence
from dataclasses import replace

import click

from mlgov.cards.draft import is_owner
from mlgov.cards.templates import Template, built_in, fill, without
from mlgov.checks.edits import committed_files, judge_edit
from mlgov.checks.layout import format_document
from mlgov.checks.schemas import modeline
from mlgov.checks.templates import check_template, template_at
from mlgov.cli.app import App
from mlgov.cli.card.finding_cards import DROP_COMMENTS, drop_comments_option, find_card
from mlgov.cli.card.paths import (
    SHOWN,
    check_visible,
    check_words,
    metric_change,
    read_value,
    resolve_path,
    split_assignment,
)
from mlgov.cli.deeds import Result, tell_deed
from mlgov.cli.files import create_file, one_at_a_time, replace_file
from mlgov.cli.finding import tell
from mlgov.cli.fmt import changed_lines
from mlgov.cli.options import format_option
from mlgov.cli.plain import one_line, safe, shortened
from mlgov.documents import Change, Document, Removal, Value, edit, load
from mlgov.documents.editor import written
from mlgov.documents.losses import check_comments
from mlgov.errors import UsageError
from mlgov.findings import Finding
from mlgov.lifecycle import rules
from mlgov.lifecycle.tombstones import tombstone_path
from mlgov.names import TEMPLATES_FOLDER, Kind, RiskRating, Status, is_name, path_of
from mlgov.wiring import Services

DEFAULT = "minimal"
RISKS = [rating.value for rating in RiskRating if rating is not RiskRating.UNKNOWN]
#: What tells one model from another: a clone has none of it.
IDENTITY = (
    ("lifecycle", "review_by"),
    ("metadata", "title"),
    ("spec", "model_overview", "model_id"),
    ("spec", "model_overview", "model_name"),
    ("spec", "model_package_details"),
    ("spec", "imported"),
)


@click.command()
@click.argument("name", required=False)
@click.option("--template", default=DEFAULT, show_default=True, help="What to begin with.")
@click.option("--from", "source", metavar="SOURCE", help="Fill it from MLflow, SageMaker or a file; see refresh.")
@click.option("--list-templates", is_flag=True, help="List the templates and write nothing.")
@click.option("--title", help="The name for people.")
@click.option("--owner", "owners", multiple=True, metavar="@TEAM", help="Who answers for the card; may be repeated.")
@click.option("--risk", type=click.Choice(RISKS), help="How much harm a wrong answer can do.")
@click.pass_obj
def new(
    app: App,
    name: str | None,
    template: str,
    source: str | None,
    list_templates: bool,
    title: str | None,
    owners: Sequence[str],
    risk: str | None,
) -> int:
    """Write cards/NAME.yaml: a draft to fill in.

    Templates of the repository are the files templates/cards/TEMPLATE.yaml: card documents whose comments are kept.
    They win over built-in ones of the same name.
    """
    services = app.services(push=False)
    known = templates(services)
    if list_templates:
        for each in known.values():
            click.echo(one_line(f"{each.name:<20} {each.summary}".rstrip()))
        return 0
    if name is None:
        raise UsageError("Name the card: mlgov card new NAME.", hint="--list-templates lists what to begin with.")
    if template not in known:
        raise UsageError(f"There is no template {template!r}.", hint=f"Known are {', '.join(known)}.")
    path = free_path(services, name)
    check_metadata(title, owners)
    if findings := check_template(known[template]):
        tell(app, findings)
        return 1
    data = fill(
        known[template],
        name,
        modeline=modeline(Kind.MODEL_CARD),
        title=title,
        owners=owners,
        risk_rating=RiskRating(risk) if risk else None,
    )
    if source:
        from mlgov.cli.card.refresh import filled  # it needs this module

        data = filled(app, services, data, path, source)
    return _create(app, services, path, data)


@click.command()
@click.argument("name")
@click.argument("new_name", metavar="NEW")
@click.option("--title", help="The name for people of the new card.")
@click.option("--with-evaluations", is_flag=True, help="Keep the evaluations and the evidence that they cite.")
@click.pass_obj
def clone(app: App, name: str, new_name: str, title: str | None, with_evaluations: bool) -> int:
    """Copy the card NAME to a new draft NEW, comments and all.

    What belongs to the one model alone is left out: title, model id, model name, model package, review date; and its
    evaluations, and the evidence that its claims cite, unless --with-evaluations is given.
    """
    services = app.services(push=False)
    found, findings = find_card(services.repository, name)
    path = free_path(services, new_name)
    if found is None:
        tell(app, findings)
        return 1
    check_metadata(title)
    data = cloned(found.document, new_name, title, with_evaluations=with_evaluations)
    code = _create(app, services, path, data)
    if not code and not with_evaluations:
        app.chat("Evaluations and evidence were left behind: they judge the other model.")
    return code


@click.command("edit")
@click.argument("name")
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Put VALUE at PATH; may be repeated.")
@click.option("--unset", "unsets", multiple=True, metavar="PATH", help="Take away what is at PATH; may be repeated.")
@click.option(
    "--add-metric",
    "metrics",
    multiple=True,
    metavar="EVALUATION/GROUP/METRIC=NUMBER",
    help="Add a number to an evaluation, or change it; may be repeated.",
)
@drop_comments_option
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@format_option()
@click.pass_obj
@one_at_a_time
def edit_(
    app: App,
    name: str,
    settings: Sequence[str],
    unsets: Sequence[str],
    metrics: Sequence[str],
    drop_comments: bool,
    dry_run: bool,
    format_: str,
) -> int:
    """Change values of the card NAME; comments, order and everything else in the file stay.

    PATH is made of keys with dots: spec.intended_uses.risk_rating, spec.claims[0].statement,
    spec.evaluation_details[name=holdout].evaluation_observation; [+] adds an item to a list. VALUE is read as YAML
    reads a word: 0.9 is a number, null is nothing, and '["a", "b"]' is a list.

    A change that the card's checks refuse is not written, nor one that takes comments away, unless that is agreed to.
    """
    if not (settings or unsets or metrics):
        raise UsageError("Say what to change: --set, --unset or --add-metric.")
    services = app.services(push=False)
    found, findings = find_card(services.repository, name)
    if found is None:
        tell(app, findings)
        return 1
    path, before = found.document.path, found.document.data
    after = _edited(app, found.document, settings, unsets, metrics)
    if after == before:
        app.chat("Nothing to change.")
        if format_ == "json":
            tell_deed("edit", name, Result.UNCHANGED)
        return 0
    check_comments(before, after, path, way=DROP_COMMENTS, agreed=drop_comments or dry_run)
    if findings := judged(services, found.document, after):
        tell(app, [_for_a_shell(finding) for finding in findings])
        app.chat("Nothing was written.")
        return 1
    difference = "".join(changed_lines(before, after, path))
    if not dry_run:
        replace_file(app.root / path, before, after)
    if format_ == "json":
        result = Result.PLANNED if dry_run else Result.DONE
        tell_deed("edit", name, result, files={path: "change"}, difference=difference)
    else:
        click.echo(safe(difference) if dry_run else path, nl=not dry_run)
    return 0


def templates(services: Services) -> dict[str, Template]:
    """Give all templates by name; those of the repository win."""
    found = built_in()
    own = map(template_at, services.repository.work_tree((TEMPLATES_FOLDER,)).values())
    return found | {template.name: template for template in own if template}


def check_metadata(title: str | None, owners: Sequence[str] = ()) -> None:
    """Refuse options that a card cannot hold. Raises UsageError, which names the option."""
    check_visible(title or "", "--title")
    for owner in owners:
        if not is_owner(owner):
            hint = "Write a handle of the forge, such as --owner @model-owners."
            raise UsageError(f"--owner {shortened(owner, SHOWN)!r} is no handle.", hint=hint)


def free_path(services: Services, name: str) -> str:
    """Give the path for a new card.

    Raises:
        UsageError: The name is not a legal one, or it is taken.
    """
    if not is_name(name):
        raise UsageError(
            f"{name!r} cannot be the name of a card.", hint=f"{rules.BAD_NAME.summary} {rules.BAD_NAME.fix}"
        )
    path, stone = path_of(Kind.MODEL_CARD, name), tombstone_path(Kind.MODEL_CARD, name)
    if (services.root / path).exists() or (services.root / path).is_symlink():
        hint = f"Choose another name, or change the card with 'mlgov card edit {name}'."
        raise UsageError(f"{path} is there already.", hint=hint)
    if (services.root / stone).exists() or stone in (committed_files(services.repository, stone) or ()):
        raise UsageError(f"There was a card {name}, and its name is not used again.", hint="Choose another name.")
    return path


def cloned(original: Document, name: str, title: str | None, *, with_evaluations: bool) -> bytes:
    """Copy a card: a draft of another name, without what belongs to the one model alone."""
    changes: list[Change | Removal] = [
        Change(("metadata", "name"), name),
        Change(("lifecycle", "status"), Status.DRAFT.value),
    ]
    gone: list[tuple[str | int, ...]] = [pointer for pointer in IDENTITY if pointer[-1] != "title" or not title]
    if title:
        changes.append(Change(("metadata", "title"), title))
    if not with_evaluations:
        claims = original.value["spec"].get("claims") or []
        gone += [("spec", "claims", index, "evidence") for index in range(len(claims))]
        gone.append(("spec", "evaluation_details"))
    return edit(original.data, [*changes, *without(original.data, gone)], original.path)


def _create(app: App, services: Services, path: str, data: bytes) -> int:
    """Write a new card that the checks accept, and say what comes next."""
    if findings := _judged(services, path, None, data):
        tell(app, findings)
        app.chat("Nothing was written.")
        return 1
    create_file(app.root / path, data)
    click.echo(path)
    name = path.rpartition("/")[2].removesuffix(".yaml")
    app.chat(f"Fill it in; 'mlgov card todo {name}' says what is missing for review.")
    return 0


def _edited(
    app: App, document: Document, settings: Sequence[str], unsets: Sequence[str], metrics: Sequence[str]
) -> bytes:
    """Apply the edits in order: values, removals, metrics. A card in canonical form stays in it."""
    data, path = document.data, document.path
    for text in settings:
        at, value = split_assignment(text)
        wanted = read_value(value)
        check_words(wanted, text)
        data = edit(data, [Change(resolve_path(at, _value(data, path)), wanted)], path)
    for text in unsets:
        data = edit(data, [Removal(resolve_path(text, _value(data, path), reading=True))], path)
    for text in metrics:
        change, said = metric_change(text, _value(data, path))
        data = edit(data, [change], path)
        app.chat(f"{text}: {said}.")
    was_canonical = format_document(document.data, path, Kind.MODEL_CARD) == document.data
    return format_document(data, path, Kind.MODEL_CARD) if was_canonical and data != document.data else data


def _value(data: bytes, path: str) -> dict[str, Value]:
    document, _ = load(data, path)
    assert document is not None  # noqa: S101 - an edit gives only what the front door lets in
    return document.value


def _for_a_shell(finding: Finding) -> Finding:
    """Say how quotes get into a value that is typed at a shell, which keeps outer quotes for itself."""
    if not finding.fix.startswith("Put the value in quotes"):
        return finding
    path = written(finding.pointer)
    return replace(finding, fix=f"Put it in quotes that the shell hands on: --set '{path}=\"TEXT\"'.")


def judged(services: Services, before: Document, after: bytes) -> list[Finding]:
    """Find what an edit breaks: errors that the card did not have, and what its status does not allow."""
    return _judged(services, before.path, before.data, after)


def _judged(services: Services, path: str, before: bytes | None, after: bytes) -> list[Finding]:
    return judge_edit(services.repository, services.settings, services.clock.now().date(), path, before, after)

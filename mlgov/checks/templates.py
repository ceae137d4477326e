"""The organisation's card templates: ``templates/cards/<name>.yaml``, each of which has to become a draft."""

from collections.abc import Iterator

from mlgov.cards import CardDocument, check_card
from mlgov.cards.templates import Template, fill
from mlgov.checks.kinds import kind_of
from mlgov.checks.schemas import modeline
from mlgov.checks.tree import ENDINGS
from mlgov.documents import load
from mlgov.errors import UsageError
from mlgov.findings import Finding, Location, Severity
from mlgov.lifecycle import rules, validate
from mlgov.names import TEMPLATES_FOLDER, Kind, path_of
from mlgov.ports import REGULAR_FILE, File, Snapshot

#: A card is made of each template under this name, to see whether it can be.
_EXAMPLE = "example"


def check_templates(snapshot: Snapshot) -> Iterator[Finding]:
    """Find the templates that could not become a legal draft, and YAML that is no template because of its place.

    Args:
        snapshot: All governed files and the templates.
    """
    for path in sorted(path for path in snapshot if path.startswith(f"{TEMPLATES_FOLDER}/") and path.endswith(ENDINGS)):
        template = template_at(snapshot[path])
        if template:
            yield from check_template(template) or _broken_rules(template, snapshot)
        else:
            message = f"{TEMPLATES_FOLDER}/ holds templates as plain files {TEMPLATES_FOLDER}/<name>.yaml only."
            yield rules.WRONG_PLACE.at(Location(path), message, fix="Move or rename the file.")


def template_at(file: File) -> Template | None:
    """Give the template that a file is; None when it lies elsewhere or is no plain YAML file."""
    stem = file.path.removeprefix(f"{TEMPLATES_FOLDER}/").removesuffix(".yaml")
    is_one = file.mode == REGULAR_FILE and stem and "/" not in stem and file.path == f"{TEMPLATES_FOLDER}/{stem}.yaml"
    return Template(stem, file.path, file.data) if is_one else None


def check_template(template: Template) -> list[Finding]:
    """Find what keeps a template from being a card, at its place in the template; and from being filled."""
    document, findings = load(template.data, template.path)
    if document is None:
        return findings
    findings = kind_of(document, Kind.MODEL_CARD)[1] or validate(document, CardDocument)[1]
    return findings or list(_unfillable(template))


def _broken_rules(template: Template, snapshot: Snapshot) -> Iterator[Finding]:
    document = load(template.data, template.path)[0]
    card = validate(document, CardDocument)[0] if document else None
    if document and card:
        yield from (found for found in check_card(document, card, snapshot) if found.severity is Severity.ERROR)


def _unfillable(template: Template) -> Iterator[Finding]:
    """Find what is wrong with the draft although the template itself is fine."""
    path = path_of(Kind.MODEL_CARD, _EXAMPLE)
    try:
        data = fill(template, _EXAMPLE, modeline=modeline(Kind.MODEL_CARD))
    except UsageError as error:
        message = f"No card can be made of it: {error.message}"
        yield rules.SCHEMA.at(Location(template.path), message, fix=error.hint)
        return
    draft, findings = load(data, path)
    for finding in findings if draft is None else validate(draft, CardDocument)[1]:
        yield finding.rule.at(Location(template.path), f"The card made of it: {finding.message}", fix=finding.fix)

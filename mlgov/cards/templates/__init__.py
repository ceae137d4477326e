"""Card templates: documents to begin with. Built-in ones, and what an organisation keeps in ``templates/cards/``."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from mlgov.cards.templates.full import full_template
from mlgov.documents import Change, Removal, Value, edit, find, load
from mlgov.documents.nodes import Comment
from mlgov.documents.source import parse
from mlgov.names import RiskRating, Status

#: A comment on top that begins so says what a template is for; it does not go into cards.
SUMMARY_SIGN = "# template:"
_FILES = ("minimal", "classification", "regression", "generative-ai")


@dataclass(frozen=True, slots=True)
class Template:
    """A card to begin with.

    Attributes:
        name: What people choose it by.
        path: Where it comes from, for messages.
        data: The document, comments and all.
    """

    name: str
    path: str
    data: bytes

    @property
    def summary(self) -> str:
        """What it is for: the comment on top that begins with ``# template:``; empty when there is none."""
        found = _summary(parse(self.data.decode()).header)
        return found.text.removeprefix(SUMMARY_SIGN).strip() if found else ""


def built_in() -> dict[str, Template]:
    """Give the templates that come with mlgov, by name."""
    folder = files("mlgov.cards.templates")
    shipped = [Template(name, f"{name}.yaml", folder.joinpath(f"{name}.yaml").read_bytes()) for name in _FILES]
    full = Template("full", "full.yaml", full_template())
    return {template.name: template for template in (*shipped[:1], full, *shipped[1:])}


def fill(
    template: Template,
    name: str,
    *,
    modeline: str,
    title: str | None = None,
    owners: Sequence[str] = (),
    risk_rating: RiskRating | None = None,
) -> bytes:
    """Make a draft card of a template; its comments stay.

    Args:
        template: A template that the front door and the schema accept.
        name: Name of the card.
        modeline: The comment by which editors find the schema from ``cards/``.
        title: The name for people; the template's own when None.
        owners: Who answers for the card; the template's own when empty.
        risk_rating: The risk; the template's own when None.
    """
    changes: list[Change | Removal] = [
        Change(("metadata", "name"), name),
        Change(("lifecycle", "status"), Status.DRAFT.value),
    ]
    if title:
        changes.append(Change(("metadata", "title"), title))
    if owners:
        changes.append(Change(("metadata", "owners"), list(owners)))
    if risk_rating:
        changes.append(Change(("spec", "intended_uses", "risk_rating"), risk_rating.value))
    changes += without(template.data, [("lifecycle", "review_by")])
    return edit(_with_modeline(template.data, modeline), changes, template.path)


def without(data: bytes, pointers: Sequence[tuple[str | int, ...]]) -> list[Removal]:
    """Give removals of those ``pointers`` at which a document has something."""
    document, _ = load(data, "")
    value: Value = document.value if document else {}
    return [Removal(pointer) for pointer in pointers if find(value, pointer)[0]]


def _with_modeline(data: bytes, modeline: str) -> bytes:
    """Put the modeline of cards on top, in the place of the template's own; leave out what the template is for."""
    text = data.decode()
    header = parse(text).header
    gone = [c for c in header if "yaml-language-server:" in c.text] + [c for c in [_summary(header)] if c]
    for comment in sorted(gone, key=lambda comment: comment.start, reverse=True):
        end = text.find("\n", comment.start) + 1
        text = text[: comment.start - comment.column] + text[end:]
    return f"{modeline}\n{text.lstrip()}".encode()


def _summary(header: Sequence[Comment]) -> Comment | None:
    return next((comment for comment in header if comment.text.startswith(SUMMARY_SIGN)), None)

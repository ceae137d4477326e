"""What is missing for a card's next step, and how far it answers each framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from mlgov.cards import CardDocument
from mlgov.cards.coverage import Answer, Line, coverage
from mlgov.cards.frameworks import Framework
from mlgov.cards.frameworks.organisation import all_frameworks
from mlgov.cards.todo import CardFacts, Todo, todos
from mlgov.checks.tree import Governed
from mlgov.dashboard import ModelRow
from mlgov.documents import Document
from mlgov.names import Kind, Status
from mlgov.website.markup import text
from mlgov.website.values import SiteValues


@dataclass(frozen=True, slots=True)
class Covered:
    """A card held against a framework.

    Attributes:
        framework: The framework.
        answered: Requirements that fields or claims answer.
        answerable: Requirements that a card can answer.
        open: The others, partly answered ones among them.
    """

    framework: Framework
    answered: int
    answerable: int
    open: tuple[Line, ...]

    @property
    def details(self) -> Markup:
        """The open requirements, folded; written once for all cards that leave the same ones open."""
        return _details(tuple((line.requirement.id, line.requirement.title, line.missing) for line in self.open))

    @property
    def percent(self) -> int:
        """How much is answered, 0 to 100, rounded down."""
        return 100 * self.answered // self.answerable if self.answerable else 100


@lru_cache(maxsize=4096)
def _details(lines: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Markup:
    if not lines:
        return Markup("")
    entry = Markup("<li><code>{}</code> {}<small>missing: {}</small></li>")
    entries = Markup("").join(entry.format(text(code), text(title), text(", ".join(out))) for code, title, out in lines)
    folded = Markup('<details class="mg-details"><summary>What is open</summary><ul>{}</ul></details>')
    return folded.format(entries)


def current_frameworks(values: SiteValues) -> list[Framework]:
    """Give the frameworks that are in force, the organisation's own among them; a broken pack is left out."""
    if not values.frameworks:
        known, _ = all_frameworks(values.collected.tree.snapshot)
        values.frameworks.extend(each for each in known.values() if each.is_current(values.now.date()))
    return values.frameworks


def covered(card: CardDocument, row: ModelRow, frameworks: Sequence[Framework]) -> list[Covered]:
    """Hold a card against frameworks."""
    monitored = any(monitor.enabled for monitor in row.monitors)
    sheets = [coverage(card, framework, is_monitored=monitored) for framework in frameworks]
    return [
        Covered(
            sheet.framework,
            sheet.answered,
            sheet.answerable,
            tuple(line for line in sheet.lines if line.answer in (Answer.OPEN, Answer.PARTLY)),
        )
        for sheet in sheets
    ]


def covered_of(row: ModelRow, values: SiteValues) -> list[Covered]:
    """Hold the card of a row against the frameworks in force; worked out once for all pages. Nothing without a card."""
    if row.model not in values.covered:
        found = values.collected.tree.named(Kind.MODEL_CARD, row.model)
        values.covered[row.model] = _remembered(found, row, values) if found else []
    return values.covered[row.model]


def _remembered(found: Governed, row: ModelRow, values: SiteValues) -> list[Covered]:
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - narrows the type; the kind says it
    frameworks = current_frameworks(values)
    if values.memory is None:
        return covered(found.typed, row, frameworks)
    key = (found.document.data, any(monitor.enabled for monitor in row.monitors), frameworks)
    known = values.memory.covered.get(row.model)
    if known is None or known[0] != key:
        known = values.memory.covered[row.model] = (key, covered(found.typed, row, frameworks))
    return known[1]


def missing(found: Governed, row: ModelRow, values: SiteValues) -> list[Todo]:
    """List what is missing for the next status; what only ``mlgov check`` sees is not among it."""
    assert isinstance(found.typed, CardDocument)  # noqa: S101 - narrows the type; the kind says it
    if found.typed.lifecycle.status is Status.ARCHIVED:
        return []
    monitored = {monitor.monitoring_type for monitor in row.monitors if monitor.enabled}
    # Where in the file something is missing stands on no page, and looking for it would be a sixth of a build.
    document = Document(found.document.path, found.document.value, b"{}")
    facts = CardFacts(found.name, document.path, document, found.typed, (), monitored)
    return todos(facts, values.settings, values.now.date())

"""One page per model card: every section, evaluation results, monitors, history."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlgov.cards import CardDocument
from mlgov.dashboard import ModelRow, view_url
from mlgov.lifecycle import content_digest
from mlgov.names import MONITORING_TITLES, Kind, path_of
from mlgov.website import badges
from mlgov.website.links import Links, page_of_card
from mlgov.website.markup import render_template
from mlgov.website.pages.evaluation import group_view
from mlgov.website.pages.history import Step, steps
from mlgov.website.values import Page, SiteValues


@dataclass(frozen=True, slots=True)
class _Shown:
    """A card and what stands around it."""

    row: ModelRow
    card: CardDocument
    digest: str
    history: list[Step]


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the page of every card that can be read."""
    rows = {row.model: row for row in values.rows}
    for found in values.collected.tree.of(Kind.MODEL_CARD):
        assert isinstance(found.typed, CardDocument)  # noqa: S101 - narrows the type; the kind says it
        path = found.document.path
        history = steps(values.collected.revisions.get(path, ()))
        yield _page(_Shown(rows[found.name], found.typed, content_digest(found.document.value), history), values)


def _page(shown: _Shown, values: SiteValues) -> Page:
    path = page_of_card(shown.row.model)
    site = values.settings.site
    markdown = render_template(
        "card.md.jinja",
        row=shown.row,
        card=shown.card,
        spec=shown.card.spec,
        digest=shown.digest,
        history=shown.history,
        watched=list(zip(shown.row.monitors, shown.row.states, strict=True)),
        evaluations=[
            (found, list(map(group_view, found.metric_groups))) for found in shown.card.spec.evaluation_details
        ],
        monitoring_titles=MONITORING_TITLES,
        badges=badges,
        home=Links(path, values.directory_urls).to("index.md"),
        view_url=lambda file: view_url(site, file),
        now=values.now,
    )
    return Page(path, markdown, path_of(Kind.MODEL_CARD, shown.row.model), shown.card.title)

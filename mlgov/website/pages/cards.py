"""One page per model card: every section, evaluation results, monitors, history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlgov.cards import CardDocument
from mlgov.cards.additions import Provenance
from mlgov.cards.imported import Hand, hand_on
from mlgov.checks.tree import Governed
from mlgov.dashboard import Indicator, ModelRow, request_url, unreadable, view_url
from mlgov.findings import Finding
from mlgov.lifecycle import content_digest
from mlgov.lifecycle.steps import Step, steps
from mlgov.names import MONITORING_TITLES, Kind, Status, path_of
from mlgov.website import badges
from mlgov.website.lineage import lineage
from mlgov.website.links import Links, page_of_card
from mlgov.website.markup import render_template
from mlgov.website.memory import remembered
from mlgov.website.pages import compare, downloads
from mlgov.website.pages.evaluation import criterion_views, group_view
from mlgov.website.pages.monitors import links_of, monitor_views
from mlgov.website.pages.progress import covered_of, current_frameworks, missing
from mlgov.website.pages.trust import Waived, trust_strip, waivers_by_path
from mlgov.website.pages.unreadable import Unreadable, unreadable_page
from mlgov.website.values import Page, SiteValues


@dataclass(frozen=True, slots=True)
class _Shown:
    """A card and what stands around it."""

    found: Governed
    row: ModelRow
    card: CardDocument
    digest: str
    history: list[Step]
    imported: list[tuple[Provenance, Hand]]
    waived: list[Waived]


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the page of every card, also of those that cannot be read."""
    rows = {row.model: row for row in values.rows}
    waived = waivers_by_path(values)
    for found in values.collected.tree.of(Kind.MODEL_CARD):
        assert isinstance(found.typed, CardDocument)  # noqa: S101 - narrows the type; the kind says it
        path = found.document.path
        history = steps(values.collected.revisions.get(path, ()))
        value = found.document.value
        imported = [(each, hand_on(value, each.field, each.digest)) for each in found.typed.spec.imported]
        shown = _Shown(
            found,
            rows[found.name],
            found.typed,
            _digest(found, values),
            history,
            imported,
            waived.get(path, []),
        )
        yield _remembered(shown, values)
    for path, findings in unreadable(values.collected.tree, "cards").items():
        row = next((row for row in values.rows if row.card_path == path and row.has_page), None)
        if row:
            yield _unreadable_page(row, findings, values)


def _unreadable_page(row: ModelRow, findings: Sequence[Finding], values: SiteValues) -> Page:
    others = [reason for reason in row.reasons if reason.indicator is not Indicator.UNREADABLE]
    return unreadable_page(
        Unreadable("card", page_of_card(row.model), "index.md", row.model, path_of(Kind.MODEL_CARD, row.model)),
        findings,
        values,
        reasons=others,
        watched=monitor_views(row),
        monitor_links=links_of(row, Links(page_of_card(row.model), values.directory_urls)),
    )


def _digest(found: Governed, values: SiteValues) -> str:
    """Give the content digest; the history has worked it out when the file is as it was committed."""
    history = values.collected.revisions.get(found.document.path, ())
    if history and history[-1].digest:
        changes = history[-1].commit.changes
        blob = next((change.blob for change in changes if change.path == found.document.path), None)
        if values.collected.blobs.get(blob or "") == found.document.data:
            return history[-1].digest
    return content_digest(found.document.value)


def _moves(history: Sequence[Step]) -> list[Step]:
    """Give the steps that moved the status, oldest first."""
    told = [step for step in reversed(history) if step.revision.status]
    return [step for before, step in zip([None, *told], told, strict=False) if _status(before) != _status(step)]


def _status(step: Step | None) -> Status | None:
    return step.revision.status if step else None


def _remembered(shown: _Shown, values: SiteValues) -> Page:
    """Give the page, or the one that an earlier build made of the same."""
    site = (values.settings, values.directory_urls, len(values.rows), current_frameworks(values))
    printed = [name for name in values.attached if name.startswith(f"{downloads.FOLDER}/{shown.row.model}")]
    key = (shown.found.document.data, shown.row, shown.history, shown.waived, site, printed)
    return remembered(values, page_of_card(shown.row.model), key, lambda: _page(shown, values))


def _page(shown: _Shown, values: SiteValues) -> Page:
    path = page_of_card(shown.row.model)
    site = values.settings.site
    links = Links(path, values.directory_urls)
    markdown = render_template(
        "card.md.jinja",
        row=shown.row,
        card=shown.card,
        spec=shown.card.spec,
        digest=shown.digest,
        history=shown.history,
        watched=monitor_views(shown.row),
        monitor_links=links_of(shown.row, links),
        evaluations=[
            (found, list(map(group_view, found.metric_groups))) for found in shown.card.spec.evaluation_details
        ],
        criteria=criterion_views(shown.card),
        imported=shown.imported,
        monitoring_titles=MONITORING_TITLES,
        badges=badges,
        home=links.to("index.md"),
        compare=links.to(compare.PATH),
        downloads=downloads.downloads_of(shown.row.model, links, values),
        strip=trust_strip(shown.row, shown.digest, shown.waived, values),
        missing=missing(shown.found, shown.row, values),
        covered=covered_of(shown.row, values),
        waived=shown.waived,
        graph=lineage(shown.card, shown.row),
        moves=_moves(shown.history),
        request_url=request_url(site, path_of(Kind.MODEL_CARD, shown.row.model)),
        view_url=lambda file: view_url(site, file),
        now=values.now,
    )
    return Page(path, markdown, path_of(Kind.MODEL_CARD, shown.row.model), shown.card.title)

"""Who may do what: a table for each kind of thing, and who holds each role."""

from collections.abc import Iterator, Sequence

from mlgov.dashboard.access_matrix import Matrix, access_matrix
from mlgov.names import is_name
from mlgov.roles.matrix import KINDS, Cell, Thing, abilities_of
from mlgov.website.links import PAGE_OF_ACCESS, Links, page_of_card, page_of_role
from mlgov.website.markup import render_template
from mlgov.website.pages.menu import menu
from mlgov.website.pages.portfolio import TITLES
from mlgov.website.values import Page, SiteValues

#: With more pairs of a role and a thing than these, building the site would take long for this page alone.
PAIRS_MAX = 100_000
#: A page with more answers than these is one that nobody reads; the command line writes them all.
CELLS_MAX = 20_000
#: Title, columns, and for each thing the cells of each column.
_Table = tuple[str, list[str], list[tuple[Thing, list[Sequence[Cell]]]]]


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the page of the matrix, when there are roles."""
    matrix = matrix_of(values)
    if not matrix.subjects and not matrix.left:
        return
    is_shown = matrix.is_asked and len(matrix.cells) <= CELLS_MAX
    links = Links(PAGE_OF_ACCESS, values.directory_urls)
    markdown = render_template(
        "access.md.jinja",
        matrix=matrix,
        tables=_tables(matrix) if is_shown else [],
        too_many=not is_shown,
        roles={subject.name: links.to(page_of_role(subject.name)) for subject in matrix.subjects},
        titles={subject.name: subject.title for subject in matrix.subjects},
        statement_link=lambda cell: _statement(cell, links),
        thing_link=lambda thing: _thing(thing, values, links),
        index=links.to("roles/index.md"),
        menu=menu(PAGE_OF_ACCESS, TITLES, values),
    )
    yield Page(PAGE_OF_ACCESS, markdown, None, "Who may do what", in_nav=True)


def matrix_of(values: SiteValues) -> Matrix:
    """Give the matrix of a site; it is worked out once."""
    if not values.matrices:
        found = values.collected
        standings = found.standings(values.now)
        values.matrices.append(access_matrix(found.tree, found.outcome, standings, values.now, PAIRS_MAX))
    return values.matrices[0]


def _tables(matrix: Matrix) -> list[_Table]:
    """Give title, columns and rows for each kind of thing that is there."""
    who = matrix.who()
    tables: list[_Table] = []
    for kind, title in KINDS.items():
        columns = abilities_of(kind)
        rows: list[tuple[Thing, list[Sequence[Cell]]]] = [
            (thing, [who.get((thing, each.id), ()) for each in columns]) for thing in matrix.of(kind)
        ]
        if rows:
            tables.append((title, [each.title for each in columns], rows))
    return tables


def _statement(cell: Cell, links: Links) -> str:
    """Link to the statement that decides, on the page of the role; to its top where no activity has it."""
    page = links.to(page_of_role(cell.role))
    return f"{page}#statement-{cell.activity}-{cell.statement.number}" if cell.statement and cell.activity else page


def _thing(thing: Thing, values: SiteValues, links: Links) -> str | None:
    if thing.kind == "role":
        return links.to(page_of_role(thing.name))
    is_card = thing.kind in ("card", "model") and is_name(thing.name)
    paged = {row.model for row in values.rows if row.has_page}
    return links.to(page_of_card(thing.name)) if is_card and thing.name in paged else None

"""The list of roles, and one page per role: what it permits in plain words, and the IAM role rendered from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlgov.approvals.effective import Standing
from mlgov.approvals.granting import GrantStanding
from mlgov.checks.tree import Governed
from mlgov.dashboard import edit_url, request_url, unreadable, view_url
from mlgov.dashboard.access_matrix import grants_by_role
from mlgov.errors import UsageError
from mlgov.lifecycle.steps import steps
from mlgov.names import Kind, is_name, path_of
from mlgov.roles import ActivityPermissions, Library, RenderedRole, RoleDocument, permissions, render, to_iam_json
from mlgov.roles.access import risks_of
from mlgov.roles.access_grants import principal_words
from mlgov.website import badges
from mlgov.website.links import PAGE_OF_ACCESS, Links, page_of_role
from mlgov.website.markup import render_template
from mlgov.website.pages.menu import menu
from mlgov.website.pages.portfolio import TITLES
from mlgov.website.pages.role_views import ability_views, condition_words, last_change, trials, trusted
from mlgov.website.pages.unreadable import Unreadable, unreadable_page
from mlgov.website.values import Page, SiteValues

INDEX = "roles/index.md"
#: Changes of access that the page of a role lists.
SHOWN_CHANGES = 20


@dataclass(frozen=True, slots=True)
class _Shown:
    """A role and what was rendered from it; ``problem`` says why nothing was."""

    found: Governed
    document: RoleDocument
    rendered: RenderedRole | None
    activities: list[ActivityPermissions]
    iam_json: str
    problem: str

    @property
    def path(self) -> str:
        return self.found.document.path

    @property
    def name(self) -> str:
        return self.document.metadata.name

    @property
    def title(self) -> str:
        return self.document.metadata.title or self.name


def pages(values: SiteValues) -> Iterator[Page]:
    """Give the list of roles and the page of each."""
    library = values.collected.tree.library()
    standings = values.collected.standings(values.now)
    shown = [_shown(found, library) for found in values.collected.tree.of(Kind.ROLE)]
    links = Links(INDEX, values.directory_urls)
    broken = unreadable(values.collected.tree, "roles")
    paged = {path: stem for path in broken if path == path_of(Kind.ROLE, stem := _stem(path)) and is_name(stem)}
    markdown = render_template(
        "roles.md.jinja",
        roles=[(role, links.to(page_of_role(role.name))) for role in shown],
        standings=standings,
        unreadable=[
            (findings[0], links.to(page_of_role(paged[path])) if path in paged else None)
            for path, findings in broken.items()
        ],
        badges=badges,
        access=links.to(PAGE_OF_ACCESS),
        menu=menu(INDEX, TITLES, values),
    )
    yield Page(INDEX, markdown, None, "Roles", in_nav=True)
    granted = grants_by_role(values.collected.tree, values.collected.outcome, values.now)
    for role in shown:
        yield _page(role, values, granted.get(role.name, ()), standings.get(role.path))
    for path, stem in paged.items():
        yield unreadable_page(Unreadable("role", page_of_role(stem), INDEX, stem, path), broken[path], values)


def files(values: SiteValues) -> Iterator[tuple[str, str]]:
    """Give the rendered JSON of every role that can be rendered."""
    library = values.collected.tree.library()
    for found in values.collected.tree.of(Kind.ROLE):
        if text := _shown(found, library).iam_json:
            yield file_of_role(found.name), text


def file_of_role(name: str) -> str:
    """Give the path of the rendered JSON of a role in the site."""
    return f"downloads/roles/{name}.json"


def _shown(found: Governed, library: Library) -> _Shown:
    assert isinstance(found.typed, RoleDocument)  # noqa: S101 - narrows the type; the kind says it
    try:
        rendered = render(found.typed, library)
    except UsageError as error:
        return _Shown(found, found.typed, None, [], "", f"{error.message} {error.hint}".strip())
    return _Shown(found, found.typed, rendered, permissions(rendered), to_iam_json(rendered), "")


def _stem(path: str) -> str:
    return path.split("/")[-1].removesuffix(".yaml")


def _page(role: _Shown, values: SiteValues, grants: Sequence[GrantStanding], standing: Standing | None) -> Page:
    path = page_of_role(role.name)
    site, links = values.settings.site, Links(path, values.directory_urls)
    library = values.collected.tree.library()
    markdown = render_template(
        "role.md.jinja",
        role=role,
        document=role.document,
        spec=role.document.spec,
        standing=standing,
        grants=grants,
        principal_words=principal_words,
        risks_of=risks_of,
        condition_words=condition_words,
        trusted=trusted(role.rendered) if role.rendered else [],
        abilities=ability_views(role.document, role.rendered, values) if role.rendered else ([], ""),
        tests=trials(role.document, role.rendered, values) if role.rendered else ([], []),
        change=last_change(role.found, standing, library, values),
        shown_changes=SHOWN_CHANGES,
        has_rules=values.collected.outcome is not None,
        download=links.file(file_of_role(role.name)),
        history=steps(values.collected.revisions.get(role.path, ())),
        badges=badges,
        index=links.to(INDEX),
        matrix=links.to(PAGE_OF_ACCESS),
        edit_url=edit_url(site, role.path),
        view_url=view_url(site, role.path),
        request_url=request_url(site, role.path),
    )
    return Page(path, markdown, role.path, role.title)

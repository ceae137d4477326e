"""A build that remembers the one before gives the same site."""

from datetime import datetime, timedelta
from pathlib import Path

from mlgov.website.memory import Memory
from mlgov.website.render import render_files, render_pages
from mlgov.website.values import SiteValues, site_values
from mlgov.wiring import services
from tests.git_world import GitWorld
from tests.website import documents as d
from tests.website.world import new_site_world


class _Nobody:
    def emit(self, event: object) -> None:
        """Hear nothing."""


def values_of(world: GitWorld, memory: Memory | None, now: datetime = d.NOW, at: str = "") -> SiteValues:
    """Read the values of a site."""
    return site_values(services(world.root, events=_Nobody(), now=now, push=False), memory=memory, at=at)


def everything(values: SiteValues) -> tuple[object, object]:
    """Render all that there is."""
    return render_pages(values), render_files(values)


def test_what_is_remembered_changes_nothing(tmp_path: Path) -> None:
    """After an edit, a broken file, a commit, an hour and a month, the site is as if built for the first time."""
    world, memory = new_site_world(tmp_path), Memory()
    moments = [d.NOW, d.NOW, d.NOW + timedelta(hours=1), d.NOW + timedelta(days=31)]
    changes = [
        lambda: None,
        lambda: world.write("cards/pricing.yaml", d.yaml_of(d.card("pricing", title="Prices"))),
        lambda: world.write("cards/fraud.yaml", b"no: card\n"),
        lambda: world.commit("Change prices"),
    ]
    for now, change in zip(moments, changes, strict=True):
        change()
        assert everything(values_of(world, memory, now)) == everything(values_of(world, None, now))


def test_pages_that_did_not_change_are_not_made_again(tmp_path: Path) -> None:
    """One edit, one page."""
    world, memory = new_site_world(tmp_path), Memory()
    render_pages(values_of(world, memory))
    before = {path: known.page for path, known in memory.pages.items()}
    world.write("cards/pricing.yaml", d.yaml_of(d.card("pricing", title="Prices")))
    render_pages(values_of(world, memory))
    assert [path for path, known in memory.pages.items() if known.page is not before[path]] == ["cards/pricing.md"]


def test_the_site_of_an_earlier_time_shows_what_was_then(tmp_path: Path) -> None:
    """By commit and by day: status, history and executions of later are not there."""
    world = new_site_world(tmp_path)
    then = world.git("log", "--format=%H", "--grep", "Churn is pending_review").strip()
    by_commit = values_of(world, None, at=then)
    assert [(row.model, row.status) for row in by_commit.rows] == [("churn", "pending_review")]
    assert by_commit.rows[0].states == ()
    by_day = values_of(world, None, at=f"{d.NOW:%Y-%m-%d}")
    assert [row.model for row in by_day.rows] == [row.model for row in values_of(world, None).rows]

"""Reading everything through the ports."""

from datetime import UTC, datetime
from pathlib import Path

from mlgov.adapters.git_ledger import GitLedger
from mlgov.adapters.git_repository import GitRepository
from mlgov.dashboard import collect
from mlgov.names import LEDGER_BRANCH, Status
from mlgov.settings import Settings
from tests.git_world import new_world
from tests.website import documents as d
from tests.website.world import new_site_world


def test_documents_history_and_records_come_together(tmp_path: Path) -> None:
    """A real repository with a real ledger."""
    new_site_world(tmp_path)
    found = collect(GitRepository(tmp_path), GitLedger(tmp_path, branch=LEDGER_BRANCH))
    history = found.revisions["cards/churn.yaml"]
    assert [(r.version, r.status) for r in history] == [
        (1, Status.DRAFT),
        (1, Status.PENDING_REVIEW),
        (1, Status.APPROVED),
        (2, Status.APPROVED),
    ]
    assert len(found.records) == 8
    assert {path for path in found.tree.governed if path.startswith("cards/")} == {
        "cards/churn.yaml",
        "cards/fraud.yaml",
        "cards/legacy.yaml",
        "cards/pricing.yaml",
    }


def test_the_work_tree_shows_before_anything_is_committed(tmp_path: Path) -> None:
    """Somebody who writes a first card sees it at once; there is just no history."""
    world = new_world(tmp_path)
    world.write("cards/churn.yaml", d.yaml_of(d.card("churn")))
    found = collect(GitRepository(tmp_path), GitLedger(tmp_path, branch=LEDGER_BRANCH))
    assert list(found.tree.governed) == ["cards/churn.yaml"]
    assert (found.revisions, found.records) == ({}, {})


def test_asked_files_are_in_the_snapshot(tmp_path: Path) -> None:
    """The site reads its home text in the same go."""
    new_world(tmp_path).write("docs/index.md", "hello")
    found = collect(GitRepository(tmp_path), GitLedger(tmp_path, branch=LEDGER_BRANCH), ["docs/index.md"])
    assert found.tree.snapshot["docs/index.md"].data == b"hello"


def test_history_is_whole_whatever_the_present_is(tmp_path: Path) -> None:
    """The document is the one of the work tree, so its last revision is too; a committer's clock hides nothing."""
    world = new_world(tmp_path)
    for day in (5, 6):
        world.at = datetime(2026, 1, day, tzinfo=UTC)
        world.save("cards/churn.yaml", d.yaml_of(d.card("churn", title=f"Day {day}")))
    found = collect(GitRepository(tmp_path), GitLedger(tmp_path, branch=LEDGER_BRANCH))
    [row] = found.rows(datetime(2026, 1, 5, 1, tzinfo=UTC), Settings())
    assert row.revision is not None
    assert row.revision.at == datetime(2026, 1, 6, tzinfo=UTC)


def test_an_edit_that_is_not_committed_is_no_revision(tmp_path: Path) -> None:
    """The row shows the work tree, the history what was committed."""
    world = new_world(tmp_path)
    world.at = datetime(2026, 1, 5, tzinfo=UTC)
    world.save("cards/churn.yaml", d.yaml_of(d.card("churn", title="Old")))
    world.write("cards/churn.yaml", d.yaml_of(d.card("churn", title="New")))
    found = collect(GitRepository(tmp_path), GitLedger(tmp_path, branch=LEDGER_BRANCH))
    assert found.tree.governed["cards/churn.yaml"].typed.metadata.title == "New"
    assert len(found.revisions["cards/churn.yaml"]) == 1

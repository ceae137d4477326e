"""Where cards stand on the dashboard: proven by the history, not believed."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from mlgov.adapters.git_repository import GitRepository
from mlgov.approvals import audit
from mlgov.approvals.effective import Effective
from mlgov.dashboard import Indicator, ModelRow, collect, to_csv, to_json
from mlgov.names import LEDGER_BRANCH
from mlgov.settings import load
from tests.approvals.people import ADMIN, AUTHOR, VALIDATOR
from tests.approvals.world import SETTINGS, World, card, new_repository
from tests.git_world import new_world

PATH = "cards/mail.yaml"
FORMATTED = "# A comment.\n"


def row_of(root: Path, now: datetime | None = None) -> ModelRow:
    """Give the row of the only card."""
    found = collect(GitRepository(root), GitLedger(root, branch=LEDGER_BRANCH))
    [row] = found.rows(now or datetime(2026, 3, 5, tzinfo=UTC), load((root / "mlgov.toml").read_bytes()))
    return row


def approved(root: Path, review_by: str = "") -> World:
    """Live a card up to its proven approval."""
    world = new_repository(root)
    if review_by:
        world.save(PATH, card("pending_review", review_by=review_by))
    world.approve(PATH)
    return world


def test_an_approval_that_is_proven_raises_nothing(tmp_path: Path) -> None:
    """The row says who approved, how that is proven and which content."""
    approved(tmp_path)
    row = row_of(tmp_path)
    assert row.standing is not None
    assert (row.standing.effective, row.standing.approvers) == (Effective.APPROVED, (VALIDATOR.id,))
    assert row.standing.evidence == "signed"
    assert row.standing.digest == (row.revision.digest if row.revision else "")
    assert row.indicators == ()


def test_a_status_that_nobody_approved_is_unattested(tmp_path: Path) -> None:
    """The file alone proves nothing."""
    world = new_repository(tmp_path)
    world.flip(PATH, "approved")
    world.commit("Approve it by hand", AUTHOR)
    row = row_of(tmp_path)
    assert row.indicators == (Indicator.UNATTESTED,)
    assert row.reasons[0].sentence.startswith("It says approved, but ")


def test_an_edit_of_approved_content_is_stale(tmp_path: Path) -> None:
    """The approval was one of another content."""
    world = approved(tmp_path)
    world.save(PATH, card("approved", "Sorts letters."))
    assert row_of(tmp_path).indicators == (Indicator.STALE,)


def test_a_lapsed_approval_is_said_once(tmp_path: Path) -> None:
    """Not as an overdue review as well, which would be the same."""
    approved(tmp_path, "2026-06-30")
    assert row_of(tmp_path, datetime(2026, 6, 30, tzinfo=UTC)).indicators == ()
    assert row_of(tmp_path, datetime(2026, 7, 1, tzinfo=UTC)).indicators == (Indicator.LAPSED,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (card("approved", "Sorts letters."), Effective.UNATTESTED),
        (card("approved", review_by="2030-01-01"), Effective.UNATTESTED),
        (card("draft"), Effective.DRAFT),
        (card("approved") + FORMATTED, Effective.APPROVED),
    ],
    ids=["content", "review date", "back to draft", "a comment"],
)
def test_an_edit_that_is_not_committed_has_no_proof(tmp_path: Path, text: str, expected: Effective) -> None:
    """The page shows the work tree, so the proof must be one of what is shown; a comment changes nothing."""
    world = approved(tmp_path)
    world.git.write(PATH, text)
    standing = row_of(tmp_path).standing
    assert standing is not None
    assert standing.effective is expected


def test_a_card_that_was_never_committed_has_no_proof(tmp_path: Path) -> None:
    """Somebody copied an approved card."""
    world = new_repository(tmp_path)
    world.git.write("cards/copy.yaml", card("approved", name="copy"))
    found = collect(GitRepository(tmp_path), GitLedger(tmp_path, branch=LEDGER_BRANCH))
    assert found.standings(world.git.at)["cards/copy.yaml"].effective is Effective.UNATTESTED


def test_without_rules_the_declared_status_stays_and_nothing_is_raised(tmp_path: Path) -> None:
    """A repository that does not prove approvals is not told so for every model."""
    world = new_world(tmp_path)
    world.write("mlgov.toml", "[site]\ntitle = 'x'\n")
    world.save(PATH, card("approved"))
    row = row_of(tmp_path)
    assert (row.standing, row.indicators, row.status) == (None, (), "approved")


def test_rules_taken_out_without_approval_stay_in_force(tmp_path: Path) -> None:
    """Else the alarm could be switched off together with the rules."""
    world = new_repository(tmp_path)
    world.flip(PATH, "approved")
    world.commit("Approve it by hand", AUTHOR)
    world.save("mlgov.toml", "", AUTHOR)
    assert row_of(tmp_path).indicators == (Indicator.UNATTESTED,)


def test_rules_that_are_not_committed_prove_nothing_yet(tmp_path: Path) -> None:
    """They come into force with their commit."""
    world = new_world(tmp_path)
    world.write("mlgov.toml", "")
    world.save(PATH, card("approved"))
    world.write("mlgov.toml", SETTINGS)
    assert row_of(tmp_path).standing is None


def test_the_history_is_replayed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows and pages there are."""
    world = approved(tmp_path)
    for name in ("post", "fax"):
        world.save(f"cards/{name}.yaml", card(name=name))
    runs = []
    real = audit.Replay.run
    monkeypatch.setattr(audit.Replay, "run", lambda self, commits: (runs.append(1), real(self, commits))[1])
    found = collect(GitRepository(tmp_path), GitLedger(tmp_path, branch=LEDGER_BRANCH))
    found.rows(world.git.at + timedelta(days=1), load(SETTINGS.encode()))
    assert runs == [1]


def test_exports_carry_the_standing(tmp_path: Path) -> None:
    """For programs: the declared status stays beside it."""
    world = new_repository(tmp_path)
    world.flip(PATH, "approved")
    world.commit("Approve it by hand", ADMIN)
    row = row_of(tmp_path)
    [model] = json.loads(to_json([row], world.git.at))["models"]
    assert (model["status"], model["standing"]["effective"]) == ("approved", "unattested")
    [line] = csv.DictReader(io.StringIO(to_csv([row])))
    assert (line["status"], line["effective_status"], line["indicators"]) == ("approved", "unattested", "unattested")

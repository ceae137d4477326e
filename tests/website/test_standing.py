"""The effective status on the pages, from a real history."""

from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from mlgov.adapters.git_repository import GitRepository
from mlgov.dashboard import collect
from mlgov.names import LEDGER_BRANCH
from mlgov.settings import load
from mlgov.website.values import values_from
from tests.approvals.world import SETTINGS, World, card, new_repository
from tests.website.dom import read_page
from tests.website.values import page

CARD = "cards/mail.md"


def shown(world: World, path: str) -> str:
    """Give the text of a page of the site."""
    found = collect(GitRepository(world.git.root), GitLedger(world.git.root, branch=LEDGER_BRANCH))
    values = values_from(found, load(SETTINGS.encode()), world.git.at)
    return " ".join(" ".join(read_page(page(values, path).markdown).texts).split())


def test_an_approved_card_says_by_whom_until_when_and_how_it_is_proven(tmp_path: Path) -> None:
    """With the digest of what was approved."""
    world = new_repository(tmp_path)
    world.save("cards/mail.yaml", card("pending_review", review_by="2026-12-31"))
    commit = world.approve()
    text = shown(world, CARD)
    assert "Approved Approved by first-validator on 2026-03-01, until 2026-12-31." in text
    assert "Approved by first-validator Proof signed records Valid until 2026-12-31" in text
    assert f"Approved in commit {commit[:12]}" in text
    assert "Approved content sha256:" in text


@pytest.mark.parametrize("path", [CARD, "index.md"])
def test_a_card_that_nobody_approved_says_so(tmp_path: Path, path: str) -> None:
    """On its page and on the dashboard, instead of the status that it claims."""
    world = new_repository(tmp_path)
    world.flip("cards/mail.yaml", "approved")
    world.commit("Approve it by hand")
    text = shown(world, path)
    assert "Unattested" in text
    assert "It says approved, but approvals are missing: needs 1 more approval by a model validator" in text


def test_a_card_that_changed_after_its_approval_says_so(tmp_path: Path) -> None:
    """The badge and the reason."""
    world = new_repository(tmp_path)
    world.approve()
    world.save("cards/mail.yaml", card("approved", "Sorts letters."))
    assert "Stale It says approved, but its content changed after the approval." in shown(world, CARD)


def test_a_proof_that_holds_is_no_gap(tmp_path: Path) -> None:
    """With rules in force, nothing found means that all was looked at."""
    world = new_repository(tmp_path)
    world.approve()
    assert "Approved, and the proof does not hold All quiet None." in shown(world, "portfolio/gaps.md")

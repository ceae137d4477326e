"""Why a document has to be looked at again, from real histories and real records."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlgov.adapters.git_ledger import GitLedger
from mlgov.adapters.git_repository import GitRepository
from mlgov.dashboard import collect
from mlgov.monitors import load_all
from mlgov.monitors.records import render
from mlgov.names import LEDGER_BRANCH
from mlgov.revalidation.approvals import last_approvals
from mlgov.revalidation.triggers import Concern, Facts, concerns
from mlgov.settings import load
from tests.approvals.people import VALIDATOR
from tests.approvals.world import World, card, new_repository
from tests.git_world import new_world
from tests.website import documents as d

PATH = "cards/mail.yaml"


def look(root: Path, now: datetime) -> dict[str, Concern]:
    """Find the concerns of a repository, by path."""
    repository, ledger = GitRepository(root), GitLedger(root, branch=LEDGER_BRANCH)
    collected = collect(repository, ledger)
    approvals = last_approvals(collected.outcome, collected.revisions, repository.blobs)
    packs = repository.history("HEAD", ("frameworks",))
    facts = Facts(collected.tree, approvals, load_all(collected.records), packs)
    return {found.path: found for found in concerns(facts, load((root / "mlgov.toml").read_bytes()), now)}


def reasons(root: Path, now: datetime) -> tuple[str, ...]:
    return look(root, now)[PATH].reasons


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


def approved(root: Path, review_by: str = "2026-12-31", **facts: str) -> World:
    """Live a card up to its proven approval."""
    world = new_repository(root)
    world.save(PATH, card("pending_review", review_by=review_by, **facts))
    world.approve()
    return world


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (day(10, 31), ()),
        (day(11, 1), ("The review is due on 2026-12-31, within 60 days.",)),
        (day(11, 20), ("The review is due on 2026-12-31, within 60 days.",)),
        (day(12, 1), ("The review is due on 2026-12-31, within 30 days.",)),
        (day(12, 31), ("The review is due on 2026-12-31, within 7 days.",)),
        (day(1, 1, 2027), ("The review was due on 2026-12-31.",)),
    ],
)
def test_a_review_date_is_named_by_the_smallest_window_that_fits(
    tmp_path: Path, now: datetime, said: tuple[str, ...]
) -> None:
    """The sentence changes with the window and not with every day."""
    approved(tmp_path)
    assert reasons(tmp_path, now) == said


def test_an_approved_card_without_a_review_date_is_named(tmp_path: Path) -> None:
    """Its approval would never end."""
    approved(tmp_path, "")
    assert reasons(tmp_path, day(3, 2)) == (
        "It has no review date (lifecycle.review_by), so its approval would never end.",
    )


def test_what_was_never_approved_is_not_revalidated(tmp_path: Path) -> None:
    """A draft, and a card that waits for its first review."""
    world = new_repository(tmp_path)
    world.save("cards/post.yaml", card("draft", name="post", review_by="2026-01-01"))
    assert [found.reasons for found in look(tmp_path, day(6, 1)).values()] == [(), ()]


def test_a_new_approval_settles_a_review_and_going_back_to_review_does_not(tmp_path: Path) -> None:
    """The issue must not close before somebody has looked."""
    world = approved(tmp_path)
    world.save(PATH, card("pending_review", review_by="2027-12-31"))
    assert reasons(tmp_path, day(1, 5, 2027)) == ("The review was due on 2026-12-31.",)
    world.approve(who=VALIDATOR)
    assert reasons(tmp_path, day(1, 5, 2027)) == ()


def test_a_review_date_that_moved_without_an_approval_settles_nothing(tmp_path: Path) -> None:
    """Where rules are in force, only what was approved counts."""
    world = approved(tmp_path)
    world.save(PATH, card("approved", review_by="2030-12-31"))
    assert reasons(tmp_path, day(1, 5, 2027)) == ("The review was due on 2026-12-31.",)


def test_a_model_that_was_exchanged_is_named_until_the_card_is_approved_again(tmp_path: Path) -> None:
    """Artifact and version differ from what was approved, whatever the status says meanwhile."""
    world = approved(tmp_path)
    more = "  model_overview:\n    model_version: 2\n    model_artifact: [s3://models/mail/2]\n"
    text = card("pending_review", review_by="2026-12-31").replace("  model_overview:\n", more)
    world.save(PATH, text)
    assert reasons(tmp_path, day(3, 5)) == (
        "The model artifact is another one than was approved on 2026-03-01.",
        "The model version is another one than was approved on 2026-03-01.",
    )
    world.approve()
    assert reasons(tmp_path, day(3, 5)) == ()


PACK = (
    "id: house-rules\ntitle: House rules\nversion: '{version}'\nsummary: What we ask for.\n"
    "link: https://example.org/rules\neffective: 2026-01-01\n"
    "requirements:\n  - id: '1'\n    title: Say what it is for\n    fields: [intended_uses.intended_uses]\n"
)


def test_a_framework_pack_that_changed_is_named_when_the_card_answers_it(tmp_path: Path) -> None:
    """Another pack, or a change before the approval, does not count."""
    world = new_repository(tmp_path)
    world.save("frameworks/house-rules.yaml", PACK.format(version="1"))
    claim = "  claims:\n    - framework: house-rules\n      requirement: '1'\n      statement: It says so.\n"
    world.save(PATH, card("pending_review", review_by="2026-12-31") + claim)
    world.approve()
    world.save("frameworks/other-rules.yaml", PACK.format(version="1").replace("house", "other"))
    assert reasons(tmp_path, day(3, 5)) == ()
    world.save("frameworks/house-rules.yaml", PACK.format(version="2"))
    assert reasons(tmp_path, day(3, 5)) == (
        "The framework pack house-rules, which the card answers, changed on 2026-03-01.",
    )


def watched(root: Path, first_bad: int) -> World:
    """Approve a card on 1 March and let its monitor find violations from a day after 2 March on."""
    world = new_repository(root)
    world.save(PATH, card("pending_review", review_by="2026-12-31"))
    world.approve()
    monitors = d.monitor_set("mail", d.monitor())
    world.git.write("monitors/mail.yaml", d.yaml_of(monitors))
    world.commit("Watch it")
    found = [d.execution(number, violated=number >= first_bad, model="mail") for number in range(first_bad + 30)]
    records = {each.path: render(each) for each in found}
    GitLedger(root, branch=LEDGER_BRANCH).append(records, message="Executions", at=d.NOW)
    return world


def test_an_alert_that_lasts_is_named_after_its_days(tmp_path: Path) -> None:
    """Fourteen days after it began, and not before."""
    watched(tmp_path, 2)
    said = "Data quality (data-quality) has been in alert since 2026-03-06, over 14 days."
    assert reasons(tmp_path, day(3, 19)) == ()
    assert reasons(tmp_path, day(3, 20)) == (said,)


def test_an_approval_after_the_alert_became_too_old_settles_it(tmp_path: Path) -> None:
    """One that was given before it did not know."""
    world = watched(tmp_path, 2)
    for at, settled in ((day(3, 10), False), (day(3, 22), True)):
        world.git.at = at
        text = card("pending_review", f"Known on {at:%d}.", review_by="2026-12-31")
        world.save(PATH, text)
        world.approve()
        assert (reasons(tmp_path, day(3, 25)) == ()) is settled


def test_archived_documents_are_over(tmp_path: Path) -> None:
    """Nothing has to be done about them."""
    world = approved(tmp_path)
    world.flip(PATH, "archived")
    world.commit("Archive it")
    found = look(tmp_path, day(6, 1, 2028))[PATH]
    assert (found.reasons, found.is_over) == ((), True)


def test_a_document_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    """Nobody can say whether it is done."""
    world = approved(tmp_path)
    world.git.write(PATH, "kind: [")
    assert PATH not in look(tmp_path, day(6, 1, 2028))


def test_without_approval_rules_the_declared_status_counts(tmp_path: Path) -> None:
    """The last move to approved is the approval; a review date that moves then counts."""
    world = World(new_world(tmp_path))
    world.git.at = day(3, 1)
    world.save("mlgov.toml", "")
    for status in ("draft", "pending_review", "approved"):
        world.save(PATH, card(status, review_by="2026-12-31"))
    assert reasons(tmp_path, day(1, 5, 2027)) == ("The review was due on 2026-12-31.",)
    world.git.at = day(1, 6, 2027)
    world.save(PATH, card("pending_review", review_by="2028-12-31"))
    assert reasons(tmp_path, day(1, 7, 2027)) == ("The review was due on 2026-12-31.",)
    world.save(PATH, card("approved", review_by="2028-12-31"))
    assert reasons(tmp_path, world.git.at + timedelta(days=1)) == ()

"""What the gate says of a proposal is what the audit says once it is merged, also after a long history."""

from pathlib import Path

import pytest

from mlgov.adapters.git_repository import GitRepository
from mlgov.approvals.gate import Gate, gate
from mlgov.approvals.proposal import read_proposal
from mlgov.lifecycle.digest import bytes_digest
from tests.approvals.people import ADMIN, OTHER_ADMIN, SECOND, VALIDATOR
from tests.approvals.world import World, card, new_repository


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A repository with rules, and a card under review."""
    return new_repository(tmp_path / "repo")


def judged(world: World) -> Gate:
    """Judge what is on the branch that is checked out, as if it were merged into main now."""
    repository = GitRepository(world.git.root)
    proposal = read_proposal(repository, world.ledger, base="main", head="HEAD", at=world.git.at)
    return gate(proposal, [])


def citing(world: World, name: str, status: str) -> str:
    """Write a report, and a card that cites it."""
    path = f"evidence/mail/{name}.json"
    world.git.write(path, f'{{"name": "{name}"}}')
    digest = bytes_digest((world.git.root / path).read_bytes())
    cited = f"        - path: {path}\n          digest: {digest}\n"
    return card(status) + f"  evaluation_details:\n    - name: holdout\n      evidence:\n{cited}"


def test_what_earlier_versions_rested_on_is_remembered(world: World) -> None:
    """Who wrote the first version may have approved the second: the first approval stands between."""
    world.save("cards/mail.yaml", citing(world, "one", "pending_review"), SECOND)
    world.approve(who=VALIDATOR)
    world.save("cards/mail.yaml", citing(world, "two", "pending_review"))
    (world.git.root / "evidence/mail/one.json").unlink()
    world.commit("Out of use")
    world.approve(who=SECOND)
    assert world.codes() == set()
    world.git.git("checkout", "-q", "-b", "label")
    text = (world.git.root / "cards/mail.yaml").read_text()
    world.save("cards/mail.yaml", text.replace("metadata:\n", "metadata:\n  labels: {domain: post}\n"))
    (document,) = judged(world).documents
    assert (document.verdict, document.costs) == ("approved", ())


def test_a_revocation_has_to_move_the_status(world: World) -> None:
    """Merged alone, it would leave a card that says approved and is not."""
    world.approve()
    world.git.git("checkout", "-q", "-b", "back")
    world.sign("cards/mail.yaml", SECOND, decision="revoke")
    world.commit("Revoke", SECOND)
    found = judged(world)
    assert (found.verdict, "pending_review" in found.documents[0].sentences[-1]) == ("refused", True)
    world.flip("cards/mail.yaml", "pending_review")
    world.commit("Back", SECOND)
    assert judged(world).verdict == "approved"


def test_a_rejection_of_a_round_that_is_over_refuses_too(world: World) -> None:
    """It was on its way while the approval was merged."""
    world.git.git("checkout", "-q", "-b", "no")
    world.sign("cards/mail.yaml", SECOND, decision="reject")
    world.commit("Reject", SECOND)
    world.git.git("checkout", "-q", "main")
    world.approve()
    world.git.git("checkout", "-q", "no")
    world.git.git("merge", "-q", "--no-edit", "main")
    assert judged(world).verdict == "refused"


def test_a_second_approval_on_its_way_is_welcome(world: World) -> None:
    """It takes nothing away."""
    world.approve()
    world.git.git("checkout", "-q", "-b", "too")
    world.sign("cards/mail.yaml", SECOND)
    world.commit("Too", SECOND)
    assert judged(world).verdict == "approved"


# Two pull requests that begin at the same commit: whichever is merged first, the gate sees what the audit would find.


def two(world: World) -> None:
    """One branch approves, the other one edits."""
    world.git.git("checkout", "-q", "-b", "approve")
    world.approve()
    world.git.git("checkout", "-q", "-b", "edit", "main")
    world.save("cards/mail.yaml", card("pending_review", "Reads mail."))


def land(world: World, branch: str) -> None:
    world.later(hours=1)
    world.git.git("checkout", "-q", "main")
    world.git.git("merge", "-q", "--no-ff", "--no-edit", branch)


@pytest.mark.parametrize(("first", "second"), [("approve", "edit"), ("edit", "approve")])
def test_the_second_of_two_proposals_is_refused_until_it_knows_the_first(world: World, first: str, second: str) -> None:
    """Each is fine alone; merged blindly, the audit finds it, and so does the gate before."""
    two(world)
    for branch in (first, second):
        world.git.git("checkout", "-q", branch)
        assert judged(world).verdict == "approved"
    land(world, first)
    assert world.codes() == set()
    world.git.git("checkout", "-q", second)
    found = judged(world)
    assert (found.verdict, "cards/mail.yaml meanwhile" in found.documents[0].sentences[-1]) == ("refused", True)
    land(world, second)
    assert world.codes() != set()


def test_an_approval_is_refused_when_a_rejection_came_first(world: World) -> None:
    """The rejection is only on the branch that the approval goes into."""
    world.git.git("checkout", "-q", "-b", "no")
    world.sign("cards/mail.yaml", SECOND, decision="reject")
    world.commit("Reject", SECOND)
    world.git.git("checkout", "-q", "-b", "yes", "main")
    world.approve()
    land(world, "no")
    world.git.git("checkout", "-q", "yes")
    assert judged(world).verdict == "refused"
    world.git.git("merge", "-q", "--no-edit", "main")
    found = judged(world).documents[0]
    assert (found.verdict, "rejected this content" in " ".join(found.sentences)) == ("refused", True)


def test_what_else_moved_meanwhile_does_not_matter(world: World) -> None:
    """Another card."""
    world.git.git("checkout", "-q", "-b", "approve")
    world.approve()
    world.git.git("checkout", "-q", "main")
    world.save("cards/other.yaml", card("draft", name="other"))
    world.git.git("checkout", "-q", "approve")
    assert judged(world).verdict == "approved"
    land(world, "approve")
    assert world.codes() == set()


def watching(status: str) -> str:
    """Write a monitor set with what approvals read of it."""
    head = f"apiVersion: mlgov/v1\nkind: MonitorSet\nmetadata: {{name: watch}}\nlifecycle:\n  status: {status}\n"
    return f"{head}spec: {{monitors: [{{baseline: baselines/mail}}]}}\n"


def test_a_baseline_whose_monitors_were_approved_meanwhile(world: World) -> None:
    """The proposal does not touch the monitor set at all, and would make its approval stale."""
    world.git.write("baselines/mail/statistics.json", "{}")
    world.save("monitors/watch.yaml", watching("pending_review"))
    world.git.git("checkout", "-q", "-b", "baseline")
    world.save("baselines/mail/statistics.json", "[1]")
    assert judged(world).verdict == "approved"
    world.git.git("checkout", "-q", "main")
    world.approve("monitors/watch.yaml")
    world.git.git("checkout", "-q", "baseline")
    (document,) = judged(world).documents
    assert (document.path, document.verdict) == ("monitors/watch.yaml", "refused")
    land(world, "baseline")
    assert world.codes() == {"MLG-V006"}


def test_a_change_of_rules_that_was_rejected_meanwhile(world: World) -> None:
    """The rejection is only on the branch that the change goes into."""
    old = world.policy
    world.git.git("checkout", "-q", "-b", "rules")
    text = (world.git.root / "mlgov.toml").read_text()
    changed = text.replace('needs = [{ role = "validator" }]', 'needs = [{ role = "validator", count = 2 }]')
    world.save("mlgov.toml", changed, ADMIN)
    world.sign_rules(OTHER_ADMIN, old)
    world.commit("Approve", OTHER_ADMIN)
    assert judged(world).verdict == "approved"
    world.git.git("checkout", "-q", "-b", "no", "rules~1")
    world.sign_rules(ADMIN, old, decision="reject")
    record = world.commit("Reject", ADMIN)
    world.git.git("checkout", "-q", "main")
    world.git.git("checkout", "-q", record, "--", "approvals")
    world.commit("Only the rejection", ADMIN)
    world.git.git("checkout", "-q", "rules")
    assert judged(world).verdict == "refused"
    land(world, "rules")
    assert "MLG-V012" in world.codes()


@pytest.mark.parametrize("path", ["../../outside", "", "/etc/passwd", ".", "evidence/mail/"])
def test_evidence_that_is_no_place_is_missing(world: World, path: str) -> None:
    """Git is not asked about it; nothing is proven by it."""
    world.git.git("checkout", "-q", "-b", "odd")
    cited = f'        - path: "{path}"\n          digest: sha256:{"0" * 64}\n'
    text = card("approved") + f"  evaluation_details:\n    - name: holdout\n      evidence:\n{cited}"
    world.save("cards/mail.yaml", text)
    assert judged(world).verdict != "approved"
    assert {"MLG-V004", "MLG-V006"} <= {finding.rule.code for finding in world.audit(ref="odd").findings}

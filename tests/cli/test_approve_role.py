"""An approved role and an activity that it uses: a change costs the approval, and gets a new one."""

from hashlib import sha256
from pathlib import Path

import pytest

from mlgov.approvals.lives import is_step
from mlgov.findings import Location
from mlgov.names import Status
from mlgov.roles import built_in
from mlgov.roles.rules import UNDER_APPROVAL
from tests.approvals.world import card
from tests.cli.approving import Desk, make_keys, new_desk

ACTIVITY = """\
id: read_reports
title: Read reports
summary: Reads reports.
statements:
  - sid: ReadReports
    purpose: Reads the reports.
    actions: ["{action}"]
    resources: ["arn:{{partition}}:s3:::reports/*"]
"""
ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: readers
lifecycle:
  status: {status}
spec:
  persona: custom
  account: "111122223333"
  activities:
    - id: read_reports
"""
PLACE = "roles/activities/read_reports.yaml"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def desk(tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A repository whose main has an approved role with an activity of its own, and a proposal to change that."""
    files = {"roles/readers.yaml": ROLE.format(status="pending_review"), PLACE: ACTIVITY.format(action="s3:GetObject")}
    desk = new_desk(tmp_path / "repo", keys, capsys, files=files)
    code, _, err = desk.approve("readers")
    assert code == 0, err
    desk.world.git.git("branch", "-f", "main", "proposal")
    desk.world.later(hours=2)
    return desk


def test_a_changed_activity_costs_the_approval_and_gets_a_new_one(desk: Desk) -> None:
    """Check and gate say so, the approver signs, and then everything is clean: check, gate and audit."""
    desk.world.save(PLACE, ACTIVITY.format(action="s3:PutObject"))
    code, out, _ = desk.run("check", "--base", "main", "--head", "HEAD")
    assert (code, "MLG-R023" in out, "costs the approval of @first-validator" in out) == (1, True, True), out
    code, out, _ = desk.run("gate", "--base", "main")
    assert (code, "roles/readers.yaml (approved)" in out, "1 more approval" in out) == (1, True, True), out
    code, out, err = desk.approve("readers", who="second-validator")
    assert (code, f"evidence  {PLACE} sha256:" in out) == (0, True), err
    assert desk.run("check", "--base", "main", "--head", "HEAD")[0] == 0
    assert desk.run("gate", "--base", "main")[0] == 0
    desk.world.git.git("checkout", "-q", "main")
    desk.world.later(hours=2)
    desk.world.git.git("merge", "-q", "--no-ff", "proposal")
    assert desk.run("audit")[0] == 0


def test_the_author_of_the_activity_does_not_approve_it(desk: Desk) -> None:
    """They wrote what the role permits."""
    desk.world.save(PLACE, ACTIVITY.format(action="s3:PutObject"), "second-validator")
    code, _, err = desk.approve("readers", who="second-validator")
    assert (code, "second-validator wrote the content" in err) == (1, True)


def test_the_author_of_evidence_does_not_approve_the_card(
    tmp_path: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the proposal itself too: a report has no content digest of its own."""
    desk = new_desk(tmp_path / "repo", keys, capsys)
    cited = f"        - path: evidence/mail/report.json\n          digest: sha256:{sha256(b'{}').hexdigest()}\n"
    text = card("pending_review") + f"  evaluation_details:\n    - name: holdout\n      evidence:\n{cited}"
    desk.world.save("cards/mail.yaml", text)
    desk.world.save("evidence/mail/report.json", "{}", "second-validator")
    code, _, err = desk.approve("mail", who="second-validator")
    assert (code, "second-validator wrote the content" in err) == (1, True)
    assert desk.approve("mail")[0] == 0


def test_what_nobody_approved_is_stale_for_the_audit(desk: Desk) -> None:
    """Whoever merges it past the gate."""
    desk.world.save(PLACE, ACTIVITY.format(action="s3:PutObject"))
    code, out, _ = desk.run("audit", "proposal")
    assert (code, "MLG-V006" in out) == (1, True)
    assert "stale" in desk.run("status", "readers")[1]


def test_other_words_for_the_same_activity_cost_nothing(desk: Desk) -> None:
    """A comment and another form are no change, for the gate and for the audit."""
    desk.world.save(PLACE, "# For everybody.\n" + ACTIVITY.format(action="s3:GetObject"))
    assert desk.run("gate", "--base", "main")[0] == 0
    assert desk.run("audit", "proposal")[0] == 0


def test_a_persona_that_only_the_audit_would_see_is_seen_by_the_gate(desk: Desk) -> None:
    """Its title changes nothing that is rendered; the role rests on it all the same."""
    desk.world.save("roles/personas/custom.yaml", "id: custom\ntitle: Ours\nsummary: Brings nothing.\n")
    assert desk.run("gate", "--base", "main")[0] == 1
    assert desk.run("audit", "proposal")[0] == 1


def test_the_step_is_the_one_that_the_roles_know() -> None:
    """Its rule is named by its code."""
    finding = UNDER_APPROVAL.at(Location("roles/readers.yaml"), "It changes.")
    assert is_step(finding, Status.APPROVED)
    assert not is_step(finding, Status.ARCHIVED)


def test_what_built_in_personas_bring_stays() -> None:
    """Others would make old approvals of roles stale where an activity lies in the repository: make a new persona."""
    assert {name: sorted(persona.activities) for name, persona in built_in().personas.items()} == BROUGHT


BROUGHT = {
    "auditor": ["read_model_cards", "read_models", "read_monitors", "visualize_experiments"],
    "compute": ["access_aws_services"],
    "custom": [],
    "data_scientist": [
        "access_s3_buckets",
        "manage_experiments",
        "manage_jobs",
        "manage_models",
        "run_studio_apps",
        "visualize_experiments",
    ],
    "mlops": ["manage_endpoints", "manage_models", "manage_pipelines", "run_studio_apps", "visualize_experiments"],
    "model_card_author": ["read_models", "visualize_experiments", "write_model_cards"],
    "model_validator": [
        "approve_model_packages",
        "read_model_cards",
        "read_models",
        "read_monitors",
        "read_s3_buckets",
        "visualize_experiments",
    ],
}

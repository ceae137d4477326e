"""Activities and personas of a governance repository: read, put in place of built-in ones, and never half."""

from datetime import date
from pathlib import Path

import pytest

from mlgov.checks.cache import Cache
from mlgov.checks.check import check_change, check_snapshot
from mlgov.checks.tree import read_tree
from mlgov.cli.main import exit_code_of
from mlgov.names import Kind
from mlgov.ports import File, Snapshot
from mlgov.roles import built_in, library_in
from mlgov.settings import Settings
from tests.git_world import new_world

TODAY = date(2026, 11, 21)
READ_TABLES = """\
id: read_tables
title: Read tables
summary: Reads the tables of the named Glue databases.
parameters: [glue_databases]
statements:
  - sid: ReadTables
    purpose: Read tables.
    actions: [glue:GetTable]
    resources:
      - arn:{partition}:glue:{region}:{account}:catalog
      - arn:{partition}:glue:{region}:{account}:database/{glue_databases}
      - arn:{partition}:glue:{region}:{account}:table/{glue_databases}/*
"""
JOBS = """\
id: manage_jobs
title: Manage jobs, and see where their metrics go
summary: As the built-in one, and CloudWatch metrics besides.
extends: manage_jobs
statements:
  - sid: ReadMetrics
    purpose: Read metrics.
    actions: [cloudwatch:GetMetricData]
    resources: ["*"]
  - sid: ListJobs
    purpose: List training jobs alone.
    actions: [sagemaker:ListTrainingJobs]
    resources: ["*"]
"""
ANALYST = """\
id: analyst
title: Analyst
summary: Reads tables, and what data scientists may besides jobs.
extends: data_scientist
activities: [read_tables]
without: [manage_jobs]
"""
ROLE = """\
apiVersion: mlgov/v1
kind: Role
metadata:
  name: churn
lifecycle:
  status: {status}
spec:
  persona: {persona}
  parameters:
    roles_to_pass: ["arn:aws:iam::111122223333:role/SageMaker-compute"]
    s3_buckets: [churn-data]
    glue_databases: [churn]
  account: "111122223333"
  region: eu-central-1
"""


def snapshot(**texts: str) -> Snapshot:
    """Make a snapshot; ``roles__activities__x`` is the file roles/activities/x.yaml."""
    files = {f"{name.replace('__', '/')}.yaml": text for name, text in texts.items()}
    return {path: File(path, "100644", text.encode()) for path, text in files.items()}


def role(persona: str, status: str = "draft") -> str:
    """Write a role."""
    return ROLE.format(persona=persona, status=status)


OWN = {"roles__activities__read_tables": READ_TABLES, "roles__personas__analyst": ANALYST}


def told(files: Snapshot) -> list[str]:
    """List what is wrong with the definitions as ``place: CODE``."""
    return [f"{finding.location} {finding.rule.code}" for finding in library_in(files)[1]]


def test_without_files_the_library_is_the_built_in_one() -> None:
    """Nothing is read when there is nothing."""
    assert library_in(snapshot(roles__churn=role("mlops"))) == (built_in(), [])


def test_an_activity_and_a_persona_of_the_repository_are_found() -> None:
    """A role may use both, and check has nothing against it."""
    files = snapshot(**OWN, roles__churn=role("analyst"))
    assert check_snapshot(files, Settings(), today=TODAY) == []
    assert "read_tables" in read_tree(files).library().activities
    assert [found.name for found in read_tree(files).of(Kind.ROLE)] == ["churn"]


def test_a_persona_extends_a_built_in_one() -> None:
    """It brings what that one brings, what it adds, and not what it leaves out."""
    library, _ = library_in(snapshot(**OWN))
    base = built_in().personas["data_scientist"].activities
    assert library.personas["analyst"].activities == [*(name for name in base if name != "manage_jobs"), "read_tables"]
    assert library.personas["analyst"].assumed_by == "sagemaker"


def test_an_activity_extends_the_built_in_one_of_its_name() -> None:
    """It adds statements, replaces one of the same sid, and keeps the rest with its parameters."""
    library, findings = library_in(snapshot(roles__activities__manage_jobs=JOBS))
    ours, theirs = library.activities["manage_jobs"], built_in().activities["manage_jobs"]
    assert findings == []
    assert len(ours.statements) == len(theirs.statements) + 1
    assert ours.parameters == theirs.parameters
    (listing,) = [statement for statement in ours.statements if statement.sid == "ListJobs"]
    assert listing.actions == ["sagemaker:ListTrainingJobs"]


def test_an_activity_replaces_the_built_in_one_of_its_name() -> None:
    """Without ``extends`` nothing of the built-in one is left."""
    text = JOBS.replace("extends: manage_jobs\n", "")
    library, _ = library_in(snapshot(roles__activities__manage_jobs=text))
    assert [statement.sid for statement in library.activities["manage_jobs"].statements] == ["ReadMetrics", "ListJobs"]
    assert library.activities["manage_jobs"].parameters == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("actions: [glue:GetTable]", "actions: ['glue:*']", ":8:15 MLG-S001"),
        ("actions: [glue:GetTable]", "action: [glue:GetTable]", ":6:5 MLG-S002"),
        ("title: Read tables\n", "", ":1:1 MLG-S002"),
        ("id: read_tables", "id: read_table", ":1:5 MLG-S005"),
        ("title: Read tables", "title: [", ":4:11 MLG-D001"),
        ("summary:", "extends: manage_tables\nsummary:", ":3:10 MLG-R002"),
        ("id: read_tables", "kind: Role\nid: read_tables", ":1:1 MLG-S005"),
    ],
)
def test_what_is_wrong_with_a_definition_is_told_with_its_place(old: str, new: str, expected: str) -> None:
    """File, line and column; and what cannot be read is not there."""
    assert old in READ_TABLES
    files = snapshot(roles__activities__read_tables=READ_TABLES.replace(old, new, 1))
    assert f"roles/activities/read_tables.yaml{expected}" in told(files)
    assert "read_tables" not in library_in(files)[0].activities


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[read_tables]", "[read_table]", ":5:14 MLG-R002"),
        ("[manage_jobs]", "[manage_endpoints]", ":6:11 MLG-R002"),
        ("extends: data_scientist", "extends: scientist", ":4:10 MLG-R001"),
    ],
)
def test_what_is_wrong_with_a_persona_is_told_with_its_place(old: str, new: str, expected: str) -> None:
    """An activity that is not there, one that is not brought, a persona that is not built in."""
    files = snapshot(**{**OWN, "roles__personas__analyst": ANALYST.replace(old, new)})
    assert told(files) == [f"roles/personas/analyst.yaml{expected}"]


def test_a_broken_definition_does_not_fall_back_to_the_built_in_one() -> None:
    """A role that asks for it is refused."""
    files = snapshot(roles__activities__manage_models=JOBS, roles__churn=role("mlops"))
    found = {f"{finding.location} {finding.rule.code}" for finding in check_snapshot(files, Settings(), today=TODAY)}
    assert "manage_models" not in library_in(files)[0].activities
    assert {"roles/activities/manage_models.yaml:1:5 MLG-S005", "roles/churn.yaml:8:12 MLG-R002"} <= found


def test_definitions_are_no_roles() -> None:
    """They have no envelope, and check does not miss one; other files there are out of place."""
    files = snapshot(**OWN) | {"roles/personas/x.txt": File("roles/personas/x.txt", "100644", b"")}
    findings = check_snapshot(files, Settings(), today=TODAY)
    assert [f"{finding.location}" for finding in findings] == ["roles/personas/x.txt:1:1"]


def test_a_remembered_verdict_ends_when_a_definition_appears() -> None:
    """What is known to be clean is looked at again once an activity of the role gets a definition here."""
    lines = role("mlops").splitlines(keepends=True)
    text = "".join(line for line in lines if "s3_buckets" not in line and "glue_databases" not in line)
    before = snapshot(roles__churn=text)
    cache = Cache("key")
    assert check_snapshot(before, Settings(), today=TODAY, cache=cache) == []
    again = Cache("key", cache.rendered())
    assert again.knows("roles/churn.yaml", before)
    asks = JOBS.replace("manage_jobs", "manage_models").replace(
        "extends: manage_models\n", "parameters: [s3_buckets]\n"
    )
    asks = asks.replace('resources: ["*"]', 'resources: ["arn:{partition}:s3:::{s3_buckets}"]', 1)
    after = before | snapshot(roles__activities__manage_models=asks)
    found = check_snapshot(after, Settings(), today=TODAY, cache=again)
    assert "MLG-R005" in {finding.rule.code for finding in found}


def test_an_approved_role_keeps_what_it_permits() -> None:
    """A definition that changes an approved role is told at the role; one that does not is not."""
    before = snapshot(roles__churn=role("mlops", "approved"))
    models = JOBS.replace("manage_jobs", "manage_models").replace("ListJobs", "ListAll")
    after = before | snapshot(roles__activities__manage_models=models)
    (found,) = check_change(before, after)
    assert (str(found.location), found.rule.name) == ("roles/churn.yaml:6:11", "permissions-under-approval")
    assert check_change(before, before | snapshot(roles__activities__manage_jobs=JOBS)) == []
    review = {"roles__churn": role("mlops", "pending_review"), "roles__activities__manage_models": models}
    assert check_change(before, snapshot(**review)) == []


def test_definitions_have_no_status_to_move() -> None:
    """They are made, changed and removed as other files are; what they change in roles is judged at the roles."""
    before, changed = snapshot(**OWN), snapshot(**{**OWN, "roles__activities__read_tables": READ_TABLES + "# more\n"})
    for base, now in ((before, changed), (before, {}), ({}, before)):
        assert check_change(base, now) == []


def test_a_repository_with_definitions_has_a_site_and_a_dashboard(tmp_path: Path) -> None:
    """Their history is no history of documents, and the page of a role shows what they permit."""
    world = new_world(tmp_path / "governance")
    world.save("mlgov.toml", "")
    for path, file in snapshot(**OWN, roles__churn=role("analyst")).items():
        world.save(path, file.data.decode())
    assert exit_code_of(["-C", str(world.root), "dashboard"]) == 0
    assert exit_code_of(["-C", str(world.root), "check", "--base", "HEAD~1"]) == 0
    assert exit_code_of(["-C", str(world.root), "site", "render", "--out", str(tmp_path / "pages")]) == 0
    (page,) = (tmp_path / "pages").rglob("roles/churn.md")
    assert "Reads the tables of the named Glue databases." in page.read_text()

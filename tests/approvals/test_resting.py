"""What documents rest on: places of the repository, whatever a document says."""

from typing import Any

from mlgov.approvals.lives import is_step
from mlgov.approvals.resting import Rest
from mlgov.approvals.subjects import subject_of
from mlgov.approvals.votes import Subject
from mlgov.documents import load
from mlgov.findings import Location
from mlgov.lifecycle import bytes_digest, json_digest
from mlgov.names import Status
from mlgov.ports import REGULAR_FILE, Commit, FileChange
from mlgov.roles.rules import UNDER_APPROVAL
from tests.approvals.people import NOW

PERSONA = "roles/personas/custom.yaml"
ODD = ["", ".", "..", "a/b", "/a", "../a"]


def rests_on(folder: str, kind: str, spec: str, **personas: str) -> tuple[str, ...]:
    """Give what a document with a spec rests on; personas by id."""
    text = f"apiVersion: mlgov/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec: {spec}\n"
    document: Any = load(text.encode(), f"{folder}/x.yaml")[0]
    assert document is not None
    own = {f"roles/personas/{name}.yaml": data.encode() for name, data in personas.items()}
    subject = subject_of(document, {}, own)
    assert subject is not None
    return subject.rests_on


def test_a_card_rests_on_places_alone() -> None:
    """What leads out of the repository, or nowhere, is nothing that git could be asked about."""
    cited = ", ".join(f'{{path: "{path}"}}' for path in [*ODD, "evidence/x.json"])
    found = rests_on("cards", "ModelCard", f"{{evaluation_details: [{{evidence: [{cited}]}}]}}")
    assert found == ("a/b", "evidence/x.json")


def test_a_role_rests_on_files_of_its_parts_alone() -> None:
    """An activity is a name, and a name is no path."""
    chosen = ", ".join(f'{{id: "{name}"}}' for name in [*ODD, "read_x"])
    found = rests_on("roles", "Role", f"{{persona: custom, activities: [{chosen}, {{id: 1}}, {{id: [a]}}]}}")
    assert found == ("roles/activities/read_x.yaml", PERSONA)


def test_a_persona_of_the_repository_names_activities_alone() -> None:
    """Numbers, lists and paths are none."""
    brought = ", ".join(f'"{name}"' for name in [*ODD, "read_x", "read_y"])
    persona = f"id: custom\nactivities: [{brought}, 1, [a]]\nwithout: [read_y]\n"
    assert rests_on("roles", "Role", "{persona: custom}", custom=persona) == ("roles/activities/read_x.yaml", PERSONA)


def test_a_persona_that_is_no_name_brings_nothing() -> None:
    """Nor does one that cannot be read."""
    for persona in ("[custom]", '"../custom"', "1", '""'):
        assert rests_on("roles", "Role", f"{{persona: {persona}}}") == ()
    assert rests_on("roles", "Role", "{persona: auditor}", auditor="a: [") == ("roles/personas/auditor.yaml",)


def test_a_changed_activity_is_a_step_while_the_role_is_approved() -> None:
    """And only then."""
    finding = UNDER_APPROVAL.at(Location("roles/x.yaml"), "It changes.")
    assert is_step(finding, Status.APPROVED) is True
    assert is_step(finding, Status.ARCHIVED) is False
    assert is_step(finding, None) is False


def test_activities_are_digested_by_what_they_say() -> None:
    """Anybody can work it out: SHA-256 over canonical JSON."""
    from mlgov.approvals.subjects import rest_digest
    from mlgov.lifecycle.digest import bytes_digest

    assert rest_digest("roles/activities/x.yaml", b"# A remark.\nid:   x\n") == json_digest({"id": "x"})
    assert rest_digest("roles/activities/x.yaml", b"id: [") == bytes_digest(b"id: [")
    assert rest_digest("evidence/x.yaml", b"id:   x\n") == bytes_digest(b"id:   x\n")


# -- along a history -----------------------------------------------------------------------------------------------

BASELINE = "baselines/x/quality"
STATISTICS = f"{BASELINE}/statistics.json"
WATCHED = f"kind: MonitorSet\nmetadata: {{name: x}}\nspec: {{monitors: [{{baseline: {BASELINE}}}]}}\n"
CITING = "kind: ModelCard\nmetadata: {name: x}\nspec: {claims: [{evidence: [{path: evidence/a.yaml}]}]}\n"
ROLE = "kind: Role\nmetadata: {name: x}\nspec: {persona: custom}\n"
GONE = "000000"


def noted(*changes: tuple[str, str, bytes | None]) -> Rest:
    """Note commits of one change each: path, mode, and bytes when the content is at hand; equal bytes are one blob."""
    rest = Rest()
    for path, mode, data in changes:
        blob = None if mode == GONE else bytes_digest(data or b"")
        blobs = {blob: data} if blob and data is not None else {}
        commit = Commit("1" * 40, "x", "x@example.org", NOW, "change", (FileChange(path, mode, blob),))
        rest.note(commit, blobs)
    return rest


def subject(rest: Rest, text: str, path: str) -> Subject:
    document: Any = load(text.encode(), path)[0]
    found = rest.subject(document)
    assert found is not None
    return found


def test_a_file_counts_as_the_last_commit_left_it() -> None:
    """It comes, changes and goes."""
    steps = [(STATISTICS, REGULAR_FILE, b"{}"), (STATISTICS, REGULAR_FILE, b"[]"), (STATISTICS, GONE, None)]
    found = [dict(subject(noted(*steps[:count]), WATCHED, "monitors/x.yaml").evidence) for count in range(1, 4)]
    assert found == [{STATISTICS: bytes_digest(b"{}")}, {STATISTICS: bytes_digest(b"[]")}, {BASELINE: ""}]


def test_what_becomes_a_link_or_too_large_is_no_file_any_more() -> None:
    """Neither has a content that was read."""
    for mode, data in (("120000", b"/etc/passwd"), (REGULAR_FILE, None)):
        rest = noted((STATISTICS, REGULAR_FILE, b"{}"), (STATISTICS, mode, data))
        assert subject(rest, WATCHED, "monitors/x.yaml").evidence == {BASELINE: ""}


def test_a_blob_counts_by_what_it_is_where_it_lies() -> None:
    """As an activity by what it says, as evidence by its bytes, whichever came first."""
    activity, data = "roles/activities/read_x.yaml", b"id: read_x  # said\n"
    persona = (PERSONA, REGULAR_FILE, b"id: custom\nactivities: [read_x]\n")
    files = [(activity, REGULAR_FILE, data), ("evidence/a.yaml", REGULAR_FILE, data)]
    for order in (files, files[::-1]):
        rest = noted(persona, *order)
        assert subject(rest, ROLE, "roles/x.yaml").evidence[activity] == json_digest({"id": "read_x"})
        assert subject(rest, CITING, "cards/x.yaml").evidence == {"evidence/a.yaml": bytes_digest(data)}


def test_a_role_is_made_of_what_its_persona_says_now() -> None:
    """And of nothing once the persona is gone."""
    first, second = ((PERSONA, REGULAR_FILE, f"id: custom\nactivities: [{name}]\n".encode()) for name in ("a", "b"))
    steps = [first, second, (PERSONA, GONE, None)]
    found = [subject(noted(*steps[:count]), ROLE, "roles/x.yaml").rests_on for count in range(1, 4)]
    assert found == [("roles/activities/a.yaml", PERSONA), ("roles/activities/b.yaml", PERSONA), (PERSONA,)]


def test_documents_are_found_by_the_files_that_they_rest_on() -> None:
    """Also by what lies in a folder that they name, and not by a folder with a longer name."""
    rest = noted((STATISTICS, REGULAR_FILE, b"{}"))
    for text, path in ((WATCHED, "monitors/x.yaml"), (CITING, "cards/x.yaml")):
        rest.hold(subject(rest, text, path))
    assert rest.documents_on({STATISTICS}) == {"monitors/x.yaml"}
    assert rest.documents_on({f"{BASELINE}/deep/one.json", "evidence/a.yaml"}) == {"monitors/x.yaml", "cards/x.yaml"}
    assert rest.documents_on({f"{BASELINE}-2/statistics.json", "evidence", "baselines/x"}) == set()

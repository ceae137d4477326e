"""What documents rest on: places of the repository, whatever a document says."""

from typing import Any

from mlgov.approvals.lives import is_step
from mlgov.approvals.subjects import subject_of
from mlgov.documents import load
from mlgov.findings import Location
from mlgov.lifecycle import json_digest
from mlgov.names import Status
from mlgov.roles.rules import UNDER_APPROVAL

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

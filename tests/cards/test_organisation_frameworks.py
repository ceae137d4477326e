"""Framework packs of the organisation: read, checked, and never in the place of a pack of ours."""

import pytest

from mlgov.cards.frameworks import built_in, is_field
from mlgov.cards.frameworks.organisation import all_frameworks, check_packs, framework_of
from mlgov.ports import File, Snapshot
from tests.cards.test_frameworks import PACK

PATH = "frameworks/house.yaml"


def files(data: bytes = PACK, path: str = PATH, mode: str = "100644") -> Snapshot:
    """Make a snapshot of one pack."""
    return {path: File(path, mode, data)}


def told(snapshot: Snapshot) -> list[str]:
    """List what is found."""
    return [f"{f.rule.code} {f.location} {f.message}" for f in check_packs(snapshot)]


def test_a_good_pack_is_a_framework_like_any_other() -> None:
    """After those of mlgov."""
    frameworks, findings = all_frameworks(files())
    assert (list(frameworks), findings) == ([*built_in(), "house"], [])
    found = framework_of("house", files())
    assert found is not None
    assert found.title == "House rules"


@pytest.mark.parametrize("identity", ["house", "../house", "HOUSE", "none"])
def test_an_unknown_id_has_no_framework(identity: str) -> None:
    """Nor has one that could not be the name of a file."""
    assert framework_of(identity, {}) is None


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b"versoin", b"versoin", ""),
        (b"version", b"versoin", "MLG-S002 frameworks/house.yaml"),
        (b"version", b"versoin", "MLG-S003 frameworks/house.yaml:3:1"),
        (b"effective: 2026-01-01", b"effective: soon", "MLG-S001 frameworks/house.yaml:6:12"),
        (b"https:", b"http:", "MLG-S001 frameworks/house.yaml:5:7"),
        (b"id: house", b"id: other", "MLG-C016 frameworks/house.yaml:1:5"),
        (b"intended_uses.intended_uses", b"intended_uses.intended_use", "MLG-C016 frameworks/house.yaml:8:50"),
        (
            b", fields: [intended_uses.intended_uses]",
            b"",
            "MLG-S001 frameworks/house.yaml:8:5 ",
        ),
        (b"id: house", b"id: [house", "MLG-D"),
    ],
)
def test_a_bad_pack_is_told_with_its_line(old: bytes, new: bytes, place: str) -> None:
    """And gives no framework, so that nothing is held against half of it."""
    snapshot = files(PACK.replace(old, new, 1))
    found = told(snapshot)
    assert not place or [line for line in found if line.startswith(place)], found
    assert (framework_of("house", snapshot) is None) == bool(found)


def test_a_requirement_that_is_there_twice() -> None:
    """The claim for it would have two meanings."""
    (line,) = told(files(PACK + PACK.splitlines()[-1] + b"\n"))
    assert line == "MLG-C016 frameworks/house.yaml:9:10 The requirement 'H1' is there twice."


def test_an_id_of_ours_is_not_used_again() -> None:
    """The pack that comes with mlgov stays what the id means."""
    snapshot = files(PACK.replace(b"id: house", b"id: sr-11-7"), "frameworks/sr-11-7.yaml")
    assert told(snapshot) == ["MLG-C016 frameworks/sr-11-7.yaml:1:1 mlgov comes with a framework 'sr-11-7'."]
    assert framework_of("sr-11-7", snapshot) == built_in()["sr-11-7"]
    assert all_frameworks(snapshot)[0] == built_in()


@pytest.mark.parametrize(
    ("path", "mode", "code"),
    [
        ("frameworks/house.yml", "100644", "MLG-S005"),
        ("frameworks/deep/house.yaml", "100644", "MLG-S005"),
        (PATH, "120000", "MLG-S005"),
        ("frameworks/House.yaml", "100644", "MLG-S007"),
    ],
)
def test_a_pack_in_another_place_is_told(path: str, mode: str, code: str) -> None:
    """It would never be read."""
    assert told(files(PACK, path, mode))[0].startswith(f"{code} {path}:1:1")


def test_a_readme_beside_the_packs_is_none() -> None:
    """Only YAML is a pack."""
    assert told(files(b"x", "frameworks/README.md")) == []


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("evaluation_details", True),
        ("intended_uses.risk_rating", True),
        ("lineage.datasets", True),
        ("additional_information.custom_details.cost_centre", True),
        ("additional_information.custom_details.cost.centre", False),
        ("evaluation_details.name", False),
        ("intended_uses.risk_rating.x", False),
        ("intended_uses.", False),
        ("", False),
    ],
)
def test_fields_that_a_card_can_be_asked_for(field: str, expected: bool) -> None:
    """Those that can be found without looking into a list."""
    assert is_field(field) is expected

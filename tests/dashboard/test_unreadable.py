"""Files that could not be read."""

from mlgov.dashboard import unreadable, unreadable_sentence
from tests.website import documents as d
from tests.website.values import site


def test_every_finding_of_a_file_is_kept_in_order() -> None:
    """By path; a document that can be read is not there."""
    tree = site(d.card("fine"), d.card("broken") | {"first": 1, "second": 2}).collected.tree
    [(path, findings)] = unreadable(tree, "cards").items()
    assert path == "cards/broken.yaml"
    assert [finding.pointer for finding in findings] == [("first",), ("second",)]
    assert unreadable(tree, "roles") == {}


def test_the_sentence_names_the_first_places() -> None:
    """A few places are enough; 'mlgov check' has them all."""
    tree = site(files={f"cards/x{place}.yaml": b"a: [" for place in range(7)}).collected.tree
    said = unreadable_sentence(tree)
    assert said.startswith("7 documents cannot be read: cards/x0.yaml:")
    assert "cards/x4.yaml" in said
    assert "cards/x5.yaml" not in said
    assert " and 2 more. Run 'mlgov check'" in said


def test_nothing_is_said_when_all_is_well() -> None:
    """No empty warning."""
    assert unreadable_sentence(site(d.card("fine")).collected.tree) == ""

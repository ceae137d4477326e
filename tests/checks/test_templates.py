"""Templates of the organisation: each of them has to become a draft."""

from datetime import date

import pytest

from mlgov.checks.check import check_snapshot
from mlgov.ports import File, Snapshot
from mlgov.settings import Settings

TEMPLATE = """\
# template: As we do it.
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: template
lifecycle:
  status: approved # becomes draft
spec:
  intended_uses:
    risk_rating: low
"""
PATH = "templates/cards/ours.yaml"


def files(text: str, path: str = PATH, mode: str = "100644") -> Snapshot:
    """Make a snapshot of one file."""
    return {path: File(path, mode, text.encode())}


def found(snapshot: Snapshot) -> list[str]:
    """List what is found, as code and place."""
    findings = check_snapshot(snapshot, Settings(), today=date(2026, 11, 20))
    return [f"{f.rule.code} {f.location}" for f in findings]


def test_a_good_template_is_clean() -> None:
    """Its status and its name do not matter: the draft gets its own."""
    assert found(files(TEMPLATE)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("risk_rating", "risk_ratng", "MLG-S003 templates/cards/ours.yaml:10:5"),
        ("risk_rating: low", "risk_rating: lowest", "MLG-S001 templates/cards/ours.yaml:10:18"),
        ("kind: ModelCard", "kind: Role", "MLG-S004 templates/cards/ours.yaml:3:7"),
        ("name: template", "name: A template", "MLG-S007 templates/cards/ours.yaml:5:9"),
        ("spec:", "spec: [", "MLG-D001 templates/cards/ours.yaml:10:16"),
    ],
)
def test_what_is_no_card_is_found_at_its_line(old: str, new: str, expected: str) -> None:
    """As in any document."""
    assert expected in found(files(TEMPLATE.replace(old, new)))


def test_the_rules_of_cards_hold_too() -> None:
    """A draft that claims what does not exist would be refused, whoever made it."""
    claims = "  claims:\n    - {framework: none-such, requirement: '1', statement: We do it.}\n"
    assert found(files(TEMPLATE + claims)) == ["MLG-C013 templates/cards/ours.yaml:12:19"]


@pytest.mark.parametrize(
    ("path", "mode"),
    [("templates/cards/ours.yml", "100644"), ("templates/cards/deep/ours.yaml", "100644"), (PATH, "120000")],
)
def test_yaml_in_another_place_is_told(path: str, mode: str) -> None:
    """It would never be offered."""
    assert found(files(TEMPLATE, path, mode)) == [f"MLG-S005 {path}:1:1"]


def test_other_files_are_none_of_ours() -> None:
    """A read-me beside the templates, and templates of other programs."""
    assert found({**files("x", "templates/cards/README.md"), **files("{{", "templates/site/page.yaml")}) == []

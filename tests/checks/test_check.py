"""Whole snapshots: what is found in a repository, and what a change may do."""

from datetime import date

import pytest

from mlgov.checks.check import check_change, check_snapshot
from mlgov.names import Kind, RiskRating, Status
from mlgov.ports import File, Snapshot
from mlgov.settings import RequiredFields, Settings

TODAY = date(2026, 11, 20)
CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata:
  name: churn
lifecycle:
  status: {status}
spec:
  intended_uses:
    risk_rating: {risk}
"""


def files(**texts: str) -> Snapshot:
    """Make a snapshot; ``__`` in a name stands for ``/`` and a missing ending for ``.yaml``."""
    paths = {name.replace("__", "/") + ".yaml": text for name, text in texts.items()}
    return {path: File(path, "100644", text.encode()) for path, text in paths.items()}


def card(status: str = "draft", risk: str = "low", name: str = "churn") -> str:
    """Make the text of a card."""
    return CARD.format(status=status, risk=risk).replace("churn", name)


def codes(snapshot: Snapshot, settings: Settings | None = None) -> list[str]:
    """List what is found, as code and path:line."""
    found = check_snapshot(snapshot, settings or Settings(), today=TODAY)
    return [f"{f.rule.code} {f.location.path}:{f.location.line}" for f in found]


def changed(base: Snapshot, now: Snapshot) -> list[str]:
    """List what a change breaks."""
    return [f"{f.rule.code} {f.location.path}" for f in check_change(base, now)]


def test_an_empty_repository_is_clean() -> None:
    """Nothing governed, nothing found."""
    assert codes({}) == []


def test_a_good_card_is_clean() -> None:
    """A card that keeps every rule is without a finding."""
    assert codes(files(cards__churn=card())) == []


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [
        (files(cards__other=card()), ["MLG-S005 cards/other.yaml:4"]),
        (files(cards__Churn=card()), ["MLG-S007 cards/Churn.yaml:1"]),
        (files(cards__sub__churn=card()), ["MLG-S005 cards/sub/churn.yaml:1"]),
        (files(roles__churn=card()), ["MLG-S004 roles/churn.yaml:2"]),
        (files(cards__churn=card().replace("mlgov/v1", "mlgov/v9")), ["MLG-S004 cards/churn.yaml:1"]),
        (files(cards__churn=card().replace("kind: ModelCard\n", "")), ["MLG-S004 cards/churn.yaml:1"]),
        (files(cards__churn="a: ["), ["MLG-D001 cards/churn.yaml:2"]),
        ({"cards/churn.yml": File("cards/churn.yml", "100644", card().encode())}, ["MLG-S005 cards/churn.yml:1"]),
        ({"cards/notes.txt": File("cards/notes.txt", "100644", b"hello")}, ["MLG-S005 cards/notes.txt:1"]),
        ({"cards/churn.yaml": File("cards/churn.yaml", "120000", b"/etc/passwd")}, ["MLG-S005 cards/churn.yaml:1"]),
        ({"cards/churn.yaml": File("cards/churn.yaml", "100755", card().encode())}, ["MLG-S005 cards/churn.yaml:1"]),
        ({"cards/churn.yaml": File("cards/churn.yaml", "160000", b"")}, ["MLG-S005 cards/churn.yaml:1"]),
        ({"cards/.gitkeep": File("cards/.gitkeep", "100644", b"")}, []),
    ],
)
def test_files_in_the_wrong_shape_or_place(snapshot: Snapshot, expected: list[str]) -> None:
    """A document is a plain file at the one place of its kind and name; anything else is named."""
    assert codes(snapshot) == expected


def test_names_that_clash_on_some_systems() -> None:
    """Two paths that differ in case only are one file on other systems."""
    clash = {**files(cards__churn=card()), **files(cards__CHURN=card())}
    assert "MLG-S006 cards/churn.yaml:1" in codes(clash)


def test_required_fields_follow_status_and_risk() -> None:
    """A high-risk card under review needs what the settings require; a draft does not."""
    rule = RequiredFields(
        kind=Kind.MODEL_CARD,
        status=(Status.PENDING_REVIEW,),
        risk_rating=(RiskRating.HIGH,),
        fields=("metadata.owners", "spec.model_overview.model_owner"),
    )
    settings = Settings(required=(rule,))
    assert codes(files(cards__churn=card("pending_review", "high")), settings) == [
        "MLG-L001 cards/churn.yaml:3",
        "MLG-L001 cards/churn.yaml:7",
    ]
    assert codes(files(cards__churn=card("draft", "high")), settings) == []


def test_an_overdue_review_is_a_warning() -> None:
    """The day after review_by a warning appears; on the day itself there is none."""
    text = card("approved").replace("approved", "approved\n  review_by: 2026-11-{}")
    assert codes(files(cards__churn=text.format(19))) == ["MLG-L006 cards/churn.yaml:7"]
    assert codes(files(cards__churn=text.format(20))) == []


def test_a_change_is_judged_against_its_base() -> None:
    """Approving moves through review; content and approval do not change together."""
    draft, review = files(cards__churn=card("draft")), files(cards__churn=card("pending_review"))
    approved = files(cards__churn=card("approved"))
    assert changed(draft, review) == []
    assert changed(review, approved) == []
    assert changed(draft, approved) == ["MLG-L002 cards/churn.yaml"]
    assert changed(approved, files(cards__churn=card("approved", "high"))) == ["MLG-L004 cards/churn.yaml"]
    assert changed({}, approved) == ["MLG-L003 cards/churn.yaml"]


def test_renaming_does_not_dodge_the_rules() -> None:
    """A renamed document is one that disappears and one that is born."""
    approved, renamed = files(cards__churn=card("approved")), files(cards__leave=card("approved", name="leave"))
    assert changed(approved, renamed) == ["MLG-L005 cards/churn.yaml", "MLG-L003 cards/leave.yaml"]


def test_breaking_a_file_does_not_hide_it() -> None:
    """A document that cannot be read any more has its syntax error, and is not taken for deleted."""
    approved, broken = files(cards__churn=card("approved")), files(cards__churn="a: [")
    assert changed(approved, broken) == []
    assert codes(broken) == ["MLG-D001 cards/churn.yaml:2"]


def test_a_symlink_in_place_of_a_document_is_a_disappearance() -> None:
    """Replacing a reviewed file by a symlink does not keep it."""
    link = {"cards/churn.yaml": File("cards/churn.yaml", "120000", b"draft.yaml")}
    assert codes(link) == ["MLG-S005 cards/churn.yaml:1"]

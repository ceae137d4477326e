"""Tombstones: what lets an archived document go, and keeps its name from coming back."""

from datetime import date

import pytest

from mlgov.checks.check import check_change, check_snapshot
from mlgov.documents import load
from mlgov.lifecycle.tombstones import bury, is_tombstone, read_tombstone, tombstone_path
from mlgov.names import Kind, Status
from mlgov.ports import File, Snapshot
from mlgov.settings import Settings

CARD, GRAVE = "cards/x.yaml", "cards/.tombstones/x.yaml"
STATUSES = [s.value for s in Status]


def card(status: str = "archived", content: str = "low") -> bytes:
    """Write a card."""
    head = f"apiVersion: mlgov/v1\nkind: ModelCard\nmetadata:\n  name: x\nlifecycle:\n  status: {status}\n"
    return f"{head}spec:\n  intended_uses:\n    risk_rating: {content}\n".encode()


def tombstone(data: bytes, reason: str = "It was replaced.") -> bytes:
    """Write the tombstone of a card."""
    document, _ = load(data, CARD)
    assert document is not None
    return bury(document, kind=Kind.MODEL_CARD, version=2, removed_on="2026-11-20", reason=reason)


def tree(**files: bytes) -> Snapshot:
    """Make a snapshot: ``card`` and ``grave`` stand for the two paths."""
    paths = {"card": CARD, "grave": GRAVE}
    return {paths.get(name, name): File(paths.get(name, name), "100644", data) for name, data in files.items()}


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """List the codes of what a change breaks."""
    return [f"{f.location.path} {f.rule.code}" for f in check_change(before, after)]


def found(snapshot: Snapshot) -> list[str]:
    """List the codes of what is wrong with a snapshot."""
    return [f"{f.location.path} {f.rule.code}" for f in check_snapshot(snapshot, Settings(), today=date(2026, 11, 20))]


@pytest.mark.parametrize("status", STATUSES)
def test_only_drafts_and_archived_documents_may_be_removed(status: str) -> None:
    """What waits for a review or is in use has to be withdrawn first, tombstone or not."""
    data = card(status)
    legal = status in ("draft", "archived")
    assert changed(tree(card=data), tree(grave=tombstone(data))) == ([] if legal else [f"{CARD} MLG-L005"])


def test_an_archived_document_without_a_tombstone_disappeared() -> None:
    """As before."""
    assert changed(tree(card=card()), tree()) == [f"{CARD} MLG-L005"]


def test_a_tombstone_of_other_content_lets_nothing_go() -> None:
    """The digest has to be the one of what is removed."""
    after = tree(grave=tombstone(card(content="high")))
    assert changed(tree(card=card()), after) == [f"{GRAVE} MLG-L009", f"{CARD} MLG-L005"]


def test_a_tombstone_with_another_status_is_not_true() -> None:
    """An archived document was no draft."""
    assert f"{GRAVE} MLG-L009" in changed(tree(card=card()), tree(grave=tombstone(card("draft"))))


def test_a_tombstone_of_nothing_is_refused() -> None:
    """Nobody may block a name that was never used."""
    assert changed(tree(), tree(grave=tombstone(card()))) == [f"{GRAVE} MLG-L009"]


def test_a_tombstone_stays() -> None:
    """It is neither changed nor taken away, and not while a new document takes the name."""
    stone = tombstone(card())
    assert changed(tree(grave=stone), tree()) == [f"{GRAVE} MLG-L009"]
    assert changed(tree(grave=stone), tree(grave=tombstone(card(), "Other."))) == [f"{GRAVE} MLG-L009"]
    assert changed(tree(grave=stone), tree(card=card("draft"))) == [f"{GRAVE} MLG-L009"]
    assert changed(tree(grave=stone), tree(grave=stone)) == []


@pytest.mark.parametrize("status", STATUSES)
def test_the_name_is_not_used_again(status: str) -> None:
    """Whatever the status."""
    assert found(tree(card=card(status), grave=tombstone(card()))) == [f"{CARD} MLG-L008"]


def test_a_tombstone_alone_is_clean_and_no_document() -> None:
    """It is no card: nothing lists it."""
    assert found(tree(grave=tombstone(card()))) == []
    assert is_tombstone(GRAVE)
    assert not is_tombstone(CARD)
    assert not is_tombstone("docs/.tombstones/x.yaml")


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("cards/.tombstones/y.yaml", tombstone(card()), "MLG-S005"),
        ("roles/.tombstones/x.yaml", tombstone(card()), "MLG-S005"),
        ("cards/.tombstones/x.yml", tombstone(card()), "MLG-S005"),
        ("cards/.tombstones/a/x.yaml", tombstone(card()), "MLG-S005"),
        (GRAVE, b"- x\n", "MLG-D010"),
        (GRAVE, tombstone(card()).replace(b"2026-11-20", b"2026-02-30"), "MLG-S001"),
        (GRAVE, tombstone(card()).replace(b"  reason", b"  raisin"), "MLG-S003"),
    ],
)
def test_what_is_no_tombstone_is_said(path: str, data: bytes, code: str) -> None:
    """Places, names, form and schema."""
    assert f"{path} {code}" in found({path: File(path, "100644", data)})


@pytest.mark.parametrize("mode", ["120000", "100755", "160000"])
def test_only_plain_files_are_tombstones(mode: str) -> None:
    """A link could lead anywhere."""
    assert found({GRAVE: File(GRAVE, mode, tombstone(card()))}) == [f"{GRAVE} MLG-S005"]


@pytest.mark.parametrize("reason", ["It was: replaced", "# no comment", "two\nlines", "yes", "ü 'x' \"y\"", "- 1"])
def test_a_reason_survives(reason: str) -> None:
    """What is written is read back."""
    stone, findings = read_tombstone(tree(grave=tombstone(card(), reason)), GRAVE)
    assert findings == []
    assert stone is not None
    assert (stone.spec.reason, stone.spec.removed_on, stone.spec.version) == (reason, date(2026, 11, 20), 2)
    assert tombstone_path(Kind.MODEL_CARD, "x") == GRAVE

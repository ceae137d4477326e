"""The governance dashboard as one issue: one by its marker, edited in place, without comments."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mlgov.checks.tree import read_tree
from mlgov.dashboard import inventory
from mlgov.dashboard.issue import LABEL, dashboard_text, ending_waivers, plan, synchronise
from mlgov.monitors.issue_actions import Open, apply
from mlgov.ports import REGULAR_FILE, File
from mlgov.settings import load
from tests.fakes.forge import MemoryForge

NOW = datetime(2026, 11, 10, tzinfo=UTC)
CARD = """\
apiVersion: mlgov/v1
kind: ModelCard
metadata: {{name: {name}}}
lifecycle: {{status: approved, review_by: {review_by}}}
spec: {{intended_uses: {{risk_rating: high}}}}
"""
WAIVER = """\
apiVersion: mlgov/v1
kind: Waiver
metadata: {{name: {name}, owners: ["@risk"]}}
lifecycle: {{status: {status}}}
spec:
  path: cards/churn.yaml
  findings: [{{code: MLG-L001, fingerprint: 0f1e2d3c4b5a6978}}]
  reason: The owner is away.
  compensating_control: Somebody looks.
  requester: "@model-owners"
  expires: {expires}
"""


def snapshot(**texts: str) -> dict[str, File]:
    found = {path.replace("__", "/") + ".yaml": text for path, text in texts.items()}
    return {path: File(path, REGULAR_FILE, text.encode()) for path, text in found.items()}


def test_it_says_who_needs_somebody() -> None:
    """The counts, and by section each model with its reason; no time of day."""
    files = snapshot(
        cards__churn=CARD.format(name="churn", review_by="2026-10-01"),
        cards__price=CARD.format(name="price", review_by="2027-01-01"),
    )
    settings = load(b'[monitors.required]\nhigh = ["data_quality"]\n')
    text = dashboard_text(
        inventory(read_tree(files), {}, {}, NOW, settings), [("waivers/late.yaml", date(2026, 12, 1))]
    )
    assert "**2 models · 2 unmonitored · 1 review overdue**" in text.body
    assert "### Review overdue\n\n- `churn`: The review was due on 2026-10-01." in text.body
    assert "### Unmonitored\n\n- `churn`: " in text.body
    assert "### Waivers that end soon\n\n- `waivers/late.yaml` ends on 2026-12-01" in text.body
    assert "2026-11-10" not in text.body


def test_when_all_is_well_it_says_so() -> None:
    """It stays open."""
    assert "Nothing needs anybody." in dashboard_text([], []).body


def test_waivers_are_named_when_they_end_soon_or_have_ended() -> None:
    """Drafts and those with time left are not."""
    files = snapshot(
        **{
            f"waivers__{name}": WAIVER.format(name=name, status=status, expires=expires)
            for name, status, expires in (
                ("soon", "approved", "2026-12-01"),
                ("over", "approved", "2026-11-01"),
                ("later", "approved", "2027-12-01"),
                ("draft", "draft", "2026-12-01"),
            )
        }
    )
    found = dict(ending_waivers(read_tree(files), NOW.date(), 30))
    assert found == {"waivers/soon.yaml": date(2026, 12, 1), "waivers/over.yaml": date(2026, 11, 1)}


@pytest.fixture
def forge() -> MemoryForge:
    return MemoryForge()


def test_it_is_opened_once_and_edited_in_place(forge: MemoryForge) -> None:
    """Nothing is written when nothing is new, and nothing is ever commented."""
    text = dashboard_text([], [])
    synchronise(text, forge)
    assert plan(text, forge.issues(LABEL)) == []
    other = dashboard_text([], [("waivers/late.yaml", date(2026, 12, 1))])
    synchronise(other, forge)
    (issue,) = forge.issues(LABEL)
    assert ("late" in issue.body, issue.labels, forge.talk) == (True, (LABEL,), {})


def test_closed_by_hand_it_opens_again_and_turned_off_it_closes(forge: MemoryForge) -> None:
    """The setting decides, and the text says so."""
    text = dashboard_text([], [])
    synchronise(text, forge)
    forge.stored[1] = replace(forge.stored[1], open=False)
    synchronise(text, forge)
    assert forge.stored[1].open
    assert "dashboard_issue = false" in text.body
    synchronise(None, forge)
    assert not forge.stored[1].open
    assert plan(None, forge.issues(LABEL)) == []


def test_two_runs_at_once_leave_one(forge: MemoryForge) -> None:
    """Of two the lower number stays."""
    text = dashboard_text([], [])
    apply([Open(text, label=LABEL)], forge)
    forge.open_issue(text.title, text.body, [LABEL])
    synchronise(text, forge)
    assert [issue.open for issue in forge.issues(LABEL)] == [True, False]

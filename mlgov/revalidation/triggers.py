"""Why an approved document has to be looked at again. Pure: documents, approvals and executions in, reasons out.

A reason has a moment; an approval that is given after it settles it. Review dates settle themselves when they move.
Sentences name windows and not the days that are left, so that they change when something happens and not every day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mlgov.approvals.subjects import review_by
from mlgov.cards import CardDocument
from mlgov.checks.tree import Governed, Tree
from mlgov.documents import find, load
from mlgov.monitors import Cell, Execution, MonitorSetDocument, by_monitor, state_of
from mlgov.names import FRAMEWORKS_FOLDER, MONITORING_TITLES, Kind, Status, path_of
from mlgov.ports import Commit
from mlgov.revalidation.approvals import Approval
from mlgov.settings import RevalidationSettings, Settings

#: Kinds that are revalidated. A waiver expires by itself.
KINDS = (Kind.MODEL_CARD, Kind.ROLE, Kind.MONITOR_SET)
#: What says which model a card is about; its content below spec, and its name in sentences.
MODEL_FACTS = {
    ("model_overview", "model_artifact"): "model artifact",
    ("model_overview", "model_version"): "model version",
    ("model_overview", "model_id"): "model id",
    ("model_package_details", "model_package_version"): "model package version",
    ("model_package_details", "model_package_arn"): "model package",
}

#: What has been in alert for too long, with the moment it became so, by path of the model's card.
Alerts = Mapping[str, Sequence[tuple[str, datetime]]]


@dataclass(frozen=True, slots=True)
class Concern:
    """A document that was approved, and what speaks for looking at it again.

    Attributes:
        kind: Its kind.
        name: Its name.
        path: Its path.
        owners: Who answers for it.
        reasons: Why it has to be looked at, as sentences; empty when nothing does.
        is_over: Whether it is out of use, so that nothing has to be done any more.
    """

    kind: Kind
    name: str
    path: str
    owners: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What reasons are found in.

    Attributes:
        tree: The governed documents.
        approvals: The last approval of each document, by path.
        executions: Executions of monitors.
        packs: Commits that changed framework packs, oldest first.
    """

    tree: Tree
    approvals: Mapping[str, Approval]
    executions: Sequence[Execution] = ()
    packs: Sequence[Commit] = ()


def concerns(facts: Facts, settings: Settings, now: datetime) -> list[Concern]:
    """Say of every document that was ever approved, or says so, what speaks for looking at it again; by path.

    A document that cannot be read is left out: nobody can say whether it is done.
    """
    alerts = _alerts(facts, settings, now)
    return [
        _concern(found, facts, alerts, settings, now)
        for path, found in sorted(facts.tree.governed.items())
        if found.kind in KINDS
    ]


def _concern(found: Governed, facts: Facts, alerts: Alerts, settings: Settings, now: datetime) -> Concern:
    path, typed = found.document.path, found.typed
    about = (found.kind, found.name, path, tuple(typed.metadata.owners))
    if typed.lifecycle.status is Status.ARCHIVED:
        return Concern(*about, is_over=True)
    approval = facts.approvals.get(path)
    if approval is None and typed.lifecycle.status is not Status.APPROVED:
        return Concern(*about)
    reasons = list(_review(_due(found, approval), found.kind, settings.revalidation, now.date()))
    reasons += [said for said, at in alerts.get(path, ()) if approval is None or approval.at < at]
    if approval and isinstance(typed, CardDocument):
        reasons += _model_changes(found, approval)
        reasons += _pack_changes(typed, approval, facts.packs)
    return Concern(*about, tuple(reasons))


def _due(found: Governed, approval: Approval | None) -> date | None:
    """Give the review date that was approved: one that moved since does not count, and stays while it is on its way."""
    lifecycle = found.typed.lifecycle
    if approval is None or (lifecycle.status is Status.APPROVED and not approval.proven):
        due: date | None = lifecycle.review_by
        return due
    document = load(approval.data, found.document.path)[0]
    written = review_by(document) if document else None
    return date.fromisoformat(written) if written else None


def _review(due: date | None, kind: Kind, rules: RevalidationSettings, today: date) -> Iterator[str]:
    if due is None:
        if kind in rules.require_review_by:
            yield "It has no review date (lifecycle.review_by), so its approval would never end."
        return
    if due < today:
        yield f"The review was due on {due}."
        return
    window = min((days for days in rules.windows_days if due <= today + timedelta(days=days)), default=None)
    if window is not None:
        yield f"The review is due on {due}, within {window} days."


def _alerts(facts: Facts, settings: Settings, now: datetime) -> Alerts:
    """List what has been in alert for too long, by the path of the model's card, with the moment it became so."""
    days = settings.revalidation.open_violation_days
    groups = by_monitor(facts.executions)
    found: dict[str, list[tuple[str, datetime]]] = {}
    for monitor_set in facts.tree.of(Kind.MONITOR_SET):
        assert isinstance(monitor_set.typed, MonitorSetDocument)  # noqa: S101 - narrows the type; the kind says it
        model = monitor_set.typed.spec.model
        for monitor in monitor_set.typed.spec.monitors:
            executions = groups.get((model, monitor.name), ())
            state = state_of(monitor, executions, now, grace_periods=settings.monitors.grace_periods)
            if state.cell is Cell.IN_ALERT and state.since and state.since + timedelta(days=days) <= now:
                title = MONITORING_TITLES[monitor.monitoring_type]
                said = f"{title} ({monitor.name}) has been in alert since {state.since:%Y-%m-%d}, over {days} days."
                found.setdefault(path_of(Kind.MODEL_CARD, model), []).append((said, state.since + timedelta(days=days)))
    return found


def _model_changes(found: Governed, approval: Approval) -> Iterator[str]:
    """Say what of the model itself is another one than was approved."""
    approved = load(approval.data, found.document.path)[0]
    if approved is None:
        return
    for keys, words in MODEL_FACTS.items():
        was, now = (_value(document.value, keys) for document in (approved, found.document))
        if was != now:
            yield f"The {words} is another one than was approved on {approval.at:%Y-%m-%d}."


def _value(value: dict[str, Any], keys: tuple[str, ...]) -> object:
    return find(value, ("spec", *keys))[1]


def _pack_changes(card: CardDocument, approval: Approval, packs: Sequence[Commit]) -> Iterator[str]:
    """Say which frameworks that the card claims to answer have changed since."""
    for framework in sorted({claim.framework for claim in card.spec.claims}):
        path = f"{FRAMEWORKS_FOLDER}/{framework}.yaml"
        later = [c for c in packs if c.committed_at > approval.at and any(f.path == path for f in c.changes)]
        if later:
            on = f"{later[-1].committed_at:%Y-%m-%d}"
            yield f"The framework pack {framework}, which the card answers, changed on {on}."

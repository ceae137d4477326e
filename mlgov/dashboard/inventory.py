"""The model inventory: documents, history and ledger records joined into one row per model."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from mlgov.approvals.effective import Effective, Standing
from mlgov.cards import CardDocument
from mlgov.checks.tree import Tree
from mlgov.dashboard import reasons as because
from mlgov.dashboard.addresses import edit_url, view_url
from mlgov.dashboard.rows import Indicator, ModelRow, MonitorCell, Reason
from mlgov.dashboard.unreadable import unreadable
from mlgov.errors import LedgerError
from mlgov.lifecycle import Revision
from mlgov.monitors import (
    Cell,
    Deployment,
    Execution,
    Monitor,
    MonitorSetDocument,
    MonitorState,
    by_monitor,
    state_of,
    worst,
)
from mlgov.monitors.execution import FOLDER
from mlgov.monitors.records import load
from mlgov.monitors.required import required_types
from mlgov.names import Kind, MonitoringType, path_of
from mlgov.settings import Settings

Histories = Mapping[str, Sequence[Revision]]


@dataclass(slots=True)
class _Model:
    """What was found about one model while joining."""

    card: CardDocument | None = None
    unreadable_path: str | None = None
    sets: list[MonitorSetDocument] = field(default_factory=list)
    set_paths: list[str] = field(default_factory=list)
    troubles: list[Reason] = field(default_factory=list)
    executions: dict[str, list[Execution]] = field(default_factory=dict)


def inventory(
    tree: Tree,
    revisions: Histories,
    records: Mapping[str, bytes],
    now: datetime,
    settings: Settings,
    *,
    standings: Mapping[str, Standing] | None = None,
) -> list[ModelRow]:
    """Give one row per model that has a card or a monitor set, readable or not.

    Args:
        tree: The governed documents.
        revisions: The revisions of each document, oldest first, by path.
        records: Ledger records by path; those of executions are used.
        now: The present time, aware.
        settings: Settings of the repository.
        standings: Where documents stand by their history, by path; None when no approval rules are in force.

    Returns:
        Rows, the most pressing first, then by title and name.
    """
    models: dict[str, _Model] = defaultdict(_Model)
    _take_documents(tree, models)
    _take_unreadable(tree, models)
    _take_executions(records, models)
    rows = [_row(name, found, tree, revisions, now, settings, standings or {}) for name, found in models.items()]
    return sorted(rows, key=_pressing_first)


def _take_documents(tree: Tree, models: dict[str, _Model]) -> None:
    for card in tree.of(Kind.MODEL_CARD):
        assert isinstance(card.typed, CardDocument)  # noqa: S101 - narrows the type; the kind says it
        models[card.name].card = card.typed
    for found in tree.of(Kind.MONITOR_SET):
        assert isinstance(found.typed, MonitorSetDocument)  # noqa: S101 - as above
        model = models[found.typed.spec.model]
        model.sets.append(found.typed)
        model.set_paths.append(found.document.path)


def _take_unreadable(tree: Tree, models: dict[str, _Model]) -> None:
    for path, findings in unreadable(tree, "cards").items():
        model = models[_stem(path)]
        model.unreadable_path = path
        model.troubles.append(because.unreadable_reason(findings[0]))
    for path, findings in unreadable(tree, "monitors").items():
        model = models[_watched(tree, path)]
        model.set_paths.append(path)
        model.troubles.append(because.unreadable_reason(findings[0]))


def _watched(tree: Tree, path: str) -> str:
    """Name the model that an unreadable monitor set is about, as well as can be told."""
    document = tree.documents.get(path)
    spec = document.value.get("spec") if document else None
    model = spec.get("model") if isinstance(spec, dict) else None
    return model if isinstance(model, str) else _stem(path)


def _take_executions(records: Mapping[str, bytes], models: dict[str, _Model]) -> None:
    good: list[Execution] = []
    for path in sorted(records):
        if not path.startswith(f"{FOLDER}/"):
            continue
        try:
            good.append(load(records[path], path))
        except LedgerError as error:
            model = path.split("/")[1]
            if model in models:
                models[model].troubles.append(Reason(Indicator.UNREADABLE, error.message))
    for (model, monitor), executions in by_monitor(good).items():
        if model in models:
            models[model].executions[monitor] = executions


def _row(
    name: str,
    found: _Model,
    tree: Tree,
    revisions: Histories,
    now: datetime,
    settings: Settings,
    standings: Mapping[str, Standing],
) -> ModelRow:
    card, usual_path = found.card, path_of(Kind.MODEL_CARD, name)
    card_path = usual_path if usual_path in tree.snapshot else found.unreadable_path
    history = revisions.get(usual_path, ())
    monitors = tuple(monitor for monitor_set in found.sets for monitor in monitor_set.spec.monitors)
    states = tuple(_state(monitor, found, now, settings) for monitor in monitors)
    status, risk = (card.lifecycle.status, card.risk_rating) if card else (None, None)
    required = required_types(status, risk, settings.monitors)
    cells = tuple(_cell(monitoring_type, states, required) for monitoring_type in MonitoringType)
    deployments = [deployment for monitor_set in found.sets for deployment in monitor_set.spec.deployments]
    home = card_path or found.set_paths[0]
    standing = standings.get(usual_path)
    return ModelRow(
        model=name,
        title=card.title if card else name,
        card_path=card_path,
        readable=card is not None,
        status=status,
        risk_rating=risk,
        owners=tuple(card.metadata.owners) if card else (),
        review_by=card.lifecycle.review_by if card else None,
        revision=history[-1] if history else None,
        monitor_paths=tuple(found.set_paths),
        endpoints=tuple(d for d in deployments if d.kind == "endpoint"),
        last_batch_job=_last_batch_job(deployments),
        monitors=monitors,
        states=states,
        cells=cells,
        reasons=_reasons(found, card_path is not None, states, cells, now, settings, standing),
        edit_url=edit_url(settings.site, home),
        view_url=view_url(settings.site, home),
        standing=standing,
    )


def _state(monitor: Monitor, found: _Model, now: datetime, settings: Settings) -> MonitorState:
    executions = found.executions.get(monitor.name, [])
    return state_of(monitor, executions, now, grace_periods=settings.monitors.grace_periods)


def _cell(
    monitoring_type: MonitoringType, states: Sequence[MonitorState], required: Sequence[MonitoringType]
) -> MonitorCell:
    state = worst(state for state in states if state.monitoring_type is monitoring_type)
    if state is None:
        return MonitorCell(monitoring_type, Cell.MISSING if monitoring_type in required else Cell.NONE)
    last_run = state.last.window_end if state.last else None
    violation_count = len(state.last.violations) if state.last else 0
    nearness = "" if state.cell is Cell.INACTIVE else state.alert.nearness
    return MonitorCell(monitoring_type, state.cell, state.since, last_run, violation_count, state.monitor, nearness)


def _last_batch_job(deployments: Sequence[Deployment]) -> Deployment | None:
    jobs = [deployment for deployment in deployments if deployment.kind == "batch_transform_job"]
    return max(jobs, key=lambda job: job.last_run or date.min, default=None)


def _reasons(
    found: _Model,
    has_card: bool,
    states: Sequence[MonitorState],
    cells: Sequence[MonitorCell],
    now: datetime,
    settings: Settings,
    standing: Standing | None,
) -> tuple[Reason, ...]:
    card = found.card
    status, review_by = (card.lifecycle.status, card.lifecycle.review_by) if card else (None, None)
    reasons = [*found.troubles, *because.monitor_reasons(states)]
    if not has_card:
        reasons.append(Reason(Indicator.NO_CARD, "Monitors watch this model and no card describes it."))
    reasons += because.coverage_reasons(status, card.risk_rating if card else None, cells, settings.monitors)
    reasons += because.standing_reasons(standing)
    if not (standing and standing.effective is Effective.LAPSED):  # which says the same, and who approved it
        reasons += because.review_reasons(status, review_by, now.date())
    order = list(Indicator)
    return tuple(sorted(reasons, key=lambda reason: order.index(reason.indicator)))


def _pressing_first(row: ModelRow) -> tuple[int, str, str]:
    order = list(Indicator)
    rank = order.index(row.worst) if row.worst else len(order)
    return rank, row.title.casefold(), row.model


def _stem(path: str) -> str:
    return path.split("/")[-1].removesuffix(".yaml")

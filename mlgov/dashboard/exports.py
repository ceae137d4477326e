"""Rows as JSON and CSV, in shapes that stay."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mlgov.approvals.effective import Standing
from mlgov.dashboard.rows import ModelRow, MonitorCell, counts
from mlgov.monitors import Deployment
from mlgov.names import MonitoringType

FORMAT = "mlgov/dashboard/v1"

#: What a spreadsheet takes for the start of a formula, also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_json(rows: Sequence[ModelRow], now: datetime) -> str:
    """Render rows as JSON: the format, the time, the counts and one object per model."""
    value = {
        "format": FORMAT,
        "now": _moment(now),
        "counts": {"models": len(rows)} | {indicator.value: count for indicator, count in counts(rows).items()},
        "models": [_model(row) for row in rows],
    }
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _model(row: ModelRow) -> dict[str, Any]:
    return {
        "model": row.model,
        "title": row.title,
        "card": row.card_path,
        "readable": row.readable,
        "status": row.status.value if row.status else None,
        "standing": _standing(row.standing) if row.standing else None,
        "risk_rating": row.risk_rating.value if row.risk_rating else None,
        "owners": list(row.owners),
        "review_by": row.review_by.isoformat() if row.review_by else None,
        "version": row.revision.version if row.revision else None,
        "digest": row.revision.digest if row.revision else None,
        "changed_at": _moment(row.revision.at) if row.revision else None,
        "monitor_sets": list(row.monitor_paths),
        "monitors": {cell.monitoring_type.value: _cell(cell) for cell in row.cells},
        "endpoints": [_deployment(endpoint) for endpoint in row.endpoints],
        "last_batch_transform_job": _deployment(row.last_batch_job) if row.last_batch_job else None,
        "indicators": [indicator.value for indicator in row.indicators],
        "reasons": [reason.sentence for reason in row.reasons],
        "links": {"edit": row.edit_url, "view": row.view_url},
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "effective": standing.effective.value,
        "reason": standing.reason,
        "approvers": list(standing.approvers),
        "evidence": standing.evidence or None,
        "approved_in": standing.approved_in or None,
        "valid_until": standing.valid_until.isoformat() if standing.valid_until else None,
        "digest": standing.digest or None,
    }


def _cell(cell: MonitorCell) -> dict[str, Any]:
    return {
        "state": cell.cell.value,
        "since": _moment(cell.since),
        "last_run": _moment(cell.last_run),
        "violation_count": cell.violation_count,
        "monitor": cell.monitor or None,
    }


def _deployment(deployment: Deployment) -> dict[str, Any]:
    return deployment.model_dump(mode="json", exclude={"kind"})


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def to_csv(rows: Sequence[ModelRow]) -> str:
    """Render rows as CSV (RFC 4180), one line per model; text that a spreadsheet would calculate gets a leading '.

    Owners stand without their ``@``.
    """
    monitors = [f"{kind.value}{part}" for kind in MonitoringType for part in ("", "_since", "_last_run", "_violations")]
    heads = ["model", "title", "card", "status", "effective_status", "risk_rating", "owners", "review_by", "version"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*heads, *monitors, "endpoints", "last_batch_transform_job", "indicators", "reasons"])
    for row in rows:
        writer.writerow(harmless(value) for value in _line(row))
    return out.getvalue()


def _line(row: ModelRow) -> list[object]:
    version = row.revision.version if row.revision else None
    effective = row.standing.effective if row.standing else None
    line: list[object] = [row.model, row.title, row.card_path, row.status, effective, row.risk_rating, _owners(row)]
    line += [row.review_by, version]
    for cell in row.cells:
        line += [cell.cell, _moment(cell.since), _moment(cell.last_run), cell.violation_count]
    line += [" ".join(endpoint.name for endpoint in row.endpoints)]
    line += [row.last_batch_job.name if row.last_batch_job else None]
    line += [" ".join(row.indicators), " ".join(reason.sentence for reason in row.reasons)]
    return line


def _owners(row: ModelRow) -> str:
    """Name owners without their mark, which a spreadsheet would take for the start of a formula."""
    return " ".join(owner.removeprefix("@") for owner in row.owners)


def harmless(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
